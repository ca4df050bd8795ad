package analyzers

var keyDup = check{
	name: "keydup",
	doc: `no key twice in one event

JSON with a key twice is read differently by each reader: some keep the first, some the last, some refuse.
eventlog keeps the first and counts the loss; slog writes both. The error of eventlog.Fail and eventlog.Err
has the key error, and a unit of work writes duration_ms and outcome by itself.

Instead of

	eventlog.Fail(ctx, "order_refused", err, slog.Any("error", err))

write

	eventlog.Fail(ctx, "order_refused", err)`,
	run: checkKeyDup,
}

func checkKeyDup(p *pass) {
	for _, s := range p.sites {
		seen := map[string]bool{}
		for _, a := range s.Attrs {
			if a.Implied && a.Expr == nil && a.Via == "" {
				seen[a.Key] = true
			}
		}
		if s.Err != nil {
			seen["error"] = true
		}
		for _, a := range spelled(s) {
			if a.Key == "" || a.Expr == s.Err {
				continue
			}
			if seen[a.Key] {
				at := a.KeyExpr
				if at == nil {
					at = a.Expr
				}
				p.report(s, at, nil, "the event has the key %q twice, and each reader of the JSON takes another one: leave one out, or give it a name of its own", a.Key)
			}
			seen[a.Key] = true
		}
	}
}

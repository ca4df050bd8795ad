package analyzers

var tagConst = check{
	name: "tagconst",
	doc: `a tag is a constant

A tag is what people search for, count and alert on, and it leads to the line that wrote it. A tag that is
put together when the program runs does none of that, and each value makes a new kind of event.
What varies belongs into a field. The same holds for slog's messages.

Instead of

	eventlog.Info(ctx, "order_"+status, slog.Int("order_id", id))

write

	eventlog.Info(ctx, "order_updated", slog.String("status", status), slog.Int("order_id", id))`,
	run: checkTagConst,
}

func checkTagConst(p *pass) {
	for _, s := range p.sites {
		for _, t := range s.Tags {
			if !t.Const {
				p.report(s, t.Expr, nil, "the tag %s is put together when the program runs, so nobody can search for it or count it: "+
					"write a constant, and what varies as a field", p.text(t.Expr))
			}
		}
		if s.Message != nil && p.TypesInfo.Types[s.Message].Value == nil {
			p.report(s, s.Message, nil, "the message %s is put together when the program runs, so nobody can search for it or count it: "+
				"write a constant, and what varies as a field", p.text(s.Message))
		}
	}
}

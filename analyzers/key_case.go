package analyzers

import (
	"slices"

	"github.com/groundwatch/groundwatch/analyzers/site"
)

var keyCase = check{
	name: "keycase",
	doc: `keys are written in one style, and none is the logger's own

A key becomes a column. orderId and order_id are two columns, and each query sees half of the events.
Keys of the event's head (time, level, tag and what the logger adds) are written once, by the logger: a
second one is renamed or dropped by eventlog, and written twice by slog, where each reader takes another.
keys.style chooses the style, keys.allow names exceptions, keys.reserved adds names.

Instead of

	eventlog.Info(ctx, "order_paid", slog.Int("orderId", id), slog.String("level", "gold"))

write

	eventlog.Info(ctx, "order_paid", slog.Int("order_id", id), slog.String("customer_level", "gold"))

eventlint --fix rewrites a literal in another style.`,
	run: checkKeyCase,
}

// slogReserved are the keys that slog's own handlers write (log/slog: TimeKey, LevelKey, MessageKey).
var slogReserved = []string{"time", "level", "msg"}

func checkKeyCase(p *pass) {
	for _, s := range p.sites {
		for _, a := range spelled(s) {
			if p.ownKey(a) == "" || slices.Contains(p.cfg.Keys.Allow, a.Key) {
				continue
			}
			key := p.ownKey(a)
			switch {
			case p.isReserved(s, a):
				p.report(s, a.KeyExpr, nil, "the logger writes %q itself, so this field is renamed, dropped or written twice: write a name of your own, such as %q",
					key, p.cfg.Keys.Style.Write("order_"+key))
			case !p.cfg.Keys.Style.Fits(key):
				better := p.cfg.Keys.Style.Better(key)
				fix := p.ifFree(s, a, better, rename(a.KeyExpr, better))
				if renamed := (site.Attr{Key: better}); p.isReserved(s, renamed) || better == "tag" {
					better = p.cfg.Keys.Style.Write("order_" + better)
				}
				p.report(s, a.KeyExpr, fix, "the key %q is not written like the others, so it becomes a column of its own: write %q",
					key, orExample(better, p.cfg.Keys.Style))
			}
		}
	}
}

// ownKey returns a's key as it is spelled, without the groups around it.
func (p *pass) ownKey(a site.Attr) string { return p.constant(a.KeyExpr) }

func (p *pass) isReserved(s site.Site, a site.Attr) bool {
	if s.API == "slog" || s.API == "attr" || s.Message != nil {
		return !s.Inner && slices.Contains(slogReserved, a.Key)
	}
	return slices.Contains(p.cfg.Keys.Reserved, a.Key) || a.Key == "msg"
}

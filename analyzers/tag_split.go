package analyzers

import (
	"maps"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

var tagSplit = check{
	name: "tagsplit",
	doc: `one piece of work is one event

Two events for one request (received and served, started and finished) have to be joined before anybody can
ask how long it took and how it ended, and the first one is the half that is there when the second is lost.
eventlog.Begin collects the fields and writes one event in the end, with duration and outcome.

Instead of

	eventlog.Info(ctx, "import_started", slog.String("file", name))
	err := load(ctx, name)
	eventlog.Info(ctx, "import_finished", slog.String("file", name))

write

	ctx, unit := eventlog.Begin(ctx, "import_finished", "import_failed", slog.String("file", name))
	err := load(ctx, name)
	unit.End(err)`,
	run: checkTagSplit,
}

// beginnings and endings are the words by which two tags are halves of one event. What is only accepted or
// sent is no beginning: those are facts of their own.
var (
	beginnings = []string{"started", "begun", "began", "received", "requested", "entered", "initiated", "launched", "incoming"}
	endings    = []string{
		"finished", "completed", "ended", "served", "responded", "returned", "handled", "processed", "done", "answered",
		"succeeded", "failed",
	}
	// lasting are things that start and end with the program: two events, hours apart.
	lasting = []string{"service", "server", "worker", "process", "program", "app", "application", "listener", "consumer", "scheduler", "daemon"}
)

func checkTagSplit(p *pass) {
	type half struct {
		s    site.Site
		tag  site.Tag
		stem string
	}
	starts, ends := map[string][]half{}, map[string][]half{}
	for _, s := range p.sites {
		for _, t := range s.Tags {
			if t.Name == "" || t.Expr == nil || s.Func == "" {
				continue
			}
			if stem, ok := stemOf(t.Name, beginnings); ok && t.Role == site.Event {
				starts[s.Func] = append(starts[s.Func], half{s, t, stem})
			}
			if stem, ok := stemOf(t.Name, endings); ok {
				ends[s.Func] = append(ends[s.Func], half{s, t, stem})
			}
		}
	}
	for _, fn := range slices.Sorted(maps.Keys(starts)) {
		for _, a := range starts[fn] {
			i := slices.IndexFunc(ends[fn], func(b half) bool { return a.stem == b.stem && b.s.Pos > a.s.Pos })
			if i < 0 {
				continue
			}
			b := ends[fn][i]
			p.report(a.s, a.tag.Expr, nil, "%q and %q (line %d) are halves of one event, which have to be joined before anybody can say how long it took: "+
				"write one event in the end, with eventlog.Begin", a.tag.Name, b.tag.Name, p.Fset.Position(b.s.Pos).Line)
		}
	}
}

// stemOf returns tag without the one of words that it has. A request and its response have one stem.
func stemOf(tag string, words []string) (string, bool) {
	parts := dictionary.Words(tag)
	i := slices.IndexFunc(parts, func(w string) bool { return slices.Contains(words, w) })
	if i < 0 {
		return "", false
	}
	parts = slices.Delete(parts, i, i+1)
	if len(parts) > 0 && slices.Contains(lasting, parts[len(parts)-1]) {
		return "", false
	}
	for i, w := range parts {
		if w == "response" {
			parts[i] = "request"
		}
	}
	return strings.Join(parts, "_"), true
}

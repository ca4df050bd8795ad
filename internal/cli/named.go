package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// A namedSource gives the events of the log groups that SOURCE names, out of those of all inputs.
type namedSource struct {
	all    exec.Source
	match  func(group string) bool
	window func(from, to int64) (int64, int64)
	unseen func(groups []string) // told when no event is of such a group

	mu    sync.Mutex
	seen  bool
	other []string // some groups that did not match
}

// maxNamed is how many groups are named to someone who asked for one that is not there.
const maxNamed = 5

// named returns the source for a SOURCE command over the inputs.
func (in *input) named(s *syntax.Source) (exec.Source, error) {
	for _, item := range s.Items {
		if len(item.DataSource) > 0 || len(item.Tags) > 0 {
			return nil, fmt.Errorf("%d:%d: files have no data sources and no tags; SOURCE can name log groups", item.Start.Line, item.Start.Col)
		}
	}
	return &namedSource{
		all:    in.source,
		match:  func(group string) bool { return matchesGroup(s.Items, group) },
		window: sourceWindow(s, in.now),
		unseen: func(groups []string) {
			in.notes = append(in.notes, fmt.Sprintf("%s: no event read is of such a log group; there are: %s", s, strings.Join(groups, ", ")))
		},
	}, nil
}

// matchesGroup reports whether SOURCE means the log group of an @log value, which may begin with an
// account: 123456789012:/aws/lambda/pay.
func matchesGroup(items []syntax.SourceItem, log string) bool {
	account, name, ok := strings.Cut(log, ":")
	if !ok {
		account, name = "", log
	}
	for _, item := range items {
		if item.IsGroups && matchesOptions(item.LogGroups, account, name) {
			return true
		}
		if !item.IsGroups && (item.Name == name || item.Name == log || strings.HasSuffix(item.Name, ":log-group:"+name)) {
			return true
		}
	}
	return false
}

// matchesOptions checks logGroups(...). All classes are one here.
func matchesOptions(options []syntax.SourceOption, account, name string) bool {
	for _, o := range options {
		ok := true
		switch o.Name {
		case "namePrefix":
			ok = slices.ContainsFunc(o.Values, func(v string) bool { return strings.HasPrefix(name, v) })
		case "accountIdentifier", "accountIdentifiers":
			ok = slices.Contains(o.Values, account)
		}
		if !ok {
			return false
		}
	}
	return true
}

// sourceWindow returns how START and END of SOURCE narrow the query's window.
func sourceWindow(s *syntax.Source, now int64) func(from, to int64) (int64, int64) {
	at := func(t *syntax.SourceTime) int64 {
		switch {
		case t.Now:
			return now
		case t.Ago != nil:
			age, _ := parseAge(t.Ago.String())
			return now - age.Milliseconds()
		}
		return t.Millis
	}
	return func(from, to int64) (int64, int64) {
		if s.Start != nil {
			from = max(from, at(s.Start))
		}
		if s.End != nil {
			to = min(to, at(s.End))
		}
		return from, to
	}
}

// Scan implements exec.Source.
func (n *namedSource) Scan(ctx context.Context, s plan.Scan, workers int, each func(int, *column.Batch) error) (exec.ScanStats, error) {
	s.From, s.To = n.window(s.From, s.To)
	wanted := len(s.Fields)
	s.Fields = append(slices.Clone(s.Fields), plan.ScanField{Name: "@log"})
	stats, err := n.all.Scan(ctx, s, workers, func(w int, b *column.Batch) error {
		which := n.rows(b.Columns[wanted])
		return n.pass(b, wanted, which, func(b *column.Batch) error { return each(w, b) })
	})
	if err == nil && !n.seen && len(n.other) > 0 {
		slices.Sort(n.other)
		n.unseen(n.other)
	}
	return stats, err
}

// rows returns the rows of the groups that are meant.
func (n *namedSource) rows(logs *column.Column) []int32 {
	var which []int32
	last, ok := "", false
	for i := range logs.Len {
		log := logs.Value(i).Str()
		if i == 0 || log != last {
			last, ok = log, n.match(log)
			n.note(strings.Clone(log), ok)
		}
		if ok {
			which = append(which, int32(i))
		}
	}
	return which
}

func (n *namedSource) note(log string, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = n.seen || ok
	if !ok && len(n.other) < maxNamed && !slices.Contains(n.other, log) {
		n.other = append(n.other, log)
	}
}

// pass gives the rows of b on, in runs that lie together, so that their numbers stay those of the source.
func (n *namedSource) pass(b *column.Batch, columns int, which []int32, each func(*column.Batch) error) error {
	for len(which) > 0 {
		run := 1
		for run < len(which) && which[run] == which[run-1]+1 {
			run++
		}
		out := &column.Batch{Len: run, First: b.First + int64(which[0])}
		for _, c := range b.Columns[:columns] {
			if run == b.Len {
				out.Columns = append(out.Columns, c)
			} else {
				out.Columns = append(out.Columns, c.Take(which[:run]))
			}
		}
		if err := each(out); err != nil {
			return err
		}
		which = which[run:]
	}
	return nil
}

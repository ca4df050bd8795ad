package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
)

// A namedSource gives the events of the log groups that SOURCE names, out of those of all inputs.
type namedSource struct {
	all    *files.Source
	items  []syntax.SourceItem
	window func(from, to int64) (int64, int64)
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
	return &namedSource{all: in.source, items: s.Items, window: sourceWindow(s, in.now)}, nil
}

// match reports whether SOURCE means the log group of an @log value.
func (n *namedSource) match(log string) bool {
	return slices.ContainsFunc(n.items, func(i syntax.SourceItem) bool { return matchesGroup(i, log) })
}

// unknown returns the mistake of naming log groups that no event read is of, whether the query can use the
// event or not: CloudWatch refuses such a query too (§10.1), and with "not in" the answer would be wider than what was
// asked for. A log group that an input has by its path may be empty.
func (n *namedSource) unknown() error {
	read := n.all.Logs()
	if len(read) == 0 {
		return nil // no events, no log groups
	}
	known := read
	for _, in := range n.all.Inputs {
		known = append(known[:len(known):len(known)], in.Log)
	}
	hint := "there is " + output.Visible(strings.Join(read[:min(len(read), maxNamed)], ", "))
	if more := len(read) - maxNamed; more > 0 {
		hint += fmt.Sprintf(" and %d more", more)
	}
	var mistakes syntax.Errors
	for _, item := range n.items {
		if !slices.ContainsFunc(known, func(log string) bool { return matchesGroup(item, log) }) {
			mistakes = append(mistakes, &syntax.Error{Span: item.Span, Msg: fmt.Sprintf("no event read is of the log group %s", item), Hint: hint})
		}
	}
	if mistakes == nil {
		return nil
	}
	return mistakes
}

// matchesGroup reports whether an item of SOURCE means the log group of an @log value, which may begin with an
// account: 123456789012:/aws/lambda/pay.
func matchesGroup(item syntax.SourceItem, log string) bool {
	account, name, ok := strings.Cut(log, ":")
	if !ok {
		account, name = "", log
	}
	if item.IsGroups {
		return matchesOptions(item.LogGroups, account, name)
	}
	return item.Name == name || item.Name == log || strings.HasSuffix(item.Name, ":log-group:"+name)
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

// Scan implements exec.Source. It fails, after all rows, if there is no such log group.
func (n *namedSource) Scan(ctx context.Context, s plan.Scan, workers int, each func(int, *column.Batch) error) (exec.ScanStats, error) {
	s.From, s.To = n.window(s.From, s.To)
	wanted := len(s.Fields)
	s.Fields = append(slices.Clone(s.Fields), plan.ScanField{Name: "@log"})
	var enough atomic.Bool // not all was read
	stats, err := n.all.Scan(ctx, s, workers, func(w int, b *column.Batch) error {
		which := n.rows(b.Columns[wanted])
		err := n.pass(b, wanted, which, func(b *column.Batch) error { return each(w, b) })
		if err != nil {
			enough.Store(true)
		}
		return err
	})
	if err == nil && !enough.Load() {
		err = n.unknown()
	}
	return stats, err
}

// Size implements exec.Sizer. A scan of some log groups reads the files of all.
func (n *namedSource) Size(s plan.Scan) (int64, error) { return n.all.Size(s) }

// rows returns the rows of the groups that are meant.
func (n *namedSource) rows(logs *column.Column) []int32 {
	var which []int32
	last, ok := "", false
	for i := range logs.Len {
		log := logs.Value(i).Str()
		if i == 0 || log != last {
			last, ok = log, n.match(log)
		}
		if ok {
			which = append(which, int32(i))
		}
	}
	return which
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

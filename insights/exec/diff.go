package exec

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/pattern"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// diffSink replaces rows by the patterns of a text, compared with those of an earlier window. The pattern
// whose count changed most comes first, of equal changes in the order of their text.
type diffSink struct {
	*plan.Diff
	run     *run
	miner   *miner
	window  int  // which one is being read: 0 this one, 1 the earlier
	compare bool // the earlier window has been read
}

func newDiff(run *run, s *plan.Diff) sink {
	return &diffSink{Diff: s, run: run, miner: newMiner(run, "diff")}
}

func (s *diffSink) add(w *worker, r *rows) error { return s.miner.add(w, w.eval(s.X, r), s.window) }

// rescan reads the earlier window through the same steps.
func (s *diffSink) rescan(p *plan.Plan, h *head) error {
	scan := p.Scan
	if scan.From == math.MinInt64 || scan.To == math.MaxInt64 {
		return mistake(s.Span, "give the query a start and an end", "diff: the time range is open, so there is none before it to compare with")
	}
	scan.From, scan.To = earlier(scan.From, scan.To, s.Back)
	s.window, s.compare = 1, true
	return s.run.scan(p, scan, h)
}

// earlier returns the window that from to to, both inclusive, is compared with.
func earlier(from, to int64, back plan.Shift) (int64, int64) {
	switch {
	case back.Window:
		length := to - from + 1
		return from - length, to - length
	case back.Months > 0:
		return monthsBefore(from, back.Months), monthsBefore(to, back.Months)
	}
	return shift(from, back), shift(to, back)
}

// monthsBefore returns the same day and time n calendar months before ms; a day that the month does not
// have becomes its last.
func monthsBefore(ms int64, n int) int64 {
	t := time.UnixMilli(ms).UTC()
	before := t.AddDate(0, -n, 0)
	if before.Day() != t.Day() {
		before = before.AddDate(0, 0, -before.Day())
	}
	return before.UnixMilli()
}

func (s *diffSink) finish() (*rows, error) {
	if !s.compare {
		panic("BUG: diff without its earlier window")
	}
	found := s.miner.patterns(s.run.main, math.MaxInt)
	slices.SortStableFunc(found, func(a, b pattern.Pattern) int {
		if c := cmp.Compare(abs(b.N[0]-b.N[1]), abs(a.N[0]-a.N[1])); c != 0 {
			return c
		}
		return strings.Compare(a.Text, b.Text)
	})
	values := func(value func(p pattern.Pattern) column.Value) *column.Column {
		return makeColumn(len(found), func(i int) column.Value { return value(found[i]) })
	}
	return &rows{n: len(found), cols: []*column.Column{
		values(func(p pattern.Pattern) column.Value { return column.StringValue(p.Text) }),
		values(func(p pattern.Pattern) column.Value { return column.IntValue(p.N[0]) }),
		values(func(p pattern.Pattern) column.Value { return column.IntValue(p.N[1]) }),
		values(func(p pattern.Pattern) column.Value { return column.IntValue(p.N[0] - p.N[1]) }),
		values(func(p pattern.Pattern) column.Value { return column.StringValue(describe(p.N[0], p.N[1])) }),
		values(func(p pattern.Pattern) column.Value { return column.StringValue(p.Severity) }),
	}}, nil
}

func abs(n int64) int64 { return max(n, -n) }

// describe says how a count changed ([R] §6: AWS does not document its words).
func describe(now, before int64) string {
	switch {
	case before == 0:
		return "new"
	case now == 0:
		return "gone"
	case now == before:
		return "unchanged"
	}
	percent := strconv.FormatFloat(math.Round(1000*float64(abs(now-before))/float64(before))/10, 'f', -1, 64)
	if now > before {
		return fmt.Sprintf("%s%% more", percent)
	}
	return fmt.Sprintf("%s%% fewer", percent)
}

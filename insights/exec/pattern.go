package exec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/pattern"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// patternSink replaces rows by the patterns of a text: @pattern, @ratio, @sampleCount and
// @severityLabel, the most frequent pattern first, of equally frequent ones in the order of their text.
type patternSink struct {
	*plan.Pattern
	miner *miner
}

func newPattern(run *run, s *plan.Pattern) sink { return &patternSink{s, newMiner(run, "pattern")} }

func (s *patternSink) add(w *worker, r *rows) error { return s.miner.add(w, w.eval(s.X, r), 0) }

func (s *patternSink) finish() (*rows, error) { return s.rows(), nil }

// manyShapes is from how many shapes of messages on a look at their patterns while there come more is not worth what it costs.
const manyShapes = 2000

// peek implements peeker.
func (s *patternSink) peek(*breath, int, int) *rows {
	if s.miner.shapes() > manyShapes {
		return nil
	}
	return s.rows()
}

// rows returns the patterns of what was added.
func (s *patternSink) rows() *rows {
	found := s.miner.patterns()
	total := int64(0)
	for _, p := range found {
		total += p.N[0]
	}
	slices.SortStableFunc(found, func(a, b pattern.Pattern) int {
		if c := cmp.Compare(b.N[0], a.N[0]); c != 0 {
			return c
		}
		return strings.Compare(a.Text, b.Text)
	})
	texts := func(value func(p pattern.Pattern) column.Value) *column.Column {
		return makeColumn(len(found), func(i int) column.Value { return value(found[i]) })
	}
	return &rows{n: len(found), cols: []*column.Column{
		texts(func(p pattern.Pattern) column.Value { return column.StringValue(p.Text) }),
		texts(func(p pattern.Pattern) column.Value { return column.FloatValue(float64(p.N[0]) / float64(total)) }),
		texts(func(p pattern.Pattern) column.Value { return column.IntValue(p.N[0]) }),
		texts(func(p pattern.Pattern) column.Value { return column.StringValue(p.Severity) }),
	}}
}

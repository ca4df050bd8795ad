package exec

import (
	"cmp"
	"math"
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

func (s *patternSink) finish() (*rows, error) { return s.rows(s.miner.run.main, math.MaxInt), nil }

// manyShapes is how many shapes of messages a look takes for their patterns, which takes ten milliseconds: the others come together.
const manyShapes = 2000

// peek implements peeker.
func (s *patternSink) peek(b *breath, _, _ int) *rows { return s.rows(b, manyShapes) }

// rows returns the patterns of what was added, of up to most shapes.
func (s *patternSink) rows(b *breath, most int) *rows {
	found := s.miner.patterns(b, most)
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

package exec

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

func TestOrderIsStable(t *testing.T) {
	for _, n := range []int{0, 1, sortedRun - 1, sortedRun, sortedRun + 1, 2 * sortedRun, 2*sortedRun + 1, 7*sortedRun + 5} {
		key := func(i int32) uint64 { return lot(int64(i)) % 1000 }
		compare := func(i, j int32) int { return cmp.Compare(key(i), key(j)) }
		want := firstRows(n)
		slices.SortStableFunc(want, compare)
		if got := testRun().breath().order(n, compare); !slices.Equal(got, want) {
			t.Errorf("order of %d rows is not that of a stable sort", n)
		}
	}
}

// TestLongLoopsEndWithTheirContext counts the steps that loops take when their context has ended.
func TestLongLoopsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	run := newRun(ctx, nil, Options{Workers: 1})
	many := events(makeColumn(100_000, func(i int) column.Value { return column.IntValue(int64(i)) }))
	for _, tt := range []struct {
		name string
		loop func(b *breath, step func()) int // returns how many rows it gives
	}{
		{"a column", func(b *breath, step func()) int {
			return b.column(many.n, func(int) column.Value { step(); return column.IntValue(1) }).Len
		}},
		{"an order", func(b *breath, step func()) int {
			return len(b.order(many.n, func(i, j int32) int { step(); return cmp.Compare(j, i) }))
		}},
		{"rows in order", func(b *breath, _ func()) int {
			b.draw()
			return many.ordered(b, firstRows(many.n)).n
		}},
		{"rows behind each other", func(b *breath, _ func()) int {
			b.draw()
			return concat(b, []*rows{many, many}).n / 2
		}},
	} {
		steps := 0
		n := tt.loop(run.breath(), func() { steps++ })
		if steps > breathRows || n != many.n {
			t.Errorf("%s takes %d steps after the end and has %d rows, want at most %d steps and %d rows", tt.name, steps, n, breathRows, many.n)
		}
	}
}

func TestBoundsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := makeColumn(100_000, func(i int) column.Value { return column.IntValue(int64(i)) })
	s := outlierStep{&plan.Outlier{}}
	if got := s.bounds(nil, c); got.low < 24_000 || got.low > 26_000 || got.high < 74_000 || got.high > 76_000 {
		t.Errorf("bounds of 100000 numbers = %+v, want their quartiles", got)
	}
	if got := s.bounds(newRun(ctx, nil, Options{Workers: 1}).breath(), c); got.high > breathRows {
		t.Errorf("bounds when the context has ended = %+v, want those of the first %d numbers", got, breathRows)
	}
}

// TestNothingHalfDoneIsAnAnswer ends the context of queries when their scans have.
func TestNothingHalfDoneIsAnAnswer(t *testing.T) {
	stopped := errors.New("stopped")
	for _, text := range []string{
		"fields a", "sort b desc", "stats count(*) by a", "stats count(*) as n by a | sort n", "pattern a", "dedup a", "fields a | tail 3 | fields b",
		"join left=l right=r where l.a = r.b (SOURCE x)", "filter a in (SOURCE x | fields b) | stats count(*)", "fields a | sessionize b maxspan 1s as s",
	} {
		q, err := syntax.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.Compile(q, plan.Options{Limit: -1})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		src := endingSource{wideSource{2000}, func() { cancel(stopped) }}
		r, err := Run(ctx, p, Options{Source: src, Named: func(*syntax.Source) (Source, error) { return src, nil }, Workers: 1})
		if !errors.Is(err, stopped) {
			t.Errorf("Run(%q) = %v, %v, want the error %v", text, r, err, stopped)
		}
	}
}

// An endingSource calls end behind each scan.
type endingSource struct {
	wideSource
	end func()
}

func (s endingSource) Scan(ctx context.Context, scan plan.Scan, workers int, each func(int, *column.Batch) error) (ScanStats, error) {
	defer s.end()
	return s.wideSource.Scan(ctx, scan, workers, each)
}

func TestSlicesOfRows(t *testing.T) {
	const n = 200
	kinds := map[string]*column.Column{
		"texts":                 makeColumn(n, func(i int) column.Value { return column.StringValue(string(rune('a' + i%26))) }),
		"texts of a dictionary": coded(slices.Repeat([]any{"x", nil, "y", "z"}, n/4)...),
		"numbers with nulls": makeColumn(n, func(i int) column.Value {
			if i%7 == 0 {
				return column.Value{}
			}
			return column.IntValue(int64(i))
		}),
		"floats": makeColumn(n, func(i int) column.Value { return column.FloatValue(float64(i) / 2) }),
		"mixed":  makeColumn(n, func(i int) column.Value { return []column.Value{column.IntValue(1), column.StringValue("a"), {}}[i%3] }),
		"nulls":  {Kind: column.Null, Len: n},
	}
	for name, c := range kinds {
		for _, at := range [][2]int{{0, n}, {0, 64}, {64, 128}, {64, 65}, {128, n}, {192, n}} {
			got := events(c).slice(at[0], at[1])
			for i := range got.n {
				if got.col(0).Value(i) != c.Value(at[0]+i) || got.seq[i] != int64(at[0]+i) {
					t.Errorf("row %d of %s[%d:%d] = %v, %d, want %v", i, name, at[0], at[1], got.col(0).Value(i), got.seq[i], c.Value(at[0]+i))
				}
			}
		}
	}
}

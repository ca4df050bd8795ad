package exec

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// slow is a condition: column 0 is above 80.
var slow = &plan.Compare{Op: function.Gt, X: slot(0), Y: &plan.Const{Value: column.IntValue(80)}}

func relevant(t *testing.T, s *plan.Relevant, in ...*rows) *rows {
	t.Helper()
	run := testRun()
	sink := newRelevant(run, s)
	for _, r := range in {
		if err := sink.add(run.worker(0), r); err != nil {
			t.Fatal(err)
		}
	}
	r, err := sink.finish()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRelevant(t *testing.T) {
	const n = 400
	numbers := func(value func(i int) any) *column.Column {
		return makeColumn(n, func(i int) column.Value { return valueOf(value(i)) })
	}
	duration := numbers(func(i int) any { return 40 + 80*(i%2) }) // every other row is slow
	for _, tt := range []struct {
		name     string
		field    *column.Column
		min, max float64
		rest     string // contributors, medians
	}{
		{"a field that decides", numbers(func(i int) any { return []string{"fast", "slow"}[i%2] }), 0.99, 1, `["slow"] | - | -`},
		{"a field that tells nothing", numbers(func(i int) any { return []string{"a", "b"}[i/2%2] }), 0, 0.01, `[] | - | -`},
		{"a constant", numbers(func(i int) any { return "x" }), 0, 0, `[] | - | -`},
		{"an identifier tells nothing about others", numbers(func(i int) any { return fmt.Sprint("id", i) }), 0, 0.01,
			`["id1","id101","id103","id105","id107"] | - | -`},
		{"a field that is there when it matters", numbers(func(i int) any { return []any{nil, "e"}[i%2] }), 0.99, 1, `["e"] | - | -`},
		{"a field that helps a little", numbers(func(i int) any { return []string{"a", "b", "a", "a"}[i%4] }), 0.2, 0.4, `["b"] | - | -`},
		{"numbers count by decile", numbers(func(i int) any { return 1000*(i%2) + i }), 0.95, 1,
			`["1079.8 to 1159.6","1159.6 to 1239.4","1239.4 to 1319.2","1319.2 to 1399","699.5 to 1079.8"] | 1200 | 199`},
		{"few numbers count as they are", numbers(func(i int) any { return i % 2 }), 0.99, 1, `["1"] | 1 | 0`},
		{"all null", numbers(func(i int) any { return nil }), 0, 0, `[] | - | -`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := relevant(t, &plan.Relevant{Cond: slow, All: -1, Fields: []plan.Column{{Name: "f", Slot: 1}}}, events(duration, tt.field))
			if got := show(r, 0, 2, 3, 4); got != "f | "+tt.rest {
				t.Errorf("relevantfields = %s, want f | %s", got, tt.rest)
			}
			if got := r.col(1).Value(0).Float(); got < tt.min || got > tt.max {
				t.Errorf("score = %v, want %v to %v", got, tt.min, tt.max)
			}
		})
	}
}

func TestRelevantOfEdges(t *testing.T) {
	fields := []plan.Column{{Name: "b", Slot: 1}, {Name: "a", Slot: 1}}
	for _, tt := range []struct {
		name string
		in   []*rows
		want string
	}{
		{"no rows", nil, "a | 0 | [] | - | -\nb | 0 | [] | - | -"},
		{"one row", []*rows{events(col(90), col("x"))}, "a | 0 | [\"x\"] | - | -\nb | 0 | [\"x\"] | - | -"},
		{"the condition holds for none", []*rows{events(col(1, nil), col("x", 2))}, "a | 0 | [] | - | -\nb | 0 | [] | - | -"},
		{"groups have no order of ingestion", []*rows{handmade(col(90, 1), col("x", "y"))}, "a | 0 | [\"x\"] | - | -\nb | 0 | [\"x\"] | - | -"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := relevant(t, &plan.Relevant{Cond: slow, All: -1, Fields: fields}, tt.in...)
			if got := show(r, 0, 1, 2, 3, 4); got != tt.want {
				t.Errorf("relevantfields =\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestRelevantRanksDiscoveredFields(t *testing.T) {
	r := events(col(90, 10, 91, 11, 92, 12, 93, 13), col(
		js(`{"fn":"pay","n":"1","same":"x","ü\"":"1"}`), js(`{"fn":"get","n":"1","same":"x"}`),
		js(`{"fn":"pay","n":"2","same":"x"}`), js(`{"fn":"get","n":"2","same":"x"}`),
		js(`{"fn":"pay","n":"1","same":"x"}`), js(`{"fn":"get","n":"1","same":"x"}`),
		js(`{"fn":"pay","n":"2","same":"x"}`), nil))
	got := relevant(t, &plan.Relevant{Cond: slow, All: 1}, r)
	if g := show(got, 0); got.n != 4 || !strings.HasPrefix(g, "fn\n") || !strings.Contains(g, `ü"`) {
		t.Errorf("fields by relevance =\n%s\nwant fn first, then n, same and ü\"", g)
	}
	if s := got.col(1).Value(0).Float(); s < 0.5 {
		t.Errorf("score of fn = %v, want above 0.5", s)
	}
}

func TestRelevantDrawsTheSameSampleWhateverTheBatches(t *testing.T) {
	const n = 5 * maxSample
	duration := makeColumn(n, func(i int) column.Value { return column.IntValue(int64(i % 100)) })
	field := makeColumn(n, func(i int) column.Value { return column.IntValue(int64(lot(int64(i)) % 50 * uint64(i%100))) })
	want := ""
	for _, workers := range []int{1, 3} {
		for _, size := range []int{997, n} {
			t.Run(fmt.Sprintf("%d workers, batches of %d", workers, size), func(t *testing.T) {
				run := testRun()
				run.opts.Workers = workers
				s := newRelevant(run, &plan.Relevant{Cond: slow, All: -1, Fields: []plan.Column{{Name: "f", Slot: 1}}})
				var wg sync.WaitGroup
				for id := range workers {
					wg.Go(func() {
						for from := id * size; from < n; from += workers * size {
							which := make([]int32, min(size, n-from))
							for i := range which {
								which[i] = int32(from + i)
							}
							if err := s.add(run.worker(id), events(duration, field).take(which, nil)); err != nil {
								t.Error(err)
							}
						}
					})
				}
				wg.Wait()
				r, err := s.finish()
				if err != nil {
					t.Fatal(err)
				}
				got := show(r, 0, 1, 2, 3, 4)
				if want == "" {
					want = got
				}
				if got != want {
					t.Errorf("relevantfields = %s, want %s as of one worker", got, want)
				}
			})
		}
	}
}

func TestSampleIsBounded(t *testing.T) {
	run := testRun()
	s := newRelevant(run, &plan.Relevant{Cond: slow, All: -1, Fields: []plan.Column{{Name: "f", Slot: 0}}}).(*relevantSink)
	for from := range 40 {
		r := events(column.Const(column.IntValue(int64(100*(from%2))), 1000))
		for i := range r.seq {
			r.seq[i] += int64(1000 * from)
		}
		if err := s.add(run.worker(0), r); err != nil {
			t.Fatal(err)
		}
	}
	for k, rows := range s.samples[0].rows {
		if len(rows) >= 2*maxSample || s.samples[0].n[k] != 20_000 {
			t.Errorf("side %d: %d rows sampled of %d, want fewer than %d of 20000", k, len(rows), s.samples[0].n[k], 2*maxSample)
		}
	}
}

func TestDiscoveryEndsWithItsQuery(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var p sample
	for i := range 1000 {
		p.rows[i%2] = append(p.rows[i%2], sampled{all: fmt.Sprintf(`{"k%d":1}`, i)})
	}
	if n := len(discoveredFields(nil, &p)); n != 1000 {
		t.Errorf("%d fields of rows that have a field each, want 1000", n)
	}
	if n := len(discoveredFields(newRun(ctx, nil, Options{Workers: 1}).main, &p)); n > breathRows/objectSteps {
		t.Errorf("%d fields when the query has ended, want at most %d", n, breathRows/objectSteps)
	}
}

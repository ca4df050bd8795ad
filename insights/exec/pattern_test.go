package exec

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func texts(messages []string) *column.Column {
	return makeColumn(len(messages), func(i int) column.Value { return column.StringValue(messages[i]) })
}

func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   []*column.Column
		want []string
	}{
		{"the most frequent first, ties by text", []*column.Column{col("ERROR 1", "b 2", "b 3", "a x", "b 4")},
			[]string{"b <Number-1> | 0.6 | 3 | NONE", "ERROR <Number-1> | 0.2 | 1 | ERROR", "a x | 0.2 | 1 | NONE"}},
		{"null, maps and lists do not count", []*column.Column{col(nil, js(`{"a":1}`), "x", nil)}, []string{"x | 1 | 1 | NONE"}},
		{"the text of numbers does", []*column.Column{col(1, 2.5, ms(0))}, []string{"<Number-1> | 0.6666666666666666 | 2 | NONE", "<Time-1> | 0.3333333333333333 | 1 | NONE"}},
		{"several batches", []*column.Column{col("a 1"), col("a 2", "b"), col()}, []string{"a <Number-1> | 0.6666666666666666 | 2 | NONE", "b | 0.3333333333333333 | 1 | NONE"}},
		{"dictionary-coded texts", []*column.Column{coded("a 1", "a 2", nil, "a 1")}, []string{"a <Number-1> | 1 | 3 | NONE"}},
		{"all null", []*column.Column{col(nil, nil)}, nil},
		{"no rows", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := testRun()
			s := newPattern(run, &plan.Pattern{X: slot(0), Time: -1})
			for _, c := range tt.in {
				if err := s.add(run.worker(0), events(c)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := s.finish()
			check(t, "pattern", got, err, tt.want, 0, 1, 2, 3)
		})
	}
}

// names are different words, at most 676.
func names(n int) []string {
	var out []string
	for i := range n {
		out = append(out, "name"+string(rune('a'+i/26))+string(rune('a'+i%26)))
	}
	return out
}

// manyMessages have some hundred shapes.
func manyMessages() []string {
	var out []string
	for i := range 4000 {
		name := names(60)[i%60]
		out = append(out, fmt.Sprintf("%s logged in from 10.0.0.%d", name, i%200), fmt.Sprintf(`{"level":"info","user":"%s","n":%d}`, name, i), fmt.Sprintf("job %s failed after %dms", names(5)[i%5], i))
	}
	return out
}

func TestPatternsDoNotDependOnWorkersAndBatches(t *testing.T) {
	messages := manyMessages()
	want := ""
	for _, workers := range []int{1, 2, 5} {
		for _, size := range []int{97, 1000, len(messages)} {
			t.Run(fmt.Sprintf("%d workers, batches of %d", workers, size), func(t *testing.T) {
				run := testRun()
				run.opts.Workers = workers
				s := newPattern(run, &plan.Pattern{X: slot(0), Time: -1})
				next := make(chan []string)
				var wg sync.WaitGroup
				for id := range workers {
					wg.Go(func() {
						for batch := range next {
							if err := s.add(run.worker(id), events(texts(batch))); err != nil {
								t.Error(err)
							}
						}
					})
				}
				for from := 0; from < len(messages); from += size {
					next <- messages[from:min(from+size, len(messages))]
				}
				close(next)
				wg.Wait()
				r, err := s.finish()
				if err != nil {
					t.Fatal(err)
				}
				got := show(r, 0, 1, 2, 3)
				if want == "" {
					want = got
				}
				if got != want || r.n != 7 {
					t.Errorf("patterns =\n%s\nwant 7, the same as of one worker:\n%s", got, want)
				}
			})
		}
	}
}

func TestPatternCountsItsMemory(t *testing.T) {
	run := testRun()
	run.memory.limit = 1000
	s := newPattern(run, &plan.Pattern{X: slot(0), Time: -1})
	if err := s.add(run.worker(0), events(texts([]string{"a", "b", "a"}))); err != nil {
		t.Fatalf("add of two shapes: %v, want none", err)
	}
	err := s.add(run.worker(0), events(texts(names(10))))
	var memory *MemoryError
	if !errors.As(err, &memory) || memory.What != "pattern" {
		t.Errorf("add beyond the limit: %v, want a MemoryError of pattern", err)
	}
}

func BenchmarkPattern(b *testing.B) {
	messages := manyMessages()
	run := testRun()
	r := events(texts(messages))
	size := 0
	for _, m := range messages {
		size += len(m)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		s := newPattern(run, &plan.Pattern{X: slot(0), Time: -1})
		if err := s.add(run.worker(0), r); err != nil {
			b.Fatal(err)
		}
		if _, err := s.finish(); err != nil {
			b.Fatal(err)
		}
	}
}

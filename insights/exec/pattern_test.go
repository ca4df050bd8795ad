package exec

import (
	"errors"
	"fmt"
	"strings"
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

func TestPatternOfTooManyShapesLosesNoCount(t *testing.T) {
	run := testRun()
	s := newPattern(run, &plan.Pattern{X: slot(0), Time: -1})
	const n = 3 * maxShapes
	for from := 0; from < n; from += 1000 {
		batch := column.Column{Kind: column.String, Len: 1000}
		for i := range 1000 {
			// Words in brackets of ever other number share no frame, so nothing can be merged.
			batch.Strings = append(batch.Strings, strings.Repeat("(", (from+i)%250)+strings.Repeat("[", (from+i)/250)+" kept")
		}
		if err := s.add(run.worker(0), events(&batch)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.finish()
	if err != nil {
		t.Fatal(err)
	}
	sum, ratio, other := int64(0), 0.0, false
	for i := range r.n {
		sum += r.col(2).Value(i).Int()
		ratio += r.col(1).Value(i).Float()
		other = other || r.col(0).Value(i).Text() == otherPattern
	}
	if sum != n || r.n > maxShapes+1 || !other || ratio < 0.999 || ratio > 1.001 {
		t.Errorf("%d patterns, the others named: %v; counts sum to %d, ratios to %v; want at most %d, true, %d, 1", r.n, other, sum, ratio, maxShapes+1, n)
	}
}

func TestPatternCountsItsMemory(t *testing.T) {
	run := testRun()
	run.memory.limit = 10 * shapeBytes
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

// BenchmarkMergeShapes merges as many shapes as a worker may hold, which share a frame and do not merge.
func BenchmarkMergeShapes(b *testing.B) {
	var messages []string
	for i := range maxShapes {
		messages = append(messages, fmt.Sprintf("%s %s %s", names(600)[i%599], names(600)[i*7%600], names(600)[i/40]))
	}
	shapes := shapesOf(messages)
	b.ReportAllocs()
	for b.Loop() {
		mergeShapes(shapes)
	}
}

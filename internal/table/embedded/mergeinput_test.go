package embedded

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// fillPart appends one row after the other to n partitions in turn, and makes a part of them.
func fillPart(t testing.TB, e *Engine, rows, n int) {
	t.Helper()
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := w; i < rows; i += 8 {
				r := rowsOf("", "hello")
				r.Times[0] = int64(i)
				if _, err := e.Table("log_events").Append(context.Background(), table.Partition(i%n+1), r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := e.flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// inputBatches returns the lengths of the batches that a merge of the only part for some partitions reads.
func inputBatches(t *testing.T, e *Engine, partitions ...table.Partition) (lengths []int) {
	t.Helper()
	m := &merger{engine: e, schema: logEvents, ctx: context.Background(), gone: e.gone(), partitions: partitions}
	defer m.close()
	for _, p := range e.mu.live {
		f, err := p.opened(0)
		if err != nil {
			t.Fatal(err)
		}
		m.inputs = append(m.inputs, &mergeInput{part: p, file: f})
	}
	if err := m.begin(); err != nil {
		t.Fatal(err)
	}
	in := m.inputs[0]
	for {
		more, err := in.next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return lengths
		}
		lengths = append(lengths, in.batch.Len)
		in.at = in.batch.Len
	}
}

// TestMergeReadsNeighboursTogether wants as few stretches as there are, however many partitions share a part.
func TestMergeReadsNeighboursTogether(t *testing.T) {
	e, stop, err := byHand(vfs.NewMem(), Options{Now: clock(), Salt: salts(1)})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	fillPart(t, e, 4000, 500) // 8 rows in each
	var all, odd []table.Partition
	for p := table.Partition(1); p <= 500; p++ {
		all = append(all, p)
		if p%2 == 1 {
			odd = append(odd, p)
		}
	}
	for _, tt := range []struct {
		name string
		of   []table.Partition
		want []int
	}{
		{"all partitions", all, []int{4000}},
		{"each other one", odd, []int{2000}},
		{"one", all[249:250], []int{8}},
		{"the first and the last", []table.Partition{1, 500}, []int{16}},
		{"none", nil, nil},
		{"one that is not there", []table.Partition{501}, nil},
	} {
		if got := inputBatches(t, e, tt.of...); !slices.Equal(got, tt.want) {
			t.Errorf("%s: batches of %v rows, want %v", tt.name, got, tt.want)
		}
	}
}

// TestMergeLeavesOutWhatIsBetween merges parts in which many rows that are gone lie between those that are not.
func TestMergeLeavesOutWhatIsBetween(t *testing.T) {
	e, stop, err := byHand(vfs.NewMem(), Options{Now: clock(), Salt: salts(1), limits: limits{fanIn: 2}})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	ctx, tab, g, r := context.Background(), e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1))
	for range 2 {
		for range 5 {
			mustAppend(t, tab, g, r, 1, 40)
			mustAppend(t, tab, g, r, 2, nearRows/4) // in all more than nearRows
			mustAppend(t, tab, g, r, 3, 40)
			mustAppend(t, tab, g, r, 4, 40)
		}
		if err := e.flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for p, before := range map[table.Partition]int64{1: 500, 3: 2000} {
		if err := tab.Expire(ctx, table.Expiry{Partition: p, Before: before}); err != nil {
			t.Fatal(err)
		}
		g.expire(p, before, true)
	}
	if err := tab.Drop(ctx, 2); err != nil {
		t.Fatal(err)
	}
	g.dropped[2] = true
	if err := e.mergeAll(ctx); err != nil || len(e.mu.live) != 1 {
		t.Fatalf("mergeAll: %v, %d parts, want one", err, len(e.mu.live))
	}
	for _, p := range e.mu.live {
		if got := p.Partitions(); !slices.Equal(got, []table.Partition{1, 4}) {
			t.Errorf("the merged part has partitions %v, want 1 and 4", got)
		}
	}
	rows, stats, err := scanAll(tab, partitions)
	if err != nil || len(stats.Problems) > 0 {
		t.Fatalf("Scan = %+v, %v, want no problems", stats, err)
	}
	if err := g.check(rows); err != nil {
		t.Error(err)
	}
}

// BenchmarkMergePartitions merges 8 parts of 5,000 rows each: how many partitions they are of should not matter much.
func BenchmarkMergePartitions(b *testing.B) {
	for _, n := range []int{1, 1000, 5000} {
		b.Run(fmt.Sprint(n, " partitions"), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(8 * 5000 * int64(len("hello")))
			for b.Loop() {
				b.StopTimer()
				e, stop, err := byHand(vfs.NewMem(), Options{Salt: salts(1)})
				if err != nil {
					b.Fatal(err)
				}
				for range 8 {
					fillPart(b, e, 5000, n)
				}
				b.StartTimer()
				if err := e.mergeAll(context.Background()); err != nil {
					b.Fatal(err)
				}
				stop()
			}
		})
	}
}

package manifest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/groundwatch/groundwatch/internal/table"
)

// TestDroppedAreRemembered drops partitions in a random order and compares with a plain set.
func TestDroppedAreRemembered(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var d Dropped
		want := map[Home]bool{}
		for step := range 200 {
			h := Home{fmt.Sprint("t", r.IntN(2)), table.Partition(r.IntN(120))}
			last := h.Partition
			if r.IntN(5) == 0 {
				last += table.Partition(r.IntN(10))
			}
			before := d.Clone()
			d.add(h.Table, Run{h.Partition, last})
			for p := h.Partition; p <= last; p++ {
				if before.Has(Home{h.Table, p}) != want[Home{h.Table, p}] {
					t.Fatalf("seed %d, step %d: a clone changed with what it was cloned from", seed, step)
				}
				want[Home{h.Table, p}] = true
			}
		}
		for p := table.Partition(-1); p < 132; p++ {
			for _, name := range []string{"t0", "t1", "none"} {
				if h := (Home{name, p}); d.Has(h) != want[h] {
					t.Errorf("seed %d: Has(%v) = %t, want %t", seed, h, d.Has(h), want[h])
				}
			}
		}
		before := map[string]table.Partition{}
		for name, run := range d.Runs() {
			if last, ok := before[name]; ok && run.First <= last+1 || run.Last < run.First {
				t.Errorf("seed %d: run %v of %s behind %d, want a gap between", seed, run, name, last)
			}
			before[name] = run.Last
		}
	}
}

// TestDroppedTakeNoRoom drops all partitions but one in a hundred: what is remembered grows with those that live.
func TestDroppedTakeNoRoom(t *testing.T) {
	var d Dropped
	for p := range table.Partition(100_000) {
		if p%100 != 0 {
			d.add("log_events", Run{p, p})
		}
	}
	c := newContents()
	c.Dropped = d
	bytes := 0
	for _, x := range c.pieces() {
		bytes += len(x.bytes())
	}
	if bytes > 1000*20 {
		t.Errorf("a snapshot with 99,000 dropped partitions between 1,000 that live has %d bytes, want at most 20 for each that lives", bytes)
	}
}

package manifest

import (
	"iter"
	"maps"
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
)

// Dropped are the partitions that were dropped, for good: an append to one has to be refused for ever, long after its last row is
// gone. As their numbers are given out in order and never again, they are kept as runs: there are at most as many as partitions
// that live, and starts that lost some numbers, however many were dropped.
type Dropped struct {
	runs map[string][]Run // by table; sorted, and none touches the next
}

// A Run is neighbouring partitions, both ends included.
type Run struct{ First, Last table.Partition }

// Has tells whether a partition was dropped.
func (d *Dropped) Has(h Home) bool {
	runs := d.runs[h.Table]
	i := after(runs, h.Partition)
	return i > 0 && runs[i-1].Last >= h.Partition
}

// after returns the place of the first run that begins after a partition.
func after(runs []Run, p table.Partition) int {
	i, _ := slices.BinarySearchFunc(runs, p, func(r Run, p table.Partition) int {
		if r.First > p {
			return 1
		}
		return -1
	})
	return i
}

// add adds a run.
func (d *Dropped) add(name string, r Run) {
	if d.runs == nil {
		d.runs = map[string][]Run{}
	}
	runs := d.runs[name]
	from := after(runs, r.First)
	if from > 0 && runs[from-1].Last >= r.First-1 {
		from--
		r.First, r.Last = runs[from].First, max(r.Last, runs[from].Last)
	}
	to := from
	for to < len(runs) && runs[to].First-1 <= r.Last {
		r.Last = max(r.Last, runs[to].Last)
		to++
	}
	d.runs[name] = slices.Replace(runs, from, to, r)
}

// Runs yields the runs of all tables, in order.
func (d *Dropped) Runs() iter.Seq2[string, Run] {
	return func(yield func(string, Run) bool) {
		for _, name := range slices.Sorted(maps.Keys(d.runs)) {
			for _, r := range d.runs[name] {
				if !yield(name, r) {
					return
				}
			}
		}
	}
}

// Clone returns the same, to be changed by itself.
func (d *Dropped) Clone() Dropped {
	c := Dropped{make(map[string][]Run, len(d.runs))}
	for name, runs := range d.runs {
		c.runs[name] = slices.Clone(runs)
	}
	return c
}

package embedded

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// scanRows is how many rows in memory a batch has at most: as many as one from a part.
const scanRows = 8192

// A scanner is one Scan.
type scanner struct {
	table  *Table
	scan   table.Scan
	of     map[table.Partition][]int // places in scan.Ranges, in their order
	views  []*view
	each   func(worker int, b *column.Batch) error
	mu     sync.Mutex // for stats
	stats  table.Stats
	cancel context.CancelCauseFunc
}

// Scan implements table.Table.
func (t *Table) Scan(ctx context.Context, s table.Scan, workers int, each func(worker int, b *column.Batch) error) (table.Stats, error) {
	if err := t.schema.CheckScan(s); err != nil {
		return table.Stats{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	x := &scanner{table: t, scan: s, of: map[table.Partition][]int{}, each: each, cancel: cancel}
	var partitions []table.Partition
	for i, r := range s.Ranges {
		if x.of[r.Partition] == nil {
			partitions = append(partitions, r.Partition)
		}
		x.of[r.Partition] = append(x.of[r.Partition], i)
	}
	x.views = t.engine.views(t.schema.Name, partitions)
	defer func() {
		for _, v := range x.views {
			v.release()
		}
	}()
	units := x.units(partitions)
	x.stats.Problems = t.engine.lost()
	var next atomic.Int64
	var all sync.WaitGroup
	for worker := range min(max(workers, 1), max(len(units), 1)) {
		all.Go(func() { x.work(ctx, worker, units, &next) })
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return table.Stats{}, err
	}
	return x.stats, nil
}

// A unit is what one worker reads at once: neighbouring spans of a row group, or chunks of memory.
type unit struct {
	part   *livePart
	spans  []manifest.Span
	chunks []*chunk
	views  []*view // of each span, or of each chunk
}

// units returns what has to be read.
func (x *scanner) units(partitions []table.Partition) []unit {
	var all []unit
	byGroup := map[groupKey]int{}
	memory := unit{}
	rows := 0
	for i, p := range partitions {
		v := x.views[i]
		for _, part := range v.parts {
			for _, s := range part.Of(p) {
				if !x.wants(s) || v.lines.Cover(s) == manifest.Covered {
					continue
				}
				all = addSpan(all, byGroup, part, s, v)
			}
		}
		for _, c := range v.chunks {
			if !x.wants(c.span) {
				continue
			}
			memory.chunks, memory.views = append(memory.chunks, c), append(memory.views, v)
			if rows += len(c.times); rows >= scanRows {
				all, memory, rows = append(all, memory), unit{}, 0
			}
		}
	}
	if len(memory.chunks) > 0 {
		all = append(all, memory)
	}
	slices.SortStableFunc(all, func(a, b unit) int { return cmp.Compare(b.last(), a.last()) })
	return all
}

// last returns the time of the newest row of a unit. Units are read newest first: who looks for the newest rows soon knows that others are
// none of them, and what is in memory is there first.
func (u unit) last() int64 {
	last := int64(math.MinInt64)
	for _, s := range u.spans {
		last = max(last, s.LastTime)
	}
	for _, c := range u.chunks {
		last = max(last, c.span.LastTime)
	}
	return last
}

// A groupKey names a row group.
type groupKey struct {
	part  uint64
	group int
}

// addSpan adds a span to the unit of its row group, so that no row group is read once for each of its partitions.
func addSpan(all []unit, at map[groupKey]int, p *livePart, s manifest.Span, v *view) []unit {
	key := groupKey{p.Number, s.Group}
	if i, ok := at[key]; ok {
		all[i].spans, all[i].views = append(all[i].spans, s), append(all[i].views, v)
		return all
	}
	at[key] = len(all)
	return append(all, unit{part: p, spans: []manifest.Span{s}, views: []*view{v}})
}

// wants tells whether any range may have rows of a span.
func (x *scanner) wants(s manifest.Span) bool {
	return slices.ContainsFunc(x.of[s.Partition], func(i int) bool { return mayMatch(x.scan.Ranges[i], x.scan.Through.Last(), s) != manifest.None })
}

// mayMatch tells how much of a span is in a range.
func mayMatch(r table.Range, through table.Sequence, s manifest.Span) manifest.Cover {
	if s.LastTime < r.From || s.FirstTime >= r.To || through != 0 && s.FirstSequence > through {
		return manifest.None
	}
	streams := manifest.Covered
	if r.Streams != nil {
		streams = manifest.Some
		at, _ := slices.BinarySearch(r.Streams, s.FirstStream)
		if at == len(r.Streams) || r.Streams[at] > s.LastStream {
			return manifest.None
		}
		if s.FirstStream == s.LastStream {
			streams = manifest.Covered
		}
	}
	if s.FirstTime >= r.From && s.LastTime < r.To && (through == 0 || s.LastSequence <= through) {
		return streams
	}
	return manifest.Some
}

// matches tells whether a row is in a range.
func matches(r table.Range, through table.Sequence, stream, time int64, sequence table.Sequence) bool {
	if time < r.From || time >= r.To || through != 0 && sequence > through {
		return false
	}
	if r.Streams == nil {
		return true
	}
	_, found := slices.BinarySearch(r.Streams, stream)
	return found
}

// work reads units until there are none left.
func (x *scanner) work(ctx context.Context, worker int, units []unit, next *atomic.Int64) {
	out := newOutput(x, worker)
	for ctx.Err() == nil {
		i := int(next.Add(1)) - 1
		if i >= len(units) {
			break
		}
		err := out.read(ctx, units[i])
		var broken *readError
		switch {
		case errors.As(err, &broken):
			out.stats.Problems = append(out.stats.Problems, broken.Error())
		case err != nil:
			x.cancel(err)
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.stats.Rows += out.stats.Rows
	x.stats.Bytes += out.stats.Bytes
	x.stats.Problems = append(x.stats.Problems, out.stats.Problems...)
}

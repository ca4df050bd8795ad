package embedded

import (
	"cmp"
	"maps"
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// A mergeable is what decides whether a part merges.
type mergeable struct {
	number uint64
	table  string
	owner  table.Partition // whose part it is; 0: shared by small ones
	weight int64           // about the bytes of its rows before they were packed
	dead   int64           // of these, those that nobody can see any more
}

// An effort is how much merges may do.
type effort uint8

const (
	removing effort = iota // parts without rows go: that needs no room, and always works
	freeing                // parts that are half gone are written anew too: that frees some
	anything
)

// rowWeight is what a row weighs beside its text.
const rowWeight = 64

// weigh returns a part as the plan of merges sees it; dead tells of spans whose rows are all gone.
func weigh(m *manifest.Part, ownText int64, dead func(manifest.Span) bool) mergeable {
	w := mergeable{number: m.Number, table: m.Table}
	for _, s := range m.Spans {
		n := s.Bytes + rowWeight*int64(s.Rows())
		w.weight += n
		if dead(s) {
			w.dead += n
		}
	}
	if p := m.Partitions(); len(p) == 1 && w.weight >= ownText {
		w.owner = p[0]
	}
	return w
}

// planMerge decides what to do next: parts without rows go; parts that are half gone are written anew; else the
// fanIn oldest parts of one size, of one owner, become one, once there are enough. Sizes grow by fanIn, so that a row is
// written some four times in its life, and twice if it came in a full part. It returns nil if there is nothing to do.
func planMerge(parts []mergeable, l limits, most effort) []uint64 {
	var gone []uint64
	for _, p := range parts {
		if p.dead == p.weight {
			gone = append(gone, p.number)
		}
	}
	if len(gone) > 0 {
		return gone
	}
	if most == removing {
		return nil
	}
	for _, p := range parts {
		if 2*p.dead >= p.weight {
			return []uint64{p.number}
		}
	}
	if most == freeing {
		return nil
	}
	type tier struct {
		table string
		owner table.Partition
		level int
	}
	tiers := map[tier][]mergeable{}
	for _, p := range parts {
		if p.weight < l.partText/2 {
			t := tier{p.table, p.owner, level(p.weight, l.fanIn)}
			tiers[t] = append(tiers[t], p)
		}
	}
	var best []uint64
	least := 0
	for t, same := range tiers {
		if len(same) < wantedOf(t.level, l) || best != nil && t.level >= least {
			continue
		}
		if few := oldest(same, l); len(few) > 1 {
			best, least = few, t.level
		}
	}
	return best
}

// wantedOf returns how many parts of a size there have to be before some of them merge. Full ones wait for fanIn times as many:
// what comes fast is then read, merged and written again only where there is much of it.
func wantedOf(size int, l limits) int {
	if size >= level(l.fullText, l.fanIn) {
		return l.fanIn * l.fanIn
	}
	return l.fanIn
}

// oldest returns the numbers of the first fanIn parts, or fewer if they would be too large.
func oldest(parts []mergeable, l limits) []uint64 {
	slices.SortFunc(parts, func(a, b mergeable) int { return cmp.Compare(a.number, b.number) })
	var numbers []uint64
	weight := int64(0)
	for _, p := range parts[:l.fanIn] {
		if weight += p.weight; weight > l.partText {
			break
		}
		numbers = append(numbers, p.number)
	}
	return numbers
}

// level returns the size of a part as a number: one more for a part fanIn times as large.
func level(weight int64, fanIn int) int {
	n := 0
	for w := weight >> 10; w > 0; n++ {
		w /= int64(max(fanIn, 2))
	}
	return n
}

// A mergeOutput is a part that a merge writes: of these partitions.
type mergeOutput []table.Partition

// planOutputs decides into which parts the rows of some parts go: partitions with much text have their own, the others share.
func planOutputs(parts []*livePart, l limits, dead func(manifest.Span) bool) []mergeOutput {
	weights := map[table.Partition]int64{}
	for _, p := range parts {
		for _, s := range p.Spans {
			if !dead(s) {
				weights[s.Partition] += s.Bytes + rowWeight*int64(s.Rows())
			}
		}
	}
	var outputs []mergeOutput
	var shared mergeOutput
	weight := int64(0)
	for _, p := range slices.Sorted(maps.Keys(weights)) {
		switch w := weights[p]; {
		case w >= l.ownText:
			outputs = append(outputs, mergeOutput{p})
		case weight+w > l.partText && len(shared) > 0:
			outputs = append(outputs, shared)
			shared, weight = mergeOutput{p}, w
		default:
			shared = append(shared, p)
			weight += w
		}
	}
	if len(shared) > 0 {
		outputs = append(outputs, shared)
	}
	return outputs
}

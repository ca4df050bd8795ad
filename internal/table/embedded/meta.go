package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/pack"
)

// PartFormat is the version of what a part's file holds. A reader accepts 1 to PartFormat; docs/format/part.md describes each.
//
//	1: Parquet sorted by partition, stream, time, sequence
const PartFormat = 1

// A partMeta is what the manifest says of a part. It is not modified after it was made.
type partMeta struct {
	number uint64 // of the file
	format uint64
	table  string
	size   int64    // of the file
	sums   []uint32 // CRC-32C of each of its blocks, see blocks.Bytes
	spans  []span   // sorted by partition, then row group
}

// A span is the rows of one partition in one row group: a stretch, because a part is sorted.
type span struct {
	partition table.Partition
	group     int
	from, to  int // rows of the group

	firstTime, lastTime         int64
	firstStream, lastStream     int64
	firstSequence, lastSequence table.Sequence
	bytes                       int64 // of texts
}

func (s span) rows() int { return s.to - s.from }

// rows returns how many rows a part has.
func (m *partMeta) rows() int64 {
	n := int64(0)
	for _, s := range m.spans {
		n += int64(s.rows())
	}
	return n
}

// text returns how many bytes the texts of a part have.
func (m *partMeta) text() int64 {
	n := int64(0)
	for _, s := range m.spans {
		n += s.bytes
	}
	return n
}

// of returns the spans of a partition.
func (m *partMeta) of(p table.Partition) []span {
	from, to := m.placesOf(p)
	return m.spans[from:to]
}

// placesOf returns where the spans of a partition begin and end.
func (m *partMeta) placesOf(p table.Partition) (from, to int) {
	order := func(s span, p table.Partition) int {
		switch {
		case s.partition < p:
			return -1
		case s.partition > p:
			return 1
		}
		return 0
	}
	from, _ = slices.BinarySearchFunc(m.spans, p, order)
	to = from
	for to < len(m.spans) && m.spans[to].partition == p {
		to++
	}
	return from, to
}

// partitions returns the partitions of a part, each once.
func (m *partMeta) partitions() []table.Partition {
	var all []table.Partition
	for _, s := range m.spans {
		if len(all) == 0 || all[len(all)-1] != s.partition {
			all = append(all, s.partition)
		}
	}
	return all
}

// last returns the greatest sequence in a part.
func (m *partMeta) last() table.Sequence {
	var last table.Sequence
	for _, s := range m.spans {
		last = max(last, s.lastSequence)
	}
	return last
}

// append adds the part in the form of docs/format/manifest.md.
func (m *partMeta) append(e *pack.Encoder) {
	e.Uint(m.number)
	e.Uint(m.format)
	e.Text(m.table)
	e.Int(m.size)
	e.Uint(uint64(len(m.sums)))
	for _, sum := range m.sums {
		e.Fixed32(sum)
	}
	e.Uint(uint64(len(m.spans)))
	var before span
	for _, s := range m.spans {
		e.Int(int64(s.partition - before.partition))
		e.Uint(uint64(s.group))
		e.Uint(uint64(s.from))
		e.Uint(uint64(s.rows()))
		e.Int(s.firstTime - before.firstTime)
		e.Int(s.lastTime - s.firstTime)
		e.Int(s.firstStream)
		e.Int(s.lastStream - s.firstStream)
		e.Int(int64(s.firstSequence - before.firstSequence))
		e.Int(int64(s.lastSequence - s.firstSequence))
		e.Int(s.bytes)
		before = s
	}
}

// readPart reads what append wrote.
func readPart(d *pack.Decoder) *partMeta {
	m := &partMeta{number: d.Uint(), format: d.Uint(), table: d.Text(), size: d.Int()}
	m.sums = make([]uint32, d.Count(4))
	for i := range m.sums {
		m.sums[i] = d.Fixed32()
	}
	m.spans = make([]span, d.Count(11))
	var before span
	for i := range m.spans {
		s := span{partition: before.partition + table.Partition(d.Int()), group: int(d.Uint()), from: int(d.Uint())}
		s.to = s.from + int(d.Uint())
		s.firstTime = before.firstTime + d.Int()
		s.lastTime = s.firstTime + d.Int()
		s.firstStream = d.Int()
		s.lastStream = s.firstStream + d.Int()
		s.firstSequence = before.firstSequence + table.Sequence(d.Int())
		s.lastSequence = s.firstSequence + table.Sequence(d.Int())
		s.bytes = d.Int()
		m.spans[i], before = s, s
	}
	return m
}

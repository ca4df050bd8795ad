package manifest

import (
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/pack"
)

// PartFormat is the version of what a part's file holds. A reader accepts 1 to PartFormat; docs/format/part.md describes each.
//
//	1: Parquet sorted by partition, stream, time, sequence
//	2: files of up to 1 MiB have a checksum for each 4 KiB
const PartFormat = 2

// A Part is what the manifest says of a part. It is not modified after it was made.
type Part struct {
	Number uint64 // of the file
	Format uint64
	Table  string
	Size   int64    // of the file
	Sums   []uint32 // CRC-32C of each of its blocks, see package blocks
	Spans  []Span   // sorted by partition, then row group
}

// A Span is the rows of one partition in one row group: a stretch, because a part is sorted.
type Span struct {
	Partition table.Partition
	Group     int
	From, To  int // rows of the group

	FirstTime, LastTime         int64
	FirstStream, LastStream     int64
	FirstSequence, LastSequence table.Sequence
	Bytes                       int64 // of texts
}

func (s Span) Rows() int { return s.To - s.From }

// Rows returns how many rows a part has.
func (m *Part) Rows() int64 {
	n := int64(0)
	for _, s := range m.Spans {
		n += int64(s.Rows())
	}
	return n
}

// Text returns how many bytes the texts of a part have.
func (m *Part) Text() int64 {
	n := int64(0)
	for _, s := range m.Spans {
		n += s.Bytes
	}
	return n
}

// Of returns the spans of a partition.
func (m *Part) Of(p table.Partition) []Span {
	from, to := m.PlacesOf(p)
	return m.Spans[from:to]
}

// PlacesOf returns where the spans of a partition begin and end.
func (m *Part) PlacesOf(p table.Partition) (from, to int) {
	order := func(s Span, p table.Partition) int {
		switch {
		case s.Partition < p:
			return -1
		case s.Partition > p:
			return 1
		}
		return 0
	}
	from, _ = slices.BinarySearchFunc(m.Spans, p, order)
	to = from
	for to < len(m.Spans) && m.Spans[to].Partition == p {
		to++
	}
	return from, to
}

// Partitions returns the partitions of a part, each once.
func (m *Part) Partitions() []table.Partition {
	var all []table.Partition
	for _, s := range m.Spans {
		if len(all) == 0 || all[len(all)-1] != s.Partition {
			all = append(all, s.Partition)
		}
	}
	return all
}

// Last returns the greatest sequence in a part.
func (m *Part) Last() table.Sequence {
	var last table.Sequence
	for _, s := range m.Spans {
		last = max(last, s.LastSequence)
	}
	return last
}

// append adds the part in the form of docs/format/manifest.md.
func (m *Part) append(e *pack.Encoder) {
	e.Uint(m.Number)
	e.Uint(m.Format)
	e.Text(m.Table)
	e.Int(m.Size)
	e.Uint(uint64(len(m.Sums)))
	for _, sum := range m.Sums {
		e.Fixed32(sum)
	}
	e.Uint(uint64(len(m.Spans)))
	var before Span
	for _, s := range m.Spans {
		e.Int(int64(s.Partition - before.Partition))
		e.Uint(uint64(s.Group))
		e.Uint(uint64(s.From))
		e.Uint(uint64(s.Rows()))
		e.Int(s.FirstTime - before.FirstTime)
		e.Int(s.LastTime - s.FirstTime)
		e.Int(s.FirstStream)
		e.Int(s.LastStream - s.FirstStream)
		e.Int(int64(s.FirstSequence - before.FirstSequence))
		e.Int(int64(s.LastSequence - s.FirstSequence))
		e.Int(s.Bytes)
		before = s
	}
}

// readPart reads what append wrote.
func readPart(d *pack.Decoder) *Part {
	m := &Part{Number: d.Uint(), Format: d.Uint(), Table: d.Text(), Size: d.Int()}
	m.Sums = make([]uint32, d.Count(4))
	for i := range m.Sums {
		m.Sums[i] = d.Fixed32()
	}
	m.Spans = make([]Span, d.Count(11))
	var before Span
	for i := range m.Spans {
		s := Span{Partition: before.Partition + table.Partition(d.Int()), Group: int(d.Uint()), From: int(d.Uint())}
		s.To = s.From + int(d.Uint())
		s.FirstTime = before.FirstTime + d.Int()
		s.LastTime = s.FirstTime + d.Int()
		s.FirstStream = d.Int()
		s.LastStream = s.FirstStream + d.Int()
		s.FirstSequence = before.FirstSequence + table.Sequence(d.Int())
		s.LastSequence = s.FirstSequence + table.Sequence(d.Int())
		s.Bytes = d.Int()
		m.Spans[i], before = s, s
	}
	return m
}

package queries

import (
	"context"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// streams knows the streams of a scan's groups by number. It is safe for concurrent use.
type streams struct {
	ctx    context.Context
	groups []Group
	of     map[table.Partition]int // places in groups
	gone   map[streamKey]bool      // deleted before the scan; nil if none
	mu     struct {
		sync.Mutex
		names map[streamKey]string
	}
}

// A streamKey is a stream of one of the groups of a scan.
type streamKey struct {
	group  int // its place
	number int64
}

// name returns the name of a stream; "" if it was deleted.
func (s *streams) name(k streamKey) (string, error) {
	s.mu.Lock()
	name, known := s.mu.names[k]
	s.mu.Unlock()
	if known {
		return name, nil
	}
	name, err := s.groups[k.group].Stream(s.ctx, k.number)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.names == nil {
		s.mu.names = map[streamKey]string{}
	}
	s.mu.names[k] = name
	return name, nil
}

// A maker makes the batches of one worker. It uses its memory again for the next one.
type maker struct {
	*layout
	streams *streams
	logs    []string // @log by place of the group

	names   []string // that streams of batches so far have, each once
	code    map[string]uint32
	codes   map[streamKey]uint32 // in names; noName for a deleted stream
	keys    []streamKey          // of the rows
	keep    []int32
	byRow   []uint32 // codes of @logStream or @log
	byGroup []uint32
	events  []int64
	out     column.Batch
}

const noName = ^uint32(0)

func newMaker(l *layout, s *streams) *maker {
	m := &maker{layout: l, streams: s, code: map[string]uint32{}, codes: map[streamKey]uint32{}}
	for _, g := range s.groups {
		m.logs = append(m.logs, g.Facts().log())
	}
	return m
}

// batch returns the rows of a batch of the table as the query wants them, without those of deleted streams.
func (m *maker) batch(b *column.Batch) (*column.Batch, error) {
	in := b.Columns
	if m.stream >= 0 {
		if err := m.readStreams(b); err != nil {
			return nil, err
		}
		if len(m.keep) < b.Len {
			in = m.kept(in)
		}
	} else {
		m.readGroups(b)
	}
	m.out = column.Batch{Len: len(m.keys), Columns: m.out.Columns[:0]}
	if m.sequence >= 0 {
		m.out.Numbers = in[m.sequence].Ints
	}
	for i, f := range m.fields {
		var c *column.Column
		switch {
		case m.at[i] >= 0:
			c = in[m.at[i]]
		case f.Event:
			c = m.eventColumn()
		case f.Name == "@log":
			c = m.logColumn()
		default:
			c = &column.Column{Kind: column.String, Len: len(m.keys), Strings: m.names, Codes: m.byRow}
		}
		m.out.Columns = append(m.out.Columns, c)
	}
	return &m.out, nil
}

// readGroups notes the group of each row.
func (m *maker) readGroups(b *column.Batch) {
	if cap(m.keys) < b.Len {
		m.keys = make([]streamKey, b.Len)
	}
	m.keys = m.keys[:b.Len]
	for i := 0; i < b.Len && m.partition >= 0; i++ { // else all are of the first
		m.keys[i].group = m.group(b, i)
	}
}

// group returns the place of a row's group.
func (m *maker) group(b *column.Batch, row int) int {
	if m.partition < 0 {
		return 0
	}
	return m.streams.of[table.Partition(b.Columns[m.partition].Ints[row])]
}

// readStreams notes the stream of each row, and which rows are of streams that are there.
func (m *maker) readStreams(b *column.Batch) error {
	m.keys, m.keep, m.byRow = m.keys[:0], m.keep[:0], m.byRow[:0]
	numbers := b.Columns[m.stream].Ints
	last, code := streamKey{group: -1}, noName
	for i := range b.Len {
		if k := (streamKey{m.group(b, i), numbers[i]}); k != last {
			var err error
			if code, err = m.codeOf(k); err != nil {
				return err
			}
			last = k
		}
		if code != noName {
			m.keys, m.keep, m.byRow = append(m.keys, last), append(m.keep, int32(i)), append(m.byRow, code)
		}
	}
	return nil
}

// codeOf returns the place of a stream's name in names; noName if the stream was deleted.
func (m *maker) codeOf(k streamKey) (uint32, error) {
	if code, known := m.codes[k]; known {
		return code, nil
	}
	name := ""
	if !m.streams.gone[k] {
		var err error
		if name, err = m.streams.name(k); err != nil {
			return noName, err
		}
	}
	code := noName
	if name != "" {
		var known bool
		if code, known = m.code[name]; !known {
			code = uint32(len(m.names))
			m.names = append(m.names, name)
			m.code[name] = code
		}
	}
	m.codes[k] = code
	return code, nil
}

// kept returns the rows that are kept of all columns.
func (m *maker) kept(in []*column.Column) []*column.Column {
	out := make([]*column.Column, len(in))
	for i, c := range in {
		out[i] = c.Take(m.keep)
	}
	return out
}

func (m *maker) logColumn() *column.Column {
	m.byGroup = m.byGroup[:0]
	for _, k := range m.keys {
		m.byGroup = append(m.byGroup, uint32(k.group))
	}
	return &column.Column{Kind: column.String, Len: len(m.keys), Strings: m.logs, Codes: m.byGroup}
}

// streamBits is how many bits of an event's number the stream has; the place of its group has the others. Streams are numbered
// from 1 on, and 10,000 groups need 14 bits.
const streamBits = 48

// eventColumn returns the numbers by which an event is found again: together with the time and number of its row.
func (m *maker) eventColumn() *column.Column {
	m.events = m.events[:0]
	for _, k := range m.keys {
		m.events = append(m.events, int64(k.group)<<streamBits|k.number)
	}
	return &column.Column{Kind: column.Int64, Len: len(m.keys), Ints: m.events}
}

// pointer returns the @ptr of an event by its number, time and sequence.
func (src *source) pointer(event, time, sequence int64) string {
	g := src.groups[event>>streamBits]
	return g.Pointer(event&(1<<streamBits-1), table.Cursor{Time: time, Sequence: table.Sequence(sequence)})
}

package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// A chunk is the rows of one append. It is not modified.
type chunk struct {
	manifest.Home
	first    table.Sequence
	ingested int64
	streams  []int64
	times    []int64
	fields   []*column.Column
	span     manifest.Span // of all its rows; group is 0
}

// rowBytes is what a row takes in memory beside its texts: stream, time, the head of a string, its share of the rest.
const rowBytes = 48

// newChunk returns the chunk of some rows; text is the place of the text among the fields, -1 if there is none.
func newChunk(h manifest.Home, rows table.Rows, text int) *chunk {
	n := len(rows.Times)
	c := &chunk{Home: h, streams: rows.Streams, times: rows.Times, fields: rows.Fields}
	s := &c.span
	s.Partition, s.To = h.Partition, n
	s.FirstTime, s.LastTime = least(rows.Times)
	s.FirstStream, s.LastStream = least(rows.Streams)
	if text >= 0 {
		for i := range n {
			s.Bytes += int64(len(rows.Fields[text].Str(i)))
		}
	}
	return c
}

// numbered gives the rows their sequences and their time of ingestion.
func (c *chunk) numbered(first table.Sequence, ingested int64) *chunk {
	c.first, c.ingested = first, ingested
	c.span.FirstSequence, c.span.LastSequence = first, first+table.Sequence(len(c.times)-1)
	return c
}

// least returns the least and the greatest of some numbers.
func least(all []int64) (low, high int64) {
	if len(all) == 0 {
		return 0, 0
	}
	low, high = all[0], all[0]
	for _, n := range all {
		low, high = min(low, n), max(high, n)
	}
	return low, high
}

// bytes is what the chunk takes in memory, about.
func (c *chunk) bytes() int64 {
	n := c.span.Bytes + int64(len(c.times))*rowBytes + 256
	for _, f := range c.fields {
		if f.Kind == column.String || f.Kind == column.JSON {
			continue // the text; other strings are not counted
		}
		n += 8 * int64(f.Len)
	}
	return n
}

// A memory is rows that are not in parts. Who has it holds the engine's lock, but a frozen one does not change any more.
type memory struct {
	chunks   map[manifest.Home][]*chunk // in the order they became visible
	rows     int
	bytes    int64
	position wal.Position // of the last record with such rows
	last     table.Sequence
	tokens   []manifest.Token
}

func newMemory() *memory { return &memory{chunks: map[manifest.Home][]*chunk{}} }

// add adds what a record of the log brought.
func (m *memory) add(c *chunk, at wal.Position, k manifest.Token) {
	m.position = max(m.position, at)
	m.last = max(m.last, c.span.LastSequence)
	if k.Key != (manifest.TokenKey{}) {
		m.tokens = append(m.tokens, k)
		m.bytes += 64
	}
	m.bytes++ // a record without rows has to go from the log too
	if len(c.times) == 0 {
		return
	}
	m.chunks[c.Home] = append(m.chunks[c.Home], c)
	m.rows += len(c.times)
	m.bytes += c.bytes()
}

// take removes what the record that begins at a sequence brought, if it is there, and returns the token it had, if any.
func (m *memory) take(first table.Sequence) (manifest.Token, bool) {
	m.takeChunk(first)
	i := slices.IndexFunc(m.tokens, func(k manifest.Token) bool { return k.First == first })
	if i < 0 {
		return manifest.Token{}, false
	}
	k := m.tokens[i]
	m.tokens = slices.Delete(m.tokens, i, i+1)
	m.bytes -= 64
	return k, true
}

// takeChunk removes the chunk that begins at a sequence.
func (m *memory) takeChunk(first table.Sequence) {
	for h, chunks := range m.chunks {
		if i := slices.IndexFunc(chunks, func(c *chunk) bool { return c.first == first }); i >= 0 {
			m.rows -= len(chunks[i].times)
			m.bytes -= chunks[i].bytes()
			m.chunks[h] = slices.Concat(chunks[:i], chunks[i+1:])
			return
		}
	}
}

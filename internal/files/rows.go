package files

import (
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/logtime"
)

// rows collects the rows of a batch, column by column, and uses its memory again for the next one.
type rows struct {
	fields []plan.ScanField
	wanted []discover.Field // those of fields that are found in the message
	has    struct{ message, time, ingested, log, stream bool }

	n        int
	first    int64 // number of the first row
	message  column.Builder
	time     instants
	ingested instants
	log      names
	stream   names
	found    []*column.Builder // one for each of wanted
	withTime []*column.Builder // found, and the field of the time
	messages [][]byte          // of the rows whose time is a field
	memory   []byte            // of messages that would not last
	kept     []int32
	out      column.Batch
}

func (r *rows) init(fields []plan.ScanField) {
	r.fields = fields
	for _, f := range fields {
		switch {
		case f.All:
			r.want(f)
		case f.Name == "@message":
			r.has.message = true
		case f.Name == "@timestamp":
			r.has.time = true
		case f.Name == "@ingestionTime":
			r.has.ingested = true
		case f.Name == "@log":
			r.has.log = true
		case f.Name == "@logStream":
			r.has.stream = true
		default:
			r.want(f)
		}
	}
	r.withTime = append(slices.Clip(r.found), new(column.Builder))
}

func (r *rows) want(f plan.ScanField) {
	r.wanted = append(r.wanted, discover.Field{Name: f.Name, Tree: f.Tree, All: f.All})
	r.found = append(r.found, new(column.Builder))
}

// keep copies a message to where it stays until reset.
func (r *rows) keep(msg []byte) []byte {
	start := len(r.memory)
	r.memory = append(r.memory, msg...)
	return r.memory[start:]
}

// add adds the system fields of a row.
func (r *rows) add(ev *Event, msg []byte) {
	if r.has.message {
		r.message.Text(view(msg))
	}
	if ev.HasTime {
		r.time.set(r.n, ev.Time)
	}
	if r.has.ingested && ev.HasIngested {
		r.ingested.set(r.n, ev.Ingested)
	}
	if r.has.log {
		r.log.add(ev.Log)
	}
	if r.has.stream {
		r.stream.add(ev.Stream)
	}
	r.n++
}

// timesOf fills in the times that are a field of their events.
func (r *rows) timesOf(b *Block) {
	c := r.withTime[len(r.found)].Column()
	for i, msg := range r.messages {
		ms, ok := columnTime(&b.times, c, i)
		if !ok {
			ms, ok = b.messageTime(msg)
		}
		if ok {
			r.time.set(i, ms)
		}
	}
	r.time.skip(r.n)
}

// columnTime reads row i of a column as a time, as logtime does a JSON value.
func columnTime(p *logtime.Parser, c *column.Column, i int) (int64, bool) {
	if c.Kind == column.String {
		if c.Nulls.Get(i) {
			return 0, false
		}
		return p.Text(bytesOf(c.Str(i)))
	}
	switch v := c.Value(i); v.Kind() {
	case column.Timestamp:
		return v.Int(), true
	case column.Int64:
		return logtime.EpochInt(v.Int())
	case column.Float64:
		return logtime.Epoch(v.Float())
	case column.String:
		return p.Text(bytesOf(v.Str()))
	}
	return 0, false
}

// batch returns the rows as a batch, valid until reset.
func (r *rows) batch() *column.Batch {
	r.out.Len, r.out.First = r.n, r.first
	r.out.Columns = r.out.Columns[:0]
	found := 0
	for _, f := range r.fields {
		var c *column.Column
		switch {
		case f.All:
			c = r.found[found].Column()
			found++
		case f.Name == "@message":
			c = r.message.Column()
		case f.Name == "@timestamp":
			c = r.time.column(r.n)
		case f.Name == "@ingestionTime":
			c = r.ingested.column(r.n)
		case f.Name == "@log":
			c = r.log.column()
		case f.Name == "@logStream":
			c = r.stream.column()
		default:
			c = r.found[found].Column()
			found++
		}
		r.out.Columns = append(r.out.Columns, c)
	}
	return &r.out
}

func (r *rows) reset() {
	r.n = 0
	r.message.Reset()
	r.time.reset()
	r.ingested.reset()
	r.log.reset()
	r.stream.reset()
	for _, b := range r.withTime {
		b.Reset()
	}
	clear(r.messages)
	r.messages = r.messages[:0]
	r.memory = r.memory[:0]
}

// instants is a column of times in which most rows have one.
type instants struct {
	values []int64
	nulls  column.Mask
}

// set gives row i a time. Rows that were passed over have none.
func (t *instants) set(i int, ms int64) {
	if i < len(t.values) {
		panic("BUG: time of a row set twice")
	}
	t.skip(i)
	t.values = append(t.values, ms)
}

// skip makes all rows below n that have no time null.
func (t *instants) skip(n int) {
	for i := len(t.values); i < n; i++ {
		t.values = append(t.values, 0)
		t.nulls = t.nulls.Set(i, n)
	}
}

func (t *instants) column(n int) *column.Column {
	t.skip(n)
	c := &column.Column{Kind: column.Timestamp, Len: n, Ints: t.values}
	if len(t.nulls) > 0 {
		c.Nulls = t.nulls
	}
	return c
}

func (t *instants) reset() {
	t.values, t.nulls = t.values[:0], t.nulls[:0]
}

// names is a dictionary-coded column of text of which there are few.
type names struct {
	known []string
	code  map[string]uint32
	codes []uint32
	last  uint32
}

// add adds a row. The text is copied when it is new.
func (s *names) add(name string) {
	if len(s.known) == 0 || s.known[s.last] != name {
		code, ok := s.code[name]
		if !ok {
			if s.code == nil {
				s.code = map[string]uint32{}
			}
			name = strings.Clone(name)
			code = uint32(len(s.known))
			s.known = append(s.known, name)
			s.code[name] = code
		}
		s.last = code
	}
	s.codes = append(s.codes, s.last)
}

func (s *names) column() *column.Column {
	return &column.Column{Kind: column.String, Len: len(s.codes), Strings: s.known, Codes: s.codes}
}

// maxNames is how many names are kept from batch to batch.
const maxNames = 256

func (s *names) reset() {
	s.codes = s.codes[:0]
	if len(s.known) > maxNames {
		*s = names{codes: s.codes}
	}
}

package files

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/logtime"
	"github.com/groundwatch/groundwatch/internal/part"
)

// A parquetFile is a Parquet file whose rows are events. Columns called @message, @timestamp,
// @ingestionTime, @log and @logStream are what they are elsewhere. Without @message the message is a
// JSON object of the row's columns that are not null, called by their dotted names; without @timestamp
// the time is the first of logtime.Fields that is a column.
type parquetFile struct {
	reader  *part.Reader
	fields  []part.Field
	time    string // the column with the time; "" if there is none
	claimed atomic.Int64
}

func (f *file) openParquet() error {
	if f.opened.at == nil {
		return unreadable("cannot read Parquet from a pipe, want a file")
	}
	r, err := part.Open(f.opened.at, f.opened.size)
	if err != nil {
		return err
	}
	p := &parquetFile{reader: r, fields: r.Fields()}
	if p.has("@timestamp") {
		p.time = "@timestamp"
	}
	for _, t := range logtime.Fields() {
		if name := strings.TrimPrefix(t.Name(), "@@"); p.time == "" && p.has(name) {
			p.time = name
		}
	}
	f.parquet = p
	f.kind = discover.JSON
	if p.has("@message") {
		f.kind = kindOf(Parquet, isLambdaLog(f.in.Log), p.firstMessages())
	}
	return nil
}

// firstMessages returns the messages of the first rows.
func (p *parquetFile) firstMessages() (messages [][]byte) {
	if p.reader.Groups() == 0 {
		return nil
	}
	// What cannot be read is told when it is read for good.
	_ = p.reader.GroupRows(0, []string{"@message"}, func(b *column.Batch) error {
		for i := range min(b.Len, sampleEvents) {
			messages = append(messages, []byte(b.Columns[0].Value(i).Text()))
		}
		return errEnough
	})
	return messages
}

func (p *parquetFile) has(name string) bool {
	return slices.ContainsFunc(p.fields, func(f part.Field) bool { return f.Name == name })
}

// firstRow returns the number of the first row of a group in the file.
func (p *parquetFile) firstRow(group int) (first int64) {
	// A batch without columns costs nothing to read.
	_ = p.reader.GroupRows(group, nil, func(b *column.Batch) error {
		first = b.First
		return errEnough
	})
	return first
}

var errEnough = errors.New("enough")

// groups reads row groups of f until there are no more.
func (r *run) groups(worker int, f *file, b *Block) {
	n := int64(f.parquet.reader.Groups())
	for !r.stopped() {
		group := f.parquet.claimed.Add(1) - 1
		if group >= n {
			return
		}
		rows := &parquetRecords{file: f, group: int(group)}
		*b = Block{text: text{buf: b.text.buf}, times: b.times, records: rows}
		r.begin(f, b)
		b.Index = int(group)
		b.Number = int64(f.index)<<r.shift | f.parquet.firstRow(int(group))
		r.give(worker, f, b)
		rows.close()
		if r.opt.Progress != nil {
			r.opt.Progress.Bytes.Add(f.opened.size*(group+1)/n - f.opened.size*group/n)
		}
	}
}

// parquetRecords makes events of the rows of a group.
type parquetRecords struct {
	file   *file
	group  int
	pull   func() (*column.Batch, bool)
	stop   func()
	batch  *column.Batch
	row    int
	given  bool // the rows were taken another way
	memory []byte
	times  logtime.Parser
}

func (r *parquetRecords) close() {
	if r.stop != nil {
		r.stop()
	}
}

func (r *parquetRecords) failure() (int64, error) { return 0, nil } // told by rows

// rows reads the named columns of the group and calls each with batches of them. What cannot be read
// is a problem of the file.
func (r *parquetRecords) rows(names []string, each func(*column.Batch) error) error {
	var failed error
	line := r.file.parquet.firstRow(r.group) + 1
	err := r.file.parquet.reader.GroupRows(r.group, names, func(b *column.Batch) error {
		failed = each(b)
		line = b.First + int64(b.Len) + 1
		return failed
	})
	if err != nil && failed == nil {
		r.file.tally.add(0, line, Corrupt, err.Error())
	}
	return failed
}

func (r *parquetRecords) start() {
	names := make([]string, len(r.file.parquet.fields))
	for i, f := range r.file.parquet.fields {
		names[i] = f.Name
	}
	r.pull, r.stop = iter.Pull(func(yield func(*column.Batch) bool) {
		_ = r.rows(names, func(b *column.Batch) error { // the error is ours
			if !yield(b) {
				return errEnough
			}
			return nil
		})
	})
}

func (r *parquetRecords) next(ev *Event) bool {
	if r.given {
		return false
	}
	if r.pull == nil {
		r.start()
	}
	for r.batch == nil || r.row == r.batch.Len {
		var ok bool
		if r.batch, ok = r.pull(); !ok {
			r.given = true
			return false
		}
		r.row = 0
	}
	ev.Line = r.batch.First + int64(r.row) + 1
	r.fill(ev)
	r.row++
	return true
}

// fill makes an event of the row at hand.
func (r *parquetRecords) fill(ev *Event) {
	p, has := r.file.parquet, false
	r.memory = append(r.memory[:0], '{')
	for i, c := range r.batch.Columns {
		v := c.Value(r.row)
		if v.IsNull() {
			continue
		}
		name := p.fields[i].Name
		if name == p.time {
			ev.Time, ev.HasTime = columnTime(&r.times, c, r.row)
		}
		switch name {
		case "@message":
			ev.Message, has = bytesOf(v.Text()), true
		case "@ingestionTime":
			ev.Ingested, ev.HasIngested = columnTime(&r.times, c, r.row)
		case "@log":
			ev.Log = v.Text()
		case "@logStream":
			ev.Stream = v.Text()
		case "@timestamp":
		default:
			r.memory = appendMember(r.memory, name, v)
		}
	}
	if !has {
		r.memory = append(r.memory, '}')
		ev.Message = r.memory
	}
}

// appendMember appends a member to the object that dst ends with.
func appendMember(dst []byte, name string, v column.Value) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(jsonscan.AppendString(dst, name), ':')
	switch v.Kind() {
	case column.Bool:
		if v.Int() != 0 {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case column.Int64, column.Float64, column.JSON:
		return v.AppendText(dst)
	}
	return jsonscan.AppendString(dst, v.Text())
}

// scanParquet gives the rows of a group without making messages of them: only the columns that are
// asked for are read. It is false, with nothing done, if some field can only be found in messages.
func (w *scanner) scanParquet(b *Block) (done bool, err error) {
	rows, ok := b.records.(*parquetRecords)
	if !ok || w.filter != nil {
		return false, nil
	}
	p := b.file.parquet
	names := make([]string, 0, len(w.scan.Fields)+1)
	for _, f := range w.scan.Fields {
		name, ok := p.columnOf(f.Name)
		if !ok || f.All {
			return false, nil
		}
		if f.Name != "@timestamp" && !f.Tree && !p.has(name) {
			name = "" // an inner node, which is null
		}
		names = append(names, name)
	}
	names = append(names, p.time)
	rows.given = true
	if !p.has("@log") {
		w.logs[b.Input.Log] = true
	}
	base := b.Number - p.firstRow(rows.group)
	w.bytes += b.file.opened.size / int64(p.reader.Groups())
	err = rows.rows(names, func(in *column.Batch) error {
		b.events += int64(in.Len)
		w.records += int64(in.Len)
		out := w.parquetBatch(b, in, base)
		if out.Len == 0 {
			return nil
		}
		return w.each(out)
	})
	w.rows.reset()
	return true, err
}

// columnOf returns the column that holds a field; ok is false if the field, if there is one, is inside
// of a column or of the message.
func (p *parquetFile) columnOf(field string) (name string, ok bool) {
	switch field {
	case "@message":
		return field, p.has(field)
	case "@timestamp":
		return p.time, true
	case "@ingestionTime", "@log", "@logStream":
		return field, true
	}
	name = field
	if strings.HasPrefix(name, "@@") {
		name = name[1:]
	}
	if p.has(name) {
		return name, true
	}
	inside := slices.ContainsFunc(p.fields, func(f part.Field) bool {
		return f.Kind == column.JSON && strings.HasPrefix(name, f.Name+".")
	})
	return name, !inside && !p.has("@message")
}

// parquetBatch makes a batch of the scan of one of the file, whose last column is the time.
func (w *scanner) parquetBatch(b *Block, in *column.Batch, base int64) *column.Batch {
	w.rows.reset()
	times := in.Columns[len(in.Columns)-1]
	for i := range in.Len {
		if ms, ok := columnTime(&b.times, times, i); ok {
			w.rows.time.set(i, ms)
		}
	}
	w.rows.time.skip(in.Len)
	out := &column.Batch{Len: in.Len, First: base + in.First, Columns: in.Columns[:len(in.Columns)-1]}
	for i, f := range w.scan.Fields {
		c := out.Columns[i]
		switch {
		case f.Name == "@timestamp":
			c = w.rows.time.column(in.Len)
		case f.Name == "@ingestionTime":
			c = timeColumn(&b.times, c)
		case f.Name == "@log" && c.Kind == column.Null:
			c = column.Const(column.StringValue(b.Input.Log), in.Len)
		case f.Name == "@log":
			w.noteLogs(c)
		case f.Name == "@logStream" && c.Kind == column.Null:
			c = column.Const(column.StringValue(b.Input.Stream), in.Len)
		case c.Kind == column.Bool: // discovered booleans are numbers
			whole := *c
			whole.Kind = column.Int64
			c = &whole
		}
		out.Columns[i] = c
	}
	if !w.open {
		return w.cut(out)
	}
	return out
}

// noteLogs notes the log groups in a column @log; rows without one have none.
func (w *scanner) noteLogs(c *column.Column) {
	last := ""
	for i := range c.Len {
		if log := c.Value(i).Text(); log != last {
			last = log
			w.noteLog(last)
		}
	}
}

// timeColumn reads a column as times.
func timeColumn(p *logtime.Parser, c *column.Column) *column.Column {
	var t instants
	for i := range c.Len {
		if ms, ok := columnTime(p, c, i); ok {
			t.set(i, ms)
		}
	}
	return t.column(c.Len)
}

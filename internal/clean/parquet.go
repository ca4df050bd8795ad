package clean

import (
	"io"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/part"
)

// A parquetEncoder writes a table as Parquet.
type parquetEncoder struct {
	w       *part.Writer
	row     *row
	columns []tableColumn
	maxRows int
	rows    int
	arena   []byte // text of the batch in the making
	scratch []byte
}

const (
	// batchCells bounds the values of a batch, and with it what wide tables take of memory.
	batchCells = 256 << 10
	// batchRows is how many rows a batch has at most.
	batchRows = 4096
	// arenaBytes is how much text a batch holds, about.
	arenaBytes = 1 << 20
)

// A tableColumn is a column of the batch in the making. It is as long as the last row that has a
// value in it.
type tableColumn struct {
	kind column.Kind
	col  column.Column
}

func newParquetEncoder(w io.Writer, s *schema, r *row) (*parquetEncoder, error) {
	e := &parquetEncoder{row: r}
	var fields []part.Field
	for _, c := range s.all() {
		fields = append(fields, part.Field{Name: c.Name, Kind: kindOfType(c.Type)})
	}
	if len(fields) == 0 { // Parquet has no files without columns
		fields = []part.Field{{Name: restColumn, Kind: column.JSON}}
	}
	for _, f := range fields {
		e.columns = append(e.columns, tableColumn{kind: f.Kind, col: column.Column{Kind: f.Kind}})
	}
	e.maxRows = min(batchRows, max(batchCells/len(fields), 1))
	var err error
	e.w, err = part.NewWriter(w, fields)
	return e, err
}

func (e *parquetEncoder) add(obj object) error {
	if err := e.row.fill(obj); err != nil {
		return err
	}
	for _, i := range e.row.filled {
		if !e.columns[i].set(e, e.rows, &e.row.cells[i]) {
			e.row.misfit(i)
		}
	}
	if e.row.err != nil {
		return e.row.err
	}
	if len(e.row.rest) > 0 {
		e.columns[len(e.columns)-1].setText(e.rows, e.keep(append(e.row.rest, '}')))
	}
	if e.rows++; e.rows < e.maxRows && len(e.arena) < arenaBytes {
		return nil
	}
	return e.flush()
}

// keep returns b as a string that is valid until the batch is written.
func (e *parquetEncoder) keep(b []byte) string {
	if cap(e.arena)-len(e.arena) < len(b) {
		e.arena = make([]byte, 0, max(2*arenaBytes, len(b)))
	}
	n := len(e.arena)
	e.arena = append(e.arena, b...)
	return view(e.arena[n:])
}

// flush writes the batch.
func (e *parquetEncoder) flush() error {
	b := column.Batch{Len: e.rows, Columns: make([]*column.Column, len(e.columns))}
	for i := range e.columns {
		if c := &e.columns[i]; c.col.Len > 0 {
			c.grow(e.rows)
			b.Columns[i] = &c.col
		}
	}
	err := e.w.Write(&b)
	for i := range e.columns {
		e.columns[i].reset()
	}
	e.rows, e.arena = 0, e.arena[:0]
	return err
}

func (e *parquetEncoder) close() error {
	if err := e.flush(); err != nil {
		return err
	}
	return e.w.Close()
}

// reset empties the column and keeps its memory.
func (c *tableColumn) reset() {
	c.col = column.Column{Kind: c.kind, Nulls: c.col.Nulls[:0], Ints: c.col.Ints[:0], Floats: c.col.Floats[:0], Strings: c.col.Strings[:0]}
}

// grow makes the column n rows long; rows without a value are null.
func (c *tableColumn) grow(n int) {
	for i := c.col.Len; i < n; i++ {
		c.col.Nulls = c.col.Nulls.Set(i, n)
	}
	more := n - c.col.Len
	c.col.Len = n
	switch c.kind {
	case column.Float64:
		c.col.Floats = append(c.col.Floats, make([]float64, more)...)
	case column.String, column.JSON:
		c.col.Strings = append(c.col.Strings, make([]string, more)...)
	default:
		c.col.Ints = append(c.col.Ints, make([]int64, more)...)
	}
}

// set makes the cell the value at a row, the last one. It is false if the column's type does not
// hold the value without loss.
func (c *tableColumn) set(e *parquetEncoder, row int, v *cell) bool {
	switch c.kind {
	case column.String:
		c.setText(row, e.text(v))
		return true
	case column.Float64:
		if f, ok := jsonscan.ParseFloat(v.raw); ok && v.kind == jsonscan.Number && exactFloat(v.raw) {
			c.at(row)
			c.col.Floats = append(c.col.Floats, f)
			return true
		}
	case column.Int64:
		if n, ok := jsonscan.ParseInt(v.raw); ok && v.kind == jsonscan.Number {
			c.setInt(row, n)
			return true
		}
	case column.Bool:
		if v.kind == jsonscan.True || v.kind == jsonscan.False {
			c.setInt(row, int64(v.kind-jsonscan.False))
			return true
		}
	case column.Timestamp:
		if v.kind == jsonscan.String {
			if ms, ok := timeText(v.raw[1 : len(v.raw)-1]); ok {
				c.setInt(row, ms)
				return true
			}
		}
	}
	return false
}

// text returns the text of a cell, valid until the batch is written.
func (e *parquetEncoder) text(v *cell) string {
	if v.kind != jsonscan.String {
		return e.keep(v.raw)
	}
	if s := v.raw[1 : len(v.raw)-1]; !jsonscan.HasEscape(s) {
		return e.keep(s)
	}
	e.scratch = v.text(e.scratch[:0])
	return e.keep(e.scratch)
}

func (c *tableColumn) setInt(row int, n int64) {
	c.at(row)
	c.col.Ints = append(c.col.Ints, n)
}

func (c *tableColumn) setText(row int, s string) {
	c.at(row)
	c.col.Strings = append(c.col.Strings, s)
}

// at gets the column ready for a value at row to be appended; rows before it without one are null.
func (c *tableColumn) at(row int) {
	if c.col.Len < row {
		c.grow(row)
	}
	c.col.Len = row + 1
}

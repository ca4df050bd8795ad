package clickhouse

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// ClickHouse's Native format, as of revision 0: a row of blocks, each of which is the numbers of its columns and rows, then
// for each column name, type and values. Numbers of things are variable-length, values little-endian; a Nullable has a byte
// for each row before the values, 1 for null.

// A sending is a column on the way to the server.
type sending struct {
	name, typ string
	values    func(dst []byte) []byte // appends null bytes and values
}

// appendBlock appends one block.
func appendBlock(dst []byte, rows int, columns []sending) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(columns)))
	dst = binary.AppendUvarint(dst, uint64(rows))
	for _, c := range columns {
		dst = appendString(dst, c.name)
		dst = appendString(dst, c.typ)
		dst = c.values(dst)
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// ints returns the values of an Int64 column.
func ints(values ...int64) func([]byte) []byte {
	return func(dst []byte) []byte {
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
		}
		return dst
	}
}

// repeated returns n times the same value.
func repeated(v int64, n int) func([]byte) []byte {
	return func(dst []byte) []byte {
		for range n {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
		}
		return dst
	}
}

// counting returns n values from first on.
func counting(first int64, n int) func([]byte) []byte {
	return func(dst []byte) []byte {
		for i := range int64(n) {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(first+i))
		}
		return dst
	}
}

// declared returns the values of a declared column of a kind.
func declared(c *column.Column, kind column.Kind, nullable bool) func([]byte) []byte {
	return func(dst []byte) []byte {
		for i := 0; nullable && i < c.Len; i++ {
			if c.IsNull(i) {
				dst = append(dst, 1)
			} else {
				dst = append(dst, 0)
			}
		}
		for i := range c.Len {
			dst = appendValue(dst, kind, c.Value(i))
		}
		return dst
	}
}

// appendValue appends a value of a kind; a null is a zero there, behind its null byte.
func appendValue(dst []byte, kind column.Kind, v column.Value) []byte {
	switch kind {
	case column.Bool:
		return append(dst, byte(v.Int()))
	case column.Int64, column.Timestamp:
		return binary.LittleEndian.AppendUint64(dst, uint64(v.Int()))
	case column.Float64:
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.Float()))
	case column.String, column.JSON:
		return appendString(dst, v.Str())
	}
	panic("BUG: value of kind " + kind.String())
}

// A block is some rows from the server.
type block struct {
	rows    int
	columns []*column.Column
}

// int returns a whole number of a block, 0 if there is no such row.
func (b *block) int(col, row int) int64 {
	if row >= b.rows {
		return 0
	}
	return b.columns[col].Ints[row]
}

// A receiving is a column that is expected from the server.
type receiving struct {
	kind column.Kind
	typ  string
}

// int64s returns n whole numbers.
func int64s(n int) []receiving {
	all := make([]receiving, n)
	for i := range all {
		all[i] = receiving{column.Int64, "Int64"}
	}
	return all
}

// described is the answer of DESCRIBE: name, type, and five texts about defaults and codecs.
var described = slices.Repeat([]receiving{{column.String, "String"}}, 7)

// Bounds of what one block may be, so that a broken answer cannot take all memory. Servers make blocks of 65,409 rows and
// some MiB, unless one row is larger.
const (
	maxBlockRows = 1 << 20
	maxTexts     = 1 << 30 // of one column together
	maxName      = 1 << 16
)

// A decoder reads blocks.
type decoder struct {
	r       *bufio.Reader
	columns []receiving
}

func newDecoder(r io.Reader, columns []receiving) *decoder {
	return &decoder{bufio.NewReaderSize(r, 64<<10), columns}
}

// exceptionMark begins what the server writes after the last whole block when it fails in the middle of an answer.
const exceptionMark = "__exception__"

// next returns the next block that has rows, or io.EOF.
func (d *decoder) next() (*block, error) {
	for {
		if start, err := d.r.Peek(len(exceptionMark) + 2); err == io.EOF && len(start) == 0 {
			return nil, io.EOF
		} else if bytes.HasPrefix(bytes.TrimLeft(start, "\r\n"), []byte(exceptionMark)) {
			rest, _ := io.ReadAll(io.LimitReader(d.r, maxMessage))
			return nil, exceptionIn(string(rest))
		}
		b, err := d.block()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, fmt.Errorf("read block: %w", err)
		}
		if b.rows > 0 {
			return b, nil
		}
	}
}

func (d *decoder) block() (*block, error) {
	columns, err := binary.ReadUvarint(d.r)
	if err != nil {
		return nil, err
	}
	rows, err := binary.ReadUvarint(d.r)
	if err != nil {
		return nil, err
	}
	if rows > maxBlockRows || columns != uint64(len(d.columns)) {
		return nil, fmt.Errorf("%d columns of %d rows, want %d of up to %d", columns, rows, len(d.columns), maxBlockRows)
	}
	b := &block{rows: int(rows)}
	for _, want := range d.columns {
		c, err := d.column(want, b.rows)
		if err != nil {
			return nil, err
		}
		b.columns = append(b.columns, c)
	}
	return b, nil
}

func (d *decoder) column(want receiving, rows int) (*column.Column, error) {
	name, err := d.string()
	if err != nil {
		return nil, err
	}
	typ, err := d.string()
	if err != nil {
		return nil, err
	}
	if typ != want.typ {
		return nil, fmt.Errorf("column %s is of type %s, want %s", name, typ, want.typ)
	}
	c := &column.Column{Kind: want.kind, Len: rows}
	if strings.HasPrefix(typ, "Nullable(") {
		if err := d.nulls(c); err != nil {
			return nil, err
		}
	}
	return c, d.values(c)
}

// string reads the name or type of a column.
func (d *decoder) string() (string, error) {
	text, err := d.appendText(nil, maxName)
	return string(text), err
}

// appendText reads a text and appends it to dst, which then has up to most bytes. Memory is taken as bytes come in, not as a
// length promises.
func (d *decoder) appendText(dst []byte, most int) ([]byte, error) {
	n, err := binary.ReadUvarint(d.r)
	if err != nil {
		return nil, err
	}
	if n > uint64(most-len(dst)) {
		return nil, fmt.Errorf("text of %d bytes after %d, want up to %d", n, len(dst), most)
	}
	for n > 0 {
		at, piece := len(dst), int(min(n, 1<<20))
		dst = slices.Grow(dst, piece)[:at+piece]
		if _, err := io.ReadFull(d.r, dst[at:]); err != nil {
			return nil, err
		}
		n -= uint64(piece)
	}
	return dst, nil
}

func (d *decoder) nulls(c *column.Column) error {
	for i := range c.Len {
		null, err := d.r.ReadByte()
		if err != nil {
			return err
		}
		if null != 0 {
			c.Nulls = c.Nulls.Set(i, c.Len)
		}
	}
	return nil
}

func (d *decoder) values(c *column.Column) error {
	switch c.Kind {
	case column.Bool:
		c.Ints = make([]int64, c.Len)
		return d.each(c.Len, 1, func(i int, v []byte) { c.Ints[i] = int64(v[0]) })
	case column.Int64, column.Timestamp:
		c.Ints = make([]int64, c.Len)
		return d.each(c.Len, 8, func(i int, v []byte) { c.Ints[i] = int64(binary.LittleEndian.Uint64(v)) })
	case column.Float64:
		c.Floats = make([]float64, c.Len)
		return d.each(c.Len, 8, func(i int, v []byte) { c.Floats[i] = math.Float64frombits(binary.LittleEndian.Uint64(v)) })
	case column.String, column.JSON:
		return d.strings(c)
	}
	panic("BUG: column of kind " + c.Kind.String())
}

// each reads n values of a fixed width.
func (d *decoder) each(n, width int, f func(i int, v []byte)) error {
	for i := range n {
		v, err := d.r.Peek(width)
		if err != nil {
			return err
		}
		f(i, v)
		_, _ = d.r.Discard(width) // it was just seen
	}
	return nil
}

// strings reads texts into one piece of memory.
func (d *decoder) strings(c *column.Column) error {
	var text []byte
	ends := make([]int, c.Len)
	for i := range ends {
		var err error
		if text, err = d.appendText(text, maxTexts); err != nil {
			return err
		}
		ends[i] = len(text)
	}
	whole := string(text)
	c.Strings = make([]string, c.Len)
	at := 0
	for i, end := range ends {
		c.Strings[i] = whole[at:end]
		at = end
	}
	return nil
}

package clickhouse

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/groundwatch/groundwatch/column"
)

// everyKind is a column of each kind, with a null in the middle and edges around it.
func everyKind() ([]*column.Column, []receiving) {
	var columns []*column.Column
	var types []receiving
	for _, values := range [][2]column.Value{
		{column.BoolValue(true), column.BoolValue(false)},
		{column.IntValue(math.MinInt64), column.IntValue(math.MaxInt64)},
		{column.FloatValue(math.Copysign(0, -1)), column.FloatValue(math.MaxFloat64)},
		{column.StringValue(""), column.StringValue("\xff\x00" + strings.Repeat("ü", 200))},
		{column.TimeValue(math.MinInt64), column.TimeValue(1)},
		{column.JSONValue(`{"a":1}`), column.JSONValue("[]")},
	} {
		var b column.Builder
		b.Value(values[0])
		b.Null()
		b.Value(values[1])
		columns = append(columns, b.Column())
		types = append(types, receiving{b.Column().Kind, "Nullable(" + columnTypes[b.Column().Kind] + ")"})
	}
	return columns, types
}

func everyKindBlock(t *testing.T) ([]byte, []*column.Column, []receiving) {
	t.Helper()
	columns, types := everyKind()
	var sent []sending
	for i, c := range columns {
		sent = append(sent, sending{"name", types[i].typ, declared(c, types[i].kind, true)})
	}
	return appendBlock(nil, 3, sent), columns, types
}

func TestBlocksComeBack(t *testing.T) {
	data, columns, types := everyKindBlock(t)
	d := newDecoder(iotest.OneByteReader(bytes.NewReader(append(bytes.Clone(data), data...))), types)
	for range 2 {
		b, err := d.next()
		if err != nil || b.rows != 3 {
			t.Fatalf("next = %+v, %v, want 3 rows", b, err)
		}
		for i, c := range columns {
			for row := range 3 {
				if got, want := b.columns[i].Value(row), c.Value(row); got != want {
					t.Errorf("column %d, row %d = %v, want %v", i, row, got, want)
				}
			}
		}
	}
	if _, err := d.next(); !errors.Is(err, io.EOF) {
		t.Errorf("next after the last block = %v, want EOF", err)
	}
}

func TestCutBlocksAreErrors(t *testing.T) {
	data, _, types := everyKindBlock(t)
	for n := 1; n < len(data); n++ {
		if _, err := newDecoder(bytes.NewReader(data[:n]), types).next(); err == nil || errors.Is(err, io.EOF) {
			t.Fatalf("next of the first %d of %d bytes = %v, want an error", n, len(data), err)
		}
	}
}

func TestForeignBlocksAreErrors(t *testing.T) {
	data, _, types := everyKindBlock(t)
	one := int64s(1)
	for _, tt := range []struct {
		name string
		data []byte
		want []receiving
	}{
		{"fewer columns", data, types[1:]},
		{"a column of another type", appendBlock(nil, 1, []sending{{"n", "UInt64", ints(1)}}), one},
		{"more rows than can be", append([]byte{1}, 0xff, 0xff, 0xff, 0xff, 0x0f), one},
		{"a name that is too long", append([]byte{1, 1}, 0xff, 0xff, 0xff, 0xff, 0x0f), one},
		{"text", []byte("Code: 241. DB::Exception: Memory limit"), one},
	} {
		if _, err := newDecoder(bytes.NewReader(tt.data), tt.want).next(); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("next of %s = %v, want an error", tt.name, err)
		}
	}
}

// TestExceptionAfterBlocks has as many columns as the mark's first byte says, so that it could be taken for a block.
func TestExceptionAfterBlocks(t *testing.T) {
	var sent []sending
	for range '\r' {
		sent = append(sent, sending{"n", "Int64", ints(7)})
	}
	data := append(appendBlock(nil, 1, sent), "\r\n__exception__\r\ntag\r\nCode: 241. DB::Exception: no memory\r\n35 tag\r\n__exception__\r\n"...)
	d := newDecoder(bytes.NewReader(data), int64s('\r'))
	if b, err := d.next(); err != nil || b.int(12, 0) != 7 {
		t.Fatalf("next = %v, %v, want the block", b, err)
	}
	_, err := d.next()
	var e *exception
	if !errors.As(err, &e) || e.code != 241 {
		t.Errorf("next after the block = %v, want exception 241", err)
	}
}

func FuzzDecoder(f *testing.F) {
	columns, types := everyKind()
	var sent []sending
	for i, c := range columns {
		sent = append(sent, sending{"name", types[i].typ, declared(c, types[i].kind, true)})
	}
	f.Add(appendBlock(nil, 3, sent))
	f.Fuzz(func(t *testing.T, data []byte) {
		for d := newDecoder(bytes.NewReader(data), types); ; {
			b, err := d.next()
			if err != nil {
				return
			}
			for _, c := range b.columns {
				for row := range b.rows {
					c.Value(row)
				}
			}
		}
	})
}

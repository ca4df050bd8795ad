package part

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/groundwatch/groundwatch/column"
)

// columnOf returns a column of the values: nil, bool, int, float64, string, ms or text of JSON.
func columnOf(values ...any) *column.Column {
	var b column.Builder
	for _, v := range values {
		b.Value(valueOf(v))
	}
	return b.Column()
}

type (
	ms   int64
	text string // of a list or map
)

func valueOf(v any) column.Value {
	switch v := v.(type) {
	case bool:
		return column.BoolValue(v)
	case int:
		return column.IntValue(int64(v))
	case int64:
		return column.IntValue(v)
	case float64:
		return column.FloatValue(v)
	case string:
		return column.StringValue(v)
	case ms:
		return column.TimeValue(int64(v))
	case text:
		return column.JSONValue(string(v))
	}
	return column.Value{}
}

func batchOf(columns ...*column.Column) *column.Batch {
	b := &column.Batch{Columns: columns}
	for _, c := range columns {
		if c != nil {
			b.Len = c.Len
		}
	}
	return b
}

func file(t testing.TB, fields []Field, batches ...*column.Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, fields)
	if err != nil {
		t.Fatalf("NewWriter(%v): %v", fields, err)
	}
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatalf("Write: %v", err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	return out.Bytes()
}

// fill writes batches, each as a row group, and closes the writer.
func fill(t testing.TB, w *Writer, batches ...*column.Batch) {
	t.Helper()
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatalf("Write: %v", err)
		}
		if err := w.Cut(); err != nil {
			t.Fatalf("Cut: %v", err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

func open(t testing.TB, data []byte) *Reader {
	t.Helper()
	r, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return r
}

// rows returns the named columns of a file as text, a row a line: kind and value of each cell.
func rows(t testing.TB, r *Reader, names ...string) string {
	t.Helper()
	var out strings.Builder
	next := int64(0)
	err := r.Rows(names, func(b *column.Batch) error {
		if b.First != next {
			t.Errorf("batch begins at row %d, want %d", b.First, next)
		}
		next += int64(b.Len)
		for i := range b.Len {
			for k, c := range b.Columns {
				if c.Len != b.Len {
					t.Fatalf("column %s has %d rows in a batch of %d", names[k], c.Len, b.Len)
				}
				if k > 0 {
					out.WriteString(" | ")
				}
				v := c.Value(i)
				out.WriteString(v.Kind().String() + " " + v.Text())
			}
			out.WriteByte('\n')
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Rows(%q): %v", names, err)
	}
	return out.String()
}

func TestEveryKindComesBack(t *testing.T) {
	long := strings.Repeat("long ", 100_000)
	for _, tt := range []struct {
		name string
		kind column.Kind
		in   *column.Column
		want string
	}{
		{"booleans and nulls", column.Bool, columnOf(true, nil, false), "bool 1\nnull \nbool 0\n"},
		{"the ends of int64", column.Int64, columnOf(math.MinInt64, nil, math.MaxInt64, 0),
			"int64 -9223372036854775808\nnull \nint64 9223372036854775807\nint64 0\n"},
		{"floats", column.Float64, columnOf(0.1, nil, -1e300, 5e-324),
			"float64 0.1\nnull \nfloat64 -1" + strings.Repeat("0", 300) + "\nfloat64 0." + strings.Repeat("0", 323) + "5\n"},
		{"whole numbers in a float field", column.Float64, columnOf(1, nil, 1<<53), "float64 1\nnull \nfloat64 9007199254740992\n"},
		{"mixed numbers in a float field", column.Float64, columnOf(1, 2.5, nil), "float64 1\nfloat64 2.5\nnull \n"},
		{"times before and after 1970", column.Timestamp, columnOf(ms(-1), nil, ms(1_767_571_200_123)),
			"timestamp 1969-12-31 23:59:59.999\nnull \ntimestamp 2026-01-05 00:00:00.123\n"},
		{"text", column.String, columnOf("", "a\x00b", nil, "日本 \U0001F600", long),
			"string \nstring a\x00b\nnull \nstring 日本 \U0001F600\nstring " + long + "\n"},
		{"bytes that are no text", column.String, columnOf("caf\xe9", "\xff\xfe"), "string caf\uFFFD\nstring \uFFFD\n"},
		{"JSON text", column.JSON, columnOf(text(`{"a":[1,2]}`), nil, text(`[]`)), "json {\"a\":[1,2]}\nnull \njson []\n"},
		{"any kind in a text field", column.String, columnOf(true, 12, 1.5, "x", nil, ms(0), text(`[1]`)),
			"string 1\nstring 12\nstring 1.5\nstring x\nnull \nstring 1970-01-01 00:00:00.000\nstring [1]\n"},
		{"JSON in a text field", column.String, columnOf(text(`[1]`), nil), "string [1]\nnull \n"},
		{"numbers in a text field", column.String, columnOf(1, nil, 2), "string 1\nnull \nstring 2\n"},
		{"nothing at all", column.Int64, columnOf(nil, nil), "null \nnull \n"},
		{"nothing, and no kind", column.Null, columnOf(nil, nil), "null \nnull \n"},
		{"a dictionary", column.String,
			&column.Column{Kind: column.String, Len: 4, Strings: []string{"a", "caf\xe9"}, Codes: []uint32{1, 0, 0, 1}, Nulls: column.Mask{4}},
			"string caf\uFFFD\nstring a\nnull \nstring caf\uFFFD\n"},
		{"a dictionary larger than the batch", column.String,
			&column.Column{Kind: column.String, Len: 1, Strings: []string{"a", "b", "c"}, Codes: []uint32{2}}, "string c\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := file(t, []Field{{"f", tt.kind}}, batchOf(tt.in))
			if got := rows(t, open(t, data), "f"); got != tt.want {
				t.Errorf("rows\n%.500s\nwant\n%.500s", got, tt.want)
			}
		})
	}
}

func TestFieldsKeepNameOrderAndKind(t *testing.T) {
	fields := []Field{
		{"z", column.String}, {"@timestamp", column.Timestamp}, {"a.b.0", column.Int64}, {"a b,c", column.Float64},
		{"日本", column.Bool}, {"list", column.JSON}, {"Z", column.String}, {"@@x", column.String}, {"a`b\"c", column.JSON},
	}
	r := open(t, file(t, fields))
	if diff := cmp.Diff(fields, r.Fields()); diff != "" {
		t.Errorf("Fields() differs from what was written (-want +got):\n%s", diff)
	}
	if r.Len() != 0 || r.Groups() != 0 {
		t.Errorf("an empty file has %d rows in %d groups", r.Len(), r.Groups())
	}
	if got := rows(t, r, "z", "none"); got != "" {
		t.Errorf("rows of an empty file: %q", got)
	}
}

func TestNewWriterChecksFields(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fields []Field
		want   string
	}{
		{"none", nil, "part: no fields"},
		{"no name", []Field{{"a", column.Int64}, {"", column.Int64}}, "part: field 2 has no name"},
		{"the same name twice", []Field{{"a", column.Int64}, {"a", column.String}}, `part: two fields are named "a"`},
		{"mixed", []Field{{"a", column.Mixed}}, `part: field "a" is of kind mixed, want one kind (String holds any)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := NewWriter(io.Discard, tt.fields); err == nil || err.Error() != tt.want {
				t.Errorf("NewWriter(%v) = %v, want %s", tt.fields, err, tt.want)
			}
		})
	}
}

func TestWriteRefusesWhatDoesNotFit(t *testing.T) {
	for _, tt := range []struct {
		name string
		kind column.Kind
		in   *column.Column
		want string
	}{
		{"text among numbers", column.Int64, columnOf(1, nil, "x"), `part: field "f": row 2 is a value of kind string, want int64`},
		{"a fraction among whole numbers", column.Int64, columnOf(1, 2.5), `part: field "f": row 0 is a value of kind float64, want int64`},
		{"a whole number that a float cannot hold", column.Float64, columnOf(1<<53, 1<<53+1), `part: field "f": row 1 is a value of kind int64, want float64`},
		{"the greatest int64", column.Float64, columnOf(math.MaxInt64), `part: field "f": row 0 is a value of kind int64, want float64`},
		{"a number for a time", column.Timestamp, columnOf(1), `part: field "f": row 0 is a value of kind int64, want timestamp`},
		{"text for JSON", column.JSON, columnOf("x"), `part: field "f": row 0 is a value of kind string, want json`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			w, err := NewWriter(&out, []Field{{"f", tt.kind}})
			if err != nil {
				t.Fatal(err)
			}
			err = w.Write(batchOf(tt.in))
			var kind *KindError
			if !errors.As(err, &kind) || err.Error() != tt.want {
				t.Fatalf("Write = %v, want %s", err, tt.want)
			}
			if err := w.Write(batchOf(columnOf(nil))); err != nil {
				t.Errorf("Write after a KindError = %v, want none", err)
			}
			if err := w.Close(); err != nil {
				t.Errorf("Close after a KindError = %v, want none", err)
			}
			if got := rows(t, open(t, out.Bytes()), "f"); got != "null \n" {
				t.Errorf("rows after a KindError: %q, want the good batch alone", got)
			}
		})
	}
}

func TestWidenHoldsBoth(t *testing.T) {
	for _, tt := range []struct{ a, b, want column.Kind }{
		{column.Null, column.Null, column.Null},
		{column.Null, column.Bool, column.Bool},
		{column.Int64, column.Int64, column.Int64},
		{column.Int64, column.Float64, column.Float64},
		{column.Int64, column.Bool, column.String},
		{column.JSON, column.String, column.String},
		{column.Timestamp, column.Int64, column.String},
	} {
		if got := Widen(tt.a, tt.b); got != tt.want {
			t.Errorf("Widen(%s, %s) = %s, want %s", tt.a, tt.b, got, tt.want)
		}
		if got := Widen(tt.b, tt.a); got != tt.want {
			t.Errorf("Widen(%s, %s) = %s, want %s", tt.b, tt.a, got, tt.want)
		}
	}
	if got := KindOf(columnOf(1, "x", nil)); got != column.String {
		t.Errorf("KindOf(1, x, null) = %s, want string", got)
	}
	if got := KindOf(nil); got != column.Null {
		t.Errorf("KindOf(nil) = %s, want null", got)
	}
}

// TestManyRowsComeBack writes past the limits of a page, a dictionary, a batch and a row group.
func TestManyRowsComeBack(t *testing.T) {
	const n, batches = 10_007, 12
	fields := []Field{{"id", column.Int64}, {"level", column.String}, {"request", column.String}, {"ms", column.Float64}, {"grows", column.String}}
	cell := func(row int) (string, string, any) {
		request := strconv.FormatUint(uint64(row)*0x9e3779b97f4a7c15, 36) + strconv.FormatUint(uint64(row)*0xbf58476d1ce4e5b9, 36)
		grows := "same"
		if row > n { // the first batch promises a dictionary, the rest break it
			grows = strings.Repeat(request, 8)
		}
		if row%7 == 0 {
			return request, grows, nil
		}
		return request, grows, []string{"info", "warn", "error"}[row%3]
	}
	var all []*column.Batch
	for b := range batches {
		var id, level, request, msc, grows column.Builder
		for i := range n {
			row := b*n + i
			r, g, l := cell(row)
			id.Int(int64(row))
			level.Value(valueOf(l))
			request.Text(r)
			msc.Float(float64(row) / 4)
			grows.Text(g)
		}
		all = append(all, batchOf(id.Column(), level.Column(), request.Column(), msc.Column(), grows.Column()))
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, fields)
	if err != nil {
		t.Fatal(err)
	}
	w.limit = 1 << 20
	for _, b := range all {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := open(t, out.Bytes())
	if r.Len() != n*batches {
		t.Fatalf("%d rows, want %d", r.Len(), n*batches)
	}
	if r.Groups() < 2 {
		t.Errorf("%d row groups, want several: the test is to cross their border", r.Groups())
	}
	row := 0
	err = r.Rows([]string{"grows", "id", "level", "request", "ms", "id"}, func(b *column.Batch) error {
		if b.Columns[2].Codes == nil {
			return errors.New("level has lost its dictionary")
		}
		for i := range b.Len {
			r, g, l := cell(row)
			want := fmt.Sprint(g, row, valueOf(l).Text(), r, valueOf(float64(row)/4).Text(), row)
			got := ""
			for k, c := range b.Columns {
				if k == 1 || k == 5 {
					got += strconv.FormatInt(c.Ints[i], 10)
					continue
				}
				got += c.Value(i).Text()
			}
			if want = strings.ReplaceAll(want, " ", ""); got != want {
				return fmt.Errorf("row %d is %s, want %s", row, got, want)
			}
			row++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if row != n*batches {
		t.Errorf("read %d rows, want %d", row, n*batches)
	}
}

func TestRowsEndsWithItsReceiver(t *testing.T) {
	enough := errors.New("enough")
	r := open(t, file(t, []Field{{"f", column.Int64}}, batchOf(columnOf(1))))
	if err := r.Rows([]string{"f"}, func(*column.Batch) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("Rows = %v, want the receiver's own error", err)
	}
}

func TestRowsWithoutColumnsCount(t *testing.T) {
	r := open(t, file(t, []Field{{"f", column.Int64}}, batchOf(columnOf(1, 2, 3))))
	n := 0
	if err := r.Rows(nil, func(b *column.Batch) error { n += b.Len; return nil }); err != nil || n != 3 {
		t.Errorf("Rows(nil) counts %d, %v, want 3", n, err)
	}
}

// A full writer fails after some bytes.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestWriterReportsTheDisk(t *testing.T) {
	w, err := NewWriter(&full{10}, []Field{{"f", column.Int64}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(batchOf(columnOf(1, 2, 3))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close on a full disk = %v, want %v", err, errFull)
	}
	if err := w.Write(batchOf(columnOf(1))); err == nil {
		t.Error("Write after Close = nil, want an error")
	}
}

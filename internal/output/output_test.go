package output

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s\n got:\n%s\nwant:\n%s", name, got, want)
	}
}

func columnOf(values ...column.Value) *column.Column {
	var b column.Builder
	for _, v := range values {
		b.Value(v)
	}
	return b.Column()
}

func texts(all ...string) *column.Column {
	var b column.Builder
	for _, s := range all {
		b.Text(s)
	}
	return b.Column()
}

var (
	null  = column.Value{}
	names = []string{"@timestamp", "level", "count(*)", "avg(ms)", "ok", "@message", "tags", "any|<x>"}
)

// hostile has a column of every kind, and in them what breaks readers and terminals.
func hostile() *column.Batch {
	return &column.Batch{Len: 5, Columns: []*column.Column{
		columnOf(column.TimeValue(1_767_571_200_123), column.TimeValue(-1), null, column.TimeValue(0), column.TimeValue(1_767_571_260_000)),
		columnOf(column.StringValue("ERROR"), column.StringValue("warn"), null, column.StringValue("info"), column.StringValue("debug")),
		columnOf(column.IntValue(12), column.IntValue(-9_007_199_254_740_993), null, column.IntValue(0), column.IntValue(1)),
		columnOf(column.FloatValue(1.5), column.FloatValue(1e300), null, column.FloatValue(-0.000_000_1), column.FloatValue(3)),
		columnOf(column.BoolValue(true), column.BoolValue(false), null, null, null),
		texts("\x1b[2J\x1b]0;title\x07 hi\n", "caf\xe9 \u009b31m a\x00b\x7f", "two\nlines\tand \"quotes\", commas", "日本語 é e\u0301 \u202etxt \u2028", ""),
		columnOf(column.JSONValue(`{"a":[1,"x|y"]}`), column.JSONValue("[\"\u009b\"]"), null, column.JSONValue("{broken"), column.JSONValue("[]")),
		columnOf(column.StringValue(" lead"), column.IntValue(7), column.BoolValue(true), column.StringValue(`back\slash | <b> &`), column.StringValue("=1+1")),
	}}
}

func written(t testing.TB, format string, opt Options, names []string, batches ...*column.Batch) string {
	t.Helper()
	var out bytes.Buffer
	w, err := New(format, &out, opt)
	if err != nil {
		t.Fatalf("New(%s): %v", format, err)
	}
	for _, b := range batches {
		if err := w.Write(names, b); err != nil {
			t.Fatalf("%s: Write: %v", format, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%s: Close: %v", format, err)
	}
	return out.String()
}

// What a terminal only hides is data in a pipe: Hebrew and Arabic texts have such marks.
func TestUnseenStaysInPipes(t *testing.T) {
	text := "a\u200f\u202eb\u200b"
	b := &column.Batch{Len: 1, Columns: []*column.Column{texts(text)}}
	for _, format := range []string{"json", "jsonarray", "csv", "tsv"} {
		if got := written(t, format, Options{}, []string{"m"}, b); !strings.Contains(got, text) {
			t.Errorf("%s in a pipe: %q, want %q in it", format, got, text)
		}
		if got := written(t, format, Options{Terminal: true, Raw: true}, []string{"m"}, b); !strings.Contains(got, text) {
			t.Errorf("%s with Raw: %q, want %q in it", format, got, text)
		}
	}
}

func TestFormatsAreGolden(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	for _, tt := range []struct {
		name   string
		format string
		opt    Options
	}{
		{"table.txt", "table", Options{}},
		{"table-narrow.txt", "table", Options{Width: 100, Terminal: true}},
		{"table-colour.txt", "table", Options{Width: 160, Terminal: true, Colour: true}},
		{"table-zone.txt", "table", Options{Zone: berlin, Width: 90, Terminal: true}},
		{"out.ndjson", "json", Options{}},
		{"out-zone.ndjson", "json", Options{Zone: berlin}},
		{"out.json", "jsonarray", Options{}},
		{"out.csv", "csv", Options{}},
		{"out-terminal.csv", "csv", Options{Terminal: true}},
		{"out.tsv", "tsv", Options{}},
		{"out.md", "md", Options{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			golden(t, tt.name, written(t, tt.format, tt.opt, names, hostile()))
		})
	}
}

func TestRawReachesTheTerminal(t *testing.T) {
	esc := "\x1b[31mred\x1b[0m"
	b := &column.Batch{Len: 1, Columns: []*column.Column{texts(esc)}}
	for _, format := range []string{"table", "csv", "tsv"} {
		if got := written(t, format, Options{Terminal: true, Raw: true}, []string{"m"}, b); !strings.Contains(got, esc) {
			t.Errorf("%s with Raw: %q, want the bytes %q in it", format, got, esc)
		}
	}
}

func TestEmptyResults(t *testing.T) {
	empty := &column.Batch{Columns: []*column.Column{{}, {}}}
	for _, tt := range []struct{ format, none, header string }{
		{"table", "", "a  b\n"},
		{"json", "", ""},
		{"jsonarray", "[\n]\n", "[\n]\n"},
		{"csv", "", "a,b\n"},
		{"tsv", "", "a\tb\n"},
		{"md", "", "| a | b |\n| --- | --- |\n"},
	} {
		if got := written(t, tt.format, Options{}, []string{"a", "b"}); got != tt.none {
			t.Errorf("%s without a Write: %q, want %q", tt.format, got, tt.none)
		}
		if got := written(t, tt.format, Options{}, []string{"a", "b"}, empty); got != tt.header {
			t.Errorf("%s without rows: %q, want %q", tt.format, got, tt.header)
		}
	}
}

func TestBatchesFollowEachOther(t *testing.T) {
	for _, format := range Formats() {
		if format == "parquet" {
			continue // row groups may differ
		}
		one := &column.Batch{Len: 4, Columns: []*column.Column{texts("a", "b", "c", "dd"), columnOf(column.IntValue(1), null, column.IntValue(30), null)}}
		first := &column.Batch{Len: 1, Columns: []*column.Column{texts("a"), columnOf(column.IntValue(1))}}
		second := &column.Batch{Len: 3, Columns: []*column.Column{texts("b", "c", "dd"), columnOf(null, column.IntValue(30), null)}}
		want := written(t, format, Options{}, []string{"x", "n"}, one)
		if got := written(t, format, Options{}, []string{"x", "n"}, first, second); got != want {
			t.Errorf("%s in two batches:\n%s\nwant as in one:\n%s", format, got, want)
		}
	}
}

func TestMissingColumnsAreNull(t *testing.T) {
	b := &column.Batch{Len: 1, Columns: []*column.Column{nil, texts("x")}}
	for format, want := range map[string]string{
		"json": `{"b":"x"}` + "\n", "csv": "a,b\n,x\n", "tsv": "a\tb\n\tx\n", "table": "a  b\n   x\n", "md": "| a | b |\n| --- | --- |\n|  | x |\n",
	} {
		if got := written(t, format, Options{}, []string{"a", "b"}, b); got != want {
			t.Errorf("%s of a column that is not there: %q, want %q", format, got, want)
		}
	}
}

func TestCSVTellsNullFromEmpty(t *testing.T) {
	b := &column.Batch{Len: 2, Columns: []*column.Column{columnOf(null, column.StringValue("")), texts("x", "y")}}
	if got, want := written(t, "csv", Options{}, []string{"a", "b"}, b), "a,b\n,x\n\"\",y\n"; got != want {
		t.Errorf("csv of null and empty: %q, want %q", got, want)
	}
	lone := &column.Batch{Len: 1, Columns: []*column.Column{columnOf(null)}}
	if got, want := written(t, "csv", Options{}, []string{"a"}, lone), "a\n\"\"\n"; got != want {
		t.Errorf("csv of one null column: %q, want %q: an empty line is no row", got, want)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, format string
		opt          Options
		want         string
	}{
		{"an unknown format", "xml", Options{}, `output: format "xml", want one of table, json, jsonarray, csv, tsv, md, expanded, parquet`},
		{"Parquet on a terminal", "parquet", Options{Terminal: true}, "output: parquet is not for a terminal; send it to a file"},
	} {
		if _, err := New(tt.format, &bytes.Buffer{}, tt.opt); err == nil || err.Error() != tt.want {
			t.Errorf("%s: New = %v, want %s", tt.name, err, tt.want)
		}
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWritersReportTheDisk(t *testing.T) {
	for _, format := range Formats() {
		w, err := New(format, full{}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = w.Write([]string{"a"}, &column.Batch{Len: 1, Columns: []*column.Column{texts("x")}})
		if cerr := w.Close(); err == nil {
			err = cerr
		}
		if !errors.Is(err, errFull) {
			t.Errorf("%s to a full disk = %v, want %v", format, err, errFull)
		}
	}
	if err := Chart(full{}, "bar", Options{}, []int64{0}, []Series{{"a", []float64{1}}}); !errors.Is(err, errFull) {
		t.Errorf("Chart to a full disk = %v, want %v", err, errFull)
	}
}

func TestParquetHoldsTheResult(t *testing.T) {
	big := columnOf(column.FloatValue(0.5), column.IntValue(1<<53+1), null, null, null)
	b := hostile()
	b.Columns = append(b.Columns, big)
	data := []byte(written(t, "parquet", Options{}, append(names, "big"), b))
	r, err := part.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	want := []column.Kind{column.Timestamp, column.String, column.Int64, column.Float64, column.Bool, column.String, column.JSON, column.String, column.String}
	for i, f := range r.Fields() {
		if f.Kind != want[i] {
			t.Errorf("column %s is of kind %s, want %s", f.Name, f.Kind, want[i])
		}
	}
	err = r.Rows([]string{"count(*)", "big", "any|<x>"}, func(b *column.Batch) error {
		if got := b.Columns[0].Value(1).Int(); got != -9_007_199_254_740_993 {
			t.Errorf("count(*) of row 1 is %d", got)
		}
		if got := b.Columns[1].Value(1).Text(); got != "9007199254740993" {
			t.Errorf("big of row 1 is %s, want every digit", got)
		}
		if got := b.Columns[2].Value(1).Text(); got != "7" {
			t.Errorf("any of row 1 is %s, want 7", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestParquetRefusesALateKind(t *testing.T) {
	w, err := New("parquet", &bytes.Buffer{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]string{"n"}, &column.Batch{Len: parquetRows, Columns: []*column.Column{column.Const(column.IntValue(1), parquetRows)}}); err != nil {
		t.Fatal(err)
	}
	err = w.Write([]string{"n"}, &column.Batch{Len: 1, Columns: []*column.Column{texts("x")}})
	want := `write results: column "n" has a value of kind string after 50000 rows of kind int64; make it one kind in the query`
	if err == nil || err.Error() != want {
		t.Errorf("Write of text after numbers = %v, want %s", err, want)
	}
}

// FuzzFormats checks that no bytes in names or values break a format or reach a terminal as a command.
func FuzzFormats(f *testing.F) {
	b := hostile()
	for i := range b.Len {
		f.Add("@message", b.Columns[5].Str(i), b.Columns[5].Str(b.Len-1-i), `{"a":1}`)
	}
	f.Add("a\u200d", "\u202e\u200b\u00ad", "\U000e0041\u2066", "[\"\u202e\U000e0041\"]")
	f.Add("a,\"b\n", "\xff", "x\r", "[\"\\u0000\x9b\", 1]")
	f.Fuzz(func(t *testing.T, name, one, two, js string) {
		if name == "other" {
			return // names of a result differ
		}
		cols := []string{name, "other"}
		b := &column.Batch{Len: 2, Columns: []*column.Column{texts(one, two), columnOf(column.JSONValue(js), column.StringValue(one))}}
		lines := strings.SplitAfter(written(t, "json", Options{}, cols, b), "\n")
		if len(lines) != 3 {
			t.Fatalf("NDJSON of 2 rows has %d lines: %q", len(lines)-1, lines)
		}
		for _, line := range lines[:2] {
			if !json.Valid([]byte(line)) || !utf8.ValidString(line) {
				t.Fatalf("NDJSON line %q is not valid", line)
			}
			noCommands(t, "json", line)
		}
		onTerminal(t, cols, b, lines)
		if doc := written(t, "jsonarray", Options{}, cols, b); !json.Valid([]byte(doc)) {
			t.Fatalf("jsonarray %q is not valid", doc)
		}
		rows, err := csv.NewReader(strings.NewReader(written(t, "csv", Options{}, cols, b))).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("CSV of 2 rows reads as %q, %v", rows, err)
		}
		want := strings.ReplaceAll(strings.ToValidUTF8(one, "\uFFFD"), "\r\n", "\n") // encoding/csv reads CRLF so
		if rows[1][0] != want {
			t.Fatalf("CSV of %q reads as %q", one, rows[1][0])
		}
		if got := strings.Count(written(t, "tsv", Options{}, cols, b), "\n"); got != 3 {
			t.Fatalf("TSV of 2 rows has %d lines", got)
		}
		for _, format := range []string{"table", "csv", "tsv", "md", "json", "jsonarray"} {
			text := written(t, format, Options{Terminal: true, Width: 40}, cols, b)
			noCommands(t, format, text)
			nothingUnseen(t, format, text)
		}
		if got := strings.Count(written(t, "table", Options{}, cols, b), "\n"); got != 3 {
			t.Fatalf("table of 2 rows has %d lines", got)
		}
	})
}

// noCommands fails if a terminal would obey a character of text.
func noCommands(t *testing.T, format, text string) {
	t.Helper()
	for i, r := range text {
		if r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f {
			t.Fatalf("%s has %U at %d: %q", format, r, i, text)
		}
	}
	if !utf8.ValidString(text) {
		t.Fatalf("%s is not UTF-8: %q", format, text)
	}
}

// onTerminal fails if NDJSON of b says something else on a terminal than lines.
func onTerminal(t *testing.T, cols []string, b *column.Batch, lines []string) {
	t.Helper()
	for i, line := range strings.SplitAfter(written(t, "json", Options{Terminal: true}, cols, b), "\n") {
		if line == "" {
			continue
		}
		got, want := decoded(t, line), decoded(t, lines[i])
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("NDJSON line %q on a terminal, %q in a pipe, want the same values", line, lines[i])
		}
	}
}

// decoded returns the JSON value of a line, its numbers as they are written.
func decoded(t *testing.T, line string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("decode %q: %v", line, err)
	}
	return v
}

// nothingUnseen fails if text has a character that a terminal does not show, other than joiners.
func nothingUnseen(t *testing.T, format, text string) {
	t.Helper()
	for i, r := range text {
		switch {
		case r == 0xad, r == 0x061c, r == 0x180e, r == 0x200b, r == 0x200e, r == 0x200f, r >= 0x2028 && r <= 0x202e,
			r >= 0x2060 && r <= 0x206f, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
			t.Fatalf("%s has %U at %d: %q", format, r, i, text)
		}
	}
}

func TestTerminalJSON(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", `{"a":"日本 \u001b"}`, `{"a":"日本 \u001b"}`},
		{"control characters of Latin-1", "{\"a\u009b\":\"\u009d0;t\u009c\"}", `{"a\u009b":"\u009d0;t\u009c"}`},
		{"delete", "\"\x7f\"", `"\u007f"`},
		{"marks of direction and no width", "\"\u202e\u200b\u2066\ufeff\"", `"\u202e\u200b\u2066\ufeff"`},
		{"a joiner where nothing joins, and where it does", "\"a\u200db م\u200cی \U0001F468\u200d\U0001F469\"", "\"a\\u200db م\u200cی \U0001F468\u200d\U0001F469\""},
		{"beyond the first plane", "\"\U000e0041\"", `"\udb40\udc41"`},
		{"bytes that are no UTF-8", "\"\x9b31m\"", "\"\uFFFD31m\""},
		{"lines", "{\n\t\"a\": 1\r\n}\n", "{\n \"a\": 1 \n}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := TerminalJSON(tt.in); got != tt.want {
				t.Errorf("TerminalJSON(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	const n = 8192
	var when, level, msg, count, ms column.Builder
	for i := range n {
		when.Time(1_767_571_200_000 + int64(i))
		level.Text([]string{"info", "warn", "error"}[i%3])
		msg.Text("order cancelled by the customer before it was shipped")
		count.Int(int64(i))
		ms.Float(float64(i) / 4)
	}
	batch := &column.Batch{Len: n, Columns: []*column.Column{when.Column(), level.Column(), msg.Column(), count.Column(), ms.Column()}}
	cols := []string{"@timestamp", "level", "msg", "count(*)", "avg(ms)"}
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			b.SetBytes(int64(len(written(b, "json", Options{}, cols, batch))))
			b.ReportAllocs()
			for b.Loop() {
				written(b, format, Options{}, cols, batch)
			}
		})
	}
}

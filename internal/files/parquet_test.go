package files

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/part"
)

// parquetRows returns a Parquet file with the rows given, value by value in the order of fields.
func parquetRows(t testing.TB, fields []part.Field, rows ...[]column.Value) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := part.NewWriter(&out, fields)
	if err != nil {
		t.Fatal(err)
	}
	batch := &column.Batch{Len: len(rows)}
	for i := range fields {
		var b column.Builder
		for _, row := range rows {
			b.Value(row[i])
		}
		batch.Columns = append(batch.Columns, b.Column())
	}
	if err := w.Write(batch); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var (
	str  = column.StringValue
	null column.Value
)

// cleaned is a file as the cleaner writes it: a column for each field.
func cleaned(t testing.TB) []byte {
	return parquetRows(t, []part.Field{
		{Name: "time", Kind: column.Timestamp}, {Name: "level", Kind: column.String}, {Name: "user.id", Kind: column.Int64},
		{Name: "ok", Kind: column.Bool}, {Name: "ms", Kind: column.Float64}, {Name: "items", Kind: column.JSON},
	},
		[]column.Value{column.TimeValue(1522334402823), str("info"), column.IntValue(7), column.BoolValue(true), column.FloatValue(1.5), column.JSONValue(`[{"id":"p"}]`)},
		[]column.Value{column.TimeValue(1522334403000), str("say \"hi\""), null, column.BoolValue(false), null, null},
		[]column.Value{null, str("late"), null, null, null, null},
	)
}

// stored is a file with the text of events, as a store keeps them.
func stored(t testing.TB) []byte {
	return parquetRows(t, []part.Field{
		{Name: "@timestamp", Kind: column.Timestamp}, {Name: "@message", Kind: column.String},
		{Name: "@ingestionTime", Kind: column.Timestamp}, {Name: "@log", Kind: column.String}, {Name: "@logStream", Kind: column.String},
	},
		[]column.Value{column.TimeValue(1522334402823), str(`{"level":"info"}`), column.TimeValue(1522334402900), str("1:g"), str("s")},
		[]column.Value{column.TimeValue(1522334403000), str(`REPORT RequestId: 1	Duration: 2 ms`), null, str("1:g"), str("s")},
	)
}

// TestParquetEvents checks what events rows become.
func TestParquetEvents(t *testing.T) {
	got := read(t, write(t, "x.parquet", cleaned(t)), Options{})
	diff(t, "events of a cleaned file", got.events, []string{
		`1 2018-03-29T14:40:02.823 {"time":"2018-03-29 14:40:02.823","level":"info","user.id":7,"ok":true,"ms":1.5,"items":[{"id":"p"}]}`,
		`2 2018-03-29T14:40:03.000 {"time":"2018-03-29 14:40:03.000","level":"say \"hi\"","ok":false}`,
		`3 - {"level":"late"}`,
	})
	diff(t, "problems of a cleaned file", got.problems, nil)
	got = read(t, write(t, "x", stored(t)), Options{Format: NDJSON})
	diff(t, "events of a stored file", got.events, []string{
		`1 2018-03-29T14:40:02.823 {"level":"info"} ingested=14:40:02.900 log=1:g stream=s`,
		"2 2018-03-29T14:40:03.000 REPORT RequestId: 1	Duration: 2 ms log=1:g stream=s",
	})
}

// TestParquetProblems checks files that are no Parquet, or not all of one.
func TestParquetProblems(t *testing.T) {
	whole := cleaned(t)
	for _, tt := range []struct {
		name string
		data []byte
		opt  Options
		want string
	}{
		{"cut off", whole[:len(whole)-10], Options{}, "0 corrupt"},
		{"only the magic", []byte("PAR1"), Options{}, "0 corrupt"},
		{"text when Parquet is asked for", []byte("abcdef\n"), Options{Format: Parquet}, "0 unsupported: is no Parquet file: it starts with \"abcd\", want \"PAR1\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, write(t, "x.parquet", tt.data), tt.opt)
			found := false
			for _, p := range got.problems {
				found = found || strings.HasPrefix(p, tt.want)
			}
			if !found || len(got.events) > 0 {
				t.Errorf("Events = %q with problems %q, want no events and a problem that starts with %q", got.events, got.problems, tt.want)
			}
		})
	}
	got := read(t, Input{Path: Stdin, Size: -1}, Options{Stdin: bytes.NewReader(whole)})
	diff(t, "problems of a pipe", got.problems, []string{"0 unsupported: cannot read Parquet from a pipe, want a file"})
}

// TestScanParquet checks that a scan gives the same from columns as from messages.
func TestScanParquet(t *testing.T) {
	all := always(nil, "@timestamp", "level", "user.id", "ok", "ms", "user", "@log", "@logStream", "@ingestionTime", "nothing")
	window := all
	window.From, window.To = math.MinInt64, 1522334402999
	inside := always(nil, "items.0.id", "level")
	tree := always(nil)
	tree.Fields = []plan.ScanField{{Name: "items", Tree: true}, {Name: "ms"}}
	for _, tt := range []struct {
		name string
		data []byte
		scan plan.Scan
		want []string
	}{
		{"columns", cleaned(t), all, []string{
			"2018-03-29 14:40:02.823|info|7|1|1.5|-|log|stream|-|-", `2018-03-29 14:40:03.000|say "hi"|-|0|-|-|log|stream|-|-`, "-|late|-|-|-|-|log|stream|-|-"}},
		{"a window", cleaned(t), window, []string{"2018-03-29 14:40:02.823|info|7|1|1.5|-|log|stream|-|-"}},
		{"a field inside a column", cleaned(t), inside, []string{"p|info", `-|say "hi"`, "-|late"}},
		{"a tree", cleaned(t), tree, []string{`[{"id":"p"}]|1.5`, "-|-", "-|-"}},
		{"messages", cleaned(t), always(nil, "@message"), []string{
			`{"time":"2018-03-29 14:40:02.823","level":"info","user.id":7,"ok":true,"ms":1.5,"items":[{"id":"p"}]}`,
			`{"time":"2018-03-29 14:40:03.000","level":"say \"hi\"","ok":false}`, `{"level":"late"}`}},
		{"stored events", stored(t), always(nil, "@timestamp", "@type", "level", "@logStream", "@ingestionTime", "@duration"), []string{
			"2018-03-29 14:40:02.823|-|info|s|2018-03-29 14:40:02.900|-", "2018-03-29 14:40:03.000|REPORT|-|s|-|2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := write(t, "x.parquet", tt.data)
			got, stats := scan(t, &Source{Inputs: []Input{in, write(t, "y.parquet", tt.data)}}, tt.scan, 2)
			diff(t, "rows", got, append(append([]string{}, tt.want...), tt.want...))
			if want := fmt.Sprint(exec.ScanStats{Records: int64(len(got)), Groups: 1}.Records); fmt.Sprint(stats.Records) < want {
				t.Errorf("Scan stats = %+v, want at least %s records", stats, want)
			}
		})
	}
}

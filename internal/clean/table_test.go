package clean

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
)

// encoded returns the events as one file of the format.
func encoded(t testing.TB, o Options, events ...string) ([]byte, *schema) {
	t.Helper()
	o.Inputs, o.Dir = []string{"-"}, "out"
	o, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	s := surveyOf(o.Columns, false, events...)
	var out bytes.Buffer
	enc, err := newEncoder(&o, s, newRow(s, o.Columns), &out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		text := []byte(e)
		if err := enc.add(object{text: text}); err != nil {
			t.Fatal(err)
		}
		clear(text) // encoders keep nothing of it
	}
	if err := enc.close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), s
}

func TestCSV(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events []string
		want   string
	}{
		{"no events", nil, "\n"},
		{"values as they are written", []string{`{"n":1.50,"b":true,"s":"x"}`}, "n,b,s\n1.50,true,x\n"},
		{"nothing and empty text", []string{`{"a":"","b":1}`, `{"b":null}`}, "a,b\n\"\",1\n,\n"},
		{"what needs quotes", []string{`{"a":"x,y","b":"say \"hi\"","c":"1\n2","d":" x","e":"x\t"}`}, "a,b,c,d,e\n\"x,y\",\"say \"\"hi\"\"\",\"1\n2\",\" x\",\"x\t\"\n"},
		{"names that need quotes", []string{`{"a,b":1,"\"":2}`}, "\"a,b\",\"\"\"\"\n1,2\n"},
		{"the rest", []string{`{"a":1,"":"x\"y"}`, `{"a":2}`}, "a,_rest\n1,\"{\"\"\"\":\"\"x\\\"\"y\"\"}\"\n2,\n"},
		{"later columns", []string{`{"a":1}`, `{"b":"é"}`}, "a,b\n1,\n,é\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := encoded(t, Options{To: "csv"}, tt.events...); string(got) != tt.want {
				t.Errorf("csv of %q\n got %q\nwant %q", tt.events, got, tt.want)
			}
		})
	}
}

func TestCSVIsReadBack(t *testing.T) {
	values := []string{"", " ", "a", `"`, `""`, ",", "\n", "x\r\ny", "\u2028", "é", "'=1+1"}
	var events []string
	for i := range values {
		events = append(events, fmt.Sprintf(`{"a":%s,"b":%q}`, quoteJSON(values[i]), strings.Repeat("x", i)))
	}
	text, _ := encoded(t, Options{To: "csv"}, events...)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range values {
		// encoding/csv reads a CR LF in quotes as LF.
		if got := rows[i+1][0]; got != strings.ReplaceAll(want, "\r\n", "\n") {
			t.Errorf("row %d: got %q, want %q", i, got, want)
		}
	}
}

func quoteJSON(s string) string {
	return strings.NewReplacer("\u00a0", "\u00a0", `\x`, `\u00`).Replace(fmt.Sprintf("%+q", s))
}

// readParquet returns the fields of a Parquet file and its rows as text.
func readParquet(t *testing.T, data []byte) (fields, rows string) {
	t.Helper()
	r, err := part.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var f strings.Builder
	for _, field := range r.Fields() {
		names = append(names, field.Name)
		fmt.Fprintf(&f, "%s:%s ", field.Name, field.Kind)
	}
	var b strings.Builder
	err = r.Rows(names, func(batch *column.Batch) error {
		for i := range batch.Len {
			for k, c := range batch.Columns {
				if k > 0 {
					b.WriteByte('|')
				}
				if c == nil || c.IsNull(i) {
					b.WriteByte('-')
				} else {
					b.WriteString(c.Value(i).Text())
				}
			}
			b.WriteByte('\n')
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(f.String()), b.String()
}

func TestParquet(t *testing.T) {
	for _, tt := range []struct {
		name         string
		events       []string
		fields, rows string
	}{
		{"no events", nil, "_rest:json", ""},
		{"events without values", []string{`{}`, `{"a":null}`}, "_rest:json", "-\n-\n"},
		{"one of each", []string{`{"b":true,"i":1,"f":1.5,"s":"x\ty","t":"2018-03-29T14:40:23.5Z"}`, `{"b":false,"i":-9223372036854775808,"f":2,"s":""}`, `{}`},
			"b:bool i:int64 f:float64 s:string t:timestamp", "1|1|1.5|x\ty|2018-03-29 14:40:23.500\n0|-9223372036854775808|2||-\n-|-|-|-|-\n"},
		{"values of columns that are text", []string{`{"a":1.50}`, `{"a":true}`, `{"a":"x"}`, `{"a":"\u00e9"}`}, "a:string", "1.50\ntrue\nx\né\n"},
		{"a column that starts late", []string{`{"a":1}`, `{"a":2}`, `{"b":3}`}, "a:int64 b:int64", "1|-\n2|-\n-|3\n"},
		{"the rest", []string{`{"a":1,"":[2],"_rest":3}`, `{"a":2}`}, "a:int64 .0:int64 _rest:json", "1|2|{\"_rest\":3}\n2|-|-\n"},
		{"a repeated key", []string{`{"k":1,"k":2}`}, "k:int64", "2\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, _ := encoded(t, Options{To: "parquet"}, tt.events...)
			fields, rows := readParquet(t, data)
			if fields != tt.fields || rows != tt.rows {
				t.Errorf("parquet of %q\n got %s\n%s\nwant %s\n%s", tt.events, fields, rows, tt.fields, tt.rows)
			}
		})
	}
}

// TestParquetBatches crosses the limits of a batch: rows, cells of a wide table, text.
func TestParquetBatches(t *testing.T) {
	for _, tt := range []struct {
		name         string
		rows, fields int
		text         string
	}{
		{"one row less than a batch", batchRows - 1, 1, "x"},
		{"a batch", batchRows, 1, "x"},
		{"one row more than a batch", batchRows + 1, 1, "x"},
		{"a wide table", 300, 1000, "x"},
		{"long text", 5, 1, strings.Repeat("x", arenaBytes-1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var events []string
			var want strings.Builder
			for i := range tt.rows {
				var b strings.Builder
				for k := range tt.fields {
					fmt.Fprintf(&b, `,"k%d":"%s%d"`, k, tt.text, i)
					fmt.Fprintf(&want, "%s%d", tt.text, i)
					want.WriteByte("|\n"[max(0, k-tt.fields+2)])
				}
				events = append(events, "{"+b.String()[1:]+"}")
			}
			data, _ := encoded(t, Options{To: "parquet"}, events...)
			if _, rows := readParquet(t, data); rows != want.String() {
				t.Errorf("%d rows of %d columns came back with %d bytes, want %d", tt.rows, tt.fields, len(rows), want.Len())
			}
		})
	}
}

func TestMisfitsGoToTheRest(t *testing.T) {
	s := &schema{Columns: []Column{{Name: "i", Type: "int64"}, {Name: "b", Type: "bool"}, {Name: "t", Type: "timestamp"}, {Name: "f", Type: "float64"}}, Rest: true}
	var out bytes.Buffer
	enc, err := newParquetEncoder(&out, s, newRow(s, 10))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []string{`{"i":"x","b":1,"t":"soon","f":true}`, `{"i":1,"b":true,"t":"2018-03-29T14:40:23Z","f":1}`} {
		if err := enc.add(object{text: []byte(e)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.close(); err != nil {
		t.Fatal(err)
	}
	_, rows := readParquet(t, out.Bytes())
	if want := "-|-|-|-|{\"i\":\"x\",\"b\":1,\"t\":\"soon\",\"f\":true}\n1|1|2018-03-29 14:40:23.000|1|-\n"; rows != want {
		t.Errorf("misfits: got %s, want %s", rows, want)
	}
}

func TestSplitByDay(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	for i := range 60 { // days out of order, more of them than files that are open at once
		fmt.Fprintf(&b, "{\"time\":\"2020-01-%02dT00:00:00Z\",\"n\":%d}\n", 1+i*7%20, i)
	}
	b.WriteString("{\"n\":60}\n")
	writeInput(t, filepath.Join(dir, "in.ndjson"), b.String())
	for _, to := range Formats() {
		r := mustRun(t, Options{Inputs: []string{filepath.Join(dir, "in.ndjson")}, Dir: filepath.Join(dir, to), To: to, Split: "day"})
		folders := map[string]int64{}
		for _, o := range r.Outputs {
			folder, _, _ := strings.Cut(o.Name, "/")
			folders[folder] += o.Events
		}
		if len(folders) != 21 || folders["dt=2020-01-20"] != 3 || folders["dt="+noDayName] != 1 {
			t.Errorf("%s: %v, want 20 days of 3 events and one event without", to, folders)
		}
		if !slices.IsSortedFunc(r.Outputs, func(a, b Output) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("%s: outputs are not in order", to)
		}
	}
}

func TestDayOf(t *testing.T) {
	for _, tt := range []struct {
		ms   int64
		want string
	}{
		{0, "dt=1970-01-01"}, {-1, "dt=1969-12-31"}, {dayMillis - 1, "dt=1970-01-01"}, {dayMillis, "dt=1970-01-02"},
		{-dayMillis, "dt=1969-12-31"}, {-dayMillis - 1, "dt=1969-12-30"}, {1522334402823, "dt=2018-03-29"},
	} {
		if got := dayFolder(dayOf(tt.ms)); got != tt.want {
			t.Errorf("day of %d: got %s, want %s", tt.ms, got, tt.want)
		}
	}
	if got := dayFolder(noDay); got != "dt=__HIVE_DEFAULT_PARTITION__" {
		t.Errorf("day of no time: %s", got)
	}
}

package files

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/logtime"
)

// always is the window that is open at both ends.
func always(contains []string, fields ...string) plan.Scan {
	s := plan.Scan{From: math.MinInt64, To: math.MaxInt64, Contains: contains}
	for _, f := range fields {
		s.Fields = append(s.Fields, plan.ScanField{Name: f})
	}
	return s
}

// scan returns the rows of a scan in order of their numbers, cells separated by "|", null as "-".
func scan(t testing.TB, src *Source, s plan.Scan, workers int) ([]string, exec.ScanStats) {
	t.Helper()
	type row struct {
		number int64
		text   string
	}
	var mu sync.Mutex
	var rows []row
	stats, err := src.Scan(context.Background(), s, workers, func(_ int, b *column.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		if len(b.Columns) != len(s.Fields) {
			t.Errorf("Scan: batch has %d columns, want %d", len(b.Columns), len(s.Fields))
		}
		for i := range b.Len {
			var cells []string
			for _, c := range b.Columns {
				if c.Len != b.Len {
					t.Fatalf("Scan: column has %d rows, its batch %d", c.Len, b.Len)
				}
				if cell := c.Value(i); cell.IsNull() {
					cells = append(cells, "-")
				} else {
					cells = append(cells, strings.Clone(cell.Text())) // a batch is not valid for long
				}
			}
			rows = append(rows, row{b.First + int64(i), strings.Join(cells, "|")})
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Scan: got error %v, want none", err)
	}
	slices.SortFunc(rows, func(a, b row) int { return int(a.number - b.number) })
	var texts []string
	for i, r := range rows {
		if i > 0 && rows[i-1].number == r.number {
			t.Errorf("Scan: two rows have number %d", r.number)
		}
		texts = append(texts, r.text)
	}
	return texts, stats
}

// TestScanExportedLines asks the lines of an S3 export how many orders were cancelled.
func TestScanExportedLines(t *testing.T) {
	in := write(t, "export/11111111-2222-3333-4444-555555555555/2018-03-29-[$LATEST]ab/000000.gz", gzipData(exported))
	found, problems := Find([]string{in.Path})
	if len(found) != 1 || problems != nil {
		t.Fatalf("Find(%q) = %v, %v, want one input", in.Path, found, problems)
	}
	src := &Source{Inputs: found}
	got, stats := scan(t, src, always(nil, "@timestamp", "@log", "@logStream", "ordersCancelled", "@type", "@requestId", "@maxMemoryUsed"), 2)
	const names = "|export|2018-03-29-[$LATEST]ab|"
	diff(t, "rows", got, []string{
		"2018-03-29 14:40:02.823" + names + "-|END|10901dca-335f-11e8-bf9e-cbeab5ebadca|-",
		"2018-03-29 14:40:02.823" + names + "-|REPORT|10901dca-335f-11e8-bf9e-cbeab5ebadca|36000000",
		"2018-03-29 14:40:22.453" + names + "-|START|1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9|-",
		"2018-03-29 14:40:23.417" + names + "1|-|-|-",
	})
	bytes := int64(len(exported) - 4*len("2018-03-29T14:40:02.823Z \n"))
	if want := (exec.ScanStats{Records: 4, Bytes: bytes, Groups: 1}); stats != want {
		t.Errorf("Scan stats = %+v, want %+v", stats, want)
	}
}

// TestScanFlowLogs asks for the times of VPC flow log records, among lines that are none: the account is no time.
func TestScanFlowLogs(t *testing.T) {
	const text = `version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 123456789010 eni-1 192.0.2.9 192.0.2.24 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK
2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA
2 123456789010 eni-1 only four
`
	got, _ := scan(t, &Source{Inputs: []Input{write(t, "flow.log", []byte(text))}}, always(nil, "@timestamp", "startTime"), 2)
	diff(t, "rows", got, []string{
		"-|start", "2014-12-14 04:06:50.000|1418530010", "2015-05-10 18:01:16.000|1431280876", "-|-",
	})
}

// TestScanNamesLogs lists the log groups of what was read, whichever rows were given.
func TestScanNamesLogs(t *testing.T) {
	lines := write(t, "app.ndjson", []byte("{}\n"))
	records := write(t, "rows.csv", []byte("@log,@message\n1:a,x\n1:b,y\n"))
	for _, tt := range []struct {
		name   string
		inputs []Input
		want   []string
	}{
		{"nothing", nil, nil},
		{"lines are of their file's", []Input{lines}, []string{"log"}},
		{"records of their own", []Input{records}, []string{"1:a", "1:b"}},
		{"Parquet without", []Input{write(t, "x.parquet", cleaned(t))}, []string{"log"}},
		{"Parquet with", []Input{write(t, "y.parquet", stored(t))}, []string{"1:g"}},
		{"a file without events has none", []Input{write(t, "empty", nil)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := &Source{Inputs: tt.inputs}
			s := always([]string{"no event has this"}, "@log")
			s.From, s.To = 1, 2
			scan(t, src, s, 2)
			if got := src.Logs(); !slices.Equal(got, tt.want) {
				t.Errorf("Logs() = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestScanGarbled checks that JSON which is not UTF-8 is lost to who asks for its fields, and only to them.
func TestScanGarbled(t *testing.T) {
	const lost, kept = ": garbled", ": encoding"
	for _, tt := range []struct {
		name, text string
		fields     []string
		want       string
	}{
		{"fields of a line", "{\"b\":\"\xff\",\"a\":1}\n", []string{"a"}, "1" + lost},
		{"the text of a line", "{\"b\":\"\xff\",\"a\":1}\n", []string{"@message", "@timestamp"}, "1" + kept},
		{"fields of an exported event", "2018-03-29T14:40:02.823Z x\n2018-03-29T14:40:02.823Z {\"b\":\"\xff\"}\n", []string{"a"}, "2" + lost},
		{"fields of a record", "[{\"a\":1},\n{\"b\":\"\xff\"}]", []string{"a"}, "2" + lost},
		{"fields of plain text", "a \xff\n", []string{"a"}, "1" + kept},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			src := &Source{Inputs: []Input{write(t, "x", []byte(tt.text))}}
			src.Options.Problem = func(p Problem) { got = append(got, fmt.Sprintf("%d: %s", p.Line, p.Kind)) }
			scan(t, src, always(nil, tt.fields...), 2)
			if len(got) != 1 || got[0] != tt.want {
				t.Errorf("problems %q, want %q", got, tt.want)
			}
		})
	}
}

// TestScanFields checks the columns of a scan, which rows it leaves out and what it counts.
func TestScanFields(t *testing.T) {
	const ndjson = `{"time":"2018-03-29T14:40:01Z","level":"info","n":1}
{"time":1522334402000,"level":"error","n":2.5,"o":{"p":[1,true]}}
plain text with level
{"level":"error","n":"x","timestamp":"2018-03-29T14:40:03Z"}
{"n":null,"time":"2018-03-29 14:40:04.000"}
`
	all := always(nil, "@timestamp", "level", "n", "@ingestionTime", "@logStream")
	window := all
	window.From, window.To = 1522334402000, 1522334403000
	needle, two, tree := all, all, always(nil)
	needle.Contains, two.Contains = []string{"error"}, []string{"level", "plain"}
	tree.Fields = []plan.ScanField{{Name: "o", Tree: true}, {Name: "everything", All: true}, {Name: "o.p.1"}}
	for _, tt := range []struct {
		name   string
		scan   plan.Scan
		filter string
		want   []string
	}{
		{"all rows", all, "", []string{
			"2018-03-29 14:40:01.000|info|1|-|stream", "2018-03-29 14:40:02.000|error|2.5|-|stream", "-|-|-|-|stream",
			"2018-03-29 14:40:03.000|error|x|-|stream", "2018-03-29 14:40:04.000|-|-|-|stream",
		}},
		{"a window leaves out what is outside and what has no time", window, "", []string{
			"2018-03-29 14:40:02.000|error|2.5|-|stream", "2018-03-29 14:40:03.000|error|x|-|stream"}},
		{"lines without a text that all must have", needle, "", []string{
			"2018-03-29 14:40:02.000|error|2.5|-|stream", "2018-03-29 14:40:03.000|error|x|-|stream"}},
		{"lines without one of two texts", two, "", []string{"-|-|-|-|stream"}},
		{"a filter pattern", all, "{ $.n = 1 }", []string{"2018-03-29 14:40:01.000|info|1|-|stream"}},
		{"no columns", always(nil), "", []string{"", "", "", "", ""}},
		{"only messages", always([]string{"plain"}, "@message"), "", []string{"plain text with level"}},
		{"trees", tree, "{ $.o IS TRUE || $.n = 2.5 }", []string{`{"p":[1,true]}|{"time":"1522334402000","level":"error","n":"2.5","o.p.0":"1","o.p.1":"1"}|1`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, size := range []int{0, 1, 40} {
				src := &Source{Inputs: []Input{write(t, "x", []byte(ndjson))}, Options: Options{blockSize: size}}
				if tt.filter != "" {
					src.Filter = filterpattern.MustParse(tt.filter)
				}
				got, stats := scan(t, src, tt.scan, 2)
				diff(t, fmt.Sprintf("rows with blocks of %d bytes", size), got, tt.want)
				if want := (exec.ScanStats{Records: 5, Bytes: int64(len(ndjson) - 5), Groups: 1}); stats != want {
					t.Errorf("Scan stats = %+v, want %+v", stats, want)
				}
			}
		})
	}
}

// TestScanIsDeterministic checks that rows, their order, statistics and problems are the same whatever
// the number of workers and the size of blocks.
func TestScanIsDeterministic(t *testing.T) {
	var inputs []Input
	for i, tt := range formatCases {
		inputs = append(inputs, write(t, fmt.Sprintf("%d.log", i), []byte(tt.text)), write(t, fmt.Sprintf("%d.gz", i), gzipData(tt.text)))
	}
	s := always(nil, "@timestamp", "@message", "@log", "@logStream", "@ingestionTime", "a", "level", "@requestId")
	run := func(workers, size int) ([]string, exec.ScanStats, []string) {
		var problems []string
		opt := Options{blockSize: size, Problem: func(p Problem) { problems = append(problems, p.String()) }}
		rows, stats := scan(t, &Source{Inputs: inputs, Options: opt}, s, workers)
		slices.Sort(problems)
		return rows, stats, problems
	}
	wantRows, wantStats, wantProblems := run(1, 0)
	if len(wantRows) < 100 {
		t.Fatalf("Scan: got %d rows, want at least 100", len(wantRows))
	}
	for _, workers := range []int{1, 2, 5} {
		for _, size := range []int{1, 3, 50, 700} {
			rows, stats, problems := run(workers, size)
			what := fmt.Sprintf(" with %d workers and blocks of %d bytes", workers, size)
			diff(t, "rows"+what, rows, wantRows)
			diff(t, "problems"+what, problems, wantProblems)
			if stats != wantStats {
				t.Errorf("Scan stats%s = %+v, want %+v", what, stats, wantStats)
			}
		}
	}
}

// TestScanEnds checks that a scan stops when it is told to, and how it then returns.
func TestScanEnds(t *testing.T) {
	text := strings.Repeat(`{"a":1}`+"\n", 10_000)
	failure := errors.New("disk full")
	for _, tt := range []struct {
		name string
		give error
		want error
	}{
		{"enough rows are no error", exec.ErrStop, nil},
		{"an error of the receiver is returned", failure, failure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, data := range [][]byte{[]byte(text), gzipData(text), []byte("[" + strings.ReplaceAll(strings.TrimSpace(text), "\n", ",") + "]")} {
				src := &Source{Inputs: []Input{write(t, "x", data)}, Options: Options{blockSize: 100}}
				_, err := src.Scan(context.Background(), always(nil, "a"), 3, func(int, *column.Batch) error { return tt.give })
				if !errors.Is(err, tt.want) {
					t.Errorf("Scan = %v, want %v", err, tt.want)
				}
			}
		})
	}
	t.Run("a cancelled context ends a scan", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(context.Background())
		src := &Source{Inputs: []Input{write(t, "x", []byte(text))}, Options: Options{blockSize: 100}}
		_, err := src.Scan(ctx, always(nil, "a"), 3, func(int, *column.Batch) error {
			cancel(failure)
			<-ctx.Done()
			return ctx.Err()
		})
		if err == nil {
			t.Errorf("Scan = nil, want an error")
		}
	})
}

// TestScanAgain checks that a second scan tells no problem twice, and refuses a pipe.
func TestScanAgain(t *testing.T) {
	var problems []string
	opt := Options{Problem: func(p Problem) { problems = append(problems, p.String()) }}
	opt.Stdin = strings.NewReader("a\n")
	src := &Source{Inputs: []Input{write(t, "x.gz", []byte("a\n"))}, Options: opt}
	for range 2 {
		rows, _ := scan(t, src, always(nil, "@message"), 1)
		diff(t, "rows", rows, []string{"a"})
	}
	if len(problems) != 1 {
		t.Errorf("two scans told the problems %q, want one", problems)
	}
	src = &Source{Inputs: []Input{{Path: Stdin, Size: -1}}, Options: opt}
	rows, _ := scan(t, src, always(nil, "@message"), 1)
	diff(t, "rows of a pipe", rows, []string{"a"})
	if _, err := src.Scan(context.Background(), always(nil), 1, nil); err == nil || !strings.Contains(err.Error(), "scan -: a pipe can be read only once") {
		t.Errorf("second scan of a pipe = %v, want an error that says so", err)
	}
}

// TestTimeFieldsByScan checks that every field is found by reading events and by scanning.
func TestTimeFieldsByScan(t *testing.T) {
	for _, f := range logtime.Fields() {
		for _, before := range []string{"", `"a":1,`} {
			msg := fmt.Sprintf(`{%s"%s":"2018-03-29T14:40:02.823Z"}`, before, f.Key)
			if f.Inner != "" {
				msg = fmt.Sprintf(`{%s"%s":{"x":1,"%s":1522334402823}}`, before, f.Key, f.Inner)
			}
			in := write(t, "x", []byte(msg+"\n"+msg+"\n"))
			const want = "2018-03-29 14:40:02.823"
			rows, _ := scan(t, &Source{Inputs: []Input{in}, Options: Options{Format: NDJSON}}, always(nil, "@timestamp"), 1)
			diff(t, "rows of "+msg, rows, []string{want, want})
			events := read(t, in, Options{Format: NDJSON}).events
			diff(t, "events of "+msg, events, []string{"1 2018-03-29T14:40:02.823 " + msg, "2 2018-03-29T14:40:02.823 " + msg})
		}
	}
}

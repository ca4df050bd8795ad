package clean

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/generate"
)

// issueLines are as they come out of an S3 export.
const issueLines = "2018-03-29T14:40:02.823Z END RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca\n" +
	"2018-03-29T14:40:02.823Z REPORT RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca\tDuration: 55.17 ms\tBilled Duration: 100 ms \tMemory Size: 512 MB\tMax Memory Used: 36 MB\t\n" +
	"2018-03-29T14:40:22.453Z START RequestId: 1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9 Version: $LATEST\n" +
	"2018-03-29T14:40:23.417Z " + issueEvent + "\n"

const issueEvent = `{"fn":"Post","level":"info","msg":"order cancelled","orderID":1,"ordersCancelled":1,"pkg":"","time":"2018-03-29T14:40:23Z","v":"459"}`

func TestExportedLinesGiveOneEvent(t *testing.T) {
	in := filepath.Join(t.TempDir(), "in.log")
	writeInput(t, in, issueLines)
	for _, tt := range []struct {
		opts Options
		want map[string]string
	}{
		{Options{}, map[string]string{"part-00000.ndjson": issueEvent + "\n"}},
		{Options{Split: "day"}, map[string]string{"dt=2018-03-29/part-00000.ndjson": issueEvent + "\n"}},
		{Options{To: "csv"}, map[string]string{"part-00000.csv": "fn,level,msg,orderID,ordersCancelled,pkg,time,v\nPost,info,order cancelled,1,1,\"\",2018-03-29T14:40:23Z,459\n"}},
		{Options{Platform: "events"}, map[string]string{"part-00000.ndjson": `{"type":"platform.end","time":"2018-03-29T14:40:02.823Z","requestId":"10901dca-335f-11e8-bf9e-cbeab5ebadca"}
{"type":"platform.report","time":"2018-03-29T14:40:02.823Z","requestId":"10901dca-335f-11e8-bf9e-cbeab5ebadca","durationMs":55.17,"billedDurationMs":100,"memorySizeMB":512,"maxMemoryUsedMB":36}
{"type":"platform.start","time":"2018-03-29T14:40:22.453Z","requestId":"1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9","version":"$LATEST"}
` + issueEvent + "\n"}},
	} {
		o := tt.opts
		o.Inputs, o.Dir = []string{in}, filepath.Join(t.TempDir(), "out")
		r := mustRun(t, o)
		if got := visible(t, o.Dir); !maps.Equal(got, tt.want) {
			t.Errorf("clean %+v\n got %q\nwant %q", tt.opts, got, tt.want)
		}
		if r.Read.Events != 4 || tt.opts.Platform == "" && (r.Kept.Events != 1 || r.Dropped.Events != 3) {
			t.Errorf("clean %+v: read %v, kept %v, dropped %v", tt.opts, r.Read, r.Kept, r.Dropped)
		}
	}
	dir := filepath.Join(t.TempDir(), "out")
	mustRun(t, Options{Inputs: []string{in}, Dir: dir, To: "parquet"})
	fields, rows := readParquet(t, []byte(visible(t, dir)["part-00000.parquet"]))
	if want := "fn:string level:string msg:string orderID:int64 ordersCancelled:int64 pkg:string time:timestamp v:string"; fields != want {
		t.Errorf("parquet: fields %s, want %s", fields, want)
	}
	if want := "Post|info|order cancelled|1|1||2018-03-29 14:40:23.000|459\n"; rows != want {
		t.Errorf("parquet: rows %s, want %s", rows, want)
	}
}

// sample writes generated logs of all shapes and formats.
func sample(t testing.TB, count int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sample")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, shape := range generate.Shapes() {
		o := generate.Options{Shape: shape, Count: count}
		for _, format := range []string{"ndjson", "filter-log-events"} {
			f, err := os.Create(filepath.Join(dir, shape+"."+format))
			if err != nil {
				t.Fatal(err)
			}
			o.Format = format
			if err := errors.Join(generate.Write(t.Context(), f, o), f.Close()); err != nil {
				t.Fatal(err)
			}
		}
		o.Format = ""
		if err := generate.WriteExport(t.Context(), filepath.Join(dir, "export-"+shape), o); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWhatIsReadIsKeptOrDropped(t *testing.T) {
	in := sample(t, 400)
	for _, o := range []Options{
		{},
		{Platform: "keep", Text: "drop"},
		{Platform: "events", Dedupe: true, Split: "day"},
		{To: "csv", AddSource: true},
		{To: "parquet", Platform: "events"},
	} {
		o.Inputs, o.Dir = []string{in}, filepath.Join(t.TempDir(), "out")
		r := mustRun(t, o)
		checkSums(t, "all", r.Read, r.Kept, r.Dropped, r.Outcomes)
		var files Count
		for _, f := range r.Files {
			checkSums(t, f.Path, f.Read, f.Kept, f.Dropped, f.Outcomes)
			files.add(f.Read)
		}
		if files != r.Read || r.Read.Events < 4000 {
			t.Errorf("%+v: files have %v, all %v", o, files, r.Read)
		}
		var written int64
		for _, out := range r.Outputs {
			written += out.Events
		}
		if written != r.Kept.Events {
			t.Errorf("%+v: %d events in results, %d kept", o, written, r.Kept.Events)
		}
		if o.To == "" {
			checkNDJSON(t, o.Dir, r.Kept.Events)
		}
	}
}

func checkSums(t *testing.T, what string, read, kept, dropped Count, outcomes []OutcomeCount) {
	t.Helper()
	sum := kept
	sum.add(dropped)
	if sum != read {
		t.Errorf("%s: kept %v and dropped %v, read %v", what, kept, dropped, read)
	}
	sum = Count{}
	for _, o := range outcomes {
		sum.add(o.Count)
	}
	if sum != read {
		t.Errorf("%s: outcomes %v, read %v", what, outcomes, read)
	}
}

// checkNDJSON checks that results are n lines that encoding/json reads.
func checkNDJSON(t *testing.T, dir string, n int64) {
	t.Helper()
	for name, text := range visible(t, dir) {
		for line := range strings.Lines(text) {
			n--
			if !json.Valid([]byte(line)) || line[0] != '{' {
				t.Fatalf("%s: %.200q is no object", name, line)
			}
		}
	}
	if n != 0 {
		t.Errorf("%d lines are missing", n)
	}
}

func TestResultsDoNotDependOnWorkers(t *testing.T) {
	in := sample(t, 300)
	for _, o := range []Options{{Split: "day", Dedupe: true}, {To: "csv", Platform: "events"}, {To: "parquet"}} {
		var first map[string]string
		for _, workers := range []int{1, 2, 7} {
			o.Inputs, o.Workers, o.unitBytes = []string{in}, workers, 20_000
			o.Dir = filepath.Join(t.TempDir(), "out")
			mustRun(t, o)
			if got := visible(t, o.Dir); first == nil {
				first = got
			} else {
				compareResults(t, fmt.Sprintf("%s with %d workers", o.To, workers), got, first)
			}
		}
	}
}

func TestStandardInput(t *testing.T) {
	for _, o := range []Options{{}, {To: "csv"}, {Dedupe: true}} {
		o.Inputs, o.Dir, o.Stdin = []string{"-"}, filepath.Join(t.TempDir(), "out"), strings.NewReader(issueLines)
		r := mustRun(t, o)
		if r.Kept.Events != 1 || r.Files[0].Path != "-" {
			t.Errorf("%+v: kept %d events of %s, want 1 of -", o, r.Kept.Events, r.Files[0].Path)
		}
		noTemps(t, o.Dir)
		_, err := Run(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), "standard input, which cannot be read again") {
			t.Errorf("%+v a second time: %v", o, err)
		}
	}
}

func TestPackedResults(t *testing.T) {
	in := filepath.Join(t.TempDir(), "in.log")
	writeInput(t, in, issueLines)
	for how, ext := range map[string]string{"gzip": ".gz", "zstd": ".zst"} {
		for _, to := range []string{"ndjson", "csv"} {
			o := Options{Inputs: []string{in}, Dir: filepath.Join(t.TempDir(), "out"), To: to, Compress: how}
			r := mustRun(t, o)
			name := filepath.Join(o.Dir, "part-00000."+to+ext)
			if info, err := os.Stat(name); err != nil || info.Size() != r.Outputs[0].Bytes {
				t.Errorf("%s: %v, want %d bytes", name, err, r.Outputs[0].Bytes)
			}
			if to == "csv" {
				continue
			}
			var got []string
			err := files.Events(t.Context(), files.Input{Path: name}, files.Options{}, func(e *files.Event) error {
				got = append(got, string(e.Message))
				return nil
			})
			if err != nil || !slices.Equal(got, []string{issueEvent}) {
				t.Errorf("%s: got %q, %v, want the one event", name, got, err)
			}
		}
	}
}

func TestResultsAreNoInputs(t *testing.T) {
	dir := t.TempDir()
	writeInput(t, filepath.Join(dir, "in.log"), issueLines)
	o := Options{Inputs: []string{dir}, Dir: filepath.Join(dir, "out")}
	mustRun(t, o)
	r := mustRun(t, o)
	if len(r.Files) != 1 || r.Skipped != 1 || len(r.Problems) != 2 || r.Problems[1].What != "left out: it is where the results go" {
		t.Errorf("a folder with its own results: %d files, problems %v", len(r.Files), r.Problems)
	}
	o.Inputs = []string{o.Dir}
	if _, err := Run(t.Context(), o); err == nil || !strings.HasPrefix(err.Error(), "clean: no inputs found\n") {
		t.Errorf("results alone: %v", err)
	}
}

func TestDamagedInputGivesWhatItHas(t *testing.T) {
	dir := t.TempDir()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for i := range 5000 {
		fmt.Fprintf(z, "{\"n\":%d}\n", i*i)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	writeInput(t, filepath.Join(dir, "in", "a.gz"), string(packed.Bytes()[:packed.Len()/2]))
	writeInput(t, filepath.Join(dir, "in", "b.ndjson"), "{\"n\":1}\n{\"n\":\n{\"n\":\"\xff\"}\n")
	r := mustRun(t, Options{Inputs: []string{filepath.Join(dir, "in")}, Dir: filepath.Join(dir, "out")})
	a, b := r.Files[0], r.Files[1]
	if !r.Partial() || a.Kept.Events < 1000 || len(a.Problems) != 1 || a.Problems[0].Kind != "truncated" || a.Problems[0].Line != a.Kept.Events+1 {
		t.Errorf("a truncated file: partial %t, %d events, problems %v", r.Partial(), a.Kept.Events, a.Problems)
	}
	if b.Kept.Events != 3 || r.Repaired != 1 {
		t.Errorf("a file with damaged lines: %d events, %d repaired, want 3, 1", b.Kept.Events, r.Repaired)
	}
}

func TestCancel(t *testing.T) {
	in := crashInputs(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	o := Options{Inputs: []string{in}, Dir: filepath.Join(t.TempDir(), "out"), unitBytes: 1}
	if _, err := Run(ctx, o); !errors.Is(err, cause) {
		t.Errorf("Run with a context that ended: got %v, want %v", err, cause)
	}
	noTemps(t, o.Dir)
	mustRun(t, o)
}

func TestDedupeKeepsTheFirst(t *testing.T) {
	dir := t.TempDir()
	writeInput(t, filepath.Join(dir, "in", "a.ndjson"), "{\"n\":1}\n{\"n\":2}\n{\"n\":1}\n")
	writeInput(t, filepath.Join(dir, "in", "b.ndjson"), "{\"n\":2}\n{\"n\":3}\n")
	o := Options{Inputs: []string{filepath.Join(dir, "in")}, Dir: filepath.Join(dir, "out"), Dedupe: true, unitBytes: 1}
	r := mustRun(t, o)
	want := map[string]string{"part-00000.ndjson": "{\"n\":1}\n{\"n\":2}\n", "part-00001.ndjson": "{\"n\":3}\n"}
	if got := visible(t, o.Dir); !maps.Equal(got, want) {
		t.Errorf("dedupe: got %q, want %q", got, want)
	}
	if r.Dropped.Events != 2 || r.Outcomes[1].What != "duplicate" {
		t.Errorf("dedupe: dropped %v, outcomes %v", r.Dropped, r.Outcomes)
	}
}

func TestSurveyOfNDJSON(t *testing.T) {
	o := cleanedOnce(t)
	if r := mustRun(t, o); r.Columns != nil {
		t.Errorf("columns without a survey: %v", r.Columns)
	}
	o.Survey = true
	for range 2 {
		if r := mustRun(t, o); len(r.Columns) != 8 || r.Skipped != 2 {
			t.Errorf("survey of what is clean: %d columns, %d inputs skipped, want 8, 2", len(r.Columns), r.Skipped)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, tt := range []struct {
		opts Options
		want string
	}{
		{Options{To: "xml"}, `clean: to "xml", want one of ndjson, csv, parquet`},
		{Options{Split: "hour"}, `clean: split "hour", want one of none, day`},
		{Options{Compress: "xz"}, `clean: compress "xz", want one of none, gzip, zstd`},
		{Options{Text: "x"}, `clean: text "x", want one of keep, drop`},
		{Options{Platform: "x"}, `clean: platform "x", want one of drop, keep, events`},
		{Options{}, "clean: no inputs"},
		{Options{Inputs: []string{"x"}}, "clean: no folder for the results"},
		{Options{Inputs: []string{"x"}, Dir: "y", To: "parquet", Compress: "gzip"}, "clean: compress gzip with parquet, which is compressed in itself"},
		{Options{Inputs: []string{"x"}, Dir: "y", Columns: maxColumns + 1}, "clean: columns 10001, want 1 to 10000"},
		{Options{Inputs: []string{"x"}, Dir: "y", Columns: -1}, "clean: columns -1, want 1 to 10000"},
		{Options{Inputs: []string{"x"}, Dir: "y", Workers: -1}, "clean: workers -1, want at least 1"},
	} {
		if _, err := Run(t.Context(), tt.opts); err == nil || err.Error() != tt.want {
			t.Errorf("Run(%+v): got %v, want %s", tt.opts, err, tt.want)
		}
	}
}

func TestPlanUnits(t *testing.T) {
	for _, tt := range []struct {
		sizes []int64
		want  string
	}{
		{nil, ""},
		{[]int64{5}, "1"},
		{[]int64{5, 5, 1}, "2 1"},
		{[]int64{11, 1, 1}, "1 2"},
		{[]int64{1, -1, 1, 1}, "1 1 2"},
		{[]int64{0, 0, 0}, "3"},
	} {
		var inputs []files.Input
		for _, n := range tt.sizes {
			inputs = append(inputs, files.Input{Size: n})
		}
		var got []string
		first := 0
		for i, u := range planUnits(inputs, 10) {
			if u.number != i || u.first != first {
				t.Errorf("planUnits(%d): unit %d is number %d from input %d, want from %d", tt.sizes, i, u.number, u.first, first)
			}
			first += len(u.inputs)
			got = append(got, fmt.Sprint(len(u.inputs)))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("planUnits(%d): got %s, want %s", tt.sizes, got, tt.want)
		}
	}
	for _, tt := range []struct{ total, want int64 }{{0, minUnitBytes}, {unitShare * minUnitBytes, minUnitBytes}, {unitShare * 5 << 20, 5 << 20}, {1 << 50, maxUnitBytes}} {
		if got := unitLimit([]files.Input{{Size: tt.total}, {Size: -1}}); got != tt.want {
			t.Errorf("unitLimit of %d bytes: got %d, want %d", tt.total, got, tt.want)
		}
	}
}

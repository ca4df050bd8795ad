package clean

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// draftSample is a sample of a few events.
const draftSample = 100

// allSample is a sample of everything, so that there is no draft.
const allSample = 1 << 40

// plainEvents fills more than a sample.
var plainEvents = strings.Repeat(`{"i":1,"f":0.5,"b":true,"t":"2018-03-29T14:40:23Z","s":"x"}`+"\n", 5)

// TestDraftGivesWhatAFullSurveyGives compares results that begin with a draft with results that do not.
func TestDraftGivesWhatAFullSurveyGives(t *testing.T) {
	for _, tt := range []struct {
		name string
		late []string // inputs after their samples
		want string   // all columns
	}{
		{"all fits", []string{"", "", ""}, "b:bool f:float64 i:int64 s:string t:timestamp"},
		{"values that fit though they are others", []string{`{"i":9007199254740993,"f":1,"s":1}`}, "b:bool f:float64 i:int64 s:string t:timestamp"},
		{"a late column", []string{"", `{"a":1}`, ""}, "a:int64 b:bool f:float64 i:int64 s:string t:timestamp"},
		{"late columns in all inputs", []string{`{"z":1}`, `{"a":1}`, `{"k":1,"a":1.5}`}, "a:float64 b:bool f:float64 i:int64 k:int64 s:string t:timestamp z:int64"},
		{"a fraction among whole numbers", []string{"", `{"i":0.25}`}, "b:bool f:float64 i:float64 s:string t:timestamp"},
		{"a fraction after a whole number of 64 bits", []string{`{"i":9007199254740993}`, `{"i":0.25}`}, "b:bool f:float64 i:string s:string t:timestamp"},
		{"a whole number of 64 bits after a fraction", []string{`{"i":0.25}`, `{"i":9007199254740993}`}, "b:bool f:float64 i:string s:string t:timestamp"},
		{"a whole number of 64 bits among fractions", []string{"", "", `{"f":9007199254740993}`}, "b:bool f:string i:int64 s:string t:timestamp"},
		{"more digits than a float holds", []string{`{"f":0.123456789012345678}`}, "b:bool f:string i:int64 s:string t:timestamp"},
		{"text among times, flags and numbers", []string{`{"t":"soon"}`, `{"b":1}`, `{"i":"1"}`}, "b:string f:float64 i:string s:string t:string"},
		{"a repeated key", []string{"", `{"i":"x","i":2}`}, "b:bool f:float64 i:int64 s:string t:timestamp"},
		{"a late name without a column", []string{"", `{"":1}`}, "_rest:json b:bool f:float64 i:int64 s:string t:timestamp"},
		{"more late names than columns", []string{"", `{"z":1,"y":2,"x":3,"w":4}`}, "_rest:json b:bool f:float64 i:int64 s:string t:timestamp x:int64 y:int64 z:int64"},
		{"a name without a column after a whole number of 64 bits", []string{`{"i":9007199254740993}`, `{"i":0.25,"":1}`}, "_rest:json b:bool f:float64 i:string s:string t:timestamp"},
		{"nothing but platform lines at first", []string{"START RequestId: 1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9 Version: $LATEST\nEND RequestId: 1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9\n{\"a\":1}"},
			"a:int64 b:bool f:float64 i:int64 s:string t:timestamp"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := t.TempDir()
			for i, late := range tt.late {
				writeInput(t, filepath.Join(in, fmt.Sprintf("%d.log", i)), plainEvents+late+"\n"+plainEvents)
			}
			for to, workers := range map[string]int{"csv": 3, "parquet": 1} {
				o := Options{Inputs: []string{in}, To: to, Columns: 8, Workers: workers, unitBytes: 1}
				want, _ := tableOf(t, o, allSample)
				got, r := tableOf(t, o, draftSample)
				if got != want {
					t.Errorf("%s with %d workers\n got %s\nwant %s", to, workers, got, want)
				}
				if columns, _, _ := strings.Cut(got, "\n"); columns != tt.want {
					t.Errorf("%s with %d workers: columns %s, want %s", to, workers, columns, tt.want)
				}
				if r.Skipped != 0 {
					t.Errorf("%s with %d workers: %d inputs skipped, want 0", to, workers, r.Skipped)
				}
			}
		})
	}
}

// tableOf cleans with a sample of so many bytes. It returns the columns and, file by file, the rows, all in the order
// of the columns' names.
func tableOf(t *testing.T, o Options, sample int64) (string, *Report) {
	t.Helper()
	o.Dir, o.sample = filepath.Join(t.TempDir(), "out"), sample
	r := mustRun(t, o)
	noTemps(t, o.Dir)
	text := sortedColumns(r.Columns)
	files := visible(t, o.Dir)
	for _, out := range r.Outputs {
		text += "\n" + out.Name
		header, rows := "", files[out.Name]
		if o.To == "parquet" {
			header, rows = readParquet(t, []byte(rows))
		} else {
			header, rows, _ = strings.Cut(rows, "\n")
		}
		names := strings.FieldsFunc(header, func(c rune) bool { return c == ' ' || c == ',' })
		for row := range strings.Lines(rows) {
			cells := strings.FieldsFunc(strings.TrimSpace(row), func(c rune) bool { return c == '|' })
			if o.To == "csv" {
				cells = strings.SplitN(strings.TrimSpace(row), ",", len(names)) // only the last one has commas
			}
			for i := range cells {
				cells[i] = names[i] + "=" + cells[i]
			}
			slices.Sort(cells)
			text += "\n" + strings.Join(cells, " ")
		}
	}
	return text, r
}

func sortedColumns(columns []Column) string {
	columns = slices.Clone(columns)
	slices.SortFunc(columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
	return (&schema{Columns: columns}).text()
}

// TestSampleWithARestMakesNoDraft has values of another type after a sample with a name that has no column.
func TestSampleWithARestMakesNoDraft(t *testing.T) {
	in := t.TempDir()
	writeInput(t, filepath.Join(in, "a.log"), `{"":1}`+"\n"+plainEvents+`{"t":"soon"}`)
	o := Options{Inputs: []string{in}, To: "parquet"}
	want, _ := tableOf(t, o, allSample)
	if got, _ := tableOf(t, o, draftSample); got != want {
		t.Errorf("clean\n got %s\nwant %s", got, want)
	}
}

// TestSampleWithARareColumnMakesNoDraft tells by the order of columns whether there was a draft, as its columns come
// first.
func TestSampleWithARareColumnMakesNoDraft(t *testing.T) {
	for _, tt := range []struct {
		name  string
		count int
		want  string
	}{
		{"once", 1, "i:int64 f:float64 b:bool t:timestamp s:string late:int64 k:int64"},
		{"twice", 2, "i:int64 f:float64 b:bool t:timestamp s:string k:int64 late:int64"},
	} {
		in := t.TempDir()
		writeInput(t, filepath.Join(in, "a.log"), plainEvents+`{"late":1}`)
		writeInput(t, filepath.Join(in, "b.log"), strings.Repeat(`{"k":1}`+"\n", tt.count)+plainEvents)
		r := mustRun(t, Options{Inputs: []string{in}, Dir: filepath.Join(t.TempDir(), "out"), To: "csv", sample: draftSample})
		if got := (&schema{Columns: r.Columns}).text(); got != tt.want {
			t.Errorf("a column seen %s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// draftInputs writes inputs whose draft has to be revised for the last of them, for a new column and for
// another type.
func draftInputs(t *testing.T) string {
	t.Helper()
	in := filepath.Join(t.TempDir(), "in")
	for i := range 3 {
		writeInput(t, filepath.Join(in, fmt.Sprintf("%d.log", i)), plainEvents+strings.Repeat(`{"a":1,"i":0.5}`+"\n", i/2)+plainEvents)
	}
	return in
}

// eventsOfOne is how many events one of draftInputs has at most.
const eventsOfOne = 11

// TestKilledWithADraft ends runs that begin with a draft at each of their operations on files. Nothing may
// be visible before all fits, what has been written is not written again, and what comes out is as without a kill.
func TestKilledWithADraft(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   string
	}{
		{"a draft that lasts", filepath.Join(draftInputs(t), "[01].log")},
		{"a draft that is revised", draftInputs(t)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Options{Inputs: []string{tt.in}, To: "parquet", Workers: 2, unitBytes: 1, sample: draftSample}
			whole, fs := o, newCrashFS(-1)
			whole.Dir, whole.fs = filepath.Join(t.TempDir(), "whole"), fs
			mustRun(t, whole)
			want := visible(t, whole.Dir)
			hidden := 0
			for step := range fs.done {
				if testing.Short() && step%5 != 0 {
					continue
				}
				o.Dir = filepath.Join(t.TempDir(), "out")
				kill(t, o, step, want)
				nothing := true
				if _, err := os.Stat(o.Dir); err == nil {
					nothing = len(visible(t, o.Dir)) == 0
				}
				o.Progress = &Progress{}
				r := mustRun(t, o)
				if nothing && r.Skipped > 0 {
					hidden++
				}
				if read, most := o.Progress.Read.Events.Load(), int64(3-r.Skipped)*eventsOfOne; r.Skipped > 0 && read > most {
					t.Errorf("killed at step %d: %d inputs skipped but %d events read, want %d", step, r.Skipped, read, most)
				}
				compareResults(t, fmt.Sprintf("killed at step %d of %d", step, fs.done), visible(t, o.Dir), want)
				noTemps(t, o.Dir)
			}
			if hidden == 0 {
				t.Errorf("none of %d runs went on with hidden results", fs.done)
			}
		})
	}
}

// TestKilledAgainAndAgainWithADraft ends each attempt a little later than the one before it until one succeeds.
func TestKilledAgainAndAgainWithADraft(t *testing.T) {
	killUntilDone(t, Options{Inputs: []string{draftInputs(t)}, To: "csv", Workers: 2, unitBytes: 1, sample: draftSample}, 8, 8, 40)
}

// A changingFS writes an input anew whenever the result of one before it is begun, and puts it back when results are
// given up, so that no survey sees what the writing pass does.
type changingFS struct {
	disk
	input           string
	before, instead []byte
}

func (c *changingFS) Create(name string, private bool) (file, error) {
	if strings.HasSuffix(name, ".parquet.tmp") {
		if err := os.WriteFile(c.input, c.instead, 0o644); err != nil {
			return nil, err
		}
	}
	return c.disk.Create(name, private)
}

func (c *changingFS) Remove(name string) error {
	if err := os.WriteFile(c.input, c.before, 0o644); err != nil {
		return err
	}
	return c.disk.Remove(name)
}

func TestInputThatChangesUnderADraft(t *testing.T) {
	dir := draftInputs(t)
	in := filepath.Join(dir, "2.log")
	before, err := os.ReadFile(in)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Inputs: []string{filepath.Join(dir, "0.log"), in}, To: "parquet", Workers: 1, unitBytes: 1, sample: draftSample}
	o.Dir = filepath.Join(t.TempDir(), "out")
	o.fs = &changingFS{input: in, before: before, instead: bytes.ReplaceAll(before, []byte(`"i":1`), []byte(`"j":1`))}
	if _, err := Run(t.Context(), o); !errors.Is(err, errNoRest) {
		t.Errorf("Run: got %v, want %v", err, errNoRest)
	}
	if n := len(visible(t, o.Dir)); n > 0 {
		t.Errorf("%d results are visible, want 0", n)
	}
}

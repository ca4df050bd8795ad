package clean

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/files"
)

// sampleReport returns a report with something of everything.
func sampleReport() *Report {
	r := &Report{Dir: "out", To: "csv", HashKey: "generated", Skipped: 1,
		Redactions: []RuleCount{{Rule: "key email hash"}},
		Columns:    []Column{{Name: "a", Type: "int64"}},
		Problems:   []Problem{{Path: "in", Kind: "skipped", What: "left out x", Count: 2}}}
	var a, b counts
	a[keptJSON] = Count{1_234_567, 400_000_000}
	a[droppedPlatform] = Count{2000, 150_000}
	b[keptText], b[droppedPlatform] = Count{1, 5}, Count{1, 50}
	problem := files.Problem{Path: "x", Line: 7, Kind: files.Truncated, What: "ends early", Count: 1}
	r.addUnit(&unitRecord{
		Outputs: []Output{{"part-00001.csv", 1, 10}, {"part-00000.csv", 1_234_567, 300_000_000}},
		Files:   []FileReport{newFileReport("in/a", &a, nil), newFileReport("in/b", &b, []files.Problem{problem})},
		Counts:  unitCounts{Repaired: 3, Rest: 4, Rules: []int64{12}},
	})
	r.sort()
	return r
}

func TestReportText(t *testing.T) {
	var b strings.Builder
	if err := sampleReport().WriteText(&b); err != nil {
		t.Fatal(err)
	}
	want := `
             events      size
      read  1,236,569  400.2 MB
      kept  1,234,568  400.0 MB
      json  1,234,567  400.0 MB
      text          1       5 B
   dropped      2,001  150.1 kB
  platform      2,001  150.1 kB
2 files in, 2 files out: 300.0 MB in out
1 file had been cleaned by an earlier run
3 events are JSON whose bytes, numbers or equal keys were put right
1 column
4 values have no column of their own and are in _rest
redacted key email hash: 12
the key of the hashes was made for this run and is not kept; give one with hash-key to get the same hashes again
kept       dropped  file
1,234,567  2,000    in/a (2,000 platform)
1          1        in/b (1 platform)
`
	if squeeze(b.String()) != squeeze(want[1:]) {
		t.Errorf("report: got\n%s\nwant\n%s", &b, want[1:])
	}
}

// squeeze makes runs of blanks one.
func squeeze(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

func TestReportJSON(t *testing.T) {
	text, err := json.Marshal(sampleReport())
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil || string(again) != string(text) {
		t.Errorf("report as JSON: %v\n got %s\nwant %s", err, again, text)
	}
	for _, part := range []string{
		`"read":{"events":1236569,"bytes":400150055}`,
		`{"what":"platform","dropped":true,"events":2001,"bytes":150050}`,
		`{"path":"in/b","line":7,"kind":"truncated","what":"ends early","count":1,"lost":true}`,
	} {
		if !strings.Contains(string(text), part) {
			t.Errorf("report as JSON has no %s:\n%s", part, text)
		}
	}
}

func TestReportPartial(t *testing.T) {
	r := &Report{Problems: []Problem{{Kind: "skipped"}}, Files: []FileReport{{Problems: []Problem{{Kind: "mixed"}}}}}
	if r.Partial() {
		t.Error("notes alone make the report partial")
	}
	r.Files[0].Problems[0].Lost = true
	if !r.Partial() {
		t.Error("a loss does not make the report partial")
	}
}

func TestSize(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		want string
	}{{0, "0 B"}, {999, "999 B"}, {1000, "1.0 kB"}, {999_949, "999.9 kB"}, {999_950, "1.0 MB"}, {1_500_000_000, "1.5 GB"}, {2e15, "2.0 PB"}} {
		if got := size(tt.n); got != tt.want {
			t.Errorf("size(%d): got %s, want %s", tt.n, got, tt.want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d): got %s, want %s", n, got, want)
		}
	}
}

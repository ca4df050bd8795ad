package files

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
)

// levelLines are events whose level is found with more or less ease.
var levelLines = []string{
	`{"time":"2026-01-05T00:00:00.000Z","level":"info","msg":"served"}`,
	`{"time":"2026-01-05T00:00:01.000Z","level":"error","msg":"failed"}`,
	`{"time":"2026-01-05T00:00:02.000Z","level":"warn","msg":"late"}`,
	`{"time":"2026-01-05T00:00:03.000Z","level":"info","msg":"twice","level":"error"}`,
	`{"time":"2026-01-05T00:00:04.000Z","level":"error","msg":"twice","level":"info"}`,
	`{"time":"2026-01-05T00:00:05.000Z","level":"err\u006fr","msg":"an escape"}`,
	`{"time":"2026-01-05T00:00:06.000Z","\u006cevel":"error","msg":"an escape"}`,
	`{"time":"2026-01-05T00:00:07.000Z","level":"error","msg":"no more`,
	`{"time":"2026-01-05T00:00:08.000Z","level":5}`,
	`{"time":"2026-01-05T00:00:09.000Z","level":null}`,
	`{"time":"2026-01-05T00:00:10.000Z","level":{"level":"error"}}`,
	`{"time":"2026-01-05T00:00:11.000Z","msg":"error"}`,
	`{"level":"error","msg":"time behind","time":"2026-01-05T00:00:12.000Z"}`,
	`{"level":"error","msg":"no time"}`,
	`error in plain text`,
	`{"time":"2026-01-05T00:00:13.000Z","level":"error"`,
}

// TestScanTextsKeepsWhatAQueryNeeds scans random files with and without plan.ScanTexts: what is left out
// are rows whose field is another text, and nothing else.
func TestScanTextsKeepsWhatAQueryNeeds(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range 60 {
		lines := make([]string, 1+r.IntN(60))
		for i := range lines {
			lines[i] = levelLines[r.IntN(len(levelLines))]
			if i == 0 {
				lines[i] = levelLines[r.IntN(4)] // by which the format is known
			}
		}
		in := write(t, fmt.Sprintf("%d.ndjson", n), []byte(strings.Join(lines, "\n")+"\n"))
		src := &Source{Inputs: []Input{in}, Options: Options{blockSize: 1 + r.IntN(1000)}}
		all := always(nil, "level", "@timestamp", "msg", "@message")
		if r.IntN(2) == 0 {
			all.From, all.To = 1767571201000, 1767571210000
		}
		some := all
		some.Texts = []plan.ScanTexts{{Field: 0, Any: []string{"error", "fatal"}}}
		if r.IntN(3) == 0 {
			some.Texts = append(some.Texts, plan.ScanTexts{Field: 2, Any: []string{"failed", "twice", "time behind"}}, plan.ScanTexts{Field: 3, Any: []string{"x"}})
		}
		rows, stats := scan(t, src, all, 2)
		got, gotStats := scan(t, src, some, 2)
		var want []string
		for _, row := range rows {
			cells := strings.Split(row, "|")
			if other(cells[0], "error", "5", "-") || len(some.Texts) > 1 && other(cells[2], "failed", "twice", "time behind", "-") {
				continue
			}
			want = append(want, row)
		}
		// A text with escapes may be left to the query.
		got = slices.DeleteFunc(got, func(row string) bool { return strings.Contains(row, `\u`) && !slices.Contains(want, row) })
		diff(t, fmt.Sprintf("seed %d, file %d: rows of %q", seed, n, lines), got, want)
		if gotStats != stats {
			t.Errorf("stats with texts: got %+v, want %+v", gotStats, stats)
		}
	}
}

// other reports whether a cell is none of the texts.
func other(cell string, texts ...string) bool { return !slices.Contains(texts, cell) }

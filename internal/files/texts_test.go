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

// TestScanTextsKeepsWhatAQueryNeeds scans random files with and without plan.ScanTexts: all rows that meet them are
// there, in their order, and none in which the field is another text, unless it has escapes.
func TestScanTextsKeepsWhatAQueryNeeds(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range 100 {
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
		levels := [][]string{{"error"}, {"error", "fatal"}, {"warn", "info"}, {"a", "b", "c", "d", "error"}, {`er"ror`}, {"\n", "error"}}[r.IntN(6)]
		some := all
		some.Texts = []plan.ScanTexts{{Field: 0, Any: levels}, {Field: 3, Any: []string{"x"}}}[:1+r.IntN(2)]
		messages := []string{"failed", "twice", "time behind", "an escape"}
		if r.IntN(3) > 0 {
			messages = nil
		} else {
			some.Texts = append(some.Texts, plan.ScanTexts{Field: 2, Any: messages})
		}
		rows, stats := scan(t, src, all, 2)
		got, gotStats := scan(t, src, some, 2)
		if gotStats != stats {
			t.Errorf("stats with texts: got %+v, want %+v", gotStats, stats)
		}
		for _, row := range rows {
			cells := strings.Split(row, "|")
			isOther := other(cells[0], levels) || messages != nil && other(cells[2], messages)
			meets := slices.Contains(levels, cells[0]) && (messages == nil || slices.Contains(messages, cells[2]))
			kept := len(got) > 0 && got[0] == row
			if meets && !kept || kept && isOther && !strings.Contains(row, `\`) {
				t.Fatalf("seed %d, file %d: row %q with texts %v: kept %v, want %v", seed, n, row, some.Texts, kept, meets)
			}
			if kept {
				got = got[1:]
			}
		}
		if len(got) > 0 {
			t.Fatalf("seed %d, file %d: %d rows that are not there without texts, the first %q", seed, n, len(got), got[0])
		}
	}
}

// other reports whether a cell is a text and none of the list.
func other(cell string, list []string) bool {
	return cell != "-" && cell != "5" && !slices.Contains(list, cell)
}

package queries

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/generate"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// benchEvents is how many events of the generated web shape the questions are asked over, in benchStreams streams, benchStep
// milliseconds apart: a day and an hour.
const (
	benchEvents  = 2_000_000
	benchStreams = 10
	benchStep    = 45
	benchFrom    = 1_767_571_200_000
	benchNeedle  = benchEvents / 2 // the event whose requestId is looked for
)

// questions are those of the speed that is asked for.
var questions = []struct{ name, text string }{
	{"needle", "fields @timestamp, @message | filter requestId = '%s'"},
	{"errors by hour", "filter level = 'error' | stats count(*) by bin(1h)"},
	{"group by with average and p99", "stats count(*), avg(durationMs), pct(durationMs, 99) by fn"},
	{"substring", "filter @message like 'no such text' | stats count(*)"},
	{"newest twenty", "fields @timestamp, @message | sort @timestamp desc | limit 20"},
	{"pattern", "pattern @message"},
}

// BenchmarkQuery asks over a folder of parts, which GROUNDWATCH_BENCH_DATA names and which is filled, for some minutes, if it is empty.
// Without it there is nothing to ask.
func BenchmarkQuery(b *testing.B) {
	l := openBench(b)
	for _, question := range questions {
		b.Run(question.name, func(b *testing.B) {
			text := l.text(question.text)
			b.SetBytes(l.size.Bytes)
			b.ReportAllocs()
			since := cpu(b)
			for b.Loop() {
				q, opts := l.query(b, text)
				r, err := l.service.evaluate(b.Context(), q, opts)
				if err != nil || r.Stats.RecordsScanned != l.size.Rows {
					b.Fatalf("Run(%q) = %+v, %v, want %d records", text, r, err, l.size.Rows)
				}
			}
			b.ReportMetric((cpu(b)-since).Seconds()*1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// BenchmarkFirst looks at a query while it runs, over the folder of BenchmarkQuery: how long it takes until there are rows to show, and, when
// it is stopped then, until it has ended.
func BenchmarkFirst(b *testing.B) {
	l := openBench(b)
	for _, question := range questions[1:] {
		if question.name == "substring" { // finds nothing
			continue
		}
		b.Run(question.name, func(b *testing.B) {
			var first, stop time.Duration
			for b.Loop() {
				q, opts := l.query(b, question.text)
				opts.Progress = &q.progress
				ctx, cancel := context.WithCancel(b.Context())
				ended := make(chan error, 1)
				began := time.Now()
				go func() {
					_, err := l.service.evaluate(ctx, q, opts)
					ended <- err
				}()
				for q.progress.Matched() == 0 || q.partial(ctx, time.Hour, shownRows) == nil {
					runtime.Gosched()
				}
				stopped := time.Now()
				first += stopped.Sub(began)
				cancel()
				<-ended
				stop += time.Since(stopped)
			}
			b.ReportMetric(first.Seconds()*1000/float64(b.N), "first-ms/op")
			b.ReportMetric(stop.Seconds()*1000/float64(b.N), "stop-ms/op")
		})
	}
}

// A benchLab is a folder that questions are asked over.
type benchLab struct {
	events  table.Table
	size    table.Size
	group   *fakeGroup
	service *Service
	id      string
}

func openBench(b *testing.B) *benchLab {
	dir := os.Getenv("GROUNDWATCH_BENCH_DATA")
	if dir == "" {
		b.Skip("GROUNDWATCH_BENCH_DATA names no folder")
	}
	disk, err := vfs.NewDisk(dir)
	if err != nil {
		b.Fatal(err)
	}
	l := &benchLab{events: openEmbedded(b, disk, embedded.Options{})}
	if l.size, err = l.events.Size(b.Context(), 1); err != nil {
		b.Fatal(err)
	}
	if l.size.Rows == 0 {
		fillBench(b, l.events, benchEvents)
		b.Fatal("the folder is filled; run again when its parts are merged")
	}
	l.id = needleID(b, l.events)
	l.group = &fakeGroup{kind: discover.JSON, facts: Facts{Account: "1", Name: "web", Partition: 1}}
	for i := range benchStreams {
		l.group.number(fmt.Sprintf("host-%d", i))
	}
	l.service = New(Options{Events: l.events, Now: time.Now})
	return l
}

// text returns a question with the id that is looked for.
func (l *benchLab) text(question string) string { return strings.Replace(question, "%s", l.id, 1) }

// query returns a question made ready.
func (l *benchLab) query(b *testing.B, text string) (*query, exec.Options) {
	b.Helper()
	q := &query{}
	q.sources = map[*syntax.Source]*source{nil: l.service.newSource(q, []Group{l.group})}
	opts := insights.Options{Events: true, Exec: exec.Options{
		Source: q.sources[nil],
		Env:    function.Env{Now: benchFrom, Start: benchFrom - 1000, End: benchFrom + benchEvents*benchStep},
	}}
	p, err := insights.Compile(text, opts)
	if err != nil {
		b.Fatal(err)
	}
	q.setPlan(p)
	return q, opts.Exec
}

// cpu returns how much processor time the process has used: on a machine that is shared it says more than the time of day.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// fillBench appends the first n events.
func fillBench(b *testing.B, events table.Table, n int) {
	const chunk = 10_000
	for from := 0; from < n; from += chunk {
		var text bytes.Buffer
		if err := generate.Write(context.Background(), &text, generate.Options{Count: chunk, Seed: uint64(from + 1)}); err != nil {
			b.Fatal(err)
		}
		var rows table.Rows
		lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
		for i := range lines {
			rows.Streams = append(rows.Streams, int64(from/chunk%benchStreams+1))
			rows.Times = append(rows.Times, benchFrom+int64(from+i)*benchStep)
		}
		rows.Fields = []*column.Column{{Kind: column.String, Len: len(lines), Strings: lines}}
		if _, err := events.Append(b.Context(), 1, rows); err != nil {
			b.Fatal(err)
		}
	}
}

// needleID returns the requestId of one event.
func needleID(b *testing.B, events table.Table) string {
	b.Helper()
	at := int64(benchFrom + benchNeedle*benchStep)
	page, _, err := events.Page(b.Context(), table.Page{Range: table.Range{Partition: 1, From: at, To: at + 1}, Limit: 1, Columns: []string{messageColumn}})
	if err != nil || page.Len != 1 {
		b.Fatalf("Page at the needle = %v, %v", page, err)
	}
	_, rest, _ := strings.Cut(page.Columns[0].Str(0), `"requestId":"`)
	id, _, ok := strings.Cut(rest, `"`)
	if !ok {
		b.Fatalf("event without requestId: %s", page.Columns[0].Str(0))
	}
	return id
}

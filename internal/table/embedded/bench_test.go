package embedded

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/generate"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// webBatches returns appends of 1,000 web events each to 10 streams, and how many bytes their messages have.
func webBatches(b *testing.B, events int) ([]table.Rows, int64) {
	b.Helper()
	var text bytes.Buffer
	if err := generate.Write(context.Background(), &text, generate.Options{Count: events, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	var all []table.Rows
	size := int64(0)
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	for i := 0; i < len(lines); i += 1000 {
		some := lines[i:min(i+1000, len(lines))]
		rows := table.Rows{Fields: []*column.Column{{Kind: column.String, Len: len(some), Strings: some}}}
		for k, line := range some {
			size += int64(len(line))
			rows.Streams = append(rows.Streams, int64(i/1000%10))
			rows.Times = append(rows.Times, 1_767_571_200_000+int64(i+k)*3)
		}
		all = append(all, rows)
	}
	return all, size
}

// cpu returns how much processor time the process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchEngine opens an engine on disk whose logs run.
func benchEngine(b *testing.B) (*Engine, func()) {
	d, err := vfs.NewDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	e, stop, err := byHand(d, Options{FlushBytes: 1 << 40})
	if err != nil {
		b.Fatal(err)
	}
	return e, func() {
		stop()
		e.close(context.Background())
		e.unlock()
		d.Close()
	}
}

// fill appends and flushes batches, 64 MiB of text at a time.
func fill(b *testing.B, e *Engine, batches []table.Rows) {
	b.Helper()
	ctx := context.Background()
	for i, rows := range batches {
		if _, err := e.Table("log_events").Append(ctx, 1, rows); err != nil {
			b.Fatal(err)
		}
		if i%170 == 169 || i == len(batches)-1 {
			if err := e.flush(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func report(b *testing.B, since time.Duration, size int64) {
	b.ReportMetric((cpu(b)-since).Seconds()/float64(int64(b.N)*size)*1e9, "cpu-s/GB")
}

// BenchmarkAppend is the way to an acknowledgement: record, log, memory.
func BenchmarkAppend(b *testing.B) {
	batches, size := webBatches(b, 50_000)
	e, stop := benchEngine(b)
	defer stop()
	b.SetBytes(size)
	b.ReportAllocs()
	start := cpu(b)
	for b.Loop() {
		for _, rows := range batches {
			if _, err := e.Table("log_events").Append(context.Background(), 1, rows); err != nil {
				b.Fatal(err)
			}
		}
		e.mu.Lock()
		e.mu.active = newMemory()
		e.mu.Unlock()
	}
	report(b, start, size)
}

// BenchmarkFlush is that and the parts.
func BenchmarkFlush(b *testing.B) {
	batches, size := webBatches(b, 170_000)
	b.SetBytes(size)
	b.ReportAllocs()
	e, stop := benchEngine(b)
	defer stop()
	start := cpu(b)
	for b.Loop() {
		fill(b, e, batches)
	}
	report(b, start, size)
	e.mu.Lock()
	defer e.mu.Unlock()
	disk, text := int64(0), int64(0)
	for _, p := range e.mu.live {
		disk += p.Size
		text += p.Text()
	}
	b.ReportMetric(float64(text)/float64(disk), "text/disk")
}

// BenchmarkMerge makes one part of eight.
func BenchmarkMerge(b *testing.B) {
	batches, size := webBatches(b, 80_000)
	b.SetBytes(size)
	b.ReportAllocs()
	start := time.Duration(0)
	for b.Loop() {
		b.StopTimer()
		e, stop := benchEngine(b)
		for i := range 8 {
			fill(b, e, batches[i*10:i*10+10])
		}
		before := cpu(b)
		b.StartTimer()
		if err := e.mergeAll(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		start += cpu(b) - before
		stop()
		b.StartTimer()
	}
	b.ReportMetric(start.Seconds()/float64(int64(b.N)*size)*1e9, "cpu-s/GB")
}

// BenchmarkMergeFull makes one part of eight full ones, as happens when a group has 64 of them. In production the next flush runs
// meanwhile, on another core if there is one.
func BenchmarkMergeFull(b *testing.B) {
	const events = 170_000
	batches, size := webBatches(b, 8*events)
	b.SetBytes(size)
	b.ReportAllocs()
	spent := time.Duration(0)
	for b.Loop() {
		b.StopTimer()
		e, stop := benchEngine(b)
		e.opts.limits.fullText = 1 << 40 // merge as soon as there are eight
		fill(b, e, batches)
		before, start := e.diskBytes(), cpu(b)
		b.StartTimer()
		if err := e.mergeAll(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		spent += cpu(b) - start
		b.ReportMetric(float64(e.diskBytes())/float64(before), "size-after/before")
		b.ReportMetric(float64(len(e.mu.live)), "parts-after")
		stop()
		b.StartTimer()
	}
	b.ReportMetric(spent.Seconds()/float64(int64(b.N)*size)*1e9, "cpu-s/GB")
}

// diskBytes returns how large all parts are.
func (e *Engine) diskBytes() (n int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.mu.live {
		n += p.Size
	}
	return n
}

// million is a table of a million events in parts of 170,000.
func million(b *testing.B) (*Engine, int64, func()) {
	batches, size := webBatches(b, 1_000_000)
	e, stop := benchEngine(b)
	fill(b, e, batches)
	b.ResetTimer()
	return e, size, stop
}

func BenchmarkRead(b *testing.B) {
	e, size, stop := million(b)
	defer stop()
	everything := []table.Range{{Partition: 1, Kind: discover.JSON, From: math.MinInt64, To: math.MaxInt64}}
	for _, bb := range []struct {
		name string
		scan table.Scan
	}{
		{"messages", table.Scan{Ranges: everything, Columns: []string{"@message"}}},
		{"times", table.Scan{Ranges: everything, Columns: []string{"@time"}}},
		{"two fields", table.Scan{Ranges: everything, Columns: []string{"@time"}, Discovered: []discover.Field{{Name: "level"}, {Name: "durationMs"}}}},
	} {
		b.Run("scan "+bb.name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Table("log_events").Scan(context.Background(), bb.scan, 1, func(int, *column.Batch) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, bb := range []struct {
		name string
		page table.Page
	}{
		{"page of 10000 of all streams", table.Page{Limit: 10_000}},
		{"page of 10000 of all streams backward", table.Page{Limit: 10_000, Order: table.Descending}},
		{"page of 10000 of one stream", table.Page{Limit: 10_000, Range: table.Range{Streams: []int64{3}}}},
		{"page of 50 of one stream", table.Page{Limit: 50, Range: table.Range{Streams: []int64{3}}}},
	} {
		bb.page.Range.Partition, bb.page.Range.From, bb.page.Range.To = 1, math.MinInt64, math.MaxInt64
		bb.page.Columns = []string{"@time", "@ingested", "@sequence", "@stream", "@message"}
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				got, _, err := e.Table("log_events").Page(context.Background(), bb.page)
				if err != nil || got.Len != bb.page.Limit {
					b.Fatal(fmt.Errorf("%d rows, %w", got.Len, err))
				}
			}
		})
	}
}

//go:build unix

package exec

import (
	"context"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// A manySource gives so many rows whose texts are all different, but those of userId.
type manySource struct{ rows int }

func (s manySource) Scan(_ context.Context, scan plan.Scan, _ int, each func(int, *column.Batch) error) (ScanStats, error) {
	return scanMade(scan, s.rows, 8192, each, func(row int, field string) column.Value {
		n := int64(lot(int64(row)) >> 1)
		switch field {
		case "@timestamp":
			return column.TimeValue(1_800_000_000_000 + n%100_000_000)
		case "userId":
			return column.StringValue(fmt.Sprintf("u%d", n%20_000))
		}
		return column.StringValue(fmt.Sprintf(`{"requestId":"%016x","path":"/a/%d","durationMs":%d}`, n, n%100, n%1000))
	})
}

// BenchmarkStop stops queries at sixteen moments of their time and tells the slowest stop: how much processor time the process took until the
// query had ended.
func BenchmarkStop(b *testing.B) {
	src := manySource{400_000}
	for _, text := range []string{
		"sort a", "sort a | limit 100000", "fields a | dedup a", "stats count(*) by a", "stats count(*), count_distinct(userId) by a | sort a", "pattern a",
		"join left=l right=r where l.userId = r.userId (SOURCE x | fields userId, a | dedup userId)", "fields userId | sessionize userId maxspan 1s",
		`filter a like /(a|b|c|aa|bb|cc)*.*(x+x+)+y.*[0-9a-f]{20}.*z$/ | stats count(*)`,
	} {
		b.Run(text, func(b *testing.B) {
			q, err := syntax.ParseQuery(text)
			if err != nil {
				b.Fatal(err)
			}
			p, err := plan.Compile(q, plan.Options{Limit: -1})
			if err != nil {
				b.Fatal(err)
			}
			run := func(ctx context.Context) error {
				_, err := Run(ctx, p, Options{Source: src, Named: func(*syntax.Source) (Source, error) { return src, nil }, Workers: 1, Memory: 4 << 30})
				return err
			}
			begun := time.Now()
			if err := run(b.Context()); err != nil {
				b.Fatal(err)
			}
			whole, slowest := time.Since(begun), time.Duration(0)
			for b.Loop() {
				for i := range 16 {
					slowest = max(slowest, stopAfter(b, whole*time.Duration(i)/16, run))
				}
			}
			b.ReportMetric(slowest.Seconds()*1000, "stop-cpu-ms")
		})
	}
}

// stopAfter stops run after some time and returns how much processor time it took from then on.
func stopAfter(b *testing.B, long time.Duration, run func(context.Context) error) time.Duration {
	runtime.GC() // so that the time is not the collector's
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	<-time.After(long)
	before := processorTime(b)
	cancel()
	<-ended
	return processorTime(b) - before
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

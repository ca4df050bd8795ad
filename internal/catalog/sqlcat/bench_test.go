package sqlcat

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// Issue 4's size: 100,000 groups, 1,000,000 streams, half of them in one group. With -short a fiftieth.
func benchSize() (groupCount, streamCount int) {
	if testing.Short() {
		return 2_000, 20_000
	}
	return 100_000, 1_000_000
}

var oneGroup = catalog.Scope{Account: "123456789012", Region: "eu-central-1", Kind: "log-stream", Parent: 1}

func groupName(i int) string { return fmt.Sprintf("/aws/lambda/service-%06d", i) }

func streamName(i int) string { return fmt.Sprintf("2026/11/21/[$LATEST]%032x", i) }

// fillBench makes the catalog that the benchmarks read.
func fillBench(b *testing.B, path string) {
	b.Helper()
	c := open(b, path)
	groupCount, streamCount := benchSize()
	value := []byte(strings.Repeat("v", 100))
	var changes []catalog.Change
	write := func(last bool) {
		if len(changes) == 0 || len(changes) < catalog.MaxChanges && !last {
			return
		}
		if _, err := c.Write(b.Context(), changes...); err != nil {
			b.Fatalf("Write = %v", err)
		}
		changes = changes[:0]
	}
	for i := range groupCount {
		changes = append(changes, catalog.Put(catalog.Entry{Key: groups.Key(groupName(i)), Value: value}, catalog.Absent))
		write(false)
	}
	for i := range streamCount {
		s := oneGroup
		if i%2 == 1 {
			s.Parent = int64(2 + i%groupCount)
		}
		e := catalog.Entry{Key: s.Key(streamName(i)), Value: value[:60], Peaks: catalog.Peaks{1.7e12 + int64(i*7919%streamCount), 1, 1.7e12}}
		changes = append(changes, catalog.Put(e, catalog.Absent))
		write(false)
	}
	write(true)
	closing(b, c)
}

// BenchmarkLarge reads a catalog of the size that issue 4 names.
func BenchmarkLarge(b *testing.B) {
	path := filepath.Join(b.TempDir(), "catalog.db")
	fillBench(b, path)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Open", func(b *testing.B) {
		for b.Loop() {
			closing(b, open(b, path))
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB-file")
	})
	before := resident(b)
	c := open(b, path)
	defer closing(b, c)
	groupCount, streamCount := benchSize()
	for _, bm := range []struct {
		name string
		q    catalog.Query
	}{
		{"GroupsFirst", catalog.Query{Scope: groups}},
		{"GroupsMiddle", catalog.Query{Scope: groups, After: catalog.Cursor{Name: groupName(groupCount / 2)}}},
		{"GroupsPrefix", catalog.Query{Scope: groups, Prefix: groupName(groupCount / 3)[:24]}},
		{"StreamsFirst", catalog.Query{Scope: oneGroup}},
		{"StreamsMiddle", catalog.Query{Scope: oneGroup, After: catalog.Cursor{Name: streamName(streamCount / 2)}}},
		{"StreamsPrefix", catalog.Query{Scope: oneGroup, Prefix: streamName(streamCount / 3)[:50]}},
		{"StreamsLastEvent", catalog.Query{Scope: oneGroup, ByPeak: true, Descending: true}},
		{"StreamsLastEventMiddle", catalog.Query{Scope: oneGroup, ByPeak: true, Descending: true, After: catalog.Cursor{Peak: 1.7e12 + int64(streamCount/2), Name: "m"}}},
	} {
		b.Run("Page50"+bm.name, func(b *testing.B) {
			bm.q.Limit = 50
			b.ReportAllocs()
			for b.Loop() {
				if p, err := c.List(b.Context(), bm.q); err != nil || len(p.Entries) == 0 {
					b.Fatalf("List = %d entries, %v", len(p.Entries), err)
				}
			}
		})
	}
	b.Run("CountStreams", func(b *testing.B) {
		for b.Loop() {
			if n, err := c.Count(b.Context(), catalog.Query{Scope: oneGroup}); err != nil || n != streamCount/2 {
				b.Fatalf("Count = %d, %v", n, err)
			}
		}
	})
	b.Run("Get", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := c.Get(b.Context(), groups.Key(groupName(i*7919%groupCount))); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(resident(b)-before)/1e6, "MB-more-memory") // since the catalog was opened, after all reads above
	})
}

// resident returns the memory of this process, as Linux counts it.
func resident(b *testing.B) int64 {
	b.Helper()
	runtime.GC()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skipf("read memory: %v", err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// BenchmarkPut makes entries, each durable before the next one of the same writer.
func BenchmarkPut(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("Writers%d", writers), func(b *testing.B) {
			c := open(b, filepath.Join(b.TempDir(), "catalog.db"))
			defer closing(b, c)
			var n atomic.Int64
			b.SetParallelism(max(1, writers/runtime.GOMAXPROCS(0)))
			b.ReportAllocs()
			work := func() {
				e := catalog.Entry{Key: groups.Key(groupName(int(n.Add(1)))), Value: make([]byte, 100)}
				if _, err := c.Write(b.Context(), catalog.Put(e, catalog.Absent)); err != nil {
					b.Errorf("Write = %v", err)
				}
			}
			if writers == 1 {
				for b.Loop() {
					work()
				}
				return
			}
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					work()
				}
			})
		})
	}
}

// BenchmarkTouch touches one of 10,000 streams, writes included.
func BenchmarkTouch(b *testing.B) {
	c := open(b, filepath.Join(b.TempDir(), "catalog.db"))
	defer closing(b, c)
	const streams = 10_000
	for i := range streams {
		if i%catalog.MaxChanges != 0 {
			continue
		}
		var changes []catalog.Change
		for j := range catalog.MaxChanges {
			changes = append(changes, catalog.Put(catalog.Entry{Key: oneGroup.Key(streamName(i + j))}, catalog.Absent))
		}
		if _, err := c.Write(b.Context(), changes...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for i := int64(0); b.Loop(); i++ {
		t := catalog.Touch{Key: oneGroup.Key(streamName(int(i * 7919 % streams))), Peaks: catalog.Peaks{i}}
		if err := c.Touch(b.Context(), t); err != nil {
			b.Fatal(err)
		}
	}
}

package wal

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

func diskFS(b *testing.B) vfs.FS {
	disk, err := vfs.NewDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { disk.Close() })
	return disk
}

// BenchmarkAppend appends to a disk from some goroutines at once: acknowledgments per second, how long one takes, and
// how many share a sync.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		for _, size := range []int{300, 16 << 10, 300 << 10} {
			b.Run(fmt.Sprintf("writers=%d/bytes=%d", writers, size), func(b *testing.B) {
				syncs := 0
				l := mustOpen(b, diskFS(b), Options{Hooks: Hooks{Synced: func(Batch) { syncs++ }}})
				stop := running(b, l)
				p := make([]byte, size)
				took := make([][]time.Duration, writers)
				b.SetBytes(int64(size))
				b.ReportAllocs()
				b.ResetTimer()
				var all sync.WaitGroup
				for w := range writers {
					all.Go(func() {
						for range (b.N + w) / writers {
							start := time.Now()
							if _, err := l.Append(b.Context(), 1, p); err != nil {
								b.Error(err)
								return
							}
							took[w] = append(took[w], time.Since(start))
						}
					})
				}
				all.Wait()
				b.StopTimer()
				stop()
				each := slices.Concat(took...)
				slices.Sort(each)
				b.ReportMetric(float64(len(each))/b.Elapsed().Seconds(), "acks/s")
				b.ReportMetric(float64(each[len(each)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(each[len(each)*99/100].Microseconds()), "p99-µs")
				b.ReportMetric(float64(len(each))/float64(syncs), "acks/sync")
			})
		}
	}
}

// BenchmarkReplay opens and reads a log of 64 MiB.
func BenchmarkReplay(b *testing.B) {
	for _, size := range []int{300, 16 << 10} {
		b.Run(fmt.Sprintf("bytes=%d", size), func(b *testing.B) {
			fs := diskFS(b)
			l := mustOpen(b, fs, Options{})
			total := 0
			p := make([]byte, size)
			for total < 64<<20 {
				batch := newBatch(nil)
				for batch.fits(size) {
					batch.add(1, p)
				}
				if err := l.w.store(batch); err != nil {
					b.Fatal(err)
				}
				total += len(batch.buf)
			}
			if err := l.w.close(); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				l := mustOpen(b, fs, Options{})
				if err := l.Replay(func(r Record) error { n += len(r.Payload); return nil }); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}

// BenchmarkFinish is the work of the log for each byte: checksums and a copy, without the disk.
func BenchmarkFinish(b *testing.B) {
	p := make([]byte, 16<<10)
	batch := newBatch(nil)
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		batch = newBatch(batch.buf)
		batch.add(1, p)
		batch.finish(7, true)
	}
}

package files

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/groundwatch/groundwatch/column"
)

// benchBytes is the text that a benchmark scans.
const benchBytes = 64 << 20

// webLines returns about size bytes of events as a web service writes them, 390 bytes each.
func webLines(size int, prefix func(i int) string) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		if prefix != nil {
			b.WriteString(prefix(i))
		}
		fmt.Fprintf(&b, `{"time":"2026-01-01T%02d:%02d:%02d.%03dZ","level":"%s"`, i/3600000%24, i/60000%60, i/1000%60, i%1000, pick("info", "info", "info", "info", "warn", "error"))
		fmt.Fprintf(&b, `,"msg":"%s","service":"%s-api"`, pick("request served", "cache miss", "order cancelled", "payment accepted by the provider"), pick("orders", "users", "pay"))
		fmt.Fprintf(&b, `,"env":"prod","version":"%d","fn":"%s","pkg":"%s"`, r.IntN(1000), pick("Get", "Post", "Delete", "ListAll"), pick("orders", "", "users"))
		fmt.Fprintf(&b, `,"requestId":"%08x-%04x-%04x-%04x-%012x"`, r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Int64N(1<<48))
		fmt.Fprintf(&b, `,"userId":"u%d","orgId":"o%d","method":"%s","path":"/orders/%d","status":%d`, r.IntN(100000), r.IntN(100), pick("GET", "POST"), r.IntN(1000), 200+r.IntN(4)*100)
		fmt.Fprintf(&b, `,"durationMs":%.1f,"bytes":%d,"traceId":"1-%08x-%024x"}`+"\n", r.ExpFloat64()*30, r.IntN(1e5), r.Uint32(), r.Uint64())
	}
	return b.Bytes()
}

// benchInputs writes text into n files and returns them.
func benchInputs(b *testing.B, n int, text []byte, pack func(io.Writer) io.WriteCloser) []Input {
	b.Helper()
	dir := b.TempDir()
	for i := range n {
		part := text[len(text)*i/n : len(text)*(i+1)/n]
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%d.log", i)))
		if err != nil {
			b.Fatal(err)
		}
		w := io.WriteCloser(f)
		if pack != nil {
			w = pack(f)
		}
		if _, err := w.Write(part); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		if pack != nil {
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	inputs, _ := Find([]string{dir})
	return inputs
}

func gzipWriter(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

// benchWorkers is how many workers the benchmarks use: the reference machine has two cores.
const benchWorkers = 2

func benchmarkScan(b *testing.B, inputs []Input, contains []string, fields ...string) {
	src := &Source{Inputs: inputs}
	s := always(contains, fields...)
	b.SetBytes(benchBytes)
	b.ReportAllocs()
	for b.Loop() {
		rows := make([]int, benchWorkers)
		stats, err := src.Scan(context.Background(), s, benchWorkers, func(w int, batch *column.Batch) error {
			rows[w] += batch.Len
			return nil
		})
		if err != nil || stats.Records < 1000 || rows[0]+rows[1] == 0 {
			b.Fatalf("Scan = %+v, %v with %v rows", stats, err, rows)
		}
	}
}

func BenchmarkScanNDJSON(b *testing.B) {
	inputs := benchInputs(b, 1, webLines(benchBytes, nil), nil)
	for _, bm := range []struct{ name, fields, contains string }{
		{"count", "", ""},
		{"message", "@message", ""},
		{"early", "level @timestamp", ""},
		{"late", "durationMs fn", ""},
		{"ten", "@timestamp level msg service fn requestId userId status durationMs bytes", ""},
		{"contains", "level @timestamp", `"error"`},
		{"rare", "level @timestamp", `u99999"`},
	} {
		var contains []string
		if bm.contains != "" {
			contains = []string{bm.contains}
		}
		b.Run(bm.name, func(b *testing.B) { benchmarkScan(b, inputs, contains, strings.Fields(bm.fields)...) })
	}
}

func BenchmarkScanS3Export(b *testing.B) {
	prefix := func(i int) string {
		return fmt.Sprintf("2026-01-01T%02d:%02d:%02d.%03dZ ", i/3600000%24, i/60000%60, i/1000%60, i%1000)
	}
	inputs := benchInputs(b, 1, webLines(benchBytes, prefix), nil)
	b.Run("early", func(b *testing.B) { benchmarkScan(b, inputs, nil, "level", "@timestamp") })
}

func BenchmarkScanText(b *testing.B) {
	inputs := benchInputs(b, 1, bytes.ReplaceAll(webLines(benchBytes, nil), []byte(`{"time":"`), nil), nil)
	b.Run("message", func(b *testing.B) { benchmarkScan(b, inputs, nil, "@message", "@timestamp") })
}

// BenchmarkScanGzip is to be compared with BenchmarkDecompressOnly.
func BenchmarkScanGzip(b *testing.B) {
	text := webLines(benchBytes, nil)
	for _, files := range []int{1, 8} {
		inputs := benchInputs(b, files, text, gzipWriter)
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) { benchmarkScan(b, inputs, nil, "level", "@timestamp") })
	}
}

// BenchmarkDecompressOnly unpacks the files of BenchmarkScanGzip as many at once and does nothing else.
func BenchmarkDecompressOnly(b *testing.B) {
	text := webLines(benchBytes, nil)
	for _, files := range []int{1, 8} {
		inputs := benchInputs(b, files, text, gzipWriter)
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) {
			b.SetBytes(benchBytes)
			for b.Loop() {
				next := make(chan Input, len(inputs))
				for _, in := range inputs {
					next <- in
				}
				close(next)
				var wg sync.WaitGroup
				for range benchWorkers {
					wg.Go(func() {
						buf := make([]byte, chunkBytes)
						for in := range next {
							unpack(b, in.Path, buf)
						}
					})
				}
				wg.Wait()
			}
		})
	}
}

func unpack(b *testing.B, path string, buf []byte) {
	f, err := os.Open(path)
	if err != nil {
		b.Error(err)
		return
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReaderSize(f, readBuffer))
	for err == nil {
		_, err = io.ReadFull(z, buf)
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		b.Error(err)
	}
}

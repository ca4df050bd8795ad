package clean

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/generate"
)

// benchExport writes an S3 export and returns its folder, its inputs and the length of its text.
func benchExport(b *testing.B, shape string) (dir string, inputs []files.Input, bytes int64) {
	b.Helper()
	dir = filepath.Join(b.TempDir(), "export")
	if err := generate.WriteExport(b.Context(), dir, generate.Options{Shape: shape, Count: 300_000}); err != nil {
		b.Fatal(err)
	}
	inputs, _ = files.Find([]string{dir})
	const prefix = len("2006-01-02T15:04:05.000Z \n")
	for _, in := range inputs {
		err := files.Events(b.Context(), in, files.Options{}, func(e *files.Event) error {
			bytes += int64(prefix + len(e.Message))
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return dir, inputs, bytes
}

// BenchmarkCleanExport cleans an export of gzip files. To be compared with BenchmarkReadExport.
func BenchmarkCleanExport(b *testing.B) {
	for _, shape := range []string{"web", "lambda"} {
		dir, _, bytes := benchExport(b, shape)
		for _, to := range Formats() {
			b.Run(shape+"/"+to, func(b *testing.B) {
				o := Options{Inputs: []string{dir}, Dir: filepath.Join(b.TempDir(), "out"), To: to, Restart: true}
				b.SetBytes(bytes)
				b.ReportAllocs()
				for b.Loop() {
					mustRun(b, o)
				}
			})
		}
	}
}

// BenchmarkReadExport decompresses the same files on as many cores and splits the text into events,
// and does nothing with them. (BenchmarkDecompressOnly in internal/files does not even split.)
func BenchmarkReadExport(b *testing.B) {
	for _, shape := range []string{"web", "lambda"} {
		_, inputs, bytes := benchExport(b, shape)
		b.Run(shape, func(b *testing.B) {
			b.SetBytes(bytes)
			for b.Loop() {
				err := files.Walk(context.Background(), inputs, runtime.GOMAXPROCS(0), files.Options{}, func(int, *files.Block) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkConvert makes JSON of events that are in memory.
func BenchmarkConvert(b *testing.B) {
	for name, message := range map[string]string{
		"json":   issueEvent,
		"lambda": stamp + "\t" + uuid + "\tINFO\tthumbnail made {\"width\":64,\"bytes\":18000}",
		"text":   "a line of text that somebody wrote",
		"report": "REPORT RequestId: " + uuid + "\tDuration: 55.17 ms\tBilled Duration: 100 ms \tMemory Size: 512 MB\tMax Memory Used: 36 MB",
	} {
		b.Run(name, func(b *testing.B) {
			c := &converter{platform: "events"}
			e := eventOf(message)
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			for b.Loop() {
				c.convert(e)
			}
		})
	}
}

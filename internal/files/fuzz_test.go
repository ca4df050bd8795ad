package files

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
)

// FuzzFormats reads any bytes in any format. Nothing panics or hangs, blocks of any size and packing
// give the same, and in formats of lines every line that is not empty is part of an event.
func FuzzFormats(f *testing.F) {
	for _, tt := range formatCases {
		f.Add([]byte(tt.text), byte(tt.format), byte(7))
		f.Add([]byte(tt.text[:len(tt.text)/2]), byte(Auto), byte(1))
		f.Add([]byte(tt.text), byte(JSON), byte(40))
	}
	f.Add(gzipData("a\n")[:12], byte(Auto), byte(3))
	dir := f.TempDir() // of this process, whose inputs come one after another
	put := func(t *testing.T, name string, data []byte) Input {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return Input{Path: path, Log: "log", Stream: "stream", Size: -1}
	}
	f.Fuzz(func(t *testing.T, data []byte, format, size byte) {
		if c, _ := sniff(data); c != plain || len(data) > 1<<16 {
			data = append([]byte{'x'}, data[:min(len(data), 1<<16)]...)
		}
		opt := Options{Format: Format(format) % Parquet, blockSize: int(size) + 1, MaxEvent: 200}
		in := put(t, "plain", data)
		want := read(t, in, opt)
		if got := read(t, put(t, "gzip", gzipData(string(data))), opt); !slices.Equal(got.events, want.events) || !slices.Equal(got.problems, want.problems) {
			t.Errorf("Events of gzip = %q, %q, want %q, %q", got.events, got.problems, want.events, want.problems)
		}
		if format := opt.Format; format.lines() || format == Auto && detect(data, true).lines() {
			checkLines(t, data, want)
		}
		checkWorkers(t, in, opt, len(want.events))
	})
}

// checkLines checks that every line is part of an event, unless the event was cut.
func checkLines(t *testing.T, data []byte, got reading) {
	t.Helper()
	for _, p := range got.problems {
		if strings.Contains(p, LongLine.String()) {
			return
		}
	}
	text := strings.Join(got.events, "\n")
	for line := range bytes.Lines(bytes.TrimPrefix(data, bom)) {
		line = bytes.TrimRight(line, "\r\n")
		if exportPrefix.at(line) {
			_, _, line = exportPrefix.split(line)
		} else if tailPrefix.at(line) {
			_, _, line = tailPrefix.split(line)
		}
		if !strings.Contains(text, string(line)) {
			t.Errorf("Events of %q: line %q is in none of %q", data, line, got.events)
		}
	}
}

// checkWorkers checks that several workers count as many rows as one gives events.
func checkWorkers(t *testing.T, in Input, opt Options, want int) {
	t.Helper()
	src := &Source{Inputs: []Input{in, in}, Options: opt}
	rows := make([]int, 3)
	stats, err := src.Scan(context.Background(), always(nil, "@message", "a", "@timestamp"), 3, func(w int, b *column.Batch) error {
		rows[w] += b.Len
		return nil
	})
	if n := rows[0] + rows[1] + rows[2]; err != nil || n != 2*want || stats.Records != int64(n) {
		t.Errorf("Scan = %+v, %v with %d rows, want %d", stats, err, n, 2*want)
	}
}

// FuzzDetect checks that any start of a file has a format.
func FuzzDetect(f *testing.F) {
	for _, tt := range formatCases {
		f.Add([]byte(tt.text))
	}
	f.Fuzz(func(t *testing.T, sample []byte) {
		for _, whole := range []bool{false, true} {
			if got := detect(sample, whole); got == Auto || got >= Parquet {
				t.Errorf("detect(%q, %t) = %s, want a format of text", sample, whole, got)
			}
		}
	})
}

// TestNoGoroutineIsLeft checks that scans which end early leave no goroutine behind.
func TestNoGoroutineIsLeft(t *testing.T) {
	text := []byte(strings.Repeat(`{"a":1}`+"\n", 1000))
	inputs := []Input{write(t, "x", text), write(t, "x", gzipData(string(text))), write(t, "x", zstdData(t, string(text))), write(t, "x", cleaned(t))}
	before := runtime.NumGoroutine()
	for range 20 {
		ctx, cancel := context.WithCancel(context.Background())
		src := &Source{Inputs: inputs, Options: Options{blockSize: 100}}
		_, _ = src.Scan(ctx, always(nil, "a", "@message"), 4, func(int, *column.Batch) error {
			cancel()
			return nil
		})
		cancel()
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("goroutines after cancelled scans: got %d, want %d", runtime.NumGoroutine(), before)
		}
	}
}

// TestMemoryIsBounded checks that what a scan needs does not grow with the text.
func TestMemoryIsBounded(t *testing.T) {
	text := strings.Repeat(numbered(1000), 30) // 1.5 MB
	var inputs []Input
	for range 10 {
		inputs = append(inputs, write(t, "x", []byte(text)))
	}
	inputs = append(inputs, write(t, "x", gzipData(text, text, text)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := (&Source{Inputs: inputs}).Scan(context.Background(), always(nil, "n", "@timestamp"), 2, func(int, *column.Batch) error { return nil })
	runtime.ReadMemStats(&after)
	if all := after.TotalAlloc - before.TotalAlloc; err != nil || all > 12<<20 {
		t.Errorf("Scan of 20 MB allocated %d bytes in all, error %v, want at most 12 MiB", all, err)
	}
}

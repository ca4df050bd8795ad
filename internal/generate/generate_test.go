package generate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func written(t testing.TB, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(context.Background(), &out, o); err != nil {
		t.Fatalf("Write(%+v): %v", o, err)
	}
	return out.String()
}

// TestSameSeedSameBytes pins the events of a seed. A change here changes everybody's samples: it
// belongs in a commit of its own.
func TestSameSeedSameBytes(t *testing.T) {
	for _, tt := range []struct {
		shape, format string
		want          string // first half of the SHA-256
	}{
		{"web", "ndjson", "234430ea2e4d11ae3449d09921c3941b"},
		{"web", "filter-log-events", "1629bd9a8dec1516d18774fb855cf256"},
		{"lambda", "ndjson", "eb8342c234b9c6ee587ed6200631bc4a"},
		{"worker", "ndjson", "22908e9719982fc31e429e62e7560918"},
		{"hostile", "ndjson", "0b8bfd6c5912984084b8f99f7129a7b6"},
	} {
		t.Run(tt.shape+" as "+tt.format, func(t *testing.T) {
			o := Options{Shape: tt.shape, Format: tt.format, Seed: 7, Count: 3000}
			sum := sha256.Sum256([]byte(written(t, o)))
			if got := hex.EncodeToString(sum[:16]); got != tt.want {
				t.Errorf("SHA-256 of Write(%+v) starts with %s, want %s", o, got, tt.want)
			}
			other := o
			other.Seed = 8
			if written(t, o) == written(t, other) {
				t.Errorf("seeds %d and %d give the same events", o.Seed, other.Seed)
			}
		})
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"an unknown shape", Options{Shape: "wbe"}, `generate: shape "wbe", want one of web, lambda, worker, hostile`},
		{"an unknown format", Options{Format: "xml"}, `generate: format "xml", want one of ndjson, filter-log-events, s3export`},
		{"a folder where a file is wanted", Options{Format: "s3export"}, "generate: format s3export is a folder, not one file"},
		{"a negative count", Options{Count: -1}, "generate: count -1, want a positive number"},
		{"a negative span", Options{Span: -time.Second}, "generate: span -1s, want a positive duration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := Write(context.Background(), io.Discard, tt.o)
			if err == nil || err.Error() != tt.want {
				t.Errorf("Write(%+v) = %v, want %s", tt.o, err, tt.want)
			}
		})
	}
}

func TestWriteEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	cancel(why)
	if err := Write(ctx, io.Discard, Options{Count: 1 << 40}); !errors.Is(err, why) {
		t.Errorf("Write with an ended context = %v, want %v", err, why)
	}
}

// A broken writer fails every write.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestWriteReportsTheWriter(t *testing.T) {
	full := errors.New("disk full")
	for _, format := range []string{"ndjson", "filter-log-events"} {
		if err := Write(context.Background(), broken{full}, Options{Format: format}); !errors.Is(err, full) {
			t.Errorf("Write(%s) to a broken writer = %v, want %v", format, err, full)
		}
	}
}

func TestWebIsLikeAShop(t *testing.T) {
	const count = 50_000
	text := written(t, Options{Count: count, Seed: 3})
	if mean := len(text) / count; mean < 380 || mean > 400 {
		t.Errorf("mean event is %d bytes, want about 390", mean)
	}
	levels, fns := map[string]int{}, map[string]int{}
	last := ""
	for line := range strings.Lines(text) {
		var e struct {
			Time, Level, Fn, RequestID string
			DurationMs                 float64
			Status                     int
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("event %s: %v", line, err)
		}
		levels[e.Level]++
		fns[e.Fn]++
		if e.Time < last || len(e.Time) != len("2026-01-05T00:00:00.000Z") || !strings.HasPrefix(e.Time, "2026-01-05T") {
			t.Fatalf("event at %s after %s, want an ordered day", e.Time, last)
		}
		last = e.Time
		if e.DurationMs < 0 || e.DurationMs > 1e7 || e.Status < 200 || len(e.RequestID) != 36 {
			t.Fatalf("event %s: durationMs %g, status %d, requestId %q", line, e.DurationMs, e.Status, e.RequestID)
		}
	}
	for level, percent := range map[string]int{"error": 5, "warn": 10, "debug": 4} {
		if got := levels[level] * 100 / count; got < percent-1 || got > percent+1 {
			t.Errorf("%d %% of events are of level %s, want about %d", got, level, percent)
		}
	}
	if len(fns) != len(routes) {
		t.Errorf("%d functions took requests, want %d", len(fns), len(routes))
	}
}

// TestLambdaInvocationsAreWhole checks that every START has its END and REPORT, in this order.
func TestLambdaInvocationsAreWhole(t *testing.T) {
	text := written(t, Options{Shape: "lambda", Count: 20_000})
	state := map[string]string{}
	counts := map[string]int{}
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(line, " RequestId: ")
		if len(word) > len("REPORT") || rest == "" {
			counts["Task timed out"] += strings.Count(line, "Task timed out after")
			counts["Traceback"] += strings.Count(line, "Traceback")
			counts["Invoke Error"] += strings.Count(line, "Invoke Error")
			counts["JSON"] += strings.Count(line[:1], "{")
			continue
		}
		id := rest[:36]
		if before := map[string]string{"START": "", "END": "START", "REPORT": "END"}[word]; state[id] != before {
			t.Fatalf("%s of %s after %q, want after %q", word, id, state[id], before)
		}
		state[id] = word
		counts[word]++
	}
	for _, kind := range []string{"START", "Task timed out", "Traceback", "Invoke Error", "JSON"} {
		if counts[kind] == 0 {
			t.Errorf("no line of kind %s", kind)
		}
	}
	if counts["START"] != counts["REPORT"] || counts["END"] != counts["REPORT"] {
		t.Errorf("lines by kind %v, want as many START as END and REPORT", counts)
	}
}

func TestWorkerTagsComeInPairs(t *testing.T) {
	text := written(t, Options{Shape: "worker", Count: 20_000})
	for _, j := range jobs {
		done, failed := strings.Count(text, `"tag":"`+j.done+`"`), strings.Count(text, `"tag":"`+j.failed+`"`)
		if done == 0 || failed == 0 || failed > done/5 {
			t.Errorf("%d events of tag %s, %d of %s, want many and a few", done, j.done, failed, j.failed)
		}
	}
}

func TestHostileLinesAreAsLongAsAllowed(t *testing.T) {
	for _, tt := range []struct {
		name     string
		huge     bool
		min, max int
	}{
		{"64 KB", false, 32 << 10, 64 << 10},
		{"10 MB", true, 5 << 20, 10 << 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			longest, n := 0, 0
			for line := range strings.Lines(written(t, Options{Shape: "hostile", Count: 1200, Huge: tt.huge})) {
				n++
				if !strings.Contains(line, `:[[[`) && !strings.HasPrefix(line, `{"a":{"a"`) {
					longest = max(longest, len(line))
				}
			}
			if n != 1200 {
				t.Errorf("%d lines, want 1200: no event may hold a line feed", n)
			}
			if longest < tt.min || longest > tt.max {
				t.Errorf("longest line is %d bytes, want %d to %d", longest, tt.min, tt.max)
			}
		})
	}
}

func TestFilteredIsOneDocument(t *testing.T) {
	for _, tt := range []struct {
		shape string
		count int
	}{{"web", 500}, {"hostile", 1000}, {"worker", 700}} {
		text := written(t, Options{Shape: tt.shape, Format: "filter-log-events", Count: tt.count})
		var doc struct {
			Events []struct {
				LogStreamName, Message, EventID string
				Timestamp                       int64
			}
		}
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatalf("%s: %v", tt.shape, err)
		}
		if len(doc.Events) < tt.count || len(doc.Events) > tt.count+10 {
			t.Errorf("%s: %d events, want %d", tt.shape, len(doc.Events), tt.count)
		}
		if e := doc.Events[0]; e.LogStreamName == "" || e.Timestamp != defaultStart.UnixMilli() || len(e.EventID) != 56 {
			t.Errorf("%s: first event %+v", tt.shape, e)
		}
	}
}

func TestSpanIsFilled(t *testing.T) {
	start := time.Date(2024, 2, 28, 22, 30, 0, 0, time.UTC)
	for _, span := range []time.Duration{time.Second, time.Hour, 25 * time.Hour, 400 * 24 * time.Hour} {
		o := Options{Count: 2000, Start: start, Span: span}
		all := strings.Split(strings.TrimSpace(written(t, o)), "\n")
		at := func(line string) time.Time {
			when, err := time.Parse(time.RFC3339, line[len(`{"time":"`):][:24])
			if err != nil {
				t.Fatal(err)
			}
			return when
		}
		first, last := at(all[0]), at(all[len(all)-1])
		if first.Sub(start) > span/10 || last.Sub(start) < span*8/10 || last.Sub(start) > span {
			t.Errorf("span %s from %s: events from %s to %s", span, start, first, last)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, shape := range Shapes() {
		b.Run(shape, func(b *testing.B) {
			o := Options{Shape: shape, Count: 20_000}
			b.SetBytes(int64(len(written(b, o))))
			b.ReportAllocs()
			for b.Loop() {
				if err := Write(context.Background(), io.Discard, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

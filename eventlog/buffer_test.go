package eventlog_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// buffered are options whose units keep debug events.
func buffered() eventlog.Options {
	return eventlog.Options{NoCaller: true, Buffer: eventlog.Buffer{Level: slog.LevelDebug}}
}

func TestBuffer(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(ctx context.Context)
		want string // tags
	}{
		{"drops what waits when all went well", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d")
			eventlog.Info(ctx, "i")
			u.End(nil)
		}, "i a_done"},
		{"writes what waits before the failure", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d1")
			eventlog.Info(ctx, "i")
			eventlog.Debug(ctx, "d2")
			u.End(io.EOF)
		}, "i d1 d2 a_failed"},
		{"writes what waits before a panic's event", func(ctx context.Context) {
			outcomeOf(func() {
				ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
				defer u.Done(nil)
				eventlog.Debug(ctx, "d")
				panic("boom")
			})
		}, "d a_failed"},
		{"writes what waits before an error, and keeps what comes after it", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d1")
			eventlog.Warn(ctx, "w")
			eventlog.Error(ctx, "e1")
			eventlog.Debug(ctx, "d2")
			eventlog.Fail(ctx, "e2", io.EOF)
			eventlog.Debug(ctx, "d3")
			u.End(nil)
		}, "w d1 e1 d2 e2 a_done"},
		{"writes what waits before a failed assertion", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d")
			eventlog.Assert(ctx, false, "x_is_y")
			u.End(nil)
		}, "d assertion_failed a_done"},
		{"is shared by contexts below", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			below, cancel := context.WithCancel(eventlog.With(ctx, slog.Int("n", 1)))
			defer cancel()
			eventlog.Debug(below, "d1")
			eventlog.Debug(ctx, "d2")
			eventlog.Error(below, "e")
			u.End(nil)
		}, "d1 d2 e a_done"},
		{"is shared by units inside, whose event does not wait", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d1")
			inner, v := eventlog.Begin(ctx, "b_done", "b_failed")
			eventlog.Debug(inner, "d2")
			v.End(nil)
			eventlog.Debug(ctx, "d3")
			u.End(io.EOF)
		}, "b_done d1 d2 d3 a_failed"},
		{"is written when a unit inside fails", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d1")
			inner, v := eventlog.Begin(ctx, "b_done", "b_failed")
			eventlog.Debug(inner, "d2")
			v.End(io.EOF)
			eventlog.Debug(ctx, "d3")
			u.End(nil)
		}, "d1 d2 b_failed a_done"},
		{"keeps nothing outside of units", func(ctx context.Context) {
			eventlog.Debug(ctx, "d")
			eventlog.Error(ctx, "e")
		}, "e"},
		{"keeps nothing after the end", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			u.End(nil)
			eventlog.Debug(ctx, "d")
			eventlog.Info(ctx, "i")
			eventlog.Error(ctx, "e")
		}, "a_done i e"},
		{"does not keep what is emitted", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Emit(ctx, slog.LevelDebug, "metric_taken")
			eventlog.From(ctx).Emit(ctx, slog.LevelDebug, "metric_taken")
			u.End(nil)
		}, "metric_taken metric_taken a_done"},
		{"can be written early", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d1")
			u.Flush()
			eventlog.Debug(ctx, "d2")
			u.End(nil)
		}, "d1 a_done"},
		{"keeps what comes through slog", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.From(ctx).Slog().DebugContext(ctx, "text")
			u.End(io.EOF)
		}, "<nil> a_failed"},
		{"keeps every level below its own", func(ctx context.Context) {
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.From(ctx).Log(ctx, slog.LevelDebug-1, "trace_taken")
			u.End(io.EOF)
		}, "trace_taken a_failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(buffered())
			tt.do(ctx)
			if got := r.tags(t); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestBufferOfHigherLevels(t *testing.T) {
	for _, tt := range []struct {
		name   string
		logger slog.Level
		buffer slog.Level
		err    error
		want   string
	}{
		{"info waits though the logger would write it", slog.LevelInfo, slog.LevelInfo, nil, "w b_done a_done"},
		{"info waits below the logger's level, and so does a unit inside", slog.LevelWarn, slog.LevelInfo, io.EOF, "w d i b_done a_failed"},
		{"all of it is dropped if it went well", slog.LevelWarn, slog.LevelInfo, nil, "w"},
		{"errors never wait", slog.LevelInfo, slog.LevelError + 4, nil, "d i w e b_done a_done"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := buffered()
			o.Level, o.Buffer.Level = tt.logger, tt.buffer
			ctx, r := record(o)
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			eventlog.Debug(ctx, "d")
			eventlog.Info(ctx, "i")
			eventlog.Warn(ctx, "w")
			if tt.buffer > slog.LevelError {
				eventlog.Error(ctx, "e")
			}
			_, v := eventlog.Begin(ctx, "b_done", "b_failed")
			v.End(nil)
			u.End(tt.err)
			if got := r.tags(t); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestBufferedEventsKeepTheirTimes(t *testing.T) {
	c := newClock()
	o := buffered()
	o.Now = c.Now
	ctx, r := record(o)
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
	eventlog.Debug(ctx, "d")
	c.pass(time.Second)
	u.End(io.EOF)
	all := r.events(t)
	all[0].wantField(t, "time", "2026-11-21T10:00:00.000000Z")
	all[1].wantField(t, "time", "2026-11-21T10:00:01.000000Z")
}

// lineBytes is the size of a line of bufferedLine.
var lineBytes = func() int {
	o := buffered()
	o.Level = slog.LevelDebug
	o.Buffer = eventlog.Buffer{}
	ctx, r := record(o)
	bufferedLine(ctx, 100)
	return len(r.lines[0])
}()

func bufferedLine(ctx context.Context, i int) { eventlog.Debug(ctx, "step_taken", slog.Int("step", i)) }

func TestFullBufferLosesTheOldest(t *testing.T) {
	for _, tt := range []struct {
		name     string
		maxBytes int
		events   int
		evicted  int
		first    int // of those that are left
	}{
		{"all fit", 5 * lineBytes, 5, 0, 100},
		{"one is too much", 5 * lineBytes, 6, 1, 101},
		{"a byte is too little", 5*lineBytes - 1, 5, 1, 101},
		{"many times round", 5 * lineBytes, 500, 495, 595},
		{"room for one", lineBytes, 50, 49, 149},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p problems
			o := buffered()
			o.Buffer.MaxBytes, o.OnProblem = tt.maxBytes, p.add
			l, r := recordingLogger(o)
			ctx, u := eventlog.Begin(l.Into(context.Background()), "a_done", "a_failed")
			for i := range tt.events {
				bufferedLine(ctx, 100+i)
			}
			u.End(io.EOF)
			all := r.events(t)
			if tt.evicted > 0 {
				all[0].wantField(t, "tag", "buffer_evicted")
				all[0].wantField(t, "level", "warn")
				all[0].wantField(t, "evicted_events", tt.evicted)
				all[0].wantField(t, "buffer_bytes", tt.maxBytes)
				all = all[1:]
			}
			if got, want := len(all), tt.events-tt.evicted+1; got != want {
				t.Fatalf("got %d events, want %d", got, want)
			}
			for i, o := range all[:len(all)-1] {
				o.wantField(t, "step", tt.first+i)
			}
			if got := l.Stats().Evicted; got != uint64(tt.evicted) {
				t.Errorf("Evicted = %d, want %d", got, tt.evicted)
			}
			if got, want := p.text(), strings.Repeat("buffer_evicted", min(tt.evicted, 1)); got != want {
				t.Errorf("problems = %s, want %s", got, want)
			}
		})
	}
}

func TestEventLargerThanTheBufferIsWrittenAtOnce(t *testing.T) {
	o := buffered()
	o.Buffer.MaxBytes = lineBytes
	ctx, r := record(o)
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
	bufferedLine(ctx, 100)
	bufferedLine(ctx, 1000)
	bufferedLine(ctx, 1001)
	u.End(io.EOF)
	if got, want := r.tags(t), "buffer_bypassed step_taken step_taken step_taken a_failed"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	all := r.events(t)
	all[0].wantField(t, "event_bytes", lineBytes+1)
	all[0].wantField(t, "buffer_bytes", lineBytes)
	all[1].wantField(t, "step", 1000)
	all[3].wantField(t, "step", 100)
}

func TestBufferKeeps20480BytesUnlessToldOtherwise(t *testing.T) {
	ctx, r := record(buffered())
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
	for i := range 20480/lineBytes + 1 {
		bufferedLine(ctx, 100+i)
	}
	u.End(io.EOF)
	r.events(t)[0].wantField(t, "evicted_events", 1)
}

func TestBufferIsSafeForManyGoroutines(t *testing.T) {
	o := buffered()
	o.Buffer.MaxBytes = 20 * lineBytes
	l, r := recordingLogger(o)
	ctx, u := eventlog.Begin(l.Into(context.Background()), "a_done", "a_failed")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				bufferedLine(eventlog.With(ctx, slog.Int("g", g)), i)
				if i%50 == 49 {
					eventlog.Error(ctx, "e")
				}
			}
		})
	}
	wg.Wait()
	u.End(io.EOF)
	bufferedLine(ctx, 1)
	steps, evicted := 0, 0.0
	for _, o := range r.events(t) {
		switch o["tag"] {
		case "step_taken":
			steps++
		case "buffer_evicted":
			evicted += o["evicted_events"].(float64)
		}
	}
	if steps+int(evicted) != 8*200 || l.Stats().Evicted != uint64(evicted) {
		t.Errorf("%d events written and %v evicted, %d by Stats, want %d in all", steps, evicted, l.Stats().Evicted, 8*200)
	}
}

// A failingWriter fails every Write.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, fmt.Errorf("disk full") }

func TestBufferWithAWriterThatFails(t *testing.T) {
	l := eventlog.New(eventlog.Options{Writer: failingWriter{}, Buffer: eventlog.Buffer{Level: slog.LevelDebug}})
	ctx, u := eventlog.Begin(l.Into(context.Background()), "a_done", "a_failed")
	bufferedLine(ctx, 1)
	u.End(io.EOF)
	if got := l.Stats().WriteErrors; got != 2 {
		t.Errorf("WriteErrors = %d, want 2", got)
	}
}

package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
)

// writerFunc is a writer that is a function.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestTroubleWithTheWriter(t *testing.T) {
	full := errors.New("disk full")
	for _, tt := range []struct {
		name  string
		write writerFunc
		want  string // of Problem.Err
	}{
		{"an error", func([]byte) (int, error) { return 0, full }, "disk full"},
		{"a short write", func(b []byte) (int, error) { return len(b) - 1, nil }, "short write"},
		{"an error after all was written", func(b []byte) (int, error) { return len(b), full }, "disk full"},
		{"a panic", func([]byte) (int, error) { panic("no disk") }, "eventlog.writerFunc.Write panicked: no disk"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var told []Problem
			l := New(Options{Writer: tt.write, Getenv: func(string) string { return "" }, OnProblem: func(p Problem) { told = append(told, p) }})
			l.Info(context.Background(), "x")
			l.Info(context.Background(), "x", slog.Any("a", 1i))
			if len(told) != 2 || told[0].Kind != WriteFailed || told[1].Err.Error() != tt.want {
				t.Errorf("problems %v, want two of kind %s: %s", told, WriteFailed, tt.want)
			}
			if s := l.Stats(); s.Written != 0 || s.WriteErrors != 2 {
				t.Errorf("stats %+v, want no event written and two errors", s)
			}
		})
	}
}

func TestOnProblemMayPanicAndLog(t *testing.T) {
	failing := true
	var lines int
	var l *Logger
	l = New(Options{
		Writer: writerFunc(func(b []byte) (int, error) {
			if failing {
				return 0, io.ErrClosedPipe
			}
			lines++
			return len(b), nil
		}),
		Getenv: func(string) string { return "" },
		OnProblem: func(p Problem) {
			l.Error(context.Background(), "writing_failed", slog.Any("error", p.Err)) // fails too
			failing = false
			l.Error(context.Background(), "writing_failed", slog.Any("error", p.Err))
			panic("OnProblem")
		},
	})
	l.Info(context.Background(), "x")
	l.Info(context.Background(), "x")
	if s := l.Stats(); s.WriteErrors != 2 || s.Written != 2 || lines != 2 {
		t.Errorf("stats %+v and %d lines, want two errors and two lines", s, lines)
	}
}

func TestSlowWritesAreTold(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pause time.Duration // before each write
		takes time.Duration
		slow  bool
	}{
		{"at once", 0, 0, false},
		{"slower than at once", 0, time.Millisecond, false},
		{"a tick and a bit below the limit", 0, 870 * time.Millisecond, false},
		{"at the limit", 0, time.Second, true},
		{"at the limit, some time apart", 77 * time.Millisecond, time.Second, true},
		{"at the limit, so far apart that the clock stops between", 10 * time.Second, time.Second, true},
		{"fast, so far apart that the clock stops between", 10 * time.Second, time.Millisecond, false},
		{"so slow that the clock stops meanwhile", 0, time.Minute, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				takes := time.Duration(0)
				var told []Problem
				l := New(Options{
					Writer:    writerFunc(func(b []byte) (int, error) { time.Sleep(takes); return len(b), nil }),
					SlowWrite: time.Second, Getenv: func(string) string { return "" },
					OnProblem: func(p Problem) { told = append(told, p) },
				})
				want := 0
				for i := range 40 {
					takes = 0
					if i%3 == 1 {
						takes = tt.takes
						if tt.slow {
							want++
						}
					}
					time.Sleep(tt.pause)
					l.Info(t.Context(), "x")
				}
				if n := l.Stats().SlowWrites; n != uint64(want) || len(told) != want {
					t.Errorf("SlowWrites = %d, %d told, want %d", n, len(told), want)
				}
				for _, p := range told {
					if p.Kind != WriteSlow || p.Took < tt.takes || p.Took > tt.takes+time.Second/8 {
						t.Errorf("told %+v, want %v, at most an eighth of a second more", p, tt.takes)
					}
				}
			})
		})
	}
}

func TestSlowWritesOfAShortLimitAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 3 * time.Millisecond
		l := New(Options{
			Writer:    writerFunc(func(b []byte) (int, error) { time.Sleep(limit); return len(b), nil }),
			SlowWrite: limit, Getenv: func(string) string { return "" },
		})
		for range 10 {
			l.Info(t.Context(), "x")
		}
		if n := l.Stats().SlowWrites; n != 10 {
			t.Errorf("SlowWrites = %d, want 10", n)
		}
	})
}

func TestManyGoroutines(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "events"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var b bytes.Buffer
	for _, tt := range []struct {
		name string
		w    io.Writer
		text func() string
	}{
		{"buffer", &b, b.String},
		{"file", file, func() string { text, _ := os.ReadFile(file.Name()); return string(text) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := New(Options{Writer: tt.w, Getenv: func(string) string { return "" }})
			ctx := With(l.Into(context.Background()), slog.Int("shared", 1))
			const goroutines, events = 8, 100
			var wg sync.WaitGroup
			for g := range goroutines {
				wg.Go(func() {
					for i := range events {
						l.Info(ctx, "x", slog.Int("g", g), slog.Int("i", i))
						l.Slog().InfoContext(With(ctx, slog.Int("own", i)), "m", "any", []int{i}, "shared", 2)
						_ = l.Stats()
						_ = l.With(slog.Int("child", i))
					}
				})
			}
			wg.Wait()
			n := 0
			for line := range strings.Lines(tt.text()) {
				if n++; !json.Valid([]byte(line)) {
					t.Fatalf("line %d is no JSON: %s", n, line)
				}
			}
			if s := l.Stats(); n != 2*goroutines*events || s.Written != uint64(n) || s.DuplicateKeys != goroutines*events {
				t.Errorf("%d lines, stats %+v, want %d", n, s, 2*goroutines*events)
			}
		})
	}
}

func TestEventsInsideEvents(t *testing.T) {
	var b bytes.Buffer
	l := testLogger(&b)
	l.Info(context.Background(), "outer", slog.Any("v", loggingValuer{l}), slog.String("a", "b"))
	if n := strings.Count(b.String(), "\n"); n != 2 || !strings.HasSuffix(b.String(), `"tag":"outer","v":"valued","a":"b"}`+"\n") {
		t.Errorf("got %s, want an event of the LogValuer and one with its value", b.String())
	}
}

type loggingValuer struct{ l *Logger }

func (v loggingValuer) LogValue() slog.Value {
	v.l.Info(context.Background(), "inner")
	return slog.StringValue("valued")
}

func TestAPanicLeavesTheLoggerUsable(t *testing.T) {
	bad := tornString()
	noError := reflect.Zero(reflect.TypeOf(errors.New(""))).Interface().(error)
	for _, tt := range []struct {
		name  string
		write func(l *Logger)
		want  string // in the event, if there is one
	}{
		{"a nil pointer to errors.New's type", func(l *Logger) { l.Info(context.Background(), "x", slog.Any("error", noError)) },
			`"error":"nil *errors.errorString","error_type":"*errors.errorString"`},
		{"a nil pointer under another key", func(l *Logger) { l.Info(context.Background(), "x", slog.Any("cause", noError)) }, `"cause":null`},
		{"a torn text", func(l *Logger) { l.Info(context.Background(), "x", slog.String("a", bad)) }, ""},
		{"a torn tag", func(l *Logger) { l.Info(context.Background(), bad) }, ""},
		{"a torn message through slog", func(l *Logger) { l.Slog().Info(bad) }, ""},
		{"a torn text through slog", func(l *Logger) { l.Slog().Info("m", "a", bad) }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if underRace && tt.want == "" {
				t.Skip("the race detector ends the program at a torn string")
			}
			var b bytes.Buffer
			l := testLogger(&b)
			func() {
				defer func() {
					if p := recover(); (p != nil) != (tt.want == "") {
						t.Errorf("panic %v", p)
					}
				}()
				tt.write(l)
			}()
			if !strings.Contains(b.String(), tt.want) {
				t.Errorf("got %s, want %s", b.String(), tt.want)
			}
			if !l.sink.mu.TryLock() {
				t.Fatal("the sink's lock is held")
			}
			l.sink.mu.Unlock()
			b.Reset()
			l.Info(context.Background(), "next", slog.Int("n", 1))
			if want := `"tag":"next","n":1}` + "\n"; !strings.HasSuffix(b.String(), want) {
				t.Errorf("got %s, want …%s", b.String(), want)
			}
		})
	}
}

// tornString returns a string as a race may leave it: a length, and no bytes.
func tornString() (s string) {
	*(*[2]uintptr)(unsafe.Pointer(&s)) = [2]uintptr{0, 12}
	return s
}

package eventlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"runtime"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A place is what an event says about its call.
type place struct {
	Tag string
	Fn  string
	Pkg string
}

// A shelf collects events.
type shelf struct {
	*eventlog.Logger
	text bytes.Buffer
}

func newShelf() *shelf {
	s := &shelf{}
	s.Logger = eventlog.New(eventlog.Options{Writer: &s.text, Level: slog.LevelDebug, Getenv: func(string) string { return "" }})
	return s
}

// places returns what the events said.
func (s *shelf) places(t *testing.T) []place {
	t.Helper()
	var list []place
	for d := json.NewDecoder(&s.text); d.More(); {
		var p place
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

var bg = context.Background()

type server struct{ log *eventlog.Logger }

func (s *server) Create()     { s.log.Info(bg, "x") }
func (s server) Read()        { s.log.Info(bg, "x") }
func (s *server) small()      { s.log.Info(bg, "x") } // small enough to be inlined
func inlined(s *server)       { s.small() }
func (s *server) InClosure()  { func() { func() { s.log.Info(bg, "x") }() }() }
func (s *server) Deferred()   { defer s.log.Info(bg, "x", slog.Int("a", 1)) }
func (s *server) InDeferred() { defer func() { s.log.Info(bg, "x") }() }

func (s *server) Started() {
	go s.log.Info(bg, "direct")
	go s.small()
	go func() { s.log.Info(bg, "x") }()
}

func (s *server) Looping() {
	for i := range 2 {
		defer s.log.Info(bg, "x", slog.Int("i", i)) // kept outside of the stack frame: the runtime calls them
	}
}

func (s *server) Panicking() {
	defer func() { _ = recover() }()
	defer s.log.Info(bg, "x", slog.Int("a", 1))
	panic("on purpose")
}

func (s *server) Ranging() {
	seq := func(yield func(int) bool) { yield(1) }
	for range seq {
		s.log.Info(bg, "x")
	}
}

func generic[T any](l *eventlog.Logger, _ T) { l.Info(bg, "x") }

type set[T any] struct{ log *eventlog.Logger }

func (s *set[T]) Add(T) { s.log.Info(bg, "x") }

var literal = func(l *eventlog.Logger) { l.Info(bg, "x") }

type infoer interface {
	Info(ctx context.Context, tag string, attrs ...slog.Attr)
}

//go:noinline
func throughInterface(l infoer) { l.Info(bg, "x") }

// promoted has the logger's methods, and not at its start: the compiler writes a wrapper for each.
type promoted struct {
	name string
	*eventlog.Logger
}

//go:noinline
func throughWrapper(l infoer) { l.Info(bg, "x") }

func throughPromoted(l *eventlog.Logger) { promoted{"a", l}.Info(bg, "x") }

//go:noinline
func throughValue(info func(context.Context, string, ...slog.Attr)) { info(bg, "x") }

func ofContext(l *eventlog.Logger) {
	ctx := l.Into(bg)
	eventlog.Debug(ctx, "x")
	eventlog.Info(ctx, "x")
	eventlog.Warn(ctx, "x")
	eventlog.Error(ctx, "x")
	eventlog.Fail(ctx, "x", nil)
	eventlog.Emit(ctx, slog.LevelDebug, "x")
}

func ofLogger(l *eventlog.Logger) {
	l.Debug(bg, "x")
	l.Info(bg, "x")
	l.Warn(bg, "x")
	l.Error(bg, "x")
	l.Fail(bg, "x", nil)
	l.Emit(bg, slog.LevelDebug, "x")
	l.Log(bg, slog.LevelWarn, "x")
}

func ofSlog(l *eventlog.Logger) { l.Slog().Info("x") }

func unitAndCall(l *eventlog.Logger) {
	ctx, unit := eventlog.Begin(l.Into(bg), "x", "y")
	eventlog.Try(ctx, "x", "y").End(nil)
	unit.End(nil)
}

func TestPlaceOfTheCall(t *testing.T) {
	for _, tt := range []struct {
		name   string
		call   func(*eventlog.Logger)
		fn     string
		events int
	}{
		{"method of a pointer", func(l *eventlog.Logger) { (&server{l}).Create() }, "server.Create", 1},
		{"method of a value", func(l *eventlog.Logger) { server{l}.Read() }, "server.Read", 1},
		{"inlined function", func(l *eventlog.Logger) { inlined(&server{l}) }, "server.small", 1},
		{"function literal", func(l *eventlog.Logger) { (&server{l}).InClosure() }, "server.InClosure", 1},
		{"deferred call", func(l *eventlog.Logger) { (&server{l}).Deferred() }, "server.Deferred", 1},
		{"deferred literal", func(l *eventlog.Logger) { (&server{l}).InDeferred() }, "server.InDeferred", 1},
		{"deferred call in a panic", func(l *eventlog.Logger) { (&server{l}).Panicking() }, "server.Panicking", 1},
		{"deferred calls in a loop", func(l *eventlog.Logger) { (&server{l}).Looping() }, "server.Looping", 2},
		{"range over a function", func(l *eventlog.Logger) { (&server{l}).Ranging() }, "server.Ranging", 1},
		{"generic function", func(l *eventlog.Logger) { generic(l, 1) }, "generic", 1},
		{"generic function of a struct", func(l *eventlog.Logger) { generic(l, struct{ a, b string }{}) }, "generic", 1},
		{"method of a generic type", func(l *eventlog.Logger) { (&set[string]{l}).Add("") }, "set.Add", 1},
		{"literal of the package", func(l *eventlog.Logger) { literal(l) }, "init", 1},
		{"interface", func(l *eventlog.Logger) { throughInterface(l) }, "throughInterface", 1},
		{"promoted method in an interface", func(l *eventlog.Logger) { throughWrapper(promoted{"a", l}) }, "throughWrapper", 1},
		{"promoted method of a pointer in an interface", func(l *eventlog.Logger) { throughWrapper(&promoted{"a", l}) }, "throughWrapper", 1},
		{"promoted method", throughPromoted, "throughPromoted", 1},
		{"method value", func(l *eventlog.Logger) { throughValue(l.Info) }, "throughValue", 1},
		{"method expression", func(l *eventlog.Logger) { throughValue(promoted{"a", l}.Info) }, "throughValue", 1},
		{"functions of the package", ofContext, "ofContext", 6},
		{"methods of the logger", ofLogger, "ofLogger", 7},
		{"log/slog", ofSlog, "ofSlog", 1},
		{"unit of work and call", unitAndCall, "unitAndCall", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf()
			for range 2 { // the second time from memory
				tt.call(s.Logger)
			}
			got := s.places(t)
			if len(got) != 2*tt.events {
				t.Fatalf("%d events, want %d", len(got), 2*tt.events)
			}
			for i, p := range got {
				if want := (place{p.Tag, tt.fn, "eventlog_test"}); p != want {
					t.Errorf("event %d: got %+v, want %+v", i, p, want)
				}
			}
		})
	}
}

// A counted writer hands lines on and says so.
type counted struct {
	w     io.Writer
	lines *sync.WaitGroup
}

func (c counted) Write(b []byte) (int, error) {
	defer c.lines.Done()
	return c.w.Write(b)
}

func TestPlaceOfAGoroutine(t *testing.T) {
	s := newShelf()
	var lines sync.WaitGroup
	lines.Add(3)
	(&server{eventlog.New(eventlog.Options{Writer: counted{&s.text, &lines}})}).Started()
	lines.Wait()
	got := map[string]int{}
	for _, p := range s.places(t) {
		got[p.Tag+" "+p.Fn]++
	}
	direct := "direct server.Started"
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		direct = "direct " // runtime.Callers passes over the wrapper that a go statement makes: there is nothing above
	}
	want := map[string]int{direct: 1, "x server.small": 1, "x server.Started": 1}
	if !maps.Equal(got, want) {
		t.Errorf("places %v, want %v", got, want)
	}
}

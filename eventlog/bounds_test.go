package eventlog

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// A ring is a LogValuer that comes back to itself, as a doubly linked list does.
type ring struct {
	name       string
	next, prev *ring
}

func (r *ring) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", r.name), slog.Any("next", r.next), slog.Any("prev", r.prev))
}

// A countingValuer gives a LogValuer that is new each time.
type countingValuer int

func (c countingValuer) LogValue() slog.Value { return slog.AnyValue(c + 1000) }

// A forkingValuer gives two that are new each time.
type forkingValuer int

func (f forkingValuer) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("a", f*2+1000), slog.Any("b", f*2+1001))
}

func TestCyclesOfLogValuers(t *testing.T) {
	a, b := &ring{name: "a"}, &ring{name: "b"}
	a.next, a.prev, b.next, b.prev = b, b, a, a
	const cycle = `"!ERROR encountered a cycle via *eventlog.ring"`
	want := `,"k.name":"a","k.next.name":"b","k.next.next":` + cycle + `,"k.next.prev":` + cycle +
		`,"k.prev.name":"b","k.prev.next":` + cycle + `,"k.prev.prev":` + cycle + `,"after":1`
	if got := writtenFor(t, slog.Any("k", a), slog.Int("after", 1)); got != want {
		t.Errorf("two nodes in a ring:\ngot  %s\nwant %s", got, want)
	}
	if got, want := writtenFor(t, slog.Any("k", b), slog.Any("l", b)), 2; strings.Count(got, `.name":"b"`) != want {
		t.Errorf("one node in two attributes: got %s, want it %d times", got, want)
	}
}

// forkingGroup returns a group of this depth whose two members are the same group.
func forkingGroup(depth int) slog.Value {
	if depth == 0 {
		return slog.GroupValue(slog.Int("n", 1))
	}
	inner := forkingGroup(depth - 1)
	return slog.GroupValue(slog.Attr{Key: "a", Value: inner}, slog.Attr{Key: "b", Value: inner})
}

func TestEventsAreBounded(t *testing.T) {
	manyFields := func(n int) slog.Value {
		attrs := make([]slog.Attr, n)
		for i := range attrs {
			attrs[i] = slog.Int(fmt.Sprintf("f%d", i), i)
		}
		return slog.GroupValue(attrs...)
	}
	for _, tt := range []struct {
		name  string
		value slog.Value
		want  string
	}{
		{"LogValuers that are ever new ones", slog.AnyValue(forkingValuer(1)), `"!ERROR more than 1024 groups and LogValuers in one attribute"`},
		{"groups inside groups many times", forkingGroup(30), `"!ERROR more than 1024 groups and LogValuers in one attribute"`},
		{"one field below the limit", manyFields(1023), `"k.f1022":1022}`},
		{"fields at the limit", manyFields(1024), `"k.f1023":1023}`},
		{"one field over the limit", manyFields(1025), `"k.f1023":1023,"dropped_fields":1,"dropped_keys":["f1024"]}`},
		{"many fields over the limit", manyFields(2000), `"dropped_fields":976,"dropped_keys":["f1024","f1025",`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			l := testLogger(&b)
			for range 2 { // the second time with the same event's memory
				b.Reset()
				l.Info(context.Background(), "label_created", slog.Attr{Key: "k", Value: tt.value})
			}
			got := behindHead(t, b.String()) + "}"
			if n := strings.Count(got, `,"k.`); n > 1024 {
				t.Errorf("%d fields, want at most 1024", n)
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("got %.2000s, want %s in it", got, tt.want)
			}
		})
	}
}

func TestOverflowIsCountedAndTold(t *testing.T) {
	var b bytes.Buffer
	var told []Problem
	var l *Logger
	l = testLogger(&b, func(o *Options) {
		o.OnProblem = func(p Problem) {
			told = append(told, p)
			l.Info(context.Background(), "told") // no lock is held
		}
	})
	attrs := make([]slog.Attr, 1030)
	for i := range attrs {
		attrs[i] = slog.Int(fmt.Sprintf("f%d", i), i)
	}
	l.Info(context.Background(), "label_created", attrs...)
	l.With(attrs...)
	if got := l.Stats().DroppedFields; got != 12 || len(told) != 12 || told[0] != (Problem{Kind: FieldDropped, Key: "f1024"}) {
		t.Errorf("DroppedFields = %d, told %v, want 12", got, told)
	}
}

package eventlog

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestFieldsOfLoggersAndContexts(t *testing.T) {
	bg := context.Background()
	a := func(v int) slog.Attr { return slog.Int("a", v) }
	b := func(v int) slog.Attr { return slog.Int("b", v) }
	for _, tt := range []struct {
		name    string
		call    func(*Logger)
		want    string
		dropped uint64
	}{
		{"logger", func(l *Logger) { l.With(a(1)).Info(bg, "label_created", b(2)) }, `,"a":1,"b":2`, 0},
		{"logger twice", func(l *Logger) { l.With(a(1)).With(b(2)).Info(bg, "label_created") }, `,"a":1,"b":2`, 0},
		{"newer value of a logger", func(l *Logger) { l.With(a(1), b(2)).With(a(3)).Info(bg, "label_created") }, `,"b":2,"a":3`, 0},
		{"newer value in one With", func(l *Logger) { l.With(a(1), b(2), a(3)).Info(bg, "label_created") }, `,"b":2,"a":3`, 0},
		{"newer value of the last field", func(l *Logger) { l.With(a(1), b(2)).With(b(3)).Info(bg, "label_created") }, `,"a":1,"b":3`, 0},
		{"newer value from a group", func(l *Logger) {
			l.With(slog.Int("g.a", 1), b(1)).With(slog.Group("g", a(2))).Info(bg, "label_created")
		}, `,"b":1,"g.a":2`, 0},
		{"the parent stays", func(l *Logger) { _ = l.With(a(1)); l.Info(bg, "label_created") }, ``, 0},
		{"two children of one", func(l *Logger) {
			parent := l.With(a(1))
			_ = parent.With(slog.Int("c", 1))
			parent.With(slog.Int("d", 1)).Info(bg, "label_created")
		}, `,"a":1,"d":1`, 0},
		{"head's key of a logger", func(l *Logger) { l.With(slog.Int("level", 1)).Info(bg, "label_created") }, `,"field_level":1`, 0},
		{"context", func(l *Logger) { l.Info(With(bg, a(1)), "label_created", b(2)) }, `,"a":1,"b":2`, 0},
		{"newer value of a context", func(l *Logger) { l.Info(With(With(bg, a(1), b(1)), a(2)), "label_created") }, `,"b":1,"a":2`, 0},
		{"the outer context stays", func(l *Logger) {
			ctx := With(bg, a(1))
			_ = With(ctx, a(2), b(2))
			l.Info(ctx, "label_created")
		}, `,"a":1`, 0},
		{"logger before context", func(l *Logger) { l.With(a(1)).Info(With(l.Into(bg), a(2), b(2)), "label_created") }, `,"a":1,"b":2`, 1},
		{"logger of another sink before context", func(l *Logger) { l.With(a(1)).Info(With(bg, a(2), b(2)), "label_created") }, `,"a":1,"b":2`, 1},
		{"context before call", func(l *Logger) { l.Info(With(bg, a(1)), "label_created", a(2), b(2)) }, `,"a":1,"b":2`, 1},
		{"logger before call", func(l *Logger) { l.With(a(1)).Info(bg, "label_created", a(2), b(2)) }, `,"a":1,"b":2`, 1},
		{"context's logger", func(l *Logger) { Info(With(l.Into(bg), a(1)), "label_created") }, `,"a":1`, 0},
		{"Into keeps the fields", func(l *Logger) { Info(l.With(b(1)).Into(With(bg, a(1))), "label_created") }, `,"b":1,"a":1`, 0},
		{"context of others above", func(l *Logger) {
			ctx, cancel := context.WithCancel(With(bg, a(1)))
			defer cancel()
			l.Info(context.WithValue(ctx, tt("x"), 1), "label_created")
		}, `,"a":1`, 0},
		//lint:ignore SA1012 nil is what is tested
		{"no context", func(l *Logger) { l.Info(nil, "label_created") }, ``, 0},
		//lint:ignore SA1012 nil is what is tested
		{"With of no context", func(l *Logger) { l.Info(With(nil, a(1)), "label_created") }, `,"a":1`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var buf bytes.Buffer
			l := testLogger(&buf)
			tt.call(l)
			if got := behindHead(t, buf.String()); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if n := l.Stats().DuplicateKeys; n != tt.dropped {
				t.Errorf("%d duplicate keys counted, want %d", n, tt.dropped)
			}
		})
	}
}

type tt string

// TestContextUnderOtherKeys has a context's fields written by a logger with other reserved keys.
func TestContextUnderOtherKeys(t *testing.T) {
	var buf bytes.Buffer
	l := testLogger(&buf, func(o *Options) { o.Keys = Keys{Msg: "message"} })
	ctx := With(context.Background(), slog.String("message", "m"), slog.String("msg", "n"), slog.Int("field_message", 1))
	l.Info(ctx, "label_created")
	if got, want := behindHead(t, buf.String()), `,"field_message":"m","field_msg":"n"`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestManyKeys has more keys than the filter has bits.
func TestManyKeys(t *testing.T) {
	var buf bytes.Buffer
	l := testLogger(&buf)
	var all []slog.Attr
	want := ""
	for i := range 600 {
		all = append(all, slog.Int(fmt.Sprintf("k%d", i), i))
		want += fmt.Sprintf(`,"k%d":%d`, i, i)
	}
	ctx := With(l.Into(context.Background()), all[200:400]...)
	l.With(all[:200]...).Info(ctx, "label_created", append(all[400:], all...)...)
	if got := behindHead(t, buf.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := l.Stats().DuplicateKeys; n != 600 {
		t.Errorf("%d duplicate keys counted, want 600", n)
	}
}

func TestDefaultLogger(t *testing.T) {
	var buf bytes.Buffer
	before := Default()
	defer SetDefault(before)
	SetDefault(testLogger(&buf))
	Info(context.Background(), "label_created")
	if got := behindHead(t, buf.String()); got != "" {
		t.Errorf("got %s, want nothing behind the head", got)
	}
	if From(context.Background()) != Default() {
		t.Error("From of a bare context is not the default logger")
	}
	if s := fmt.Sprint(With(context.Background(), Secret("a", "b"))); strings.Contains(s, "secret") || s != "eventlog.With" {
		t.Errorf("a context is printed as %s", s)
	}
}

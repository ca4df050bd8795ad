package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log"
	"log/slog"
	"strings"
	"testing"
	"testing/slogtest"
	"time"
)

// nest turns dotted keys into nested objects: slogtest wants groups as those.
func nest(t *testing.T, line []byte) map[string]any {
	t.Helper()
	var flat map[string]any
	if err := json.Unmarshal(line, &flat); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	nested := map[string]any{}
	for key, v := range flat {
		parts := strings.Split(key, ".")
		m := nested
		for _, p := range parts[:len(parts)-1] {
			next, ok := m[p].(map[string]any)
			if !ok {
				next = map[string]any{}
				m[p] = next
			}
			m = next
		}
		m[parts[len(parts)-1]] = v
	}
	return nested
}

func TestHandlerKeepsSlogsRules(t *testing.T) {
	var b bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		b.Reset()
		return testLogger(&b).Handler()
	}, func(t *testing.T) map[string]any { return nest(t, b.Bytes()) })
}

func TestSlog(t *testing.T) {
	const head = `{"time":"2026-11-21T10:00:00.123456Z","level":"info"`
	for _, tt := range []struct {
		name string
		call func(*slog.Logger)
		want string
	}{
		{"message", func(l *slog.Logger) { l.Info("m") }, `,"msg":"m"`},
		{"no message", func(l *slog.Logger) { l.Info("") }, ``},
		{"tag", func(l *slog.Logger) { l.Info("m", "a", 1, "tag", "label_created", "b", 2) }, `,"tag":"label_created","msg":"m","a":1,"b":2`},
		{"tag as the seventh", func(l *slog.Logger) { l.Info("m", "a", 1, "b", 1, "c", 1, "d", 1, "e", 1, "f", 1, "tag", "t", "g", 1) }, `,"tag":"t","msg":"m","a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1`},
		{"tag that is no text", func(l *slog.Logger) { l.Info("m", "tag", 1) }, `,"msg":"m","field_tag":1`},
		{"two tags", func(l *slog.Logger) { l.Info("m", "tag", "a", "tag", "b") }, `,"tag":"a","msg":"m","field_tag":"b"`},
		{"tag of With", func(l *slog.Logger) { l.With("tag", "a", "b", 1).Info("m") }, `,"tag":"a","msg":"m","b":1`},
		{"tag of With below another, in a group", func(l *slog.Logger) { l.With("tag", "a").With("tag", "b").WithGroup("g").Info("m", "c", 1) }, `,"tag":"b","msg":"m","g.c":1`},
		{"tag of the call beside that of With", func(l *slog.Logger) { l.With("tag", "a").Info("m", "tag", "b") }, `,"tag":"b","msg":"m"`},
		{"tag of With in a group", func(l *slog.Logger) { l.WithGroup("g").With("tag", "a").Info("m") }, `,"msg":"m","g.tag":"a"`},
		{"tag in a group", func(l *slog.Logger) { l.WithGroup("html").Info("m", "tag", "div") }, `,"msg":"m","html.tag":"div"`},
		{"tag in a group, as the seventh", func(l *slog.Logger) {
			l.WithGroup("g").Info("m", "a", 1, "b", 1, "c", 1, "d", 1, "e", 1, "f", 1, "tag", "t")
		}, `,"msg":"m","g.a":1,"g.b":1,"g.c":1,"g.d":1,"g.e":1,"g.f":1,"g.tag":"t"`},
		{"tag of With that is no text", func(l *slog.Logger) { l.With("tag", 1).Info("m") }, `,"msg":"m","field_tag":1`},
		{"keys of the head", func(l *slog.Logger) { l.Info("m", "msg", 1, "time", 2, "level", 3) }, `,"msg":"m","field_msg":1,"field_time":2,"field_level":3`},
		{"groups", func(l *slog.Logger) {
			l.WithGroup("a").With("b", 1).WithGroup("c").Info("m", "d", 2, slog.Group("e", "f", 3))
		}, `,"msg":"m","a.b":1,"a.c.d":2,"a.c.e.f":3`},
		{"group with escapes", func(l *slog.Logger) { l.WithGroup(`"`).Info("m", "d", 2, "d", 3) }, `,"msg":"m","\".d":2`},
		{"group without a name", func(l *slog.Logger) { l.WithGroup("").Info("m", "d", 2) }, `,"msg":"m","d":2`},
		{"same key in With and the call", func(l *slog.Logger) { l.With("a", 1).Info("m", "a", 2) }, `,"msg":"m","a":1`},
		{"same key in With twice", func(l *slog.Logger) { l.With("a", 1, "b", 2).With("a", 3).Info("m") }, `,"msg":"m","b":2,"a":3`},
		{"same key in groups of With", func(l *slog.Logger) { l.WithGroup("g").With("a", 1).With("a", 2).Info("m", "a", 3) }, `,"msg":"m","g.a":2`},
		{"error", func(l *slog.Logger) { l.Info("m", "error", errors.New("no")) }, `,"msg":"m","error":"no","error_type":"*errors.errorString"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			h := testLogger(&b).Handler()
			tt.call(slog.New(atSomeTime{h}))
			if got, want := b.String(), head+tt.want+"}\n"; got != want {
				t.Errorf("got  %swant %s", got, want)
			}
		})
	}
}

// atSomeTime gives records a fixed time.
type atSomeTime struct{ slog.Handler }

func (h atSomeTime) Handle(ctx context.Context, r slog.Record) error {
	r.Time = someTime
	return h.Handler.Handle(ctx, r)
}
func (h atSomeTime) WithAttrs(a []slog.Attr) slog.Handler { return atSomeTime{h.Handler.WithAttrs(a)} }
func (h atSomeTime) WithGroup(n string) slog.Handler      { return atSomeTime{h.Handler.WithGroup(n)} }

func TestSlogHasTheContextsFields(t *testing.T) {
	var b bytes.Buffer
	l := testLogger(&b)
	ctx := With(l.Into(context.Background()), RequestID("r1"))
	l.Slog().InfoContext(ctx, "m", "a", 1)
	if !strings.HasSuffix(b.String(), `"msg":"m","request_id":"r1","a":1}`+"\n") {
		t.Errorf("got %s, want it to end with the context's and the call's field", b.String())
	}
}

func TestLogPrintf(t *testing.T) {
	var b bytes.Buffer
	before, flags := slog.Default(), log.Flags()
	defer func() {
		slog.SetDefault(before)
		log.SetFlags(flags)
		log.SetOutput(new(bytes.Buffer))
	}()
	slog.SetDefault(testLogger(&b).Slog())
	log.Printf("order %d\nis lost", 7)
	if want := `,"level":"info","msg":"order 7\nis lost"}` + "\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("log.Printf: got %q, want it to end with %q", b.String(), want)
	}
}

func TestSlogRespectsTheLevel(t *testing.T) {
	var b bytes.Buffer
	l := testLogger(&b)
	l.SetLevel(slog.LevelWarn)
	l.Slog().Info("m")
	l.Slog().Warn("m")
	if n := strings.Count(b.String(), "\n"); n != 1 {
		t.Errorf("%d events, want the warning alone", n)
	}
}

func TestYearsThatDoNotFit(t *testing.T) {
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), `{"time":"10000-01-01T00:00:00.000000Z","level":"info","tag":"x"}`},
		{time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), `{"time":"-0001-01-01T00:00:00.000000Z","level":"info","tag":"x"}`},
		{time.Unix(0, 0), `{"time":"1970-01-01T00:00:00.000000Z","level":"info","tag":"x"}`},
		{time.Unix(0, 999_999_999), `{"time":"1970-01-01T00:00:00.999999Z","level":"info","tag":"x"}`},
		{time.Time{}, `{"level":"info","tag":"x"}`},
	} {
		var b bytes.Buffer
		testLogger(&b, func(o *Options) { o.Now = func() time.Time { return tt.at } }).Info(context.Background(), "x")
		if got := strings.TrimSpace(b.String()); got != tt.want {
			t.Errorf("event at %v:\ngot  %s\nwant %s", tt.at, got, tt.want)
		}
	}
}

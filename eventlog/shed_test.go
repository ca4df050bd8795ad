package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestErrorsWinOrLoseAsAWhole(t *testing.T) {
	plain := errors.New("old")
	chained := fmt.Errorf("new: %w", fs.ErrNotExist)
	const (
		plainFields   = `"error":"old","error_type":"*errors.errorString"`
		chainedFields = `"error":"new: file does not exist","error_type":"fs.ErrNotExist","error_chain":"new (*fmt.wrapError) <- file does not exist (fs.ErrNotExist)"`
	)
	bg := context.Background()
	type scene func(l *Logger)
	for _, tt := range []struct {
		name string
		call scene
		want string // the fields behind the tag
	}{
		{"Fail below a context with an error", func(l *Logger) {
			l.Fail(With(l.Into(bg), slog.Int("a", 1), Err(plain), slog.Int("b", 2)), "x", chained, slog.Int("c", 3))
		},
			`"a":1,"b":2,` + chainedFields + `,"c":3`},
		{"Fail of a plain error below a context with a chain", func(l *Logger) { l.Fail(With(l.Into(bg), Err(chained)), "x", plain) }, plainFields},
		{"Fail of a logger with an error", func(l *Logger) { l.With(Err(chained), slog.Int("a", 1)).Fail(bg, "x", plain) }, `"a":1,` + plainFields},
		{"a context's error under a logger's", func(l *Logger) { l.With(Err(plain)).Info(With(l.Into(bg), Err(chained)), "x") }, plainFields},
		{"two errors in one call", func(l *Logger) { l.Info(bg, "x", Err(plain), Err(chained), slog.Int("a", 1)) }, plainFields + `,"a":1`},
		{"a chain before a plain one", func(l *Logger) { l.Fail(bg, "x", chained, Err(plain)) }, chainedFields},
		{"a text before an error in one call", func(l *Logger) { l.Info(bg, "x", slog.String("error", "text"), slog.Int("a", 1), Err(chained)) }, `"a":1,` + chainedFields},
		{"a type of its own before an error", func(l *Logger) { l.Info(bg, "x", slog.String("error_type", "mine"), Err(plain)) }, plainFields},
		{"a text behind an error", func(l *Logger) { l.Info(bg, "x", Err(chained), slog.String("error", "text")) }, chainedFields},
		{"a context's error replaced by another", func(l *Logger) { l.Info(With(With(l.Into(bg), Err(chained)), Err(plain)), "x") }, plainFields},
		{"a context's error replaced by a text", func(l *Logger) {
			l.Info(With(With(l.Into(bg), Err(chained), slog.Int("a", 1)), slog.String("error", "text")), "x")
		}, `"a":1,"error":"text"`},
		{"slog's With and its call", func(l *Logger) {
			l.Slog().With("error", plain).LogAttrs(bg, slog.LevelInfo, "", slog.String("tag", "x"), Err(chained))
		}, chainedFields},
		{"errors in groups", func(l *Logger) { l.Slog().WithGroup("g").LogAttrs(bg, slog.LevelInfo, "m", Err(plain), Err(chained)) },
			`"msg":"m","g.error":"old","g.error_type":"*errors.errorString"`},
		{"an error in a group beside one outside", func(l *Logger) { l.Info(bg, "x", Err(plain), slog.Group("g", Err(plain))) },
			plainFields + `,"g.error":"old","g.error_type":"*errors.errorString"`},
		{"an error in a group below a context with it", func(l *Logger) {
			l.Info(With(l.Into(bg), slog.Group("g", Err(chained))), "x", slog.Group("g", Err(plain)))
		},
			`"g.error":"old","g.error_type":"*errors.errorString"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			tt.call(testLogger(&b))
			got := b.String()
			want := tt.want + "}\n"
			if !json.Valid(b.Bytes()) || !strings.HasSuffix(got, `"tag":"x",`+want) && !strings.HasSuffix(got, `"level":"info",`+want) {
				t.Errorf("got  %s\nwant …%s", got, want)
			}
		})
	}
}

func TestErrorStandsAlsoWhereTheLoggersFieldsComeFirst(t *testing.T) {
	var b bytes.Buffer
	l := testLogger(&b, func(o *Options) { o.Order = []string{"error", "level"} })
	l = l.With(Err(fs.ErrNotExist), slog.Int("a", 1))
	l.Fail(context.Background(), "x", errors.New("new"))
	const want = `{"level":"error","time":"2026-11-21T10:00:00.123456Z","tag":"x","a":1,"error":"new","error_type":"*errors.errorString"}` + "\n"
	if got := b.String(); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestAnEventsOwnFieldsWin(t *testing.T) {
	taken := []slog.Attr{slog.Int("outcome", 5), slog.Int("kept", 1), slog.Int("duration_ms", 9), slog.Int("error", 3), slog.Int("assertion", 7), slog.String("error_type", "t")}
	failure := errors.New("no")
	for _, tt := range []struct {
		name string
		call func(ctx context.Context)
		want string
	}{
		{"a unit that failed", func(ctx context.Context) { _, u := Begin(ctx, "a_done", "a_failed"); u.End(failure) },
			`,"kept":1,"assertion":7,"duration_ms":0,"outcome":"failed","error":"no","error_type":"*errors.errorString"`},
		{"a unit that went well", func(ctx context.Context) { _, u := Begin(ctx, "a_done", "a_failed"); u.End(nil) },
			`,"kept":1,"error":3,"assertion":7,"error_type":"t","duration_ms":0,"outcome":"ok"`},
		{"a unit whose error was set", func(ctx context.Context) { _, u := Begin(ctx, "a_done", "a_failed", Err(failure)); u.End(nil) },
			`,"kept":1,"assertion":7,"duration_ms":0,"outcome":"ok","error":"no","error_type":"*errors.errorString"`},
		{"a unit whose error was set and replaced by a text", func(ctx context.Context) {
			_, u := Begin(ctx, "a_done", "a_failed", Err(fmt.Errorf("a: %w", failure)))
			u.Set(slog.String("error", "text"))
			u.End(nil)
		}, `,"kept":1,"assertion":7,"duration_ms":0,"outcome":"ok","error":"text"`},
		{"a call", func(ctx context.Context) { Try(ctx, "a_sent", "a_failed").End(failure) },
			`,"kept":1,"assertion":7,"duration_ms":0,"outcome":"failed","error":"no","error_type":"*errors.errorString"`},
		{"an assertion", func(ctx context.Context) { Assert(ctx, false, "positive", slog.Int("n", 1)) },
			`,"outcome":5,"kept":1,"duration_ms":9,"assertion":"positive","n":1,"error_stack":`},
		{"a panic", func(ctx context.Context) {
			defer func() { _ = recover() }()
			defer Recover(ctx, "a_panicked", Msg("text"))
			panic("boom")
		}, `,"kept":1,"assertion":7,"error":"boom","error_type":"string","error_stack":`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			l := testLogger(&b, func(o *Options) { o.Now = func() time.Time { return someTime } })
			for name, ctx := range map[string]context.Context{"context": With(l.Into(context.Background()), taken...), "logger": l.With(taken...).Into(context.Background())} {
				b.Reset()
				tt.call(ctx)
				if got := b.String(); !strings.Contains(got, tt.want) || !json.Valid(b.Bytes()) {
					t.Errorf("fields of the %s: got  %s\nwant %s", name, got, tt.want)
				}
			}
		})
	}
}

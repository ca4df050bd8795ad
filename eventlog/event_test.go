package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// someTime is the time of every event in these tests.
var someTime = time.Date(2026, 11, 21, 10, 0, 0, 123456789, time.UTC)

const someHead = `{"time":"2026-11-21T10:00:00.123456Z","level":"info","tag":"label_created"`

// testLogger returns a logger without an environment that writes to b; its events carry nothing that change does not
// ask for.
func testLogger(b *bytes.Buffer, change ...func(*Options)) *Logger {
	o := Options{
		Writer: b, Version: "v", NoCaller: true, Level: slog.LevelDebug,
		Now:    func() time.Time { return someTime },
		Getenv: func(string) string { return "" },
	}
	for _, f := range change {
		f(&o)
	}
	l := New(o)
	return newLogger(l.sink, nil)
}

// writtenFor returns what one event with attrs looks like behind its head.
func writtenFor(t *testing.T, attrs ...slog.Attr) string {
	t.Helper()
	var b bytes.Buffer
	testLogger(&b).Info(context.Background(), "label_created", attrs...)
	return behindHead(t, b.String())
}

// behindHead returns a line without someHead and its end, after checks that it is one line of valid JSON.
func behindHead(t *testing.T, line string) string {
	t.Helper()
	if strings.Count(line, "\n") != 1 || !json.Valid([]byte(line)) {
		t.Fatalf("got %q, want one line of JSON", line)
	}
	rest, ok := strings.CutPrefix(line, someHead)
	if !ok {
		t.Fatalf("got %s, want it to begin with %s", line, someHead)
	}
	return strings.TrimSuffix(rest, "}\n")
}

func TestKeysAreNeverWrittenTwice(t *testing.T) {
	long := strings.Repeat("long_key_", 5)
	for _, tt := range []struct {
		name  string
		attrs []slog.Attr
		want  string
	}{
		{"no attributes", nil, ``},
		{"two keys", []slog.Attr{slog.Int("a", 1), slog.Int("b", 2)}, `,"a":1,"b":2`},
		{"the same key twice", []slog.Attr{slog.Int("a", 1), slog.Int("a", 2)}, `,"a":1`},
		{"the same long key twice", []slog.Attr{slog.Int(long, 1), slog.Int(long, 2)}, `,"` + long + `":1`},
		{"a group and a dotted key", []slog.Attr{slog.Group("a", slog.Int("b", 1)), slog.Int("a.b", 2)}, `,"a.b":1`},
		{"a dotted key and a group", []slog.Attr{slog.Int("a.b", 2), slog.Group("a", slog.Int("b", 1))}, `,"a.b":2`},
		{"groups of one name", []slog.Attr{slog.Group("a", slog.Int("b", 1)), slog.Group("a", slog.Int("b", 2), slog.Int("c", 3))}, `,"a.b":1,"a.c":3`},
		{"keys of other bytes that are written alike", []slog.Attr{slog.Int("\xff", 1), slog.Int("\uFFFD", 2), slog.Int("\xfe", 3)}, `,"` + "\uFFFD" + `":1`},
		{"keys with escapes", []slog.Attr{slog.Int("a\"b", 1), slog.Int("a\"b", 2)}, `,"a\"b":1`},
		{"a key that begins another", []slog.Attr{slog.Int("ab", 1), slog.Int("a", 2), slog.Int("abc", 3)}, `,"ab":1,"a":2,"abc":3`},
		{"keys that differ in the middle", []slog.Attr{slog.Int("12345678_a_12345678", 1), slog.Int("12345678_b_12345678", 2)}, `,"12345678_a_12345678":1,"12345678_b_12345678":2`},
		{"keys of the head", []slog.Attr{slog.Int("time", 1), slog.Int("level", 2), slog.Int("tag", 3)}, `,"field_time":1,"field_level":2,"field_tag":3`},
		{"a key of the head twice", []slog.Attr{slog.Int("level", 1), slog.Int("level", 2), slog.Int("field_level", 3)}, `,"field_level":1`},
		{"a key of the head in a group", []slog.Attr{slog.Group("http", slog.Int("level", 2))}, `,"http.level":2`},
		{"a message", []slog.Attr{slog.Int("a", 1), Msg("x")}, `,"msg":"x","a":1`},
		{"two messages", []slog.Attr{Msg("x"), Msg("y")}, `,"msg":"x","field_msg":"y"`},
		{"a group of messages", []slog.Attr{slog.Group("msg", slog.Int("a", 1))}, `,"msg.a":1`},
		{"an empty key", []slog.Attr{slog.Int("", 1), slog.Int("", 2)}, `,"":1`},
		{"nothing", []slog.Attr{{}, slog.Any("", nil), slog.Group("g"), slog.Group("g", slog.Attr{})}, ``},
		{"a group without a name", []slog.Attr{slog.Group("", slog.Int("a", 1)), slog.Int("a", 2)}, `,"a":1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := writtenFor(t, tt.attrs...); got != tt.want {
				t.Errorf("event with %v:\ngot  %s\nwant %s", tt.attrs, got, tt.want)
			}
		})
	}
}

package clean

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/files"
)

func TestJoin(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"JSON is never joined", []string{`{"a":1}`, `  {"b":2}`}, []string{`{"a":1}`, `  {"b":2}`}},
		{"lines of text stay apart", []string{"a", "b", "c"}, []string{"a", "b", "c"}},
		{"indented lines belong to the line before", []string{"a", "  b", "\tc", "d"}, []string{"a\n  b\n\tc", "d"}},
		{"an indented first line stands alone", []string{"  a", "b"}, []string{"  a", "b"}},
		{"a Java exception", []string{"ERROR x", "java.io.IOException: y", "\tat a.b(C.java:1)", "\t... 12 more", "Caused by: z", "\tat d", "next"},
			[]string{"ERROR x", "java.io.IOException: y\n\tat a.b(C.java:1)\n\t... 12 more\nCaused by: z\n\tat d", "next"}},
		{"a Python exception with its last line", []string{"oops", "Traceback (most recent call last):", `  File "a.py", line 1, in f`, "    g()", "app.errors.Bad: no", "next"},
			[]string{"oops\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\napp.errors.Bad: no", "next"}},
		{"a Python exception without a text", []string{"Traceback (most recent call last):", "  x", "KeyError", "KeyError"},
			[]string{"Traceback (most recent call last):\n  x\nKeyError", "KeyError"}},
		{"a Python exception cut off", []string{"Traceback (most recent call last):", "  x", "127.0.0.1 - GET", "  y"},
			[]string{"Traceback (most recent call last):\n  x", "127.0.0.1 - GET\n  y"}},
		{"a Go panic", []string{"panic: boom", "goroutine 1 [running]:", "main.(*T).run(...)", "\t/app/main.go:5 +0x1d", "main.main()", "\t/app/main.go:9", "exit"},
			[]string{"panic: boom\ngoroutine 1 [running]:\nmain.(*T).run(...)\n\t/app/main.go:5 +0x1d\nmain.main()\n\t/app/main.go:9", "exit"}},
		{"JSON ends a trace", []string{"Traceback (most recent call last):", `{"a":1}`, "  x"}, []string{"Traceback (most recent call last):", `{"a":1}`, "  x"}},
		{"platform lines take nothing", []string{"START RequestId: x Version: 1", "  x"}, []string{"START RequestId: x Version: 1", "  x"}},
		{"a platform line ends a trace", []string{"a", "END RequestId: x", "\tb"}, []string{"a", "END RequestId: x", "\tb"}},
		{"blanks take nothing", []string{"  ", "  x"}, []string{"  ", "  x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var events []files.Event
			for _, line := range tt.lines {
				events = append(events, files.Event{Message: []byte(line), Stream: "s"})
			}
			if got := join(t, events); !slices.Equal(got, tt.want) {
				t.Errorf("join(%q)\n got %q\nwant %q", tt.lines, got, tt.want)
			}
		})
	}
}

// join returns the messages that a joiner makes of events. Each event's memory is overwritten once
// the joiner has had it, as a reader does.
func join(t *testing.T, events []files.Event) []string {
	t.Helper()
	var got []string
	j := joiner{emit: func(e *files.Event) error {
		got = append(got, string(e.Message))
		return nil
	}}
	for _, e := range events {
		e.Message = []byte(string(e.Message))
		if err := j.add(&e); err != nil {
			t.Fatal(err)
		}
		clear(e.Message)
	}
	if err := j.flush(); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestJoinByTimeAndStream(t *testing.T) {
	at := func(stream string, ms int64, m string) files.Event {
		return files.Event{Message: []byte(m), Stream: stream, Time: ms, HasTime: true}
	}
	for _, tt := range []struct {
		name   string
		events []files.Event
		want   int
	}{
		{"frames within a second of the last one", []files.Event{at("s", 0, "x"), at("s", 1000, "\tat a"), at("s", 2000, "\tat b")}, 1},
		{"a frame a second and a bit later", []files.Event{at("s", 0, "x"), at("s", 1001, "\tat a")}, 2},
		{"a frame from before", []files.Event{at("s", 5, "x"), at("s", 4, "\tat a")}, 2},
		{"a frame of another stream", []files.Event{at("s", 0, "x"), at("t", 0, "\tat a")}, 2},
		{"an indented line with a time of its own", []files.Event{at("s", 0, "x"), at("s", 0, "  y")}, 2},
		{"no room", []files.Event{at("s", 0, strings.Repeat("x", maxJoined-6)), at("s", 0, "\tat abc")}, 2},
		{"room", []files.Event{at("s", 0, strings.Repeat("x", maxJoined-7)), at("s", 0, "\tat abc")}, 1},
	} {
		if got := join(t, tt.events); len(got) != tt.want {
			t.Errorf("%s: got %d events, want %d", tt.name, len(got), tt.want)
		}
	}
}

func TestJoinStopsAtAnError(t *testing.T) {
	want := errors.New("full")
	j := joiner{emit: func(*files.Event) error { return want }}
	if err := j.add(&files.Event{Message: []byte("a")}); err != nil {
		t.Fatalf("add of an event that may grow: %v", err)
	}
	if err := j.add(&files.Event{Message: []byte("b")}); !errors.Is(err, want) {
		t.Errorf("add: got %v, want %v", err, want)
	}
}

func TestSplitStack(t *testing.T) {
	for _, tt := range []struct{ name, text, message, stack string }{
		{"one line", "a", "a", ""},
		{"two lines of text", "a\nb", "a\nb", ""},
		{"frames after two lines", "a\nb\r\n  at x\n  at y", "a\nb", "  at x\n  at y"},
		{"lines that end in CR", "a\rTraceback (most recent call last):\r  File \"x\"", "a", "Traceback (most recent call last):\r  File \"x\""},
		{"nothing after the line end", "a\n", "a\n", ""},
	} {
		message, stack := splitStack([]byte(tt.text))
		if string(message) != tt.message || string(stack) != tt.stack {
			t.Errorf("%s: splitStack(%q): got %q and %q, want %q and %q", tt.name, tt.text, message, stack, tt.message, tt.stack)
		}
	}
}

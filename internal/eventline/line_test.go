package eventline

import (
	"regexp"
	"testing"
)

func TestAppend(t *testing.T) {
	const json = `{"level":"warn","msg":"label not made","service":"shipping","ms":12,"user.id":"u 1","url":"/v1"}`
	tests := []struct {
		name string
		opt  Options
		ev   Event
		want string
	}{
		{"everything", Options{}, Event{Message: []byte(json)}, "WARN  shipping  label not made  ms=12  user.id=\"u 1\"  url=/v1\n"},
		{"some fields, in their order", Options{Columns: []string{"url", "ms"}}, Event{Message: []byte(json)}, "WARN  shipping  label not made  url=/v1  ms=12\n"},
		{"a glob of fields, each once", Options{Columns: []string{"u*", "url"}}, Event{Message: []byte(json)}, "WARN  shipping  label not made  user.id=\"u 1\"  url=/v1\n"},
		{"log and stream", Options{Columns: []string{"@logStream", "@log"}}, Event{Message: []byte(json), Log: "g", Stream: "s"}, "WARN  shipping  label not made  @logStream=s  @log=g\n"},
		{"no such field", Options{Columns: []string{"none"}}, Event{Message: []byte(json)}, "WARN  shipping  label not made\n"},
		{"hidden ones, wherever they stand", Options{Hide: []string{"service", "u*", "level"}}, Event{Message: []byte(json)}, "label not made  ms=12\n"},
		{"where it is from", Options{}, Event{Message: []byte(`{"level":"info","msg":"x"}`), Source: "web", HasTime: true}, "01-01 00:00:00.000 INFO  web  x\n"},
		{
			"marked", Options{Colour: true, Highlight: regexp.MustCompile("not|v1")}, Event{Message: []byte(`{"msg":"not made","url":"/v1"}`)},
			"\x1b[1;30;43mnot\x1b[0m made  \x1b[2murl=\x1b[0m/\x1b[1;30;43mv1\x1b[0m\n",
		},
		{"nothing to mark", Options{Colour: true, Highlight: regexp.MustCompile("y*")}, Event{Message: []byte("text")}, "text\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(New(test.opt).Append(nil, &test.ev)); got != test.want {
				t.Errorf("Append(%s) = %q, want %q", test.ev.Message, got, test.want)
			}
		})
	}
}

// Events of several sources begin below each other.
func TestSourcesAreAligned(t *testing.T) {
	l := New(Options{})
	got := ""
	for _, source := range []string{"worker", "web"} {
		got += string(l.Append(nil, &Event{Message: []byte("x"), Source: source}))
	}
	if want := "worker  x\nweb     x\n"; got != want {
		t.Errorf("Append = %q, want %q", got, want)
	}
}

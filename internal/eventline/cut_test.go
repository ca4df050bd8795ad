package eventline

import (
	"fmt"
	"strings"
	"testing"
)

func TestLongEventsAreCut(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	lines := func(n int) string { return strings.TrimSuffix(strings.Repeat("l\n", n), "\n") }
	indented := func(n int) string { return strings.ReplaceAll(lines(n), "\n", "\n    ") }
	tests := []struct{ name, message, want string }{
		{"not the longest text that is shown whole", x(cutText), x(cutText)},
		{"one character more", x(cutText + 1), x(cutText) + " ... 1 B more; --full shows all"},
		{"a million", x(cutText + 1_000_000), x(cutText) + " ... 1.0 MB more; --full shows all"},
		{"between characters", strings.Repeat("é", cutText+2), strings.Repeat("é", cutText) + " ... 4 B more; --full shows all"},
		{"what is no UTF-8", x(cutText-1) + "\xff\xff", x(cutText-1) + "\\xff ... 1 B more; --full shows all"},
		{"not a dozen lines", lines(foldAfter), indented(foldAfter)},
		{"a line more", lines(foldAfter + 1), indented(foldAfter) + "\n    ... 1 more line; --full shows all"},
		{"many lines", lines(foldAfter + 2), indented(foldAfter) + "\n    ... 2 more lines; --full shows all"},
		{"a field", `{"msg":"m","a":"` + x(cutText+9) + `","b":1}`, "m  a=" + x(cutText) + " ... 9 B more; --full shows all  b=1"},
		{"nothing of an empty event", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(New(Options{Whole: "--full"}).Append(nil, &Event{Message: []byte(test.message)})); got != test.want+"\n" {
				t.Errorf("Append(%.100s) = %q, want %q", test.message, got, test.want)
			}
			if got := string(New(Options{}).Append(nil, &Event{Message: []byte(test.message)})); strings.Contains(got, "more") {
				t.Errorf("Append(%.100s) = %q where nothing is to be cut", test.message, got)
			}
		})
	}
}

// Of an event with many fields the first ones are shown, and the others counted.
func TestManyFieldsAreCut(t *testing.T) {
	const fields = 150
	message := `{"msg":"m"`
	for i := range fields {
		message += fmt.Sprintf(`,"k%03d":"%060d"`, i, i)
	}
	got := string(New(Options{Whole: "--full"}).Append(nil, &Event{Message: []byte(message + "}")}))
	shown := strings.Count(got, "=")
	if want := fmt.Sprintf("  ... %d more fields; --full shows all\n", fields-shown); !strings.HasSuffix(got, want) || len(got) < cutFields || len(got) > cutFields+100 {
		t.Errorf("Append = %d bytes that end with %q, want %q", len(got), got[len(got)-60:], want)
	}
}

func TestMissingColumns(t *testing.T) {
	l := New(Options{Columns: []string{"ms", "nosuch", "level", "u*", "x*", "@logStream", "requestId"}})
	for _, m := range []string{
		`{"level":"info","msg":"m","user":"u"}`, `{"ms":1}`, "[ERROR]\t2025-03-01T10:00:00.000Z\t3f1a2b4c-0000-1111-2222-abcdefabcdef\t{\"msg\":\"m\"}",
	} {
		l.Append(nil, &Event{Message: []byte(m)})
	}
	missing, known := l.Missing()
	if got, want := fmt.Sprint(missing), "[nosuch x*]"; got != want {
		t.Errorf("Missing() = %s, %q, want %s", got, known, want)
	}
	if missing, _ := New(Options{}).Missing(); missing != nil {
		t.Errorf("Missing() = %q where no columns were asked for", missing)
	}
}

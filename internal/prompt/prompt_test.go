package prompt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
)

// A fakeEngine notes what it is asked. "block" it answers when its context ends.
type fakeEngine struct {
	asked   []string
	saved   map[string]string
	started chan struct{}
	sample  []string
	sampled chan struct{}
	fields  []string
	groups  []string
}

func (e *fakeEngine) Answer(ctx context.Context, text string) (*exec.Result, error) {
	e.asked = append(e.asked, text)
	switch text {
	case "block":
		close(e.started)
		<-ctx.Done()
		return nil, context.Cause(ctx)
	case "wrong":
		return nil, errors.New("a mistake")
	}
	return &exec.Result{Columns: []string{"n"}, Rows: &column.Batch{Len: 1, Columns: []*column.Column{column.Const(column.IntValue(7), 1)}}}, nil
}

func (e *fakeEngine) Sample(context.Context) ([][]byte, error) {
	defer close(e.sampled)
	var all [][]byte
	for _, s := range e.sample {
		all = append(all, []byte(s))
	}
	return all, nil
}

func (e *fakeEngine) Fields(context.Context) ([]string, error) { return e.fields, nil }

func (e *fakeEngine) Groups(_ context.Context, prefix string) ([]string, bool, error) {
	return slices.DeleteFunc(slices.Clone(e.groups), func(g string) bool { return !strings.HasPrefix(g, prefix) }), true, nil
}

func (e *fakeEngine) Save(_ context.Context, name, text string) error {
	e.saved[name] = text
	return nil
}

// A fakeScreen is a terminal that gives keys as they are anyway.
type fakeScreen struct{}

func (fakeScreen) Raw() (func() error, error) { return func() error { return nil }, nil }
func (fakeScreen) Size() (int, int, error)    { return 60, 20, nil }
func sampleOf(messages ...string) *fakeEngine {
	return &fakeEngine{saved: map[string]string{}, started: make(chan struct{}), sampled: make(chan struct{}), sample: messages}
}

// typing runs a prompt on a screen and returns what is seen.
func typing(t *testing.T, e *fakeEngine, keys io.Reader, history string) string {
	t.Helper()
	var seen bytes.Buffer
	err := Run(t.Context(), Options{
		Engine: e, In: keys, Out: &seen, Screen: fakeScreen{}, History: history, Now: time.Now,
		Show: func(w io.Writer, form string, r *exec.Result) error {
			_, err := fmt.Fprintf(w, "%s of %s\n", form, r.Columns[0])
			return err
		},
		Explain: func(_ string, err error) string { return err.Error() },
		Edit:    func(_ context.Context, text string) (string, error) { return text + " edited", nil },
	})
	if err != nil {
		t.Fatalf("Run = %v\n%s", err, &seen)
	}
	return seen.String()
}

func TestPromptAsks(t *testing.T) {
	tests := []struct {
		name, typed string
		want        []string
	}{
		{"until a semicolon", "stats count(*);\r", []string{"stats count(*)"}},
		{"until an empty line", "fields a\r| limit 1\r\r", []string{"fields a\n| limit 1"}},
		{"one after the other", "a;\rb;\r", []string{"a", "b"}},
		{"nothing for empty lines", "\r\r ;\r", nil},
		{"not what Ctrl-C drops", "fields a\r| lim\x03b;\r", []string{"b"}},
		{"what is typed behind a dropped line", "half\x03whole;\r", []string{"whole"}},
		{"the newest again", "a;\rb;\r\x1b[A\r", []string{"a", "b", "b"}},
		{"the newest again, with a semicolon", "a;\rb;\r\x1b[A;\r", []string{"a", "b", "b"}},
		{"an older one with more behind it", "fields a;\rb;\r\x1b[A\x1b[A | limit 1\r", []string{"fields a", "b", "fields a | limit 1"}},
		{"a recalled one that was edited", "fields a;\r\x1b[A\x7fb\r", []string{"fields a", "fields b"}},
		{"not a new one after looking at the history", "fields a, b, c;\r\x1b[A\x1b[Bfields d\r| limit 1;\r", []string{"fields a, b, c", "fields d\n| limit 1"}},
		{"not a recalled part of another", "limit 1;\rfields a\r\x1b[A\r| limit 2;\r", []string{"limit 1", "fields a\nlimit 1\n| limit 2"}},
		{"what the search finds", "stats one;\rstats two;\rfields x;\rstats\x12\r", []string{"stats one", "stats two", "fields x", "stats two"}},
		{"what it finds next", "stats one;\rstats two;\rfields x;\rSTATS\x12\x12;\r", []string{"stats one", "stats two", "fields x", "stats one"}},
		{"what is not found stays", "a;\rzz\x12;\r", []string{"a", "zz"}},
		{"the last one edited", "a;\r\\e\r", []string{"a", "a edited"}},
		{"the one that is begun edited", "a;\rb\r\\e\r", []string{"a", "b edited"}},
		{"whole around a command", "fields a\r\\x\r| limit 1;\r", []string{"fields a\n| limit 1"}},
		{"nothing if left within a query", "fields a\r\\q\r| limit 1;\r", nil},
		{"nothing that was cut for its length", strings.Repeat("é", maxLine) + "| limit 1;\r;\r", nil},
		{"the longest line", strings.Repeat("é", maxLine-2) + ";\r", []string{strings.Repeat("é", maxLine-2)}},
		{"what is pasted, tabs being blanks", "\x1b[200~fields\ta\r\t| st\x1b[201~\t1;\r", []string{"fields a\n| stats 1"}},
		{"nothing after it is left", "a;\r\\q\rb;\r", []string{"a"}},
		{"after a mistake", "wrong;\ra;\r", []string{"wrong", "a"}},
		{"a completed command", "st\t1;\r", []string{"stats 1"}},
		{"what has no candidate stays", "zzz\t;\r", []string{"zzz"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := sampleOf()
			seen := typing(t, e, strings.NewReader(test.typed), "")
			if !slices.Equal(e.asked, test.want) {
				t.Errorf("%q asks %q, want %q; seen:\n%s", test.typed, e.asked, test.want, seen)
			}
		})
	}
}

func TestPromptShows(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"tables", "a;\r", "table of n\r\n-- 1 row; 0 of 0 events matched; "},
		{"JSON", "\\t\ra;\r", "json of n"},
		{"tables again", "\\t\r\\t\ra;\r", "table of n"},
		{"expanded rows", "\\x\ra;\r", "expanded of n"},
		{"what was before expanded rows", "\\t\r\\x\r\\x\ra;\r", "json of n"},
		{"charts", "\\c\ra;\r", "chart of n"},
		{"a mistake", "wrong;\r", "a mistake\r\n"},
		{"help", "\\?\r", "Ctrl-R"},
		{"what there is not", "\\z\r", "there is no \\z"},
		{"that nothing can be saved", "\\save x\r", "there is no query yet"},
		{"that a name is missing", "a;\r\\save\r", "which name?"},
		{"that a mistake is not saved", "wrong;\r\\save x\r", "is not saved"},
		{"that a line was cut", strings.Repeat("x", maxLine+1) + ";\r", "this one was cut"},
		{"candidates", "fields str\t", "strcontains("},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if seen := typing(t, sampleOf(), strings.NewReader(test.typed), ""); !strings.Contains(seen, test.want) {
				t.Errorf("%q shows %q, want %q", test.typed, seen, test.want)
			}
		})
	}
}

// Ctrl-C cancels the query that runs; what was typed behind it is the next line.
func TestPromptCancels(t *testing.T) {
	e := sampleOf()
	keys, typed := io.Pipe()
	go func() {
		_, _ = io.WriteString(typed, "block;\r")
		<-e.started
		_, _ = io.WriteString(typed, "lost\x03next;\r")
		_ = typed.Close()
	}()
	seen := typing(t, e, keys, "")
	if want := []string{"block", "next"}; !slices.Equal(e.asked, want) || !strings.Contains(seen, "cancelled after") {
		t.Errorf("asks %q, want %q; seen %q", e.asked, want, seen)
	}
}

func TestPromptSaves(t *testing.T) {
	e := sampleOf()
	typing(t, e, strings.NewReader("stats count(*)\r| limit 1;\r\\save by hour\r"), "")
	if got, want := e.saved["by hour"], "stats count(*)\n| limit 1"; got != want {
		t.Errorf("saved %q, want %q", got, want)
	}
}

func TestPromptRemembers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state", "history")
	typing(t, sampleOf(), strings.NewReader("fields a # a comment\r| limit 1;\rb;\rb;\r"), file)
	e := sampleOf()
	typing(t, e, strings.NewReader("\x1b[A\x1b[A\r"), file)
	if want := []string{"fields a | limit 1"}; !slices.Equal(e.asked, want) {
		t.Errorf("asks %q, want %q", e.asked, want)
	}
	text, err := os.ReadFile(file)
	if want := "fields a | limit 1\nb\nfields a | limit 1\n"; err != nil || string(text) != want {
		t.Errorf("history %q, %v, want %q", text, err, want)
	}
}

func TestHistoryIsShortened(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	var b strings.Builder
	for i := range 2*historyKept + 1 {
		fmt.Fprintf(&b, "q%d\n", i)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := openHistory(file)
	if err != nil || h.Len() != historyKept || h.At(0) != fmt.Sprintf("q%d", 2*historyKept) {
		t.Errorf("%d queries, the newest %q, %v, want %d", h.Len(), h.At(0), err, historyKept)
	}
}

// Fields and values of the events are completed once they are known.
func TestPromptLearns(t *testing.T) {
	e := sampleOf(`{"level":"error","requestId":"1"}`, `{"level":"info","requestId":"2"}`)
	e.fields = []string{"requestId", "rarely"} // of events that are not in the sample
	keys, typed := io.Pipe()
	go func() {
		<-e.sampled
		// The vocabulary is made after the sample; a candidate tells that it is there.
		for range 1000 {
			_, _ = io.WriteString(typed, "rar\t\x15")
		}
		_, _ = io.WriteString(typed, "filter requ\t = 1 and rar\t = 2 and level = \"e\t;\r")
		_ = typed.Close()
	}()
	typing(t, e, keys, "")
	if want := []string{`filter requestId = 1 and rarely = 2 and level = "error"`}; !slices.Equal(e.asked, want) {
		t.Errorf("asks %q, want %q", e.asked, want)
	}
}

// Without a terminal queries are read as they come, and the end of the input ends the last one.
func TestPromptReadsScripts(t *testing.T) {
	e := sampleOf()
	var out, said bytes.Buffer
	err := Run(t.Context(), Options{
		Engine: e, In: strings.NewReader("a;\n\\x\nb\n| c\n\nlast"), Out: &out, Err: &said, Now: time.Now,
		Show: func(w io.Writer, form string, _ *exec.Result) error {
			_, err := io.WriteString(w, form+"\n")
			return err
		},
		Explain: func(_ string, err error) string { return err.Error() },
	})
	if want := []string{"a", "b\n| c", "last"}; err != nil || !slices.Equal(e.asked, want) {
		t.Errorf("Run = %v, asks %q, want %q", err, e.asked, want)
	}
	e = sampleOf()
	err = Run(t.Context(), Options{
		Engine: e, In: strings.NewReader("wrong;\na;\nwrong;"), Out: io.Discard, Err: io.Discard, Now: time.Now,
		Show: func(io.Writer, string, *exec.Result) error { return nil }, Explain: func(string, error) string { return "" },
	})
	if unanswered := (*UnansweredError)(nil); !errors.As(err, &unanswered) || unanswered.Queries != 2 || len(e.asked) != 3 {
		t.Errorf("Run = %v after asking %q, want 2 queries that were not answered of 3", err, e.asked)
	}
	if got := out.String(); got != "table\nexpanded\nexpanded\n" || strings.Contains(said.String(), "groundwatch>") {
		t.Errorf("shows %q", got)
	}
}

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// languageCases are the data sets of the language's scripts.
type languageCases struct {
	T0       int64
	Account  string
	DataSets map[string][]struct {
		Offset               int64
		Message, Stream, Log string
	}
	Cases []struct{ Data, Query string }
}

// scripts is where the language's own tests are.
const scripts = "../../insights/testdata"

// A scriptQuery is a query of the scripts with the data set that it is about.
type scriptQuery struct{ data, text string }

// scriptQueries returns the queries of all scripts that are about the groups of one data set and nothing else.
func scriptQueries(t *testing.T, cases *languageCases) []scriptQuery {
	t.Helper()
	var all []scriptQuery
	for _, c := range cases.Cases {
		all = append(all, scriptQuery{c.Data, c.Query})
	}
	names, err := filepath.Glob(filepath.Join(scripts, "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data, lines, inside := "A", []string(nil), false
		for line := range strings.Lines(string(text) + "end\n") {
			line = strings.TrimSuffix(line, "\n")
			rest, indented := strings.CutPrefix(line, "  ")
			switch {
			case inside && indented:
				lines = append(lines, rest)
				continue
			case inside:
				all = append(all, scriptQuery{data, strings.Join(lines, "\n")})
			}
			lines, inside = nil, line == "query"
			if set, ok := strings.CutPrefix(line, "data "); ok {
				data = set
			}
		}
	}
	return slices.DeleteFunc(all, func(q scriptQuery) bool {
		_, known := cases.DataSets[q.data]
		return !known || strings.Contains(q.text, "SOURCE") || strings.Contains(q.text, "lookup") || strings.Contains(q.text, "now()") ||
			q.text == "estimate" // how much is stored differs
	})
}

// TestSameOverFilesAndGroups answers the queries of the language's scripts over the events of a file and over the same events in a server:
// every form of output has the same bytes.
func TestSameOverFilesAndGroups(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(scripts, "insights-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	cases := &languageCases{}
	if err := json.Unmarshal(text, cases); err != nil {
		t.Fatal(err)
	}
	queries := scriptQueries(t, cases)
	if len(queries) < 100 {
		t.Fatalf("%d queries, want all of the scripts", len(queries))
	}
	for name := range cases.DataSets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSameWorld(t, cases, name)
			for _, q := range queries {
				if q.data == name {
					w.compare(q.text)
				}
			}
		})
	}
}

// A sameWorld is a data set in a file and in a server.
type sameWorld struct {
	t      *testing.T
	p      *Program
	f      queryFlags
	file   string
	groups []string
}

func newSameWorld(t *testing.T, cases *languageCases, data string) *sameWorld {
	now := func() time.Time { return time.UnixMilli(cases.T0 + time.Hour.Milliseconds()) }
	url := serverAt(t, now)
	w := &sameWorld{t: t, file: filepath.Join(t.TempDir(), "export.json")}
	w.p = &Program{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Now: now, Env: func(string) string { return "" }}
	w.f = queryFlags{remoteFlags: remoteFlags{remote.Options{EndpointURL: url}}, memory: 100}
	w.f.format, w.f.workers = "auto", 2
	w.f.since, w.f.until = fmt.Sprint(cases.T0), fmt.Sprint(cases.T0+3_599_999)
	c, err := w.p.client(t.Context(), &w.f.remoteFlags)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range cases.DataSets[data] {
		_, group, _ := strings.Cut(e.Log, ":")
		if !slices.Contains(w.groups, group) {
			w.groups = append(w.groups, group)
		}
		s := remote.Sender{Client: c, Group: group, Stream: e.Stream, Create: true}
		if err := errors.Join(s.Add(t.Context(), remote.Event{Time: cases.T0 + e.Offset, Message: e.Message}), s.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	export, err := w.overGroups("fields @timestamp, @message, @log, @logStream, @ingestionTime | sort @timestamp asc")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.file, w.written("jsonarray", export), 0o666); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *sameWorld) overGroups(text string) (*exec.Result, error) {
	e, err := w.p.groupEngine(w.t.Context(), &w.f, w.groups)
	if err != nil {
		w.t.Fatal(err)
	}
	return e.Answer(w.t.Context(), text)
}

func (w *sameWorld) overFile(text string) (*exec.Result, error) {
	env, err := w.f.window(w.p.Now(), time.UTC)
	if err != nil {
		w.t.Fatal(err)
	}
	in, err := w.p.open(&w.f.sourceFlags, []string{w.file})
	if err != nil {
		w.t.Fatal(err)
	}
	return insights.Run(context.Background(), text, insights.Options{Exec: exec.Options{Source: in.source, Env: env, Workers: 2}})
}

// written returns a result in one form.
func (w *sameWorld) written(format string, r *exec.Result) []byte {
	w.t.Helper()
	var b bytes.Buffer
	out, err := output.New(format, &b, output.Options{})
	if err == nil {
		err = errors.Join(out.Write(r.Columns, r.Rows), out.Close())
	}
	if err != nil {
		w.t.Fatalf("%s: %v", format, err)
	}
	return b.Bytes()
}

// compare answers a query both ways.
func (w *sameWorld) compare(text string) {
	w.t.Helper()
	of, fileErr := w.overFile(text)
	og, groupErr := w.overGroups(text)
	if fileErr != nil || groupErr != nil {
		mistakes := (syntax.Errors)(nil) // those found while it runs are not told by a service
		if fileErr == nil || groupErr == nil || errors.As(groupErr, &mistakes) && fileErr.Error() != groupErr.Error() {
			w.t.Errorf("query\n%s\nfails with\n%v\nover a file, over groups with\n%v", text, fileErr, groupErr)
		}
		return
	}
	for _, format := range output.Formats() {
		if want, got := w.written(format, of), w.written(format, og); !bytes.Equal(want, got) {
			w.t.Errorf("query\n%s\nas %s is over a file\n%s\nover groups\n%s", text, format, want, got)
			return
		}
	}
}

package queries

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// schema is that of log events.
var schema = table.Schema{Name: "log_events", Text: messageColumn, Fields: []table.Field{{Name: messageColumn, Kind: column.String}}}

// scripts is where the language's own tests are, and the data they are about.
const scripts = "../../insights/testdata"

// A caseFile is the data sets of the scripts.
type caseFile struct {
	T0           int64
	Account      string
	DataSets     map[string][]caseEvent
	LookupTables map[string][]map[string]string
	OtherGroups  map[string][]string
	Cases        []struct {
		ID, Data, Query string
		Rows            []json.RawMessage
	}
}

type caseEvent struct {
	Offset               int64
	Message, Stream, Log string
}

func loadCases(t *testing.T) *caseFile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(scripts, "insights-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f caseFile
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	f.OtherGroups["x"] = []string{`{"lv":"WARN","note":"n1"}`}
	for i := range 3 { // of one millisecond
		f.DataSets["T"] = append(f.DataSets["T"], caseEvent{Offset: 1, Message: fmt.Sprintf(`{"n":%d}`, i), Stream: "s1", Log: f.Account + ":g"})
	}
	return &f
}

// A scriptWorld is all data sets in one table, and a service over it.
type scriptWorld struct {
	*caseFile
	*Service
	t      *testing.T
	clock  atomic.Int64 // ms
	events table.Table
	sets   map[string][]Group
	others map[string]Group
	last   table.Partition
}

func newScriptWorld(t *testing.T, open func(now func() time.Time) table.Table) *scriptWorld {
	w := &scriptWorld{caseFile: loadCases(t), t: t, sets: map[string][]Group{}, others: map[string]Group{}}
	now := func() time.Time { return time.UnixMilli(w.clock.Load()) }
	w.events = open(now)
	w.Service = New(Options{Events: w.events, Now: now})
	for name, events := range w.DataSets {
		byLog := map[string]*fakeGroup{}
		for _, e := range events {
			g := byLog[e.Log]
			if g == nil {
				g = w.group(e.Log)
				byLog[e.Log] = g
				w.sets[name] = append(w.sets[name], g)
			}
			w.append(g, e)
		}
	}
	for name, messages := range w.OtherGroups {
		g := w.group(w.Account + ":" + name)
		w.others[name] = g
		for _, m := range messages {
			w.append(g, caseEvent{Message: m, Stream: "s1"})
		}
	}
	return w
}

func (w *scriptWorld) group(log string) *fakeGroup {
	account, name, _ := strings.Cut(log, ":")
	w.last++
	return &fakeGroup{facts: Facts{Account: account, Name: name, Partition: w.last}, kind: discover.JSON}
}

// append stores one event. The clock stands at its time of ingestion, unless an earlier event came later.
func (w *scriptWorld) append(g *fakeGroup, e caseEvent) {
	w.t.Helper()
	w.clock.Store(w.T0 + e.Offset + 100)
	_, err := w.events.Append(w.t.Context(), g.facts.Partition, table.Rows{
		Streams: []int64{g.number(e.Stream)}, Times: []int64{w.T0 + e.Offset}, Fields: []*column.Column{column.Const(column.StringValue(e.Message), 1)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// evaluate answers a query over a data set.
func (w *scriptWorld) evaluate(data, text string) (*exec.Result, error) {
	q := &query{}
	q.sources = map[*syntax.Source]*source{nil: w.newSource(q, w.sets[data])}
	opts := insights.Options{Events: true, Exec: exec.Options{
		Source: q.sources[nil],
		Named: func(s *syntax.Source) (exec.Source, error) {
			var groups []Group
			for _, item := range s.Items {
				g, ok := w.others[item.Name]
				if !ok {
					return nil, fmt.Errorf("there is no log group %q", item.Name)
				}
				groups = append(groups, g)
			}
			q.sources[s] = w.newSource(q, groups)
			return q.sources[s], nil
		},
		Table:   w.lookup,
		Env:     function.Env{Now: w.T0 + 3_600_000, Start: w.T0, End: w.T0 + 3_599_999},
		Workers: 2,
	}}
	p, err := insights.Compile(text, opts)
	if err != nil {
		return nil, err
	}
	q.setPlan(p)
	return w.Service.evaluate(w.t.Context(), q, opts.Exec)
}

func (w *scriptWorld) lookup(name string) (*lookup.Table, error) {
	rows, ok := w.LookupTables[name]
	if !ok {
		return nil, fmt.Errorf("there is no lookup table %q", name)
	}
	b := lookup.NewBuilder([]string{"id", "name", "dept"}, 0, 0)
	for _, r := range rows {
		if err := b.Add([]string{r["id"], r["name"], r["dept"]}); err != nil {
			return nil, err
		}
	}
	return b.Table(), nil
}

// engines are the tables that scripts run over.
func engines(t *testing.T) map[string]func(now func() time.Time) table.Table {
	return map[string]func(now func() time.Time) table.Table{
		"memory": func(now func() time.Time) table.Table { return table.NewMemory(schema, now) },
		"embedded": func(now func() time.Time) table.Table {
			return openEmbedded(t, vfs.NewMem(), embedded.Options{Now: now})
		},
		"embedded with parts": func(now func() time.Time) table.Table {
			return openEmbedded(t, vfs.NewMem(), embedded.Options{Now: now, FlushBytes: 1})
		},
	}
}

// openEmbedded opens an engine that runs until the test ends.
func openEmbedded(t testing.TB, fs vfs.FS, o embedded.Options) table.Table {
	t.Helper()
	e, err := embedded.Open(fs, "tables", []table.Schema{schema}, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run() = %v", err)
		}
	})
	return e.Table(schema.Name)
}

// TestScripts runs the scripts of the language over tables: every query gives the answer that it has over files.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(scripts, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for name, open := range engines(t) {
		w := newScriptWorld(t, open)
		for how, places := range map[string]int{"each row in its place": 1 << 30, "in a second scan": -1} {
			w.places = places
			for _, file := range files {
				t.Run(strings.Join([]string{name, how, filepath.Base(file)}, " "), func(t *testing.T) {
					text, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					w.run(t, string(text))
				})
			}
			t.Run(strings.Join([]string{name, how, "worked examples"}, " "), func(t *testing.T) { w.examples(t) })
		}
	}
}

// run runs a script: see insights' TestScripts.
func (w *scriptWorld) run(t *testing.T, script string) {
	data, queries := "A", 0
	var text, want []string
	finish := func() {
		if text != nil {
			queries++
			w.check(t, data, strings.Join(text, "\n"), strings.Join(want, "\n"))
		}
		text, want = nil, nil
	}
	for line := range strings.Lines(script + "end\n") {
		line = strings.TrimSuffix(line, "\n")
		answer := want != nil || text != nil && (line == "want" || strings.HasPrefix(line, "fail"))
		switch {
		case line == "query":
			finish()
			text = []string{}
		case text != nil && answer && (strings.HasPrefix(line, "  ") || line == "want" || strings.HasPrefix(line, "fail")):
			want = append(want, line)
		case text != nil && strings.HasPrefix(line, "  "):
			text = append(text, strings.TrimPrefix(line, "  "))
		default:
			finish()
			if name, ok := strings.CutPrefix(line, "data "); ok {
				data = name
			}
		}
	}
	if queries == 0 {
		t.Error("no query in the script")
	}
}

// check compares the answer of one query.
func (w *scriptWorld) check(t *testing.T, data, text, want string) {
	t.Helper()
	if got := w.answer(data, text); got != want {
		t.Errorf("query over %s\n%s\ngives\n%s\nwant\n%s", data, text, got, want)
	}
}

// answer runs a query and returns its answer as scripts write it.
func (w *scriptWorld) answer(data, text string) string {
	r, err := w.evaluate(data, text)
	lines := []string{"want"}
	if mistakes, ok := errors.AsType[syntax.Errors](err); ok {
		lines = nil
		for _, m := range mistakes {
			lines = append(lines, "fail "+m.Error())
		}
	} else if err != nil {
		return "fail " + err.Error()
	} else {
		for i := range r.Rows.Len {
			lines = append(lines, "  "+rowText(r, i))
		}
	}
	return strings.Join(lines, "\n")
}

func rowText(r *exec.Result, row int) string {
	var pairs []string
	for c, name := range r.Columns {
		if v := r.Rows.Columns[c].Value(row); !v.IsNull() && name != "@ptr" {
			pairs = append(pairs, fmt.Sprintf("%s=%q", name, v.Text()))
		}
	}
	return strings.Join(pairs, " ")
}

// examples runs the worked examples of the language's description.
func (w *scriptWorld) examples(t *testing.T) {
	for _, c := range w.Cases {
		lines := []string{"want"}
		for _, row := range c.Rows {
			lines = append(lines, "  "+canonical(t, row))
		}
		w.check(t, c.Data, c.Query, strings.Join(lines, "\n"))
	}
}

// canonical writes a row of the case file as rowText does.
func canonical(t *testing.T, row json.RawMessage) string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(row)))
	var texts, pairs []string
	for {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		if s, ok := tok.(string); ok {
			texts = append(texts, s)
		}
	}
	for i := 0; i+1 < len(texts); i += 2 {
		pairs = append(pairs, fmt.Sprintf("%s=%q", texts[i], texts[i+1]))
	}
	return strings.Join(pairs, " ")
}

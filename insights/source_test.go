package insights_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/discover"
)

// caseFile is testdata/insights-cases.json: the worked examples of the language's description.
type caseFile struct {
	T0           int64
	Account      string
	DataSets     map[string][]event
	LookupTables map[string][]map[string]string
	OtherGroups  map[string][]string
	Cases        []struct {
		ID, Data, Query, Note string
		Rows                  []json.RawMessage
	}
}

type event struct {
	Offset               int64
	Message, Stream, Log string
}

func loadCases(t *testing.T) *caseFile {
	t.Helper()
	data, err := os.ReadFile("testdata/insights-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var f caseFile
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	f.OtherGroups["x"] = []string{`{"lv":"WARN","note":"n1"}`} // of E106 to E109
	for i := range 3 {                                         // of one millisecond
		f.DataSets["T"] = append(f.DataSets["T"], event{Offset: 1, Message: fmt.Sprintf(`{"n":%d}`, i), Stream: "s1", Log: f.Account + ":g"})
	}
	return &f
}

// events is a source of events in memory, cut into batches of size rows.
type events struct {
	t0   int64
	rows []event
	size int
}

func (s *events) Scan(_ context.Context, scan plan.Scan, workers int, each func(int, *column.Batch) error) (exec.ScanStats, error) {
	stats := exec.ScanStats{Groups: 1}
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	next := make(chan [2]int)
	for w := range workers {
		wg.Go(func() {
			for cut := range next {
				if err := each(w, s.batch(scan, cut[0], cut[1])); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for from := 0; from < len(s.rows); from += s.size {
		to := min(from+s.size, len(s.rows))
		next <- [2]int{from, to}
		for _, e := range s.rows[from:to] {
			stats.Records++
			stats.Bytes += int64(len(e.Message))
		}
	}
	close(next)
	wg.Wait()
	if errors.Is(first, exec.ErrStop) {
		first = nil
	}
	return stats, first
}

// Size implements exec.Sizer.
func (s *events) Size(plan.Scan) (n int64, err error) {
	for _, e := range s.rows {
		n += int64(len(e.Message))
	}
	return n, nil
}

func (s *events) batch(scan plan.Scan, from, to int) *column.Batch {
	b := &column.Batch{First: int64(from)}
	builders := make([]*column.Builder, len(scan.Fields))
	var fields []discover.Field
	var found []*column.Builder
	for i, f := range scan.Fields {
		builders[i] = &column.Builder{}
		if !system(f.Name) {
			fields = append(fields, discover.Field{Name: f.Name, Tree: f.Tree, All: f.All})
			found = append(found, builders[i])
		}
	}
	x := discover.New(discover.JSON, fields, discover.Options{})
	for _, e := range s.rows[from:to] {
		if ms := s.t0 + e.Offset; ms < scan.From || ms > scan.To {
			continue
		}
		b.Len++
		x.Extract([]byte(e.Message), found)
		for i, f := range scan.Fields {
			if system(f.Name) {
				builders[i].Value(s.system(f.Name, e))
			}
		}
	}
	for _, bld := range builders {
		b.Columns = append(b.Columns, bld.Column())
	}
	return b
}

func system(name string) bool {
	return slices.Contains([]string{"@message", "@timestamp", "@ingestionTime", "@logStream", "@log"}, name)
}

func (s *events) system(name string, e event) column.Value {
	switch name {
	case "@message":
		return column.StringValue(e.Message)
	case "@timestamp":
		return column.TimeValue(s.t0 + e.Offset)
	case "@ingestionTime":
		return column.TimeValue(s.t0 + e.Offset + 100)
	case "@logStream":
		return column.StringValue(e.Stream)
	}
	return column.StringValue(e.Log)
}

// options returns what a query over a data set of the case file runs with.
func (f *caseFile) options(data string, batch int) exec.Options {
	return exec.Options{
		Source: &events{f.T0, f.DataSets[data], batch},
		Named:  func(s *syntax.Source) (exec.Source, error) { return f.named(s, batch) },
		Table:  f.table,
		Env:    function.Env{Now: f.T0 + 3_600_000, Start: f.T0, End: f.T0 + 3_599_999},
	}
}

func (f *caseFile) named(s *syntax.Source, batch int) (exec.Source, error) {
	src := &events{t0: f.T0, size: batch}
	for _, item := range s.Items {
		messages, ok := f.OtherGroups[item.Name]
		if !ok {
			return nil, fmt.Errorf("there is no log group %q", item.Name)
		}
		for _, m := range messages {
			src.rows = append(src.rows, event{Message: m, Stream: "s1", Log: f.Account + ":" + item.Name})
		}
	}
	return src, nil
}

func (f *caseFile) table(name string) (*lookup.Table, error) {
	rows, ok := f.LookupTables[name]
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

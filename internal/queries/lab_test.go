package queries

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/table"
)

// labStart is when the clock of a lab begins, and the time of its first event.
var labStart = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// A lab is a service over a table in memory, with a clock that the test moves.
type lab struct {
	*Service
	t      *testing.T
	ctx    context.Context
	table  *gatedTable
	groups fakeGroups
	saved  []types.QueryDefinition
	tables fakeTables

	indexes map[string][]string // fields by group

	mu    sync.Mutex
	clock time.Time
	ended []Ended
}

// newLab returns a lab whose queries run until the test ends.
func newLab(t *testing.T, limits Limits) *lab {
	l := newStill(t, limits)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run() = %v, want that its context ended", err)
		}
	})
	return l
}

// newStill returns a lab whose queries wait for ever.
func newStill(t *testing.T, limits Limits) *lab {
	l := &lab{t: t, clock: labStart, groups: fakeGroups{}, tables: fakeTables{}}
	l.ctx = caller.With(t.Context(), caller.Caller{Account: "111122223333", Region: "eu-central-1", RequestID: "R1"})
	l.table = &gatedTable{Table: table.NewMemory(schema, l.now)}
	l.Service = New(Options{
		Events: l.table, Groups: l.groups, Sealer: page.NewSealer([32]byte{7}, l.now), Now: l.now, Random: rand.Reader, Limits: limits,
		Saved: l.named, Tables: l.tables,
		Indexed: func(_ context.Context, group string) ([]string, error) { return l.indexes[group], nil },
		Hooks: Hooks{Ended: func(e Ended) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.ended = append(l.ended, e)
		}},
	})
	return l
}

// named returns the saved queries of a name; "broken" is one that cannot be read.
func (l *lab) named(_ context.Context, name string) ([]types.QueryDefinition, error) {
	if name == "broken" {
		return nil, errors.New("no disk")
	}
	return slices.DeleteFunc(slices.Clone(l.saved), func(d types.QueryDefinition) bool { return *d.Name != name }), nil
}

func (l *lab) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock
}

func (l *lab) move(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock = l.clock.Add(d)
}

// group makes a group of JSON events.
func (l *lab) group(name string) *fakeGroup {
	g := &fakeGroup{kind: discover.JSON, facts: Facts{
		Account: "111122223333", Name: name, ARN: "arn:aws:logs:eu-central-1:111122223333:log-group:" + name,
		Partition: table.Partition(len(l.groups) + 1), Created: labStart.Add(-time.Hour).UnixMilli(),
	}}
	l.groups[name] = g
	return g
}

// put stores messages, a second apart from labStart on.
func (l *lab) put(g *fakeGroup, stream string, messages ...string) {
	l.t.Helper()
	var rows table.Rows
	var text column.Builder
	for i, m := range messages {
		rows.Streams = append(rows.Streams, g.number(stream))
		rows.Times = append(rows.Times, labStart.Add(time.Duration(i)*time.Second).UnixMilli())
		text.Text(m)
	}
	rows.Fields = []*column.Column{text.Column()}
	if _, err := l.table.Append(l.ctx, g.facts.Partition, rows); err != nil {
		l.t.Fatal(err)
	}
}

// numbered returns n messages {"n":0}, {"n":1} and so on.
func numbered(n int) []string {
	messages := make([]string, n)
	for i := range messages {
		messages[i] = fmt.Sprintf(`{"n":%d}`, i)
	}
	return messages
}

// input asks for a query over some groups, from a minute before labStart to an hour after.
func input(text string, groups ...string) *cloudwatchlogs.StartQueryInput {
	return &cloudwatchlogs.StartQueryInput{
		QueryString: &text, LogGroupNames: groups,
		StartTime: aws.Int64(labStart.Unix() - 60), EndTime: aws.Int64(labStart.Unix() + 3600),
	}
}

// start starts a query, which must be taken.
func (l *lab) start(in *cloudwatchlogs.StartQueryInput) string {
	l.t.Helper()
	out, err := l.StartQuery(l.ctx, in)
	if err != nil {
		l.t.Fatalf("StartQuery(%q) = %v", *in.QueryString, err)
	}
	return *out.QueryId
}

// results asks for a page of results.
func (l *lab) results(in *cloudwatchlogs.GetQueryResultsInput) *cloudwatchlogs.GetQueryResultsOutput {
	l.t.Helper()
	out, err := l.GetQueryResults(l.ctx, in)
	if err != nil {
		l.t.Fatalf("GetQueryResults(%q) = %v", *in.QueryId, err)
	}
	return out
}

// wait asks until a query has ended.
func (l *lab) wait(id string) *cloudwatchlogs.GetQueryResultsOutput {
	l.t.Helper()
	for {
		if out := l.results(&cloudwatchlogs.GetQueryResultsInput{QueryId: &id}); !isOpen(out.Status) {
			return out
		}
	}
}

// until asks until a query is as it should be.
func (l *lab) until(id string, what func(*cloudwatchlogs.GetQueryResultsOutput) bool) *cloudwatchlogs.GetQueryResultsOutput {
	l.t.Helper()
	for {
		out := l.results(&cloudwatchlogs.GetQueryResultsInput{QueryId: &id})
		if what(out) {
			return out
		}
		if !isOpen(out.Status) {
			l.t.Fatalf("GetQueryResults(%q) has ended with status %s, %+v", id, out.Status, out.Statistics)
		}
	}
}

// answer returns the rows of a query, one a line, without @ptr.
func (l *lab) answer(in *cloudwatchlogs.StartQueryInput) string {
	l.t.Helper()
	out := l.wait(l.start(in))
	if out.Status != types.QueryStatusComplete {
		return string(out.Status)
	}
	return rowTexts(out)
}

func rowTexts(out *cloudwatchlogs.GetQueryResultsOutput) string {
	var rows []string
	for _, row := range out.Results {
		var cells []string
		for _, c := range row {
			if *c.Field != "@ptr" {
				cells = append(cells, *c.Field+"="+*c.Value)
			}
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	return strings.Join(rows, "\n")
}

// A gatedTable holds scans up.
type gatedTable struct {
	table.Table

	mu       sync.Mutex
	scans    int           // that do not wait
	batches  int           // that each other scan gives before it waits
	gate     chan struct{} // it waits for this to be closed, or its context to end; nil: it does not wait
	problems []string
}

// shut lets scans from now on wait after some batches, until the gate is opened.
func (g *gatedTable) shut(batches int) (open func()) { return g.shutAfter(0, batches) }

// shutAfter is shut, but for some scans before.
func (g *gatedTable) shutAfter(scans, batches int) (open func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	gate := make(chan struct{})
	g.scans, g.batches, g.gate = scans, batches, gate
	return sync.OnceFunc(func() { close(gate) })
}

func (g *gatedTable) Scan(ctx context.Context, s table.Scan, workers int, each func(worker int, b *column.Batch) error) (table.Stats, error) {
	g.mu.Lock()
	gate, left, problems := g.gate, g.batches, g.problems
	if g.scans--; g.scans >= 0 {
		gate = nil
	}
	g.mu.Unlock()
	if gate != nil {
		workers = 1
	}
	stats, err := g.Table.Scan(ctx, s, workers, func(w int, b *column.Batch) error {
		if gate == nil {
			return each(w, b)
		}
		if left--; left < 0 {
			select {
			case <-gate:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return each(w, b)
	})
	stats.Problems = append(stats.Problems, problems...)
	return stats, err
}

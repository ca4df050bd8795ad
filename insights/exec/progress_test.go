package exec

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

func compiled(t *testing.T, text string) *plan.Plan {
	t.Helper()
	q, err := syntax.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compile(q, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestQueriesEndedBehindTheirScanHaveRows ends queries when their scans have.
func TestQueriesEndedBehindTheirScanHaveRows(t *testing.T) {
	const many = manyRows + 500
	for _, tt := range []struct {
		text       string
		rows, want int
	}{
		{"fields a", 2000, 2000},
		{"sort a desc | limit 300", 2000, 300},
		{"stats count(*) by a", 2000, 2000},
		{"stats count(*) as n by a | sort n desc | limit 20", many, 20},
		{"stats count(*), sum(b) by a", many, 10_000},
		{"stats count(*) by a, b | sort a | limit 100000", many, 10_000},
		{"pattern a", 2000, 1},
		{"fields a | dedup a | limit 10", many, 10},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var p Progress
		src := endingSource{wideSource{tt.rows}, cancel}
		if r, err := Run(ctx, compiled(t, tt.text), Options{Source: src, Workers: 1, Progress: &p}); !errors.Is(err, context.Canceled) {
			t.Fatalf("Run(%q) = %v, %v, want that its context ended", tt.text, r, err)
		}
		r := p.Partial(t.Context(), time.Minute, 50_000)
		if r == nil || r.Rows.Len != tt.want {
			t.Errorf("rows of %q over %d rows when it was ended = %v, want %d", tt.text, tt.rows, r, tt.want)
		}
	}
}

// TestLooksWithoutTimeAreOfSomeRows looks at queries, none of which there is time for to look at all.
func TestLooksWithoutTimeAreOfSomeRows(t *testing.T) {
	for _, tt := range []struct {
		text       string
		most, want int
	}{
		{"sort a | limit 100000", 50_000, someRows}, {"stats count(*) by a | sort a | limit 100000", 50_000, someRows}, {"fields a | tail 7", 50_000, 7},
		{"stats count(*) by a | sort a | limit 100000", 1000, 2000},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var p Progress
		_, _ = Run(ctx, compiled(t, tt.text), Options{Source: endingSource{wideSource{3 * someRows}, cancel}, Workers: 1, Progress: &p})
		if r := p.Partial(t.Context(), 0, tt.most); r == nil || r.Rows.Len != tt.want {
			t.Errorf("rows of %q without time = %v, want %d", tt.text, r, tt.want)
		}
	}
}

// TestRowsBehindTheScanAreShown looks at a query whose scan has ended.
func TestRowsBehindTheScanAreShown(t *testing.T) {
	p := compiled(t, "stats count(*) as n by a | sort n desc | limit 3")
	var progress Progress
	progress.start(newRun(t.Context(), p, Options{}))
	stats := p.Steps[0].(*plan.Stats)
	r := &rows{n: 5}
	r.set(stats.Keys[0].Slot, &column.Column{Kind: column.Int64, Len: 5, Ints: []int64{1, 2, 3, 4, 5}})
	r.set(stats.Aggs[0].Slot, &column.Column{Kind: column.Int64, Len: 5, Ints: []int64{10, 50, 30, 20, 40}})
	progress.show(nil, r, p.Steps[1:])
	got := progress.Partial(t.Context(), time.Minute, 100)
	if got == nil || fmt.Sprint(got.Rows.Columns[0].Ints) != "[2 5 3]" {
		t.Errorf("rows behind the scan = %+v, want those of a = 2, 5, 3", got)
	}
}

// TestSomeGroupsAreWhole looks at some groups of two workers, who have met them in another order.
func TestSomeGroupsAreWhole(t *testing.T) {
	p := compiled(t, "stats count(*) as n, max(b) as m by a")
	run := testRun()
	sink := newStats(run, p.Steps[0].(*plan.Stats))
	for id, from := range []int64{0, 500} {
		r := &rows{}
		for slot := range p.Slots {
			r.set(slot, makeColumn(1000, func(i int) column.Value { return column.IntValue((from + int64(i)) % 1000) }))
		}
		r.n, r.seq = 1000, make([]int64, 1000)
		if err := sink.add(run.worker(id), r); err != nil {
			t.Fatal(err)
		}
	}
	stats := p.Steps[0].(*plan.Stats)
	r := sink.(peeker).peek(nil, -1, 100)
	if r.n != 100 {
		t.Errorf("a look within 100 groups has %d", r.n)
	}
	for i := range r.n {
		a, n, m := r.col(stats.Keys[0].Slot).Value(i), r.col(stats.Aggs[0].Slot).Value(i), r.col(stats.Aggs[1].Slot).Value(i)
		if n.Int() != 2 || m != a {
			t.Errorf("group %v has n=%v, m=%v, want 2 and itself", a, n, m)
		}
	}
}

// TestMatchedNeverFallsBack gives a Progress a second query.
func TestMatchedNeverFallsBack(t *testing.T) {
	var p Progress
	for _, rows := range []int{2000, 500} {
		if _, err := Run(t.Context(), compiled(t, "fields a"), Options{Source: wideSource{rows}, Workers: 1, Progress: &p}); err != nil {
			t.Fatal(err)
		}
		if got := p.Matched(); got != 2000 {
			t.Errorf("Matched() after %d rows = %d, want 2000", rows, got)
		}
	}
	if p.Forget(); p.Matched() != 2000 {
		t.Errorf("Matched() when all is forgotten = %d, want 2000", p.Matched())
	}
}

func TestLooksAtManyPatternsCountAll(t *testing.T) {
	p := compiled(t, "pattern a")
	run := testRun()
	step := p.Steps[0].(*plan.Pattern)
	sink := newPattern(run, step)
	const n = 2 * manyShapes
	r := &rows{}
	for slot := range p.Slots {
		r.set(slot, makeColumn(n, func(i int) column.Value {
			return column.StringValue("x" + strings.Repeat("(", i%90) + strings.Repeat("]", i/90))
		}))
	}
	r.n, r.seq = n, make([]int64, n)
	if err := sink.add(run.worker(0), r); err != nil {
		t.Fatal(err)
	}
	look := sink.(peeker).peek(nil, -1, math.MaxInt)
	total := int64(0)
	for i := range look.n {
		total += look.col(2).Value(i).Int()
	}
	if look.n != manyShapes+1 || total != n {
		t.Errorf("a look at %d shapes has %d patterns of %d messages, want %d of all", n, look.n, total, manyShapes+1)
	}
	if r, err := sink.finish(); err != nil || r.n != n {
		t.Errorf("finish = %d patterns, %v, want %d", r.n, err, n)
	}
}

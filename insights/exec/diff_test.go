package exec

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// A timedSource gives the messages of a window; the position of a message is its time.
type timedSource []string

func (s timedSource) Scan(_ context.Context, scan plan.Scan, _ int, each func(int, *column.Batch) error) (ScanStats, error) {
	for i, m := range s {
		if int64(i) < scan.From || int64(i) > scan.To {
			continue
		}
		if err := each(0, &column.Batch{Len: 1, Columns: []*column.Column{col(ms(i)), col(m)}, First: int64(i)}); err != nil {
			return ScanStats{}, err
		}
	}
	return ScanStats{}, nil
}

func TestDiff(t *testing.T) {
	source := timedSource{"up 1", "up 2", "old a", "same", "up 3", "up 4", "up 5", "same", "new b", "ERROR c"}
	for _, tt := range []struct {
		name     string
		source   timedSource
		from, to int64
		back     plan.Shift
		steps    []plan.Step
		want     []string
	}{
		{"the window directly before", source, 5, 9, plan.Shift{Window: true}, nil,
			[]string{"ERROR c | 1 | 0 | 1 | new | ERROR", "new b | 1 | 0 | 1 | new | NONE", "old a | 0 | 1 | -1 | gone | NONE",
				"up <Number-1> | 2 | 3 | -1 | 33.3% fewer | NONE", "same | 1 | 1 | 0 | unchanged | NONE"}},
		{"a fixed time before", source, 4, 7, plan.Shift{Millis: 4}, nil,
			[]string{"old a | 0 | 1 | -1 | gone | NONE", "up <Number-1> | 3 | 2 | 1 | 50% more | NONE", "same | 1 | 1 | 0 | unchanged | NONE"}},
		{"both windows pass the same filter", source, 5, 9, plan.Shift{Window: true},
			[]plan.Step{&plan.Where{Cond: &plan.Like{X: slot(1), Text: "same"}}},
			[]string{"same | 1 | 1 | 0 | unchanged | NONE"}},
		{"nothing now", source[:5], 5, 9, plan.Shift{Window: true}, []plan.Step{&plan.Where{Cond: &plan.Like{X: slot(1), Text: "same"}}},
			[]string{"same | 0 | 1 | -1 | gone | NONE"}},
		{"nothing at all", nil, 5, 9, plan.Shift{Window: true}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &plan.Plan{
				Scan: plan.Scan{From: tt.from, To: tt.to}, ScanSlots: []int{0, 1}, Slots: 2,
				Steps: append(tt.steps, &plan.Diff{X: slot(1), Time: 0, Back: tt.back}),
			}
			run := testRun()
			run.opts.Source = tt.source
			got, err := run.plan(p)
			check(t, "diff", got, err, tt.want, 0, 1, 2, 3, 4, 5)
		})
	}
}

func TestDiffNeedsAClosedWindow(t *testing.T) {
	for _, tt := range []struct {
		name     string
		from, to int64
	}{
		{"no start", math.MinInt64, 9},
		{"no end", 0, math.MaxInt64},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := testRun()
			run.opts.Source = timedSource{"a"}
			_, err := run.plan(&plan.Plan{
				Scan: plan.Scan{From: tt.from, To: tt.to}, ScanSlots: []int{0, 1}, Slots: 2,
				Steps: []plan.Step{&plan.Diff{X: slot(1), Back: plan.Shift{Window: true}}},
			})
			if err == nil || !strings.Contains(err.Error(), "start and an end") {
				t.Errorf("diff of %d to %d: %v, want an error that asks for a start and an end", tt.from, tt.to, err)
			}
		})
	}
}

func TestEarlier(t *testing.T) {
	const day = 24 * 60 * 60 * 1000
	march31 := int64(89 * day) // 1970-03-31
	for _, tt := range []struct {
		name     string
		from, to int64
		back     plan.Shift
		wantFrom int64
		wantTo   int64
	}{
		{"by its own length, without overlap", 100, 199, plan.Shift{Window: true}, 0, 99},
		{"one millisecond", 7, 7, plan.Shift{Window: true}, 6, 6},
		{"by a day", day, day + 5, plan.Shift{Millis: day}, 0, 5},
		{"by a calendar month", 59 * day, 60 * day, plan.Shift{Months: 1}, 31 * day, 32 * day},
		{"a day the month before does not have is its last", march31, march31 + 5, plan.Shift{Months: 1}, 58 * day, 58*day + 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, to := earlier(tt.from, tt.to, tt.back)
			if from != tt.wantFrom || to != tt.wantTo {
				t.Errorf("earlier(%d, %d, %+v) = %d, %d, want %d, %d", tt.from, tt.to, tt.back, from, to, tt.wantFrom, tt.wantTo)
			}
		})
	}
}

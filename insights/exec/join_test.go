package exec

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// A memorySource gives one batch.
type memorySource struct{ batch *column.Batch }

func (s memorySource) Scan(_ context.Context, _ plan.Scan, _ int, each func(int, *column.Batch) error) (ScanStats, error) {
	if err := each(0, s.batch); err != nil && !errors.Is(err, ErrStop) {
		return ScanStats{}, err
	}
	return ScanStats{Records: int64(s.batch.Len)}, nil
}

// other returns a run in which SOURCE gives rows of these columns, newest first, and the plan that reads them
// into slots 1, 2, ...
func other(cols ...*column.Column) (*run, *plan.Plan) {
	p := &plan.Plan{Source: &syntax.Source{}, Time: 0, Slots: len(cols) + 1, ScanSlots: []int{0}}
	times := make([]any, cols[0].Len)
	for i := range times {
		times[i] = ms(-i)
	}
	b := &column.Batch{Len: len(times), Columns: []*column.Column{col(times...)}}
	for i, c := range cols {
		b.Columns = append(b.Columns, c)
		p.ScanSlots = append(p.ScanSlots, i+1)
		p.Output = append(p.Output, plan.Column{Slot: i + 1})
	}
	run := testRun()
	run.opts.Named = func(*syntax.Source) (Source, error) { return memorySource{b}, nil }
	return run, p
}

func TestJoin(t *testing.T) {
	for _, tt := range []struct {
		name       string
		outer      bool
		left       *column.Column
		key, value *column.Column
		want       []string
	}{
		{"inner keeps what matches", false, col("a", "b"), col("b", "c"), col("B", "C"), []string{"b | B"}},
		{"left keeps the rest with nulls", true, col("a", "b"), col("b", "c"), col("B", "C"), []string{"a | -", "b | B"}},
		{"several matches give several rows, in their order", false, col("a"), col("a", "x", "a"), col(1, 2, 3), []string{"a | 1", "a | 3"}},
		{"null matches nothing, not even null", true, col(nil, "a"), col(nil, "a"), col(1, 2), []string{"- | -", "a | 2"}},
		{"maps and lists match nothing", false, col(js("[1]")), col(js("[1]")), col(1), nil},
		{"a number equals its text", false, col(1, "2", "03"), col("1", 2, 3), col("x", "y", "z"), []string{"1 | x", "2 | y", "03 | z"}},
		{"letters must agree in case", false, col("A"), col("a"), col(1), nil},
		{"times equal times and numbers, not texts", false, col(ms(5), 5, "5"), col(ms(5)), col("t"), []string{"1970-01-01 00:00:00.005 | t", "5 | t"}},
		{"texts of more than 64 bits are compared digit by digit", false, col("12345678901234567890"), col("12345678901234567891", "12345678901234567890"), col("no", "yes"), []string{"12345678901234567890 | yes"}},
		{"an empty right side, inner", false, col("a"), col(), col(), nil},
		{"an empty right side, left", true, col("a"), col(), col(), []string{"a | -"}},
		{"an empty left side", true, col(), col("a"), col(1), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run, right := other(tt.key, tt.value)
			step := newJoin(run, &plan.Join{Right: right, LeftKey: slot(0), RightKey: 1, Copy: []plan.Copy{{From: 2, To: 1}}, Outer: tt.outer})
			if err := prepare(step); err != nil {
				t.Fatal(err)
			}
			got, err := step.batch(run.worker(0), events(tt.left))
			check(t, "join", got, err, tt.want, 0, 1)
		})
	}
}

func TestJoinTakesSoManyKeysAndNoMore(t *testing.T) {
	for _, tt := range []struct {
		name     string
		distinct int
		fails    bool
	}{
		{"as many as allowed", maxJoinKeys, false},
		{"one more", maxJoinKeys + 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			keys := makeColumn(tt.distinct+3, func(i int) column.Value { return column.IntValue(int64(i % tt.distinct)) })
			run, right := other(keys)
			err := prepare(newJoin(run, &plan.Join{Right: right, LeftKey: slot(0), RightKey: 1}))
			if tt.fails != (err != nil) || err != nil && !strings.Contains(err.Error(), "50000") {
				t.Errorf("prepare with %d distinct keys: %v", tt.distinct, err)
			}
		})
	}
}

func TestJoinOfFewKeysAndManyRowsIsBounded(t *testing.T) {
	same := column.Const(column.StringValue("k"), 20_000)
	run, right := other(same)
	step := newJoin(run, &plan.Join{Right: right, LeftKey: slot(0), RightKey: 1})
	if err := prepare(step); err != nil {
		t.Fatal(err)
	}
	before := run.memory.used.Load()
	_, err := step.batch(run.worker(0), events(same))
	var memory *MemoryError
	if !errors.As(err, &memory) {
		t.Errorf("join of 20,000 rows with 20,000 of the same key: %v, want a MemoryError", err)
	}
	if after := run.memory.used.Load(); after != before {
		t.Errorf("memory counted after the batch = %d, want %d as before it", after, before)
	}
}

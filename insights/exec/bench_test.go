package exec

import (
	"fmt"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

const benchRows = 8192

// benchColumns are a text with 50 values, a minute, a small number and a fraction.
func benchColumns() *rows {
	r := &rows{n: benchRows}
	r.set(0, makeColumn(benchRows, func(i int) column.Value { return column.StringValue(fmt.Sprintf("service-%d", i*7%50)) }))
	r.set(1, makeColumn(benchRows, func(i int) column.Value { return column.TimeValue(int64(i/100) * 60_000) }))
	r.set(2, makeColumn(benchRows, func(i int) column.Value { return column.IntValue(int64(200 + i%5*100)) }))
	r.set(3, makeColumn(benchRows, func(i int) column.Value { return column.FloatValue(float64(i) + 0.25) }))
	return r
}

func BenchmarkGroupIndex(b *testing.B) {
	r := benchColumns()
	for _, tt := range []struct {
		name string
		keys []int
	}{{"text", []int{0}}, {"time", []int{1}}, {"number", []int{2}}, {"text and time", []int{0, 1}}, {"three keys", []int{0, 1, 2}}} {
		b.Run(tt.name, func(b *testing.B) {
			var keys []*column.Column
			for _, k := range tt.keys {
				keys = append(keys, r.col(k))
			}
			index := newGroupIndex(len(keys))
			groups := make([]uint32, r.n)
			b.SetBytes(benchRows)
			b.ReportAllocs()
			for b.Loop() {
				index.find(keys, r.n, groups)
			}
		})
	}
}

func BenchmarkEval(b *testing.B) {
	r := benchColumns()
	w := testRun().worker(0)
	lit := func(v column.Value) plan.Expr { return &plan.Const{Value: v} }
	for _, tt := range []struct {
		name string
		e    plan.Expr
	}{
		{"a number times a literal", &plan.Arith{Op: function.Mul, X: plan.Slot(2), Y: lit(column.IntValue(3))}},
		{"a fraction by a literal", &plan.Arith{Op: function.Div, X: plan.Slot(3), Y: lit(column.IntValue(1024))}},
		{"a number plus a fraction", &plan.Arith{Op: function.Add, X: plan.Slot(2), Y: plan.Slot(3)}},
		{"a number and a fraction compared", &plan.Compare{Op: function.Lt, X: plan.Slot(2), Y: plan.Slot(3)}},
		{"a time and a literal compared", &plan.Compare{Op: function.Gt, X: plan.Slot(1), Y: lit(column.IntValue(60_000))}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.SetBytes(8 * benchRows)
			b.ReportAllocs()
			for b.Loop() {
				w.eval(tt.e, r)
			}
		})
	}
}

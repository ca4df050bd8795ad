package function

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// benchRows makes a batch of 4,096 rows in some groups.
func benchRows(c *column.Column, groups int) *Rows {
	r := &Rows{N: c.Len, Args: []*column.Column{c}}
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range c.Len {
		r.Groups = append(r.Groups, uint32(rnd.IntN(groups)))
		r.Time = append(r.Time, int64(i))
		r.Seq = append(r.Seq, int64(i))
	}
	return r
}

func BenchmarkAggregates(b *testing.B) {
	const n = 4096
	rnd := rand.New(rand.NewPCG(3, 4))
	var ints, floats, micros, texts column.Builder
	for range n {
		ms := rnd.ExpFloat64() * 150
		ints.Int(int64(ms))
		floats.Float(float64(int64(ms*100)) / 100)
		micros.Float(ms)
		texts.Text(fmt.Sprintf("%.1f", ms))
	}
	columns := []struct {
		name string
		c    *column.Column
	}{{"int", ints.Column()}, {"float", floats.Column()}, {"anyfloat", micros.Column()}, {"text", texts.Column()}}
	half := 50.0
	p := column.FloatValue(half)
	for _, name := range []string{"count", "sum", "avg", "stddev", "max", "pct", "countDistinct", "latest", "values"} {
		f, ok := LookupAggregate(name)
		if !ok {
			b.Fatal(name)
		}
		for _, col := range columns {
			for _, groups := range []int{1, 100, 100_000} {
				b.Run(fmt.Sprintf("%s/%s/%d", name, col.name, groups), func(b *testing.B) {
					r := benchRows(col.c, groups)
					s := f.New([]*column.Value{nil, &p})
					b.SetBytes(n * 8)
					b.ReportAllocs()
					for b.Loop() {
						s.Add(r, groups)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
				})
			}
		}
	}
}

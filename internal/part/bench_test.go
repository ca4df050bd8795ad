package part

import (
	"bytes"
	"io"
	"strconv"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// benchFields are the columns of a web event of about 390 bytes of JSON.
var benchFields = []Field{
	{"time", column.Timestamp}, {"level", column.String}, {"msg", column.String}, {"service", column.String},
	{"env", column.String}, {"version", column.String}, {"fn", column.String}, {"pkg", column.String},
	{"requestId", column.String}, {"userId", column.String}, {"orgId", column.String}, {"method", column.String},
	{"path", column.String}, {"status", column.Int64}, {"durationMs", column.Float64}, {"bytes", column.Int64}, {"traceId", column.String},
}

// eventBytes is the length of such an event as JSON.
const eventBytes = 390

func benchBatch(first int) *column.Batch {
	builders := make([]column.Builder, len(benchFields))
	for i := range BatchRows {
		n := uint64(first+i+1) * 0x9e3779b97f4a7c15
		for k, f := range benchFields {
			switch b := &builders[k]; {
			case f.Kind == column.Timestamp:
				b.Time(1_767_571_200_000 + int64(first+i))
			case f.Kind == column.Int64:
				b.Int(int64(n >> 50))
			case f.Kind == column.Float64:
				b.Float(float64(n>>50) / 100)
			case k == 8 || k == 16:
				b.Text("71a3bdcc-a436-4cfe-b0c5-" + strconv.FormatUint(n|1<<63, 16)[:12])
			case k == 12:
				b.Text("/v1/products/" + strconv.FormatUint(n>>49, 10))
			case k == 9:
				b.Text("u-" + strconv.FormatUint(n>>46, 10))
			default:
				b.Text("value of some length " + strconv.FormatUint(n>>60, 10))
			}
		}
	}
	out := &column.Batch{Len: BatchRows}
	for k := range builders {
		out.Columns = append(out.Columns, builders[k].Column())
	}
	return out
}

func BenchmarkWrite(b *testing.B) {
	const n = 20
	var all []*column.Batch
	for i := range n {
		all = append(all, benchBatch(i*BatchRows))
	}
	for _, bb := range []struct {
		name    string
		compact bool
	}{{"for all readers", false}, {"compact", true}} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(n * BatchRows * eventBytes)
			b.ReportAllocs()
			for b.Loop() {
				w, err := NewWriter(io.Discard, benchFields)
				if err != nil {
					b.Fatal(err)
				}
				if bb.compact {
					w.Compact()
				}
				for _, batch := range all {
					if err := w.Write(batch); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRows(b *testing.B) {
	const n = 20
	var all []*column.Batch
	for i := range n {
		all = append(all, benchBatch(i*BatchRows))
	}
	data := file(b, benchFields, all...)
	for _, bb := range []struct {
		name  string
		names []string
	}{
		{"one dictionary column", []string{"level"}},
		{"three columns", []string{"time", "durationMs", "fn"}},
		{"one text column", []string{"requestId"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(n * BatchRows * eventBytes)
			b.ReportAllocs()
			for b.Loop() {
				r, err := Open(bytes.NewReader(data), int64(len(data)))
				if err != nil {
					b.Fatal(err)
				}
				if err := r.Rows(bb.names, func(*column.Batch) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package embedded

import (
	"reflect"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

func TestRecordReadsBack(t *testing.T) {
	r := &record{
		table: "everything", partition: 5, ingested: -1, first: 1<<40 + 1, token: manifest.TokenKey{9},
		streams: []int64{1, -7, 1 << 62}, times: []int64{0, -1, 5},
		fields: []*column.Column{
			{Kind: column.String, Len: 3, Strings: []string{"a", "", "ü\xff"}},
			{Kind: column.Float64, Len: 3, Floats: []float64{0, -1.5, 1e300}, Nulls: column.Mask{2}},
			{Kind: column.Bool, Len: 3, Ints: []int64{0, 1, 1}},
			{Kind: column.Null, Len: 3},
		},
	}
	r.voids = append(r.voids, 3, 1<<40)
	p := r.append(nil)
	got, err := readRecord(p)
	if err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("readRecord = %+v, %v, want %+v", got, err, r)
	}
	for n := range p {
		if got, err := readRecord(p[:n]); err == nil {
			t.Errorf("readRecord of %d of %d bytes = %+v, want an error", n, len(p), got)
		}
	}
}

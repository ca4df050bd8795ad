package shape

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/generate"
)

func TestMarshalComesBack(t *testing.T) {
	for _, shape := range generate.Shapes() {
		want := split(sample(t, shape, 2000)...).Table()
		b := want.Marshal()
		got, err := Unmarshal(b)
		if err != nil {
			t.Fatalf("Unmarshal of %s: %v", shape, err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("Unmarshal of %s (-want +got):\n%s", shape, d)
		}
		t.Logf("%s: %d shapes in %d bytes", shape, len(want.Shapes), len(b))
	}
}

func TestUnmarshalRefusesDamage(t *testing.T) {
	b := split(sample(t, "worker", 2000)...).Table().Marshal()
	for n := range len(b) {
		if _, err := Unmarshal(b[:n]); err == nil {
			t.Fatalf("Unmarshal of %d of %d bytes succeeds, want an error", n, len(b))
		}
	}
	if _, err := Unmarshal(append(b, 0)); err == nil {
		t.Errorf("Unmarshal with a byte behind succeeds, want an error")
	}
	if _, err := Unmarshal(append([]byte{Version + 1}, b[1:]...)); err == nil {
		t.Errorf("Unmarshal of a later version succeeds, want an error")
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, shape := range generate.Shapes() {
		f.Add(split(sample(f, shape, 200)...).Table().Marshal())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := Unmarshal(b)
		if err != nil {
			return
		}
		again, err := Unmarshal(table.Marshal())
		if err != nil {
			t.Fatalf("Unmarshal of what Marshal wrote: %v", err)
		}
		if d := cmp.Diff(table, again, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("Unmarshal of what Marshal wrote (-want +got):\n%s", d)
		}
		if _, err := NewJoiner(table); err != nil {
			t.Errorf("NewJoiner of what Unmarshal took: %v", err)
		}
		for _, s := range table.Shapes {
			for i := range s.Slots {
				table.Lookup(0, Want{Name: table.Columns[s.Slots[i].Column].Path})
			}
		}
	})
}

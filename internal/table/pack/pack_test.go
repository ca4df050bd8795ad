package pack

import (
	"math"
	"slices"
	"testing"
)

// numbers are those where forms change.
var numbers = []int64{0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 40, math.MaxInt64, math.MinInt64}

func encoded() []byte {
	e := &Encoder{}
	e.Byte(7)
	for _, n := range numbers {
		e.Int(n)
		e.Uint(uint64(n))
	}
	e.Fixed32(1 << 31)
	e.Fixed64(1 << 63)
	e.Text("")
	e.Text("ü\x00\xff")
	e.Deltas(numbers)
	e.Text("a")
	e.Text("bc")
	e.Raw([]byte{1, 2})
	return e.P
}

// decode reads what encoded wrote, and reports what differs.
func decode(t *testing.T, d *Decoder) {
	if got := d.Byte(); got != 7 {
		t.Errorf("Byte() = %d, want 7", got)
	}
	for _, n := range numbers {
		if got, unsigned := d.Int(), d.Uint(); got != n || unsigned != uint64(n) {
			t.Errorf("Int(), Uint() = %d, %d, want %d", got, unsigned, n)
		}
	}
	if a, b := d.Fixed32(), d.Fixed64(); a != 1<<31 || b != 1<<63 {
		t.Errorf("Fixed32(), Fixed64() = %d, %d", a, b)
	}
	if a, b := d.Text(), d.Text(); a != "" || b != "ü\x00\xff" {
		t.Errorf("Text() = %q, then %q", a, b)
	}
	if got := d.Deltas(len(numbers)); !slices.Equal(got, numbers) {
		t.Errorf("Deltas() = %v, want %v", got, numbers)
	}
	if got := d.Strings(2); !slices.Equal(got, []string{"a", "bc"}) {
		t.Errorf("Strings() = %q", got)
	}
	if got := d.Raw(2); !slices.Equal(got, []byte{1, 2}) {
		t.Errorf("Raw() = %v", got)
	}
}

func TestReadBack(t *testing.T) {
	d := &Decoder{P: encoded()}
	decode(t, d)
	if err := d.End(); err != nil {
		t.Errorf("End() = %v, want no error", err)
	}
}

func TestBytesThatEnd(t *testing.T) {
	whole := encoded()
	for n := range whole {
		d := &Decoder{P: whole[:n]}
		decode(&testing.T{}, d)
		if d.End() == nil {
			t.Errorf("%d of %d bytes: no error", n, len(whole))
		}
	}
	d := &Decoder{P: append(whole, 0)}
	decode(t, d)
	if d.End() == nil {
		t.Error("a byte behind the end: no error")
	}
}

func TestCountAsksForNoMoreThanThereIs(t *testing.T) {
	e := &Encoder{}
	e.Uint(5)
	e.Raw(make([]byte, 20))
	for _, tt := range []struct{ size, want int }{{4, 5}, {5, 0}} {
		d := &Decoder{P: e.P}
		if got := d.Count(tt.size); got != tt.want || (d.Err == nil) != (tt.want > 0) {
			t.Errorf("Count(%d) of 5 in 20 bytes = %d, %v, want %d", tt.size, got, d.Err, tt.want)
		}
	}
	d := &Decoder{P: []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}}
	if got := d.Count(1); got != 0 || d.Err == nil {
		t.Errorf("Count(1) of the greatest number = %d, %v, want 0 and an error", got, d.Err)
	}
}

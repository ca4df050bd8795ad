package column

import (
	"fmt"
	"math"
	"testing"
)

func TestText(t *testing.T) {
	for _, tt := range []struct {
		name string
		v    Value
		want string
	}{
		{"null is nothing", Value{}, ""},
		{"true is 1", BoolValue(true), "1"},
		{"false is 0", BoolValue(false), "0"},
		{"the largest whole number", IntValue(math.MaxInt64), "9223372036854775807"},
		{"the smallest whole number", IntValue(math.MinInt64), "-9223372036854775808"},
		{"a float that is whole has no point", FloatValue(2), "2"},
		{"a large float has no exponent", FloatValue(1.28e8), "128000000"},
		{"a small float has no exponent", FloatValue(3.5e-8), "0.000000035"},
		{"the shortest digits that read back", FloatValue(0.1), "0.1"},
		{"negative zero is zero", FloatValue(math.Copysign(0, -1)), "0"},
		{"not a number is null", FloatValue(math.NaN()), ""},
		{"infinity is null", FloatValue(math.Inf(1)), ""},
		{"text is itself", StringValue("a\x00é"), "a\x00é"},
		{"a time has milliseconds and no zone", TimeValue(1767225600001), "2026-01-01 00:00:00.001"},
		{"a time before 1970", TimeValue(-1), "1969-12-31 23:59:59.999"},
		{"a list is its JSON text", JSONValue(`["a"]`), `["a"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.v.Text(); got != tt.want {
				t.Errorf("Text() = %q, want %q", got, tt.want)
			}
			if got := string(tt.v.AppendText([]byte("x"))); got != "x"+tt.want {
				t.Errorf("AppendText(x) = %q, want %q", got, "x"+tt.want)
			}
		})
	}
}

func TestBuilderKind(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []Value
		want   Kind
	}{
		{"no value", nil, Null},
		{"only nulls", []Value{{}, {}}, Null},
		{"nulls and then a number", []Value{{}, IntValue(3)}, Int64},
		{"whole numbers and floats are floats", []Value{IntValue(3), {}, FloatValue(0.5), IntValue(4)}, Float64},
		{"a whole number that a float cannot hold", []Value{FloatValue(0.5), IntValue(1<<53 + 1)}, Mixed},
		{"a float after a whole number it cannot hold", []Value{IntValue(1<<53 + 1), FloatValue(0.5)}, Mixed},
		{"the largest whole number is no float", []Value{FloatValue(0.5), IntValue(math.MaxInt64)}, Mixed},
		{"text and number", []Value{StringValue("40"), IntValue(40)}, Mixed},
		{"booleans", []Value{BoolValue(true), {}}, Bool},
		{"times", []Value{{}, TimeValue(1)}, Timestamp},
		{"lists", []Value{JSONValue("[]"), {}}, JSON},
		{"time and number", []Value{TimeValue(1), IntValue(1)}, Mixed},
		{"boolean and number", []Value{IntValue(1), BoolValue(true)}, Mixed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b Builder
			for range 2 { // the second time in memory that was used before
				for _, v := range tt.values {
					b.Value(v)
				}
				c := b.Column()
				if c.Kind != tt.want || c.Len != len(tt.values) {
					t.Fatalf("Column() has kind %s and %d rows, want %s and %d", c.Kind, c.Len, tt.want, len(tt.values))
				}
				requireSame(t, c, tt.values)
				b.Reset()
			}
		})
	}
}

// requireSame fails unless c holds values. A whole number may have become an equal float.
func requireSame(t *testing.T, c *Column, values []Value) {
	t.Helper()
	for i, want := range values {
		got := c.Value(i)
		if got.Text() != want.Text() || got.IsNull() != want.IsNull() || c.IsNull(i) != want.IsNull() {
			t.Fatalf("Value(%d) = %s %q, want %s %q", i, got.Kind(), got.Text(), want.Kind(), want.Text())
		}
	}
}

func TestTake(t *testing.T) {
	var used Builder // whose slices of other kinds are not nil
	used.Int(1)
	used.Float(0.5)
	dict := &Column{Kind: String, Len: 3, Strings: []string{"a", "b"}, Codes: []uint32{1, 0, 1}, Nulls: Mask(nil).Set(1, 3)}
	for _, c := range []*Column{
		dict, build(IntValue(1), Value{}, IntValue(3)), build(FloatValue(1.5), Value{}, FloatValue(2)),
		build(StringValue("x"), Value{}, StringValue("")), build(StringValue("x"), Value{}, IntValue(1)),
		build(Value{}, Value{}, Value{}), used3(&used),
	} {
		t.Run(fmt.Sprint(c.Kind, c.Codes != nil), func(t *testing.T) {
			rows := []int32{2, 1, 0, 2}
			got := c.Take(rows)
			for i, r := range rows {
				if got.Value(i) != c.Value(int(r)) {
					t.Errorf("Take(%v).Value(%d) = %q, want %q", rows, i, got.Value(i).Text(), c.Value(int(r)).Text())
				}
			}
			if n := c.Take(nil).Len; n != 0 {
				t.Errorf("Take(nil) has %d rows, want 0", n)
			}
		})
	}
}

// used3 returns a column of three floats whose builder held whole numbers before.
func used3(b *Builder) *Column {
	b.Float(2)
	return b.Column()
}

func build(values ...Value) *Column {
	var b Builder
	for _, v := range values {
		b.Value(v)
	}
	return b.Column()
}

func TestMask(t *testing.T) {
	var m Mask
	for _, i := range []int{0, 63, 64, 200} {
		if m.Get(i) {
			t.Errorf("Get(%d) is true before Set", i)
		}
		m = m.Set(i, i+1)
		if !m.Get(i) || m.Get(i+1) {
			t.Errorf("after Set(%d): Get(%d) = %v, Get(%d) = %v, want true, false", i, i, m.Get(i), i+1, m.Get(i+1))
		}
	}
	m = m[:0].Set(1, 300)
	if m.Get(0) || !m.Get(1) || m.Get(200) {
		t.Error("a mask that was emptied remembers rows")
	}
}

// FuzzBuilder appends values that the input spells and checks that all of them come back.
func FuzzBuilder(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7})
	f.Add([]byte{2, 2, 3, 2, 0, 7, 4})
	f.Fuzz(func(t *testing.T, ops []byte) {
		var b Builder
		var want []Value
		for i, op := range ops {
			v := spell(op, int64(i))
			want = append(want, v)
			b.Value(v)
			if op == 255 {
				b.Reset()
				want = nil
			}
		}
		requireSame(t, b.Column(), want)
	})
}

func spell(op byte, n int64) Value {
	switch op % 8 {
	case 1:
		return BoolValue(n%2 == 0)
	case 2:
		return IntValue(n * int64(op))
	case 3:
		return FloatValue(float64(n) / float64(op))
	case 4:
		return StringValue(fmt.Sprint(n))
	case 5:
		return TimeValue(n)
	case 6:
		return JSONValue("[]")
	case 7:
		return IntValue(math.MaxInt64 - n)
	}
	return Value{}
}

func BenchmarkBuilderText(b *testing.B) {
	var bld Builder
	b.ReportAllocs()
	for b.Loop() {
		bld.Reset()
		for range 4096 {
			bld.Text("error")
		}
	}
}

func BenchmarkBuilderInt(b *testing.B) {
	var bld Builder
	b.ReportAllocs()
	for b.Loop() {
		bld.Reset()
		for i := range 4096 {
			bld.Int(int64(i))
		}
	}
}

func TestTakeWhileEnds(t *testing.T) {
	const n = 3*takePiece + 5
	rows, numbers := make([]int32, n), make([]int64, n)
	for i := range rows {
		rows[i], numbers[i] = int32(n-1-i), int64(i)
	}
	c := &Column{Kind: Int64, Len: n, Ints: numbers}
	for pieces, want := range []int{0, takePiece, 2 * takePiece, 3 * takePiece, n} {
		left, seen, taken := pieces, 0, 0
		got := c.TakeWhile(rows, func(rows int) bool {
			seen, left = seen+rows, left-1
			return left >= 0
		})
		for i, v := range got.Ints {
			if i < want && v == int64(n-1-i) {
				taken++
			}
		}
		if got.Len != n || taken != want || seen < want {
			t.Errorf("TakeWhile() that ends after %d pieces has %d of %d rows as wanted, told of %d, want %d", pieces, taken, got.Len, seen, want)
		}
	}
}

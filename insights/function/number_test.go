package function

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// Short names for values in tests.
var (
	null = column.Value{}
	i64  = column.IntValue
	f64  = column.FloatValue
	str  = column.StringValue
	at   = column.TimeValue
	jsn  = column.JSONValue
	yes  = column.BoolValue(true)
	no   = column.BoolValue(false)
)

// show names a value with its kind, so that 5 and "5" differ.
func show(v column.Value) string { return v.Kind().String() + "(" + v.Text() + ")" }

func TestParseNumber(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   string
		want float64
		ok   bool
	}{
		{"a whole number", "250", 250, true},
		{"a decimal", "90.5", 90.5, true},
		{"a sign", "-2.5", -2.5, true},
		{"a plus sign", "+7", 7, true},
		{"no digit before the point", ".5", 0.5, true},
		{"no digit after the point", "5.", 5, true},
		{"an exponent", "1e3", 1000, true},
		{"an exponent with sign", "25E-1", 2.5, true},
		{"blanks around", " \t12\r\n", 12, true},
		{"leading zeros", "007", 7, true},
		{"2^53", "9007199254740992", 1 << 53, true},
		{"2^53+1 rounds to even", "9007199254740993", 1 << 53, true},
		{"twenty digits", "12345678901234567890", 12345678901234567890, true},
		{"many digits after the point", "0.1000000000000000055511151231257827", 0.1, true},
		{"the largest power of ten with one rounding", "3e22", 3e22, true},
		{"the next power of ten", "3e23", 3e23, true},
		{"the smallest float", "5e-324", 5e-324, true},
		{"too small becomes zero", "1e-400", 0, true},
		{"zero with a huge exponent", "0e999999999999", 0, true},
		{"too large", "1e400", 0, false},
		{"400 digits", strings.Repeat("9", 400), 0, false},
		{"empty", "", 0, false},
		{"blank", "  ", 0, false},
		{"a sign alone", "-", 0, false},
		{"a point alone", ".", 0, false},
		{"an exponent without digits", "1e", 0, false},
		{"an exponent with only a sign", "1e+", 0, false},
		{"text after a number", "12ms", 0, false},
		{"two numbers", "1 2", 0, false},
		{"two points", "1.2.3", 0, false},
		{"hexadecimal", "0x10", 0, false},
		{"digit separators", "1_000", 0, false},
		{"a comma", "1,5", 0, false},
		{"NaN", "NaN", 0, false},
		{"infinity", "Inf", 0, false},
		{"other digits", "١٢", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := ParseNumber(tt.in); got != tt.want || ok != tt.ok {
				t.Errorf("ParseNumber(%q) = %v, %v, want %v, %v", tt.in, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   column.Value
		want column.Value
	}{
		{"null is none", null, null},
		{"an int stays", i64(5), i64(5)},
		{"a float stays", f64(2.5), f64(2.5)},
		{"a boolean is 1", yes, i64(1)},
		{"a timestamp is its milliseconds", at(1500), i64(1500)},
		{"text with a whole number", str(" 42 "), i64(42)},
		{"text with a decimal", str("4.25"), f64(4.25)},
		{"text with a whole decimal", str("4.0"), i64(4)},
		{"the largest int as text", str("9223372036854775807"), i64(math.MaxInt64)},
		{"one more becomes a float", str("9223372036854775808"), f64(1 << 63)},
		{"the smallest int as text", str("-9223372036854775808"), i64(math.MinInt64)},
		{"other text is none", str("abc"), null},
		{"the text true is none", str("true"), null},
		{"a map is none", jsn("{}"), null},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Number(tt.in); got != tt.want {
				t.Errorf("Number(%s) = %s, want %s", show(tt.in), show(got), show(tt.want))
			}
			f, ok := ToNumber(tt.in)
			want, wantOK := floatOf(tt.want), !tt.want.IsNull()
			if f != want || ok != wantOK {
				t.Errorf("ToNumber(%s) = %v, %v, want %v, %v", show(tt.in), f, ok, want, wantOK)
			}
		})
	}
}

func floatOf(v column.Value) float64 {
	if v.Kind() == column.Int64 {
		return float64(v.Int())
	}
	return v.Float()
}

// numberText is the grammar of ParseNumber, in another notation.
var numberText = regexp.MustCompile(`^[ \t\n\v\f\r]*([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)[ \t\n\v\f\r]*$`)

// FuzzParseNumber compares with strconv over the same grammar.
func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"250", "90.5", "-1e5", " .5", "5.", "1e400", "0x1p-2", "9007199254740993", "1_0", "inf", "12345678901234567890123", "0.000001", "1e-22", "123456789e22"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want float64
		m := numberText.FindStringSubmatch(s)
		ok := m != nil
		if ok {
			var err error
			want, err = strconv.ParseFloat(m[1], 64)
			ok = err == nil
		}
		if !ok {
			want = 0
		}
		if got, gotOK := ParseNumber(s); math.Float64bits(got) != math.Float64bits(want) || gotOK != ok {
			t.Errorf("ParseNumber(%q) = %v, %v, want %v, %v", s, got, gotOK, want, ok)
		}
		n := textNumber(s)
		if n.ok != ok || n.ok && n.f != want {
			t.Errorf("textNumber(%q) = %+v, want %v, %v", s, n, want, ok)
		}
		if !ok {
			return
		}
		if i, err := strconv.ParseInt(m[1], 10, 64); err == nil && (!n.whole || n.i != i) {
			t.Errorf("textNumber(%q) = %+v, want exactly %d", s, n, i)
		}
	})
}

func BenchmarkParseNumber(b *testing.B) {
	for _, s := range []string{"250", "90.5", "1767225600000", "0.123456789012345678", "GET"} {
		b.Run(s, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				ParseNumber(s)
			}
		})
	}
}

package jsonscan

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
)

func TestAppendNumber(t *testing.T) {
	long := strings.Repeat("1234567890", 40)
	for _, tt := range []struct {
		name string
		raw  string
		want string
	}{
		{"a whole number", "42", "42"},
		{"zeros at the end of a whole number", "1200", "1200"},
		{"a whole number with an exponent", "1e3", "1000"},
		{"a whole number with a fraction of zeros", "2.0", "2"},
		{"a fraction that ends in zero", "1.50", "1.5"},
		{"an id of 64 bits", "9007199254740993", "9007199254740993"},
		{"400 digits", long, long},
		{"400 digits after the point", "0." + long + "1", "0." + long + "1"},
		{"zero with a sign", "-0", "0"},
		{"zero written long", "-0.000e-7", "0"},
		{"zero with a huge exponent", "0e99999999999999999999", "0"},
		{"a small number", "1.25E-3", "0.00125"},
		{"zeros before the digits", "0.00125", "0.00125"},
		{"an exponent that moves the point into the fraction", "12.3456e2", "1234.56"},
		{"an exponent that moves the point into the whole", "1234.5e-2", "12.345"},
		{"an exponent that eats the fraction", "12.5e1", "125"},
		{"a negative number", "-1.5e1", "-15"},
		{"the largest float64", "1.7976931348623157e308", "17976931348623157" + strings.Repeat("0", 292)},
		{"as many zeros as we write", "1e400", "1" + strings.Repeat("0", 400)},
		{"one zero more", "1e401", "1e401"},
		{"as many zeros as we write, after the point", "1e-401", "0." + strings.Repeat("0", 400) + "1"},
		{"one zero more, after the point", "1e-402", "1e-402"},
		{"a huge exponent", "-1E+999999999999", "-1E+999999999999"},
		{"no number", "abc", "abc"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(AppendNumber([]byte("keep:"), []byte(tt.raw))); got != "keep:"+tt.want {
				t.Errorf("AppendNumber(%.40s) = %s, want keep:%s", tt.raw, got, tt.want)
			}
		})
	}
}

func TestParseInt(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want int64
		ok   bool
	}{
		{"0", 0, true},
		{"-0", 0, true},
		{"-0.0e5", 0, true},
		{"7", 7, true},
		{"-15", -15, true},
		{"1e3", 1000, true},
		{"2.0", 2, true},
		{"1.5", 0, false},
		{"1.5e1", 15, true},
		{"1500e-2", 15, true},
		{"999999999999999", 999999999999999, true},
		{"1000000000000000", 1000000000000000, true},
		{"9223372036854775807", math.MaxInt64, true},
		{"9223372036854775808", 0, false},
		{"-9223372036854775808", math.MinInt64, true},
		{"-9223372036854775809", 0, false},
		{"9999999999999999999", 0, false},
		{"1e18", 1e18, true},
		{"1e19", 0, false},
		{"1e-1", 0, false},
		{"", 0, false},
		{"-", 0, false},
		{"01", 0, false},
		{"1.", 0, false},
		{".5", 0, false},
		{"1.2.3", 0, false},
		{"12a", 0, false},
	} {
		if got, ok := ParseInt([]byte(tt.raw)); got != tt.want || ok != tt.ok {
			t.Errorf("ParseInt(%q) = %d, %v, want %d, %v", tt.raw, got, ok, tt.want, tt.ok)
		}
	}
}

func TestParseFloat(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want float64
		ok   bool
	}{
		{"12.5", 12.5, true},
		{"-0.1", -0.1, true},
		{"0.3", 0.3, true},
		{"123456789.012345", 123456789.012345, true},
		{"1234567890.1234567", 1234567890.1234567, true},
		{"5e-324", 5e-324, true},
		{"1e400", 0, false},
		{"1.", 0, false},
		{"0x10", 0, false},
		{"Inf", 0, false},
		{"1_000", 0, false},
		{"", 0, false},
	} {
		if got, ok := ParseFloat([]byte(tt.raw)); ok != tt.ok || ok && got != tt.want {
			t.Errorf("ParseFloat(%q) = %v, %v, want %v, %v", tt.raw, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-1.50e3", "1e-7", "900719925474099.3", "123456789012345678901", "0.10", "1E+5"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if end, ok := checkNumber(raw, 0); !ok || end != len(raw) {
			if _, ok := ParseInt(raw); ok {
				t.Errorf("ParseInt(%q) takes text that is no number", raw)
			}
			if _, ok := ParseFloat(raw); ok {
				t.Errorf("ParseFloat(%q) takes text that is no number", raw)
			}
			return
		}
		if want, err := strconv.ParseFloat(string(raw), 64); err == nil {
			if got, ok := ParseFloat(raw); !ok || got != want {
				t.Errorf("ParseFloat(%s) = %v, %v, want %v", raw, got, ok, want)
			}
		}
		if n, f, whole, ok := Small(raw); ok {
			exact := strconv.FormatFloat(f, 'f', -1, 64)
			if whole {
				exact = strconv.FormatInt(n, 10)
			}
			if want := string(AppendNumber(nil, raw)); exact != want {
				t.Errorf("Small(%s) = %d, %v, %v, want %s", raw, n, f, whole, want)
			}
		}
		if d, _ := parseDecimal(raw); d.point < -1000 || d.point > 1000 {
			return // too large for the reference
		}
		want, _ := new(big.Rat).SetString(string(raw))
		text := string(AppendNumber(nil, raw))
		if got, ok := new(big.Rat).SetString(text); !ok || got.Cmp(want) != 0 {
			t.Errorf("AppendNumber(%s) = %s: another number", raw, text)
		}
		plain := !strings.ContainsAny(text, "eE")
		if plain && strings.Contains(text, ".") && strings.HasSuffix(text, "0") {
			t.Errorf("AppendNumber(%s) = %s: ends in zero", raw, text)
		}
		n, ok := ParseInt(raw)
		if fits := want.IsInt() && want.Num().IsInt64(); ok != fits || ok && n != want.Num().Int64() {
			t.Errorf("ParseInt(%s) = %d, %v, want %s, %v", raw, n, ok, want, fits)
		}
	})
}

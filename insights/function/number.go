package function

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// A number is what a value counts as in comparisons, arithmetic and aggregates. Whole numbers of
// 64 bits are exact.
type number struct {
	ok    bool // false: not a number
	whole bool // the number is i, exactly; f is its nearest float
	i     int64
	f     float64
}

func wholeNumber(i int64) number { return number{ok: true, whole: true, i: i, f: float64(i)} }

// floatNumber returns f as a number, a whole one if it fits 64 bits.
func floatNumber(f float64) number {
	if i := int64(f); float64(i) == f && f < 1<<63 && f >= -1<<63 {
		return number{ok: true, whole: true, i: i, f: f}
	}
	return number{ok: true, f: f}
}

// numberOf coerces v: booleans count as 1 and 0, timestamps as their milliseconds, text if it is a
// complete number. Null, maps and lists are no numbers.
func numberOf(v column.Value) number {
	switch v.Kind() {
	case column.Bool, column.Int64, column.Timestamp:
		return wholeNumber(v.Int())
	case column.Float64:
		return floatNumber(v.Float())
	case column.String:
		return textNumber(v.Str())
	}
	return number{}
}

// ToNumber coerces v to a float and reports whether it is a number: booleans count as 1 and 0,
// timestamps as their milliseconds, text if it is a complete number (see ParseNumber).
func ToNumber(v column.Value) (float64, bool) {
	switch v.Kind() {
	case column.Float64:
		return v.Float(), true
	case column.String:
		return ParseNumber(v.Str())
	}
	n := numberOf(v)
	return n.f, n.ok
}

// Number coerces v like ToNumber, but keeps 64-bit whole numbers exact: it returns an Int64, a Float64 or null.
func Number(v column.Value) column.Value {
	switch v.Kind() {
	case column.Int64, column.Float64:
		return v
	}
	return numberOf(v).value()
}

// value returns n as an Int64 or Float64, or null if it is no number.
func (n number) value() column.Value {
	switch {
	case !n.ok:
		return column.Value{}
	case n.whole:
		return column.IntValue(n.i)
	}
	return column.FloatValue(n.f)
}

// tidy turns a whole Float64 into an Int64: a column of both holds floats only, so which of the two a
// value is says nothing.
func tidy(v column.Value) column.Value {
	if v.Kind() == column.Float64 {
		return floatNumber(v.Float()).value()
	}
	return v
}

// compare orders two numbers exactly.
func (n number) compare(m number) int {
	switch {
	case n.whole && m.whole:
		return cmp.Compare(n.i, m.i)
	case n.whole:
		return compareIntFloat(n.i, m.f)
	case m.whole:
		return -compareIntFloat(m.i, n.f)
	}
	return cmp.Compare(n.f, m.f)
}

func compareIntFloat(i int64, f float64) int {
	if f >= 1<<63 {
		return -1
	}
	if f < -1<<63 {
		return 1
	}
	if t := int64(f); t != i {
		return cmp.Compare(i, t)
	}
	return cmp.Compare(0, f-math.Trunc(f))
}

// ParseNumber reads text that is a complete number in decimal: an optional sign, digits with an
// optional point, an optional exponent, with white space around it allowed. Anything else is no
// number: the empty text, hexadecimal, digit separators, NaN, infinities, and numbers beyond a
// float's range.
func ParseNumber(s string) (float64, bool) {
	n := textNumber(s)
	if n.f == 0 && n.ok && strings.HasPrefix(strings.TrimSpace(s), "-") {
		return math.Copysign(0, -1), true // as a whole number it has lost its sign
	}
	return n.f, n.ok
}

// shortDecimal reads up to 15 digits with or without a point among them, and nothing else: the
// number is mant with frac digits after the point, both exact floats.
func shortDecimal(s string) (mant int64, frac int, ok bool) {
	if len(s) > 15 {
		return 0, 0, false
	}
	point := len(s)
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			if s[i] != '.' || point < len(s) || len(s) == 1 {
				return 0, 0, false
			}
			point = i + 1
			continue
		}
		mant = mant*10 + int64(c)
	}
	return mant, len(s) - point, len(s) > 0
}

// textNumber is ParseNumber with whole numbers kept exact.
func textNumber(s string) number {
	if mant, frac, ok := shortDecimal(s); ok {
		if frac == 0 {
			return wholeNumber(mant)
		}
		return floatNumber(float64(mant) / powers[frac])
	}
	if s == "" || s[0] > '9' { // no number begins so: spares most text the full look
		return number{}
	}
	d := scanDecimal(s)
	if !d.ok {
		return number{}
	}
	if d.exact && d.exp == 0 && d.mant <= 1<<63 {
		if d.neg {
			return wholeNumber(-int64(d.mant))
		}
		if d.mant < 1<<63 {
			return wholeNumber(int64(d.mant))
		}
	}
	f, ok := d.float(s)
	if !ok {
		return number{}
	}
	return floatNumber(f)
}

// A decimal is a number's text taken apart: mant times ten to the power of exp.
type decimal struct {
	ok         bool
	neg        bool
	exact      bool // mant holds all digits
	mant       uint64
	exp        int
	start, end int // the text without white space around it
}

// scanDecimal checks the grammar of ParseNumber and collects up to 19 digits.
func scanDecimal(s string) (d decimal) {
	i, n := 0, len(s)
	for i < n && blank(s[i]) {
		i++
	}
	for n > i && blank(s[n-1]) {
		n--
	}
	d.start, d.end = i, n
	if i < n && (s[i] == '-' || s[i] == '+') {
		d.neg = s[i] == '-'
		i++
	}
	first, mant := i, uint64(0)
	for i < n && s[i]-'0' <= 9 {
		mant = mant*10 + uint64(s[i]-'0')
		i++
	}
	digits := i - first
	if i < n && s[i] == '.' {
		i++
		point := i
		for i < n && s[i]-'0' <= 9 {
			mant = mant*10 + uint64(s[i]-'0')
			i++
		}
		d.exp = point - i
		digits += i - point
	}
	if digits == 0 {
		return d
	}
	d.mant, d.exact = mant, digits <= 19 || significant(s[first:i]) <= 19
	if i < n {
		if s[i]|0x20 != 'e' || !d.exponent(s[i+1:n]) {
			return d
		}
	}
	d.ok = true
	return d
}

// significant counts digits without the zeros they begin with.
func significant(s string) int {
	n := 0
	for i := range len(s) {
		if c := s[i]; c != '.' && (n > 0 || c != '0') {
			n++
		}
	}
	return n
}

// exponent reads the digits after e, sign included.
func (d *decimal) exponent(s string) bool {
	neg := s != "" && s[0] == '-'
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	if s == "" {
		return false
	}
	e := 0
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
		e = min(e*10+int(s[i]-'0'), 1e9)
	}
	if neg {
		e = -e
	}
	d.exp += e
	return true
}

// powers are the powers of ten that a float holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// float returns the nearest float. A mantissa and a power of ten that are both exact floats need
// one rounding only; strconv does the rest.
func (d *decimal) float(s string) (float64, bool) {
	if d.exact && d.mant <= 1<<53 {
		switch {
		case d.exp == 0 || d.mant == 0:
			return d.sign(float64(d.mant)), true
		case d.exp < 0 && d.exp >= -22:
			return d.sign(float64(d.mant) / powers[-d.exp]), true
		case d.exp > 0 && d.exp <= 22:
			return d.sign(float64(d.mant) * powers[d.exp]), true
		}
	}
	f, err := strconv.ParseFloat(s[d.start:d.end], 64)
	if err != nil {
		return 0, false
	}
	return f, true
}

func (d *decimal) sign(f float64) float64 {
	if d.neg {
		return -f
	}
	return f
}

// blank reports whether c is ASCII white space.
func blank(c byte) bool { return c == ' ' || c-'\t' <= '\r'-'\t' }

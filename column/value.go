package column

import (
	"math"
	"strconv"
	"time"
)

// Kind says what a value or a column holds.
type Kind uint8

// The kinds. Mixed occurs only as the kind of a Column.
const (
	Null      Kind = iota // absent
	Bool                  // true or false
	Int64                 // a whole number that fits 64 bits
	Float64               // any other number; never NaN or infinite in query results
	String                // text, or a whole number too long for 64 bits in decimal digits
	Timestamp             // milliseconds since 1970-01-01T00:00:00Z
	JSON                  // a map or list, as compact JSON text
	Mixed                 // a column whose values differ in kind
)

var kindNames = [...]string{"null", "bool", "int64", "float64", "string", "timestamp", "json", "mixed"}

// String returns the kind's lower-case name.
func (k Kind) String() string { return kindNames[k] }

// A Value is one cell. The zero Value is null. Values are comparable with ==, which
// compares kind and content (two floats by their bits).
type Value struct {
	kind Kind
	num  uint64
	str  string
}

// BoolValue returns a Bool.
func BoolValue(v bool) Value {
	if v {
		return Value{kind: Bool, num: 1}
	}
	return Value{kind: Bool}
}

// IntValue returns an Int64.
func IntValue(v int64) Value { return Value{kind: Int64, num: uint64(v)} }

// FloatValue returns a Float64, or null for NaN and the infinities, which no query may produce.
func FloatValue(v float64) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{}
	}
	return Value{kind: Float64, num: math.Float64bits(v)}
}

// StringValue returns a String. The Value keeps s.
func StringValue(s string) Value { return Value{kind: String, str: s} }

// TimeValue returns a Timestamp of ms milliseconds since the epoch.
func TimeValue(ms int64) Value { return Value{kind: Timestamp, num: uint64(ms)} }

// JSONValue returns a map or list given as compact JSON text. The Value keeps s.
func JSONValue(s string) Value { return Value{kind: JSON, str: s} }

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == Null }

// Int returns the number of an Int64, the milliseconds of a Timestamp, 0 or 1 for a Bool; 0 for other kinds.
func (v Value) Int() int64 {
	switch v.kind {
	case Int64, Timestamp, Bool:
		return int64(v.num)
	}
	return 0
}

// Float returns the number of a Float64; 0 for other kinds.
func (v Value) Float() float64 {
	if v.kind == Float64 {
		return math.Float64frombits(v.num)
	}
	return 0
}

// Str returns the text of a String or JSON; "" for other kinds.
func (v Value) Str() string { return v.str }

// Text returns v as results show it: see AppendText.
func (v Value) Text() string {
	if v.kind == String || v.kind == JSON {
		return v.str
	}
	return string(v.AppendText(nil))
}

// AppendText appends v as results show it: a boolean as 1 or 0, whole numbers in digits, other
// numbers as the shortest decimal that reads back the same, without exponent, a timestamp as
// 2006-01-02 15:04:05.000 in UTC, null as nothing.
func (v Value) AppendText(dst []byte) []byte {
	switch v.kind {
	case Bool:
		return append(dst, '0'+byte(v.num))
	case Int64:
		return strconv.AppendInt(dst, int64(v.num), 10)
	case Float64:
		return strconv.AppendFloat(dst, wholeZero(v.Float()), 'f', -1, 64)
	case String, JSON:
		return append(dst, v.str...)
	case Timestamp:
		return appendTime(dst, int64(v.num))
	}
	return dst
}

// wholeZero turns -0 into 0, so that no result shows a negative zero.
func wholeZero(f float64) float64 {
	if f == 0 {
		return 0
	}
	return f
}

// appendTime appends ms in the layout of query results, 2006-01-02 15:04:05.000, in UTC.
func appendTime(dst []byte, ms int64) []byte {
	return time.UnixMilli(ms).UTC().AppendFormat(dst, "2006-01-02 15:04:05.000")
}

package function

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// A Tri is a truth value with three states. The zero Tri is Unknown: what comes of a missing value.
type Tri uint8

// The truth values.
const (
	Unknown Tri = iota
	False
	True
)

// TriOf returns True or False.
func TriOf(b bool) Tri {
	if b {
		return True
	}
	return False
}

// And returns t and u: False if either is False, else Unknown if either is Unknown.
func (t Tri) And(u Tri) Tri {
	if t == False || u == False {
		return False
	}
	return min(t, u)
}

// Or returns t or u: True if either is True, else Unknown if either is Unknown.
func (t Tri) Or(u Tri) Tri {
	if t == True || u == True {
		return True
	}
	if t == Unknown || u == Unknown {
		return Unknown
	}
	return False
}

// Not returns the opposite of t; Unknown stays Unknown.
func (t Tri) Not() Tri { return (3 - t) % 3 }

// Value returns t as a value: a boolean, or null for Unknown.
func (t Tri) Value() column.Value {
	if t == Unknown {
		return column.Value{}
	}
	return column.BoolValue(t == True)
}

// String returns unknown, false or true.
func (t Tri) String() string { return [...]string{"unknown", "false", "true"}[t] }

// Truth is the truth of a bare value in a condition. Null is unknown, a number is true unless it
// is 0, the text "true" is true in any case, text that is a number counts as one; other text, maps
// and lists are false.
func Truth(v column.Value) Tri {
	if v.IsNull() {
		return Unknown
	}
	if v.Kind() == column.String && strings.EqualFold(v.Str(), "true") {
		return True
	}
	n := numberOf(v)
	return TriOf(n.ok && n.f != 0)
}

// An Op is a comparison or an arithmetic operator.
type Op uint8

// The operators.
const (
	Eq Op = iota + 1
	Ne
	Lt
	Le
	Gt
	Ge
	Add
	Sub
	Mul
	Div
	Mod
	Pow
)

// Compare returns a op b for the operators Eq to Ge. It is the one place of the rules for values of
// different kinds:
//
//	null with anything           unknown
//	map or list with anything    false, for every operator
//	timestamp with text          not equal, not ordered
//	boolean with true or false   the text, in any case, is the boolean
//	number with number           by value; text that is a complete number is one
//	number with other text       not equal, not ordered
//	text with text               by code points
//
// Not equal makes = false and != true; not ordered makes the other four unknown.
func Compare(op Op, a, b column.Value) Tri {
	ka, kb := a.Kind(), b.Kind()
	switch {
	case ka == column.Null || kb == column.Null:
		return Unknown
	case ka == column.Int64 && kb == column.Int64:
		return op.holds(number{whole: true, i: a.Int()}.compare(number{whole: true, i: b.Int()}))
	case ka == column.JSON || kb == column.JSON:
		return False
	case ka == column.Timestamp && kb == column.String || ka == column.String && kb == column.Timestamp:
		return op.apart()
	case ka == column.Bool && kb == column.String:
		b = booleanText(b)
	case ka == column.String && kb == column.Bool:
		a = booleanText(a)
	}
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.ok && y.ok:
		return op.holds(compareExact(a, b, x, y))
	case ka == column.String && kb == column.String:
		return op.holds(strings.Compare(a.Str(), b.Str()))
	}
	return op.apart()
}

// booleanText turns the text true or false into the boolean, and leaves other values alone.
func booleanText(v column.Value) column.Value {
	switch {
	case strings.EqualFold(v.Str(), "true"):
		return column.BoolValue(true)
	case strings.EqualFold(v.Str(), "false"):
		return column.BoolValue(false)
	}
	return v
}

// holds says whether op holds for operands that compare as c.
func (op Op) holds(c int) Tri {
	switch op {
	case Eq:
		return TriOf(c == 0)
	case Ne:
		return TriOf(c != 0)
	case Lt:
		return TriOf(c < 0)
	case Le:
		return TriOf(c <= 0)
	case Gt:
		return TriOf(c > 0)
	case Ge:
		return TriOf(c >= 0)
	}
	panic("BUG: unknown comparison")
}

// apart is the answer for operands that are neither equal nor ordered.
func (op Op) apart() Tri {
	switch op {
	case Eq:
		return False
	case Ne:
		return True
	}
	return Unknown
}

// compareExact compares two values that are the numbers x and y. Whole numbers of more than 64 bits,
// which are kept as text, are compared digit by digit.
func compareExact(a, b column.Value, x, y number) int {
	c := x.compare(y)
	if c != 0 || x.whole || y.whole || a.Kind() != column.String || b.Kind() != column.String {
		return c
	}
	da, oka := bigDigits(a.Str())
	db, okb := bigDigits(b.Str())
	if !oka || !okb {
		return c
	}
	c = len(da) - len(db)
	if c == 0 {
		c = strings.Compare(da, db)
	}
	if x.f < 0 {
		c = -c
	}
	return c
}

// bigDigits returns the digits of a whole number without sign and leading zeros.
func bigDigits(s string) (string, bool) {
	s = strings.TrimLeft(strings.TrimSpace(s), "+-")
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return "", false
		}
	}
	return strings.TrimLeft(s, "0"), true
}

// TextOf returns the text that string functions, like and parse work on: v as results show it. Null,
// maps and lists have none.
func TextOf(v column.Value) (string, bool) {
	switch v.Kind() {
	case column.String:
		return v.Str(), true
	case column.Null, column.JSON:
		return "", false
	}
	return v.Text(), true
}

// Like returns whether match accepts the text of v, as like and =~ do: unknown for null, false for
// maps and lists, as for every operator. A timestamp is no readable text to filters, so it is false too.
func Like(v column.Value, match func(string) bool) Tri {
	switch v.Kind() {
	case column.Null:
		return Unknown
	case column.JSON, column.Timestamp:
		return False
	}
	s, _ := TextOf(v)
	return TriOf(match(s))
}

// Contains returns v like pattern for a pattern that is not a regular expression: whether the text of v holds that of
// pattern. Letters must agree in case.
func Contains(v, pattern column.Value) Tri {
	p, ok := TextOf(pattern)
	switch {
	case v.IsNull() || pattern.IsNull():
		return Unknown
	case !ok:
		return False
	}
	return Like(v, func(s string) bool { return strings.Contains(s, p) })
}

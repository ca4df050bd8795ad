package function

import (
	"math"

	"github.com/groundwatch/groundwatch/column"
)

// Arith returns a op b for the operators Add to Pow. Operands are coerced to numbers; if one is
// none, the result is null, as it is for division or remainder by zero and for results that are no
// number. Whole operands give an Int64 whenever the exact result is one that fits; everything else is
// a Float64. A remainder has the sign of the dividend.
func Arith(op Op, a, b column.Value) column.Value {
	x, y := numberOf(a), numberOf(b)
	if !x.ok || !y.ok {
		return column.Value{}
	}
	if x.whole && y.whole {
		if i, ok := wholeArith(op, x.i, y.i); ok {
			return column.IntValue(i)
		}
	}
	switch op {
	case Add:
		return column.FloatValue(x.f + y.f)
	case Sub:
		return column.FloatValue(x.f - y.f)
	case Mul:
		return column.FloatValue(x.f * y.f)
	case Div:
		return column.FloatValue(x.f / y.f) // 0/0 and x/0 are no numbers, so null
	case Mod:
		return column.FloatValue(math.Mod(x.f, y.f))
	case Pow:
		return column.FloatValue(math.Pow(x.f, y.f))
	}
	panic("BUG: not an arithmetic operator")
}

// Negate returns -v for a number, else null.
func Negate(v column.Value) column.Value { return Arith(Sub, column.IntValue(0), v) }

// wholeArith returns x op y if that is a whole number of 64 bits.
func wholeArith(op Op, x, y int64) (int64, bool) {
	switch op {
	case Add:
		z := x + y
		return z, (z > x) == (y > 0)
	case Sub:
		z := x - y
		return z, (z < x) == (y > 0)
	case Mul:
		return wholeMul(x, y)
	case Div:
		if y == 0 || x == math.MinInt64 && y == -1 || x%y != 0 {
			return 0, false
		}
		return x / y, true
	case Mod:
		if y == 0 {
			return 0, false
		}
		return x % y, true
	case Pow:
		return wholePow(x, y)
	}
	return 0, false
}

func wholeMul(x, y int64) (int64, bool) {
	if x == 0 || y == 0 {
		return 0, true
	}
	z := x * y
	return z, z/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64)
}

// wholePow returns x to the power of y, for a y that is not negative, if it fits.
func wholePow(x, y int64) (int64, bool) {
	if y < 0 || y > 63 && (x > 1 || x < -1) {
		return 0, false
	}
	if x == -1 || x == 0 || x == 1 {
		y = min(y, 2-y%2) // 0 stays 0, odd becomes 1, even becomes 2
	}
	z := int64(1)
	for range y {
		var ok bool
		if z, ok = wholeMul(z, x); !ok {
			return 0, false
		}
	}
	return z, true
}

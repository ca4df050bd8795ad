package function

import (
	"math"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// numericFunctions are the numeric operations (operations-functions).
var numericFunctions = []Scalar{
	{Name: "abs", Min: 1, Max: 1, Usage: "abs(x)", Doc: "The absolute value.", Eval: ofNumber(abs)},
	{Name: "ceil", Min: 1, Max: 1, Usage: "ceil(x)", Doc: "The smallest whole number that is not below x.",
		Eval: ofNumber(func(n number) column.Value { return wholly(n, math.Ceil) })},
	{Name: "floor", Min: 1, Max: 1, Usage: "floor(x)", Doc: "The largest whole number that is not above x.",
		Eval: ofNumber(func(n number) column.Value { return wholly(n, math.Floor) })},
	{Name: "round", Min: 1, Max: 2, Usage: "round(x [, decimals])",
		Doc: "x rounded to a whole number or to that many decimals, halves away from zero.", Eval: roundTo},
	{Name: "sqrt", Min: 1, Max: 1, Usage: "sqrt(x)", Doc: "The square root; nothing for a negative number.",
		Eval: ofNumber(func(n number) column.Value { return column.FloatValue(math.Sqrt(n.f)) })},
	{Name: "log", Min: 1, Max: 1, Usage: "log(x)", Doc: "The natural logarithm; nothing for 0 and below.",
		Eval: ofNumber(func(n number) column.Value { return column.FloatValue(math.Log(n.f)) })},
	{Name: "greatest", Min: 1, Max: -1, Usage: "greatest(a, ...)", Doc: "The largest number among the arguments; those that are none are skipped.",
		Eval: func(_ *Env, args []column.Value) column.Value { return extreme(args, 1) }},
	{Name: "least", Min: 1, Max: -1, Usage: "least(a, ...)", Doc: "The smallest number among the arguments; those that are none are skipped.",
		Eval: func(_ *Env, args []column.Value) column.Value { return extreme(args, -1) }},
	{Name: "haversine", Min: 4, Max: 4, Usage: "haversine(lat1, lon1, lat2, lon2)",
		Doc: "The great-circle distance in kilometres between two places given in degrees, on a sphere with the Earth's mean radius of 6371.0088 km.", Eval: haversine},
	{Name: "toNumber", Min: 1, Max: 1, Usage: "toNumber(s)", Doc: "s as a number; nothing if it is not a complete number.", Eval: toNumber},
	{Name: "toDouble", Min: 1, Max: 1, Usage: "toDouble(s)", Doc: "s as a number; nothing if it is not a complete number.", Eval: toNumber},
	{Name: "toInt", Min: 1, Max: 1, Usage: "toInt(s)", Doc: "s as a whole number of 32 bits, cut toward zero; nothing if it does not fit.",
		Eval: ofNumber(func(n number) column.Value { return cut(n, math.MinInt32, math.MaxInt32) })},
	{Name: "toLong", Min: 1, Max: 1, Usage: "toLong(s)", Doc: "s as a whole number of 64 bits, cut toward zero; nothing if it does not fit.",
		Eval: ofNumber(func(n number) column.Value { return cut(n, math.MinInt64, math.MaxInt64) })},
}

func toNumber(_ *Env, args []column.Value) column.Value { return Number(args[0]) }

func abs(n number) column.Value {
	if n.whole && n.i != math.MinInt64 {
		return column.IntValue(max(n.i, -n.i))
	}
	return column.FloatValue(math.Abs(n.f))
}

// wholly applies a rounding function to what is not whole yet.
func wholly(n number, round func(float64) float64) column.Value {
	if n.whole {
		return n.value()
	}
	return floatNumber(round(n.f)).value()
}

// cut drops the fraction. Numbers outside lo and hi give null ([R] §7.1).
func cut(n number, lo, hi int64) column.Value {
	if !n.whole {
		n = floatNumber(math.Trunc(n.f))
	}
	if !n.whole || n.i < lo || n.i > hi {
		return column.Value{}
	}
	return column.IntValue(n.i)
}

func roundTo(_ *Env, args []column.Value) column.Value {
	n := numberOf(args[0])
	decimals := number{ok: true, whole: true}
	if len(args) == 2 {
		decimals = numberOf(args[1])
	}
	switch {
	case !n.ok || !decimals.ok:
		return column.Value{}
	case n.whole && decimals.f >= 0:
		return n.value()
	}
	return floatNumber(roundDecimal(n.f, int(max(-400, min(decimals.f, 400))))).value()
}

// roundDecimal rounds f at a decimal, counted from the point, halves away from zero ([R] §7.1). It
// goes by the shortest decimal that reads back as f, so 2.675 becomes 2.68 though the float lies below.
func roundDecimal(f float64, decimals int) float64 {
	text := strconv.FormatFloat(math.Abs(f), 'e', -1, 64) // d.ddde±xx
	mantissa, exponent, _ := strings.Cut(text, "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	exp, err := strconv.Atoi(exponent)
	if err != nil {
		panic("BUG: strconv wrote exponent " + exponent)
	}
	keep := exp + 1 + decimals // digits that stay
	switch {
	case keep >= len(digits):
		return f
	case keep < 0:
		return 0
	}
	kept, err := strconv.ParseInt("0"+digits[:keep], 10, 64) // at most 17 digits
	if err != nil {
		panic("BUG: strconv wrote mantissa " + mantissa)
	}
	if digits[keep] >= '5' {
		kept++
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatInt(kept, 10)+"e"+strconv.Itoa(-decimals), 64)
	return math.Copysign(rounded, f)
}

// extreme returns the largest number of args for sign 1, the smallest for -1. What is no number
// is skipped ([R] §7.1).
func extreme(args []column.Value, sign int) column.Value {
	var best number
	for _, v := range args {
		n := numberOf(v)
		if n.ok && (!best.ok || n.compare(best)*sign > 0) {
			best = n
		}
	}
	return best.value()
}

// earthRadius is the mean radius in kilometres (IUGG); the service documents none ([R] §7.1).
const earthRadius = 6371.0088

func haversine(_ *Env, args []column.Value) column.Value {
	var rad [4]float64
	for i, v := range args {
		f, ok := ToNumber(v)
		if !ok {
			return column.Value{}
		}
		rad[i] = f * math.Pi / 180
	}
	sinLat, sinLon := math.Sin((rad[2]-rad[0])/2), math.Sin((rad[3]-rad[1])/2)
	h := sinLat*sinLat + math.Cos(rad[0])*math.Cos(rad[2])*sinLon*sinLon
	return column.FloatValue(2 * earthRadius * math.Asin(math.Sqrt(min(h, 1))))
}

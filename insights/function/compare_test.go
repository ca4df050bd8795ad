package function

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

var opNames = map[Op]string{Eq: "=", Ne: "!=", Lt: "<", Le: "<=", Gt: ">", Ge: ">="}

func TestCompare(t *testing.T) {
	const (
		less    = "< <= !="
		equal   = "= <= >="
		greater = "> >= !="
		apart   = "!= ? < ? <= ? > ? >="
		unknown = "? = ? != ? < ? <= ? > ? >="
		never   = ""
	)
	for _, tt := range []struct {
		name string
		a, b column.Value
		want string // the operators that hold; ? before those that are unknown
	}{
		{"null with null", null, null, unknown},
		{"null with a number", null, i64(1), unknown},
		{"null with a map", null, jsn("{}"), unknown},
		{"ints", i64(1), i64(2), less},
		{"ints that floats cannot tell apart", i64(1<<53 + 1), i64(1 << 53), greater},
		{"an int and text of 64 bits", i64(9007199254740993), str("9007199254740992"), greater},
		{"text of more than 64 bits", str("123456789012345678901"), str("123456789012345678902"), less},
		{"negative text of more than 64 bits", str("-123456789012345678901"), str("-123456789012345678902"), greater},
		{"text of more than 64 bits with leading zeros", str("0123456789012345678901"), str("123456789012345678901"), equal},
		{"int and float", i64(3), f64(3), equal},
		{"int and fraction", i64(3), f64(3.5), less},
		{"negative int and fraction", i64(-3), f64(-3.5), greater},
		{"the largest int and 2^63", i64(math.MaxInt64), f64(1 << 63), less},
		{"the smallest int and -2^63", i64(math.MinInt64), f64(-1 << 63), equal},
		{"the smallest int and below", i64(math.MinInt64), f64(-1 << 64), greater},
		{"a number and its text", i64(200), str("200"), equal},
		{"a number and its text with blanks", i64(200), str(" 2e2 "), equal},
		{"texts that are numbers", str("10"), str("9"), greater},
		{"texts that are one number", str("5"), str("5.0"), equal},
		{"a number with other text", i64(200), str("abc"), apart},
		{"a number with empty text", i64(0), str(""), apart},
		{"texts", str("a"), str("b"), less},
		{"texts are case-sensitive", str("A"), str("a"), less},
		{"text and a text that is a number", str("abc"), str("5"), greater},
		{"texts by code points", str("é"), str("z"), greater},
		{"timestamp with number", at(1000), i64(1000), equal},
		{"timestamp with timestamp", at(1000), at(1001), less},
		{"timestamp with text", at(1000), str("1000"), apart},
		{"text with timestamp", str("1970-01-01 00:00:01.000"), at(1000), apart},
		{"boolean with number", yes, i64(1), equal},
		{"boolean with boolean", no, yes, less},
		{"boolean with its text", yes, str("True"), equal},
		{"text with boolean", str("false"), yes, less},
		{"boolean with 1 as text", yes, str("1"), equal},
		{"boolean with other text", yes, str("yes"), apart},
		{"map with number", jsn("{}"), i64(1), never},
		{"list with equal list", jsn("[]"), jsn("[]"), never},
		{"text with list", str("[]"), jsn("[]"), never},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var holds, flipped []string
			for _, op := range []Op{Eq, Ne, Lt, Le, Gt, Ge} {
				holds = append(holds, verdict(op, Compare(op, tt.a, tt.b))...)
				flipped = append(flipped, verdict(op, Compare(mirrored[op], tt.b, tt.a))...)
			}
			want := strings.Fields(tt.want)
			slices.Sort(want)
			slices.Sort(holds)
			slices.Sort(flipped)
			if !slices.Equal(holds, want) {
				t.Errorf("%s with %s: holds %q, want %q", show(tt.a), show(tt.b), holds, want)
			}
			if !slices.Equal(flipped, want) {
				t.Errorf("%s with %s, sides changed: holds %q, want %q", show(tt.b), show(tt.a), flipped, want)
			}
		})
	}
}

var mirrored = map[Op]Op{Eq: Eq, Ne: Ne, Lt: Gt, Le: Ge, Gt: Lt, Ge: Le}

func verdict(op Op, v Tri) []string {
	switch v {
	case True:
		return []string{opNames[op]}
	case Unknown:
		return []string{"?", opNames[op]}
	}
	return nil
}

func TestTri(t *testing.T) {
	all := []Tri{Unknown, False, True}
	for _, a := range all {
		for _, b := range all {
			and, or := a.And(b), a.Or(b)
			wantAnd, wantOr := Unknown, Unknown
			switch {
			case a == False || b == False:
				wantAnd = False
			case a == True && b == True:
				wantAnd = True
			}
			switch {
			case a == True || b == True:
				wantOr = True
			case a == False && b == False:
				wantOr = False
			}
			if and != wantAnd || or != wantOr {
				t.Errorf("%s and, or %s = %s, %s, want %s, %s", a, b, and, or, wantAnd, wantOr)
			}
		}
	}
	if Unknown.Not() != Unknown || True.Not() != False || False.Not() != True {
		t.Errorf("not of unknown, true, false = %s, %s, %s", Unknown.Not(), True.Not(), False.Not())
	}
	if Unknown.Value() != null || True.Value() != yes || False.Value() != no || TriOf(true) != True || TriOf(false) != False {
		t.Error("Tri and Value do not agree")
	}
}

func TestTruth(t *testing.T) {
	for _, tt := range []struct {
		v    column.Value
		want Tri
	}{
		{null, Unknown}, {yes, True}, {no, False}, {i64(0), False}, {i64(-1), True}, {f64(0), False}, {f64(0.1), True},
		{str("TRUE"), True}, {str("false"), False}, {str("0"), False}, {str("0.5"), True}, {str("yes"), False}, {str(""), False},
		{at(5), True}, {jsn("[1]"), False},
	} {
		if got := Truth(tt.v); got != tt.want {
			t.Errorf("Truth(%s) = %s, want %s", show(tt.v), got, tt.want)
		}
	}
}

func TestContains(t *testing.T) {
	for _, tt := range []struct {
		name    string
		v, part column.Value
		want    Tri
	}{
		{"text", str("Timeout: db"), str("out"), True},
		{"case matters", str("Timeout"), str("time"), False},
		{"empty text is everywhere", str("a"), str(""), True},
		{"numbers by their text", i64(2045), str("04"), True},
		{"a number as pattern", str("code 404"), i64(404), True},
		{"booleans by 1 and 0", yes, str("1"), True},
		{"null", null, str("a"), Unknown},
		{"a null pattern", str("a"), null, Unknown},
		{"a map", jsn(`{"a":1}`), str("a"), False},
		{"a map as pattern", str("{}"), jsn("{}"), False},
		{"a timestamp has no readable text", at(0), str("1970"), False},
	} {
		if got := Contains(tt.v, tt.part); got != tt.want {
			t.Errorf("%s: Contains(%s, %s) = %s, want %s", tt.name, show(tt.v), show(tt.part), got, tt.want)
		}
	}
}

func TestArith(t *testing.T) {
	for _, tt := range []struct {
		name string
		op   Op
		a, b column.Value
		want column.Value
	}{
		{"whole numbers stay whole", Add, i64(2), i64(3), i64(5)},
		{"7/2 is 3.5", Div, i64(7), i64(2), f64(3.5)},
		{"8/2 is 4", Div, i64(8), i64(2), i64(4)},
		{"E070 2^3", Pow, i64(2), i64(3), i64(8)},
		{"E070 10%3", Mod, i64(10), i64(3), i64(1)},
		{"E070 1/0", Div, i64(1), i64(0), null},
		{"0/0", Div, i64(0), i64(0), null},
		{"remainder by zero", Mod, i64(1), i64(0), null},
		{"remainder of a float by zero", Mod, f64(1.5), i64(0), null},
		{"remainder has the dividend's sign", Mod, i64(-7), i64(3), i64(-1)},
		{"remainder of a fraction", Mod, f64(-7.5), i64(2), f64(-1.5)},
		{"text is coerced", Mul, str("40"), i64(2), i64(80)},
		{"E059", Mul, f64(90.5), i64(2), i64(181)},
		{"other text is null", Add, str("a"), i64(1), null},
		{"null is null", Add, null, i64(1), null},
		{"a map is null", Add, jsn("{}"), i64(1), null},
		{"a timestamp is its milliseconds", Sub, at(5000), i64(1000), i64(4000)},
		{"a boolean is 1", Add, yes, yes, i64(2)},
		{"the sum overflows", Add, i64(math.MaxInt64), i64(1), f64(1 << 63)},
		{"the difference overflows", Sub, i64(math.MinInt64), i64(1), f64(-1 << 63)},
		{"minus the smallest", Sub, i64(0), i64(math.MinInt64), f64(1 << 63)},
		{"the product overflows", Mul, i64(1 << 32), i64(1 << 31), f64(1 << 63)},
		{"the product of the smallest and -1", Mul, i64(-1), i64(math.MinInt64), f64(1 << 63)},
		{"the product just fits", Mul, i64(-(1 << 32)), i64(1 << 31), i64(math.MinInt64)},
		{"the smallest by -1", Div, i64(math.MinInt64), i64(-1), f64(1 << 63)},
		{"remainder of the smallest by -1", Mod, i64(math.MinInt64), i64(-1), i64(0)},
		{"a large power", Pow, i64(2), i64(62), i64(1 << 62)},
		{"a power that overflows", Pow, i64(2), i64(64), f64(1 << 64)},
		{"a negative power", Pow, i64(2), i64(-1), f64(0.5)},
		{"powers of 1 take no time", Pow, i64(1), i64(math.MaxInt64), i64(1)},
		{"an odd power of -1", Pow, i64(-1), i64(math.MaxInt64), i64(-1)},
		{"an even power of -1", Pow, i64(-1), i64(math.MaxInt64 - 1), i64(1)},
		{"0^0", Pow, i64(0), i64(0), i64(1)},
		{"0^2", Pow, i64(0), i64(2), i64(0)},
		{"0^-1", Pow, i64(0), i64(-1), null},
		{"a root of a negative number", Pow, i64(-8), f64(0.5), null},
		{"too large", Mul, f64(1e300), f64(1e300), null},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Arith(tt.op, tt.a, tt.b); tidy(got) != tt.want && got != tt.want {
				t.Errorf("Arith(%d, %s, %s) = %s, want %s", tt.op, show(tt.a), show(tt.b), show(got), show(tt.want))
			}
		})
	}
	if got := Negate(f64(-2.5)); got != f64(2.5) {
		t.Errorf("Negate(-2.5) = %s, want 2.5 (E070)", show(got))
	}
}

func TestSortOrder(t *testing.T) {
	for _, tt := range []struct {
		name string
		want []column.Value
	}{
		{"the documented sample", args(str("!:"), str("#"), str("*%04"), str("0#"), str("5A"), str("111A"), str("2345_"), str("@"), str("@_"),
			str("A"), str("A9876fghj"), str("a12345hfh"), str("0"), str("01"), str("1"), str("2"), str("3"))},
		{"E061, E063: null first", args(null, str("#"), str("5A"), str("111A"), str("A"), str("a1"), i64(9), i64(10))},
		{"kinds", args(null, str(""), str("2026-01-01"), jsn("[1]"), jsn("{}"), f64(-2.5), no, yes, str("1.0"), str("1e0"), at(1), i64(2), at(1767225600000))},
		{"large numbers", args(i64(1<<53), i64(1<<53+1), str("9007199254740994"), f64(1<<63), str("123456789012345678901"), str("123456789012345678902"), f64(1e300))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := slices.Clone(tt.want)
			rnd := rand.New(rand.NewPCG(1, 1))
			for range 20 {
				rnd.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
				slices.SortFunc(got, SortCompare)
				if !slices.Equal(got, tt.want) {
					t.Fatalf("sorted: %s, want %s", showAll(got), showAll(tt.want))
				}
			}
		})
	}
}

func TestCompareRuns(t *testing.T) {
	for _, tt := range []struct{ a, b string }{
		{"", "a"}, {"a", "a1"}, {"a1", "a1b"}, {"a2", "a10"}, {"a9", "a10b"}, {"a10", "a010"}, {"a1.9x", "a1.10x"}, {"9z", "a"}, {"!", "9z"}, {"a", "é"},
		{"12 b", "12 c"}, {"x99999999999999999999999", "x100000000000000000000000"},
	} {
		if compareRuns(tt.a, tt.b) >= 0 || compareRuns(tt.b, tt.a) <= 0 || compareRuns(tt.a, tt.a) != 0 {
			t.Errorf("compareRuns(%q, %q) = %d, want below 0 and the reverse above", tt.a, tt.b, compareRuns(tt.a, tt.b))
		}
	}
}

// TestOrderIsTotal compares random values: the order is antisymmetric and transitive, and it is 0
// exactly when group keys are equal; and values with equal keys have equal hashes.
func TestOrderIsTotal(t *testing.T) {
	const seed = 3
	rnd := rand.New(rand.NewPCG(seed, 1))
	pool := args(null, str(""), str("1"), str("01"), str("1.0"), f64(1), yes, no, at(1), i64(0), str("-0"), f64(math.Copysign(0, -1)), str("a1"), str("a01"), jsn("1"), jsn("[]"), str("[]"),
		f64(1<<63), str("9223372036854775808"), str("9223372036854775809"), f64(0.1), str("0.1"), str("0.10"), str(".1"), f64(1.0/3), str("0.3333333333333333"), str("1e2"), i64(100),
		str("-5"), i64(-5), str("--5"), str("+5"), str("12345678901234567890"), f64(12345678901234567890))
	for range 60 {
		pool = append(pool, randomValue(rnd, rnd.IntN(4)))
	}
	for _, a := range pool {
		for _, b := range pool {
			c := SortCompare(a, b)
			if d := SortCompare(b, a); (c > 0) != (d < 0) || (c == 0) != (d == 0) {
				t.Fatalf("SortCompare(%s, %s) = %d, reverse %d (seed %d)", show(a), show(b), c, d, seed)
			}
			same := bytes.Equal(GroupKey(nil, a), GroupKey(nil, b))
			if same != (c == 0) && a.Kind() != column.JSON && b.Kind() != column.JSON {
				t.Fatalf("SortCompare(%s, %s) = %d, group keys equal: %v", show(a), show(b), c, same)
			}
			if !a.IsNull() && !b.IsNull() && same != (hashValue(a) == hashValue(b)) {
				t.Fatalf("hashes of %s and %s equal: %v, group keys: %v", show(a), show(b), !same, same)
			}
			for _, d := range pool {
				if c <= 0 && SortCompare(b, d) <= 0 && SortCompare(a, d) > 0 {
					t.Fatalf("%s <= %s <= %s but not the first <= the last", show(a), show(b), show(d))
				}
			}
		}
	}
}

func TestGroupKeysCanBeJoined(t *testing.T) {
	values := args(null, str(""), str("a"), str("\x00"), str("\x01\x01a"), i64(1), at(1), str(strings.Repeat("x", 200)), f64(1e300), f64(-0.5), jsn("[]"))
	seen := map[string]string{}
	for _, a := range values {
		for _, b := range values {
			key := string(GroupKey(GroupKey(nil, a), b))
			name := showAll(args(a, b))
			if other, ok := seen[key]; ok {
				t.Errorf("%s and %s have one key", name, other)
			}
			seen[key] = name
		}
	}
}

func BenchmarkSortCompare(b *testing.B) {
	for _, tt := range []struct {
		name string
		a, b column.Value
	}{{"int", i64(5), i64(7)}, {"float", f64(5.5), f64(7.5)}, {"text", str("checkout-12"), str("checkout-7")}, {"number text", str("12.5"), str("7")}} {
		b.Run(tt.name, func(b *testing.B) {
			b.SetBytes(16)
			b.ReportAllocs()
			for b.Loop() {
				SortCompare(tt.a, tt.b)
			}
		})
	}
}

func BenchmarkGroupKey(b *testing.B) {
	var buf []byte
	for _, v := range args(i64(1767225600), f64(12.5), str("checkout"), at(1767225600000)) {
		b.Run(v.Kind().String(), func(b *testing.B) {
			b.SetBytes(8)
			b.ReportAllocs()
			for b.Loop() {
				buf = GroupKey(buf[:0], v)
			}
		})
	}
}

package shape

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

func TestFormsOfValues(t *testing.T) {
	list := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("[1],", n), ",") + "]" }
	for _, tt := range []struct {
		name, value, form string
		want              column.Value
	}{
		{"empty text", `""`, "plain", column.StringValue("")},
		{"text outside ASCII", `"é日"`, "plain", column.StringValue("é日")},
		{"escapes that must be", `"\"\\\b\f\n\r\t\u001f"`, "plain", column.StringValue("\"\\\b\f\n\r\t\x1f")},
		{"escapes of HTML", `"\u003ca\u003e \u0026 \u2028"`, "html", column.StringValue("<a> & \u2028")},
		{"escapes outside ASCII", `"caf\u00e9 \ud83d\ude00"`, "ascii", column.StringValue("café \U0001f600")},
		{"escapes in capitals", `"\u001F"`, "raw", column.StringValue(`"\u001F"`)},
		{"an escaped slash", `"\/"`, "raw", column.StringValue(`"\/"`)},
		{"half a surrogate pair", `"\ud83d"`, "raw", column.StringValue(`"\ud83d"`)},
		{"zero", `0`, "short", column.IntValue(0)},
		{"minus zero", `-0`, "raw", column.StringValue("-0")},
		{"minus zero with a fraction", `-0.0`, "raw", column.StringValue("-0.0")},
		{"the greatest whole number", `9223372036854775807`, "short", column.IntValue(math.MaxInt64)},
		{"the least whole number", `-9223372036854775808`, "short", column.IntValue(math.MinInt64)},
		{"one more than that", `9223372036854775808`, "raw", column.StringValue("9223372036854775808")},
		{"the float of that", `9223372036854776000`, "short", column.FloatValue(1 << 63)},
		{"20 digits that no float has", `12345678901234567891`, "raw", column.StringValue("12345678901234567891")},
		{"a fraction", `-12.34`, "short", column.FloatValue(-12.34)},
		{"17 digits", `0.12345678901234568`, "short", column.FloatValue(0.12345678901234568)},
		{"18 digits", `0.123456789012345678`, "raw", column.StringValue("0.123456789012345678")},
		{"the least without exponent", `0.000001`, "short", column.FloatValue(1e-6)},
		{"less without exponent", `0.0000001`, "fixed(7)", column.FloatValue(1e-7)},
		{"less with exponent", `1e-7`, "short", column.FloatValue(1e-7)},
		{"an exponent with a zero", `1e-07`, "raw", column.StringValue("1e-07")},
		{"large with exponent", `1.5e+21`, "short", column.FloatValue(1.5e21)},
		{"large without exponent", `100000000000000000000`, "short", column.FloatValue(1e20)},
		{"an exponent that need not be", `1e3`, "raw", column.StringValue("1e3")},
		{"beyond all floats", `1e400`, "raw", column.StringValue("1e400")},
		{"zeros at the end", `12.50`, "fixed(2)", column.FloatValue(12.5)},
		{"a whole number with a fraction", `3.0`, "fixed(1)", column.IntValue(3)},
		{"9 digits of a fraction", `1.000000000`, "fixed(9)", column.IntValue(1)},
		{"10 digits of a fraction", `1.0000000000`, "raw", column.StringValue("1.0000000000")},
		{"15 digits in all", `1234567890123.40`, "fixed(2)", column.FloatValue(1234567890123.4)},
		{"16 digits in all", `12345678901234.40`, "raw", column.StringValue("12345678901234.40")},
		{"true", `true`, "bool", column.BoolValue(true)},
		{"a time in seconds", `"1970-01-02T00:00:01Z"`, "time(0,Z)", column.TimeValue(86_401_000)},
		{"a time before 1970", `"1969-12-31T23:59:59.9Z"`, "time(1,Z)", column.TimeValue(-100)},
		{"a time with a zone", `"1970-01-01T01:00:00.025+01:30"`, "time(3,+01:30)", column.TimeValue(-1_799_975)},
		{"the first year", `"0000-01-01T00:00:00Z"`, "time(0,Z)", column.TimeValue(-62_167_219_200_000)},
		{"a leap day", `"2024-02-29T00:00:00Z"`, "time(0,Z)", column.TimeValue(1_709_164_800_000)},
		{"no leap day", `"2026-02-29T00:00:00Z"`, "plain", column.StringValue("2026-02-29T00:00:00Z")},
		{"a leap second", `"2016-12-31T23:59:60Z"`, "plain", column.StringValue("2016-12-31T23:59:60Z")},
		{"microseconds", `"2026-01-01T00:00:00.000001Z"`, "plain", column.StringValue("2026-01-01T00:00:00.000001Z")},
		{"a zone without place", `"2026-01-01T00:00:00-00:00"`, "plain", column.StringValue("2026-01-01T00:00:00-00:00")},
		{"a UUID", `"123e4567-e89b-12d3-a456-426614174000"`, "uuid", column.StringValue("123e4567-e89b-12d3-a456-426614174000")},
		{"a UUID in capitals", `"123E4567-e89b-12d3-a456-426614174000"`, "plain", column.StringValue("123E4567-e89b-12d3-a456-426614174000")},
		{"a UUID and more", `"123e4567-e89b-12d3-a456-4266141740000"`, "plain", column.StringValue("123e4567-e89b-12d3-a456-4266141740000")},
		{"a long list", list(maxElements + 1), "raw", column.StringValue(list(maxElements + 1))},
		{"a very long list", list(maxCommas + 2), "long", column.StringValue(list(maxCommas + 2))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := `{"v":` + tt.value + `}`
			s := split(m)
			checkSame(t, join(t, s), []string{m})
			if len(s.Shapes) != 1 || len(s.Shapes[0].Slots) != 1 {
				t.Fatalf("split(%s) has shapes %+v, want one with one slot", m, s.Shapes)
			}
			if got := s.Shapes[0].Slots[0].Form.String(); got != tt.form {
				t.Errorf("split(%s) has form %s, want %s", m, got, tt.form)
			}
			if got := rowsOf(s).Columns[0].Value(0); got != tt.want {
				t.Errorf("split(%s) has value %v %q, want %v %q", m, got.Kind(), got.Text(), tt.want.Kind(), tt.want.Text())
			}
		})
	}
}

// shapesAndWhole returns how many shapes a split has and how many messages it keeps whole.
func shapesAndWhole(s *Split) (shapes, whole int) {
	for _, code := range rowsOf(s).Codes.Ints {
		if code == Whole {
			whole++
		}
	}
	return len(s.Shapes), whole
}

func TestShapesOfLists(t *testing.T) {
	object := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"k%d":%d`, i, i)
		}
		return "{" + b.String()[1:] + "}"
	}
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for _, tt := range []struct {
		name          string
		messages      []string
		shapes, whole int
	}{
		{"one shape for many values", []string{`{"a":1}`, `{"a":-2}`, `{"a":null}`, `{"a":2.5}`}, 1, 0},
		{"spaces make a shape", []string{`{"a":1}`, `{"a": 1}`, "{\"a\":1}\n"}, 3, 0},
		{"so does the order of keys", []string{`{"a":1,"b":2}`, `{"b":2,"a":1}`}, 2, 0},
		{"null before the first value is literal", []string{`{"a":null,"b":1}`, `{"a":2,"b":1}`, `{"a":null,"b":1}`}, 2, 0},
		{"the same escapes, the same shape", []string{`{"a":"x"}`, `{"a":"\n"}`, `{"a":"\u003c"}`}, 2, 0},
		{"as many elements, the same shape", []string{`{"l":[1,2]}`, `{"l":[3,4]}`, `{"l":[]}`, `{"l":[5]}`}, 2, 1},
		{"long lists are one shape", []string{`{"l":[1,2,3,4,5,6,7,8]}`, `{"l":[1,2,3,4,5,6,7,8,9]}`, `{"l":[1,2,3,4,5,6,7,8,9,10]}`}, 2, 0},
		{"as many slots as there may be", []string{object(maxSlots), object(maxSlots + 1)}, 1, 1},
		{"deep objects", []string{deep(maxLevels), deep(maxLevels + 1), deep(100)}, 2, 0},
		{"no value", []string{`{}`, `{"a":null}`, `{"a":{}}`}, 0, 3},
		{"a key twice", []string{`{"a":1,"a":2}`, `{"a":1,"a":null}`, `{"a":{"b":1},"a.b":2}`}, 0, 3},
		{"no object", []string{"", "text", "[1]", `"a"`, "1", `x {"a":1}`, `{"a":1} x`, "{\"a\":\"\xff\"}", `{"a":01}`}, 0, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := split(tt.messages...)
			checkSame(t, join(t, s), tt.messages)
			if shapes, whole := shapesAndWhole(s); shapes != tt.shapes || whole != tt.whole {
				t.Errorf("split(%.200q) has %d shapes and %d whole, want %d and %d", tt.messages, shapes, whole, tt.shapes, tt.whole)
			}
		})
	}
}

func TestColumnsHaveNamesOfTheirOwn(t *testing.T) {
	for _, tt := range []struct {
		name     string
		messages []string
		want     string
	}{
		{"nested and listed", []string{`{"a":{"b":1},"l":[true,"x"]}`}, "a.b l.0 l.1"},
		{"an @ more", []string{`{"@t":1,"@":2}`}, "@@t @@"},
		{"no name", []string{`{"":1}`}, "#number"},
		{"two kinds", []string{`{"a":1}`, `{"a":"x"}`, `{"a":true}`, `{"a":1e3}`}, "a a#text a#bool a#json"},
		{"a name that is taken", []string{`{"a#text":1,"a":2}`, `{"a":"x"}`}, "a#text a a#text2"},
		{"large numbers beside a fraction", []string{`{"a":9007199254740993}`, `{"a":0.5}`}, "a a#json"},
	} {
		s := split(tt.messages...)
		checkSame(t, join(t, s), tt.messages)
		var names []string
		for _, c := range s.Columns {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%s: split(%q) has columns %s, want %s", tt.name, tt.messages, got, tt.want)
		}
	}
}

func TestShortNumbersComeBack(t *testing.T) {
	for i := range 200_000 {
		f := math.Float64frombits(uint64(i+1) * 0x9e3779b97f4a7c15)
		if i&1 == 0 {
			f = float64(int64(uint64(i)*0x9e3779b97f4a7c15)>>uint(20+i%40)) / float64(pow10[i%10])
		}
		if math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		want := string(appendLong(nil, f))
		if f == 0 {
			continue // -0 is shown as -0
		}
		if got := string(appendShort(nil, f)); got != want {
			t.Fatalf("appendShort(%s) = %s", want, got)
		}
		var buf [valueRoom]byte
		if end := putShort(buf[:], 0, f); end > 0 && string(buf[:end]) != want {
			t.Fatalf("putShort(%s) = %s", want, buf[:end])
		}
		n := int64(uint64(i) * 0x9e3779b97f4a7c15 >> uint(i%64))
		if i&1 == 0 {
			n = -n
		}
		if end := putInt(buf[:], 0, n); string(buf[:end]) != strconv.FormatInt(n, 10) {
			t.Fatalf("putInt(%d) = %s", n, buf[:end])
		}
	}
}

package function

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
)

// path reads a path such as j.k[0].q, without backticks.
func path(text string) []Step {
	var out []Step
	for _, part := range strings.Split(text, ".") {
		name, rest, _ := strings.Cut(part, "[")
		if name != "" {
			out = append(out, Step{Name: name})
		}
		for rest != "" {
			var n string
			n, rest, _ = strings.Cut(rest, "]")
			i, _ := ParseNumber(n)
			out = append(out, Step{Index: int(i), IsIndex: true})
			rest = strings.TrimPrefix(rest, "[")
		}
	}
	return out
}

func TestMember(t *testing.T) {
	const doc = `{"k":{"z":[1,{"q":7}]},"s":"a\"\u00e9\ud83d\ude00\ud83d","t":true,"f":false,"n":null,"e":"","x":2.50,"w":1e3,"h":-0,` +
		`"big":123456789012345678901234567890,"long":9007199254740993,"huge":1e999,"tiny":1e-999,"a.b":1,"a":{"b.c":2,"d":{"e":3}},"o":{"p":null},"o.p":4,"dup":1,"dup":2,` +
		`"l":[[],[1,2]],"k\u006ee":5,"0":"zero"}`
	for _, tt := range []struct {
		name string
		path string
		want column.Value
	}{
		{"E073", "k.z[0]", i64(1)},
		{"E073", "k.z[1].q", i64(7)},
		{"a map", "k", jsn(`{"z":[1,{"q":7}]}`)},
		{"a list", "k.z", jsn(`[1,{"q":7}]`)},
		{"escapes, and half a surrogate pair", "s", str("a\"é😀\uFFFD")},
		{"true is 1", "t", i64(1)},
		{"false is 0", "f", i64(0)},
		{"null is null", "n", null},
		{"empty text is present", "e", str("")},
		{"a fraction", "x", f64(2.5)},
		{"a whole number with exponent", "w", i64(1000)},
		{"minus zero", "h", i64(0)},
		{"a long whole number keeps its digits", "big", str("123456789012345678901234567890")},
		{"64 bits are exact", "long", i64(9007199254740993)},
		{"a number beyond floats", "huge", str("1e999")},
		{"a key with a dot", "a.b", i64(1)},
		{"a key with a dot further in", "a.b.c", i64(2)},
		{"the nested value comes first", "a.d.e", i64(3)},
		{"a null on the way does not hide a key with a dot", "o.p", null},
		{"the last of equal keys", "dup", i64(2)},
		{"lists in lists", "l[1][0]", i64(1)},
		{"an escaped key", "kne", i64(5)},
		{"a missing key", "nope", null},
		{"a key of a text", "s.a", null},
		{"a key of a list", "k.z.0", null},
		{"a position in a map", "k[0]", null},
		{"past the end", "k.z[2]", null},
		{"past a scalar", "k.z[0].q", null},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Member(jsn(doc), path(tt.path)); got != tt.want {
				t.Errorf("Member(%s) = %s, want %s", tt.path, show(got), show(tt.want))
			}
		})
	}
	digits := []Step{{Name: "0", Index: 0, IsIndex: true}}
	for _, tt := range []struct {
		name string
		v    column.Value
		path []Step
		want column.Value
	}{
		{"a position that is also a key, in a map", jsn(doc), digits, str("zero")},
		{"a position that is also a key, in a list", jsn(`["first"]`), digits, str("first")},
		{"a negative position", jsn(`[1]`), []Step{{Index: -1, IsIndex: true}}, null},
		{"no path", jsn(`[1]`), nil, jsn(`[1]`)},
		{"a text is no map", str(`{"a":1}`), path("a"), null},
		{"null", null, path("a"), null},
		{"malformed text", jsn(`{"a":`), path("a"), null},
		{"no text", jsn(``), path("a"), null},
		{"malformed text and no path", jsn(`"`), nil, jsn(`"`)},
	} {
		if got := Member(tt.v, tt.path); got != tt.want {
			t.Errorf("%s: Member(%s, %v) = %s, want %s", tt.name, show(tt.v), tt.path, show(got), show(tt.want))
		}
	}
}

func TestParseJSONDoesNotCopyCompactText(t *testing.T) {
	text := `{"a":[1,2,{"b":"c d"}]}`
	if n := testing.AllocsPerRun(100, func() { ParseJSON(text) }); n != 0 {
		t.Errorf("ParseJSON(%s) allocates %v times, want 0", text, n)
	}
}

// FuzzMember compares with a tree made by encoding/json, and checks that malformed text does no harm.
func FuzzMember(f *testing.F) {
	f.Add(`{"a":{"b":[1,{"c":"x\u00e9"}]}}`, "a.b[1].c")
	f.Add(` [ 1 , 2.5e3 , "a" , true , null ] `, "[1]")
	f.Add(`{"a":1e400,"b":-0.0,"c":12345678901234567890}`, "c")
	f.Add(`{"a":`, "a")
	f.Add(`{"a":1,"a":{"b":2}}`, "a.b")
	f.Fuzz(func(t *testing.T, text, way string) {
		if len(way) > 50 || len(text) > 5000 {
			return
		}
		steps := path(way)
		Member(jsn(text), steps) // whatever it gives, it must not panic
		v := ParseJSON(text)
		var tree any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		err := d.Decode(&tree)
		if err == nil && d.More() || strings.TrimRight(text[min(int(d.InputOffset()), len(text)):], " \t\r\n") != "" {
			tree = nil
		}
		switch tree.(type) {
		case map[string]any, []any:
			if err == nil && utf8.ValidString(text) && v.IsNull() {
				t.Fatalf("ParseJSON(%q) = null, want a value", text)
			}
		default:
			if !v.IsNull() {
				t.Fatalf("ParseJSON(%q) = %s, want null", text, show(v))
			}
		}
		if v.IsNull() {
			return
		}
		if again := ParseJSON(v.Str()); again != v {
			t.Errorf("ParseJSON(%q) = %s, read again %s", text, show(v), show(again))
		}
		if want, known := walk(tree, steps); known {
			if got := Member(v, steps); got != want {
				t.Errorf("Member(%q, %q) = %s, want %s", text, way, show(got), show(want))
			}
		}
	})
}

// walk follows a path in a tree. known is false where keys with dots could matter, and for maps and
// lists, whose text a tree does not keep.
func walk(v any, steps []Step) (column.Value, bool) {
	for _, s := range steps {
		switch w := v.(type) {
		case map[string]any:
			v = w[s.Name]
			if s.IsIndex {
				v = nil
			}
		case []any:
			v = nil
			if s.IsIndex && s.Index >= 0 && s.Index < len(w) {
				v = w[s.Index]
			}
		default:
			return null, len(steps) == 1
		}
		if v == nil {
			return null, len(steps) == 1
		}
	}
	switch v := v.(type) {
	case string:
		return str(v), true
	case bool:
		if v {
			return i64(1), true
		}
		return i64(0), true
	case json.Number:
		f, err := v.Float64()
		if err == nil && math.Abs(f) < 1<<53 {
			return tidy(f64(f)), true
		}
	}
	return null, false
}

func BenchmarkMember(b *testing.B) {
	doc := ParseJSON(event)
	for _, way := range []string{"level", "client.ip", "tags[2]", "nope"} {
		steps := path(way)
		b.Run(way, func(b *testing.B) {
			b.SetBytes(int64(len(event)))
			b.ReportAllocs()
			for b.Loop() {
				Member(doc, steps)
			}
		})
	}
}

func BenchmarkParseJSON(b *testing.B) {
	b.SetBytes(int64(len(event)))
	b.ReportAllocs()
	for b.Loop() {
		ParseJSON(event)
	}
}

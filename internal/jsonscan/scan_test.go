package jsonscan

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestValid(t *testing.T) {
	for _, tt := range []struct {
		name string
		text string
		want bool
	}{
		{"nothing", "", false},
		{"blanks only", " \t\r\n", false},
		{"an object with blanks around", " {\"a\" : [1 , 2]}\n", true},
		{"every kind of value", `[null,true,false,0,"",{},[]]`, true},
		{"a scalar", `-0.5e+10`, true},
		{"two texts", `{} {}`, false},
		{"text after the object", `{"a":1} trailing`, false},
		{"a comma before the bracket", `[1,]`, false},
		{"a comma before the brace", `{"a":1,}`, false},
		{"no comma", `[1 2]`, false},
		{"no colon", `{"a" 1}`, false},
		{"no value", `{"a":}`, false},
		{"a key that is no string", `{1:2}`, false},
		{"brackets that differ", `[1}`, false},
		{"brackets that cross", `[{"a":1]}`, false},
		{"an object that does not end", `{"a":{"b":1}`, false},
		{"NaN", `{"a":NaN}`, false},
		{"single quotes", `{'a':1}`, false},
		{"a comment", `{"a":1/*x*/}`, false},
		{"a word cut short", `[tru]`, false},
		{"a word too long", `truex`, false},
		{"a leading zero", `01`, false},
		{"a leading plus", `+1`, false},
		{"a point without digits before", `.5`, false},
		{"a point without digits after", `[5.]`, false},
		{"an exponent without digits", `1e`, false},
		{"an exponent with a sign only", `1e+`, false},
		{"a minus only", `-`, false},
		{"two numbers grown together", `1-2`, false},
		{"a line feed in a string", "\"a\nb\"", false},
		{"a NUL in a string", "\"a\x00b\"", false},
		{"a NUL between values", "[1,\x002]", false},
		{"a DEL in a string", "\"\x7f\"", true},
		{"all escapes", `"\"\\\/\b\f\n\r\tä😀"`, true},
		{"an unknown escape", `"\x"`, false},
		{"a \\u escape cut short", `"\u12"`, false},
		{"a backslash before the end", `"\`, false},
		{"an escaped quote at the end", `"\"`, false},
		{"half a surrogate pair", `"\ud800"`, true},
		{"UTF-8 of every length", `"aé€😀"`, true},
		{"a byte that is no UTF-8", "\"\xff\"", false},
		{"UTF-8 cut short", "\"\xe2\x82\"", false},
		{"a surrogate in UTF-8", "\"\xed\xa0\x80\"", false},
		{"a byte order mark", "\ufeff{}", false},
		{"a no-break space as blank", "\u00a0{}", false},
		{"a quote as eighth byte", `"1234567"`, true},
		{"a control character as eighth byte", "\"1234567\x01\"", false},
		{"the deepest text", deep(MaxDepth), true},
		{"text one level too deep", deep(MaxDepth + 1), false},
		{"levels at the edge of the small stack", deep(64), true},
		{"levels past the edge of the small stack", deep(65), true},
		{"deep brackets that cross", strings.Repeat("[", 70) + "{" + strings.Repeat("]", 70) + "}", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Valid([]byte(tt.text)); got != tt.want {
				t.Errorf("Valid(%.60q) = %v, want %v", tt.text, got, tt.want)
			}
		})
	}
}

func deep(n int) string {
	return strings.Repeat("[", n) + strings.Repeat("]", n)
}

func TestValue(t *testing.T) {
	for _, tt := range []struct {
		name string
		text string
		end  int
		kind Kind
	}{
		{"a string before a comma", `"a",1`, 3, String},
		{"an escaped quote", `"a\"b",1`, 6, String},
		{"an escaped backslash before the quote", `"a\\","b"`, 5, String},
		{"three backslashes before a quote", `"\\\"",`, 6, String},
		{"an empty string", `"",`, 2, String},
		{"a string that does not end", `"abc`, 4, Invalid},
		{"a string of which the last quote is escaped", `"abc\"`, 6, Invalid},
		{"a number before a brace", `-1.5e3}`, 6, Number},
		{"a number against the grammar passes", `1.2.3,`, 5, Number},
		{"true", `true]`, 4, True},
		{"false", `false `, 5, False},
		{"null at the end", `null`, 4, Null},
		{"a word cut short", `nul`, 0, Invalid},
		{"an object", `{"a":{"b":[1,{}]}},"c"`, 18, Object},
		{"an array", `[ [ ] , { } ] x`, 13, Array},
		{"brackets in strings", `["]","}"]`, 9, Array},
		{"control characters in a string pass", "[\"\x01\"]", 5, Array},
		{"brackets that cross", `[{"a":1]}`, 7, Invalid},
		{"a missing colon", `{"a",1}`, 4, Invalid},
		{"a missing comma", `[1 2]`, 3, Invalid},
		{"deep text", deep(MaxDepth) + " x", 2 * MaxDepth, Array},
		{"text one level too deep", deep(MaxDepth + 1), MaxDepth, Invalid},
		{"nothing", ``, 0, Invalid},
		{"a letter", `x`, 0, Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			end, kind := Value([]byte(tt.text), 0)
			if end != tt.end || kind != tt.kind {
				t.Errorf("Value(%.60q) = %d, %s, want %d, %s", tt.text, end, kind, tt.end, tt.kind)
			}
		})
	}
}

func TestTrim(t *testing.T) {
	for in, want := range map[string]string{"": "", " \n\t\r": "", " a b\n": "a b", "\va": "\va", "a": "a"} {
		if got := Trim([]byte(in)); string(got) != want {
			t.Errorf("Trim(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestScanningDoesNotAllocate(t *testing.T) {
	for name, text := range map[string]string{"an event": event, "deep text": deep(MaxDepth)} {
		b := []byte(text)
		if n := testing.AllocsPerRun(10, func() { Valid(b); Value(b, 0) }); n != 0 {
			t.Errorf("Valid and Value of %s: %v allocations, want 0", name, n)
		}
	}
}

// seeds are JSON texts, good and bad, that fuzz tests start from.
func seeds(f *testing.F) {
	for _, s := range []string{
		event, `{"a":1,"b":[1,2,{"c":"\"x\\"}],"d":{},"e":[]}`, "[\"\\ud83d\\ude00\", -1.5e-3 ,null,\"é\"]",
		`{"":{"":[[],[{}]]}}`, `{"a":1}}`, `[1,]`, `{"a":NaN}`, `"\u00`, "\"\xff\"", deep(70), `1e5`, `-0`,
	} {
		f.Add([]byte(s))
	}
}

func FuzzValid(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		want := json.Valid(b) && utf8.Valid(b)
		if got := Valid(b); got != want {
			t.Errorf("Valid(%q) = %v, want %v", b, got, want)
		}
	})
}

func FuzzValue(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		end, k := Value(b, 0)
		if end < 0 || end > len(b) {
			t.Fatalf("Value(%q) = %d, %s: end outside the text", b, end, k)
		}
		strict, ok := Check(b, 0)
		if ok {
			var want bytes.Buffer
			if json.Compact(&want, b[:strict]); want.String() != string(AppendCompact(nil, b[:strict])) {
				t.Errorf("AppendCompact(%q) = %s", b[:strict], AppendCompact(nil, b[:strict]))
			}
		}
		glued := k == Number && end > strict // Value takes 01 and 1-2 for one number
		if ok && (k == Invalid || end != strict && !glued) {
			t.Errorf("Value(%q) = %d, %s, but Check = %d, true", b, end, k, strict)
		}
		if ok && !json.Valid(b[:strict]) {
			t.Errorf("Check(%q) = %d, true, but json.Valid is false", b, strict)
		}
		if len(b) == 0 || isSpace(b[0]) {
			return
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		var raw json.RawMessage
		if dec.Decode(&raw) == nil && utf8.Valid(raw) && (!ok || strict != len(raw)) {
			t.Errorf("Check(%q) = %d, %v, want %d, true", b, strict, ok, len(raw))
		}
	})
}

// event is a log event as web services write them, 372 bytes.
const event = `{"time":"2026-01-01T00:00:00.123Z","level":"info","msg":"request served","service":"orders-api",` +
	`"env":"prod","version":"459","fn":"Get","pkg":"orders","requestId":"3f1a2b4c-0000-1111-2222-abcdefabcdef",` +
	`"userId":"u123","orgId":"o42","method":"GET","path":"/orders/123","status":200,"durationMs":12.5,"bytes":5120,` +
	`"traceId":"1-5e1b4151-5ac6c58dc39a6b6a9c6d5f00"}`

func BenchmarkValid(b *testing.B)  { bench(b, func(text []byte) { Valid(text) }) }
func BenchmarkValue(b *testing.B)  { bench(b, func(text []byte) { Value(text, 0) }) }
func BenchmarkStdlib(b *testing.B) { bench(b, func(text []byte) { json.Valid(text) }) }
func BenchmarkMembers(b *testing.B) {
	bench(b, func(text []byte) {
		for it := Members(text, 0); it.Next(); {
		}
	})
}

func bench(b *testing.B, f func([]byte)) {
	text := []byte(event)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		f(text)
	}
}

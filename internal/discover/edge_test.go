package discover

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
)

// filler makes the rest of an event long enough for an early end of the walk to be worth while.
var filler = `"filler":"` + strings.Repeat("x", 500) + `"`

func TestEventsAtTheEdges(t *testing.T) {
	long := strings.Repeat("1234567890", 40)
	for _, tt := range []struct {
		name  string
		event string
		field string
		want  column.Value
	}{
		{"nothing", "", "a", column.Value{}},
		{"blanks only", " \t\r\n ", "a", column.Value{}},
		{"an empty object", "{}", "a", column.Value{}},
		{"half an object", `{"a":1`, "a", column.Value{}},
		{"an opening brace", "{", "a", column.Value{}},
		{"a closing brace", "}", "a", column.Value{}},
		{"blanks around and inside", "\t{ \"a\" : 1 }\r\n", "a", column.IntValue(1)},
		{"a NUL before the object", "\x00{\"a\":1}", "a", column.Value{}},
		{"a NUL in the wanted value", "{\"a\":\"x\x00y\"}", "a", column.Value{}},
		{"a NUL between members", "{\"b\":1,\x00\"a\":2}", "a", column.Value{}},
		{"an escaped NUL", `{"a":"x\u0000y"}`, "a", column.StringValue("x\x00y")},
		{"invalid UTF-8 in the wanted value", "{\"a\":\"\xff\"}", "a", column.Value{}},
		{"invalid UTF-8 before the object", "\xff{\"a\":1}", "a", column.Value{}},
		{"letters beyond ASCII", `{"ä":"größer 😀"}`, "ä", column.StringValue("größer 😀")},
		{"a number of 400 digits", `{"a":` + long + `}`, "a", column.StringValue(long)},
		{"a fraction of 400 digits", `{"a":0.` + long + `1}`, "a", column.StringValue("0." + long + "1")},
		{"the largest whole number of 64 bits", `{"a":9223372036854775807}`, "a", column.IntValue(1<<63 - 1)},
		{"one more", `{"a":9223372036854775808}`, "a", column.StringValue("9223372036854775808")},
		{"a larger one that prints the same as a float", `{"a":1e20}`, "a", column.FloatValue(1e20)},
		{"a float", `{"a":0.1}`, "a", column.FloatValue(0.1)},
		{"a float of too many digits", `{"a":0.1000000000000000055}`, "a", column.StringValue("0.1000000000000000055")},
		{"a number too large to write out", `{"a":1e999}`, "a", column.StringValue("1e999")},
		{"minus zero", `{"a":-0.0}`, "a", column.IntValue(0)},
		{"a number against the grammar", `{"a":01}`, "a", column.Value{}},
		{"a bad escape in the wanted value", `{"a":"\q"}`, "a", column.Value{}},
		{"a bad word", `{"a":nul}`, "a", column.Value{}},
		{"a key in escapes", `{"\u0061":1}`, "a", column.IntValue(1)},
		{"the field's name as a value", `{"b":"a","c":"\"a\":1","a":2}`, "a", column.IntValue(2)},
		{"the same key twice", `{"a":1,` + filler + `,"a":2}`, "a", column.IntValue(2)},
		{"the same key again in escapes", `{"a":1,` + filler + `,"\u0061":2}`, "a", column.IntValue(2)},
		{"the same key with a slash again, escaped", `{"x/y":1,` + filler + `,"x\/y":2}`, "x/y", column.IntValue(2)},
		{"the same key again, with null", `{"a":1,` + filler + `,"a":null}`, "a", column.Value{}},
		{"the same key again, with an object", `{"a":1,` + filler + `,"a":{"b":1}}`, "a", column.Value{}},
		{"the same key again, one level down", `{"a":1,` + filler + `,"b":{"a":2}}`, "a", column.IntValue(1)},
		{"a parent twice, the last without the field", `{"a":{"b":1},` + filler + `,"a":{"c":2}}`, "a.b", column.Value{}},
		{"a parent twice, the last with the field", `{"a":{"b":1},` + filler + `,"a":{"b":2}}`, "a.b", column.IntValue(2)},
		{"a parent replaced lets another way win", `{"a":{"b":1},"a.b":2,` + filler + `,"a":3}`, "a.b", column.IntValue(2)},
		{"text behind the event's end", `{"a":1,` + filler + `} and more`, "a", column.Value{}},
		{"a second object behind the event's end", `{"b":1} {"a":1}`, "a", column.Value{}},
		{"an event cut off behind the field", `{"a":1,` + filler, "a", column.Value{}},
		{"64 levels", nested(63) + `{"x":1}` + strings.Repeat("}", 63), strings.Repeat("a.", 63) + "x", column.IntValue(1)},
		{"65 levels", nested(64) + `{"x":1}` + strings.Repeat("}", 64), strings.Repeat("a.", 64) + "x", column.Value{}},
		{"10,000 levels beside the field", `{"d":` + nested(9999) + "1" + strings.Repeat("}", 9999) + `,"a":1}`, "a", column.IntValue(1)},
		{"a line of 10 MB", `{"big":"` + strings.Repeat("x", 10<<20) + `","a":1}`, "a", column.IntValue(1)},
		{"a million members", `{"a":7` + strings.Repeat(`,"b":null`, 1e6) + `}`, "a", column.IntValue(7)},
		{"the 200th leaf", `{"b":[` + strings.Repeat("1,", 198) + `1],"a":1}`, "a", column.IntValue(1)},
		{"the 201st leaf", `{"b":[` + strings.Repeat("1,", 199) + `1],"a":1}`, "a", column.Value{}},
		{"the same key again behind the 200th leaf", `{"a":1,"b":[` + strings.Repeat("1,", 198) + `1],"a":2}`, "a", column.IntValue(1)},
		{"null and empty values before the 200th leaf", `{"b":[` + strings.Repeat("null,{},[],", 300) + `0],"a":1}`, "a", column.IntValue(1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := extract(JSON, Options{}, tt.event, Field{Name: tt.field})[0]; !sameValue(got, tt.want) {
				t.Errorf("field %.20s of %.80q = %s, want %s", tt.field, tt.event, show(got), show(tt.want))
			}
			if got := extract(JSON, Options{Strict: true}, tt.event, Field{Name: tt.field})[0]; !sameValue(got, tt.want) {
				t.Errorf("field %.20s of %.80q, strict = %s, want %s", tt.field, tt.event, show(got), show(tt.want))
			}
			want := map[string]string{}
			if !tt.want.IsNull() {
				want[tt.field] = tt.want.Text()
			}
			if got, ok := each(JSON, Options{}, tt.event)[tt.field]; got != want[tt.field] || ok == tt.want.IsNull() {
				t.Errorf("Each of %.80q: field %.20s = %q, %v, want %s", tt.event, tt.field, got, ok, show(tt.want))
			}
		})
	}
}

// nested opens n objects inside each other.
func nested(n int) string { return strings.Repeat(`{"a":`, n) }

func TestStrictReadsTheWholeEvent(t *testing.T) {
	for _, tt := range []struct {
		name  string
		event string
		light column.Value
	}{
		{"a bad number behind the field", `{"a":1,"b":1.2.3}`, column.IntValue(1)},
		{"a bad number before the field", `{"b":1.2.3,"a":1}`, column.IntValue(1)},
		{"a control character in a skipped value", "{\"b\":\"\x01\",\"a\":1}", column.IntValue(1)},
		{"no comma behind the field", `{"a":1,` + filler + ` "b":2}`, column.IntValue(1)},
		{"10,001 levels before the field", `{"d":` + nested(10000) + "1" + strings.Repeat("}", 10000) + `,"a":1}`, column.IntValue(1)},
		{"NaN before the field", `{"b":NaN,"a":1}`, column.Value{}},
		{"no comma before the field", `{"b":1 "a":1}`, column.Value{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := extract(JSON, Options{}, tt.event, Field{Name: "a"})[0]; !sameValue(got, tt.light) {
				t.Errorf("a of %.80q = %s, want %s", tt.event, show(got), show(tt.light))
			}
			if got := extract(JSON, Options{Strict: true}, tt.event, Field{Name: "a"})[0]; !got.IsNull() {
				t.Errorf("a of %.80q, strict = %s, want null", tt.event, show(got))
			}
			if got := each(JSON, Options{}, tt.event); len(got) > 0 {
				t.Errorf("Each of %.80q = %v, want nothing", tt.event, got)
			}
		})
	}
}

func TestTreeFields(t *testing.T) {
	const event = `{"user":{"id":7, "tags":["a b", {}]},"n":1,"s":"x","a.b":{"c":1},"items":[ ],"bad":"` + "é" + `"}`
	for _, tt := range []struct {
		name string
		want column.Value
	}{
		{"user", column.JSONValue(`{"id":7,"tags":["a b",{}]}`)},
		{"user.tags", column.JSONValue(`["a b",{}]`)},
		{"user.tags.0", column.StringValue("a b")},
		{"user.tags.1", column.JSONValue(`{}`)},
		{"user.id", column.IntValue(7)},
		{"n", column.IntValue(1)},
		{"s", column.StringValue("x")},
		{"a", column.Value{}},
		{"a.b", column.JSONValue(`{"c":1}`)},
		{"items", column.JSONValue(`[]`)},
		{"items.0", column.Value{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := extract(JSON, Options{}, event, Field{Name: tt.name, Tree: true})[0]; !sameValue(got, tt.want) {
				t.Errorf("tree %s = %s, want %s", tt.name, show(got), show(tt.want))
			}
			want := tt.want
			if want.Kind() == column.JSON {
				want = column.Value{}
			}
			both := extract(JSON, Options{}, event, Field{Name: tt.name}, Field{Name: tt.name, Tree: true}, Field{Name: "user.id"})
			if !sameValue(both[0], want) || !sameValue(both[1], tt.want) || both[2].Int() != 7 {
				t.Errorf("field and tree %s = %s, %s, want %s, %s", tt.name, show(both[0]), show(both[1]), show(want), show(tt.want))
			}
		})
	}
}

func TestStringsShareTheEventsMemory(t *testing.T) {
	event := []byte(`{"plain":"text","escaped":"a\tb"}`)
	x := New(JSON, []Field{{Name: "plain"}, {Name: "escaped"}}, Options{})
	got := values(x, x.fields, event)
	if at := unsafe.StringData(got[0].Str()); at != &event[bytes.Index(event, []byte("text"))] {
		t.Errorf("plain was copied")
	}
	clear(event)
	if s := got[1].Str(); s != "a\tb" {
		t.Errorf("escaped = %q after the event was cleared, want %q", s, "a\tb")
	}
}

func TestStringsOfOneBatchKeepTheirPlace(t *testing.T) {
	x := New(JSON, []Field{{Name: "a"}}, Options{})
	col := []*column.Builder{new(column.Builder)}
	const n = 20000
	for range 2 {
		col[0].Reset()
		x.Reset()
		for i := range n {
			x.Extract(fmt.Appendf(nil, `{"a":"number\t%d"}`, i), col)
		}
		for i := range n {
			if got, want := col[0].Column().Str(i), fmt.Sprintf("number\t%d", i); got != want {
				t.Fatalf("row %d = %q, want %q", i, got, want)
			}
		}
	}
}

func TestStepsAreBounded(t *testing.T) {
	x := New(JSON, []Field{{Name: "a"}}, Options{})
	for i := range 10 * maxSteps {
		event := fmt.Sprintf(`{"id%d":1,"%s":2,"a":%d}`, i, strings.Repeat("k", i), i)
		if got := values(x, x.fields, []byte(event)); got[0].Int() != int64(i) {
			t.Fatalf("a of %s = %s, want %d", event, show(got[0]), i)
		}
	}
	if n := len(x.tree.root.steps); n > maxSteps {
		t.Errorf("%d steps, want at most %d", n, maxSteps)
	}
	for _, s := range x.tree.root.steps {
		if len(s.literal) > maxLiteral {
			t.Errorf("a step of %d bytes, want at most %d", len(s.literal), maxLiteral)
		}
	}
}

func TestUnwantedObjectsAreBounded(t *testing.T) {
	x := New(JSON, []Field{{Name: "a"}}, Options{})
	for i := range 40 {
		var event strings.Builder
		for j := range 40 {
			fmt.Fprintf(&event, `"o%d":{"p%d":{"q":{},"r":[{}]},"x":1},`, i+j, i)
		}
		text := "{" + event.String() + `"a":5}`
		if got := values(x, x.fields, []byte(text)); got[0].Int() != 5 {
			t.Fatalf("a of %s = %s, want 5", text, show(got[0]))
		}
	}
	if n := len(x.tree.unwanted); n != maxUnwanted {
		t.Errorf("%d nodes for unwanted objects, want %d", n, maxUnwanted)
	}
}

func TestManyFields(t *testing.T) {
	var fields []Field
	var event strings.Builder
	for i := range maxFields {
		fields = append(fields, Field{Name: fmt.Sprintf("o%d.k%d", i%10, i)})
	}
	for i := range 10 {
		fmt.Fprintf(&event, `,"o%d":{`, i)
		for j := i; j < maxFields; j += 10 {
			fmt.Fprintf(&event, `"k%d":%d,`, j, j)
		}
		event.WriteString(`"last":null}`)
	}
	for i, v := range extract(JSON, Options{}, "{"+event.String()[1:]+"}", fields...) {
		if v.Int() != int64(i) {
			t.Errorf("field %s = %s, want %d", fields[i].Name, show(v), i)
		}
	}
}

func TestNoAllocationsPerEvent(t *testing.T) {
	lambda := [][]byte{
		[]byte("REPORT RequestId: 3f1a2b4c-0000-1111-2222-abcdefabcdef\tDuration: 1394.60 ms\tMemory Size: 128 MB\n"),
		[]byte("2025-03-01T10:00:00.000Z\t3f1a2b4c-0000-1111-2222-abcdefabcdef\tinfo\tcache {\"level\":\"x\"}\n"),
	}
	vpc := []byte("2 123456789010 eni-1 192.0.2.9 192.0.2.24 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK")
	for _, tt := range []struct {
		name   string
		kind   Kind
		events [][]byte
		fields string
	}{
		{"web events", JSON, webEvents(64), "level error durationMs requestId status a.b"},
		{"Lambda lines", Lambda, lambda, "@type @requestId @duration @memorySize @level level"},
		{"VPC records", VPCFlow, [][]byte{vpc}, "srcAddr bytes action"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var fields []Field
			var cols []*column.Builder
			for _, name := range strings.Fields(tt.fields) {
				fields = append(fields, Field{Name: name})
				cols = append(cols, new(column.Builder))
			}
			x := New(tt.kind, fields, Options{})
			batch := func() {
				x.Reset()
				for _, c := range cols {
					c.Reset()
				}
				for range 4 {
					for _, e := range tt.events {
						x.Extract(e, cols)
						x.Each(e, func(string, column.Value) bool { return true })
					}
				}
			}
			batch()
			batch()
			if n := testing.AllocsPerRun(10, batch); n > 0 {
				t.Errorf("%v allocations per batch, want 0", n)
			}
		})
	}
}

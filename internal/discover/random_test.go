package discover

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
)

// randomKeys are few, so that they repeat and meet each other by different ways.
var randomKeys = []string{
	"a", "b", "c", "a.b", "b.c", "a.b.c", "0", "1", "a.0", "", "@", "@a", "level", "requestId", "key with blanks",
	`\u0061`, `a\u002eb`, `x\"y`, `x\/y`, "é", `\u00e9`, "aLongerKeyThanSixteenBytes",
}

// randomNames are names of fields that events with randomKeys may have.
var randomNames = []string{
	"a", "b", "c", "a.b", "b.c", "a.b.c", "a.a", "a.b.a.b", "a.0", "a.1", "b.0.a", "a.0.0", "0", "1", "", ".", "a.", ".a",
	"@@", "@@a", "@a", "a.@a", "level", "requestId", "level.requestId", "key with blanks", `x"y`, "x/y", "é", "a.é",
	"aLongerKeyThanSixteenBytes", "none", "a.none", "c.b.a",
}

var randomScalars = []string{
	"1", "-1.50", "0", "-0", "1e3", "1.5e-7", "9007199254740993", "123456789012345678901234567890", "0.1234567890123456789",
	"1e400", "1e999", "true", "false", "null", `""`, `"text"`, `"a \"quoted\" text"`, `"\u00e9\ud83d\ude00\ud800"`, `"é😀"`,
	`"{\"level\":1}"`, `"\\"`, `"\\\""`, `"a longer text that does not end soon, 64 bytes or so from its start"`,
}

// randomJSON appends a random value. size bounds the members of an object at depth 0; there are
// few further down.
func randomJSON(r *rand.Rand, b []byte, keys []string, blanks bool, depth, size int) []byte {
	space := func() {
		if blanks && r.IntN(4) == 0 {
			b = append(b, " \t\n\r"[r.IntN(4)])
		}
	}
	if depth > 0 && (size <= 1 || r.IntN(3) > 0) {
		return append(b, randomScalars[r.IntN(len(randomScalars))]...)
	}
	object := depth == 0 || r.IntN(3) > 0
	b = append(b, "[{"[btoi(object)])
	n := r.IntN(size + 1)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		space()
		if object {
			b = append(b, `"`+keys[r.IntN(len(keys))]+`"`...)
			space()
			b = append(b, ':')
			space()
		}
		b = randomJSON(r, b, keys, blanks, depth+1, min(size/2, 3))
		space()
	}
	space()
	return append(b, "]}"[btoi(object)])
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// randomEvent returns an event of one of several shapes.
func randomEvent(r *rand.Rand) []byte {
	keys := randomKeys
	if r.IntN(2) == 0 {
		keys = randomKeys[:1+r.IntN(len(randomKeys))]
	}
	size := []int{3, 6, 12, 300}[r.IntN(4)]
	b := randomJSON(r, nil, keys, r.IntN(2) == 0, 0, size)
	switch r.IntN(20) {
	case 0: // deeper than we look
		n := 55 + r.IntN(20)
		b = append(bytes.Repeat([]byte(`{"a":`), n), b...)
		b = append(b, bytes.Repeat([]byte("}"), n)...)
	case 1: // many values before the rest
		b = append([]byte(`{"c":[`+strings.Repeat("1,", 150+r.IntN(60))+`1],`), b[1:]...)
		b = bytes.Replace(b, []byte(",}"), []byte("}"), 1)
	}
	return b
}

func randomFields(r *rand.Rand) []Field {
	fields := make([]Field, 1+r.IntN(5))
	for i := range fields {
		fields[i] = Field{Name: randomNames[r.IntN(len(randomNames))], Tree: r.IntN(5) == 0}
	}
	return fields
}

// A differ extracts from one event after the other and compares to the reference.
type differ struct {
	fields []Field
	xs     []*Extractor
}

func newDiffer(fields []Field) *differ {
	return &differ{fields, []*Extractor{
		New(JSON, fields, Options{}), New(JSON, fields, Options{Strict: true}), New(Lambda, fields, Options{}),
	}}
}

// checkText reports a Text that is not the value that Append gives for the event found last.
func checkText(t *testing.T, x *Extractor, event []byte, got []column.Value) {
	t.Helper()
	for i, v := range got {
		text, ok := x.Text(i)
		plain := v.Kind() == column.String && bytes.Contains(event, []byte(`"`+v.Str()+`"`))
		if ok && (v.Kind() != column.String || v.Str() != string(text)) || !ok && plain && x.lambda == nil && !bytes.ContainsRune(event, '\\') {
			t.Errorf("%s: Text(%d) of %s = %q, %v, want that of %s", x.kind, i, event, text, ok, show(v))
		}
	}
}

// check reports every difference between the package and the reference for a valid event.
func (d *differ) check(t *testing.T, event []byte) {
	t.Helper()
	fields := refFields(event)
	leaves := refLeaves(fields)
	for _, x := range d.xs {
		all := values(x, d.fields, event)
		checkText(t, x, event, all)
		for i, got := range all {
			if want := refExtract(fields, d.fields[i]); !sameValue(got, want) {
				t.Errorf("%s, strict %v: field %+v of %s\ngot  %s\nwant %s", x.kind, x.opt.Strict, d.fields[i], event, show(got), show(want))
			}
		}
		want := leaves
		x.Each(event, func(name string, v column.Value) bool {
			if len(want) == 0 || want[0].name != name || !sameValue(v, want[0].value) {
				t.Fatalf("Each of %s: got %q = %s, want %v", event, name, show(v), want)
			}
			want = want[1:]
			return true
		})
		if len(want) > 0 {
			t.Errorf("Each of %s lacks %v", event, want)
		}
		x.Reset()
	}
}

// values extracts from one event.
func values(x *Extractor, fields []Field, event []byte) []column.Value {
	out := make([]column.Value, len(fields))
	cols := make([]*column.Builder, len(fields))
	for i := range cols {
		cols[i] = new(column.Builder)
	}
	x.Extract(event, cols)
	for i, c := range cols {
		if c.Len() != 1 {
			panic(fmt.Sprintf("field %d: %d values", i, c.Len()))
		}
		out[i] = c.Column().Value(0)
	}
	return out
}

func sameValue(a, b column.Value) bool { return a.Kind() == b.Kind() && a.Text() == b.Text() }

func TestRandomEventsAgreeWithReference(t *testing.T) {
	const seed = 20260101
	r := rand.New(rand.NewPCG(seed, 0))
	for range 100 {
		d := newDiffer(randomFields(r))
		events := make([][]byte, 8) // come again in another order, to meet what was learned
		for i := range events {
			events[i] = randomEvent(r)
		}
		for range 16 {
			d.check(t, events[r.IntN(len(events))])
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Spoiled events are damaged at one place: strictly read they have no fields, or are still valid.
// Otherwise what they give does not depend on the events before.
func TestSpoiledEvents(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		fields := randomFields(r)
		strict, light := New(JSON, fields, Options{Strict: true}), New(JSON, fields, Options{})
		for range 20 {
			event := randomEvent(r)
			switch at := r.IntN(len(event)); r.IntN(3) {
			case 0:
				event = event[:at]
			case 1:
				event[at] = "{}[],:\"\\x0\x00\xff"[r.IntN(12)]
			case 2:
				event = append(event, event[at:]...)
			}
			fresh := values(New(JSON, fields, Options{}), fields, event)
			for i, got := range values(light, fields, event) {
				if !sameValue(got, fresh[i]) {
					t.Fatalf("seed %d: field %+v of %q = %s, without earlier events %s", seed, fields[i], event, show(got), show(fresh[i]))
				}
			}
			for i, got := range values(strict, fields, event) {
				want := column.Value{}
				if utf8.Valid(event) {
					want = refExtract(refFields(event), fields[i])
				}
				if !sameValue(got, want) {
					t.Fatalf("seed %d: field %+v of %q = %s, want %s", seed, fields[i], event, show(got), show(want))
				}
			}
		}
	}
}

func FuzzExtract(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 0))
	for range 50 {
		f.Add(randomEvent(r), randomNames[r.IntN(len(randomNames))], "level", true)
	}
	f.Fuzz(func(t *testing.T, event []byte, first, second string, tree bool) {
		d := newDiffer([]Field{{Name: first, Tree: tree}, {Name: second}})
		if utf8.Valid(event) && refParse(event) != nil {
			d.check(t, event)
			return
		}
		for _, x := range d.xs {
			got := values(x, d.fields, event)
			x.Each(event, func(string, column.Value) bool { return true })
			if x.opt.Strict && (!got[0].IsNull() || !got[1].IsNull()) {
				t.Errorf("fields %v of %q = %s, %s, want null", d.fields, event, show(got[0]), show(got[1]))
			}
		}
	})
}

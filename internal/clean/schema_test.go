package clean

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// surveyOf surveys events, each of them a unit of its own if apart is set.
func surveyOf(limit int, apart bool, events ...string) *schema {
	g := newGathering(limit)
	s := newSurvey(limit)
	for _, e := range events {
		s.add(object{text: []byte(e)})
		if apart {
			g.add(s)
			s = newSurvey(limit)
		}
	}
	g.add(s)
	return g.schema()
}

func (s *schema) text() string {
	var b strings.Builder
	for _, c := range s.all() {
		fmt.Fprintf(&b, " %s:%s", c.Name, c.Type)
		if c.Key != "" {
			fmt.Fprintf(&b, "(%s)", c.Key)
		}
	}
	return strings.TrimPrefix(b.String(), " ")
}

func TestSchema(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events []string
		want   string
	}{
		{"nothing", nil, ""},
		{"one of each", []string{`{"b":true,"i":1,"f":1.5,"s":"x","t":"2018-03-29T14:40:23Z","n":null,"o":{},"l":[]}`},
			"b:bool i:int64 f:float64 s:string t:timestamp"},
		{"names of inner values", []string{`{"a":{"b":1,"c":{"d":2}},"l":[1,{"x":[true]}]}`}, "a.b:int64(a) a.c.d:int64(a) l.0:int64(l) l.1.x.0:bool(l)"},
		{"a null in an array keeps the places", []string{`{"l":[null,1]}`}, "l.1:int64(l)"},
		{"whole and other numbers", []string{`{"n":1}`, `{"n":1.5}`, `{"n":-2}`}, "n:float64"},
		{"whole numbers in another form", []string{`{"n":1.0}`, `{"n":1e3}`}, "n:int64"},
		{"numbers of 64 bits", []string{`{"n":9223372036854775807}`, `{"n":-9223372036854775808}`, `{"n":1}`}, "n:int64"},
		{"numbers of 64 bits and others", []string{`{"n":9223372036854775807}`, `{"n":0.5}`}, "n:string"},
		{"numbers of more than 64 bits", []string{`{"n":9223372036854775808}`}, "n:string"},
		{"numbers of 400 digits", []string{`{"n":` + strings.Repeat("9", 400) + `,"m":0.` + strings.Repeat("1", 400) + `}`}, "n:string m:string"},
		{"17 digits and 18", []string{`{"n":0.012345678901234567,"m":-0.123456789012345678,"o":1e20}`}, "n:float64 m:string o:float64"},
		{"numbers that are too large", []string{`{"n":1e999}`}, "n:string"},
		{"kinds that have nothing in common", []string{`{"n":1}`, `{"n":true}`, `{"m":"x"}`, `{"m":1}`}, "n:string m:string"},
		{"times and other text", []string{`{"t":"2018-03-29T14:40:23.123Z"}`, `{"t":"soon"}`}, "t:string"},
		{"times with more than milliseconds", []string{`{"t":"2018-03-29T14:40:23.1234Z","u":"2018-03-29T14:40:23+01:00","v":"2018-02-30T14:40:23Z"}`}, "t:string u:string v:string"},
		{"a repeated key", []string{`{"k":1,"k":"x"}`}, "k:string"},
		{"two ways to one name", []string{`{"a.b":1,"a":{"b":"x"}}`}, "a.b:int64 _rest:json"},
		{"two ways to one name in two events", []string{`{"a.b":1}`, `{"a":{"b":2}}`}, "a.b:int64"},
		{"names that differ in case", []string{`{"Level":"a","level":"b"}`}, "Level:string level:string"},
		{"a key with an escape", []string{`{"\u0061":1}`, `{"a":2}`}, "a:int64"},
		{"an empty key", []string{`{"":1,"a":{"":2}}`}, "a.:int64(a) _rest:json"},
		{"a key of the rest's name", []string{`{"_rest":1,"a":2}`}, "a:int64 _rest:json"},
		{"a long key", []string{`{"` + strings.Repeat("k", maxName) + `":1}`, `{"a":{"` + strings.Repeat("k", maxName-1) + `":1}}`}, "_rest:json"},
		{"a key just short enough", []string{`{"a":{"` + strings.Repeat("k", maxName-2) + `":1}}`}, "a." + strings.Repeat("k", maxName-2) + ":int64(a)"},
		{"64 levels deep", []string{strings.Repeat(`{"a":`, 64) + "1" + strings.Repeat("}", 64)}, "a" + strings.Repeat(".a", 63) + ":int64(a)"},
		{"65 levels deep", []string{strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65)}, "_rest:json"},
		{"more names than columns", []string{`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8}`}, "a:int64 b:int64 c:int64 d:int64 e:int64 f:int64 g:int64 _rest:json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, apart := range []bool{false, true} {
				if got := surveyOf(7, apart, tt.events...).text(); got != tt.want {
					t.Errorf("survey(%.200q), apart %t\n got %s\nwant %s", tt.events, apart, got, tt.want)
				}
			}
		})
	}
}

func TestSurveysOfManyUnits(t *testing.T) {
	var one, two []string
	for i := range 9 {
		one = append(one, fmt.Sprintf(`{"k%d":1,"x":1}`, i))
		two = append(two, fmt.Sprintf(`{"m%d":1,"x":"y"}`, i))
	}
	g := newGathering(5)
	found := newOrdered(g, []unit{{number: 3}, {number: 5}, {number: 6}})
	units := []*survey{newSurvey(5), newSurvey(5), newSurvey(5)}
	for i := range one {
		units[0].add(object{text: []byte(one[i])})
		units[2].add(object{text: []byte(two[i])})
	}
	for _, n := range []int{2, 0, 1} { // whichever is done first
		found.add([]int{3, 5, 6}[n], units[n])
	}
	if got, want := g.schema().text(), "k0:int64 x:string k1:int64 k2:int64 k3:int64 _rest:json"; got != want {
		t.Errorf("surveys out of order: got %s, want %s", got, want)
	}
}

func TestRow(t *testing.T) {
	s := &schema{Columns: []Column{{Name: "a", Type: "int64"}, {Name: "b.c", Type: "string"}}, Rest: true}
	for _, tt := range []struct{ text, want string }{
		{`{}`, "-|-|"},
		{`{"a":1,"b":{"c":"x\ny"}}`, "1|x\ny|"},
		{`{"b":{"c":2,"d":3},"a":null}`, `-|2|{"b.d":3`},
		{`{"a":1,"a":2}`, "2|-|"},
		{`{"b.c":1,"b":{"c":2}}`, `-|1|{"b.c":2`},
		{`{"x":{"y":[1,{"z":"\u0041"}]},"q\"":true}`, `-|-|{"x.y.0":1,"x.y.1.z":"\u0041","q\"":true`},
		{`{"` + strings.Repeat("k", 600) + `":{"i":[1]}}`, `-|-|{"` + strings.Repeat("k", 600) + `.i.0":1`},
	} {
		r := newRow(s, 2)
		for range 2 {
			if err := r.fill(object{text: []byte(tt.text)}); err != nil {
				t.Fatal(err)
			}
			var cells []string
			for _, c := range r.cells {
				if c.kind == jsonscan.Invalid {
					cells = append(cells, "-")
				} else {
					cells = append(cells, string(c.text(nil)))
				}
			}
			if got := strings.Join(append(cells, string(r.rest)), "|"); got != tt.want {
				t.Errorf("row of %.100s: got %s, want %s", tt.text, got, tt.want)
			}
		}
	}
}

func TestRowWithoutRest(t *testing.T) {
	r := newRow(&schema{Columns: []Column{{Name: "a", Type: "int64"}}}, 1)
	if err := r.fill(object{text: []byte(`{"a":1,"b":2}`)}); !errors.Is(err, errNoRest) {
		t.Errorf("fill with a name that no survey saw: got %v, want %v", err, errNoRest)
	}
	if err := r.fill(object{text: []byte(`{"a":1}`)}); err != nil {
		t.Errorf("fill after that: %v", err)
	}
}

// TestShapeIsBounded checks that keys without end do not take memory without end, and that every value
// is told all the same.
func TestShapeIsBounded(t *testing.T) {
	s := newSurvey(10)
	for i := range 10_000 {
		s.add(object{text: fmt.Appendf(nil, `{"user-%d":{"name":"x","list":[1,2,3]}}`, i)})
	}
	if n := s.shape.nodes; n > s.shape.maxNodes() {
		t.Errorf("%d nodes, want at most %d", n, s.shape.maxNodes())
	}
	r := newRow(&schema{Rest: true}, 10)
	for i := range 1000 {
		if err := r.fill(object{text: fmt.Appendf(nil, `{"user-%d":{"name":"x"}}`, i)}); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf(`{"user-%d.name":"x"`, i); string(r.rest) != want {
			t.Fatalf("rest: got %s, want %s", r.rest, want)
		}
	}
}

// rowText returns what is in a row.
func rowText(r *row) string {
	var b strings.Builder
	for i := range r.cells {
		if c := &r.cells[i]; c.kind != jsonscan.Invalid {
			fmt.Fprintf(&b, "%s %s=%s\n", c.kind, r.shape.names[i], c.raw)
		}
	}
	b.Write(r.rest)
	return b.String()
}

// FuzzRow checks that what a survey saw fits into rows after it, and that rows are the same whether an
// event's layout is known or not.
func FuzzRow(f *testing.F) {
	f.Add([]byte(`{"a":{"b":1},"a.b":2,"l":[1,[2],{"x":null}],"":0}`), []byte(`{"a":{"b":"x"},"l":[true]}`))
	f.Add([]byte(`{"a":null,"b":1,"b":"x"}`), []byte(`{"a":1,"b":null,"b":2}`))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		one, two = jsonscan.Trim(one), jsonscan.Trim(two)
		for _, e := range [][]byte{one, two} {
			if len(e) == 0 || e[0] != '{' || !jsonscan.Valid(e) {
				return
			}
		}
		s := surveyOf(3, len(one)%2 == 0, string(one), string(two))
		plain, quick := newRow(s, 3), newRow(s, 3)
		var c converter
		for _, e := range [][]byte{one, two, one, two} {
			obj, ok := c.object(e)
			if !ok {
				t.Fatalf("object(%s): not one", e)
			}
			if err := errors.Join(plain.fill(object{text: obj.text}), quick.fill(obj)); err != nil {
				t.Fatalf("fill(%s) after a survey of %s and %s (%s): %v", e, one, two, s.text(), err)
			}
			if len(plain.rest) > 0 && !jsonscan.Valid(append(bytes.Clone(plain.rest), '}')) {
				t.Fatalf("fill(%s): rest %s} is not valid", e, plain.rest)
			}
			if a, b := rowText(plain), rowText(quick); a != b {
				t.Fatalf("fill(%s): got %s with its layout known, want %s", e, b, a)
			}
		}
	})
}

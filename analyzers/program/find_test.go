package program

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

// writes makes what package pkg writes itself from lines: "3 tag label_created", "4 key user_id number",
// "together a b". The number is the line.
func writes(t *testing.T, pkg string, lines ...string) *Union {
	t.Helper()
	u := &Union{}
	for _, l := range lines {
		w := strings.Fields(l)
		line, _ := strconv.Atoi(w[0])
		at := Place{Pkg: pkg, File: "x.go", Line: line, Column: len(u.Tags) + len(u.Keys) + 1}
		switch {
		case w[0] == "together":
			u.Together = append(u.Together, pairOf(w[1], w[2]))
		case w[1] == "tag":
			u.Tags = append(u.Tags, Tag{Name: w[2], Place: at})
		case w[1] == "key" && len(w) == 4:
			u.Keys = append(u.Keys, Key{Name: w[2], Shape: Shape(w[3]), Place: at, Uses: 1})
		case w[1] == "key":
			u.Keys = append(u.Keys, Key{Name: w[2], Place: at, Uses: 1})
		default:
			t.Fatalf("what is %q?", l)
		}
	}
	u.sort()
	return u
}

// short prints a clash as the tests below write it.
func short(c Clash) string {
	s := fmt.Sprintf("%s %s at %s:%d, other at %s:%d", c.Check, c.Name, c.At.Pkg, c.At.Line, c.Other.Pkg, c.Other.Line)
	switch c.Check {
	case KeyType:
		s += fmt.Sprintf(", %s not %s", c.Shape, c.Want)
	case KeyAlias:
		s += fmt.Sprintf(" %s, better %s", c.OtherName, c.Better)
	}
	if c.Import != "" {
		s += ", by import of " + c.Import
	}
	return s
}

var agreedKeys = dictionary.Keys{Alias: map[string][]string{"email": {"email_to", "email_address"}, "item": nil, "items": nil}}

// A step is one package of a program, analysed after those it imports.
type step struct {
	pkg     string
	imports string
	writes  []string
	want    []string
}

// A diamond: b and c do not know each other.
var programs = []struct {
	name  string
	steps []step
}{
	{"a tag twice in a package", []step{
		{"a", "", []string{"1 tag x_done", "2 tag y_done", "9 tag x_done"}, []string{"tagunique x_done at a:9, other at a:1"}},
	}},
	{"a tag in a package and in one it imports", []step{
		{"a", "", []string{"1 tag x_done"}, nil},
		{"b", "a", []string{"2 tag x_done"}, []string{"tagunique x_done at b:2, other at a:1"}},
		{"c", "a b", nil, nil},
	}},
	{"siblings clash at the first package that imports both, once", []step{
		{"b", "", []string{"1 tag x_done"}, nil},
		{"c", "", []string{"2 tag x_done"}, nil},
		{"d", "b c", nil, []string{"tagunique x_done at c:2, other at b:1, by import of c"}},
		{"e", "b c d", nil, nil},
		{"main", "d e", nil, nil},
	}},
	{"a place reached on two ways is one place", []step{
		{"a", "", []string{"1 tag x_done", "1 key n number"}, nil},
		{"b", "a", []string{"1 tag b_done"}, nil},
		{"c", "a", []string{"1 tag c_done"}, nil},
		{"d", "a b c", []string{"1 tag d_done"}, nil},
	}},
	{"each further place of a tag is reported, nowhere twice", []step{
		{"a", "", []string{"1 tag x_done"}, nil},
		{"b", "a", []string{"1 tag x_done"}, []string{"tagunique x_done at b:1, other at a:1"}},
		{"c", "a", []string{"1 tag x_done"}, []string{"tagunique x_done at c:1, other at a:1"}},
		{"d", "b c", []string{"1 tag x_done"}, []string{"tagunique x_done at d:1, other at a:1"}},
	}},
	{"the type used most often in a package wins there", []step{
		{"a", "", []string{"1 key n string", "2 key n number", "3 key n number"}, []string{"keytype n at a:1, other at a:2, string not number"}},
	}},
	{"the type below wins over the type used most here", []step{
		{"a", "", []string{"1 key n string"}, nil},
		{"b", "a", []string{"1 key n number", "2 key n number", "3 key n string"}, []string{
			"keytype n at b:1, other at a:1, number not string", "keytype n at b:2, other at a:1, number not string"}},
		{"c", "b", []string{"7 key n number"}, []string{"keytype n at c:7, other at a:1, number not string"}},
	}},
	{"siblings disagree on a type", []step{
		{"b", "", []string{"1 key n string"}, nil},
		{"c", "", []string{"2 key n number"}, nil},
		{"d", "b c", nil, []string{"keytype n at c:2, other at b:1, number not string, by import of c"}},
		{"e", "b c d", nil, nil},
	}},
	{"an unknown type agrees with all", []step{
		{"a", "", []string{"1 key n string", "2 key n"}, nil},
		{"b", "a", []string{"1 key n"}, nil},
	}},
	{"names of one meaning in one package: the agreed one stays", []step{
		{"a", "", []string{"1 key email string", "2 key email_to string"}, []string{"keyalias email_to at a:2, other at a:1 email, better email"}},
	}},
	{"the agreed name may come later", []step{
		{"a", "", []string{"1 key email_to string", "2 key email string"}, []string{"keyalias email_to at a:1, other at a:2 email, better email"}},
	}},
	{"names of one meaning across packages", []step{
		{"a", "", []string{"1 key email_to string"}, nil},
		{"b", "a", []string{"2 key email string"}, []string{"keyalias email at b:2, other at a:1 email_to, better email"}},
		{"c", "", []string{"3 key email_address string"}, nil},
		{"d", "b c", nil, []string{
			"keyalias email_address at c:3, other at b:2 email, better email, by import of c"}},
		{"e", "b c d", nil, nil},
	}},
	{"three names of one meaning", []step{
		{"a", "", []string{"1 key email_to string", "2 key email_address string", "3 key email string"}, []string{
			"keyalias email_address at a:2, other at a:3 email, better email", "keyalias email_to at a:1, other at a:3 email, better email"}},
	}},
	{"one name to write for a family, though not all of it is alike", []step{
		{"a", "", []string{"1 key address string"}, nil},
		{"b", "a", []string{"1 key adress string", "2 key adress_id string"}, []string{
			"keyalias adress at b:1, other at a:1 address, better address", "keyalias adress_id at b:2, other at a:1 address, better address"}},
	}},
	{"names alike that one event has side by side", []step{
		{"a", "", []string{"1 key order string", "1 key order_id string", "together order order_id"}, nil},
		{"b", "a", []string{"2 key order_id string"}, nil},
	}},
	{"names alike that no event has side by side", []step{
		{"a", "", []string{"1 key order string"}, nil},
		{"b", "a", []string{"2 key order_id string"}, []string{"keyalias order_id at b:2, other at a:1 order, better order"}},
	}},
}

func TestFind(t *testing.T) {
	for _, tt := range programs {
		t.Run(tt.name, func(t *testing.T) {
			facts := map[string]*Union{}
			for _, s := range tt.steps {
				var in []imported
				for _, path := range strings.Fields(s.imports) {
					in = append(in, imported{path, facts[path]})
				}
				clashes, all := find(s.pkg, writes(t, s.pkg, s.writes...), in, newNames(agreedKeys))
				facts[s.pkg] = all
				var got []string
				for _, c := range clashes {
					got = append(got, short(c))
				}
				slices.Sort(got)
				if diff := cmp.Diff(s.want, got); diff != "" {
					t.Errorf("package %s, importing %q: -want +got\n%s", s.pkg, s.imports, diff)
				}
			}
		})
	}
}

func TestFindLeavesItsInputAlone(t *testing.T) {
	own := writes(t, "b", "1 tag x_done", "2 tag x_done", "3 key email string")
	below := writes(t, "a", "1 tag x_done", "2 key email_to string")
	find("b", own, []imported{{"a", below}}, newNames(agreedKeys))
	if diff := cmp.Diff(writes(t, "b", "1 tag x_done", "2 tag x_done", "3 key email string"), own); diff != "" {
		t.Errorf("own after find: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(writes(t, "a", "1 tag x_done", "2 key email_to string"), below); diff != "" {
		t.Errorf("an import's fact after find: -want +got\n%s", diff)
	}
}

func TestFindHandsOnASingleFact(t *testing.T) {
	below := writes(t, "a", "1 tag x_done")
	if _, all := find("b", &Union{}, []imported{{"a", below}, {"c", &Union{}}}, newNames(dictionary.Keys{})); all != below {
		t.Errorf("find of a package that writes nothing = %v, want its one import's fact itself", all)
	}
}

func TestWhole(t *testing.T) {
	programs := []*Union{
		writes(t, "cmd/two", "4 tag started", "5 key n string", "6 key email_to string"),
		writes(t, "cmd/one", "1 tag started", "2 key n number", "3 key email string"),
		writes(t, "lib", "1 key n number"),
		writes(t, "last", "1 key n string"),
		writes(t, "least", "1 key n number"),
	}
	want := []string{
		"tagunique started at cmd/two:4, other at cmd/one:1",
		"keytype n at cmd/two:5, other at cmd/one:2, string not number",
		"keyalias email_to at cmd/two:6, other at cmd/one:3 email, better email",
		"keytype n at last:1, other at cmd/one:2, string not number",
	}
	for range 3 {
		var got []string
		for _, c := range Whole(programs, agreedKeys) {
			got = append(got, short(c))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Whole: -want +got\n%s", diff)
		}
		programs = append(programs[1:], programs[0]) // the order must not matter
	}
}

func TestPlaceIn(t *testing.T) {
	for _, tt := range []struct{ pkg, module, want string }{
		{"example.com/shop/labels", "example.com/shop", "labels/x.go:7"},
		{"example.com/shop", "example.com/shop", "x.go:7"},
		{"example.com/shopping", "example.com/shop", "example.com/shopping/x.go:7"},
		{"example.com/shop/labels", "", "example.com/shop/labels/x.go:7"},
	} {
		if got := (Place{Pkg: tt.pkg, File: "x.go", Line: 7}).In(tt.module); got != tt.want {
			t.Errorf("place in %s as %q reads it = %s, want %s", tt.pkg, tt.module, got, tt.want)
		}
	}
}

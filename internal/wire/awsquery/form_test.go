package awsquery

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

const facts = `{"service":"test","apiVersion":"2020-01-08","protocols":["query"],"xmlNamespace":"urn:t","operations":{
	"Do":{"in":"All","out":"All"},"Be":{"in":"All"}},
"shapes":{"All":{"t":"structure","m":{
	"s":{"s":"smithy.api#String"},"b":{"s":"smithy.api#Blob"},"t":{"s":"smithy.api#Boolean"},"i":{"s":"smithy.api#Integer"},
	"l":{"s":"smithy.api#Long"},"f":{"s":"smithy.api#Float"},"d":{"s":"smithy.api#Double"},"e":{"s":"smithy.api#Timestamp"},
	"a":{"s":"List"},"m":{"s":"Map"},"n":{"s":"All"},"fa":{"s":"List","flat":true,"xmlName":"Fa"},"fm":{"s":"Names","flat":true},
	"aa":{"s":"Lists"},"sm":{"s":"Structures"}}},
"List":{"t":"list","of":"smithy.api#String"},"Lists":{"t":"list","of":"List","item":"Inner"},
"Map":{"t":"map","k":"smithy.api#String","v":"smithy.api#Long"},
"Names":{"t":"map","k":"smithy.api#String","v":"smithy.api#String","kn":"K","vn":"V"},
"Structures":{"t":"map","k":"smithy.api#String","v":"All"}}}`

type all struct {
	S  *string
	B  []byte
	T  *bool
	I  *int32
	L  *int64
	F  *float32
	D  *float64
	E  *time.Time
	A  []string
	M  map[string]int64
	N  *all
	Fa []string
	Fm map[string]string
	Aa [][]string
	Sm map[string]all
}

// testTable returns a table of the operations Do and Be.
func testTable(t testing.TB) *wire.Table {
	t.Helper()
	s, err := model.Parse([]byte(facts))
	if err != nil {
		t.Fatal(err)
	}
	var ops []op.Operation
	for name := range s.Operations {
		ops = append(ops, op.Operation{Service: "test", Name: name, In: reflect.TypeFor[all](), Out: reflect.TypeFor[all]()})
	}
	table, err := wire.NewTable([]*model.Service{s}, ops, nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func operation(t testing.TB, table *wire.Table, name string) *wire.Operation {
	t.Helper()
	o, err := table.Find(table.Services()[0], name)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func ptr[T any](v T) *T { return &v }

func TestDecode(t *testing.T) {
	table := testTable(t)
	c, do := New(table), operation(t, table, "Do")
	for _, tt := range []struct {
		name, form string
		want       all
	}{
		{"nothing", "", all{}},
		{"only what names the operation", "Action=Do&Version=2020-01-08", all{}},
		{"separators without parameters", "&&s=x&&", all{S: ptr("x")}},
		{"an empty text", "s=", all{S: ptr("")}},
		{"a key without a value", "s", all{S: ptr("")}},
		{"an equals sign in a value", "s=a=b", all{S: ptr("a=b")}},
		{"escapes and blanks", "s=a%2Bb+c%3D%26%C3%A9&%73%6Dx=1", all{S: ptr("a+b c=&é")}},
		{"control characters are text", "s=%00%0D%0A", all{S: ptr("\x00\r\n")}},
		{"of a parameter given twice the last counts", "s=1&s=2", all{S: ptr("2")}},
		{"a blob", "b=AP8%3D", all{B: []byte{0, 255}}},
		{"truth values", "t=true&n.t=false", all{T: ptr(true), N: &all{T: ptr(false)}}},
		{"whole numbers", "i=-2147483648&l=9223372036854775807", all{I: ptr(int32(math.MinInt32)), L: ptr(int64(math.MaxInt64))}},
		{"numbers", "f=1.5&d=-1e3", all{F: ptr(float32(1.5)), D: ptr(-1000.0)}},
		{"numbers as people write them", "d=.5&n.d=5.", all{D: ptr(.5), N: &all{D: ptr(5.0)}}},
		{"infinities", "f=Infinity&d=-Infinity", all{F: ptr(float32(math.Inf(1))), D: ptr(math.Inf(-1))}},
		{"a time", "e=2020-02-29T23:59:59.5Z", all{E: ptr(time.Date(2020, 2, 29, 23, 59, 59, 5e8, time.UTC))}},
		{"a list", "a.member.1=x&a.member.2=y", all{A: []string{"x", "y"}}},
		{"a list in the order of its indexes", "a.member.10=z&a.member.9=y&a.member.1=x", all{A: []string{"x", "y", "z"}}},
		{"a list with gaps", "a.member.1=x&a.member.99999999999999999999999=y", all{A: []string{"x", "y"}}},
		{"an empty list", "a=", all{A: []string{}}},
		{"an empty list by its elements", "a.member=", all{A: []string{}}},
		{"an empty list and its elements", "a.member.1=x&a=", all{A: []string{"x"}}},
		{"a flattened list", "Fa.2=y&Fa.1=x", all{Fa: []string{"x", "y"}}},
		{"an empty flattened list", "Fa=", all{Fa: []string{}}},
		{"lists in lists", "aa.Inner.2.member.1=z&aa.Inner.1.member.1=x&aa.Inner.1.member.2=y", all{Aa: [][]string{{"x", "y"}, {"z"}}}},
		{"a map", "m.entry.1.key=a&m.entry.1.value=1&m.entry.2.value=2&m.entry.2.key=b.c", all{M: map[string]int64{"a": 1, "b.c": 2}}},
		{"an empty map", "m=", all{M: map[string]int64{}}},
		{"an empty key", "m.entry.1.key=&m.entry.1.value=1", all{M: map[string]int64{"": 1}}},
		{"an entry without a value", "m.entry.1.key=a", all{M: map[string]int64{}}},
		{"a key given twice", "m.entry.1.key=a&m.entry.1.value=1&m.entry.2.key=a&m.entry.2.value=2", all{M: map[string]int64{"a": 2}}},
		{"a flattened map", "fm.1.K=a&fm.1.V=x&fm.2.K=b&fm.2.V=y", all{Fm: map[string]string{"a": "x", "b": "y"}}},
		{"a map of structures", "sm.entry.1.key=a&sm.entry.1.value.s=x&sm.entry.1.value.a.member.1=y", all{Sm: map[string]all{"a": {S: ptr("x"), A: []string{"y"}}}}},
		{"structures", "n.n.s=x&n.i=1", all{N: &all{I: ptr(int32(1)), N: &all{S: ptr("x")}}}},
		{"an empty structure", "n=", all{N: &all{}}},
		{"names that start alike", "n.s=x&n-s=y&nn=z&n0.s=y", all{N: &all{S: ptr("x")}}},
		{"unknown members", "x=1&x.member.1.y=2&.=3&..s=4&s.x=5&n.x=6&=7&s=x", all{S: ptr("x"), N: &all{}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Decode(do, post(tt.form))
			if err != nil {
				t.Fatalf("Decode(%q) = %v", tt.form, err)
			}
			if d := cmp.Diff(&tt.want, got); d != "" {
				t.Errorf("Decode(%q) (-want +got):\n%s", tt.form, d)
			}
		})
	}
}

func TestMalformedForms(t *testing.T) {
	table := testTable(t)
	c, do := New(table), operation(t, table, "Do")
	const input, query = "MalformedInput", "MalformedQueryString"
	for _, tt := range []struct{ form, code, message string }{
		{"s=%", query, "The query string contains a syntax error"},
		{"s=%zz", query, "The query string contains a syntax error"},
		{"%f=1", query, "The query string contains a syntax error"},
		{"s=%ff", input, "STRING_VALUE can not be converted to a String"},
		{"s.x=1", input, unexpectedStructure},
		{"b=%2A", input, ""},
		{"b=AP8", input, ""},
		{"t=True", input, "STRING_VALUE can not be converted to a Boolean"},
		{"t=", input, "STRING_VALUE can not be converted to a Boolean"},
		{"i=", input, "STRING_VALUE can not be converted to an Integer"},
		{"i=1.5", input, "STRING_VALUE can not be converted to an Integer"},
		{"i=%2B1", input, "STRING_VALUE can not be converted to an Integer"},
		{"i=2147483648", input, ""},
		{"l=9223372036854775808", input, "STRING_VALUE can not be converted to a Long"},
		{"d=1e400", input, "STRING_VALUE can not be converted to a Double"},
		{"d=0x10", input, "STRING_VALUE can not be converted to a Double"},
		{"d=inf", input, "STRING_VALUE can not be converted to a Double"},
		{"d=1_0", input, "STRING_VALUE can not be converted to a Double"},
		{"d=" + strings.Repeat("1", 401), input, "STRING_VALUE can not be converted to a Double"},
		{"f=1e39", input, ""},
		{"e=1", input, "timestamp must follow ISO8601"},
		{"e=2020-02-30T00:00:00Z", input, "timestamp must follow ISO8601"},
		{"a=x", input, endedList},
		{"a.member=x", input, endedList},
		{"a.1=x", input, endedList},
		{"a.member.1=x&a.members.1=y", input, endedList},
		{"a.member.0=x", input, endedList},
		{"a.member.01=x", input, endedList},
		{"a.member.-1=x", input, endedList},
		{"a.member.x=x", input, endedList},
		{"a.member.1.s=x", input, unexpectedStructure},
		{"m=x", input, endedStructure},
		{"m.entry.1.value=1", input, endedStructure},
		{"m.entry.1=x", input, endedStructure},
		{"m.entry.1.key.x=1", input, endedStructure},
		{"m.1.key=a", input, endedStructure},
		{"n=x", input, endedStructure},
		{strings.Repeat("n.", 128) + "s=x", input, "Nesting is too deep"},
		{manyMembers(), input, ""},
	} {
		in, err := c.Decode(do, post(tt.form))
		if err == nil {
			t.Errorf("Decode(%.60q) = %+v, want an error", tt.form, in)
			continue
		}
		if e := fault.Of(err); e.Kind != fault.Invalid || e.Code != tt.code || e.Message != tt.message {
			t.Errorf("Decode(%.60q) = %v, want %s: %s", tt.form, err, tt.code, tt.message)
		}
	}
	if _, err := c.Decode(do, post(strings.Repeat("n.", 126)+"s=x")); err != nil {
		t.Errorf("Decode 127 structures deep = %v, want no error", err)
	}
}

// manyMembers has one more than a structure may have.
func manyMembers() string {
	var b strings.Builder
	for i := range wire.MaxMembers + 1 {
		fmt.Fprintf(&b, "x%d=&", i)
	}
	return b.String()
}

func TestParametersAreBounded(t *testing.T) {
	text := strings.Repeat("&", maxParams-1)
	if _, err := appendParams(nil, text); err != nil {
		t.Errorf("appendParams of %d separators = %v", len(text), err)
	}
	if _, err := appendParams(nil, text+"&"); err == nil {
		t.Errorf("appendParams of %d separators succeeds", len(text)+1)
	}
	if _, err := appendParams(make([]param, 1), text); err == nil {
		t.Errorf("appendParams of %d separators after a parameter succeeds", len(text))
	}
}

func TestParametersOfGET(t *testing.T) {
	table := testTable(t)
	r := &wire.Request{Method: http.MethodGet, URL: &url.URL{Path: "/", RawQuery: "Action=Do&Version=2020-01-08&X-Amz-Date=1&s=%C3%A9"}}
	o, err := New(table).Match(r)
	if err != nil || o == nil || o.Name != "Do" {
		t.Fatalf("Match(GET %s) = %v, %v", r.URL, o, err)
	}
	got, err := New(table).Decode(o, r)
	if d := cmp.Diff(&all{S: ptr("é")}, got); err != nil || d != "" {
		t.Errorf("Decode(GET %s) = %v (-want +got):\n%s", r.URL, err, d)
	}
	r = post("s=form")
	r.URL.RawQuery = "Action=Do&Version=2020-01-08&s=url&i=1"
	if o, err = New(table).Match(r); err != nil || o == nil {
		t.Fatalf("Match(POST %s) = %v, %v", r.URL, o, err)
	}
	got, err = New(table).Decode(o, r)
	if d := cmp.Diff(&all{S: ptr("form"), I: ptr(int32(1))}, got); err != nil || d != "" {
		t.Errorf("Decode(POST %s) = %v (-want +got):\n%s", r.URL, err, d)
	}
}

// TestComparePaths checks that the order is one, and that sorting brings each value's parts together.
func TestComparePaths(t *testing.T) {
	paths := []string{
		"", ".", "1", "2", "9", "10", "10.a", "0", "01", "1a", "A", "A.", "A.1", "A.2", "A.2.x", "A.10", "A.-", "A.b", "A.b.c", "A-", "A-.1", "A1", "AB.1",
	}
	for i, a := range paths {
		for j, b := range paths {
			x, y := comparePaths(a, b), comparePaths(b, a)
			if x == 0 != (i == j) || x < 0 != (y > 0) {
				t.Errorf("comparePaths(%q, %q) = %d, the other way %d", a, b, x, y)
			}
			for _, c := range paths {
				if x < 0 && comparePaths(b, c) < 0 && comparePaths(a, c) >= 0 {
					t.Errorf("%q < %q < %q, but comparePaths(%q, %q) = %d", a, b, c, a, c, comparePaths(a, c))
				}
			}
		}
	}
}

// FuzzDecode checks that what decodes is sent by a client as a form that decodes to the same, and that its XML is read
// as the same where XML has all its characters. An empty flattened list is none in XML.
func FuzzDecode(f *testing.F) {
	table := testTable(f)
	c, do := New(table), operation(f, table, "Do")
	for _, form := range []string{
		"s=%C3%A9&b=AP8%3D&t=true&i=1&l=2&f=1.5&d=NaN&e=2020-02-29T23:59:59.5Z", "a.member.1=x&a.member.10=y&a=&Fa.1=x",
		"m.entry.1.key=a&m.entry.1.value=1&fm.1.K=a&fm.1.V=", "aa.Inner.2.member.1=z&aa.Inner.1=", "sm.entry.1.key=a&sm.entry.1.value.n.s=x",
		"n.n.s=%00%0D&n.i=-1", "%", "s=%EF%BF%BE",
	} {
		f.Add(form)
	}
	f.Fuzz(func(t *testing.T, form string) {
		first, err := c.Decode(do, post(form))
		if err != nil {
			return
		}
		again := formOf(t, do, reflect.ValueOf(first).Elem())
		second, err := c.Decode(do, post(again))
		if err != nil {
			t.Fatalf("Decode(%q), sent for Decode(%q), = %v", again, form, err)
		}
		if d := cmp.Diff(first, second, unexported); d != "" {
			t.Fatalf("%q is sent again as %q, which decodes to another value:\n%s", form, again, d)
		}
		r, err := c.Encode(do, post(form), first)
		if err != nil {
			t.Fatalf("Encode(%+v) = %v", first, err)
		}
		if strings.Contains(string(r.Body), "\uFFFD") {
			_, err = parse(r.Body)
			if err != nil {
				t.Fatalf("Encode(%+v) = %q: %v", first, r.Body, err)
			}
			return
		}
		var third all
		readAnswer(t, r.Body, do, reflect.ValueOf(&third).Elem())
		if d := cmp.Diff(first, any(&third), unexported, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("Encode(%+v) = %q, which reads as another value:\n%s", first, r.Body, d)
		}
	})
}

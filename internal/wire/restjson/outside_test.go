package restjson

import (
	"fmt"
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
	"github.com/groundwatch/groundwatch/internal/wire/jsonbody"
)

const facts = `{"service":"test","protocols":["rest-json"],"operations":{"Do":{"http":"PUT /do/{l}/{g+}?c=1","in":"All","out":"All","status":201}},
"shapes":{"All":{"t":"structure","m":{
	"l":{"s":"smithy.api#Timestamp","loc":"label","req":true},"g":{"s":"smithy.api#String","loc":"label","req":true},
	"q":{"s":"smithy.api#String","loc":"query","name":"Q"},"qi":{"s":"Numbers","loc":"query"},"qp":{"s":"Params","loc":"queryParams"},
	"h":{"s":"smithy.api#String","loc":"header","name":"X-H"},"hl":{"s":"Texts","loc":"header","name":"X-L"},
	"hd":{"s":"Times","loc":"header","name":"X-D"},"hn":{"s":"smithy.api#Double","loc":"header","name":"X-N"},
	"hb":{"s":"smithy.api#Blob","loc":"header","name":"X-B"},"hj":{"s":"Json","loc":"header","name":"X-J"},
	"own":{"s":"smithy.api#String","loc":"header","name":"X-P-Own"},"p":{"s":"Prefixed","loc":"prefixHeaders","name":"X-P-"},"code":{"s":"smithy.api#Integer","loc":"status"},
	"s":{"s":"smithy.api#String","jsonName":"S S"},"n":{"s":"Numbers"}}},
"Numbers":{"t":"list","of":"smithy.api#Integer"},"Texts":{"t":"list","of":"smithy.api#String"},"Times":{"t":"list","of":"smithy.api#Timestamp"},
"Params":{"t":"map","k":"smithy.api#String","v":"Texts"},"Prefixed":{"t":"map","k":"smithy.api#String","v":"smithy.api#String"},
"Json":{"t":"string","mediaType":"application/json"}}}`

type all struct {
	L    *time.Time
	G    *string
	Q    *string
	Qi   []int32
	Qp   map[string][]string
	H    *string
	Hl   []string
	Hd   []time.Time
	Hn   *float64
	Hb   []byte
	Hj   *string
	Own  *string
	P    map[string]string
	Code *int32
	S    *string
	N    []int32
}

// doCodec returns a codec with the operation Do.
func doCodec(t testing.TB) (*Codec, *wire.Operation) {
	t.Helper()
	s, err := model.Parse([]byte(facts))
	if err != nil {
		t.Fatal(err)
	}
	table, err := wire.NewTable([]*model.Service{s}, []op.Operation{
		{Service: "test", Name: "Do", In: reflect.TypeFor[all](), Out: reflect.TypeFor[all]()},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := table.Find(s, "Do")
	if err != nil {
		t.Fatal(err)
	}
	return New(table), o
}

func ptr[T any](v T) *T { return &v }

func elem(p any) reflect.Value { return reflect.ValueOf(p).Elem() }

func day(d int) time.Time { return time.Date(2020, 2, d, 23, 59, 59, 0, time.UTC) }

// do returns a request for Do: more of its query, and headers as lines.
func do(t testing.TB, query, headers, body string) *wire.Request {
	t.Helper()
	r := request(t, "PUT", "/do/2020-02-29T23:59:59Z/a?c=1&"+query)
	for line := range strings.Lines(headers) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		r.Header.Add(name, value)
	}
	r.Body = []byte(body)
	return r
}

func TestMembersOutsideTheBody(t *testing.T) {
	c, o := doCodec(t)
	for _, tt := range []struct {
		name, query, headers, body string
		want                       all
	}{
		{"nothing", "", "", "", all{}},
		{"a parameter", "Q=a%2Bb+c%26", "", "", all{Q: ptr("a+b c&"), Qp: map[string][]string{"Q": {"a+b c&"}}}},
		{"an empty parameter", "Q", "", "", all{Q: ptr(""), Qp: map[string][]string{"Q": {""}}}},
		{"of a parameter given twice the last counts", "Q=1&Q=2", "", "", all{Q: ptr("2"), Qp: map[string][]string{"Q": {"1", "2"}}}},
		{"names are told apart by case", "q=1", "", "", all{Qp: map[string][]string{"q": {"1"}}}},
		{"a list of parameters", "qi=1&qi=-2", "", "", all{Qi: []int32{1, -2}, Qp: map[string][]string{"qi": {"1", "-2"}}}},
		{"a header", "", "X-H: a, \"b\"", "", all{H: ptr(`a, "b"`)}},
		{"a header's lines", "", "X-H: a\nX-H: b", "", all{H: ptr("a, b")}},
		{"a header's list", "", "X-L: a , b\t,,\"c, \\\"d\\\\\" ,  \"\",e\"f", "", all{Hl: []string{"a", "b", `c, "d\`, "", `e"f`}}},
		{"a list over lines", "", "X-L: a\nX-L: b,c", "", all{Hl: []string{"a", "b", "c"}}},
		{"dates", "", "X-D: Sat, 29 Feb 2020 23:59:59 GMT,Fri, 28 Feb 2020 23:59:59 GMT", "", all{Hd: []time.Time{day(29), day(28)}}},
		{"a number, a blob and a text with a type", "", "X-N: -1.5e3\nX-B: AP8=\nX-J: e30=", "", all{Hn: ptr(-1500.0), Hb: []byte{0, 255}, Hj: ptr("{}")}},
		{"headers with a prefix", "", "x-p-A: 1\nX-P-: 2\nX-P: 3", "", all{P: map[string]string{"a": "1", "": "2"}}},
		{"a body", "", "", ` {"S S":"x","s":"y","n":[1],"l":"z","q":1} `, all{S: ptr("x"), N: []int32{1}}},
		{"a blank body", "", "", " \r\n", all{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.L, tt.want.G = ptr(day(29)), ptr("a")
			if tt.want.Qp == nil {
				tt.want.Qp = map[string][]string{}
			}
			tt.want.Qp["c"] = []string{"1"}
			got, err := c.Decode(o, do(t, tt.query, tt.headers, tt.body))
			if err != nil {
				t.Fatalf("Decode(%q, %q, %q) = %v", tt.query, tt.headers, tt.body, err)
			}
			if d := cmp.Diff(&tt.want, got); d != "" {
				t.Errorf("Decode(%q, %q, %q) (-want +got):\n%s", tt.query, tt.headers, tt.body, d)
			}
		})
	}
}

func TestMalformedOutsideTheBody(t *testing.T) {
	c, o := doCodec(t)
	for _, tt := range []struct{ query, headers, body, message string }{
		{"Q=%zz", "", "", ""},
		{"Q=a;b", "", "", ""},
		{"Q=%ff", "", "", "STRING_VALUE can not be converted to a String"},
		{"qi=", "", "", "STRING_VALUE can not be converted to an Integer"},
		{"qi=1&qi=2147483648", "", "", ""},
		{"a=%ff", "", "", "STRING_VALUE can not be converted to a String"},
		{"", "X-H: \xff", "", "STRING_VALUE can not be converted to a String"},
		{"", "X-L: \"a", "", ""},
		{"", "X-L: \"a\\", "", ""},
		{"", "X-L: \"a\"b", "", ""},
		{"", "X-D: Sat, 29 Feb 2020 23:59:59 GMT, x", "", ""},
		{"", "X-D: 2020-02-29T23:59:59Z", "", ""},
		{"", "X-N: 1,2", "", "STRING_VALUE can not be converted to a Double"},
		{"", "X-N: ", "", "STRING_VALUE can not be converted to a Double"},
		{"", "X-B: AP8", "", ""},
		{"", "X-J: {}", "", ""},
		{"", "", "{", ""},
		{"", "", `{"n":[null]}`, ""},
		{"", "", `{"n":1}`, "Expected list or null"},
	} {
		in, err := c.Decode(o, do(t, tt.query, tt.headers, tt.body))
		if err == nil {
			t.Errorf("Decode(%q, %q, %q) = %+v, want an error", tt.query, tt.headers, tt.body, in)
			continue
		}
		if e := fault.Of(err); e.Kind != fault.Invalid || e.Code != "SerializationException" || e.Message != tt.message {
			t.Errorf("Decode(%q, %q, %q) = %v, want a SerializationException: %s", tt.query, tt.headers, tt.body, err, tt.message)
		}
	}
	r := request(t, "PUT", "/do/yesterday/a?c=1")
	if in, err := c.Decode(o, r); err == nil || fault.Of(err).Code != "SerializationException" {
		t.Errorf("Decode(%s) = %+v, %v, want a SerializationException", r.URL, in, err)
	}
}

func TestAnswers(t *testing.T) {
	c, o := doCodec(t)
	for _, tt := range []struct {
		name   string
		out    all
		status int
		header http.Header
		body   string
	}{
		{"an empty output", all{}, 201, http.Header{}, `{}`},
		{"a status", all{Code: ptr(int32(299))}, 299, http.Header{}, `{}`},
		{"a status that is none", all{Code: ptr(int32(0))}, 201, http.Header{}, `{}`},
		{"an empty header", all{H: ptr("")}, 201, http.Header{"X-H": {""}}, `{}`},
		{"an empty list", all{Hl: []string{}}, 201, http.Header{}, `{}`},
		{"lists", all{Hl: []string{"a", "", `b,"\`, " c", "d e"}, Hd: []time.Time{day(29), day(28)}}, 201, http.Header{
			"X-L": {`a, "", "b,\"\\", " c", d e`}, "X-D": {"Sat, 29 Feb 2020 23:59:59 GMT, Fri, 28 Feb 2020 23:59:59 GMT"},
		}, `{}`},
		{"scalars", all{Hn: ptr(.5), Hb: []byte{0}, Hj: ptr("{}")}, 201, http.Header{"X-N": {"0.5"}, "X-B": {"AA=="}, "X-J": {"e30="}}, `{}`},
		{"headers with a prefix", all{P: map[string]string{"a-b": "1"}}, 201, http.Header{"X-P-A-B": {"1"}}, `{}`},
		{"a header of its own with the same prefix", all{Own: ptr("1"), P: map[string]string{"own": "2"}}, 201, http.Header{"X-P-Own": {"1"}}, `{}`},
		{"what has its place in a request is in the body", all{G: ptr("g"), Q: ptr("q"), S: ptr("s")}, 201, http.Header{}, `{"g":"g","q":"q","S S":"s"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Encode(o, do(t, "", "", ""), &tt.out)
			tt.header.Set("Content-Type", "application/json")
			want := &wire.Response{Status: tt.status, Header: tt.header, Body: []byte(tt.body)}
			if d := cmp.Diff(want, got); err != nil || d != "" {
				t.Errorf("Encode(%+v) = %v (-want +got):\n%s", tt.out, err, d)
			}
		})
	}
}

// send returns the request that a client makes of in; what is in headers the codec's own side of answers writes.
func send(t testing.TB, p *plan, in *all) *wire.Request {
	t.Helper()
	query := url.Values(in.Qp)
	if query == nil {
		query = url.Values{}
	}
	if in.Q != nil {
		query["Q"] = append(query["Q"], *in.Q)
	}
	if in.Qi != nil {
		query["qi"] = nil
	}
	for _, n := range in.Qi {
		query.Add("qi", fmt.Sprint(n))
	}
	path := "/do/" + in.L.Format("2006-01-02T15:04:05.999Z")
	for text := range strings.SplitSeq(*in.G, "/") {
		path += "/" + url.PathEscape(text)
	}
	r := request(t, "PUT", path+"?c=1&"+query.Encode())
	answer := &wire.Response{Header: r.Header}
	headers := p.out
	headers.writeOutside(answer, elem(in))
	var err error
	if r.Body, err = jsonbody.Append(nil, p.in.body, elem(in), options); err != nil {
		t.Fatal(err)
	}
	return r
}

// FuzzDecode checks that what decodes can be sent again, and decodes to the same.
func FuzzDecode(f *testing.F) {
	c, o := doCodec(f)
	f.Add("/do/2020-02-29T23:59:59.5Z/a/%2F", "Q=a%2Bb&qi=1&x=2&x", "X-H: a\nX-L: a, \"b\\\"\"\nX-N: NaN\nX-B: AA==\nX-J: e30=\nx-p-a: b", `{"S S":"x","n":[1]}`)
	f.Add("/do/2020-02-29T23:59:59Z/a//b/", "Q=%EF%BF%BE", "X-D: Sat, 29 Feb 2020 23:59:59 GMT\nX-H: é", ``)
	f.Fuzz(func(t *testing.T, path, query, headers, body string) {
		r := do(t, "", headers, body)
		u, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		r.URL = u
		r.URL.RawQuery = "c=1&" + query
		if got, err := c.Match(r); err != nil || got != o {
			return
		}
		first, err := c.Decode(o, r)
		if err != nil {
			return
		}
		again := send(t, c.plans[o], first.(*all))
		if got, err := c.Match(again); err != nil || got != o {
			t.Fatalf("Match(%s) = %v, %v", again.URL, got, err)
		}
		second, err := c.Decode(o, again)
		if err != nil {
			t.Fatalf("Decode(%+v), sent for %+v, = %v", again, first, err)
		}
		if d := cmp.Diff(first, second, cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(all{}, "Qp")); d != "" {
			t.Fatalf("%+v is sent again as %+v, which decodes to another value:\n%s", r, again, d)
		}
	})
}

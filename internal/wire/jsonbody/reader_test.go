package jsonbody

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// facts are a shape with one member of each kind.
const facts = `{"service":"test","shapes":{
"All":{"t":"structure","m":{
	"text":{"s":"smithy.api#String"},"blob":{"s":"smithy.api#Blob"},"truth":{"s":"smithy.api#Boolean"},
	"byte":{"s":"smithy.api#Byte"},"short":{"s":"smithy.api#Short"},"int":{"s":"smithy.api#Integer"},
	"bounded":{"s":"Bounded"},"long":{"s":"smithy.api#Long"},
	"float":{"s":"smithy.api#Float"},"double":{"s":"smithy.api#Double"},
	"time":{"s":"smithy.api#Timestamp"},"date":{"s":"smithy.api#Timestamp","tsfmt":"date-time"},
	"list":{"s":"List"},"sparse":{"s":"Sparse"},"map":{"s":"Map"},"sparseMap":{"s":"SparseMap"},"inner":{"s":"All"},
	"named":{"s":"smithy.api#String","jsonName":"other"},"document":{"s":"smithy.api#Document"}}},
"Bounded":{"t":"integer","max":50},
"List":{"t":"list","of":"smithy.api#String"},"Sparse":{"t":"list","sparse":true,"of":"smithy.api#String"},
"Map":{"t":"map","k":"smithy.api#String","v":"smithy.api#String"},
"SparseMap":{"t":"map","sparse":true,"k":"smithy.api#String","v":"smithy.api#String"}}}`

type all struct {
	Text      *string
	Blob      []byte
	Truth     *bool
	Byte      *int8
	Short     *int16
	Int       *int32
	Bounded   *int32
	Long      *int64
	Float     *float32
	Double    *float64
	Time      *time.Time
	Date      *time.Time
	List      []string
	Sparse    []*string
	Map       map[string]string
	SparseMap map[string]*string
	Inner     *all
	Named     *string
	Document  wire.JSON
}

func field(t testing.TB) *wire.Field {
	t.Helper()
	s, err := model.Parse([]byte(facts))
	if err != nil {
		t.Fatal(err)
	}
	p, err := new(wire.Compiler).Plan(s.Shapes["All"], reflect.TypeFor[all]())
	if err != nil {
		t.Fatal(err)
	}
	return wire.Root(p)
}

func ptr[T any](v T) *T { return &v }

func TestDecode(t *testing.T) {
	f := field(t)
	for _, tt := range []struct {
		name string
		text string
		want all
	}{
		{"an empty object", ` { } `, all{}},
		{"null is absent", `{"text":null,"list":null,"inner":null}`, all{}},
		{"an unknown member is ignored", `{"x":{"text":[1,{"a":"\u0041"}]},"text":"a"}`, all{Text: ptr("a")}},
		{"of a member given twice the last counts", `{"text":"a","text":"b","list":["a"],"list":["b"]}`, all{Text: ptr("b"), List: []string{"b"}}},
		{"and a structure given twice is not merged", `{"inner":{"text":"a"},"inner":{"int":1}}`, all{Inner: &all{Int: ptr(int32(1))}}},
		{"a last null takes the member away", `{"text":"a","text":null}`, all{}},
		{"names are told apart by case", `{"Text":"a"}`, all{}},
		{"escapes in keys and texts", `{"te\u0078t":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}`, all{Text: ptr("\"\\/\b\f\n\r\té😀")}},
		{"half a surrogate pair", `{"text":"\ud83d"}`, all{Text: ptr("\ufffd")}},
		{"an empty text is a text", `{"text":""}`, all{Text: ptr("")}},
		{"a blob", `{"blob":"AP8="}`, all{Blob: []byte{0, 255}}},
		{"an empty blob is a blob", `{"blob":""}`, all{Blob: []byte{}}},
		{"truth values", `{"truth":false,"inner":{"truth":true}}`, all{Truth: ptr(false), Inner: &all{Truth: ptr(true)}}},
		{"the largest numbers", `{"byte":127,"short":32767,"int":2147483647,"long":9223372036854775807}`,
			all{Byte: ptr(int8(127)), Short: ptr(int16(32767)), Int: ptr(int32(math.MaxInt32)), Long: ptr(int64(math.MaxInt64))}},
		{"the smallest numbers", `{"byte":-128,"short":-32768,"int":-2147483648,"long":-9223372036854775808}`,
			all{Byte: ptr(int8(-128)), Short: ptr(int16(-32768)), Int: ptr(int32(math.MinInt32)), Long: ptr(int64(math.MinInt64))}},
		{"whole numbers however written", `{"int":1e3,"long":2.0}`, all{Int: ptr(int32(1000)), Long: ptr(int64(2))}},
		{"beyond 32 bits where there is a maximum to fail", `{"bounded":99999999999}`, all{Bounded: ptr(int32(math.MaxInt32))}},
		{"floats", `{"float":1.5,"double":-1e300}`, all{Float: ptr(float32(1.5)), Double: ptr(-1e300)}},
		{"floats that JSON has no number for", `{"float":"NaN","double":"-Infinity","inner":{"float":"Infinity"}}`,
			all{Float: ptr(float32(math.NaN())), Double: ptr(math.Inf(-1)), Inner: &all{Float: ptr(float32(math.Inf(1)))}}},
		{"times", `{"time":1398796238.123,"date":"2014-04-29T18:30:38.5Z"}`,
			all{Time: ptr(time.UnixMilli(1398796238123).UTC()), Date: ptr(time.UnixMilli(1398796238500).UTC())}},
		{"a time before 1970", `{"time":-1.5}`, all{Time: ptr(time.UnixMilli(-1500).UTC())}},
		{"an empty list is a list", `{"list":[],"map":{}}`, all{List: []string{}, Map: map[string]string{}}},
		{"nulls are dropped where there can be none", `{"list":["a",null,"b"],"map":{"a":null,"b":"c"}}`,
			all{List: []string{"a", "b"}, Map: map[string]string{"b": "c"}}},
		{"nulls are kept where they may be", `{"sparse":["a",null],"sparseMap":{"a":null,"b":"c"}}`,
			all{Sparse: []*string{ptr("a"), nil}, SparseMap: map[string]*string{"a": nil, "b": ptr("c")}}},
		{"JSON's own names are not awsJson's", `{"named":"a","other":"b"}`, all{Named: ptr("a")}},
		{"a document", `{"document":{"a" : [1]}}`, all{Document: wire.JSON(`{"a" : [1]}`)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got all
			if err := Decode([]byte(tt.text), f, reflect.ValueOf(&got).Elem(), Options{}); err != nil {
				t.Fatalf("Decode(%s) = %v", tt.text, err)
			}
			if d := cmp.Diff(tt.want, got, cmpopts.EquateNaNs()); d != "" {
				t.Errorf("Decode(%s) (-want +got):\n%s", tt.text, d)
			}
		})
	}
}

// TestMalformed has AWS's texts as measured on Athena and SES in 2026; where AWS sends none, there is none.
func TestMalformed(t *testing.T) {
	f := field(t)
	deep := func(n int) string { return strings.Repeat(`{"inner":`, n) + `{}` + strings.Repeat(`}`, n) }
	for _, tt := range []struct {
		text, want string
	}{
		{`{"int":"1"}`, "STRING_VALUE can not be converted to an Integer"},
		{`{"int":true}`, "TRUE_VALUE can not be converted to an Integer"},
		{`{"int":1.5}`, "NUMBER_VALUE can not be converted to an Integer"},
		{`{"int":[1]}`, "Start of list found where not expected"},
		{`{"int":{"a":1}}`, "Start of structure or map found where not expected."},
		{`{"text":1}`, "NUMBER_VALUE can not be converted to a String"},
		{`{"text":false}`, "FALSE_VALUE can not be converted to a String"},
		{`{"text":["x"]}`, "Start of list found where not expected"},
		{`{"list":[1]}`, "NUMBER_VALUE can not be converted to a String"},
		{`{"list":"x"}`, "Expected list or null"},
		{`{"list":{}}`, "Start of structure or map found where not expected."},
		{`{"inner":"x"}`, "Expected null"},
		{`{"inner":[]}`, "Start of list found where not expected"},
		{`{"truth":0}`, "NUMBER_VALUE can not be converted to a Boolean"},
		{`{"time":"2014-04-29T18:30:38Z"}`, "STRING_VALUE can not be converted to milliseconds since epoch"},
		{`[]`, "Start of list found where not expected"},
		{deep(127), "ok"},
		{deep(128), "Nesting is too deep"},
		{``, ""}, {`{`, ""}, {`null`, ""}, {`"x"`, ""}, {`{"int":1,}`, ""}, {`{,}`, ""}, {`{"int" 1}`, ""}, {`{int:1}`, ""},
		{`{"int":1 "text":"a"}`, ""}, {`{}{}`, ""}, {`{"list":["a" "b"]}`, ""}, {`{"list":["a",]}`, ""}, {`{"list":[}`, ""},
		{`{"int":nul}`, ""}, {`{"x":nul}`, ""}, {`{"int":01}`, ""}, {`{"int":+1}`, ""}, {`{"int":}`, ""}, {`{"truth":tru}`, ""},
		{`{"text":"` + "\x01" + `"}`, ""}, {`{"text":"` + "\xff" + `"}`, ""}, {`{"text":"\x"}`, ""}, {`{"text":"`, ""},
		{`{"byte":128}`, ""}, {`{"short":-32769}`, ""}, {`{"int":2147483648}`, ""}, {`{"long":9223372036854775808}`, ""},
		{`{"float":1e39}`, ""}, {`{"double":1e400}`, ""}, {`{"double":` + strings.Repeat("1", 401) + `}`, ""},
		{`{"blob":"AP8"}`, ""}, {`{"blob":"*"}`, ""}, {`{"blob":"AP9="}`, ""},
		{`{"time":1e300}`, ""}, {`{"date":"2014-04-29T18:30:38+01:00"}`, ""}, {`{"date":"x"}`, ""},
		{`{"text":"` + strings.Repeat("a", wire.MaxText) + `"}`, "ok"},
		{`{"text":"` + strings.Repeat("a", wire.MaxText+1) + `"}`, ""},
		{`{` + strings.Repeat(`"x":1,`, wire.MaxMembers-1) + `"x":1}`, "ok"},
		{`{` + strings.Repeat(`"x":1,`, wire.MaxMembers) + `"x":1}`, ""},
	} {
		var got all
		err := Decode([]byte(tt.text), f, reflect.ValueOf(&got).Elem(), Options{})
		show := tt.text[:min(len(tt.text), 60)]
		if tt.want == "ok" {
			if err != nil {
				t.Errorf("Decode(%s) = %v, want no error", show, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("Decode(%s) = %+v, want an error", show, got)
			continue
		}
		e := fault.Of(err)
		if e.Code != "SerializationException" || e.Message != tt.want || e.Kind != fault.Invalid {
			t.Errorf("Decode(%s) = %s %q, want SerializationException %q", show, e.Code, e.Message, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	f := field(t)
	rest := Options{JSONNames: true, Strict: true}
	var got all
	if err := Decode([]byte(`{"named":"a","other":"b"}`), f, reflect.ValueOf(&got).Elem(), rest); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(all{Named: ptr("b")}, got); d != "" {
		t.Errorf("with JSON's own names (-want +got):\n%s", d)
	}
	text, err := Append(nil, f, reflect.ValueOf(got), rest)
	if err != nil || string(text) != `{"other":"b"}` {
		t.Errorf("Append = %s, %v, want the member by JSON's own name", text, err)
	}
	for _, text := range []string{`{"list":[null]}`, `{"map":{"a":null}}`, `{"bounded":99999999999}`} {
		if err := Decode([]byte(text), f, reflect.ValueOf(&got).Elem(), rest); err == nil {
			t.Errorf("Decode(%s), strictly, succeeds", text)
		}
	}
}

// FuzzDecode checks that what decodes encodes, and that the text then decodes to the same and encodes the same.
func FuzzDecode(f *testing.F) {
	root := field(f)
	for _, s := range []string{
		`{"text":"a\u0000","blob":"AA==","truth":true,"byte":1,"int":-1,"long":1e3,"float":"NaN","double":1e-7}`,
		`{"time":1.5,"date":"2014-04-29T18:30:38.123Z","list":["a",null],"sparse":[null],"map":{"k":"v"},"sparseMap":{"k":null}}`,
		`{"inner":{"inner":{"document":[{}]}},"unknown":[{"a":[]}]}`, `{"time":-62135596800,"double":1e308}`, `[`, `{"list":{}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second all
		if Decode(text, root, reflect.ValueOf(&first).Elem(), Options{}) != nil {
			return
		}
		once, err := Append(nil, root, reflect.ValueOf(first), Options{})
		if err != nil {
			t.Fatalf("Append(%+v) = %v", first, err)
		}
		if err := Decode(once, root, reflect.ValueOf(&second).Elem(), Options{}); err != nil {
			t.Fatalf("Decode(%s), which was encoded from %s, = %v", once, text, err)
		}
		if d := cmp.Diff(first, second, cmpopts.EquateNaNs()); d != "" {
			t.Fatalf("%s encodes as %s, which decodes to another value:\n%s", text, once, d)
		}
		again, err := Append(nil, root, reflect.ValueOf(second), Options{})
		if err != nil || string(again) != string(once) {
			t.Fatalf("Append = %s, %v, at first %s", again, err, once)
		}
	})
}

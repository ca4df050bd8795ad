package awsjson

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/jsonbody"
)

// bodyOf returns the body of a request with that input.
func bodyOf(o *wire.Operation, in any) ([]byte, error) {
	return jsonbody.Append(nil, o.Input, reflect.ValueOf(in).Elem(), jsonbody.Options{})
}

// walked decodes as the walker does.
func walked(o *wire.Operation, body []byte) (*cloudwatchlogs.PutLogEventsInput, error) {
	in := &cloudwatchlogs.PutLogEventsInput{}
	err := jsonbody.Decode(body, o.Input, reflect.ValueOf(in).Elem(), jsonbody.Options{})
	return in, err
}

// samePut checks that the fast reading of a body, if there is one, is the walker's.
func samePut(t *testing.T, o *wire.Operation, body []byte) (fast bool) {
	t.Helper()
	got, ok := decodePut(o, body)
	if !ok {
		return false
	}
	want, err := walked(o, body)
	if err != nil {
		t.Fatalf("decodePut(%.300s) succeeds; the walker: %v", body, err)
	}
	if d := cmp.Diff(*want, *got, cmp.Exporter(func(reflect.Type) bool { return true })); d != "" {
		t.Fatalf("decodePut(%.300s) (-walker +got):\n%s", body, d)
	}
	return true
}

func TestPutIsReadFastAndAlike(t *testing.T) {
	c := New(putLogEvents(t))
	o, r := batch(t, c, 1000)
	for _, tt := range []struct {
		name string
		body string
		fast bool
	}{
		{"what a shipper sends", string(r.Body), true},
		{"no events", `{"logEvents":[]}`, true},
		{"blanks everywhere", " {\n\"logEvents\" : [ { \"timestamp\" : 1 , \"message\" : \"a\" } , { \"message\" : \"\" , \"timestamp\" : -2 } ] } ", true},
		{"escapes", `{"logEvents":[{"timestamp":0,"message":"\"\\\u00e9\ud83d\ude00\ud83d"}],"logGroupName":"\u0041"}`, true},
		{"short escapes at every place in a word", `{"logEvents":[{"timestamp":0,"message":"\"1\\12\/123\b1234\f12345\n123456\r1234567\t12345678\""}]}`, true},
		{"no ASCII", `{"logEvents":[{"timestamp":0,"message":"é"},{"timestamp":0,"message":"1234567日本語\n😀"}]}`, true},
		{"no UTF-8", `{"logEvents":[{"timestamp":0,"message":"12345678` + "\xff" + `"}]}`, false},
		{"half a rune before the end", `{"logEvents":[{"timestamp":0,"message":"` + "\xe6\x97" + `"}]}`, false},
		{"a control character", `{"logEvents":[{"timestamp":0,"message":"123` + "\x1f" + `"}]}`, false},
		{"an unknown escape", `{"logEvents":[{"timestamp":0,"message":"\x"}]}`, false},
		{"no end after a backslash", `{"logEvents":[{"timestamp":0,"message":"\`, false},
		{"no end of a text", `{"logEvents":[{"timestamp":0,"message":"12345678`, false},
		{"all members", `{"logGroupName":"g","logStreamName":"s","sequenceToken":"t","entity":{"keyAttributes":{"a":"b"},"x":1},"logEvents":[]}`, true},
		{"the largest message", `{"logEvents":[{"timestamp":0,"message":"` + strings.Repeat("a", 1<<20) + `"}]}`, true},
		{"no members", `{}`, false},
		{"an unknown member", `{"x":1,"logEvents":[]}`, false},
		{"a member given twice", `{"logGroupName":"g","logGroupName":"h"}`, false},
		{"an event's member given twice", `{"logEvents":[{"timestamp":0,"message":"a","message":"b"}]}`, false},
		{"half an event", `{"logEvents":[{"timestamp":0}]}`, false},
		{"a null", `{"logEvents":null}`, false},
		{"a null for an event", `{"logEvents":[null]}`, false},
		{"a fraction", `{"logEvents":[{"timestamp":1.5,"message":"a"}]}`, false},
		{"a number of another form", `{"logEvents":[{"timestamp":1e3,"message":"a"}]}`, false},
		{"a number of 19 digits", `{"logEvents":[{"timestamp":1234567890123456789,"message":"a"}]}`, false},
		{"an escaped key", `{"logEv\u0065nts":[]}`, false},
		{"a text for a number", `{"logEvents":[{"timestamp":"1","message":"a"}]}`, false},
		{"no JSON", `{"logEvents":[}`, false},
		{"a comma too many", `{"logEvents":[],}`, false},
		{"more behind the end", `{"logEvents":[]}x`, false},
		{"an array", `[]`, false},
		{"nothing", ``, false},
		{"an entity of the wrong kind", `{"entity":1}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if fast := samePut(t, o, []byte(tt.body)); fast != tt.fast {
				t.Errorf("decodePut(%.100s) = %t, want %t", tt.body, fast, tt.fast)
			}
		})
	}
}

// FuzzPut checks that a body means the same to both readers.
func FuzzPut(f *testing.F) {
	o, _ := batch(f, New(putLogEvents(f)), 1)
	for _, s := range []string{
		`{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"a\n"},{"message":"\u00e9","timestamp":-2}]}`,
		`{"logEvents":[],"entity":{"attributes":{}},"sequenceToken":"1"}`, `{"logEvents":[{"timestamp":1e3,"message":null}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) { samePut(t, o, body) })
}

// TestPutKeepsNothingOfItsBody overwrites bodies that were read, fast and by the walker, as the gateway's next request does.
func TestPutKeepsNothingOfItsBody(t *testing.T) {
	c := New(putLogEvents(t))
	o, _ := batch(t, c, 1)
	for _, body := range []string{
		`{"logGroupName":"g","logStreamName":"s","sequenceToken":"t","entity":{"keyAttributes":{"a":"b"},"attributes":{"c":"d"}},"logEvents":[{"timestamp":0,"message":"plain"},{"timestamp":1,"message":"\u001bescaped\n"}]}`,
		`{"logGroupName":"g","logStreamName":"s","sequenceToken":"t","entity":null,"logEvents":[{"timestamp":0,"message":"plain"},{"timestamp":1e0,"message":"\u001bescaped\n"}]}`,
	} {
		if !c.KeepsNothing(o) {
			t.Fatal("KeepsNothing(PutLogEvents) = false, want true")
		}
		want, err := c.Decode(o, &wire.Request{Body: []byte(body)})
		if err != nil {
			t.Fatalf("Decode(%s): %v", body, err)
		}
		scribbled := []byte(body)
		got, err := c.Decode(o, &wire.Request{Body: scribbled})
		if err != nil {
			t.Fatalf("Decode(%s): %v", body, err)
		}
		for i := range scribbled {
			scribbled[i] = '#'
		}
		if d := cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true })); d != "" {
			t.Errorf("Decode(%s) after its body changed (-before +after):\n%s", body, d)
		}
	}
}

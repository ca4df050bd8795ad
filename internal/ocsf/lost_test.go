package ocsf

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// TestNothingIsLost changes every value of the records under testdata, one at a time: the event must change too, or no longer come about.
func TestNothingIsLost(t *testing.T) {
	changed := 0
	for _, s := range samples(t) {
		for _, schema := range []string{"V1.1", "V1.5"} {
			c := converter(t, s.source, schema)
			was, err := c.Convert(s.record)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range variants(s) {
				got, err := c.Convert(v.record)
				if err == nil && bytes.Equal(was, got) {
					t.Errorf("%s/%s to %s: the event does not change with %s", s.source, s.name, schema, v.path)
				}
				changed++
			}
		}
	}
	if changed < 1000 {
		t.Errorf("%d values were changed, want more than 1000", changed)
	}
}

// A variant is a record of which one value is another.
type variant struct{ path, record string }

func variants(s sample) []variant {
	var all []variant
	if !strings.HasPrefix(s.record, "{") {
		values := strings.Fields(s.record)
		for i, v := range values {
			if v != "-" {
				values[i] = v + "7"
				all = append(all, variant{flowFields[i], strings.Join(values, " ")})
				values[i] = v
			}
		}
		return all
	}
	root, err := readJSON(s.record)
	if err != nil {
		panic("BUG: a record under testdata is no JSON: " + err.Error())
	}
	scalars(root, "", func(path string, f *field) {
		was := f.raw
		if f.kind == jsonscan.String {
			f.raw = append(slices.Clone(was[:len(was)-1]), `7"`...)
		} else {
			f.raw = []byte(strconv.Quote(string(was) + "7"))
		}
		all = append(all, variant{path, string(rebuilt(nil, root))})
		f.raw = was
	})
	return all
}

// scalars calls do with every text, number and bool in f.
func scalars(f *field, path string, do func(path string, f *field)) {
	if f.scalar() {
		do(path, f)
		return
	}
	inner := f.fields()
	for i := range inner {
		in := &inner[i]
		scalars(in, strings.TrimPrefix(path+"."+in.key, "."), do)
	}
}

// rebuilt appends f as JSON, with what became of its parts.
func rebuilt(b []byte, f *field) []byte {
	object := f.kind == jsonscan.Object
	if !object && f.kind != jsonscan.Array {
		return append(b, f.raw...)
	}
	b = append(b, map[bool]byte{true: '{', false: '['}[object])
	for i, in := range f.fields() {
		if i > 0 {
			b = append(b, ',')
		}
		if object {
			b = append(jsonscan.AppendString(b, in.key), ':')
		}
		b = rebuilt(b, &in)
	}
	return append(b, map[bool]byte{true: '}', false: ']'}[object])
}

// TestRest checks how unmapped tells what has no place.
func TestRest(t *testing.T) {
	for _, tt := range []struct{ name, extra, want string }{
		{"a text, a number, a bool", `"a":"x","b":1.50,"c":false`, `{"a":"x","b":"1.50","c":"false"}`},
		{"nothing is said", `"a":"","b":null,"c":{},"d":[],"e":{"f":[null,""]}`, `null`},
		{"objects are flat", `"a":{"b":{"c.d":1}},"a.b":2`, `{"a.b":"2","a.b.c.d":"1"}`},
		{"lists are joined", `"a":[1,"x",true]`, `{"a[]":"1,x,true"}`},
		{"a list of one with a comma is a text", `"a":["x,y"]`, `{"a[]":"x,y"}`},
		{"commas within make a list of JSON", `"a":["x,y","\"z"]`, `{"a[]":"[\"x,y\",\"\\\"z\"]"}`},
		{"lists of objects", `"a":[{"b":1,"c":2},{"b":3},4]`, `{"a[]":"4","a[].b":"1,3","a[].c":"2"}`},
		{"a name twice", `"a":1,"a":2`, `{"a":"1,2"}`},
		{"a name without letters", `"":1,"ü\u0000":2`, `{"":"1","ü\u0000":"2"}`},
		{"deeper than is taken apart", strings.Repeat(`"a":{`, maxDepth+1) + `"b": [1]` + strings.Repeat("}", maxDepth+1),
			`{"` + strings.Repeat("a.", maxDepth-1) + `a":"{\"a\":{\"b\":[1]}}"}`},
	} {
		record := `{"eventTime":"2025-01-01T00:00:00Z","eventSource":"x","eventName":"y",` + tt.extra + `}`
		event, _ := convert(t, "CloudTrail", "V1.5", record)
		var want any
		if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(event["unmapped"])
		if err != nil {
			t.Fatal(err)
		}
		if wanted, err := json.Marshal(want); err != nil || !bytes.Equal(got, wanted) {
			t.Errorf("%s: Convert(%s) has unmapped %s, want %s", tt.name, record, got, wanted)
		}
	}
}

package discover

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// caseKinds maps the kinds of testdata/cases.json to ours.
var caseKinds = map[string]Kind{"json": JSON, "lambda": Lambda, "vpc": VPCFlow, "r53": Route53, "other": Other}

// TestCases runs the worked cases of the specification both ways: all fields at once, and each field
// alone and together with the others.
func TestCases(t *testing.T) {
	data, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID, Kind, Event, Basis string
		Fields                 map[string]string
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.ID+" "+c.Basis, func(t *testing.T) {
			kind, columns, _ := strings.Cut(c.Kind, ":")
			opt := Options{VPCFormat: strings.ReplaceAll(columns, ",", " ")}
			checkFields(t, caseKinds[kind], opt, c.Event, c.Fields)
		})
	}
}

func TestAtMost200Fields(t *testing.T) {
	var event strings.Builder
	want := map[string]string{}
	for i := range 250 {
		fmt.Fprintf(&event, `,"f%d":%d`, i, i)
		if i < maxFields {
			want[fmt.Sprintf("f%d", i)] = fmt.Sprint(i)
		}
	}
	text := "{" + event.String()[1:] + "}"
	checkFields(t, JSON, Options{}, text, want)
	for _, name := range []string{"f200", "f249"} {
		if got := extract(JSON, Options{}, text, Field{Name: name}); !got[0].IsNull() {
			t.Errorf("field %s = %s, want null", name, got[0].Text())
		}
	}
}

// checkFields checks that the fields of the event are exactly those wanted.
func checkFields(t *testing.T, kind Kind, opt Options, event string, want map[string]string) {
	t.Helper()
	got := each(kind, opt, event)
	if !maps.Equal(got, want) {
		t.Errorf("fields of %.200s\ngot  %v\nwant %v", event, got, want)
	}
	names := slices.Sorted(maps.Keys(want))
	all := []Field{{Name: "none"}, {Name: "@none"}, {Name: "*", All: true}}
	for _, name := range names {
		all = append(all, Field{Name: name})
		if v := extract(kind, opt, event, Field{Name: name}); v[0].Text() != want[name] || v[0].IsNull() {
			t.Errorf("field %s of %.200s alone = %s, want %s", name, event, show(v[0]), want[name])
		}
	}
	values := extract(kind, opt, event, all...)
	var flat map[string]string
	if err := json.Unmarshal([]byte(values[2].Str()), &flat); err != nil || !maps.Equal(flat, want) {
		t.Errorf("all fields of %.200s\ngot  %s\nwant %v", event, values[2].Str(), want)
	}
	if !values[0].IsNull() || !values[1].IsNull() {
		t.Errorf("fields none, @none of %.200s = %s, %s, want null", event, show(values[0]), show(values[1]))
	}
	for i, name := range names {
		if v := values[i+3]; v.Text() != want[name] || v.IsNull() {
			t.Errorf("field %s of %.200s among others = %s, want %s", name, event, show(v), want[name])
		}
	}
}

func show(v column.Value) string { return fmt.Sprintf("%s %q", v.Kind(), v.Text()) }

// each returns the texts of all fields of an event.
func each(kind Kind, opt Options, event string) map[string]string {
	got := map[string]string{}
	New(kind, nil, opt).Each([]byte(event), func(name string, v column.Value) bool {
		got[name] = v.Text()
		return true
	})
	return got
}

// extract returns the values of fields in an event. It extracts three times, so that what the first
// event taught is used, and then reports the last.
func extract(kind Kind, opt Options, event string, fields ...Field) []column.Value {
	x := New(kind, fields, opt)
	cols := make([]*column.Builder, len(fields))
	for i := range cols {
		cols[i] = new(column.Builder)
	}
	for range 3 {
		x.Extract([]byte(event), cols)
	}
	values := make([]column.Value, len(fields))
	for i, c := range cols {
		col := c.Column()
		if col.Len != 3 || col.Value(0) != col.Value(2) {
			panic(fmt.Sprintf("field %s: %d values, first %s, last %s", fields[i].Name, col.Len, show(col.Value(0)), show(col.Value(2))))
		}
		values[i] = col.Value(2)
	}
	return values
}

package filterpattern

import (
	"slices"
	"testing"
)

func TestExplain(t *testing.T) {
	json := Step{Text: "the event is a JSON object or array", Held: true}
	for _, tt := range []struct {
		name, pattern, event string
		want                 []Step
	}{
		{"a pattern that matches everything has nothing to show", "", "x", nil},
		{"terms", `ERROR -"b c"`, "a ERROR", []Step{
			{0, 5, "ERROR", "", "occurs at byte 2", false, true},
			{6, 12, `-"b c"`, "", "does not occur", false, true},
		}},
		{"optional terms beside others", "?a b", "a", []Step{
			{0, 2, "?a", "", "occurs at byte 0", true, true},
			{3, 4, "b", "", "does not occur", false, false},
		}},
		{"a regex, places in characters", `"é" %c+d%`, "éccd", []Step{
			{0, 3, `"é"`, "", "occurs at byte 0", false, true},
			{4, 9, "%c+d%", "", "occurs at byte 2", false, true},
		}},
		{"JSON values", `{ $.a = "x*" && $.b > 5 || $.c NOT EXISTS }`, `{"a":"xy","b":4}`, []Step{
			json,
			{2, 12, `$.a = "x*"`, `"xy"`, "a text", false, true},
			{16, 23, `$.b > 5`, `4`, "a number", false, false},
			{27, 41, `$.c NOT EXISTS`, ``, "absent", false, true},
		}},
		{"JSON values that cannot be compared", `{ $.a = 1 || $.b != 1 || $.c IS NULL || $.d IS TRUE }`, `{"a":{},"b":[1],"c":null,"d":true}`, []Step{
			json,
			{2, 9, `$.a = 1`, `{}`, "an object, which no comparison is true of", false, false},
			{13, 21, `$.b != 1`, `[1]`, "an array, which no comparison is true of", false, false},
			{25, 36, `$.c IS NULL`, `null`, "null", false, true},
			{40, 51, `$.d IS TRUE`, `true`, "a boolean", false, true},
		}},
		{"the value that hit, of several", `{ $.a[*] = 2 }`, `{"a":[1,2,3]}`, []Step{json, {2, 12, `$.a[*] = 2`, `2`, "a number", false, true}}},
		{"the last of repeated keys", `{ $.a = 1 }`, `{"a":1,"a":2}`, []Step{json, {2, 9, `$.a = 1`, `2`, "a number", false, false}}},
		{"not JSON", `{ $.a = 1 }`, `a=1`, []Step{{Text: json.Text, Note: "it does not begin and end with brackets of one kind"}}},
		{"malformed JSON", `{ $.a = 1 }`, ` {"a":1 "b"}`, []Step{{Text: json.Text, Note: "it is malformed near byte 8"}}},
		{"columns", `[a = x, , b > 5]`, "y z 6", []Step{
			{Text: "the event has at least 3 columns", Note: "it has 3", Held: true},
			{1, 6, `a = "x"`, "y", "column 1", false, false},
			{8, 8, ``, "z", "column 2", false, true},
			{10, 15, `b > 5`, "6", "column 3", false, true},
		}},
		{"the last column takes the rest", `[a, b]`, "x y z", []Step{
			{Text: "the event has at least 2 columns", Note: "it has 3; the last column takes the rest", Held: true},
			{1, 2, "a", "x", "column 1", false, true},
			{4, 5, "b", "y z", "column 2", false, true},
		}},
		{"too few columns", `[a, ..., b]`, "x", []Step{{Text: "the event has at least 2 columns", Note: "it has 1"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := MustParse(tt.pattern).Explain([]byte(tt.event))
			if !slices.Equal(got, tt.want) {
				t.Errorf("Explain(%q) by %q:\ngot  %+v\nwant %+v", tt.event, tt.pattern, got, tt.want)
			}
		})
	}
}

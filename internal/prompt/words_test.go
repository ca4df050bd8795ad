package prompt

import (
	"fmt"
	"slices"
	"testing"
)

func TestCandidates(t *testing.T) {
	w := vocabularyOf([][]byte{
		[]byte(`{"level":"error","user":{"id":"u-1"},"say":"it's \"x\"","route-name":"a","durationMs":3}`),
		[]byte(`{"level":"info","user":{"id":"u-2"},"durationMs":4}`),
		[]byte(`{"level":"info"}`),
	})
	tests := []struct {
		name, text string
		from       int
		want       []string // all if it ends with "", else some of them
		not        string
	}{
		{"a command first", "fi", 0, []string{"fields ", "filter "}, "fieldsof"},
		{"a command after a bar", "fields a | so", 11, []string{"sort "}, "source"},
		{"no command elsewhere", "fields so", 7, nil, "sort "},
		{"a field", "fields dur", 7, []string{"durationMs"}, ""},
		{"a field whatever its case", "fields DUR", 7, []string{"durationMs"}, ""},
		{"a field with a path", "fields user.", 7, []string{"user.id"}, ""},
		{"a field that needs backticks", "fields `r", 7, []string{"`route-name`"}, ""},
		{"a system field", "fields @log", 7, []string{"@log", "@logStream"}, ""},
		{"a function", "fields strl", 7, []string{"strlen("}, ""},
		{"an aggregate in stats", "stats cou", 6, []string{"count(", "countDistinct("}, ""},
		{"no aggregate in fields", "fields cou", 7, nil, "count("},
		{"inside a call", "stats avg(dur", 10, []string{"durationMs"}, ""},
		{"a word of the language", "sort level de", 11, []string{"desc "}, ""},
		{"values after an operator, the most frequent first", "filter level = ", 15, []string{`"info" `, `"error" `}, ""},
		{"values that are begun", `filter level = "e`, 15, []string{`"error" `}, ""},
		{"values in single quotes", `filter level != 'i`, 16, []string{`'info' `}, ""},
		{"values of a list", `filter level in ["info", "e`, 25, []string{`"error" `}, ""},
		{"values of a list that is empty", `filter level in [`, 17, []string{`"info" `}, ""},
		{"values after like", `filter level like "in`, 18, []string{`"info" `}, ""},
		{"no values with quotes in them", `filter say = "`, 13, nil, `"it's "x"" `},
		{"nothing behind an unknown field", `filter nosuch = "`, 16, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from, got := w.candidates(test.text)
			if from != test.from {
				t.Errorf("candidates(%q) begin at %d, want %d", test.text, from, test.from)
			}
			last := -1
			for _, want := range test.want {
				i := slices.Index(got, want)
				if i <= last {
					t.Errorf("candidates(%q) = %q, want %q in it, in this order", test.text, got, test.want)
				}
				last = i
			}
			if test.not != "" && slices.Contains(got, test.not) {
				t.Errorf("candidates(%q) = %q, want no %q", test.text, got, test.not)
			}
		})
	}
}

// A field with very many values, such as an id, offers none.
func TestManyValuesAreNotOffered(t *testing.T) {
	var messages [][]byte
	for i := range valuesOf + 1 {
		messages = append(messages, fmt.Appendf(nil, `{"id":"%d"}`, i))
	}
	if _, got := vocabularyOf(messages).candidates(`filter id = "`); len(got) > 0 {
		t.Errorf("%d values are offered", len(got))
	}
}

func TestShared(t *testing.T) {
	for _, test := range []struct {
		words []string
		want  string
	}{
		{nil, ""}, {[]string{"stats "}, "stats "}, {[]string{"fields ", "filter "}, "fi"}, {[]string{"a", "b"}, ""}, {[]string{"Level", "levels"}, "Level"},
	} {
		if got := shared(test.words); got != test.want {
			t.Errorf("shared(%q) = %q, want %q", test.words, got, test.want)
		}
	}
}

package prompt

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPromptCompletesGroups(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"in quotes", "SOURCE \"/labels/w\t| limit 1;\r", `SOURCE "/labels/web" | limit 1`},
		{"in single quotes", "source '/labels/w\t| limit 1;\r", `source '/labels/web' | limit 1`},
		{"without quotes", "SOURCE /labels/w\t| limit 1;\r", `SOURCE /labels/web | limit 1`},
		{"a second one", "SOURCE \"/labels/web\" \"/labels/ma\t| limit 1;\r", `SOURCE "/labels/web" "/labels/mail" | limit 1`},
		{"in a list of prefixes", "SOURCE logGroups(namePrefix: [\"/labels/w\t]) | limit 1;\r", `SOURCE logGroups(namePrefix: ["/labels/web" ]) | limit 1`},
		{"what several share", "SOURCE /l\tweb | limit 1;\r", "SOURCE /labels/web | limit 1"},
		{"not behind another command", "fields @message | filter a = \"/labels/w\t\";\r", `fields @message | filter a = "/labels/w"`},
		{"none that is not there", "SOURCE \"/x\t\" | limit 1;\r", `SOURCE "/x" | limit 1`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := sampleOf()
			e.groups = []string{"/labels/mail", "/labels/web"}
			seen := typing(t, e, strings.NewReader(test.typed), "")
			if !slices.Equal(e.asked, []string{test.want}) {
				t.Errorf("%q asks %q, want %q; seen:\n%s", test.typed, e.asked, test.want, seen)
			}
		})
	}
}

// Names are asked for once, until they are old or others are wanted.
func TestGroupNamesAreKept(t *testing.T) {
	now := time.UnixMilli(0)
	var asked []string
	var refused error
	names, whole := []string{"/a/1", "/a/2", "/b/1"}, true
	g := groupNames{now: func() time.Time { return now }, ask: func(_ context.Context, prefix string) ([]string, bool, error) {
		asked = append(asked, prefix)
		return names, whole, refused
	}}
	steps := []struct {
		name  string
		do    func()
		typed string
		want  []string
		asked int
	}{
		{"the first time", func() {}, "", []string{"/a/1", "/a/2", "/b/1"}, 1},
		{"others that begin so", func() {}, "/a/", []string{"/a/1", "/a/2"}, 1},
		{"just before they are old", func() { now = now.Add(groupsAge - 1) }, "/b", []string{"/b/1"}, 1},
		{"when they are old", func() { now = now.Add(1); names = []string{"/b/2"} }, "/b", []string{"/b/2"}, 2},
		{"those that begin otherwise", func() { names = []string{"/a/3"} }, "/a", []string{"/a/3"}, 3},
		{"when nobody answers", func() { now = now.Add(groupsAge); refused = errors.New("no") }, "/a/", []string{"/a/3"}, 4},
		{"of too many, the same again", func() { refused, whole, names = nil, false, []string{"/c/1"} }, "/c", []string{"/c/1"}, 5},
		{"and again", func() {}, "/c", []string{"/c/1"}, 5},
		{"of too many, others", func() {}, "/c/", []string{"/c/1"}, 6},
	}
	for _, s := range steps {
		s.do()
		if got := g.offer(t.Context(), s.typed); !slices.Equal(got, s.want) || len(asked) != s.asked {
			t.Errorf("%s: offer(%q) = %q after asking %q, want %q after %d times", s.name, s.typed, got, asked, s.want, s.asked)
		}
	}
}

package filterpattern

import "testing"

// TestOperators tries every operator on a value below, at and above its operand, in both kinds of
// pattern that have operators.
func TestOperators(t *testing.T) {
	for op, want := range map[string][3]bool{
		"=":  {false, true, false},
		"!=": {true, false, true},
		"<":  {true, false, false},
		"<=": {true, true, false},
		">":  {false, false, true},
		">=": {false, true, true},
	} {
		for i, value := range []string{"9", "10", "11"} {
			for _, spelling := range []string{value, value + ".0"} {
				requireMatch(t, "{ $.a "+op+" 10 }", `{"a":`+spelling+`}`, want[i])
				requireMatch(t, "{ $.a "+op+" 1e1 }", `{"a":"`+spelling+`"}`, want[i])
				requireMatch(t, "[a "+op+" 10]", spelling, want[i])
			}
		}
	}
}

func TestWildcards(t *testing.T) {
	for _, tt := range []struct {
		text, value string
		want        bool
	}{
		{"", "", true}, {"", "a", false},
		{"*", "", true}, {"*", "a", true}, {"**", "", true}, {"**", "a", true},
		{"***", "a", false}, {"***", "a*b", true}, // the star in the middle is one
		{"a*", "a", true}, {"a*", "ab", true}, {"a*", "ba", false}, {"a*", "", false},
		{"*a", "a", true}, {"*a", "ba", true}, {"*a", "ab", false},
		{"*a*", "a", true}, {"*a*", "bab", true}, {"*a*", "b", false},
		{"a*b", "a*b", true}, {"a*b", "acb", false},
		{"*a*b*", "xa*by", true}, {"*a*b*", "xab", false},
		{"ab*", "a", false}, {"*ab", "b", false},
	} {
		if got := newWildcard(tt.text).match([]byte(tt.value)); got != tt.want {
			t.Errorf("%q matches %q: got %v, want %v", tt.text, tt.value, got, tt.want)
		}
		requireMatch(t, `{ $.a = "`+tt.text+`" }`, `{"a":"`+tt.value+`"}`, tt.want)
		requireMatch(t, `{ $.a != "`+tt.text+`" }`, `{"a":"`+tt.value+`"}`, !tt.want)
	}
}

func requireMatch(t *testing.T, pattern, event string, want bool) {
	t.Helper()
	if got := MustParse(pattern).MatchString(event); got != want {
		t.Errorf("%q matches %q: got %v, want %v", pattern, event, got, want)
	}
}

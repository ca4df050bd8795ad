package pattern

import (
	"fmt"
	"testing"
)

func TestFormsGoBackIntoASet(t *testing.T) {
	first := NewSet()
	for i := range 30 {
		first.Add(fmt.Sprintf("user %c%c logged in after %dms", 'a'+i%26, 'a'+i/26, i), 2, 0)
	}
	first.Add("disk is full", 1, 0)
	second := NewSet()
	for _, f := range first.Forms() {
		second.AddForm(f)
	}
	second.Add("user zz logged in after 9ms", 5, 1)
	second.Add("disk on fire", 1, 1)
	want := map[string]Counts{
		"user <Token-1> logged in after <Duration-2>": {60, 5},
		"disk is full": {1, 0},
		"disk on fire": {0, 1},
	}
	forms := second.Forms()
	if len(forms) != len(want) {
		t.Errorf("Forms() = %+v, want %d of them", forms, len(want))
	}
	for _, f := range forms {
		if got := f.Pattern(); want[got.Text] != got.N {
			t.Errorf("pattern %q has %v messages, want %v", got.Text, got.N, want[got.Text])
		}
	}
}

func TestMatcher(t *testing.T) {
	s := NewSet()
	for i := range 30 {
		s.Add(fmt.Sprintf("user %c%c logged in", 'a'+i%26, 'a'+i/26), 1, 0)
	}
	s.Add(`{"level":"error","ms":1}`, 1, 0)
	s.Add(`{"level":"info","ms":1}`, 1, 0)
	forms := s.Forms()
	m := NewMatcher(forms)
	for _, tt := range []struct{ text, want string }{
		{"user somebody logged in", "user <Token-1> logged in"},
		{"user somebody logged out", ""},
		{`{"level": "info", "ms": 77}`, `{"level":"info","ms":<Number-1>}`},
		{`{"level":"warn","ms":1}`, ""},
		{"", ""},
	} {
		got := ""
		if i := m.Match(tt.text); i >= 0 {
			got = forms[i].Pattern().Text
		}
		if got != tt.want {
			t.Errorf("Match(%q) is of %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestAddMatchedIsAddAndMatch compares the two with one, also when shapes come again.
func TestAddMatchedIsAddAndMatch(t *testing.T) {
	learnt := NewSet()
	for _, m := range []string{"took 3ms", "took 4ms", "user 17 left", `{"a":1,"b":"x"}`} {
		learnt.Add(m, 1, 0)
	}
	forms := learnt.Forms()
	one, other := NewSet(), NewSet()
	both, alone := NewMatcher(forms), NewMatcher(forms)
	for range 2 {
		for _, m := range []string{"took 5ms", "user 4711 left", "user 4711 came", `{ "a": 7, "b": "x" }`, `{"a":7,"b":"y"}`, ""} {
			got := one.AddMatched(both, m, 2, 1)
			other.Add(m, 2, 1)
			if want := alone.Match(m); got != want {
				t.Errorf("AddMatched(%q) = %d, want %d as Match says", m, got, want)
			}
		}
	}
	if got, want := fmt.Sprint(one.Forms()), fmt.Sprint(other.Forms()); got != want {
		t.Errorf("AddMatched() leaves %s, Add() %s", got, want)
	}
}

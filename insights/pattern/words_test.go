package pattern

import (
	"strings"
	"testing"
)

func TestOneWordApart(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		at         int
		ok         bool
	}{
		{"one in the middle", "a b c", "a x c", 1, true},
		{"the first", "a b c", "x b c", 0, true},
		{"the last", "a b c", "a b x", 2, true},
		{"none", "a b c", "a b c", -1, false},
		{"two", "a b c", "x b x", 0, false},
		{"one more", "a b c", "a b c d", 0, false},
		{"two words", "a b", "a x", 0, false},
	} {
		if at, ok := OneWordApart(strings.Fields(tt.a), strings.Fields(tt.b)); ok != tt.ok || ok && at != tt.at {
			t.Errorf("%s: OneWordApart(%q, %q) = %d, %t, want %d, %t", tt.name, tt.a, tt.b, at, ok, tt.at, tt.ok)
		}
	}
}

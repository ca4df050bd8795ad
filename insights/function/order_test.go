package function

import (
	"strings"
	"testing"
)

// runsByRuns compares as the rule says: run by run.
func runsByRuns(a, b string) int {
	run := func(s string) int {
		for i := 1; i < len(s); i++ {
			if digit(s[i]) != digit(s[0]) {
				return i
			}
		}
		return len(s)
	}
	for a != "" && b != "" {
		i, j := run(a), run(b)
		if digit(a[0]) && digit(b[0]) && i != j {
			return i - j
		}
		if d := strings.Compare(a[:i], b[:j]); d != 0 {
			return d
		}
		a, b = a[i:], b[j:]
	}
	return len(a) - len(b)
}

func FuzzCompareRuns(f *testing.F) {
	for _, s := range []string{"", "a", "a1", "a12", "1a", "12", "a1b", "é1", "01", "1", "ab12cd3", "ab12cd03"} {
		for _, u := range []string{"", "a", "a2", "a1b2", "b", "1", "ab12cd3"} {
			f.Add(s, u)
		}
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if got, want := sign(compareRuns(a, b)), sign(runsByRuns(a, b)); got != want {
			t.Errorf("compareRuns(%q, %q) has sign %d, want %d", a, b, got, want)
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

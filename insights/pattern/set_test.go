package pattern

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestSetOfTooManyShapesLosesNoCount(t *testing.T) {
	s := NewSet()
	const n = 3 * MaxShapes
	for i := range n {
		// Different brackets make different frames, so nothing can be merged.
		s.Add(strings.Repeat("(", i%250)+strings.Repeat("[", i/250)+" kept", 1, i%2)
	}
	found := Patterns(nil, math.MaxInt, s)
	var sum Counts
	for _, p := range found {
		sum.add(p.N)
	}
	if sum != (Counts{n / 2, n / 2}) {
		t.Errorf("counts of all patterns = %v, want %d in each window", sum, n/2)
	}
	if last := found[len(found)-1]; last.Text != Others || len(found) > MaxShapes+1 {
		t.Errorf("%d patterns, the last %q, want at most %d, the last %q", len(found), last.Text, MaxShapes+1, Others)
	}
	if s.Bytes() > MaxShapes*(maxShape+shapeBytes) {
		t.Errorf("Bytes() = %d, want at most %d", s.Bytes(), MaxShapes*(maxShape+shapeBytes))
	}
}

func TestSetKeepsTwoWindowsApart(t *testing.T) {
	a, b := NewSet(), NewSet()
	a.Add("up 1", 2, 0)
	a.Add("up 2", 3, 1)
	b.Add("up 3", 4, 1)
	b.Add("down", 1, 0)
	got := fmt.Sprint(Patterns(nil, math.MaxInt, a, b))
	if want := "[{up <Number-1> NONE [2 7]} {down NONE [1 0]}]"; got != want {
		t.Errorf("Patterns = %s, want %s", got, want)
	}
}

func TestPatternsOfNothing(t *testing.T) {
	if got := Patterns(nil, math.MaxInt); got != nil {
		t.Errorf("Patterns() = %v, want none", got)
	}
	if got := Patterns(nil, math.MaxInt, NewSet()); got != nil {
		t.Errorf("Patterns of an empty set = %v, want none", got)
	}
}

func TestHTTPStatus(t *testing.T) {
	for _, tt := range []struct {
		name, pattern string
		want          int
	}{
		{"behind a request line", `"GET / HTTP/1.1" 503 <Number-1>`, 503},
		{"in JSON", `{"status":404}`, 404},
		{"as text in JSON", `{"statusCode":"201"}`, 201},
		{"in logfmt", "status=500 x", 500},
		{"any other number", "500 apples", 0},
		{"part of a longer one", "status=5000", 0},
		{"no status of HTTP", "status=600", 0},
		{"empty", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := HTTPStatus(tt.pattern); got != tt.want {
				t.Errorf("HTTPStatus(%q) = %d, want %d", tt.pattern, got, tt.want)
			}
		})
	}
}

// TestMergesEnd merges shapes until nobody wants to know any more.
func TestMergesEnd(t *testing.T) {
	s := NewSet()
	for i, name := range names(3000) {
		s.Add(fmt.Sprintf("%s met %c", name, 'a'+rune(i%20)), 1, 0)
	}
	asked, most := 0, 0
	goOn := func(steps int) bool {
		asked, most = asked+1, max(most, steps)
		return true
	}
	if got := Patterns(goOn, math.MaxInt, s); len(got) == 0 || asked < 3000 || most > 3000 {
		t.Fatalf("Patterns() = %d patterns, asked %d times after up to %d steps", len(got), asked, most)
	}
	for end := 0; end < asked; end += 97 {
		left := end
		if got := Patterns(func(int) bool { left--; return left >= 0 }, math.MaxInt, s); got != nil {
			t.Fatalf("Patterns() that ends after %d of %d times = %v, want none", end, asked, got)
		}
		if left < -2 {
			t.Fatalf("Patterns() that is to end went on for %d times", -left)
		}
	}
	before := len(s.shapes)
	s.GoOn = func(int) bool { return false }
	if s.compact(); len(s.shapes) != before {
		t.Errorf("a set has %d shapes behind a merge that ended, and %d before", len(s.shapes), before)
	}
}

func TestRareShapesComeTogether(t *testing.T) {
	s := NewSet()
	for text, n := range map[string]int64{"a (": 5, "b )": 1, "c [": 2, "d ]": 7} {
		s.Add(text, n, 0)
	}
	if got := fmt.Sprint(Patterns(nil, 2, s)); got != "[{d ] NONE [7 0]} {a ( NONE [5 0]} {(other messages) NONE [3 0]}]" {
		t.Errorf("Patterns() of two shapes = %s", got)
	}
}

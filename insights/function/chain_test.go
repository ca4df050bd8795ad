package function

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
)

func TestWhatIsAChain(t *testing.T) {
	for _, tt := range []struct {
		name, pattern string
		want          bool
	}{
		{"texts around a class", `"path":"(?<path>[^"]*)"`, true},
		{"a run at the end", `user=(\w+)`, true},
		{"runs between dots", `(\d+\.\d+\.\d+\.\d+)`, true},
		{"a counted class", `[0-9a-f]{8}-[0-9a-f]{4}`, true},
		{"an access log", `^(?<ip>\S+) \S+ (?<user>\S+) \[(?<t>[^\]]+)\] "(?<m>GET|POST|PUT) (?<p>\S+)`, true},
		{"any case", `(?i)status"?[:=]\s*(\d+)`, true},
		{"a lazy run at the end", `(eni-.*?)`, true},
		{"a lazy run before what it does not hold", `a\d*?x`, true},
		{"an optional tail", `a\d+x?`, true},
		{"anchors", `^a+$`, true},
		{"a lazy run before what it holds", `(eni-.*?) `, false},
		{"a run before what it holds", `\S+\]`, false},
		{"a run before an optional one before what it holds", `a+b*a`, false},
		{"a lazy run before an optional tail", `a\d+?x?`, false},
		{"alternatives of which one begins with the other", `(?:a|ab)c`, false},
		{"alternatives with groups", `(a)|(b)`, false},
		{"a repeated group", `(?:ab)+`, false},
		{"a repeated capture", `(a)+`, false},
		{"a word boundary", `\bab`, false},
		{"lines", `(?m)^a`, false},
		{"a start in the middle", `a^b`, false},
		{"letters beyond ASCII", `é+`, false},
	} {
		tree, err := syntax.Parse(tt.pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if got := newChain(tree) != nil; got != tt.want {
			t.Errorf("%s: %s is a chain: %v, want %v", tt.name, tt.pattern, got, tt.want)
		}
	}
}

// TestChainsAgreeWithRegexp puts expressions together of pieces that often overlap, and runs them over texts of the
// same few characters.
func TestChainsAgreeWithRegexp(t *testing.T) {
	const seed = 11
	rnd := rand.New(rand.NewPCG(seed, 1))
	pieces := []string{"a", "b", "ab", "ba", `\.`, "[ab]", "[^a]", `\w`, ".", "[a.]", "(?:ab|b)", "(?:a|b.)", "^", "$", "(a)", "(b+)", "([^.]*)", "(?i:a)", "(?i:Ab)", "[b-]"}
	counts := []string{"", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "*?", "+?", "??"}
	chains := 0
	for range 40_000 {
		var pattern strings.Builder
		for range 1 + rnd.IntN(5) {
			pattern.WriteString(pieces[rnd.IntN(len(pieces))])
			pattern.WriteString(counts[rnd.IntN(len(counts))])
		}
		re, err := regexp.Compile(pattern.String())
		if err != nil {
			continue
		}
		m := NewMatcher(re)
		if m.chain != nil {
			chains++
		}
		for range 4 {
			text := make([]byte, rnd.IntN(12))
			for i := range text {
				text[i] = "aaabbA.\n"[rnd.IntN(8)]
			}
			if got, want := m.FindSubmatchIndex(string(text)), re.FindStringSubmatchIndex(string(text)); !equalInts(got, want) {
				t.Fatalf("FindSubmatchIndex(%q, %q) = %v, want %v (seed %d)", pattern.String(), text, got, want, seed)
			}
			if got, want := m.MatchString(string(text)), re.MatchString(string(text)); got != want {
				t.Fatalf("MatchString(%q, %q) = %v, want %v (seed %d)", pattern.String(), text, got, want, seed)
			}
		}
	}
	if chains < 2000 {
		t.Errorf("%d expressions were chains, want enough to test them", chains)
	}
}

// TestChainsTakeLinearTime runs expressions over texts where trying every start anew would take
// minutes.
func TestChainsTakeLinearTime(t *testing.T) {
	long := strings.Repeat("a", 2<<20)
	for _, pattern := range []string{`(\w+)=`, `a(\w+)=`, `\w*=`, `[a-z]+[0-9]+`, `a[^"]*"`, `[a-f]+,[a-z]+;`} {
		m := matcher(t, pattern)
		if m.chain == nil {
			t.Fatalf("%s is no chain", pattern)
		}
		if m.chain.find(long, nil) {
			t.Errorf("%s matches, want no match", pattern)
		}
	}
}

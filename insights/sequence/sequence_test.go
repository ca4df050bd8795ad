package sequence

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestNew(t *testing.T) {
	for _, tt := range []struct {
		name, pattern string
		want          bool
	}{
		{"literals and classes", `user=(\w+), method:([A-Z]+)`, true},
		{"anchors", `^(\S+) (\w+) (.*)$`, true},
		{"lazy up to a literal", `path=(.*?) status`, true},
		{"lazy up to the end", `msg=(.*?)$`, true},
		{"lazy up to a class", `n.*?(\d+)`, true},
		{"counts in ASCII", `(\d{1,3})-(\d{4})`, true},
		{"a class that excludes", `"msg":"([^"]*)"`, true},
		{"nested groups", `((a+)(b+))c`, true},
		{"a run that would have to give back", `.*foo`, false},
		{"two runs of one class", `(\d+)(\d)`, false},
		{"an alternative", `ab|cd`, false},
		{"an optional part", `a(b)?c`, false},
		{"letters in either case", `(?i)abc`, false},
		{"word boundaries", `\bfoo`, false},
		{"anchors of lines", `(?m)^a$`, false},
		{"a class of some letters outside ASCII", `[ä-ü]+x`, false},
		{"counts outside ASCII", `.{3}x`, false},
		{"an optional beginning", `\s*foo`, false},
		{"nothing", ``, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := New(regexp.MustCompile(tt.pattern)) != nil; got != tt.want {
				t.Errorf("%s is a sequence: %v, want %v", tt.pattern, got, tt.want)
			}
		})
	}
}

// agree fails if a sequence gives another answer than package regexp.
func agree(t *testing.T, re *regexp.Regexp, q *Sequence, s string) {
	t.Helper()
	var places Places
	result := q.Find(s, 0, &places)
	want := re.FindStringSubmatchIndex(s)
	switch {
	case result == Unsure:
	case result == NoMatch && want != nil, result == Match && !slices.Equal(places[:2*q.groups+2], want):
		t.Errorf("%s in %q: %v %v, want %v", re, s, result, places[:2*q.groups+2], want)
	}
	found, sure := q.FindAll(s, nil)
	if !sure {
		return
	}
	all := re.FindAllStringSubmatchIndex(s, -1)
	for i := range found {
		if len(found) != len(all) || !slices.Equal(found[i][:2*q.groups+2], all[i]) {
			t.Errorf("all of %s in %q: %v, want %v", re, s, found, all)
			return
		}
	}
	if len(found) != len(all) {
		t.Errorf("all of %s in %q: none, want %v", re, s, all)
	}
}

func TestSequenceAgreesWithRegexp(t *testing.T) {
	patterns := []string{`user=(\w+), method:([A-Z]+)`, `^(\S+) (\w+) (.*)$`, `path=(.*?) status`, `x(.*?)$`, `n.*?(\d+)`, `(\d{1,3})-(\d{4})`,
		`"msg":"([^"]*)"`, `((a+)(b+))c`, `(\d+\.\d+) ms`, `(a.*?)b(.*?)c`, `^a*b`, `(é+)x`, `[^a]+a`, `a(b*)$`, `a[^b]*c`, `(\d+?)x`, `.+?:(.*)`, `(.+)`, `a+?`, `a(?s:.*?)b`}
	texts := []string{"", "a", "user=ann, method:GET", "user=, method:GET user=bob, method:PUT", "a b c", "a b", "path=/x status path= status", "x", "xx\ny", "n 12", "n1\n2 n3",
		"1234-5678", "12-345 999-1234", `"msg":"" "msg":"x"`, "aabbc", "abab aabc", "12 ms 1.5 ms", "a1b2c", "axbxbxc", "acb", "éé éx", "\xffx\xc3", "日本a語", "bb", "ab", "abx", "aaa" + strings.Repeat("a", 99),
		"1x", "12x", "k: v", "\n:x", "a\nb"}
	for _, p := range patterns {
		re := regexp.MustCompile(p)
		if q := New(re); q != nil {
			for _, s := range texts {
				agree(t, re, q, s)
			}
		}
	}
}

func TestSequenceIsLinear(t *testing.T) {
	q := New(regexp.MustCompile(`a[^b]*bc`))
	var places Places
	if got := q.Find(strings.Repeat("a", 1<<20)+"bc", 0, &places); got != Match {
		t.Errorf("a[^b]*bc in many a and bc: %v, want a match", got)
	}
	// Every a begins an attempt that reads to the first b; the sequence gives up instead of trying them all.
	if got := q.Find(strings.Repeat("a", 1<<20)+"bdbc", 0, &places); got != Unsure {
		t.Errorf("a[^b]*bc in many a and bdbc: %v, want to be unsure", got)
	}
}

func FuzzSequence(f *testing.F) {
	f.Add(`user=(\w+), m:([A-Z]+)`, "user=ann, m:GET")
	f.Add(`^(\S+) (.*?) (\d{1,2})$`, "a b c 12")
	f.Add(`x(.*?)y([^z]*)z`, "xxyyzz")
	f.Add(`(a+?)(b*)c+?`, "aabbcc")
	f.Add(`[^a]+a(.*)`, "\xffé日a")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return
		}
		if q := New(re); q != nil {
			agree(t, re, q, s)
		}
	})
}

package function

import (
	"regexp"
	"strings"
)

// A Matcher runs a regular expression, and first looks for literal text that every match contains:
// most rows have no match, and finding a text is far quicker than matching. Its answers are those of package regexp.
// It is safe for concurrent use.
type Matcher struct {
	re   *regexp.Regexp
	need []string // every match contains one of these; empty: nothing is known
	fold bool     // need is in lower case and ASCII letters match in either case
	only bool     // a text matches if it contains one of need
	odd  bool     // with fold: a letter of need has a third form, outside ASCII
	// first marks the bytes that one of need can begin with, when fold is set.
	first [256]bool
}

// NewMatcher returns a Matcher of re.
func NewMatcher(re *regexp.Regexp) *Matcher {
	m := &Matcher{re: re}
	m.need, m.fold, m.only = requiredText(re)
	if prefix, _ := re.LiteralPrefix(); !m.only && !m.fold && len(m.need) == 1 && strings.Contains(prefix, m.need[0]) {
		m.need = nil // package regexp looks for it itself
	}
	for _, text := range m.need {
		m.first[text[0]] = true
		m.first[upper(text[0])] = true
		m.odd = m.odd || strings.ContainsAny(text, "ks") // K (Kelvin) and long s
	}
	return m
}

// Regexp returns the regular expression that m runs.
func (m *Matcher) Regexp() *regexp.Regexp { return m.re }

// MatchString reports whether s contains a match.
func (m *Matcher) MatchString(s string) bool {
	switch m.look(s) {
	case False:
		return false
	case True:
		return true
	}
	return m.re.MatchString(s)
}

// FindSubmatchIndex returns the place of the first match in s and those of its groups, like the
// method of that name of regexp.Regexp; nil means that there is none.
func (m *Matcher) FindSubmatchIndex(s string) []int {
	if m.look(s) == False {
		return nil
	}
	return m.re.FindStringSubmatchIndex(s)
}

// FindAllSubmatchIndex is FindSubmatchIndex for all matches, or at most n of them if n is not negative.
func (m *Matcher) FindAllSubmatchIndex(s string, n int) [][]int {
	if m.look(s) == False {
		return nil
	}
	return m.re.FindAllStringSubmatchIndex(s, n)
}

// look says what the texts that a match needs tell about s: False, no match; True, a match; Unknown.
func (m *Matcher) look(s string) Tri {
	switch {
	case len(m.need) == 0:
		return Unknown
	case m.found(s):
		if m.only {
			return True
		}
		return Unknown
	case m.odd && m.fold && !ascii(s):
		return Unknown
	}
	return False
}

// found reports whether s contains one of m.need.
func (m *Matcher) found(s string) bool {
	if m.fold {
		return m.foundFold(s)
	}
	for _, text := range m.need {
		if strings.Contains(s, text) {
			return true
		}
	}
	return false
}

func (m *Matcher) foundFold(s string) bool {
	for i := range len(s) {
		if !m.first[s[i]] {
			continue
		}
		for _, text := range m.need {
			if hasPrefixFold(s[i:], text) {
				return true
			}
		}
	}
	return false
}

// hasPrefixFold reports whether s begins with lower, ASCII text in lower case, in any case.
func hasPrefixFold(s, lower string) bool {
	if len(s) < len(lower) {
		return false
	}
	for i := range len(lower) {
		if c := s[i]; c != lower[i] && c != upper(lower[i]) {
			return false
		}
	}
	return true
}

// upper returns the upper case of an ASCII letter, and other bytes as they are.
func upper(c byte) byte {
	if c-'a' < 26 {
		return c - ('a' - 'A')
	}
	return c
}

// ascii reports whether s has no byte beyond ASCII.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

package dictionary

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A Style is how the words of a name are put together.
type Style string

const (
	Snake Style = "snake" // order_id
	Camel Style = "camel" // orderId
	Kebab Style = "kebab" // order-id
)

// check returns what is wrong with s.
func (s Style) check() error {
	if !slices.Contains([]Style{Snake, Camel, Kebab}, s) {
		return fmt.Errorf(`style %q, want "snake", "camel" or "kebab"`, string(s))
	}
	return nil
}

// Write returns name in the style s, "" when nothing is left of it.
func (s Style) Write(name string) string {
	words := Words(name)
	switch s {
	case Camel:
		for i, w := range words[min(1, len(words)):] {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
		return strings.Join(words, "")
	case Kebab:
		return strings.Join(words, "-")
	}
	return strings.Join(words, "_")
}

// Better returns name as it should be written in the style s, "" when that needs a person: a letter beyond
// ASCII, or nothing to go by.
func (s Style) Better(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) {
		return ""
	}
	if better := s.Write(name); s.Fits(better) {
		return better
	}
	return ""
}

// Fits tells whether name is written in the style s. Parts of a dotted name count one by one.
func (s Style) Fits(name string) bool {
	for part := range strings.SplitSeq(name, ".") {
		if part == "" || part != s.Write(part) || part[0] >= '0' && part[0] <= '9' {
			return false
		}
	}
	return true
}

// Words returns the words of name in small letters: split at what is neither letter nor digit, and where
// capitals say so. "HTTPServer_id" is http, server, id. Letters beyond ASCII separate like punctuation.
func Words(name string) []string {
	var words []string
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !isWordRune(r) }) {
		words = append(words, humps(part)...)
	}
	return words
}

func isWordRune(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// humps splits part before each capital that starts a word.
func humps(part string) []string {
	var words []string
	start := 0
	for i := 1; i < len(part); i++ {
		up := isUpper(part[i])
		starts := up && (!isUpper(part[i-1]) || i+1 < len(part) && isLower(part[i+1]))
		if starts {
			words = append(words, strings.ToLower(part[start:i]))
			start = i
		}
	}
	return append(words, strings.ToLower(part[start:]))
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

package split

import "strings"

// Comma returns the first field of s (RFC 4180) and what follows its comma: a field in quotes may hold commas, newlines and, doubled, quotes.
// more is false if no comma followed on the line. It is lenient: a quote inside a bare field is text, and so is what stands between a closing quote
// and the next comma.
func Comma(s string) (field, rest string, more bool) {
	quoted := ""
	if strings.HasPrefix(s, `"`) {
		quoted, s = csvQuoted(s[1:])
	}
	end := strings.IndexAny(s, ",\n")
	switch {
	case end < 0:
		field = s
	case s[end] == '\n':
		field = strings.TrimSuffix(s[:end], "\r")
	default:
		return quoted + s[:end], s[end+1:], true
	}
	return quoted + field, "", false
}

// csvQuoted returns the text before the closing quote, and what follows that quote. Without one all
// of s is text.
func csvQuoted(s string) (text, rest string) {
	doubled := false
	for i := 0; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		text, rest = s[:i], s[i+1:]
		if doubled {
			text = strings.ReplaceAll(text, `""`, `"`)
		}
		return text, rest
	}
	return strings.ReplaceAll(s, `""`, `"`), ""
}

package redact

import (
	"bytes"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// keyed hides in the text s what stands behind keys that rules name, wherever s looks like a piece of
// JSON: a prefix before it, a comma too many or an end that is missing do not keep a password. If it finds some
// that only change the text, the new text is in d.cut.
func (d *Redactor) keyed(s []byte) verdict {
	v, done := stays, 0
	for at := 0; ; {
		k, ok := nextKey(s, at)
		if !ok {
			break
		}
		at = k.value
		i := d.ruleFor(k.name)
		if i < 0 {
			continue
		}
		start, end := k.value, k.end(s)
		at = max(end, at)
		if string(s[start:end]) == "null" {
			continue
		}
		d.counts[i]++
		if d.rules[i].action == "drop" {
			return goes
		}
		if v == stays {
			d.cut, v = d.cut[:0], edited
		}
		d.cut = append(append(d.cut, s[done:start]...), k.mark...)
		d.cut = append(d.appendCover(d.cut, i, k.content(s[start:end])), k.mark...)
		done = end
	}
	if v == edited {
		d.cut = append(d.cut, s[done:]...)
	}
	return v
}

// ruleFor returns the first rule about a key with the name, -1 if there is none. Of what is above the
// key nothing is known, so that of a dotted rule only the end counts.
func (d *Redactor) ruleFor(name []byte) int {
	name = bytes.ToLower(name)
	for i := range d.rules {
		if k := d.rules[i].key; k != nil && (k.match(name, name) || k.end != nil && k.end.match(name, name)) {
			return i
		}
	}
	return -1
}

// lastKey returns the pattern of the last key of a dotted pattern that has a name, since of "user.*"
// and "users.0" all that is below user and users is meant; nil if there is none.
func lastKey(pattern string) *keyPattern {
	parts := strings.Split(pattern, ".")
	for len(parts) > 0 && strings.Trim(parts[len(parts)-1], "*0123456789") == "" {
		parts = parts[:len(parts)-1]
	}
	if len(parts) == 0 {
		return nil
	}
	return newKeyPattern(parts[len(parts)-1])
}

// A textKey is a key in quotes and a colon, somewhere in a text.
type textKey struct {
	name  []byte
	mark  []byte // the quote with the backslashes before it: JSON in a string of JSON has them
	value int    // where the value starts
}

// nextKey returns the first key whose colon stands at or after from.
func nextKey(s []byte, from int) (k textKey, ok bool) {
	for at := from; ; at++ {
		i := bytes.IndexByte(s[at:], ':')
		if i < 0 {
			return k, false
		}
		at += i
		end := len(bytes.TrimRight(s[:at], " \t\r\n"))
		if end == 0 || s[end-1] != '"' && s[end-1] != '\'' {
			continue
		}
		open := end - 1 - backslashes(s[:end-1])
		k.mark = s[open:end]
		start := bytes.LastIndexByte(s[:open], s[end-1])
		k.name, _ = unescaped(s[start+1:open], k.mark)
		k.value = jsonscan.Space(s, at+1)
		return k, true
	}
}

// backslashes returns how many of them s ends with.
func backslashes(s []byte) int { return len(s) - len(bytes.TrimRight(s, `\`)) }

// unescaped returns the text of s, the content of a string whose quotes are mark: it is escaped once, and once
// more for each string around it. ok is false if it is broken, and text then what it is.
func unescaped(s, mark []byte) (text []byte, ok bool) {
	text = s
	for n := len(mark); n > 0; n /= 2 { // 1, 2, 4, 8 bytes: each level doubles the backslashes, and adds one
		if !jsonscan.HasEscape(text) {
			return text, true
		}
		plain, ok := jsonscan.Unquote(nil, text)
		if !ok {
			return text, false
		}
		text = plain
	}
	return text, true
}

// content returns the text of a value as it is in the text.
func (k *textKey) content(value []byte) []byte {
	if rest, ok := bytes.CutPrefix(value, k.mark); ok {
		value, _ = unescaped(bytes.TrimSuffix(rest, k.mark), k.mark)
	}
	return value
}

// end returns where the value ends; the end of the text if that is not to be seen.
func (k *textKey) end(s []byte) int {
	at := k.value
	switch {
	case at == len(s):
	case bytes.HasPrefix(s[at:], k.mark):
		return k.stringEnd(s, at+len(k.mark))
	case s[at] == '{' || s[at] == '[':
		return k.nestedEnd(s, at)
	default:
		if i := bytes.IndexAny(s[at:], ",}] \t\r\n\"'\\"); i >= 0 && s[at+i] != '"' && s[at+i] != '\'' && s[at+i] != '\\' {
			return at + i
		}
	}
	return len(s)
}

// stringEnd returns the end of the string whose content starts at i.
func (k *textKey) stringEnd(s []byte, i int) int {
	own := len(k.mark) - 1
	quote := k.mark[own]
	for {
		n := bytes.IndexByte(s[i:], quote)
		if n < 0 {
			return len(s)
		}
		more := backslashes(s[i:i+n]) - own
		i += n + 1
		if more >= 0 && more%(2*(own+1)) == 0 {
			return i
		}
	}
}

// nestedEnd returns the end of the object or array that starts at i.
func (k *textKey) nestedEnd(s []byte, i int) int {
	for depth := 0; i < len(s); {
		if bytes.HasPrefix(s[i:], k.mark) {
			i = k.stringEnd(s, i+len(k.mark))
			continue
		}
		switch s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(s)
}

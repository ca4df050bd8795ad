// Package jsonwalk walks text that is known to be valid JSON.
// It leaves checking that to others.
package jsonwalk

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// SkipString returns where the string that begins at b[i] ends, behind its quote.
func SkipString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func SkipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// SkipValue returns where the value that begins at b[i] ends.
func SkipValue(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = SkipString(b, i)
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\n', '\r':
			i++
			continue
		default:
			i = skipScalar(b, i)
		}
		if depth == 0 {
			return i
		}
	}
	return i
}

// skipScalar returns where the number, true, false or null at b[i] ends.
func skipScalar(b []byte, i int) int {
	n := bytes.IndexAny(b[i:], ",:]} \t\r\n")
	if n < 0 {
		return len(b)
	}
	return i + n
}

// maxPlain is the number of digits that a number without an exponent may have in any case: 1e308 is a float64.
const maxPlain = 308

// Finite tells whether every number in b is one that a float64 holds. Of others readers make what they like: an
// infinity, or nothing of the whole text, as encoding/json does.
func Finite(b []byte) bool {
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			i = SkipString(b, i)
		case c == '-' || c >= '0' && c <= '9':
			end := skipScalar(b, i)
			if number := b[i:end]; len(number) > maxPlain || bytes.ContainsAny(number, "eE") {
				if _, err := strconv.ParseFloat(string(number), 64); err != nil {
					return false
				}
			}
			i = end
		default:
			i++
		}
	}
	return true
}

// Unquote returns the text of a JSON string.
func Unquote(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // valid
	return s
}

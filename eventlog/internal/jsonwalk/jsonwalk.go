// Package jsonwalk walks text that is known to be valid JSON.
// It leaves checking that to others.
package jsonwalk

import (
	"bytes"
	"encoding/json"
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

// Unquote returns the text of a JSON string.
func Unquote(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // valid
	return s
}

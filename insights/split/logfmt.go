// Package split cuts a text of an event into fields: logfmt and comma-separated values. Which text is cut, and what becomes of the fields, is
// for others to say.
package split

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Logfmt returns the pairs key=value of s as one map in JSON text. Values are texts: bare up to the
// next blank, or in quotes with \" and \\ for a quote and a backslash. A bare key has the text true. A text
// without any key gives no map.
func Logfmt(s string) (object string, ok bool) {
	dst := []byte{'{'}
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" {
			break
		}
		var key, value string
		key, value, s = logfmtPair(s)
		if key == "" {
			continue
		}
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		dst = append(AppendJSON(dst, key), ':')
		dst = AppendJSON(dst, value)
	}
	if len(dst) == 1 {
		return "", false
	}
	return string(append(dst, '}')), true
}

// logfmtPair returns the pair that s begins with and what follows it.
func logfmtPair(s string) (key, value, rest string) {
	end := strings.IndexAny(s, "= \t\r\n")
	if end < 0 {
		return s, "true", ""
	}
	key, rest = s[:end], s[end:]
	switch {
	case rest[0] != '=':
		return key, "true", rest
	case strings.HasPrefix(rest, `="`):
		value, rest = logfmtQuoted(rest[2:])
		return key, value, rest
	}
	rest = rest[1:]
	if end = strings.IndexAny(rest, " \t\r\n"); end < 0 {
		return key, rest, ""
	}
	return key, rest[:end], rest[end:]
}

// logfmtQuoted returns the text up to the closing quote, or all of s without one, and what follows.
func logfmtQuoted(s string) (text, rest string) {
	escaped := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			text, rest = s[:i], s[i+1:]
			if escaped {
				text = logfmtEscapes.Replace(text)
			}
			return text, rest
		}
	}
	return logfmtEscapes.Replace(s), ""
}

// logfmtEscapes are the escapes in quotes; other backslashes stay as they are ([R] §6.2, as in
// string literals, and the three that loggers write for line breaks and tabs).
var logfmtEscapes = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t")

// AppendJSON appends s as a JSON string.
func AppendJSON(dst []byte, s string) []byte {
	if !plainJSON(s) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			panic("BUG: a string is not JSON: " + err.Error())
		}
		return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// plainJSON reports whether s is its own JSON text, in ASCII without escapes.
func plainJSON(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

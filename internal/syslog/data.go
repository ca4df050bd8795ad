package syslog

import (
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// dataLen returns how long the structured data at the start of s is; 0 if there is none, or none that is well-formed and ends in front of a
// blank or the end.
func dataLen(s string) int {
	n := 0
	for n < len(s) && s[n] == '[' {
		used := elementLen(s[n:])
		if used == 0 {
			return 0
		}
		n += used
	}
	if n < len(s) && s[n] != ' ' {
		return 0
	}
	return n
}

// elementLen returns how long the element at the start of s is: [ID NAME="VALUE" NAME="VALUE"].
func elementLen(s string) int {
	n := nameLen(s[1:])
	if n == 0 {
		return 0
	}
	for n++; n < len(s) && s[n] == ' '; {
		name := nameLen(s[n+1:])
		n += 1 + name
		if name == 0 || !strings.HasPrefix(s[n:], `="`) {
			return 0
		}
		value := valueLen(s[n+2:])
		if value < 0 {
			return 0
		}
		n += 2 + value + 1
	}
	if n >= len(s) || s[n] != ']' {
		return 0
	}
	return n + 1
}

// nameLen returns how long the name at the start of s is.
func nameLen(s string) int {
	n := 0
	for n < len(s) && s[n] > ' ' && s[n] != '=' && s[n] != ']' && s[n] != '"' {
		n++
	}
	return n
}

// valueLen returns how long a value is, up to its quote; -1 if it has none.
func valueLen(s string) int {
	for n := 0; n < len(s); n++ {
		switch s[n] {
		case '\\':
			n++
		case '"':
			return n
		}
	}
	return -1
}

// appendData appends well-formed structured data as JSON: an object of the elements, by their ids, each an object of its values.
func appendData(dst []byte, s string) []byte {
	dst = append(dst, '{')
	for i := 0; s != ""; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		n := elementLen(s)
		dst = appendElement(dst, s[1:n-1])
		s = s[n:]
	}
	return append(dst, '}')
}

// appendElement appends an element, which comes without its brackets. A name that comes again, as RFC 5424 allows ([origin ip="..." ip="..."]), has
// an array of its values.
func appendElement(dst []byte, s string) []byte {
	n := nameLen(s)
	dst = append(jsonscan.AppendString(dst, s[:n]), ':', '{')
	pairs := s[n:]
	for rest := pairs; rest != ""; {
		name, value, behind := pair(rest)
		if seen := pairs[:len(pairs)-len(rest)]; !has(seen, name) {
			if rest != pairs {
				dst = append(dst, ',')
			}
			dst = append(jsonscan.AppendString(dst, name), ':')
			dst = appendValues(dst, name, value, behind)
		}
		rest = behind
	}
	return append(dst, '}')
}

// appendValues appends a value of a name, or an array of it and those that follow.
func appendValues(dst []byte, name, value, behind string) []byte {
	if !has(behind, name) {
		return jsonscan.AppendString(dst, plain(value))
	}
	dst = jsonscan.AppendString(append(dst, '['), plain(value))
	for left := manyPairs; behind != "" && left > 0; left-- {
		var other string
		if other, value, behind = pair(behind); other == name {
			dst = jsonscan.AppendString(append(dst, ','), plain(value))
		}
	}
	return append(dst, ']')
}

// manyPairs is how many values are looked at for a name that comes again [R]: all of 1 MiB would take minutes.
const manyPairs = 64

// has tells whether a name is among the first pairs of s.
func has(s, name string) bool {
	for left := manyPairs; s != "" && left > 0; left-- {
		var other string
		if other, _, s = pair(s); other == name {
			return true
		}
	}
	return false
}

// pair takes the first of the pairs of an element: ` NAME="VALUE"`.
func pair(s string) (name, value, behind string) {
	n := nameLen(s[1:])
	name, s = s[1:1+n], s[1+n+2:]
	v := valueLen(s)
	return name, s[:v], s[v+1:]
}

// plain returns a value without its escapes: \" \\ \]. A backslash in front of anything else is one (RFC 5424, 6.3.3).
func plain(value string) string {
	if strings.IndexByte(value, '\\') < 0 {
		return value
	}
	b := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] == '\\' && i+1 < len(value) && strings.IndexByte(`"\]`, value[i+1]) >= 0 {
			i++
		}
		b = append(b, value[i])
	}
	return string(b)
}

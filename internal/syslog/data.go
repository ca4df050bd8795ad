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
	all := members{list: make([]member, 0, fewNames)}
	for i := 0; s != ""; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		n := elementLen(s)
		dst = all.appendElement(dst, s[1:n-1])
		s = s[n:]
	}
	return append(dst, '}')
}

// appendElement appends an element, which comes without its brackets. A name that comes again, as RFC 5424 allows ([origin ip="..." ip="..."]), has
// an array of its values. It uses the room of the element before.
func (all *members) appendElement(dst []byte, s string) []byte {
	n := nameLen(s)
	dst = append(jsonscan.AppendString(dst, s[:n]), ':', '{')
	all.list, all.index = all.list[:0], nil
	for rest := s[n:]; rest != ""; {
		var name, value string
		name, value, rest = pair(rest)
		all.add(name, plain(value))
	}
	for i := range all.list {
		if i > 0 {
			dst = append(dst, ',')
		}
		m := &all.list[i]
		dst = append(jsonscan.AppendString(dst, m.name), ':')
		dst = m.appendValues(dst)
	}
	return append(dst, '}')
}

// Members are the names of an element in their order, each once. Many are found by an index: 1 MiB of names that are looked for among each other
// would take minutes.
type members struct {
	list  []member
	index map[string]int // of list; nil while there are few
}

// A member is a name, its value, and what it has beside that.
type member struct {
	name, value string
	more        []string
}

// fewNames are sooner looked through than found by an index.
const fewNames = 4

func (all *members) add(name, value string) {
	i, known := all.find(name)
	if known {
		all.list[i].more = append(all.list[i].more, value)
		return
	}
	all.list = append(all.list, member{name: name, value: value})
	switch {
	case all.index != nil:
		all.index[name] = len(all.list) - 1
	case len(all.list) > fewNames:
		all.index = map[string]int{}
		for i, m := range all.list {
			all.index[m.name] = i
		}
	}
}

func (all *members) find(name string) (i int, ok bool) {
	if all.index != nil {
		i, ok = all.index[name]
		return i, ok
	}
	for i := range all.list {
		if all.list[i].name == name {
			return i, true
		}
	}
	return 0, false
}

// appendValues appends a value, or an array of several.
func (m *member) appendValues(dst []byte) []byte {
	if m.more == nil {
		return jsonscan.AppendString(dst, m.value)
	}
	dst = jsonscan.AppendString(append(dst, '['), m.value)
	for _, v := range m.more {
		dst = jsonscan.AppendString(append(dst, ','), v)
	}
	return append(dst, ']')
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

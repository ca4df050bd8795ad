// Package redaction keeps the values of named keys out of JSON text.
// It leaves writing the text to others.
package redaction

import (
	"strings"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
)

// Mark stands for a value that is not to be written; Text is Mark as JSON.
const (
	Mark = "[redacted]"
	Text = `"` + Mark + `"`
)

// Metadata is the key of the member that tells CloudWatch which others are metrics (the embedded metric format).
const Metadata = "_aws"

// Names are keys whose values are not to be written. Nil has none.
type Names struct {
	list    []string
	lengths uint64 // bit n: a name has n bytes, n%64
}

// Of returns these names, nil if there are none.
func Of(names []string) *Names {
	var n Names
	for _, name := range names {
		if name != "" {
			n.list = append(n.list, name)
			n.lengths |= 1 << (len(name) & 63)
		}
	}
	if n.list == nil {
		return nil
	}
	return &n
}

// Has tells whether key, an end of it behind a dot, or a part between dots is one of the names, whatever its case.
func (n *Names) Has(key string) bool {
	if n == nil {
		return false
	}
	for {
		if n.hasPart(key) {
			return true
		}
		part, rest, dotted := strings.Cut(key, ".")
		if !dotted {
			return false
		}
		if n.hasPart(part) {
			return true
		}
		key = rest
	}
}

func (n *Names) hasPart(part string) bool {
	if n.lengths&(1<<(len(part)&63)) == 0 {
		return false
	}
	for _, name := range n.list {
		if strings.EqualFold(name, part) {
			return true
		}
	}
	return false
}

// AppendJSON appends the valid JSON text value of the field key, and redacts it: whole if key is one of the names, else
// the members inside it. What Metadata has inside says how to read an event, never what happened: it stays.
func (n *Names) AppendJSON(b []byte, key string, value []byte) []byte {
	if n.Has(key) {
		return append(b, Text...)
	}
	if n == nil || key == Metadata {
		return append(b, value...)
	}
	done := 0 // of value
	for i := 0; i < len(value); {
		if value[i] != '"' {
			i++
			continue
		}
		end := jsonwalk.SkipString(value, i)
		colon := jsonwalk.SkipSpace(value, end)
		if colon >= len(value) || value[colon] != ':' || !n.Has(jsonwalk.Unquote(value[i:end])) {
			i = end
			continue
		}
		i = jsonwalk.SkipSpace(value, colon+1)
		b = append(append(b, value[done:i]...), Text...)
		i = jsonwalk.SkipValue(value, i)
		done = i
	}
	return append(b, value[done:]...)
}

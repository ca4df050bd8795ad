package eventlog

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
)

const (
	redacted     = "[redacted]"
	redactedText = `"` + redacted + `"`
)

// Redacted is a text that is never printed: every way of writing it gives "[redacted]". Two ways stay, since the packages
// fmt and encoding/json ask no method there: an unexported field, printed by fmt, and the key of a map, written as JSON.
type Redacted string

// Format writes "[redacted]", whatever the verb.
func (Redacted) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// String returns "[redacted]".
func (Redacted) String() string { return redacted }

// GoString returns "[redacted]".
func (Redacted) GoString() string { return redacted }

// LogValue returns "[redacted]".
func (Redacted) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (Redacted) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON returns "[redacted]" in quotes.
func (Redacted) MarshalJSON() ([]byte, error) { return []byte(redactedText), nil }

// A redaction is a set of keys whose values are not to be written. Nil has none.
type redaction struct {
	names   []string
	lengths uint64 // bit n: a name has n bytes, n%64
}

// newRedaction returns the redaction of these names, nil if there are none.
func newRedaction(names []string) *redaction {
	var r redaction
	for _, name := range names {
		if name != "" {
			r.names = append(r.names, name)
			r.lengths |= 1 << (len(name) & 63)
		}
	}
	if r.names == nil {
		return nil
	}
	return &r
}

// has tells whether key, an end of it behind a dot, or a part between dots is one of the names, whatever its case.
func (r *redaction) has(key string) bool {
	if r == nil {
		return false
	}
	for {
		if r.hasPart(key) {
			return true
		}
		part, rest, dotted := strings.Cut(key, ".")
		if !dotted {
			return false
		}
		if r.hasPart(part) {
			return true
		}
		key = rest
	}
}

// redacts tells whether the field key in the open groups is to be redacted.
func (e *event) redacts(key string) bool {
	r := e.log.sink.redact
	if r == nil || len(e.prefix) == 0 {
		return r.has(key)
	}
	return r.has(string(e.prefix) + key)
}

func (r *redaction) hasPart(part string) bool {
	if r.lengths&(1<<(len(part)&63)) == 0 {
		return false
	}
	for _, name := range r.names {
		if strings.EqualFold(name, part) {
			return true
		}
	}
	return false
}

// appendJSON appends the valid JSON text value of the field key, and redacts it: whole if key is one of the names, else
// the members inside it.
func (r *redaction) appendJSON(b, key, value []byte) []byte {
	if r == nil {
		return append(b, value...)
	}
	if r.has(text(key)) {
		return append(b, redactedText...)
	}
	done := 0 // of value
	for i := 0; i < len(value); {
		if value[i] != '"' {
			i++
			continue
		}
		end := jsonwalk.SkipString(value, i)
		colon := jsonwalk.SkipSpace(value, end)
		if colon >= len(value) || value[colon] != ':' || !r.has(jsonwalk.Unquote(value[i:end])) {
			i = end
			continue
		}
		i = jsonwalk.SkipSpace(value, colon+1)
		b = append(append(b, value[done:i]...), redactedText...)
		i = jsonwalk.SkipValue(value, i)
		done = i
	}
	return append(b, value[done:]...)
}

package eventlog

import (
	"fmt"
	"io"
	"log/slog"
	"unique"

	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

// A Redacted is a text that is never printed: every way of writing it, as the key of a map in JSON too, gives
// "[redacted]", and where the package fmt asks no method (of an unexported field, for %p) an address. [Redact] makes one,
// JSON is decoded into one, and [Redacted.Reveal] gives the text back. Two of the same text are equal.
type Redacted struct{ text unique.Handle[string] }

// Redact returns text as one that is never printed.
func Redact(text string) Redacted { return Redacted{unique.Make(text)} }

// Reveal returns the text, for whoever needs it.
func (r Redacted) Reveal() string {
	if r == (Redacted{}) {
		return ""
	}
	return r.text.Value()
}

// Format writes "[redacted]", whatever the verb.
func (Redacted) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redaction.Mark) }

// String returns "[redacted]".
func (Redacted) String() string { return redaction.Mark }

// LogValue returns "[redacted]".
func (Redacted) LogValue() slog.Value { return slog.StringValue(redaction.Mark) }

// MarshalText returns "[redacted]".
func (Redacted) MarshalText() ([]byte, error) { return []byte(redaction.Mark), nil }

// UnmarshalText makes r the given text.
func (r *Redacted) UnmarshalText(text []byte) error {
	*r = Redact(string(text))
	return nil
}

// redacts tells whether the field key in the open groups is to be redacted.
func (e *event) redacts(key string) bool {
	names := e.log.sink.redact
	if names == nil || len(e.prefix) == 0 {
		return names.Has(key)
	}
	return names.Has(string(e.prefix) + key)
}

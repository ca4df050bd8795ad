package eventlog

import "log/slog"

const redacted = "[redacted]"

// Redacted is a text that is never printed: every way of writing it gives "[redacted]".
type Redacted string

// String returns "[redacted]".
func (Redacted) String() string { return redacted }

// GoString returns "[redacted]".
func (Redacted) GoString() string { return redacted }

// LogValue returns "[redacted]".
func (Redacted) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (Redacted) MarshalText() ([]byte, error) { return []byte(redacted), nil }

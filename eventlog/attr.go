package eventlog

import (
	"encoding/json"
	"log/slog"
	"time"
)

// Ms is a duration as a number of milliseconds. Its key should end in _ms.
func Ms(key string, d time.Duration) slog.Attr {
	return slog.Float64(key, float64(d)/float64(time.Millisecond))
}

// JSON is a value that is JSON text already. Text that is not valid, or has a number that no float64 holds, is written as
// a string.
func JSON(key string, raw []byte) slog.Attr { return slog.Any(key, json.RawMessage(raw)) }

// Msg is free text beside the tag.
func Msg(text string) slog.Attr { return slog.String("msg", text) }

// Secret is a value that is written as "[redacted]" and is there to show that it was given.
func Secret(key, value string) slog.Attr { return slog.Any(key, Redact(value)) }

// RequestID is the request's id, as request_id.
func RequestID(id string) slog.Attr { return slog.String("request_id", id) }

// UserID is the acting user's id, as user_id.
func UserID(id string) slog.Attr { return slog.String("user_id", id) }

// OrganisationID is the id of the user's organisation, as organisation_id.
func OrganisationID(id string) slog.Attr { return slog.String("organisation_id", id) }

// CorrelationID is the id that joins what several services did for one cause, as correlation_id.
func CorrelationID(id string) slog.Attr { return slog.String("correlation_id", id) }

// TraceID is the id of the trace, as trace_id.
func TraceID(id string) slog.Attr { return slog.String("trace_id", id) }

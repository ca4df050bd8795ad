package app

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

// newEvents returns the logger of the server's own events: flat JSON, one event a line, as eventlog writes them: time, level,
// a tag in the past tense that one place in this package uses, and fields.
func newEvents(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			switch {
			case len(groups) > 0:
			case a.Key == slog.MessageKey:
				a.Key = "tag"
			case a.Key == slog.LevelKey:
				a.Value = slog.StringValue(strings.ToLower(a.Value.String()))
			case a.Value.Kind() == slog.KindDuration:
				return slog.Float64(a.Key+"Ms", float64(a.Value.Duration().Microseconds())/1000)
			}
			return a
		},
	}))
}

// httpProblems tells of what net/http logs: connections that fail before there is a request, such as those whose client does not
// trust our certificate.
type httpProblems struct{ slog.Handler }

// Handle makes a field of what net/http says, which names its client.
func (h httpProblems) Handle(ctx context.Context, r slog.Record) error {
	event := slog.NewRecord(r.Time, r.Level, "connection_failed", 0)
	event.AddAttrs(slog.String("error", r.Message))
	return h.Handler.Handle(ctx, event)
}

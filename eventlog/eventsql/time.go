package eventsql

import (
	"context"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

type slowKey struct{}

// WithSlow returns a context below which queries that take d or longer write slow_query_finished, at level warn. Put it
// on the context once, at the edge; 0 switches it off, as it is without WithSlow.
func WithSlow(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, slowKey{}, d)
}

// Time runs a query, or several that belong together, and adds it to the unit of work of ctx as one query. name says
// what it is for, such as user_by_email; it is written if the query is slow. The error is run's own.
func Time(ctx context.Context, name string, run func(ctx context.Context) error) (err error) {
	w := watch{start: time.Now()}
	defer func() { w.end(ctx, slog.String("query", name), err) }()
	return run(ctx)
}

// AddRows adds rows that a query touched to the unit of work of ctx, for those who count themselves.
func AddRows(ctx context.Context, n int64) { eventlog.Add(ctx, "db_rows", n) }

// A watch is a query that is being timed.
type watch struct {
	start   time.Time
	rows    int64
	counted bool // rows are known
}

// end adds the query to ctx's unit, and writes it if it was slow. statement is what names it.
func (w *watch) end(ctx context.Context, statement slog.Attr, err error) {
	took := time.Since(w.start)
	eventlog.Add(ctx, "db_queries", 1)
	eventlog.AddMs(ctx, "db_ms", took)
	if w.counted {
		AddRows(ctx, w.rows)
	}
	slow, _ := ctx.Value(slowKey{}).(time.Duration)
	if slow <= 0 || took < slow {
		return
	}
	attrs := []slog.Attr{statement, eventlog.Ms("duration_ms", took)}
	if w.counted {
		attrs = append(attrs, slog.Int64("db_rows", w.rows))
	}
	if err != nil {
		attrs = append(attrs, eventlog.Err(err))
	}
	eventlog.Warn(ctx, "slow_query_finished", attrs...)
}

// A statement is a query's text, which becomes its fingerprint if it is written.
type statement string

// LogValue returns the fingerprint.
func (s statement) LogValue() slog.Value { return slog.StringValue(Fingerprint(string(s))) }

package correlation

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

type contextKey struct{}

// idsContext carries ids; one allocation, where context.WithValue needs two.
type idsContext struct {
	context.Context
	ids IDs
}

func (c *idsContext) Value(key any) any {
	if key == (contextKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// Into returns a context whose events carry request_id, correlation_id, trace_id and span_id, as far as i has them,
// and from which [From] returns i. A key that ctx's events have already keeps its value there.
func (i IDs) Into(ctx context.Context) context.Context {
	var room [4]slog.Attr
	if attrs := i.appendAttrs(room[:0]); len(attrs) > 0 {
		ctx = eventlog.With(ctx, attrs...)
	}
	return &idsContext{ctx, i}
}

// From returns the ids that [IDs.Into] put on ctx, else none.
func From(ctx context.Context) IDs {
	if c, ok := ctx.Value(contextKey{}).(*idsContext); ok {
		return c.ids
	}
	return IDs{}
}

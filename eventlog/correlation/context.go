package correlation

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

type contextKey struct{}

// A Context is a context that carries ids. [IDs.Into] makes one; others embed it, to allocate it with something else.
// IDs must not change once the context is shared.
type Context struct {
	context.Context
	IDs IDs
}

// Value returns c for [From], else the parent's value.
func (c *Context) Value(key any) any {
	if key == (contextKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// Into returns a context whose events carry request_id, correlation_id, trace_id and span_id, as far as i has them,
// and from which [From] returns i. They replace those that the events of ctx have.
func (i IDs) Into(ctx context.Context) context.Context { return &Context{i.Fields(ctx), i} }

// Fields returns a context whose events carry the ids, without the ids for [From].
func (i *IDs) Fields(ctx context.Context) context.Context {
	var room [4]slog.Attr
	if attrs := i.appendAttrs(room[:0]); len(attrs) > 0 {
		return eventlog.With(ctx, attrs...)
	}
	return ctx
}

// From returns the ids that [IDs.Into] put on ctx, else none.
func From(ctx context.Context) IDs {
	if c, ok := ctx.Value(contextKey{}).(*Context); ok {
		return c.IDs
	}
	return IDs{}
}

package eventhttp

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// An exchange is a request that is being served: its context, its response, and what becomes of it, in one allocation.
// It is not pooled: goroutines that outlive a request would write into the next one's response.
type exchange struct {
	correlation.Context
	rw       responseF
	start    time.Time // of the unit, or just after
	unit     *eventlog.Unit
	err      error     // of the unit, set when the handler is over
	idHeader [1]string // of the response

	mu struct {
		sync.Mutex
		err error // what SetError was told last
	}
}

func newExchange(ctx context.Context, ids correlation.IDs) *exchange {
	x := &exchange{}
	x.IDs = ids
	x.Context.Context = x.IDs.Fields(ctx)
	return x
}

type exchangeKey struct{}

// Value returns x for [SetError], the ids for correlation.From, else the parent's value.
func (x *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return x
	}
	return x.Context.Value(key)
}

// answerID tells the client the request's id, which it may quote when it complains.
func (x *exchange) answerID(h http.Header) {
	x.idHeader[0] = x.IDs.RequestID
	h["X-Request-Id"] = x.idHeader[:]
}

func (x *exchange) lastError() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.mu.err
}

// SetError says why the request that ctx belongs to goes wrong: its event then carries err as data (see eventlog.Err),
// whatever the status. It neither answers the request nor decides whether it failed: the status does. The last error
// counts; outside of a [Middleware] and after the request's end nothing happens.
func SetError(ctx context.Context, err error) {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.mu.err = err
}

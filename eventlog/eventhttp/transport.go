package eventhttp

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// TransportOptions tune [Transport]. The zero value writes http_request_sent and http_request_failed.
type TransportOptions struct {
	// Sent and Failed are the tags. "" means http_request_sent and http_request_failed. A client for one purpose
	// should have its own: label_order_sent, label_order_failed.
	Sent, Failed string

	// Accept tells which status is no failure. Nil means those below 400: a service that refuses a request has not
	// done what was asked of it.
	Accept func(status int) bool

	// KeepIDs passes no ids on: for services of other people.
	KeepIDs bool
}

// Transport returns an http.RoundTripper that sends requests through next, nil meaning http.DefaultTransport, and
// writes one event for each: with method, host, status, bytes_in (of the response), ttfb_ms (until its header),
// conn_reused, attempt (see [WithAttempt]) and duration_ms until the body's end. The event is written when the body was
// read to its end, failed, or was closed; a body that is never closed leaves none, and no connection either. It never
// has a path, a query string or a user's name and password.
//
// The ids of the request's context (see package correlation) go out as headers, unless the request has them already.
// The request itself is not changed.
func Transport(next http.RoundTripper, o TransportOptions) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	if o.Accept == nil {
		o.Accept = func(status int) bool { return status < 400 }
	}
	o.Sent, o.Failed = cmp.Or(o.Sent, "http_request_sent"), cmp.Or(o.Failed, "http_request_failed")
	return &transport{next, o}
}

type transport struct {
	next http.RoundTripper
	opts TransportOptions
}

type attemptKey struct{}

// WithAttempt returns a context whose requests are the n-th try, from 1 on: for those who try again.
func WithAttempt(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, attemptKey{}, n)
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	attrs := []slog.Attr{slog.String("method", cmp.Or(r.Method, http.MethodGet)), slog.String("host", r.URL.Host)}
	if n, ok := ctx.Value(attemptKey{}).(int); ok {
		attrs = append(attrs, slog.Int("attempt", n))
	}
	c := &call{accept: t.opts.Accept, call: eventlog.Try(ctx, t.opts.Sent, t.opts.Failed, attrs...)}
	c.start = time.Now() // not before: ttfb_ms is never longer than the call's duration_ms
	resp, err := t.next.RoundTrip(t.outgoing(r, c))
	c.answered(resp, err)
	return resp, err
}

// CloseIdleConnections does what http.Client's method of that name asks of a transport.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// outgoing returns a copy of r with the ids in its headers, that tells c which connection it got.
func (t *transport) outgoing(r *http.Request, c *call) *http.Request {
	ids := correlation.From(r.Context())
	out := r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: c.gotConn}))
	if ids == (correlation.IDs{}) || t.opts.KeepIDs {
		return out
	}
	out.Header = r.Header.Clone()
	if out.Header == nil {
		out.Header = http.Header{}
	}
	ids.ToHTTP(out.Header)
	return out
}

// connection says what is known of a request's connection. It is set by whoever dials.
type connection struct{ got, reused atomic.Bool }

func (c *connection) gotConn(info httptrace.GotConnInfo) {
	c.reused.Store(info.Reused)
	c.got.Store(true)
}

// withoutURL returns the error below a url.Error, which would show the whole address.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) && u.Err != nil {
		return u.Err
	}
	return err
}

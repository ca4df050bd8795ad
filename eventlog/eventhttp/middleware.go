package eventhttp

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// Options tune [Middleware]. The zero value is right for a service whose clients are strangers.
type Options struct {
	// Logger gets the events of requests. Nil means the one of the request's context (see http.Server.BaseContext),
	// else eventlog.Default.
	Logger *eventlog.Logger

	// Served and Failed are the tags. "" means request_served and request_failed.
	Served, Failed string

	// Route names what a request is for. Nil means the pattern of http.ServeMux, without its method: as a path has
	// ids in it, it is no name. Where a handler between the middleware and the mux copies the request
	// (Request.WithContext), the pattern does not come back: put the middleware inside, or set it there with
	// eventlog.Set(ctx, slog.String("route", …)).
	Route func(*http.Request) string

	// Path writes the path too. Paths may hold personal data.
	Path bool

	// TrustedProxies are those whose X-Forwarded-For is believed. Nil means none: client_ip is the peer.
	TrustedProxies []netip.Prefix

	// ObeyDebug lets a request switch debug events on for itself and for the services behind, with the header
	// debug-log-enabled: true. Only for services that strangers cannot reach: anyone could make them write a lot.
	ObeyDebug bool
}

// Middleware returns a handler that calls next and then writes one event about the request: see the package's comment.
// Below it the request's context carries the ids of the request (see package correlation), which are new where the
// request brings none; the response carries the request's in x-request-id.
//
// The http.ResponseWriter that next gets can do what the one given can, of Flusher, Hijacker and Pusher, and works with
// http.ResponseController. As with net/http's own, it must not be used after next returned; if it is, nothing worse
// happens than there.
func Middleware(next http.Handler, o Options) http.Handler {
	o.Served, o.Failed = cmp.Or(o.Served, "request_served"), cmp.Or(o.Failed, "request_failed")
	return &middleware{next, o}
}

type middleware struct {
	next http.Handler
	opts Options
}

func (m *middleware) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if m.opts.Logger != nil {
		ctx = m.opts.Logger.Into(ctx)
	}
	ids := correlation.FromHTTP(r.Header).OrNew()
	if !m.opts.ObeyDebug {
		ids.Debug = correlation.Undecided
	}
	if ids.Debug != correlation.Undecided {
		ctx = eventlog.WithSampling(ctx, ids.Debug == correlation.Yes)
	}
	x := newExchange(ctx, ids)
	ctx, x.unit = eventlog.Begin(x, m.opts.Served, m.opts.Failed)
	x.start = time.Now() // not before: ttfb_ms is never longer than the unit's duration_ms
	if eventlog.Sampled(ctx) {
		x.IDs.Debug = correlation.Yes // for the services behind
	}
	defer x.unit.Done(&x.err)
	x.serve(m, w, r.WithContext(ctx))
}

// serve calls the handler and gives the unit its fields, in a panic too.
func (x *exchange) serve(m *middleware, w http.ResponseWriter, r *http.Request) {
	x.rw.w = w
	x.answerID(w.Header())
	count := countBody(r)
	finished := false
	defer func() { x.finish(m, r, count, finished) }()
	m.next.ServeHTTP(x.rw.asWriter(), r)
	finished = true
}

// finish gives the unit its fields, and its error if the status is one.
func (x *exchange) finish(m *middleware, r *http.Request, body *countedBody, finished bool) {
	gone := errors.Is(context.Cause(r.Context()), context.Canceled)
	status := statusOf(&x.rw.response, finished, gone)
	x.setFields(m, r, status, body.bytes(r), gone)
	err := x.lastError()
	switch {
	case !finished || served(status):
		if err != nil {
			x.unit.Set(eventlog.Err(err))
		}
	case err == nil:
		x.err = StatusError(status)
	default:
		x.err = err
	}
}

// statusOf decides on the status that is written: what was sent; 499 where the client left before it had anything but
// a failure; 500 where a panic came before the header, since that is what the service made of it, though net/http
// closes the connection; 200 where a handler wrote nothing; 0 where a hijacker wrote it itself.
func statusOf(r *response, finished, gone bool) int {
	switch {
	case gone && finished && (r.status == 0 || !served(r.status)):
		return statusClientGone
	case r.status != 0 || r.hijacked:
		return r.status
	case !finished:
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

// Limits of what a stranger may put into an event, in bytes.
const (
	maxMethod    = 20
	maxPath      = 1024
	maxUserAgent = 256
)

func (x *exchange) setFields(m *middleware, r *http.Request, status int, in int64, gone bool) {
	var room [11]slog.Attr
	attrs := append(room[:0], slog.String("method", cut(r.Method, maxMethod)))
	if route := m.route(r); route != "" {
		attrs = append(attrs, slog.String("route", route))
	}
	if m.opts.Path {
		attrs = append(attrs, slog.String("path", cut(r.URL.Path, maxPath)))
	}
	if status != 0 {
		attrs = append(attrs, slog.Int("status", status))
	}
	attrs = append(attrs, slog.Int64("bytes_in", in), slog.Int64("bytes_out", x.rw.bytes))
	if !x.rw.first.IsZero() {
		attrs = append(attrs, eventlog.Ms("ttfb_ms", x.rw.first.Sub(x.start)))
	}
	attrs = append(attrs, slog.String("client_ip", clientIP(r, m.opts.TrustedProxies)))
	if agent := r.Header["User-Agent"]; len(agent) > 0 {
		attrs = append(attrs, slog.String("user_agent", cut(agent[0], maxUserAgent)))
	}
	if gone {
		attrs = append(attrs, slog.Bool("client_gone", true))
	}
	if x.rw.hijacked {
		attrs = append(attrs, slog.Bool("hijacked", true))
	}
	x.unit.Set(attrs...)
}

func (m *middleware) route(r *http.Request) string {
	if m.opts.Route != nil {
		return m.opts.Route(r)
	}
	return r.Pattern[strings.IndexByte(r.Pattern, ' ')+1:]
}

// cut returns at most n bytes of s, and no half character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

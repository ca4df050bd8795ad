package eventhttp_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
)

// client returns a client of s whose calls are recorded.
func client(s *httptest.Server, o eventhttp.TransportOptions) *http.Client {
	c := *s.Client()
	c.Transport = eventhttp.Transport(c.Transport, o)
	return &c
}

func TestTransport(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		rec := newRecorder(slog.LevelInfo)
		got := make(chan http.Header, 1)
		s := start(t, http2, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got <- r.Header
			io.WriteString(w, "hello")
		}))
		c := client(s, eventhttp.TransportOptions{})
		ids := correlation.IDs{RequestID: "r-1", CorrelationID: "c-1", TraceID: "4bf92f3577b34da6a3ce929d0e0e4736", SpanID: "00f067aa0ba902b7"}
		for n := 1; n <= 2; n++ {
			ctx := eventhttp.WithAttempt(ids.Into(rec.log.Into(t.Context())), n)
			req, err := http.NewRequestWithContext(ctx, "GET", strings.Replace(s.URL, "://", "://user:password@", 1)+"/a/b?token=secret", nil)
			if err != nil {
				t.Fatal(err)
			}
			before := req.Header.Clone()
			resp, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			rec.empty(t)
			if body, err := io.ReadAll(resp.Body); string(body) != "hello" || err != nil {
				t.Errorf("body %q, %v, want hello", body, err)
			}
			resp.Body.Close()
			if len(req.Header) != len(before) {
				t.Errorf("the request's headers became %v, want %v", req.Header, before)
			}
			h := <-got
			if h.Get("X-Correlation-Id") != "c-1" || h.Get("X-Request-Id") != "r-1" || h.Get("Traceparent") == "" || h.Get("X-Amzn-Trace-Id") == "" {
				t.Errorf("server got %v, want the ids", h)
			}
			e := rec.one(t, map[string]any{"tag": "http_request_sent", "level": "info", "method": "GET", "host": strings.SplitAfter(s.URL, "://")[1], "status": 200.0,
				"bytes_in": 5.0, "attempt": float64(n), "conn_reused": n == 2, "outcome": "ok", "correlation_id": "c-1"})
			for k, v := range e {
				if text, ok := v.(string); ok && (strings.Contains(text, "secret") || strings.Contains(text, "password") || strings.Contains(text, "/a/b")) {
					t.Errorf("event's %s = %q, want no path, query or password", k, text)
				}
			}
		}
		rec.empty(t)
	})
}

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// body is a response's body that ends with err.
type body struct {
	io.Reader
	err error
}

func (b body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF && b.err != nil {
		err = b.err
	}
	return n, err
}

func (b body) Close() error { return nil }

func responds(status int, b io.ReadCloser) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: b, Request: r}, nil
	}
}

func TestTransportOutcome(t *testing.T) {
	errReset := errors.New("connection reset")
	text := func(err error) io.ReadCloser { return body{strings.NewReader("hello"), err} }
	for _, tt := range []struct {
		name string
		next roundTrip
		opts eventhttp.TransportOptions
		want map[string]any
	}{
		{"read to the end", responds(200, text(nil)), eventhttp.TransportOptions{}, map[string]any{"tag": "http_request_sent", "bytes_in": 5.0, "status": 200.0}},
		{"the body fails", responds(200, text(errReset)), eventhttp.TransportOptions{}, map[string]any{"tag": "http_request_failed", "bytes_in": 5.0, "status": 200.0, "error": "connection reset"}},
		{"no body", responds(204, http.NoBody), eventhttp.TransportOptions{}, map[string]any{"tag": "http_request_sent", "bytes_in": 0.0, "status": 204.0}},
		{"a body of nil", responds(204, nil), eventhttp.TransportOptions{}, map[string]any{"tag": "http_request_sent", "status": 204.0}},
		{"399 is sent", responds(399, text(nil)), eventhttp.TransportOptions{}, map[string]any{"tag": "http_request_sent"}},
		{"400 is failed", responds(400, text(nil)), eventhttp.TransportOptions{}, map[string]any{"tag": "http_request_failed", "level": "error", "error": "status 400 Bad Request"}},
		{"404 is an answer here", responds(404, text(nil)), eventhttp.TransportOptions{Accept: func(s int) bool { return s == 404 }}, map[string]any{"tag": "http_request_sent", "status": 404.0}},
		{"own tags", responds(200, text(nil)), eventhttp.TransportOptions{Sent: "label_order_sent"}, map[string]any{"tag": "label_order_sent"}},
		{"own tag of failures", responds(500, text(nil)), eventhttp.TransportOptions{Failed: "label_order_failed"}, map[string]any{"tag": "label_order_failed"}},
		{"no connection", func(*http.Request) (*http.Response, error) { return nil, errReset }, eventhttp.TransportOptions{},
			map[string]any{"tag": "http_request_failed", "error": "connection reset", "status": nil, "bytes_in": nil, "ttfb_ms": nil, "conn_reused": nil}},
		{"an error that has the address in it", func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: errReset}
		}, eventhttp.TransportOptions{}, map[string]any{"error": "connection reset"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder(slog.LevelInfo)
			req := httptest.NewRequestWithContext(rec.log.Into(t.Context()), "GET", "http://example.com/?token=secret", nil)
			resp, err := eventhttp.Transport(tt.next, tt.opts).RoundTrip(req)
			if err == nil && resp.Body != nil {
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				resp.Body.Close()
			}
			rec.one(t, tt.want)
			rec.empty(t)
		})
	}
}

func TestTransportClosedEarly(t *testing.T) {
	rec := newRecorder(slog.LevelInfo)
	req := httptest.NewRequestWithContext(rec.log.Into(t.Context()), "GET", "http://example.com/", nil)
	resp, err := eventhttp.Transport(responds(200, body{strings.NewReader("hello"), nil}), eventhttp.TransportOptions{}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	io.ReadFull(resp.Body, make([]byte, 2))
	resp.Body.Close()
	rec.one(t, map[string]any{"tag": "http_request_sent", "bytes_in": 2.0})
}

func TestTransportKeepsIDs(t *testing.T) {
	rec := newRecorder(slog.LevelInfo)
	var got http.Header
	next := func(r *http.Request) (*http.Response, error) {
		got = r.Header
		return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
	}
	ctx := correlation.IDs{CorrelationID: "c-1"}.Into(rec.log.Into(t.Context()))
	req := httptest.NewRequestWithContext(ctx, "GET", "http://example.com/", nil)
	req.Header = nil
	for _, tt := range []struct {
		keep bool
		want string
	}{{false, "c-1"}, {true, ""}} {
		if _, err := eventhttp.Transport(roundTrip(next), eventhttp.TransportOptions{KeepIDs: tt.keep}).RoundTrip(req); err != nil {
			t.Fatal(err)
		}
		if id := got.Get("X-Correlation-Id"); id != tt.want {
			t.Errorf("with KeepIDs %t the service got %q, want %q", tt.keep, id, tt.want)
		}
	}
}

// closing notes that its idle connections were closed.
type closing struct {
	roundTrip
	closed bool
}

func (c *closing) CloseIdleConnections() { c.closed = true }

func TestTransportClosesIdleConnections(t *testing.T) {
	next := &closing{roundTrip: responds(200, nil)}
	(&http.Client{Transport: eventhttp.Transport(next, eventhttp.TransportOptions{})}).CloseIdleConnections()
	if !next.closed {
		t.Error("CloseIdleConnections did not reach the transport below")
	}
	(&http.Client{Transport: eventhttp.Transport(next.roundTrip, eventhttp.TransportOptions{})}).CloseIdleConnections() // has no such method
}

func TestTransportDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(slog.LevelInfo)
		next := func(r *http.Request) (*http.Response, error) {
			time.Sleep(20 * time.Millisecond)
			return responds(200, body{strings.NewReader("hello"), nil})(r)
		}
		req := httptest.NewRequestWithContext(rec.log.Into(t.Context()), "GET", "http://example.com/", nil)
		resp, err := eventhttp.Transport(roundTrip(next), eventhttp.TransportOptions{}).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Millisecond)
		io.Copy(io.Discard, resp.Body)
		time.Sleep(time.Second)
		resp.Body.Close()
		rec.one(t, map[string]any{"ttfb_ms": 20.0, "duration_ms": 50.0})
	})
}

// The time that beginning the call takes, here that of a slow clock, is not in ttfb_ms.
func TestTransportTTFBWithinDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(slog.LevelInfo)
		slow := 5 * time.Millisecond // the first time
		rec.log = eventlog.New(eventlog.Options{Writer: rec, Getenv: func(string) string { return "" },
			Now: func() time.Time { time.Sleep(slow); slow = 0; return time.Now() }})
		next := func(r *http.Request) (*http.Response, error) {
			time.Sleep(20 * time.Millisecond)
			return responds(200, http.NoBody)(r)
		}
		req := httptest.NewRequestWithContext(rec.log.Into(t.Context()), "GET", "http://example.com/", nil)
		if _, err := eventhttp.Transport(roundTrip(next), eventhttp.TransportOptions{}).RoundTrip(req); err != nil {
			t.Fatal(err)
		}
		rec.one(t, map[string]any{"ttfb_ms": 20.0, "duration_ms": 20.0})
	})
}

func TestMiddlewareDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(slog.LevelInfo)
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(20 * time.Millisecond)
			w.WriteHeader(200)
			time.Sleep(30 * time.Millisecond)
		})
		eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		rec.one(t, map[string]any{"ttfb_ms": 20.0, "duration_ms": 50.0})
	})
}

// The time before the unit begins, here that of the sampling, is neither in ttfb_ms nor in duration_ms.
func TestMiddlewareTTFBWithinDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(slog.LevelInfo)
		rec.log = eventlog.New(eventlog.Options{Writer: rec, DebugSampleRate: 0.5, Getenv: func(string) string { return "" },
			Random: func() float64 { time.Sleep(5 * time.Millisecond); return 0.9 }})
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(20 * time.Millisecond)
			w.WriteHeader(200)
		})
		eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		rec.one(t, map[string]any{"ttfb_ms": 20.0, "duration_ms": 20.0})
	})
}

// A deadline that passes on the way is the service's failure to answer, not the client's leaving.
func TestMiddlewareDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(slog.LevelInfo)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			eventhttp.SetError(r.Context(), r.Context().Err())
			w.WriteHeader(503)
		})
		r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
		eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}).ServeHTTP(httptest.NewRecorder(), r)
		rec.one(t, map[string]any{"tag": "request_failed", "client_gone": nil, "status": 503.0, "error": "context deadline exceeded", "duration_ms": 1000.0})
	})
}

func TestTransportLeavesUpgradesAlone(t *testing.T) {
	rec := newRecorder(slog.LevelInfo)
	s := start(t, false, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("Hijack: %v", err)
			return
		}
		defer conn.Close()
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		rw.Flush()
		line, _ := rw.ReadString('\n')
		rw.WriteString(line)
		rw.Flush()
	}))
	req, err := http.NewRequestWithContext(rec.log.Into(t.Context()), "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}}
	resp, err := client(s, eventhttp.TransportOptions{}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	rec.one(t, map[string]any{"tag": "http_request_sent", "status": 101.0})
	conn, ok := resp.Body.(io.ReadWriteCloser)
	if !ok {
		t.Fatalf("body of 101 is a %T, want an io.ReadWriteCloser", resp.Body)
	}
	defer conn.Close()
	io.WriteString(conn, "hello\n")
	if got, err := bufio.NewReader(conn).ReadString('\n'); got != "hello\n" {
		t.Errorf("echo %q, %v, want hello", got, err)
	}
}

package eventhttp_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
)

var errNoInk = errors.New("printer has no ink")

func answer(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }
}

func TestMiddlewareStatus(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		want    map[string]any
	}{
		{"nothing written is 200", func(http.ResponseWriter, *http.Request) {},
			map[string]any{"tag": "request_served", "level": "info", "status": 200.0, "bytes_out": 0.0, "outcome": "ok", "ttfb_ms": nil}},
		{"a body is 200", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") },
			map[string]any{"tag": "request_served", "status": 200.0, "bytes_out": 5.0}},
		{"an empty body is 200", func(w http.ResponseWriter, _ *http.Request) { w.Write(nil) },
			map[string]any{"status": 200.0, "bytes_out": 0.0}},
		{"an empty copy leaves the status open", func(w http.ResponseWriter, _ *http.Request) {
			io.Copy(w, strings.NewReader(""))
			w.WriteHeader(404)
		}, map[string]any{"status": 404.0}},
		{"201", answer(201), map[string]any{"tag": "request_served", "status": 201.0}},
		{"499 is served", answer(499), map[string]any{"tag": "request_served", "level": "info", "status": 499.0, "error": nil, "client_gone": nil}},
		{"404 is served", answer(404), map[string]any{"tag": "request_served", "level": "info", "status": 404.0, "outcome": "ok"}},
		{"404 with a reason", func(w http.ResponseWriter, r *http.Request) {
			eventhttp.SetError(r.Context(), errNoInk)
			w.WriteHeader(404)
		}, map[string]any{"tag": "request_served", "level": "info", "error": "printer has no ink", "outcome": "ok"}},
		{"500 is failed", answer(500), map[string]any{"tag": "request_failed", "level": "error", "status": 500.0, "outcome": "failed",
			"error": "status 500 Internal Server Error", "error_type": "eventhttp.StatusError"}},
		{"599 has no name", answer(599), map[string]any{"tag": "request_failed", "error": "status 599"}},
		{"503 with a reason", func(w http.ResponseWriter, r *http.Request) {
			eventhttp.SetError(r.Context(), errNoInk)
			w.WriteHeader(503)
		}, map[string]any{"tag": "request_failed", "status": 503.0, "error": "printer has no ink"}},
		{"early hints are not the status", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(103)
			w.WriteHeader(102)
			w.WriteHeader(202)
		}, map[string]any{"status": 202.0}},
		{"the first status counts", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(202)
			w.WriteHeader(500)
		}, map[string]any{"tag": "request_served", "status": 202.0}},
		{"a panic", func(http.ResponseWriter, *http.Request) { panic(errNoInk) },
			map[string]any{"tag": "request_failed", "level": "error", "status": 500.0, "outcome": "panicked", "error": "printer has no ink"}},
		{"a panic on a status that is none", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(0) },
			map[string]any{"tag": "request_failed", "status": 500.0, "outcome": "panicked"}},
		{"a panic behind the header", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(201)
			panic(errNoInk)
		}, map[string]any{"tag": "request_failed", "status": 201.0, "outcome": "panicked"}},
		{"an abort", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(200)
			panic(http.ErrAbortHandler)
		}, map[string]any{"tag": "request_failed", "level": "warn", "status": 200.0, "outcome": "failed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder(slog.LevelInfo)
			s := start(t, false, eventhttp.Middleware(tt.handler, eventhttp.Options{Logger: rec.log}))
			if resp, err := s.Client().Get(s.URL); err == nil {
				resp.Body.Close()
			}
			rec.one(t, tt.want)
			rec.empty(t)
		})
	}
}

func TestMiddlewareRaisesPanicsAgain(t *testing.T) {
	for _, v := range []any{errNoInk, "text", http.ErrAbortHandler} {
		rec := newRecorder(slog.LevelInfo)
		h := eventhttp.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(v) }), eventhttp.Options{Logger: rec.log})
		func() {
			defer func() {
				if got := recover(); got != v {
					t.Errorf("Middleware panics with %v, want %v", got, v)
				}
			}()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
		e := rec.wait(t, 1)[0]
		if stack, _ := e["error_stack"].(string); v != any(http.ErrAbortHandler) && !strings.Contains(stack, "TestMiddlewareRaisesPanicsAgain") {
			t.Errorf("error_stack of %v = %q, want the handler in it", v, stack)
		}
	}
}

func TestMiddlewareFields(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		rec := newRecorder(slog.LevelInfo)
		mux := http.NewServeMux()
		mux.HandleFunc("POST /labels/{id}", func(w http.ResponseWriter, r *http.Request) {
			eventlog.Set(r.Context(), slog.String("label", r.PathValue("id")))
			eventlog.Info(r.Context(), "label_created")
			io.Copy(io.Discard, r.Body)
			io.WriteString(w, "done")
		})
		s := start(t, http2, eventhttp.Middleware(mux, eventhttp.Options{Logger: rec.log, Path: true}))
		req, err := http.NewRequest("POST", s.URL+"/labels/7?token=secret", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"X-Request-Id": {"r-1"}, "X-Correlation-Id": {"c-1"}, "User-Agent": {"x" + strings.Repeat("ü", 200)}}
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("X-Request-Id"); got != "r-1" {
			t.Errorf("answers x-request-id %q, want r-1", got)
		}
		ids := map[string]any{"request_id": "r-1", "correlation_id": "c-1"}
		rec.one(t, ids)
		e := rec.one(t, map[string]any{"tag": "request_served", "request_id": "r-1", "correlation_id": "c-1", "method": "POST", "route": "/labels/{id}",
			"path": "/labels/7", "status": 200.0, "bytes_in": 4.0, "bytes_out": 4.0, "client_ip": "127.0.0.1", "label": "7", "user_agent": "x" + strings.Repeat("ü", 127)})
		for _, k := range []string{"duration_ms", "ttfb_ms"} {
			if n, ok := e[k].(float64); !ok || n < 0 || n > 60_000 {
				t.Errorf("%s = %v, want milliseconds", k, e[k])
			}
		}
	})
}

func TestMiddlewareMakesIDs(t *testing.T) {
	rec := newRecorder(slog.LevelInfo)
	var inside correlation.IDs
	h := func(_ http.ResponseWriter, r *http.Request) { inside = correlation.From(r.Context()) }
	s := start(t, false, eventhttp.Middleware(http.HandlerFunc(h), eventhttp.Options{Logger: rec.log}))
	req, err := http.NewRequest("GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Request-Id", `forged","level":"error`)
	req.Header.Set("Debug-Log-Enabled", "true")
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	id := resp.Header.Get("X-Request-Id")
	rec.one(t, map[string]any{"request_id": id, "correlation_id": id, "trace_id": nil, "span_id": nil, "path": nil, "route": nil})
	if want := (correlation.IDs{RequestID: id, CorrelationID: id}); inside != want || !correlation.Valid(id) {
		t.Errorf("ids below = %+v, want %+v, with debug refused", inside, want)
	}
}

func TestMiddlewareObeysDebug(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		obey         bool
		want         bool
	}{
		{"asked for and allowed", "true", true, true},
		{"asked for by a stranger", "true", false, false},
		{"not asked for", "", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder(slog.LevelInfo)
			var got, passedOn bool
			h := func(_ http.ResponseWriter, r *http.Request) {
				got = rec.log.Enabled(r.Context(), slog.LevelDebug)
				passedOn = correlation.From(r.Context()).Debug == correlation.Yes
			}
			r := httptest.NewRequest("GET", "/", nil)
			if tt.header != "" {
				r.Header.Set("Debug-Log-Enabled", tt.header)
			}
			eventhttp.Middleware(http.HandlerFunc(h), eventhttp.Options{Logger: rec.log, ObeyDebug: tt.obey}).ServeHTTP(httptest.NewRecorder(), r)
			if got != tt.want || passedOn != tt.want {
				t.Errorf("debug events on %t and passed on %t, want %t", got, passedOn, tt.want)
			}
		})
	}
}

func TestMiddlewareClientGone(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		status  float64
		err     any
	}{
		{"without an answer", func(http.ResponseWriter, *http.Request) {}, 499, nil},
		{"with a failure for nobody", func(w http.ResponseWriter, r *http.Request) {
			eventhttp.SetError(r.Context(), errNoInk)
			w.WriteHeader(500)
		}, 499, "printer has no ink"},
		{"in the middle of an answer", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "x") }, 200, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bothVersions(t, func(t *testing.T, http2 bool) {
				rec := newRecorder(slog.LevelInfo)
				ctx, leave := context.WithCancel(t.Context())
				h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					leave()
					<-r.Context().Done()
					tt.handler(w, r)
				})
				s := start(t, http2, eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}))
				req, err := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
				if err != nil {
					t.Fatal(err)
				}
				if resp, err := s.Client().Do(req); err == nil {
					resp.Body.Close()
				}
				rec.one(t, map[string]any{"tag": "request_served", "level": "info", "client_gone": true, "outcome": "ok", "status": tt.status, "error": tt.err})
			})
		})
	}
}

func TestMiddlewareCountsUnknownBodies(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		rec := newRecorder(slog.LevelInfo)
		h := func(_ http.ResponseWriter, r *http.Request) { io.CopyN(io.Discard, r.Body, 1000) }
		s := start(t, http2, eventhttp.Middleware(http.HandlerFunc(h), eventhttp.Options{Logger: rec.log}))
		body := struct{ io.Reader }{strings.NewReader(strings.Repeat("x", 3000))} // of a length that the client does not know
		resp, err := s.Client().Post(s.URL, "text/plain", body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		rec.one(t, map[string]any{"bytes_in": 1000.0})
	})
}

func TestRoute(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET example.com/a/{x...}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/b/", func(http.ResponseWriter, *http.Request) {})
	for _, tt := range []struct {
		name, url string
		route     func(*http.Request) string
		want      any
	}{
		{"method is a field of its own, host stays", "http://example.com/a/1", nil, "example.com/a/{x...}"},
		{"no method", "http://other.com/b/c", nil, "/b/"},
		{"no pattern", "http://other.com/c", nil, nil},
		{"own names", "http://other.com/c", func(r *http.Request) string { return "mine" }, "mine"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder(slog.LevelInfo)
			h := eventhttp.Middleware(mux, eventhttp.Options{Logger: rec.log, Route: tt.route})
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", tt.url, nil))
			rec.one(t, map[string]any{"route": tt.want})
		})
	}
}

func TestClientIP(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tt := range []struct {
		name, peer string
		forwarded  []string
		trusted    []netip.Prefix
		want       string
	}{
		{"a peer", "192.0.2.1:5000", nil, nil, "192.0.2.1"},
		{"a peer of version 6", "[2001:db8::1]:5000", nil, nil, "2001:db8::1"},
		{"a peer without port", "192.0.2.1", nil, nil, "192.0.2.1"},
		{"a peer of version 6 without port", "2001:db8::1", nil, nil, "2001:db8::1"},
		{"a zone of any text", "10.0.0.1:5000", []string{"fe80::1%evil"}, trusted, "10.0.0.1"},
		{"nobody is trusted", "10.0.0.1:5000", []string{"192.0.2.7"}, nil, "10.0.0.1"},
		{"a stranger is not trusted", "192.0.2.1:5000", []string{"192.0.2.7"}, trusted, "192.0.2.1"},
		{"a proxy", "10.0.0.1:5000", []string{"192.0.2.7"}, trusted, "192.0.2.7"},
		{"a proxy behind a proxy", "10.0.0.1:5000", []string{"192.0.2.7, 10.1.1.1"}, trusted, "192.0.2.7"},
		{"what the client invented", "10.0.0.1:5000", []string{"1.1.1.1, 192.0.2.7"}, trusted, "192.0.2.7"},
		{"in two headers", "10.0.0.1:5000", []string{"1.1.1.1, 192.0.2.7", "10.1.1.1"}, trusted, "192.0.2.7"},
		{"with ports", "10.0.0.1:5000", []string{"192.0.2.7:4711"}, trusted, "192.0.2.7"},
		{"of version 6 with port", "[fd00::1]:5000", []string{"[2001:db8::1]:4711"}, trusted, "2001:db8::1"},
		{"proxies alone", "10.0.0.1:5000", []string{"10.2.2.2, 10.1.1.1"}, trusted, "10.2.2.2"},
		{"text that is no address", "10.0.0.1:5000", []string{`192.0.2.7, evil"`}, trusted, "10.0.0.1"},
		{"empty header", "10.0.0.1:5000", []string{""}, trusted, "10.0.0.1"},
		{"version 4 in 6", "[::ffff:10.0.0.1]:5000", []string{"192.0.2.7"}, trusted, "192.0.2.7"},
		{"a socket without address", "@", nil, trusted, "@"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder(slog.LevelInfo)
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-For"] = tt.forwarded
			eventhttp.Middleware(answer(200), eventhttp.Options{Logger: rec.log, TrustedProxies: tt.trusted}).ServeHTTP(httptest.NewRecorder(), r)
			rec.one(t, map[string]any{"client_ip": tt.want})
		})
	}
}

func TestSetErrorOutside(t *testing.T) {
	eventhttp.SetError(context.Background(), errNoInk) // must not panic
	rec := newRecorder(slog.LevelInfo)
	var late context.Context
	h := func(_ http.ResponseWriter, r *http.Request) { late = r.Context() }
	eventhttp.Middleware(http.HandlerFunc(h), eventhttp.Options{Logger: rec.log}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	rec.one(t, map[string]any{"tag": "request_served"})
	eventhttp.SetError(late, errNoInk)
	rec.empty(t)
}

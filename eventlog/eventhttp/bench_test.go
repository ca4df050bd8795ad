package eventhttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
)

// nothing is an http.ResponseWriter that costs nothing.
type nothing struct{ header http.Header }

func (n nothing) Header() http.Header         { return n.header }
func (n nothing) Write(p []byte) (int, error) { return len(p), nil }
func (n nothing) WriteHeader(int)             {}
func (n nothing) Flush()                      {}

func benchmarkHandler(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusOK)
	w.Write([]byte("hello"))
}

func BenchmarkMiddleware(b *testing.B) {
	log := eventlog.New(eventlog.Options{Writer: io.Discard, Service: "labels", Env: "prod", Version: "1.2"})
	with := eventhttp.Middleware(http.HandlerFunc(benchmarkHandler), eventhttp.Options{Logger: log})
	eventlog.SetDefault(log)
	defaults := eventhttp.Middleware(http.HandlerFunc(benchmarkHandler), eventhttp.Options{})
	for _, bb := range []struct {
		name string
		h    http.Handler
		ids  bool
	}{
		{"none", http.HandlerFunc(benchmarkHandler), true},
		{"default logger and ids", defaults, true},
		{"default logger", defaults, false},
		{"own logger and ids", with, true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			w := nothing{http.Header{}}
			r := httptest.NewRequest("GET", "/labels/7", nil)
			r.Pattern = "GET /labels/{id}"
			r.Header.Set("User-Agent", "curl/8.5.0")
			if bb.ids {
				r.Header.Set("X-Request-Id", "0123456789abcdef0123456789abcdef")
				r.Header.Set("X-Correlation-Id", "0123456789abcdef0123456789abcdef")
			}
			b.ReportAllocs()
			for b.Loop() {
				bb.h.ServeHTTP(w, r)
			}
		})
	}
}

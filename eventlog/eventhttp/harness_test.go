package eventhttp_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A recorder keeps the events of a logger.
type recorder struct {
	log *eventlog.Logger

	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // one for each event
}

func newRecorder(level slog.Level) *recorder {
	r := &recorder{more: make(chan struct{}, 1000)}
	r.log = eventlog.New(eventlog.Options{Writer: r, Level: level, NoCaller: true, Getenv: func(string) string { return "" }})
	return r
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.more <- struct{}{}
	return r.text.Write(p)
}

// wait returns the next n events.
func (r *recorder) wait(t *testing.T, n int) []map[string]any {
	t.Helper()
	for range n {
		select {
		case <-r.more:
		case <-t.Context().Done():
			t.Fatal("test ended before the event came")
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var events []map[string]any
	for range n {
		line, err := r.text.ReadBytes('\n')
		if err != nil {
			t.Fatalf("read event: %v", err)
		}
		var e map[string]any
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("event %q: %v", line, err)
		}
		events = append(events, e)
	}
	return events
}

// one returns the next event and fails if it lacks what want has; a nil value means that the key is absent.
func (r *recorder) one(t *testing.T, want map[string]any) map[string]any {
	t.Helper()
	e := r.wait(t, 1)[0]
	for k, w := range want {
		if got := e[k]; got != w {
			t.Errorf("event's %s = %v, want %v (event %v)", k, got, w, e)
		}
	}
	return e
}

// empty fails if there is an event.
func (r *recorder) empty(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.text.Len() > 0 {
		t.Errorf("wrote %s, want no event", r.text.String())
	}
}

// start serves h over HTTP/1, or over HTTP/2 with TLS.
func start(t *testing.T, http2 bool, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(io.Discard, nil), slog.LevelError)
	if http2 {
		s.EnableHTTP2 = true
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, s *httptest.Server, path string) (*http.Response, string) {
	t.Helper()
	resp, err := s.Client().Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// bothVersions runs a test over HTTP/1 and HTTP/2.
func bothVersions(t *testing.T, test func(t *testing.T, http2 bool)) {
	t.Helper()
	t.Run("HTTP/1", func(t *testing.T) { test(t, false) })
	t.Run("HTTP/2", func(t *testing.T) { test(t, true) })
}

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/remote"
)

// A logService is a stand-in for CloudWatch Logs that takes every PutLogEvents.
type logService struct {
	mu       sync.Mutex
	messages []string
}

func (s *logService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		LogEvents []struct {
			Message string `json:"message"`
		} `json:"logEvents"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range in.LogEvents {
		s.messages = append(s.messages, e.Message)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = w.Write([]byte("{}"))
}

// sender returns a sending to a service of its own.
func sender(t *testing.T, linger time.Duration) (*sending, *logService) {
	t.Helper()
	got := new(logService)
	server := httptest.NewServer(got)
	t.Cleanup(server.Close)
	t.Setenv("AWS_PROFILE", "")
	p := &Program{Stdout: io.Discard, Stderr: new(bytes.Buffer), Env: func(string) string { return "" }, Now: time.Now}
	c, err := p.client(t.Context(), &remoteFlags{remote.Options{EndpointURL: server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	return &sending{p: p, linger: linger, Sender: remote.Sender{Client: c, Group: "g", Stream: "s"}}, got
}

// exitsInterrupted fails unless report exits as after Ctrl-C.
func exitsInterrupted(ctx context.Context, t *testing.T, s *sending) {
	t.Helper()
	var exit *exitError
	if err := s.report(ctx, nil); !errors.As(err, &exit) || exit.code != ExitInterrupted {
		t.Errorf("report() = %v, want exit code %d", err, ExitInterrupted)
	}
}

func TestPutSendsLastWords(t *testing.T) {
	s, got := sender(t, time.Hour)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- s.lines(ctx, r) }()
	for i, text := range []string{"work\n", "good", "bye\r\n\nend"} {
		if i == 1 {
			interrupt()
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatalf("lines() = %v", err)
	}
	if want := []string{"work", "goodbye", "end"}; !slices.Equal(got.messages, want) {
		t.Errorf("sent %q, want %q", got.messages, want)
	}
	exitsInterrupted(ctx, t, s)
}

func TestPutEndsThoughItsInputDoesNot(t *testing.T) {
	s, got := sender(t, time.Millisecond)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	r, w := io.Pipe()
	defer func() { _ = w.Close() }()
	ended := make(chan error, 1)
	go func() { ended <- s.lines(ctx, r) }()
	for _, text := range []string{"last\npart", "ial", ""} { // the third is taken once the first two were handed on
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	interrupt()
	if err := <-ended; err != nil {
		t.Fatalf("lines() = %v", err)
	}
	got.mu.Lock()
	defer got.mu.Unlock()
	if want := []string{"last", "partial"}; !slices.Equal(got.messages, want) {
		t.Errorf("sent %q, want %q", got.messages, want)
	}
	exitsInterrupted(ctx, t, s)
}

// With --create group and stream are there afterwards, also if there was nothing to send; without it nothing is made.
func TestPutMakesGroupsForNothing(t *testing.T) {
	url := server(t)
	if code, said := command(t.Context(), url, "", io.Discard, "put", "/labels/none", "h1", "--create"); code != ExitOK || !strings.Contains(said, "made log group /labels/none") {
		t.Errorf("put --create of nothing exits with %d and says %q", code, said)
	}
	if got := mustRun(t, url, "", "streams", "ls", "/labels/none", "-o", "csv"); !strings.Contains(got, "\nh1,") {
		t.Errorf("streams ls shows %q, want h1", got)
	}
	mustRun(t, url, "", "put", "/labels/other", "h1")
	if got := mustRun(t, url, "", "groups", "ls", "/labels/other", "-o", "csv"); strings.Contains(got, "other") {
		t.Errorf("put of nothing makes a group: %q", got)
	}
}

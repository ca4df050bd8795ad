package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/app"
	"github.com/groundwatch/groundwatch/internal/config"
)

// server starts a server in memory and returns its address.
func server(t *testing.T) string { return serverAt(t, time.Now) }

// serverAt does so with a clock.
func serverAt(t *testing.T, now func() time.Time) string {
	t.Helper()
	cfg := config.Defaults("")
	cfg.Test, cfg.Listen = true, "127.0.0.1:0"
	if err := cfg.Check(); err != nil {
		t.Fatal(err)
	}
	s, err := app.Open(t.Context(), app.Options{Config: cfg, Now: now, Events: io.Discard, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("server: %v", err)
		}
	})
	return s.URL()
}

// A lockedBuffer is one that may be read while it is written to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// command runs a command against a server, with a standard input.
func command(ctx context.Context, url, stdin string, stdout io.Writer, args ...string) (code int, stderr string) {
	var said lockedBuffer
	p := &Program{
		Stdin: strings.NewReader(stdin), Stdout: stdout, Stderr: &said, Now: time.Now, Version: "test",
		Env: func(string) string { return "" },
	}
	code = p.Run(ctx, append(args, "--endpoint-url", url))
	return code, said.String()
}

// mustRun runs a command that has to succeed, and returns its standard output.
func mustRun(t *testing.T, url, stdin string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code, said := command(t.Context(), url, stdin, &out, args...); code != ExitOK {
		t.Fatalf("groundwatch %v exits with %d: %s", args, code, said)
	}
	return out.String()
}

// mustLocal does so with a command that needs no server.
func mustLocal(t *testing.T, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	p := &Program{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &said, Now: time.Now, Version: "test", Env: func(string) string { return "" }}
	if code := p.Run(t.Context(), args); code != ExitOK {
		t.Fatalf("groundwatch %v exits with %d: %s", args, code, &said)
	}
	return out.String()
}

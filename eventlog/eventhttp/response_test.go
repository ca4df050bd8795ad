package eventhttp_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
)

// Writers that can do some of what a server's can.
type (
	bare   struct{ http.ResponseWriter }
	flush  struct{}
	hijack struct{}
	push   struct{}
)

func (flush) Flush()                                          {}
func (hijack) Hijack() (net.Conn, *bufio.ReadWriter, error)   { return nil, nil, nil }
func (push) Push(target string, opts *http.PushOptions) error { return nil }

func TestResponseCanDoWhatTheServersCan(t *testing.T) {
	w := bare{httptest.NewRecorder()}
	for _, tt := range []struct {
		w       http.ResponseWriter
		f, h, p bool
	}{
		{w, false, false, false},
		{struct {
			bare
			flush
		}{w, flush{}}, true, false, false},
		{struct {
			bare
			hijack
		}{w, hijack{}}, false, true, false},
		{struct {
			bare
			push
		}{w, push{}}, false, false, true},
		{struct {
			bare
			flush
			hijack
		}{w, flush{}, hijack{}}, true, true, false},
		{struct {
			bare
			flush
			push
		}{w, flush{}, push{}}, true, false, true},
		{struct {
			bare
			hijack
			push
		}{w, hijack{}, push{}}, false, true, true},
		{struct {
			bare
			flush
			hijack
			push
		}{w, flush{}, hijack{}, push{}}, true, true, true},
	} {
		t.Run(fmt.Sprintf("F%t H%t P%t", tt.f, tt.h, tt.p), func(t *testing.T) {
			rec := newRecorder(slog.LevelInfo)
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				flusher, f := w.(http.Flusher)
				hijacker, h := w.(http.Hijacker)
				pusher, p := w.(http.Pusher)
				if f != tt.f || h != tt.h || p != tt.p {
					t.Errorf("response is Flusher %t, Hijacker %t, Pusher %t, want %t, %t, %t", f, h, p, tt.f, tt.h, tt.p)
				}
				if f {
					flusher.Flush()
				}
				if h {
					hijacker.Hijack()
				}
				if p {
					pusher.Push("/x", nil)
				}
				if _, ok := w.(interface{ FlushError() error }); ok != tt.f {
					t.Errorf("response has FlushError %t, want %t", ok, tt.f)
				}
			})
			eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}).ServeHTTP(tt.w, httptest.NewRequest("GET", "/", nil))
			rec.wait(t, 1)
		})
	}
}

func TestServersWriters(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		rec := newRecorder(slog.LevelInfo)
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, flusher := w.(http.Flusher)
			_, hijacker := w.(http.Hijacker)
			_, pusher := w.(http.Pusher)
			if !flusher || hijacker == http2 || pusher != http2 {
				t.Errorf("response is Flusher %t, Hijacker %t, Pusher %t over HTTP/2 %t", flusher, hijacker, pusher, http2)
			}
			rc := http.NewResponseController(w)
			for name, err := range map[string]error{
				"SetReadDeadline":  rc.SetReadDeadline(time.Now().Add(time.Minute)),
				"SetWriteDeadline": rc.SetWriteDeadline(time.Now().Add(time.Minute)),
				"EnableFullDuplex": rc.EnableFullDuplex(),
				"Flush":            rc.Flush(),
			} {
				if err != nil && !(http2 && name == "EnableFullDuplex" && errors.Is(err, http.ErrNotSupported)) {
					t.Errorf("ResponseController.%s: %v", name, err)
				}
			}
		})
		s := start(t, http2, eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}))
		get(t, s, "/")
		rec.one(t, map[string]any{"status": 200.0})
	})
}

func TestStreaming(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		rec := newRecorder(slog.LevelInfo)
		goOn := make(chan struct{})
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for _, part := range []string{"first\n", "second\n"} {
				io.WriteString(w, part)
				w.(http.Flusher).Flush()
				<-goOn
			}
		})
		s := start(t, http2, eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}))
		resp, err := s.Client().Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		lines := bufio.NewReader(resp.Body)
		for _, want := range []string{"first\n", "second\n"} {
			if got, err := lines.ReadString('\n'); got != want || err != nil {
				t.Errorf("read %q, %v before the handler went on, want %q", got, err, want)
			}
			rec.empty(t)
			goOn <- struct{}{}
		}
		rec.one(t, map[string]any{"bytes_out": 13.0, "status": 200.0})
	})
}

func TestHijack(t *testing.T) {
	rec := newRecorder(slog.LevelInfo)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Errorf("Hijack: %v", err)
			return
		}
		defer conn.Close()
		if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrHijacked) {
			t.Errorf("Write behind Hijack: %v, want %v", err, http.ErrHijacked)
		}
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello")
		rw.Flush()
	})
	s := start(t, false, eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}))
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	if got, err := io.ReadAll(conn); err != nil || !strings.HasSuffix(string(got), "hello") {
		t.Errorf("read %q, %v, want the greeting", got, err)
	}
	rec.one(t, map[string]any{"tag": "request_served", "hijacked": true, "status": nil, "bytes_out": 0.0})
}

// readerFrom notes who calls its ReadFrom with what.
type readerFrom struct {
	http.ResponseWriter
	from io.Reader
}

func (r *readerFrom) ReadFrom(from io.Reader) (int64, error) {
	r.from = from
	return io.Copy(r.ResponseWriter, from)
}

func TestReadFromReachesTheServer(t *testing.T) {
	rec := newRecorder(slog.LevelInfo)
	inner := &readerFrom{ResponseWriter: httptest.NewRecorder()}
	source := struct{ io.Reader }{strings.NewReader("hello")} // no WriterTo, so io.Copy looks for ReaderFrom
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.Copy(w, source) })
	eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}).ServeHTTP(inner, httptest.NewRequest("GET", "/", nil))
	if inner.from != source {
		t.Errorf("the server's ReadFrom got %v, want the source itself", inner.from)
	}
	rec.one(t, map[string]any{"bytes_out": 5.0, "status": 200.0})
}

func TestServeFile(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		name := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(name, []byte(strings.Repeat("x", 100_000)), 0o600); err != nil {
			t.Fatal(err)
		}
		rec := newRecorder(slog.LevelInfo)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, name) })
		s := start(t, http2, eventhttp.Middleware(h, eventhttp.Options{Logger: rec.log}))
		if _, body := get(t, s, "/file"); len(body) != 100_000 {
			t.Errorf("got %d bytes, want 100000", len(body))
		}
		rec.one(t, map[string]any{"bytes_out": 100_000.0, "status": 200.0})
	})
}

// A goroutine that writes behind its request's end must not reach the next request.
func TestLateWrite(t *testing.T) {
	rec := newRecorder(slog.LevelInfo)
	var late http.ResponseWriter
	h := eventhttp.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if late == nil {
			late = w
			return
		}
		io.WriteString(late, "late")
		io.WriteString(w, "mine")
	}), eventhttp.Options{Logger: rec.log})
	first, second := httptest.NewRecorder(), httptest.NewRecorder()
	h.ServeHTTP(first, httptest.NewRequest("GET", "/", nil))
	h.ServeHTTP(second, httptest.NewRequest("GET", "/", nil))
	if got := second.Body.String(); got != "mine" {
		t.Errorf("second response is %q, want mine alone", got)
	}
	rec.one(t, map[string]any{"bytes_out": 0.0})
	rec.one(t, map[string]any{"bytes_out": 4.0})
}

package eventhttp

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"time"
)

// A response is the http.ResponseWriter that handlers see: it counts on the way to the server's.
type response struct {
	w        http.ResponseWriter
	status   int // 0 until the header was written
	bytes    int64
	first    time.Time // of the header
	hijacked bool
}

// Unwrap is for http.ResponseController: deadlines and full duplex go straight to the server's writer.
func (r *response) Unwrap() http.ResponseWriter { return r.w }

func (r *response) Header() http.Header { return r.w.Header() }

func (r *response) WriteHeader(status int) {
	r.w.WriteHeader(status) // first, for it panics on what is no status
	if !informational(status) {
		r.wrote(status)
	}
}

// wrote notes the first status, which is the one that is sent.
func (r *response) wrote(status int) {
	if r.status == 0 && !r.hijacked {
		r.status, r.first = status, time.Now()
	}
}

func (r *response) Write(p []byte) (int, error) {
	r.wrote(http.StatusOK)
	n, err := r.w.Write(p)
	r.bytes += int64(n)
	return n, err
}

// WriteString spares the copy that io.WriteString makes for writers without it.
func (r *response) WriteString(s string) (int, error) {
	r.wrote(http.StatusOK)
	n, err := io.WriteString(r.w, s)
	r.bytes += int64(n)
	return n, err
}

// ReadFrom lets the server copy from a file without it passing through the program. An empty source writes nothing,
// not even the header; otherwise ttfb_ms ends before the copy, for nobody sees its first byte go.
func (r *response) ReadFrom(from io.Reader) (n int64, err error) {
	before := time.Now()
	if f, ok := r.w.(io.ReaderFrom); ok {
		n, err = f.ReadFrom(from)
	} else {
		n, err = io.Copy(struct{ io.Writer }{r.w}, from)
	}
	if n > 0 && r.status == 0 && !r.hijacked {
		r.status, r.first = http.StatusOK, before
	}
	r.bytes += n
	return n, err
}

func (r *response) flushError() error {
	r.wrote(http.StatusOK)
	if f, ok := r.w.(interface{ FlushError() error }); ok {
		return f.FlushError()
	}
	if f, ok := r.w.(http.Flusher); ok {
		f.Flush()
		return nil
	}
	return http.ErrNotSupported
}

func (r *response) hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := r.w.(http.Hijacker)
	if !ok {
		return nil, nil, http.ErrNotSupported
	}
	conn, rw, err := h.Hijack()
	r.hijacked = r.hijacked || err == nil
	return conn, rw, err
}

func (r *response) push(target string, opts *http.PushOptions) error {
	if p, ok := r.w.(http.Pusher); ok {
		return p.Push(target, opts)
	}
	return http.ErrNotSupported
}

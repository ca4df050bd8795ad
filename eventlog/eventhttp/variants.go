package eventhttp

import (
	"bufio"
	"net"
	"net/http"
)

// Handlers find out by assertion what a writer can do, so a response must be able to do what the server's can, and no
// more. One type for each set of Flusher (F), Hijacker (H) and Pusher (P); all have the same structure, so that a
// pointer to one converts to any other and none is allocated. ReaderFrom and StringWriter promise nothing that a
// Writer could not do; all have them.
type (
	responseF   struct{ response }
	responseH   struct{ response }
	responseP   struct{ response }
	responseFH  struct{ response } // HTTP/1
	responseFP  struct{ response } // HTTP/2
	responseHP  struct{ response }
	responseFHP struct{ response }
)

// asWriter returns r as the type that can do what r.w can.
func (r *responseF) asWriter() http.ResponseWriter {
	_, flusher := r.w.(http.Flusher)
	_, hijacker := r.w.(http.Hijacker)
	_, pusher := r.w.(http.Pusher)
	switch {
	case flusher && hijacker && pusher:
		return (*responseFHP)(r)
	case flusher && hijacker:
		return (*responseFH)(r)
	case flusher && pusher:
		return (*responseFP)(r)
	case hijacker && pusher:
		return (*responseHP)(r)
	case flusher:
		return r
	case hijacker:
		return (*responseH)(r)
	case pusher:
		return (*responseP)(r)
	}
	return &r.response
}

func (r *responseF) Flush()   { _ = r.flushError() } // Flusher has no error
func (r *responseFH) Flush()  { _ = r.flushError() }
func (r *responseFP) Flush()  { _ = r.flushError() }
func (r *responseFHP) Flush() { _ = r.flushError() }

// FlushError is what http.ResponseController looks for first.
func (r *responseF) FlushError() error   { return r.flushError() }
func (r *responseFH) FlushError() error  { return r.flushError() }
func (r *responseFP) FlushError() error  { return r.flushError() }
func (r *responseFHP) FlushError() error { return r.flushError() }

func (r *responseH) Hijack() (net.Conn, *bufio.ReadWriter, error)   { return r.hijack() }
func (r *responseFH) Hijack() (net.Conn, *bufio.ReadWriter, error)  { return r.hijack() }
func (r *responseHP) Hijack() (net.Conn, *bufio.ReadWriter, error)  { return r.hijack() }
func (r *responseFHP) Hijack() (net.Conn, *bufio.ReadWriter, error) { return r.hijack() }

func (r *responseP) Push(target string, opts *http.PushOptions) error   { return r.push(target, opts) }
func (r *responseFP) Push(target string, opts *http.PushOptions) error  { return r.push(target, opts) }
func (r *responseHP) Push(target string, opts *http.PushOptions) error  { return r.push(target, opts) }
func (r *responseFHP) Push(target string, opts *http.PushOptions) error { return r.push(target, opts) }

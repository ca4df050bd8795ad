package eventhttp

import (
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A call is a request on its way, until the end of its response.
type call struct {
	connection
	call   *eventlog.Call
	accept func(status int) bool
	status int
	start  time.Time
	bytes  atomic.Int64
	once   sync.Once
}

// answered notes a response's header and has its body write the event; without a body it writes it at once.
func (c *call) answered(resp *http.Response, err error) {
	if err != nil {
		c.end(withoutURL(err))
		return
	}
	c.status = resp.StatusCode
	c.call.Set(slog.Int("status", resp.StatusCode), eventlog.Ms("ttfb_ms", time.Since(c.start)))
	switch body := resp.Body.(type) {
	case nil:
		c.end(nil)
	case io.ReadWriteCloser: // 101: the connection itself, which others assert
		c.end(nil)
	default:
		if body == http.NoBody {
			c.end(nil)
			return
		}
		resp.Body = &callBody{body, c}
	}
}

// end writes the event, the first time it is called.
func (c *call) end(err error) {
	c.once.Do(func() {
		if c.got.Load() {
			c.call.Set(slog.Bool("conn_reused", c.reused.Load()))
		}
		if c.status != 0 {
			c.call.Set(slog.Int64("bytes_in", c.bytes.Load()))
		}
		if err == nil && c.status != 0 && !c.accept(c.status) {
			err = StatusError(c.status)
		}
		c.call.End(err)
	})
}

// A callBody is a response's body that ends its call.
type callBody struct {
	io.ReadCloser
	call *call
}

func (b *callBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.call.bytes.Add(int64(n))
	switch err {
	case nil:
	case io.EOF:
		b.call.end(nil)
	default:
		b.call.end(withoutURL(err))
	}
	return n, err
}

// Close ends a call whose body was not read to its end, as a success: the caller had enough.
func (b *callBody) Close() error {
	err := b.ReadCloser.Close()
	b.call.end(nil)
	return err
}

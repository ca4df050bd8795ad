package eventhttp

import (
	"io"
	"net/http"
	"sync/atomic"
)

// A countedBody counts what is read of a request's body whose length nobody told.
type countedBody struct {
	io.ReadCloser
	n atomic.Int64
}

// countBody replaces r's body by one that counts, if the request does not say how long it is; else it returns nil.
func countBody(r *http.Request) *countedBody {
	if r.ContentLength >= 0 || r.Body == nil {
		return nil
	}
	b := &countedBody{ReadCloser: r.Body}
	r.Body = b
	return b
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n.Add(int64(n))
	return n, err
}

// bytes returns the length that the request told, else what was read of it.
func (b *countedBody) bytes(r *http.Request) int64 {
	if b == nil {
		return max(0, r.ContentLength)
	}
	return b.n.Load()
}

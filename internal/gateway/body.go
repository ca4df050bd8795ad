package gateway

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// Limits of a body, both packed and unpacked.
const (
	tableBody   = 22 << 20 // of operations that take a lookup table
	largestBody = 10 << 20 // of any service's others
	smallBody   = 1 << 20
)

// bodyLimit returns how large the body of a request to a service may be. PutLogEvents takes 1,048,576 bytes of messages and
// PutEvents as much of details, and each byte may take six in JSON; PutTraceSegments takes 50 documents of 64 KiB, in JSON
// once more. PutMetricData takes 1 MB, as does all else here.
func bodyLimit(signingName string) int {
	switch signingName {
	case "logs", "events", "xray":
		return largestBody
	}
	return smallBody
}

// operationLimit returns how large the body of a request for an operation may be. A lookup table has 10 MiB of CSV, of which line ends and quotes take
// two bytes in JSON.
func operationLimit(o *wire.Operation) int {
	switch o.Name {
	case "CreateLookupTable", "UpdateLookupTable":
		return tableBody
	}
	return bodyLimit(o.Service.SigningName)
}

// expectedLimit returns the limit as far as it is known before the operation is.
func (x *exchange) expectedLimit() int {
	switch {
	case x.op != nil:
		return operationLimit(x.op)
	case x.signed.Service != "":
		return bodyLimit(x.signed.Service)
	}
	return largestBody
}

// tooLarge returns AWS's error for a body beyond the limit (common errors of CloudWatch: 413).
func tooLarge(limit int) error {
	return refuse(http.StatusRequestEntityTooLarge, fault.Limit, "RequestEntityTooLarge", "Request body is larger than %d bytes", limit)
}

// A pace is how slowly a body may come in.
type pace struct {
	grace time.Duration // that every request has
	rate  int64         // bytes a second beyond that
}

var defaultPace = pace{grace: 10 * time.Second, rate: 64 << 10}

// timeFor returns how long n bytes may take.
func (p pace) timeFor(n int64) time.Duration {
	return p.grace + time.Duration(float64(n)/float64(p.rate)*float64(time.Second))
}

// firstRead is how much room a body gets before any of it has come: what a sender declares may be a lie.
const firstRead = 64 << 10

// growth is how many times of what has come a body gets next: enough that most are copied once.
const growth = 15

// A room is the memory that all bodies share. What one has taken it keeps until its exchange ends.
type room struct {
	left atomic.Int64
}

// take takes n bytes, unless there are not as many left.
func (m *room) take(n int64) bool {
	if m.left.Add(-n) < 0 {
		m.left.Add(n)
		return false
	}
	return true
}

// A share is what one exchange has taken of a room.
type share struct {
	room  *room
	taken int64
	spare bool // nobody knows the last body any more
	last  []byte
}

// Bodies from shortSpare to longSpare bytes are kept for the next request: to make room for 1 MB and to clear it takes as long
// as to hash it.
const (
	shortSpare = firstRead + 1
	longSpare  = 2 << 20
)

// spares are the bodies that are kept, as pointers to slices without content.
var spares sync.Pool

// empty returns an empty slice with room for n bytes.
func (s *share) empty(n int) []byte {
	if n < shortSpare || n > longSpare {
		s.last = nil
		return make([]byte, 0, n)
	}
	kept, _ := spares.Get().(*[]byte)
	if kept == nil || cap(*kept) < n {
		kept = new(make([]byte, 0, n))
	}
	s.last = *kept
	return s.last[:0:n]
}

// grow returns b with room for more bytes, of limit altogether, and false if there is no memory for them.
func (s *share) grow(b []byte, limit int) ([]byte, bool) {
	more := int64(min(max(growth*cap(b), firstRead), limit-len(b)))
	if !s.room.take(more) {
		return b, false
	}
	s.taken += more
	return append(s.empty(len(b)+int(more)), b...), true
}

func (s *share) release() {
	s.room.left.Add(s.taken)
	if s.spare && s.last != nil {
		spares.Put(&s.last)
	}
}

// crowded returns the error for a body that there is no memory for. SDKs try again after a 503.
func crowded() error {
	return fault.New(fault.Unavailable, "ServiceUnavailable", "Too many large requests at once, try again")
}

// read reads the body as it was sent.
func (x *exchange) read() error {
	limit := x.expectedLimit()
	body, err := x.g.readBody(x.w, x.r, limit, &x.share)
	x.call.In = int64(len(body))
	if err != nil {
		x.stuck = len(body) <= limit && body != nil
		return err
	}
	x.raw, x.req.Body = body, body
	return nil
}

// maxDrained is how much of a body is thrown away so that its sender comes to read the answer.
const maxDrained = 16 << 20

// drain throws away the rest of a body that is not wanted. A sender who is cut short sees a broken connection, not why.
func (x *exchange) drain() {
	if x.stuck || x.r.ContentLength > maxDrained {
		return
	}
	_ = http.NewResponseController(x.w).SetReadDeadline(time.Now().Add(x.g.pace.grace))
	_, _ = io.CopyN(io.Discard, x.r.Body, maxDrained)
}

// readBody reads r's body, at most limit bytes and no slower than the pace allows. The result is never nil without an error;
// with one, it is what was read, nil if nobody tried.
func (g *gateway) readBody(w http.ResponseWriter, r *http.Request, limit int, mine *share) ([]byte, error) {
	declared := r.ContentLength
	if declared > int64(limit) {
		return nil, tooLarge(limit)
	}
	if declared < 0 {
		declared = int64(limit)
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(g.pace.timeFor(declared))) // of the network: not of the injected clock
	b, err := fill(r.Body, min(int(declared)+1, limit+1), limit, mine)
	switch {
	case err == nil:
		_ = control.SetReadDeadline(time.Time{})
		return b, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return b, refuse(http.StatusRequestTimeout, fault.Invalid, "RequestTimeout", "The request body took too long to arrive")
	case fault.Of(err).Kind != fault.InternalFailure:
		return b, err
	}
	return b, incomplete(err)
}

// fill reads all of r into memory of mine's. It expects some bytes and takes limit; beyond that, the result is longer than
// limit and the error says so.
func fill(r io.Reader, expected, limit int, mine *share) ([]byte, error) {
	b := []byte{}
	for {
		if len(b) == cap(b) {
			room := expected
			if len(b) >= expected {
				room = limit + 1
			}
			var ok bool
			if b, ok = mine.grow(b, room); !ok {
				return b, crowded()
			}
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case len(b) > limit:
			return b, tooLarge(limit)
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		}
	}
}

// incomplete returns the error for a body that ended early.
func incomplete(err error) error {
	return &fault.Error{Kind: fault.Invalid, Code: "IncompleteBody", Message: "The request body ended before it was complete", Err: err}
}

// unpack takes off what the body was packed with, after the signature over what was sent is known to be good.
func (x *exchange) unpack() (err error) {
	x.req.Body, err = unpack(x.r.Header, x.raw, x.expectedLimit(), &x.share)
	return err
}

// unpack returns raw without what h says it was packed with, at most limit bytes.
func unpack(h http.Header, raw []byte, limit int, mine *share) ([]byte, error) {
	switch packed := encodings(h); {
	case len(packed) == 0:
		return raw, nil
	case len(packed) == 1 && packed[0] == "gzip":
		return gunzip(raw, limit, mine)
	default:
		return nil, refuse(http.StatusUnsupportedMediaType, fault.Invalid, "UnsupportedMediaType",
			"Content-Encoding %q is not supported, only gzip is", strings.Join(packed, ", "))
	}
}

// Bounds of what a packed body may become beside its limit: a bomb is told by how much it grows.
const (
	maxGrowth    = 100      // times what was sent
	growthBlinks = 64 << 10 // bytes that may come of anything
)

// gunzip unpacks a body to at most limit bytes.
func gunzip(packed []byte, limit int, mine *share) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, notGzip(err)
	}
	limit = min(limit, max(maxGrowth*len(packed), growthBlinks))
	b, err := fill(z, min(4*len(packed), limit)+1, limit, mine)
	if err != nil && fault.Of(err).Kind == fault.InternalFailure {
		err = notGzip(err)
	}
	return b, err
}

func notGzip(err error) error {
	e := wire.Malformed("The request body is not valid gzip")
	e.Err = err
	return e
}

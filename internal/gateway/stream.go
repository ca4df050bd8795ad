package gateway

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// ErrEnding is the cause with which the context of an operation that streams events ends when Options.Ending is closed.
var ErrEnding = errors.New("the server is ending its streams")

// How long a client may take for an event that it is sent. Whoever stops to look, at a terminal for example, is back within a minute;
// on its way out the server waits for nobody.
const (
	eventPatience  = time.Minute
	endingPatience = time.Second
)

// headPause is how long the head of a stream waits after its request. The SDK for Go closes the body of a request when it sees an answer,
// while its HTTP client may still look whether the body has ended; one that finds it closed gives up the connection (safe.go in smithy-go).
// Answers that are sent whole have arrived by then, streams break: one in fifty on the machine of both. No user sees the pause.
const headPause = 10 * time.Millisecond

// A stream is an answer that is sent event by event.
type stream struct {
	x       *exchange
	codec   wire.StreamCodec
	control *http.ResponseController
	buffer  []byte // of the event being sent
	begun   bool   // the head is on its way: errors have to be events
	gone    error  // why the client gets no more
	sent    int64  // bytes

	mu struct {
		sync.Mutex
		ending bool
	}
}

// stream has the operation answer with events. It returns when there are no more.
func (x *exchange) stream(ctx context.Context, in any) error {
	codec, ok := x.codec.(wire.StreamCodec)
	if !ok {
		return wire.UnknownOperation()
	}
	s := &stream{x: x, codec: codec, control: http.NewResponseController(x.w)}
	x.events = s
	ctx, cancel := context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-x.g.o.Ending:
			s.end()
			cancel(ErrEnding)
		case <-ctx.Done():
		}
	})
	defer watching.Wait()
	defer cancel(nil)
	if err := x.op.Stream(ctx, in, s.send); err != nil || s.begun {
		return err
	}
	return s.begin()
}

// end lets what is being sent, or will be, take little time.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.ending = true
	_ = s.control.SetWriteDeadline(time.Now().Add(endingPatience)) // not every connection has one, and none of those can hang
}

// allow gives the client time for one more event.
func (s *stream) allow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mu.ending {
		_ = s.control.SetWriteDeadline(time.Now().Add(eventPatience))
	}
}

// begin sends the head.
func (s *stream) begin() error {
	head, err := s.codec.OpenStream(s.x.op, &s.x.req)
	if err != nil {
		return err
	}
	pause := time.NewTimer(headPause)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-s.x.r.Context().Done():
	}
	s.begun = true
	h := s.x.w.Header()
	for name, values := range head.Header {
		h[name] = values
	}
	s.allow()
	s.x.w.WriteHeader(head.Status)
	return s.write(head.Body)
}

// send sends an event.
func (s *stream) send(event any) error {
	if !s.begun {
		if err := s.begin(); err != nil {
			return err
		}
	}
	if s.gone != nil {
		return s.gone
	}
	var err error
	if s.buffer, err = s.codec.AppendEvent(s.buffer[:0], s.x.op, &s.x.req, event); err != nil {
		return err
	}
	s.allow()
	return s.write(s.buffer)
}

// keptBuffer is how much memory a stream keeps between two events: most are far smaller.
const keptBuffer = 256 << 10

// write puts b on its way at once.
func (s *stream) write(b []byte) error {
	n, err := s.x.w.Write(b)
	s.sent += int64(n)
	if err == nil {
		err = s.control.Flush()
	}
	if err != nil {
		s.gone = &fault.Error{Kind: fault.Unavailable, Code: "RequestAbortedException", Err: err}
	}
	if cap(s.buffer) > keptBuffer {
		s.buffer = nil
	}
	return s.gone
}

// fail ends a stream that has begun with an error, unless the client has left: then nothing went wrong.
func (s *stream) fail(err error) {
	call := s.x.call
	if s.gone != nil || s.x.r.Context().Err() != nil {
		return
	}
	facts := s.x.op.Explain(err)
	call.Err, call.Code, call.Status = err, facts.Name, facts.Status
	s.allow()
	_ = s.write(s.codec.AppendException(nil, s.x.op, &s.x.req, err)) // whoever is gone by now misses nothing
}

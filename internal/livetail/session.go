package livetail

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A session is one client that watches.
type session struct {
	id      string
	request string // the id of the request that started it
	groups  []Group
	choice  choice
	prompt  bool          // the client is one of ours: events are sent as they come
	wake    chan struct{} // of one place: there are events for a prompt one
	sent    int64         // events; only run writes it

	mu struct {
		sync.Mutex
		buffer buffer // nil once the session is closed
	}
}

// offer takes those of b's events that the session wants.
func (w *session) offer(now time.Time, b Batch) {
	if !w.choice.wantsStream(b.Stream) {
		return
	}
	var e event
	for i, message := range b.Messages {
		if !w.choice.wants(message) {
			continue
		}
		if e.group == nil {
			group := b.Group.identifier()
			e.group, e.stream, e.ingested = &group, &b.Stream, &b.Ingested
		}
		at := b.Times[i]
		e.time, e.message = &at, message
		w.take(now, e)
	}
	if e.group != nil && w.prompt {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// take gives an event to the buffer.
func (w *session) take(now time.Time, e event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mu.buffer != nil {
		w.mu.buffer.add(now, e)
	}
}

// tick tells the buffer that a second is over.
func (w *session) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mu.buffer.tick()
}

// next returns the next update to be sent.
func (w *session) next() (update, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mu.buffer.next()
}

// close gives back what the session holds. Nothing is offered to it any more.
func (w *session) close() Ended {
	w.mu.Lock()
	defer w.mu.Unlock()
	ended := Ended{Sent: w.sent}
	ended.Sampled, ended.Dropped = w.mu.buffer.lost()
	w.mu.buffer.tick()
	for more := true; more; {
		_, more = w.mu.buffer.next()
	}
	w.mu.buffer = nil
	return ended
}

// How often updates are sent. AWS's is every second, with or without events; a client of ours gets events at once, but those that come
// within some milliseconds together: a update for each would cost both sides more than the delay is worth.
const (
	updateEvery = time.Second
	promptPause = 20 * time.Millisecond
)

// run sends updates until ctx ends, the client is gone, or the session has lasted for its time.
func (w *session) run(ctx context.Context, lasts time.Duration, send func(types.StartLiveTailResponseStream) error) error {
	over := time.NewTimer(lasts)
	defer over.Stop()
	every := time.NewTicker(updateEvery)
	defer every.Stop()
	pause := time.NewTimer(promptPause)
	defer pause.Stop()
	var wake <-chan struct{} // nil while events are collected
	for {
		tick := false
		select {
		case <-ctx.Done():
			text := textEnding
			return &types.SessionStreamingException{Message: &text}
		case <-over.C:
			text := fmt.Sprintf(textTimeout, lasts)
			return &types.SessionTimeoutException{Message: &text}
		case <-pause.C:
			wake = w.wake
			continue
		case <-wake:
		case <-every.C:
			tick = true
			w.tick()
		}
		sent, err := w.sendAll(ctx, send)
		if err != nil {
			return err
		}
		if sent == 0 && tick { // that the session lives is told every second
			if err := send(update{}.message()); err != nil {
				return err
			}
		}
		wake = nil
		pause.Reset(promptPause)
	}
}

// sendAll sends the updates that are due, as long as ctx lasts, and returns how many there were.
func (w *session) sendAll(ctx context.Context, send func(types.StartLiveTailResponseStream) error) (sent int, err error) {
	for ctx.Err() == nil {
		u, due := w.next()
		if !due {
			break
		}
		if err := send(u.message()); err != nil {
			return sent, err
		}
		sent++
		w.sent += int64(len(u.events))
	}
	return sent, nil
}

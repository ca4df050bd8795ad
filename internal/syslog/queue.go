package syslog

import "sync"

// A queue holds events until they are stored. It is bounded by their bytes.
type queue struct {
	most int // bytes

	mu     sync.Mutex
	events []event
	bytes  int
	closed bool
	came   chan struct{} // of one place: there may be events, or the end
	left   *sync.Cond    // there may be room
}

func newQueue(most int) *queue {
	q := &queue{most: most, came: make(chan struct{}, 1)}
	q.left = sync.NewCond(&q.mu)
	return q
}

// put adds an event, waiting for room, of which half is left to those who cannot wait. It returns true.
func (q *queue) put(e event) bool {
	q.mu.Lock()
	for q.bytes > 0 && q.bytes+cost(e) > q.most/2 {
		q.left.Wait()
	}
	q.add(e)
	return true
}

// offer adds an event if there is room now.
func (q *queue) offer(e event) bool {
	q.mu.Lock()
	if q.bytes > 0 && q.bytes+cost(e) > q.most {
		q.mu.Unlock()
		return false
	}
	q.add(e)
	return true
}

// add adds an event and unlocks q.
func (q *queue) add(e event) {
	q.events = append(q.events, e)
	q.bytes += cost(e)
	q.mu.Unlock()
	q.wake()
}

func (q *queue) wake() {
	select {
	case q.came <- struct{}{}:
	default:
	}
}

// close says that no more events come.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.wake()
}

// state tells whether events wait, whether enough to store at once, and whether no more will come.
func (q *queue) state() (some, full, done bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.events) > 0, q.bytes >= min(batchBytes, q.most/4) || len(q.events) >= batchEvents, q.closed
}

// take returns the events of one batch, oldest first. Room for others is made by done alone: what is being stored counts.
func (q *queue) take() []event {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, bytes := 0, 0
	for n < len(q.events) && n < batchEvents {
		if bytes += cost(q.events[n]); bytes > batchBytes {
			break
		}
		n++
	}
	taken := q.events[:n:n]
	q.events = q.events[n:]
	if len(q.events) == 0 {
		q.events = nil
	}
	return taken
}

// done gives up events that were taken, and their room.
func (q *queue) done(events []event) {
	q.mu.Lock()
	for _, e := range events {
		q.bytes -= cost(e)
	}
	clear(events)
	q.mu.Unlock()
	q.left.Broadcast()
}

// cost is what an event counts in a PutLogEvents.
func cost(e event) int { return len(e.text) + eventOverhead }

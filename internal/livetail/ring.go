package livetail

import (
	"slices"
	"time"
)

// ringEvents is how many events may wait for one of our own clients: ten seconds at 5,000 a second.
const ringEvents = 50_000

// A ring keeps every event until there is no more room; then the oldest ones go.
type ring struct {
	room    *room
	events  []event
	bytes   int64
	gap     bool // events went that the client was not told of
	dropped int64
}

func newRing(r *room) *ring { return &ring{room: r} }

func (r *ring) add(_ time.Time, e event) {
	size := e.size()
	for len(r.events) > 0 && (len(r.events) >= ringEvents || r.bytes+size > sessionBytes) {
		r.drop()
	}
	for !r.room.take(size) {
		if len(r.events) == 0 { // others have it all
			r.gap = true
			r.dropped++
			return
		}
		r.drop()
	}
	e.keep()
	r.events = append(r.events, e)
	r.bytes += size
}

// drop leaves out the oldest event.
func (r *ring) drop() {
	size := r.events[0].size()
	r.events[0] = event{} // its message must not live on in what the slice had before
	r.events = r.events[1:]
	r.bytes -= size
	r.room.give(size)
	r.gap = true
	r.dropped++
}

// tick does nothing: events may be sent at any time.
func (r *ring) tick() {}

func (r *ring) next() (update, bool) {
	if len(r.events) == 0 && !r.gap {
		return update{}, false
	}
	n, bytes := head(r.events)
	u := update{events: slices.Clone(r.events[:n]), bytes: bytes, sampled: r.gap}
	clear(r.events[:n])
	if r.events = r.events[n:]; len(r.events) == 0 {
		r.events = nil
	}
	r.bytes -= bytes
	r.room.give(bytes)
	r.gap = false
	return u, true
}

func (r *ring) lost() (sampled, dropped int64) { return 0, r.dropped }

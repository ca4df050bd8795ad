package livetail

import (
	"math/rand/v2"
	"slices"
	"time"
)

// What waits for a client that is slower than its events (StartLiveTail in the API reference): ten updates, thus 5,000 events.
const (
	windowTime  = time.Second
	windowsKept = 10
	windowBytes = 8 << 20 // of one window; ours
)

// A sampler keeps up to 500 events of each second, each as likely as any other, and up to ten seconds that were not sent yet.
type sampler struct {
	room    *room
	random  *rand.Rand
	opened  time.Time // when the window began
	seen    int       // events in the window
	window  update
	full    []update // that wait, oldest first
	bytes   int64    // of all
	gap     bool     // updates went that the client was not told of
	sampled int64
	dropped int64
}

// newSampler returns a sampler that chooses by seed, of which the first 32 bytes count.
func newSampler(r *room, seed string) *sampler {
	var bytes [32]byte
	copy(bytes[:], seed)
	return &sampler{room: r, random: rand.New(rand.NewChaCha8(bytes))}
}

func (s *sampler) add(now time.Time, e event) {
	if s.seen > 0 && now.Sub(s.opened) >= windowTime { // nobody has come for it yet
		s.tick()
	}
	if s.seen == 0 {
		s.opened = now
	}
	e.number = s.seen
	s.seen++
	if len(s.window.events) < updateEvents {
		if !s.fits(e.size()) {
			s.window.sampled = true
			s.dropped++
			return
		}
		e.keep()
		s.window.events = append(s.window.events, e)
		return
	}
	s.window.sampled = true
	s.sampled++
	// Each event seen so far shall be in the window with the same probability (reservoir sampling, Vitter's algorithm R).
	if i := s.random.IntN(s.seen); i < updateEvents && s.fits(e.size()-s.window.events[i].size()) {
		e.keep()
		s.window.events[i] = e
	}
}

// fits takes the memory by which the window grows, if there is enough; the oldest updates make room.
func (s *sampler) fits(size int64) bool {
	if s.window.bytes+size > windowBytes && len(s.window.events) > 0 {
		return false
	}
	for len(s.full) > 0 && s.bytes+size > sessionBytes {
		s.drop()
	}
	if !s.room.take(size) {
		return false
	}
	s.bytes += size
	s.window.bytes += size
	return true
}

func (s *sampler) free(size int64) {
	s.bytes -= size
	s.room.give(size)
}

// drop leaves out the oldest update that waits.
func (s *sampler) drop() {
	s.free(s.full[0].bytes)
	s.dropped += int64(len(s.full[0].events))
	s.full = slices.Delete(s.full, 0, 1)
	s.gap = true
}

// tick ends the window.
func (s *sampler) tick() {
	if s.seen == 0 {
		return
	}
	slices.SortFunc(s.window.events, func(a, b event) int { return a.number - b.number })
	if len(s.full) == windowsKept {
		s.drop()
	}
	s.full = append(s.full, s.window)
	s.window, s.seen = update{}, 0
}

func (s *sampler) next() (update, bool) {
	if len(s.full) == 0 {
		return update{}, false
	}
	from := &s.full[0]
	n, bytes := head(from.events)
	u := update{events: from.events[:n:n], bytes: bytes, sampled: from.sampled || s.gap}
	s.gap = false
	s.free(bytes)
	from.bytes -= bytes
	if from.events = from.events[n:]; len(from.events) == 0 {
		s.full = slices.Delete(s.full, 0, 1)
	}
	return u, true
}

func (s *sampler) lost() (sampled, dropped int64) { return s.sampled, s.dropped }

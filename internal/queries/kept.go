package queries

import (
	"slices"
	"time"
)

// kept is the queries that can be asked for. Its owner locks it.
type kept struct {
	byID  map[string]*query
	order []*query // as they were started
	last  int64    // number given
}

func (k *kept) add(q *query) {
	k.last++
	q.number = k.last
	k.byID[q.id] = q
	k.order = append(k.order, q)
}

// open returns how many queries of a place have not ended.
func (k *kept) open(p place) int {
	n := 0
	for _, q := range k.order {
		if q.place() == p && isOpen(q.status()) {
			n++
		}
	}
	return n
}

// shrink forgets the oldest queries that have ended until all take no more than some bytes. It spares one, whatever it takes: nobody
// could have read its result yet.
func (k *kept) shrink(limit int64, spared *query) {
	total := int64(0)
	for _, q := range k.order {
		total += q.bytes()
	}
	k.forget(func(q *query) bool {
		if total <= limit || q == spared {
			return false
		}
		total -= q.bytes()
		return true
	})
}

// forget drops the queries that have ended and are not wanted.
func (k *kept) forget(unwanted func(q *query) bool) {
	k.order = slices.DeleteFunc(k.order, func(q *query) bool {
		if isOpen(q.status()) || !unwanted(q) {
			return false
		}
		delete(k.byID, q.id)
		return true
	})
}

// expire forgets the queries that were started too long ago.
func (s *Service) expire() {
	line := s.opts.Now().Add(-s.limits.KeptFor)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.kept.forget(func(q *query) bool { return q.created.Before(line) })
}

// old tells whether a query was started too long ago to be asked for.
func (s *Service) old(q *query, now time.Time) bool {
	return !isOpen(q.status()) && q.created.Before(now.Add(-s.limits.KeptFor))
}

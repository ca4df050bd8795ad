package queries

import (
	"context"
	"slices"
	"sync"
)

// A line is the queries that wait to be run. Accounts take turns, so that one with many does not keep others waiting; and of
// manyPlaces or more to run, no account gets the last one that has all others.
type line struct {
	size   int           // that may wait
	places int           // to run
	wake   chan struct{} // of one place: there may be a query for who waits
	mu     struct {
		sync.Mutex
		waiting  map[string][]*query // by account, in order
		accounts []string            // of those that wait, by whose turn it is
		running  map[string]int
		length   int
	}
}

// manyPlaces is from how many on one is kept for other accounts: of fewer it would be too much.
const manyPlaces = 4

func newLine(size, places int) *line {
	l := &line{size: size, places: places, wake: make(chan struct{}, 1)}
	l.mu.waiting, l.mu.running = map[string][]*query{}, map[string]int{}
	return l
}

// join lets q wait; false if too many do: of all, or of its account, which leaves half of the line to others.
func (l *line) join(q *query) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	account := q.caller.Account
	if l.mu.length >= l.size || len(l.mu.waiting[account]) >= max(1, l.size/2) {
		return false
	}
	if len(l.mu.waiting[account]) == 0 {
		l.mu.accounts = append(l.mu.accounts, account)
	}
	l.mu.waiting[account] = append(l.mu.waiting[account], q)
	l.mu.length++
	l.call()
	return true
}

// leave takes q out of the line, if it still waits: it was stopped.
func (l *line) leave(q *query) {
	l.mu.Lock()
	defer l.mu.Unlock()
	account := q.caller.Account
	at := slices.Index(l.mu.waiting[account], q)
	if at < 0 {
		return
	}
	l.mu.waiting[account] = slices.Delete(l.mu.waiting[account], at, at+1)
	l.mu.length--
	if len(l.mu.waiting[account]) == 0 {
		delete(l.mu.waiting, account)
		l.mu.accounts = slices.DeleteFunc(l.mu.accounts, func(a string) bool { return a == account })
	}
}

// call wakes one of those that wait for a query.
func (l *line) call() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// next returns the query whose turn it is, and waits for one; nil if ctx ends first. Who gets it calls done.
func (l *line) next(ctx context.Context) *query {
	for {
		if ctx.Err() != nil {
			return nil
		}
		if q := l.take(); q != nil {
			return q
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		}
	}
}

// take returns the query whose turn it is, nil if there is none that may run.
func (l *line) take() *query {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, account := range l.mu.accounts {
		if l.places >= manyPlaces && l.mu.running[account] >= l.places-1 {
			continue
		}
		q := l.mu.waiting[account][0]
		l.mu.accounts = append(l.mu.accounts[:i:i], l.mu.accounts[i+1:]...)
		if l.mu.waiting[account] = l.mu.waiting[account][1:]; len(l.mu.waiting[account]) > 0 {
			l.mu.accounts = append(l.mu.accounts, account)
		} else {
			delete(l.mu.waiting, account)
		}
		l.mu.length--
		l.mu.running[account]++
		l.call() // there may be another one for somebody else
		return q
	}
	return nil
}

// done tells that a query does not run any more.
func (l *line) done(q *query) {
	l.mu.Lock()
	defer l.mu.Unlock()
	account := q.caller.Account
	if l.mu.running[account]--; l.mu.running[account] == 0 {
		delete(l.mu.running, account)
	}
	l.call()
}

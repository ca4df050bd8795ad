package livetail

import (
	"slices"
	"sync"
	"sync/atomic"
)

// A hub knows who watches which group.
type hub struct {
	mu struct {
		sync.RWMutex
		groups   map[Group][]*session // the lists are replaced whole, never edited in place
		accounts map[Group]int        // sessions by account and region; the name is empty
		sessions int
	}
}

// watching returns the sessions that watch g; the list must not be changed.
func (h *hub) watching(g Group) []*session {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.mu.groups[g]
}

// enter lets w watch its groups, unless there are too many sessions.
func (h *hub) enter(w *session, l Limits) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mu.accounts[w.account()] >= l.Account {
		return tooMany(l.Account)
	}
	if h.mu.sessions >= l.Sessions {
		return tooMany(l.Sessions)
	}
	h.mu.accounts[w.account()]++
	h.mu.sessions++
	for _, g := range w.groups {
		h.mu.groups[g] = append(slices.Clip(h.mu.groups[g]), w)
	}
	return nil
}

// leave is the inverse of enter.
func (h *hub) leave(w *session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mu.sessions--
	if h.mu.accounts[w.account()]--; h.mu.accounts[w.account()] == 0 {
		delete(h.mu.accounts, w.account())
	}
	for _, g := range w.groups {
		others := slices.DeleteFunc(slices.Clone(h.mu.groups[g]), func(o *session) bool { return o == w })
		if h.mu.groups[g] = others; len(others) == 0 {
			delete(h.mu.groups, g)
		}
	}
}

// account returns whose quota w counts for.
func (w *session) account() Group {
	return Group{Account: w.groups[0].Account, Region: w.groups[0].Region}
}

// A room is the memory that the events waiting for all clients share.
type room struct{ left atomic.Int64 }

// take takes n bytes, unless there are not as many left.
func (r *room) take(n int64) bool {
	if r.left.Add(-n) < 0 {
		r.left.Add(n)
		return false
	}
	return true
}

func (r *room) give(n int64) { r.left.Add(n) }

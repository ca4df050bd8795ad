package app

import (
	"sync"

	"github.com/groundwatch/groundwatch/internal/gateway"
)

// maxLacking is how many missing operations are told of [R]: more than AWS's monitoring services have, and little to a hostile caller.
const maxLacking = 1000

// A lackingSet is the missing operations that were told of. Its zero value is empty.
type lackingSet struct {
	mu   sync.Mutex
	told map[gateway.Lacking]bool
}

// first tells whether l was not asked for before. After maxLacking it says no.
func (s *lackingSet) first(l gateway.Lacking) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told[l] || len(s.told) >= maxLacking {
		return false
	}
	if s.told == nil {
		s.told = map[gateway.Lacking]bool{}
	}
	s.told[l] = true
	return true
}

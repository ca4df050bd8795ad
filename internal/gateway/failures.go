package gateway

import (
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// Limits of requests that fail to prove who sent them, of each sender's address and access key. They stop whoever tries out keys and
// secrets; a client whose clock is off tries once more and is right.
const (
	failuresAtOnce = 50              // before any is refused unseen
	failureEvery   = time.Second     // one more is let through
	maxFailing     = 10_000          // senders that are remembered
	forgetFailing  = 2 * time.Minute // whoever was quiet for as long has all of failuresAtOnce again
)

// A suspect is who may fail to prove who it is.
type suspect struct {
	ip  string
	key string // its access key; "" for one with a token
}

// failures count what each sender failed at.
type failures struct {
	mu struct {
		sync.Mutex
		of map[suspect]failing
	}
}

// A failing is a bucket that fills with failures and empties with time.
type failing struct {
	count float64
	last  time.Time
}

// at returns f as it is at a time.
func (f failing) at(now time.Time) failing {
	f.count = max(0, f.count-float64(max(0, now.Sub(f.last)))/float64(failureEvery))
	f.last = now
	return f
}

// refuse returns what a sender that failed too often is told, nil if it may try.
func (f *failures) refuse(s suspect, now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.mu.of[s].at(now).count <= failuresAtOnce-1 {
		return nil
	}
	return fault.New(fault.Throttled, "ThrottlingException", "Rate exceeded: too many requests with a wrong signature or token")
}

// note counts a failure.
func (f *failures) note(s suspect, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.mu.of == nil {
		f.mu.of = map[suspect]failing{}
	}
	if _, known := f.mu.of[s]; !known && len(f.mu.of) >= maxFailing {
		f.forget(now)
	}
	one := f.mu.of[s].at(now)
	one.count++
	f.mu.of[s] = one
}

// forget makes room: for the quiet ones, or if there are none, for any one.
func (f *failures) forget(now time.Time) {
	before := len(f.mu.of)
	for s, one := range f.mu.of {
		if now.Sub(one.last) >= forgetFailing {
			delete(f.mu.of, s)
		}
	}
	if len(f.mu.of) < before {
		return
	}
	for s := range f.mu.of {
		delete(f.mu.of, s)
		return
	}
}

package eventlog

import (
	"sync/atomic"
	"time"
)

// A writeClock tells slow writes without a look at the time for each, which costs as much as three fields: it ticks in the
// background while events are written, and a write that sees it tick several times was slow. A clock that was started
// in a synctest bubble ends with it.
type writeClock struct {
	period time.Duration
	tick   atomic.Pointer[tick] // the last one; nil before the first write
	used   atomic.Bool          // since the last tick
}

type tick struct {
	n     uint64
	at    time.Time
	idle  int // ticks without a write up to this one
	stops bool
}

const (
	slowTicks = 8             // in Options.SlowWrite
	lateTicks = 2             // of them that a slow write may miss; with fewer seen, the whole process stood still
	idleTicks = 2 * slowTicks // without a write starting, after which the clock stops
)

// now returns the last tick, for a write that begins. It starts the clock if it stands.
func (c *writeClock) now() *tick {
	if !c.used.Load() {
		c.used.Store(true)
	}
	if t := c.tick.Load(); t != nil && !t.stops {
		return t
	}
	return c.start()
}

func (c *writeClock) start() *tick {
	old := c.tick.Load()
	t := &tick{at: time.Now()}
	if old != nil {
		t.n = old.n + 1
	}
	if (old == nil || old.stops) && c.tick.CompareAndSwap(old, t) {
		time.AfterFunc(c.period, c.next)
		return t
	}
	return c.tick.Load()
}

func (c *writeClock) next() {
	old := c.tick.Load()
	t := &tick{n: old.n + 1, at: time.Now()}
	if !c.used.Swap(false) {
		t.idle = old.idle + 1
	}
	t.stops = t.idle == idleTicks
	c.tick.Store(t)
	if !t.stops {
		time.AfterFunc(c.period, c.next)
	}
}

// ended looks at a write that began at one tick and ended at another. It was slow if it took as long as
// Options.SlowWrite, from the tick before it began.
func (s *sink) ended(from, to *tick) {
	if seen := to.n - from.n; int64(seen) < max(1, int64(s.opts.SlowWrite/s.clock.period)-lateTicks) {
		return
	}
	if took := time.Since(from.at); took >= s.opts.SlowWrite {
		s.stats.slowWrites.Add(1)
		s.problem(Problem{Kind: WriteSlow, Took: took})
	}
}

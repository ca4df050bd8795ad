package queries

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
)

// A pace is how fast queries may go beside those who send events, and how much they may hold together. While events come in and several
// queries have worked for long, they all together take a third of the processors: each of their goroutines rests after it has worked, in
// scans and behind them. A query alone has all processors, and so have several that are soon done, as those of a dashboard. A pace is safe
// for concurrent use.
type pace struct {
	events     table.Table
	processors int
	together   int64 // bytes that queries may hold together, and
	most       int64 // one of them

	coming struct {
		sync.Mutex
		seen time.Time // when was last looked
		last table.Sequence
		are  bool // events, at the last look
	}
	work struct {
		sync.Mutex
		left time.Duration // of processors, that queries may take without a rest
		at   time.Time     // when left was that
	}
	mu struct {
		sync.Mutex
		runners []*runner // of the queries that run, in the order in which they began
		held    int64     // bytes, by all
		less    chan struct{}
	}
}

// workShare is the part of all processors that queries take while events come in: with half, a hundred clients that ask slowed who sends
// to 0.47 to 0.59 of what it is alone (bench/README.md), as memory has to be collected too.
const workShare = 1.0 / 3

// mostWork is how much work of each processor queries may save up, and owe: what the panels of a dashboard take.
const mostWork = 500 * time.Millisecond

// lookEvery is how often it is seen whether events come in.
const lookEvery = 500 * time.Millisecond

// smallQuery is how many bytes a query may hold whatever others hold.
const smallQuery = 16 << 20

// A runner is a query that runs, as an exec.Host.
type runner struct {
	pace *pace
	held int64 // bytes; of pace.mu
}

func newPace(events table.Table, processors int, together, most int64) *pace {
	p := &pace{events: events, processors: processors, together: together, most: most}
	p.mu.less = make(chan struct{})
	return p
}

// begin counts a query that runs. It calls end when it does not any more.
func (p *pace) begin() *runner {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := &runner{pace: p}
	p.mu.runners = append(p.mu.runners, r)
	return r
}

func (r *runner) end() {
	p := r.pace
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.Index(p.mu.runners, r)
	p.mu.runners = slices.Delete(p.mu.runners, at, at+1)
	p.mu.held -= r.held
	p.tell()
}

// tell wakes those that wait for memory. The caller has the lock.
func (p *pace) tell() {
	close(p.mu.less)
	p.mu.less = make(chan struct{})
}

// Hold implements exec.Host. A query that holds much waits while all together hold so much that one more, grown to the most it may,
// would be too much. The first of those that hold much never waits, so that there is always one that gets done.
func (r *runner) Hold(ctx context.Context, bytes int64) error {
	p := r.pace
	for {
		p.mu.Lock()
		less := bytes < r.held
		p.mu.held += bytes - r.held
		r.held = bytes
		if less {
			p.tell()
		}
		mayGrow := bytes <= smallQuery || p.mu.held <= p.together-p.most || p.first() == r
		changed := p.mu.less
		p.mu.Unlock()
		if mayGrow {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// first returns the first query of those that hold much. The caller has the lock.
func (p *pace) first() *runner {
	for _, r := range p.mu.runners {
		if r.held > smallQuery {
			return r
		}
	}
	return nil
}

func (p *pace) running() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.mu.runners)
}

// Rest implements exec.Host.
func (r *runner) Rest(ctx context.Context, worked time.Duration) error {
	return r.pace.rest(ctx, worked)
}

// rest waits for as long as who has worked for queries has to rest.
func (p *pace) rest(ctx context.Context, worked time.Duration) error {
	long := p.restFor(ctx, worked, time.Now())
	if long <= 0 {
		return nil
	}
	over := time.NewTimer(long)
	defer over.Stop()
	select {
	case <-over.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// restFor returns how long one has to rest that has worked for so long. If there is a rest, all who work, one for each query and at least
// one for each processor, take workShare of the processors.
func (p *pace) restFor(ctx context.Context, worked time.Duration, now time.Time) time.Duration {
	running, spent := p.running(), p.spend(worked, now)
	if running < 2 || !spent || !p.eventsCome(ctx, now) {
		return 0
	}
	workers, places := float64(max(running, p.processors)), workShare*float64(p.processors)
	return time.Duration(float64(worked) * (workers/places - 1))
}

// spend counts work of queries, and tells whether they have taken as much as they may without a rest.
func (p *pace) spend(worked time.Duration, now time.Time) bool {
	w := &p.work
	w.Lock()
	defer w.Unlock()
	most := mostWork * time.Duration(p.processors)
	saved := most
	if !w.at.IsZero() {
		saved = time.Duration(workShare * float64(p.processors) * float64(now.Sub(w.at)))
	}
	w.left, w.at = max(min(w.left+saved, most)-worked, -most), now
	return w.left < 0
}

// eventsCome tells whether events come in.
func (p *pace) eventsCome(ctx context.Context, now time.Time) bool {
	c := &p.coming
	c.Lock()
	defer c.Unlock()
	if now.Sub(c.seen) < lookEvery {
		return c.are
	}
	bound, err := p.events.Last(ctx)
	if err != nil {
		return c.are // who works ends by itself if ctx has
	}
	c.are = !c.seen.IsZero() && bound.Last() > c.last
	c.seen, c.last = now, bound.Last()
	return c.are
}

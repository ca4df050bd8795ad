package sqlcat

import (
	"context"
	"sync"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// maxTouched is how many touched entries wait in memory: some 400 KiB, and about 50 ms of writing.
const maxTouched = 4096

// touched are the peaks that are not in the database yet. Reads raise what they found by them.
type touched struct {
	sync.Mutex
	waiting pending
	writing pending // of the transaction that is under way; empty if there is none
	moves   int     // how often something went from here, into the database or because its entry is gone
}

// pending are touches by key.
type pending struct {
	peaks   map[catalog.Key]catalog.Peaks
	inScope map[catalog.Scope]int
}

func newPending() pending {
	return pending{map[catalog.Key]catalog.Peaks{}, map[catalog.Scope]int{}}
}

func (p pending) raise(k catalog.Key, by catalog.Peaks) {
	got, known := p.peaks[k]
	if !known {
		p.inScope[k.Scope]++
	}
	got.Raise(by)
	p.peaks[k] = got
}

func (p pending) drop(k catalog.Key) {
	if _, known := p.peaks[k]; !known {
		return
	}
	delete(p.peaks, k)
	if p.inScope[k.Scope]--; p.inScope[k.Scope] == 0 {
		delete(p.inScope, k.Scope)
	}
}

func (t *touched) reset() { t.waiting, t.writing = newPending(), newPending() }

// has tells whether an entry of s waits.
func (t *touched) has(s catalog.Scope) bool {
	t.Lock()
	defer t.Unlock()
	return t.waiting.inScope[s] > 0 || t.writing.inScope[s] > 0
}

// len returns how many entries wait, those of a transaction under way not counted unless all is asked for.
func (t *touched) len(all bool) int {
	t.Lock()
	defer t.Unlock()
	if all {
		return len(t.waiting.peaks) + len(t.writing.peaks)
	}
	return len(t.waiting.peaks)
}

// raise adds what waits to an entry that was read. The caller holds the lock.
func (t *touched) raise(e *catalog.Entry) {
	e.Peaks.Raise(t.waiting.peaks[e.Key])
	e.Peaks.Raise(t.writing.peaks[e.Key])
}

// take hands everything that waits to a transaction.
func (t *touched) take() map[catalog.Key]catalog.Peaks {
	t.Lock()
	defer t.Unlock()
	t.writing, t.waiting = t.waiting, newPending()
	return t.writing.peaks
}

// done ends a transaction that took touches (or none), and deleted entries. What could not be written waits again.
func (t *touched) done(committed bool, deleted []catalog.Key) {
	t.Lock()
	defer t.Unlock()
	if !committed {
		for k, by := range t.writing.peaks {
			t.waiting.raise(k, by)
		}
	}
	for _, k := range deleted {
		t.waiting.drop(k)
	}
	t.writing = newPending()
	t.moves++
}

// Touch implements catalog.Catalog. When maxTouched entries wait, it writes them first; else that is for Run, Flush and
// Close. If it cannot, nothing was touched.
func (c *Catalog) Touch(ctx context.Context, touches ...catalog.Touch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, t := range touches {
		if err := t.Check(); err != nil {
			return err
		}
	}
	if c.touched.len(false) >= maxTouched {
		if err := c.Flush(ctx); err != nil {
			return err
		}
	}
	c.touched.Lock()
	defer c.touched.Unlock()
	for _, t := range touches {
		c.touched.waiting.raise(t.Key, t.Peaks)
	}
	return nil
}

// Flush makes every touch before it durable.
func (c *Catalog) Flush(ctx context.Context) error {
	if c.touched.len(true) == 0 {
		return nil
	}
	return c.submit(ctx, &request{flush: true})
}

// raiseRows writes touches. Those of entries that are not there are dropped.
func (t *tx) raiseRows(all map[catalog.Key]catalog.Peaks) error {
	for k, by := range all {
		e, found, err := one(t.ctx, t.stmts, k)
		if err != nil {
			return err
		}
		before := e.Peaks
		if e.Peaks.Raise(by); !found || e.Peaks == before {
			continue
		}
		if err := t.exec(raiseRow, raiseArgs(e)...); err != nil {
			return err
		}
	}
	return nil
}

// fresh calls read, then overlay with the touches locked, in such a way that overlay sees every touch that read did not,
// and none of an entry that was made anew in between: it reads again if touches moved meanwhile, and in the end lets
// nobody write.
func (c *Catalog) fresh(ctx context.Context, read func() error, overlay func(*touched)) error {
	for try := range 4 {
		if try == 3 {
			if err := c.takeTurn(ctx); err != nil {
				return err
			}
			defer c.endTurn()
		}
		c.touched.Lock()
		before := c.touched.moves
		c.touched.Unlock()
		if err := read(); err != nil {
			return err
		}
		c.touched.Lock()
		same := before == c.touched.moves
		if same {
			overlay(&c.touched)
		}
		c.touched.Unlock()
		if same {
			return nil
		}
	}
	panic("BUG: touches moved though nobody could write")
}

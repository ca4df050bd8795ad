package sqlcat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// Write implements catalog.Catalog.
func (c *Catalog) Write(ctx context.Context, changes ...catalog.Change) (catalog.Version, error) {
	if err := catalog.CheckChanges(changes); err != nil {
		return 0, err
	}
	if c.opts.Headroom.Low() && adds(changes) {
		return 0, unavailable(fmt.Errorf("catalog %s: write: %w", c.path, errNoRoom))
	}
	r := &request{changes: changes}
	if err := c.submit(ctx, r); err != nil {
		return 0, err
	}
	return r.version, nil
}

// errNoRoom is why nothing new is made while the disk is nearly full: what is left is for what makes room.
var errNoRoom = errors.New("the disk is nearly full")

// adds tells whether changes only make the catalog larger: they make an entry and delete none.
func adds(changes []catalog.Change) bool {
	makes := func(c catalog.Change) bool { return c.Action == catalog.ActionPut && c.Expect == catalog.Absent }
	deletes := func(c catalog.Change) bool { return c.Action == catalog.ActionDelete }
	return slices.ContainsFunc(changes, makes) && !slices.ContainsFunc(changes, deletes)
}

// A request is something to write. Requests that wait at the same time share a transaction, and so the wait for the disk.
type request struct {
	changes  []catalog.Change
	sequence string // to reserve a block of
	flush    bool   // write the touches that wait

	// Set by whoever writes, before done is closed.
	done    chan struct{}
	version catalog.Version
	block   block
	err     error
}

// deletes tells whether r may delete an entry.
func (r *request) deletes() bool {
	return slices.ContainsFunc(r.changes, func(c catalog.Change) bool { return c.Action == catalog.ActionDelete })
}

// submit returns when r is done, or was not begun because ctx ended. Whoever gets the turn writes for all that wait,
// until its own request is done: no goroutine is needed.
func (c *Catalog) submit(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("catalog %s: write: %w", c.path, err)
	}
	r.done = make(chan struct{})
	c.queue.Lock()
	c.queue.waiting = append(c.queue.waiting, r)
	c.queue.Unlock()
	for {
		select {
		case <-r.done:
			return r.err
		case c.turn <- struct{}{}:
			if c.waits(r) {
				c.writeBatch()
			}
			c.endTurn()
		case <-ctx.Done():
			if c.withdraw(r) {
				return fmt.Errorf("catalog %s: write: %w", c.path, context.Cause(ctx))
			}
			<-r.done // somebody has begun it; they do not wait for anything but the disk
			return r.err
		}
	}
}

// takeTurn lets nobody else write until endTurn.
func (c *Catalog) takeTurn(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Catalog) endTurn() { <-c.turn }

// waits tells whether nobody has begun r.
func (c *Catalog) waits(r *request) bool {
	c.queue.Lock()
	defer c.queue.Unlock()
	return slices.Contains(c.queue.waiting, r)
}

func (c *Catalog) withdraw(r *request) bool {
	c.queue.Lock()
	defer c.queue.Unlock()
	i := slices.Index(c.queue.waiting, r)
	if i < 0 {
		return false
	}
	c.queue.waiting = slices.Delete(c.queue.waiting, i, i+1)
	return true
}

// takeBatch takes the next requests from the queue.
func (c *Catalog) takeBatch() []*request {
	c.queue.Lock()
	defer c.queue.Unlock()
	n := planBatch(c.queue.waiting)
	batch := slices.Clone(c.queue.waiting[:n])
	c.queue.waiting = slices.Delete(c.queue.waiting, 0, n)
	return batch
}

// planBatch returns how many of waiting go in one transaction: as many as have catalog.MaxChanges changes together, so
// none waits much longer than for its own, and none after one that deletes. Otherwise what that one deletes could be made anew
// in the same transaction while a read still adds the touches of the old one.
func planBatch(waiting []*request) int {
	changes := 0
	for i, r := range waiting {
		changes += len(r.changes)
		if i > 0 && changes > catalog.MaxChanges {
			return i
		}
		if r.deletes() {
			return i + 1
		}
	}
	return len(waiting)
}

// writeBatch writes the next requests of the queue and tells each how it went. The caller has the turn.
func (c *Catalog) writeBatch() {
	batch := c.takeBatch()
	err := c.writable()
	if err == nil {
		err = c.commit(batch)
		for c.dialect.classify(err) == full && c.opts.Headroom.Release(0) {
			err = c.commit(batch)
		}
	}
	for _, r := range batch {
		if err != nil {
			r.err = err
		}
		close(r.done)
	}
}

// commit does batch in one transaction. An error is everybody's; r.err is r's own.
func (c *Catalog) commit(batch []*request) error {
	// What is begun for several is not ended by one who leaves.
	t := &tx{ctx: context.Background(), stmts: &c.writes}
	err := t.exec(c.dialect.begin)
	if err == nil {
		err = t.run(c, batch)
	}
	if err == nil {
		err = t.exec("COMMIT")
	}
	if err != nil {
		rollback(t.ctx, c.conn)
	}
	c.touched.done(err == nil, t.deleted)
	return c.failed("write", true, err)
}

// A tx is a transaction under way.
type tx struct {
	ctx     context.Context
	stmts   *statements
	version catalog.Version // the last that was given
	deleted []catalog.Key
}

func (t *tx) exec(text string, args ...any) error {
	stmt, err := t.stmts.get(t.ctx, text)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(t.ctx, args...)
	return err
}

// run does what batch asks for. A request that does not find what it expects changes nothing.
func (t *tx) run(c *Catalog, batch []*request) error {
	if slices.ContainsFunc(batch, func(r *request) bool { return r.flush }) {
		if err := t.raiseRows(c.touched.take()); err != nil {
			return err
		}
	}
	last, err := t.last(versionSequence)
	if err != nil {
		return err
	}
	t.version = catalog.Version(last)
	for _, r := range batch {
		if err := t.do(r); err != nil {
			return err
		}
	}
	if int64(t.version) == last {
		return nil
	}
	return t.setLast(versionSequence, int64(t.version))
}

func (t *tx) do(r *request) (err error) {
	if r.sequence != "" {
		r.block, err = t.reserve(r.sequence)
		return err
	}
	if len(r.changes) == 0 {
		return nil
	}
	before := make([]catalog.Entry, len(r.changes))
	for i, change := range r.changes {
		if before[i], _, err = one(t.ctx, t.stmts, change.Entry.Key); err != nil {
			return err
		}
		if r.err = change.Meets(before[i].Version); r.err != nil {
			return nil
		}
	}
	t.version++
	r.version = t.version
	for i, change := range r.changes {
		if err := t.change(change, before[i]); err != nil {
			return err
		}
	}
	return nil
}

// change does one change. Before is the entry as it is, of version Absent if there is none.
func (t *tx) change(change catalog.Change, before catalog.Entry) error {
	e := change.Entry
	switch change.Action {
	case catalog.ActionPut:
		e.Version = t.version
		e.Peaks.Raise(before.Peaks)
		if before.Version == catalog.Absent {
			return t.exec(insertRow, rowArgs(e)...)
		}
		return t.exec(updateRow, rowArgs(e)...)
	case catalog.ActionDelete:
		t.deleted = append(t.deleted, e.Key)
		if before.Version == catalog.Absent {
			return nil
		}
		return t.exec(deleteRow, keyArgs(e.Key)...)
	case catalog.ActionRequire:
	}
	return nil
}

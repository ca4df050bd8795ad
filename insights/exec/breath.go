package exec

import (
	"context"
	"time"

	"github.com/groundwatch/groundwatch/column"
)

// A Host is who runs several queries at once, and wants a say in how much each takes. Its methods are safe for concurrent use.
type Host interface {
	// Rest is called by each goroutine of a query between stretches of work, a few milliseconds apart, with how long the last one took.
	// It may wait.
	Rest(ctx context.Context, worked time.Duration) error
	// Hold is called between batches with how many bytes the query holds. It may wait until others hold less.
	Hold(ctx context.Context, bytes int64) error
}

// breathEvery is for how long a goroutine works before it looks whether it may go on, and breathRows after how many steps of a loop it looks
// at the clock: so many take much less.
const (
	breathEvery = 2 * time.Millisecond
	breathRows  = 512
)

// A breath is what a goroutine draws between stretches of work, in every loop that may be long: there it ends with its context, and rests
// as its Host wants. What a loop leaves unfinished nobody sees, as run.err says so to who called it. A nil breath never ends.
type breath struct {
	run   *run
	since time.Time
	left  int // steps until the next look
	over  bool
}

// breath returns one for a goroutine that begins to work.
func (run *run) breath() *breath {
	return &breath{run: run, since: time.Now(), left: breathRows}
}

// err returns why the query is to end; nil if it is not.
func (run *run) err() error {
	if run.ctx.Err() == nil {
		return nil
	}
	return context.Cause(run.ctx)
}

// step counts n steps of a loop, and reports whether it may go on.
func (b *breath) step(n int) bool {
	if b == nil {
		return true
	}
	if b.left -= n; b.left > 0 {
		return !b.over
	}
	b.left = breathRows
	return b.draw()
}

// draw looks whether the goroutine may go on.
func (b *breath) draw() bool {
	if b == nil {
		return true
	}
	host := b.run.opts.Host
	if b.over = b.run.ctx.Err() != nil; b.over || host == nil {
		return !b.over
	}
	if worked := time.Since(b.since); worked >= breathEvery {
		b.over = host.Rest(b.run.ctx, worked) != nil
		b.since = time.Now()
	}
	return !b.over
}

// ended tells whether the goroutine is to stop.
func (b *breath) ended() bool { return b != nil && b.over }

// hold waits until the query may hold more than it does.
func (b *breath) hold() error {
	host := b.run.opts.Host
	if host == nil {
		return nil
	}
	begun := time.Now()
	err := host.Hold(b.run.ctx, b.run.memory.used.Load())
	b.since = b.since.Add(time.Since(begun)) // that was no work
	return err
}

// column builds a column of n values.
func (b *breath) column(n int, value func(i int) column.Value) *column.Column {
	var c column.Builder
	for i := range n {
		if !b.step(1) {
			return &column.Column{Kind: column.Null, Len: n}
		}
		c.Value(value(i))
	}
	return c.Column()
}

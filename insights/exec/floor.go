package exec

import (
	"context"
	"sync"
)

// A floor is where workers are while they work, each on a few rows. Who wants to see what they have done clears it: they leave when they
// are done with these rows, and come back when it is open again. The zero value is open and empty.
type floor struct {
	mu      sync.Mutex
	workers int
	cleared bool          // or about to be: nobody comes in
	changed chan struct{} // closed at the next change; nil while nobody waits for it
}

// enter lets a worker in. The error is the context's.
func (f *floor) enter(ctx context.Context) error {
	return f.wait(ctx, func() bool {
		if !f.cleared {
			f.workers++
		}
		return !f.cleared
	})
}

func (f *floor) leave() { f.change(func() { f.workers-- }) }

// clear returns when nobody is left and nobody comes in any more, until open is called. The error is the context's; then all goes on.
func (f *floor) clear(ctx context.Context) error {
	err := f.wait(ctx, func() bool {
		was := f.cleared
		f.cleared = true
		return !was
	})
	if err != nil {
		return err
	}
	if err := f.wait(ctx, func() bool { return f.workers == 0 }); err != nil {
		f.open()
		return err
	}
	return nil
}

func (f *floor) open() { f.change(func() { f.cleared = false }) }

// wait returns when done does something, or ctx ends.
func (f *floor) wait(ctx context.Context, done func() bool) error {
	for {
		f.mu.Lock()
		if done() {
			f.mu.Unlock()
			return nil
		}
		if f.changed == nil {
			f.changed = make(chan struct{})
		}
		changed := f.changed
		f.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (f *floor) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	if f.changed != nil {
		close(f.changed)
		f.changed = nil
	}
}

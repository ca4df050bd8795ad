package embedded

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Run writes logs, flushes and merges until ctx ends. Then it refuses appends, waits for those on their way, writes what is in
// memory to parts, gives the folder up, and returns why ctx ended, with what went wrong while closing. It runs once.
func (e *Engine) Run(ctx context.Context) error {
	logs, stopLogs := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLogs()
	var writing, working sync.WaitGroup
	var logErr, manifestErr error
	writing.Go(func() { logErr = e.log.Run(logs) })
	writing.Go(func() { manifestErr = e.manifest.Run(logs) })
	close(e.running)
	working.Go(func() { e.flushLoop(ctx) })
	working.Go(func() { e.mergeLoop(ctx) })
	working.Wait()
	err := e.close(context.WithoutCancel(ctx))
	stopLogs()
	writing.Wait()
	return errors.Join(context.Cause(ctx), err, unlessEnded(logErr), unlessEnded(manifestErr), e.unlock())
}

// unlessEnded returns what a log's Run says beside that its context ended.
func unlessEnded(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // it is Run's own list
		var rest []error
		for _, one := range joined.Unwrap() {
			if !errors.Is(one, context.Canceled) {
				rest = append(rest, one)
			}
		}
		return errors.Join(rest...)
	}
	return err
}

// close writes what is in memory and gives up all files.
func (e *Engine) close(ctx context.Context) error {
	e.mu.Lock()
	e.mu.closing = true
	close(e.mu.room)
	e.mu.room = make(chan struct{})
	e.mu.Unlock()
	var errs []error
	for range 2 { // what an earlier flush could not write, then the rest
		if err := e.flush(ctx); err != nil {
			errs = append(errs, fmt.Errorf("flush: %w", err)) // the log has the rows
		}
	}
	errs = append(errs, e.sweep())
	e.mu.Lock()
	parts := make([]*livePart, 0, len(e.mu.live))
	for _, p := range e.mu.live {
		if p.refs == 0 {
			parts = append(parts, p)
		}
	}
	e.mu.Unlock()
	for _, p := range parts {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// flushLoop writes rows to parts when they are old or many.
func (e *Engine) flushLoop(ctx context.Context) {
	var due <-chan time.Time // nil while there is nothing to flush
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
			if due == nil {
				due = time.After(e.opts.FlushEvery)
			}
			if !e.full() {
				continue
			}
		case <-due:
		}
		due = nil
		if err := e.flush(ctx); err != nil && ctx.Err() == nil {
			e.opts.Hooks.Failed("flush", err)
			due = time.After(e.opts.limits.retry)
		}
	}
}

// full tells whether there are so many rows in memory that they have to be written.
func (e *Engine) full() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mu.active.bytes >= e.opts.FlushBytes && e.mu.flushErr == nil
}

// mergeLoop removes what nobody needs, and merges parts. What did not work waits longer each time, whatever else happens: a
// merge that fails may have read and written a gigabyte. Parts without rows go meanwhile: theirs may be the room it lacks.
func (e *Engine) mergeLoop(ctx context.Context) {
	var again <-chan time.Time // nil unless something did not work
	failures := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.clean:
			if again != nil {
				_ = errors.Join(e.mergeBy(ctx, removing), e.sweep()) // the next try tells
				continue
			}
		case <-again:
		}
		again = nil
		err := errors.Join(e.sweep(), e.mergeAll(ctx), e.manifest.Trim())
		if err == nil || ctx.Err() != nil {
			failures = 0
			continue
		}
		e.opts.Hooks.Failed("merge", err)
		again = time.After(backOff(e.opts.limits.retry, failures))
		failures++
	}
}

// mostDoublings bounds how long a merge that fails waits: some four minutes.
const mostDoublings = 8

// backOff returns how long to wait after some failures before the last one.
func backOff(first time.Duration, failures int) time.Duration {
	return first << min(failures, mostDoublings)
}

// sweep removes the files of parts that nobody needs.
func (e *Engine) sweep() error {
	e.mu.Lock()
	garbage := e.mu.garbage
	e.mu.garbage = nil
	e.mu.Unlock()
	var errs []error
	for _, p := range garbage {
		errs = append(errs, p.close())
		if err := e.fs.Remove(p.path()); err != nil {
			errs = append(errs, err) // the next start removes it
		}
	}
	return errors.Join(errs...)
}

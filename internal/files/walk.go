package files

import (
	"context"
	"math/bits"
	"sync"
	"unicode/utf8"
)

// Walk reads inputs with several workers at once and calls each with blocks of their events; worker is
// a number below workers, and two calls with the same number never overlap. Blocks come in any order:
// see Block.Number. A block is valid until each returns; what it did not take is taken by Walk, so that
// lines and events are counted.
//
// What is wrong with the inputs is a Problem, never an error. Walk returns the error of each, at which
// it stops, or that of ctx. It has returned from all calls of each when it returns.
func Walk(ctx context.Context, inputs []Input, workers int, opt Options, each func(worker int, b *Block) error) error {
	return walk(ctx, inputs, workers, opt, false, each)
}

// walk is Walk; raw says that times are not looked for in messages.
func walk(ctx context.Context, inputs []Input, workers int, opt Options, raw bool, each func(worker int, b *Block) error) error {
	r := &run{inputs: inputs, opt: opt, each: each, workers: workers, raw: raw}
	r.mu.changed = sync.NewCond(&r.mu)
	r.shift = 63 - bits.Len(uint(max(len(inputs)-1, 1)))
	stop := context.AfterFunc(ctx, func() { r.stop(context.Cause(ctx)) })
	defer stop()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { r.work(w) })
	}
	wg.Wait()
	return r.err()
}

// A run is one Walk.
type run struct {
	inputs  []Input
	opt     Options
	each    func(worker int, b *Block) error
	workers int
	shift   int  // of the input's number in Block.Number
	raw     bool // no times are looked for in messages

	mu struct {
		sync.Mutex
		changed *sync.Cond // open, opening or stopped changed
		next    int        // the first input that nobody has opened
		opening int        // workers that open an input
		open    []*file    // those that several workers can read, not yet at their end
		stopped bool
		err     error
	}
	told sync.Mutex // held while the hook of problems is called
}

// stop makes all workers end. The first error stays.
func (r *run) stop(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.mu.stopped {
		r.mu.stopped, r.mu.err = true, err
	}
	r.mu.changed.Broadcast()
}

func (r *run) stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mu.stopped
}

// err returns the error that made the workers end. The hook of the context may still be setting it.
func (r *run) err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mu.err
}

// work is what a worker does: it reads inputs of its own while there are some, then helps with those
// of others.
func (r *run) work(worker int) {
	var b Block
	for {
		f := r.take()
		if f == nil {
			return
		}
		switch {
		case f.parquet != nil:
			r.groups(worker, f, &b)
		case f.records != nil:
			r.wholeFile(worker, f, &b)
		default:
			r.blocks(worker, f, &b)
		}
		r.leave(f)
	}
}

// take returns a file to read, nil when there is none and none to come.
func (r *run) take() *file {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch {
		case r.mu.stopped:
			return nil
		case r.mu.next < len(r.inputs):
			if f := r.openNext(); f != nil {
				return f
			}
		case len(r.mu.open) > 0:
			f := r.mu.open[0]
			for _, other := range r.mu.open[1:] { // the least crowded, so that all end together
				if other.users < f.users {
					f = other
				}
			}
			f.users++
			return f
		case r.mu.opening == 0:
			return nil
		default:
			r.mu.changed.Wait()
		}
	}
}

// openNext opens the next input; nil if there is nothing to read in it. It is called with mu held, and
// lets go of it meanwhile.
func (r *run) openNext() *file {
	index := r.mu.next
	r.mu.next++
	r.mu.opening++
	r.mu.Unlock()
	f, ok := openFile(index, r.inputs[index], &r.opt)
	if !ok {
		r.report(f)
	}
	r.mu.Lock()
	r.mu.opening--
	r.mu.changed.Broadcast()
	if !ok {
		return nil
	}
	f.users = 1
	if f.records == nil {
		r.mu.open = append(r.mu.open, f)
	}
	return f
}

// leave ends a worker's part in f; the last one closes it.
func (r *run) leave(f *file) {
	r.mu.Lock()
	f.users--
	last, stopped := f.users == 0, r.mu.stopped
	for i, o := range r.mu.open {
		if o == f { // at its end, or the run is over
			r.mu.open = append(r.mu.open[:i:i], r.mu.open[i+1:]...)
			break
		}
	}
	r.mu.Unlock()
	if last {
		f.finish(stopped)
		r.report(f)
	}
}

// report tells what was wrong with f.
func (r *run) report(f *file) {
	if r.opt.Progress != nil {
		r.opt.Progress.Files.Add(1)
	}
	if r.opt.Problem == nil {
		return
	}
	r.told.Lock()
	defer r.told.Unlock()
	f.tally.report(r.opt.Problem)
}

// blocks reads blocks of f until there are no more.
func (r *run) blocks(worker int, f *file, b *Block) {
	for base := int64(0); !r.stopped(); base += b.lines.ends {
		b.text.shrink(8 * r.opt.block(chunkBytes))
		*b = Block{text: b.text, times: b.times}
		if !f.cutter.next(&b.text) {
			return
		}
		r.begin(f, b)
		b.Index, b.Number = b.text.index, int64(f.index)<<r.shift|b.text.offset
		b.lines = newLines(f.border, &b.text)
		b.suspect = !utf8.Valid(b.text.data)
		if r.workers == 1 {
			b.base = base
		}
		r.give(worker, f, b)
		f.tally.done(b.text.index, b.lines.ends)
	}
}

// wholeFile reads f as one block.
func (r *run) wholeFile(worker int, f *file, b *Block) {
	*b = Block{text: text{buf: b.text.buf}, times: b.times, records: f.records}
	r.begin(f, b)
	b.Number = int64(f.index) << r.shift
	r.give(worker, f, b)
}

func (r *run) begin(f *file, b *Block) {
	b.file, b.Input, b.Format, b.raw, b.run = f, f.in, f.format, r.raw, r
	b.times.SetYear(f.opened.changed)
}

// give calls each with b and takes what it left.
func (r *run) give(worker int, f *file, b *Block) {
	err := r.each(worker, b)
	if err != nil {
		r.stop(err)
		return
	}
	for ev := (Event{}); b.next(&ev); {
	}
	if r.opt.Progress != nil {
		r.opt.Progress.Events.Add(b.events - b.counted)
	}
}

// Events reads one input and calls each with its events in order. An event is valid until each returns.
// See Walk for problems and errors.
func Events(ctx context.Context, in Input, opt Options, each func(*Event) error) error {
	var ev Event
	return Walk(ctx, []Input{in}, 1, opt, func(_ int, b *Block) error {
		for b.Next(&ev) {
			if err := each(&ev); err != nil {
				return err
			}
		}
		return nil
	})
}

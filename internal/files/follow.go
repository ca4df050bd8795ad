package files

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/groundwatch/groundwatch/internal/logtime"
)

// FollowOptions tune Follow. The zero value is right for people who watch.
type FollowOptions struct {
	Options
	// Tick says when to look for what is new; nil means every 250 ms.
	Tick <-chan time.Time
}

// followEvery is the default of FollowOptions.Tick: seldom enough to cost nothing, often enough to
// look immediate.
const followEvery = 250 * time.Millisecond

const (
	// findTicks is how many ticks pass between two looks for new files: folders are walked for it.
	findTicks = 4
	// goneTicks is how many ticks a file may have no name before it is given up: a rotation takes one
	// at most.
	goneTicks = 20
)

// Follow calls each with the events that are appended to files, as they arrive, until ctx ends or each
// returns an error; it returns that error. args are as in Find and looked up again from time to time,
// so that new files are followed from their start; those in from are followed from the Size they have
// there. A file that is renamed and replaced is read to its end before the new one, and further if args
// name it too; one that is cut is read from its start again. An event is given when its line has ended; in formats whose events may
// have several lines, when the next one starts or a tick brought nothing new. Line counts from where
// the following began.
//
// Only formats of lines, uncompressed, can be followed; other files are reported as Skipped once.
// Follow holds every file open.
func Follow(ctx context.Context, args []string, from []Input, opt FollowOptions, each func(*Event) error) error {
	tick := opt.Tick
	if tick == nil {
		ticker := time.NewTicker(followEvery)
		defer ticker.Stop()
		tick = ticker.C
	}
	f := follower{args: args, opt: &opt.Options, each: each, files: map[string]*followed{}}
	defer f.close()
	for _, in := range from {
		f.watch(in, max(in.Size, 0))
	}
	for n := 0; ; n++ {
		if n%findTicks == 0 {
			f.find()
		}
		if err := f.poll(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick:
		}
	}
}

// A follower is one Follow.
type follower struct {
	args  []string
	opt   *Options
	each  func(*Event) error
	order []*followed
	files map[string]*followed // by path
	past  []pastFile           // the newest maxPast files that lost their names to others
	told  map[string]bool      // problems of Find that were reported
}

// A pastFile was followed under a name that another file has now.
type pastFile struct {
	info   os.FileInfo
	offset int64
}

// maxPast is how many such files are known again under a new name.
const maxPast = 256

// A followed file is read as far as it goes, again and again.
type followed struct {
	in      Input
	handle  *os.File
	offset  int64  // read so far
	buf     []byte // read, and not yet given
	file    *file  // its format; nil until there is some text
	block   Block
	gone    int  // ticks without a name
	skipped bool // cannot be followed
}

func (f *follower) close() {
	for _, w := range f.order {
		w.release()
	}
}

func (w *followed) release() {
	if w.handle != nil {
		_ = w.handle.Close() // only read, so nothing can be lost
		w.handle = nil
	}
}

// find starts to follow the files that args name and that are not followed yet.
func (f *follower) find() {
	found, problems := Find(f.args)
	for _, p := range problems {
		if p.Kind != Skipped {
			f.tell(p)
		}
	}
	for _, in := range found {
		if f.files[in.Path] == nil && in.Path != Stdin {
			if offset, ok := f.from(in.Path); ok {
				f.watch(in, offset)
			}
		}
	}
}

// from returns where to start reading a file that was found: where it was left if it is known under
// an old name. ok is false while it is still followed under that.
func (f *follower) from(path string) (offset int64, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, true // told when it is opened
	}
	for _, w := range f.order {
		if w.handle == nil {
			continue
		}
		if old, err := w.handle.Stat(); err == nil && os.SameFile(info, old) {
			return 0, false
		}
	}
	for i, p := range f.past {
		// A smaller file has only got the number of one that was deleted.
		if os.SameFile(info, p.info) && info.Size() >= p.offset {
			f.past = slices.Delete(f.past, i, i+1)
			return p.offset, true
		}
	}
	return 0, true
}

// tell reports a problem of finding or opening, once.
func (f *follower) tell(p Problem) {
	if f.told == nil {
		f.told = map[string]bool{}
	}
	if text := p.String(); !f.told[text] {
		f.told[text] = true
		if f.opt.Problem != nil {
			f.opt.Problem(p)
		}
	}
}

func (f *follower) watch(in Input, offset int64) {
	if in.Path == Stdin || f.files[in.Path] != nil {
		return
	}
	w := &followed{in: in, offset: offset}
	f.files[in.Path] = w
	f.order = append(f.order, w)
}

// poll gives what is new in all files.
func (f *follower) poll(ctx context.Context) error {
	kept := f.order[:0]
	for i, w := range f.order {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := f.pollFile(w); err != nil {
			f.order = append(kept, f.order[i:]...)
			return err
		}
		if w.gone >= goneTicks {
			w.release()
			delete(f.files, w.in.Path)
			continue
		}
		kept = append(kept, w)
	}
	f.order = kept
	return nil
}

// pollFile gives what is new in one file, and in the one that took its name.
func (f *follower) pollFile(w *followed) error {
	if w.handle == nil && !f.open(w) {
		w.gone++
		return nil
	}
	named, err := os.Stat(w.in.Path)
	mine, mineErr := w.handle.Stat()
	if mineErr != nil {
		f.tell(Problem{Path: w.in.Path, Kind: Unreadable, What: cause(mineErr), Count: 1})
		w.gone = goneTicks
		return nil
	}
	w.gone++
	if err == nil {
		w.gone = 0
	}
	if mine.Size() < w.offset {
		w.offset, w.buf, w.file = 0, w.buf[:0], nil
	}
	replaced := err == nil && !os.SameFile(named, mine)
	if err := f.advance(w, mine.Size(), replaced); err != nil || !replaced {
		return err
	}
	if f.past = append(f.past, pastFile{mine, w.offset}); len(f.past) > maxPast {
		f.past = slices.Delete(f.past, 0, 1)
	}
	w.release()
	w.offset, w.buf, w.file, w.skipped = 0, w.buf[:0], nil, false
	if !f.open(w) {
		return nil
	}
	if mine, mineErr = w.handle.Stat(); mineErr != nil {
		return nil // told by the next poll
	}
	return f.advance(w, mine.Size(), false)
}

func (f *follower) open(w *followed) bool {
	handle, err := os.Open(w.in.Path)
	if err != nil {
		if !os.IsNotExist(err) {
			f.tell(Problem{Path: w.in.Path, Kind: Unreadable, What: cause(err), Count: 1})
		}
		return false
	}
	w.handle = handle
	return true
}

// advance reads on to size and gives the events that are complete; with last also one that is not, as
// nothing follows.
func (f *follower) advance(w *followed, size int64, last bool) error {
	idle := size <= w.offset
	for w.offset < size && !w.skipped {
		if w.file == nil {
			f.prepare(w)
			continue
		}
		n := int(min(size-w.offset, int64(f.opt.block(streamBytes))))
		old := len(w.buf)
		w.buf = append(w.buf, make([]byte, n)...)
		got, err := w.handle.ReadAt(w.buf[old:], w.offset)
		w.buf = w.buf[:old+got]
		w.offset += int64(got)
		if err := f.give(w, w.file.border.last(w.buf, len(w.buf)+1)); err != nil {
			return err
		}
		if len(w.buf) > f.opt.maxEvent() {
			if err := f.give(w, len(w.buf)); err != nil {
				return err
			}
		}
		if got == 0 {
			if err != nil && err != io.EOF {
				f.tell(Problem{Path: w.in.Path, Kind: Unreadable, What: cause(err), Count: 1})
			}
			break
		}
	}
	if n := len(w.buf); n > 0 && (last || idle && w.buf[n-1] == '\n') {
		return f.give(w, n)
	}
	return nil
}

// prepare finds out the format of a file from its start.
func (f *follower) prepare(w *followed) {
	sample := make([]byte, sampleBytes)
	n, err := w.handle.ReadAt(sample, 0)
	if err != nil && err != io.EOF {
		n = 0
	}
	sample = sample[:n]
	format := f.opt.Format
	if format == Auto {
		format = detect(sample, n < sampleBytes)
	}
	what, _ := sniff(sample)
	if what != plain || !format.lines() {
		w.skipped = true
		f.tell(Problem{Path: w.in.Path, Kind: Skipped, Count: 1,
			What: fmt.Sprintf("cannot be followed: %s data of format %s", what, format)})
		return
	}
	w.file = &file{in: w.in, opt: f.opt, format: format, opened: &opened{}}
	w.file.tally.path = w.in.Path
	w.file.border = border{prefix: format.prefix(), max: f.opt.maxEvent()}
	if messages, _ := w.file.sampleMessages(sample); format == NDJSON {
		w.file.timeField, w.file.timeLead = logtime.FindField(messages)
	}
	if info, err := w.handle.Stat(); err == nil {
		w.file.opened.changed = info.ModTime()
	}
	w.block = Block{file: w.file, Input: w.in, Format: format}
	if w.offset == 0 && len(sample) >= len(bom) && string(sample[:len(bom)]) == string(bom) {
		w.offset = int64(len(bom))
	}
}

// give gives the events in the first n bytes of what was read.
func (f *follower) give(w *followed, n int) error {
	if n == 0 {
		return nil
	}
	b := &w.block
	b.text.data = w.buf[:n]
	b.lines = newLines(w.file.border, &b.text)
	b.times.SetYear(w.file.opened.changed)
	for ev := (Event{}); b.Next(&ev); {
		if err := f.each(&ev); err != nil {
			return err
		}
	}
	b.base += b.lines.ends
	w.file.tally.report(f.opt.Problem)
	w.buf = w.buf[:copy(w.buf, w.buf[n:])]
	return nil
}

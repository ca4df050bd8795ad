// Package headroom keeps some room on a disk for what makes room: it tells in time that the disk is nearly full, and has a
// ballast to give back when even a deletion finds no room to be written down. Who refuses what is for the owners of the
// data to decide.
//
// The ballast is a folder of files of random bytes. It is laid in when a disk begins to be full, and given back a quarter at a
// time to who asks; so the next deletion works too. When there is room again it is laid in again.
package headroom

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// A Disk is a file system that knows how much room it has.
type Disk interface {
	vfs.FS
	Room() (vfs.Room, error)
}

// Marks. Bytes are those of a disk of at least 25 GiB; smaller ones have their share.
const (
	lowBytes     = 256 << 20 // less than this is low: a log file and a flush of 64 MiB each, twice
	lowShare     = 100       // or a hundredth of the disk, if that is less
	leastBytes   = 16 << 20  // but not less than this,
	mostShare    = 8         // unless it is an eighth of the disk
	lowNames     = 64        // so many files may yet be made: a log, its successor and a part need five
	ballastBytes = 64 << 20  // what a flush of a full memory takes at most
	ballastShare = 16        // or a sixteenth of the disk, if that is less
	ballastFiles = 16        // so that a disk without names gets some back too
	releaseFiles = ballastFiles / 4
	laidInBelow  = 16 // times the low mark: on a disk with more room than that there is no ballast
	fileShare    = 32 // of the disk is what a file may take that goes only as a whole,
	leastFile    = 1 << 20
)

// watchEvery is how often the room is looked at: as long as an append may still find a disk full that is not known to be low.
const watchEvery = 100 * time.Millisecond

// Hooks tell the owner what happened. A nil hook is skipped; none may block, nor call the Headroom.
type Hooks struct {
	Looked   func(free int64) // bytes, at each look
	Changed  func(low bool)
	Released func(files int) // of the ballast
	Failed   func(err error) // something of the ballast did not work; it is tried again
}

// A Headroom watches one disk. A nil one never is low and has nothing to give. Its methods are safe for concurrent use.
type Headroom struct {
	disk  Disk
	dir   string
	all   int64 // bytes of the disk at Open
	hooks Hooks
	low   atomic.Bool
	rest  int // looks without a try of what has failed; Run's

	mu struct {
		sync.Mutex
		files map[string]bool // of the ballast
	}
}

// Open begins to watch a disk, with the ballast in a folder of it. It returns nil if the system does not tell how
// much room there is. Run has to run for it to notice changes.
func Open(disk Disk, dir string, h Hooks) (*Headroom, error) {
	if _, err := disk.Room(); errors.Is(err, errors.ErrUnsupported) {
		return nil, nil
	}
	r := &Headroom{disk: disk, dir: dir, hooks: h.fill()}
	room, err := disk.Room()
	if err != nil {
		return nil, err
	}
	r.all = room.All
	if err := r.find(ballastSize(room)); err != nil {
		return nil, fmt.Errorf("open ballast: %w", err)
	}
	r.judge(room)
	return r, nil
}

// find takes stock of the ballast that an earlier life has left. Files of less than size bytes, which it did not finish or which a
// loss of power cut short, do not count: there is nothing to give back in them.
func (r *Headroom) find(size int64) error {
	r.mu.files = map[string]bool{}
	names, err := r.disk.List(r.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range names {
		f, err := r.disk.Open(path.Join(r.dir, name))
		if err != nil {
			continue // likewise
		}
		if n, err := f.Size(); errors.Join(err, f.Close()) == nil && n >= size {
			r.mu.files[name] = true
		}
	}
	return nil
}

// ballastSize returns how many bytes a file of the ballast has.
func ballastSize(room vfs.Room) int64 {
	return min(ballastBytes, room.All/ballastShare) / ballastFiles
}

// Fit returns how long a file should become that goes away only as a whole, such as one of a log: most bytes, or a share of a
// small disk, which such files would else fill with what nobody needs any more.
func (r *Headroom) Fit(most int64) int64 {
	if r == nil || r.all == 0 {
		return most
	}
	return min(most, max(r.all/fileShare, leastFile))
}

func (h Hooks) fill() Hooks {
	if h.Looked == nil {
		h.Looked = func(int64) {}
	}
	if h.Changed == nil {
		h.Changed = func(bool) {}
	}
	if h.Released == nil {
		h.Released = func(int) {}
	}
	if h.Failed == nil {
		h.Failed = func(error) {}
	}
	return h
}

// Low tells whether the disk is nearly full: what only adds is to be refused.
func (r *Headroom) Low() bool { return r != nil && r.low.Load() }

// Run watches the disk until ctx ends, and lays in the ballast. It returns the context's error.
func (r *Headroom) Run(ctx context.Context) error {
	if r == nil {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		r.look()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// look finds out how much room there is, and lays in a file of the ballast that is missing. What fails is tried and told of
// again after a minute.
func (r *Headroom) look() {
	r.rest--
	room, err := r.disk.Room()
	if err == nil {
		r.hooks.Looked(room.Free)
		r.judge(room)
		if r.rest <= 0 {
			err = r.layIn(room)
		}
	}
	if err != nil && r.rest <= 0 {
		r.hooks.Failed(err)
		r.rest = int(time.Minute / watchEvery)
	}
}

// lowMark returns below how many free bytes a disk is low.
func lowMark(room vfs.Room) int64 {
	return min(max(min(room.All/lowShare, lowBytes), leastBytes), room.All/mostShare)
}

// nameMark returns below how many free names a disk is low.
func nameMark(room vfs.Room) int64 { return min(lowNames, room.AllNames/mostShare) }

// judge decides whether the disk is low. One that was stays so until there is a quarter more than the mark, so that it does not
// change with every append.
func (r *Headroom) judge(room vfs.Room) {
	low, was := room.Free < lowMark(room) || room.FreeNames < nameMark(room), r.low.Load()
	if was {
		low = !ample(room)
	}
	if low != was {
		r.low.Store(low)
		r.hooks.Changed(low)
	}
}

// ample tells whether a disk that was low is no more.
func ample(room vfs.Room) bool {
	return room.Free >= lowMark(room)*5/4 && room.FreeNames >= nameMark(room)*5/4
}

// layIn makes files of the ballast, a quarter of it at most, if they are missing and the disk would not be low with them.
func (r *Headroom) layIn(room vfs.Room) error {
	size := ballastSize(room)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, made := 0, 0; i < ballastFiles && made < releaseFiles; i++ {
		name := fmt.Sprintf("%02d", i)
		if r.mu.files[name] {
			continue
		}
		if room.Free >= laidInBelow*lowMark(room) {
			return nil
		}
		room.Free, room.FreeNames = room.Free-size, max(room.FreeNames-1, 0)
		if !ample(room) {
			return nil
		}
		if err := r.make(name, size); err != nil {
			return err
		}
		made++
	}
	return nil
}

// make makes a file of the ballast, in place of one that does not count. It need not survive a loss of power. The caller holds the
// lock.
func (r *Headroom) make(name string, size int64) error {
	if err := r.disk.MkdirAll(r.dir); err != nil {
		return err
	}
	name = path.Join(r.dir, name)
	if err := r.disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := r.disk.Create(name)
	if err != nil {
		return err
	}
	noise := rand.NewChaCha8([32]byte{1}) // which no file system packs
	p := make([]byte, min(size, 1<<20))
	for size > 0 && err == nil {
		_, _ = noise.Read(p) // never fails
		n, failed := f.Write(p[:min(size, int64(len(p)))])
		size, err = size-int64(n), failed
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, r.disk.Remove(name))
	}
	r.mu.files[path.Base(name)] = true
	return nil
}

// Release gives a quarter of the ballast back, for what makes room, if more than some quarters are left: what takes much leaves
// them to what takes little. It tells whether it did.
func (r *Headroom) Release(keep int) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.mu.files) <= keep*releaseFiles {
		return false
	}
	given := 0
	for name := range r.mu.files {
		if given == releaseFiles {
			break
		}
		delete(r.mu.files, name)
		if err := r.disk.Remove(path.Join(r.dir, name)); err != nil {
			r.hooks.Failed(err)
			continue
		}
		given++
	}
	if given > 0 {
		r.hooks.Released(given)
	}
	return given > 0
}

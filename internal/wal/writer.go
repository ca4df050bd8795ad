package wal

import (
	"errors"
	"io"
	"path"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// newSuffix ends the name of a file whose header is not durable yet.
const newSuffix = ".new"

// retryEvery is how long appends fail at once after there could not be a new file. On a full disk that costs nothing;
// when there is space again, they go on after this.
const retryEvery = 100 * time.Millisecond

// A writer writes the log's newest file. It is used by one goroutine.
type writer struct {
	log    *Log
	number uint64   // of the newest file, and of each that could not be made
	next   Position // the next record's

	file   vfs.File               // nil if there is none that may be written
	name   atomic.Pointer[string] // of the file; also read by hooks
	salt   uint32
	size   int64
	marked bool // all records in the file are followed by a commit record

	failure  error // why there could be no new file; nil if there could
	failedAt time.Time
}

// store makes a batch durable: in the file there is, or else in a new one.
func (w *writer) store(b *batch) error {
	b.first = w.next
	if w.file != nil && w.size >= w.log.opts.FileBytes {
		w.leave()
	}
	if w.file == nil || w.write(b) != nil {
		err := w.rewrite(b)
		for vfs.Full(err) && w.log.opts.MakeRoom() {
			w.failure = nil
			err = w.rewrite(b)
		}
		if err != nil {
			return err
		}
	}
	w.next += Position(b.count)
	return nil
}

// rewrite writes a batch to a new file.
func (w *writer) rewrite(b *batch) error {
	if err := w.create(nil); err != nil {
		return err
	}
	err := w.write(b)
	if err != nil {
		w.abandon()
		w.failure, w.failedAt = err, w.log.opts.Now()
	}
	return err
}

// write appends a batch to the file. After an error the file is sealed.
func (w *writer) write(b *batch) error {
	p := b.finish(w.salt, !w.marked)
	n, err := w.file.Write(p)
	w.size += int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = w.file.Sync()
	}
	if err != nil {
		w.seal(err)
		return err
	}
	w.marked = false
	return nil
}

// mark writes a commit record if there is need of one: with nothing else to do, it costs nobody time. It is synced with the
// next batch; without one it is at least in the file when the process is killed.
func (w *writer) mark() {
	if w.file == nil || w.marked {
		return
	}
	b := newBatch(nil)
	b.first = w.next
	b.mark(w.salt)
	n, err := w.file.Write(b.buf)
	w.size += int64(n)
	if err != nil {
		w.seal(err)
		return
	}
	w.marked = true
}

// abandon removes a file in which nothing could be written, lest a full disk fills with them. It is in nobody's way if it
// stays: the next file begins with the same record.
func (w *writer) abandon() {
	l := w.log
	l.fs.Remove(path.Join(l.dir, w.fileName()))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.files = l.mu.files[:len(l.mu.files)-1]
}

// fileName returns the name of the newest file, "" if there is none.
func (w *writer) fileName() string {
	if name := w.name.Load(); name != nil {
		return *name
	}
	return ""
}

// seal gives up a file that could not be written.
func (w *writer) seal(err error) {
	w.log.opts.Hooks.Sealed(w.fileName(), err)
	w.leave()
}

// leave closes the file. An error has nothing to say: what counts was synced.
func (w *writer) leave() {
	w.file.Close()
	w.file = nil
}

// close ends the file.
func (w *writer) close() error {
	w.mark()
	if w.file == nil {
		return nil
	}
	err := errors.Join(w.file.Sync(), w.file.Close())
	w.file = nil
	return err
}

// create begins a new file, with the records of carry if it is not nil. When the file gets its name all of this is durable:
// a header without the records would say that those in the file before do not count.
func (w *writer) create(carry *batch) error {
	now := w.log.opts.Now()
	if w.failure != nil && now.Sub(w.failedAt) < retryEvery {
		return w.failure
	}
	w.failure = w.begin(carry)
	w.failedAt = now
	return w.failure
}

func (w *writer) begin(carry *batch) error {
	w.number++
	salt := max(w.log.opts.Salt(), 1)
	h := header{version: Format, salt: salt, number: w.number, first: w.next}
	text := h.append(nil)
	if carry != nil {
		carry.first = w.next
		text = append(text, carry.finish(salt, false)...)
	}
	name := fileName(h.number, salt)
	file, err := w.place(path.Join(w.log.dir, name), text)
	if err != nil {
		return err
	}
	w.file, w.salt, w.size, w.marked = file, salt, int64(len(text)), carry == nil
	w.name.Store(&name)
	if carry != nil {
		w.next += Position(carry.count)
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	w.log.mu.files = append(w.log.mu.files, &logFile{name: name, number: h.number, salt: salt, first: h.first, size: w.size})
	return nil
}

// place makes a file of text that is durable under its name, and returns it open.
func (w *writer) place(name string, text []byte) (file vfs.File, err error) {
	fs := w.log.fs
	file, err = fs.Create(name + newSuffix)
	if err != nil {
		return nil, err
	}
	n, err := file.Write(text)
	if err == nil && n < len(text) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = fs.Rename(name+newSuffix, name)
	}
	if err == nil {
		err = fs.SyncDir(w.log.dir)
	}
	if err == nil {
		return file, nil
	}
	file.Close()
	fs.Remove(name + newSuffix) // what stays is in nobody's way: Open removes the one,
	fs.Remove(name)             // and the other has no record that another file has not
	return nil, err
}

package wal

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// quarantine is the folder, in the log's, for damaged files.
const quarantine = "quarantine"

// Open opens the log in dir, which it makes if it is missing. It reads the last file and the headers of the others.
//
// What the last file has behind its last whole record, a power loss left there: it was never acknowledged, and is
// dropped. Whole records that nobody may have acknowledged are kept, and made durable. A file with no readable
// record goes to quarantine. Open fails if the disk does, or if a newer program wrote the log.
func Open(fs vfs.FS, dir string, o Options) (*Log, error) {
	l := &Log{fs: fs, dir: dir, opts: o.fill(), wake: make(chan struct{}, 1)}
	l.w = &writer{log: l}
	l.mu.pending, l.mu.room = newBatch(nil), make(chan struct{})
	if err := l.recover(); err != nil {
		return nil, fmt.Errorf("open log %s: %w", dir, err)
	}
	return l, nil
}

// recover finds out what is in the log.
func (l *Log) recover() error {
	if err := l.fs.MkdirAll(l.dir); err != nil {
		return err
	}
	files, unborn, err := list(l.fs, l.dir)
	if err != nil {
		return err
	}
	for _, name := range unborn {
		l.fs.Remove(path.Join(l.dir, name)) // it is in nobody's way if it stays
	}
	var skip Position // more than a file that nobody can read may have had
	for _, f := range files {
		l.w.number = max(l.w.number, f.number)
		sort, err := l.examine(f)
		if err != nil {
			return err
		}
		if sort == hopeless {
			skip += Position(f.size/recordBytes) + 1
			continue
		}
		l.found, skip = append(l.found, f), 0
	}
	return l.recoverTail(skip)
}

// examine looks at a file, and puts it out of the way if nothing in it can be read.
func (l *Log) examine(f *logFile) (state, error) {
	var sort state
	err := f.scan(l.fs, l.dir, func(s *scanner) (err error) {
		sort, err = f.look(s)
		return err
	})
	if err == nil && sort == hopeless {
		l.opts.Hooks.Damaged(Damage{File: f.name, Err: f.damaged})
		err = l.setAside(f)
	}
	return sort, err
}

// recoverTail finds the log's end, and makes sure of what may not have been synced.
func (l *Log) recoverTail(skip Position) error {
	l.end = 1
	if n := len(l.found); n > 0 {
		last := l.found[n-1]
		err := last.scan(l.fs, l.dir, func(s *scanner) error {
			t, err := readTail(s, last.first)
			l.end = t.end
			if err != nil || t.doubtful == 0 {
				return err
			}
			return l.secure(last, s, t)
		})
		if err != nil {
			return err
		}
	}
	l.synced.Store(uint64(l.end - 1))
	l.w.next = max(l.end+skip, l.opts.After+1, l.opts.Reached+1)
	l.mu.files = append(slices.Clone(l.found), l.mu.files...)
	l.found = slices.Clone(l.mu.files)
	return nil
}

// A tail is the end of the last file.
type tail struct {
	end      Position // one more than the last record that counts
	synced   int64    // in the file, the end of the last commit record
	doubtful int      // how many whole records follow it
}

// readTail reads the last file, whose first record is first. Records behind damage count only if a commit record follows:
// else they are what is left of a batch that was cut short.
func readTail(s *scanner, first Position) (tail, error) {
	t := tail{end: first, synced: s.at}
	broken := false // since the last commit record
	for {
		rec, err := s.next()
		switch {
		case errors.Is(err, errRecord):
			broken = true
			err = s.seek()
		case err == nil && rec.Kind == commitKind && rec.Position >= t.end:
			t, broken = tail{end: rec.Position, synced: s.at}, false
		case err == nil && rec.Kind != commitKind && !broken && rec.Position == t.end:
			t.end++
			t.doubtful++
		}
		if err != nil {
			return t, ignoreEnd(err)
		}
	}
}

// secure writes doubtful records to a new file. To sync the old one is the second choice: if a sync failed before,
// the system may have forgotten that there is something to write.
func (l *Log) secure(last *logFile, s *scanner, t tail) error {
	carry := newBatch(nil)
	l.w.next = t.end - Position(t.doubtful)
	s.at = t.synced
	for carry.count < t.doubtful {
		rec, err := s.next()
		if err != nil {
			return err
		}
		if rec.Kind != commitKind && rec.Position == l.w.next+Position(carry.count) {
			carry.add(rec.Kind, rec.Payload)
		}
	}
	if err := l.w.create(carry); err != nil {
		return last.sync(l.fs, l.dir)
	}
	return nil
}

// ignoreEnd returns err unless it is io.EOF.
func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

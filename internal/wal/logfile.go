package wal

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// A logFile is one file of a log.
type logFile struct {
	name    string // in the log's folder
	number  uint64
	salt    uint32
	size    int64    // when Open found it
	first   Position // of its records
	damaged error    // why it goes to quarantine instead of away; only Open and Replay set it
}

// A state is what a look at the start of a file told.
type state int

const (
	good     state = iota
	headless       // the header is damaged, but there are records
	hopeless       // nothing in it can be read
)

// list returns the log's files by number, oldest first, and the names of files that were never finished. What else is
// in the folder is not ours.
func list(fs vfs.FS, dir string) (files []*logFile, unborn []string, err error) {
	names, err := fs.List(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		if number, salt, ok := parseName(name); ok {
			files = append(files, &logFile{name: name, number: number, salt: salt})
		} else if _, _, ok := parseName(strings.TrimSuffix(name, newSuffix)); ok {
			unborn = append(unborn, name)
		}
	}
	slices.SortStableFunc(files, func(a, b *logFile) int { return cmp.Compare(a.number, b.number) })
	return files, unborn, nil
}

// scan opens f and calls use with a scanner at the first record.
func (f *logFile) scan(fs vfs.FS, dir string, use func(*scanner) error) error {
	file, err := fs.Open(path.Join(dir, f.name))
	if err != nil {
		return err
	}
	f.size, err = file.Size()
	if err == nil {
		err = use(&scanner{file: file, name: f.name, size: f.size, salt: f.salt, at: headerBytes})
	}
	return errors.Join(err, file.Close())
}

// look reads a file's header and sets f.first. It fails if the disk does, or if a newer program wrote the file.
func (f *logFile) look(s *scanner) (state, error) {
	p := make([]byte, min(headerBytes, s.size))
	if n, err := s.file.ReadAt(p, 0); n < len(p) {
		return 0, fmt.Errorf("log file %s: read header: %w", f.name, err)
	}
	h, err := parseHeader(p)
	switch {
	case err == nil && h.number == f.number && h.salt == f.salt:
		f.first = h.first
		return good, nil
	case err == nil:
		err = errHeader // of another file: somebody renamed it
	case !errors.Is(err, errHeader):
		return 0, fmt.Errorf("log file %s: %w", f.name, err)
	}
	f.damaged = err
	rec, err := s.next()
	if errors.Is(err, errRecord) {
		if err = s.seek(); err == nil {
			rec, err = s.next()
		}
	}
	if rec.size == 0 { // the file ends, or the disk fails
		return hopeless, ignoreEnd(err)
	}
	f.first = rec.Position
	return headless, nil
}

// sync makes what is in the file durable.
func (f *logFile) sync(fs vfs.FS, dir string) error {
	file, err := fs.Open(path.Join(dir, f.name))
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

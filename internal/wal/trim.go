package wal

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// Trim removes files that have no record after upTo; the newest file always stays, so that positions go on. Files that
// are damaged go to quarantine. What was removed stays removed: each is durable before the next goes, oldest first.
func (l *Log) Trim(upTo Position) error {
	l.trim.Lock()
	defer l.trim.Unlock()
	for {
		f := l.oldest(upTo)
		if f == nil {
			return nil
		}
		if err := l.remove(f); err != nil {
			return fmt.Errorf("trim log %s: %w", l.dir, err)
		}
		l.mu.Lock()
		l.mu.files = l.mu.files[1:]
		l.mu.Unlock()
	}
}

// oldest returns the oldest file if it has no record after upTo, else nil.
func (l *Log) oldest(upTo Position) *logFile {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.mu.files) < 2 || l.mu.files[1].first > upTo+1 {
		return nil
	}
	return l.mu.files[0]
}

func (l *Log) remove(f *logFile) error {
	if f.damaged != nil {
		return l.setAside(f)
	}
	err := l.fs.Remove(path.Join(l.dir, f.name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // a Trim before may have got this far
		return err
	}
	return l.fs.SyncDir(l.dir)
}

// setAside moves a file to quarantine.
func (l *Log) setAside(f *logFile) error {
	to := path.Join(l.dir, quarantine)
	if err := l.fs.MkdirAll(to); err != nil {
		return err
	}
	err := l.fs.Rename(path.Join(l.dir, f.name), path.Join(to, f.name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := l.fs.SyncDir(to); err != nil {
		return err
	}
	l.opts.Hooks.Quarantined(f.name)
	return l.fs.SyncDir(l.dir)
}

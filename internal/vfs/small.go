package vfs

import (
	"io/fs"
	"sync"
	"syscall"
)

// A Small passes operations to another FS, which it lets have only so many bytes and files.
type Small struct {
	FS

	mu struct {
		sync.Mutex
		room Room
	}
}

// NewSmall returns an FS over fs, which is empty, with room for bytes and names. Folders take none.
func NewSmall(fs FS, bytes, names int64) *Small {
	s := &Small{FS: fs}
	s.mu.room = Room{Free: bytes, All: bytes, FreeNames: names, AllNames: names}
	return s
}

// Room returns what is left.
func (s *Small) Room() (Room, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.room, nil
}

// Take takes bytes away, as somebody else does who writes to the same disk; a negative number gives them back.
func (s *Small) Take(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.room.Free -= bytes
}

// Create implements [FS].
func (s *Small) Create(name string) (File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.room.FreeNames < 1 {
		return nil, &fs.PathError{Op: "create", Path: name, Err: syscall.ENOSPC}
	}
	f, err := s.FS.Create(name)
	if err != nil {
		return nil, err
	}
	s.mu.room.FreeNames--
	return &smallFile{f, s, name}, nil
}

// Open implements [FS].
func (s *Small) Open(name string) (File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return &smallFile{f, s, name}, nil
}

// Rename implements [FS].
func (s *Small) Rename(old, new string) error {
	return s.give(new, func() error { return s.FS.Rename(old, new) })
}

// Remove implements [FS].
func (s *Small) Remove(name string) error {
	return s.give(name, func() error { return s.FS.Remove(name) })
}

// give does what takes a name from its file, and gives back the room of that, if there is one.
func (s *Small) give(name string, act func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, names := int64(0), int64(0)
	if f, err := s.FS.Open(name); err == nil {
		size, err = f.Size()
		if err != nil {
			return err
		}
		names = 1
		if err := f.Close(); err != nil {
			return err
		}
	}
	if err := act(); err != nil {
		return err
	}
	s.mu.room.Free += size
	s.mu.room.FreeNames += names
	return nil
}

// A smallFile is an open file of a Small.
type smallFile struct {
	File
	small *Small
	name  string
}

func (f *smallFile) Write(p []byte) (int, error) {
	f.small.mu.Lock()
	defer f.small.mu.Unlock()
	room := &f.small.mu.room
	fits := min(int64(len(p)), max(room.Free, 0))
	n, err := f.File.Write(p[:fits])
	room.Free -= int64(n)
	if err == nil && n < len(p) {
		err = &fs.PathError{Op: "write", Path: f.name, Err: syscall.ENOSPC}
	}
	return n, err
}

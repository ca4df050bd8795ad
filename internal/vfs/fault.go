package vfs

import (
	"errors"
	"io/fs"
	"sync/atomic"
	"syscall"
)

// ErrShort makes a Write of a [Fault] write one half and fail as on a full disk; any other operation fails with ENOSPC.
var ErrShort = errors.New("short write")

// An Op is one operation on a file system or an open file.
type Op struct {
	N    int    // 1 is the first
	Verb string // open, create, rename, remove, list, mkdir, syncdir, read, write, close, sync, size, truncate
	Name string
}

// A Fault passes operations to another FS, and fails those it is told to.
type Fault struct {
	fs     FS
	inject func(Op) error
	n      atomic.Int64
}

// NewFault returns an FS over fs. It calls inject before each operation; if that returns an error the operation fails
// with it and has no effect, except that a failed Close closes, and that a failed Sync loses for good what it should have
// made durable, if fs is a Crash. An inject that waits makes a slow disk. It is called by many goroutines at once.
func NewFault(fs FS, inject func(Op) error) *Fault {
	return &Fault{fs: fs, inject: inject}
}

// FailAt fails the k-th operation.
func FailAt(k int, err error) func(Op) error {
	return func(op Op) error {
		if op.N == k {
			return err
		}
		return nil
	}
}

// FailFrom fails the k-th operation and all after it.
func FailFrom(k int, err error) func(Op) error {
	return func(op Op) error {
		if op.N >= k {
			return err
		}
		return nil
	}
}

// Ops returns how many operations there were.
func (f *Fault) Ops() int { return int(f.n.Load()) }

// ask counts an operation and returns the error it has to fail with.
func (f *Fault) ask(verb, name string) error {
	err := f.inject(Op{int(f.n.Add(1)), verb, name})
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrShort) {
		err = syscall.ENOSPC
	}
	return &fs.PathError{Op: verb, Path: name, Err: err}
}

// Open implements [FS].
func (f *Fault) Open(name string) (File, error) {
	if err := f.ask("open", name); err != nil {
		return nil, err
	}
	file, err := f.fs.Open(name)
	if err != nil {
		return nil, err
	}
	return &faultFile{file, f, name}, nil
}

// Create implements [FS].
func (f *Fault) Create(name string) (File, error) {
	if err := f.ask("create", name); err != nil {
		return nil, err
	}
	file, err := f.fs.Create(name)
	if err != nil {
		return nil, err
	}
	return &faultFile{file, f, name}, nil
}

// Rename implements [FS].
func (f *Fault) Rename(old, new string) error {
	if err := f.ask("rename", old); err != nil {
		return err
	}
	return f.fs.Rename(old, new)
}

// Remove implements [FS].
func (f *Fault) Remove(name string) error {
	if err := f.ask("remove", name); err != nil {
		return err
	}
	return f.fs.Remove(name)
}

// List implements [FS].
func (f *Fault) List(dir string) ([]string, error) {
	if err := f.ask("list", dir); err != nil {
		return nil, err
	}
	return f.fs.List(dir)
}

// MkdirAll implements [FS].
func (f *Fault) MkdirAll(dir string) error {
	if err := f.ask("mkdir", dir); err != nil {
		return err
	}
	return f.fs.MkdirAll(dir)
}

// SyncDir implements [FS].
func (f *Fault) SyncDir(dir string) error {
	if err := f.ask("syncdir", dir); err != nil {
		return err
	}
	return f.fs.SyncDir(dir)
}

// A faultFile is an open file of a Fault.
type faultFile struct {
	file  File
	fault *Fault
	name  string
}

func (f *faultFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.fault.ask("read", f.name); err != nil {
		return 0, err
	}
	return f.file.ReadAt(p, off)
}

func (f *faultFile) Write(p []byte) (int, error) {
	err := f.fault.inject(Op{int(f.fault.n.Add(1)), "write", f.name})
	switch {
	case err == nil:
		return f.file.Write(p)
	case errors.Is(err, ErrShort):
		n, failed := f.file.Write(p[:len(p)/2])
		return n, &fs.PathError{Op: "write", Path: f.name, Err: errors.Join(syscall.ENOSPC, failed)}
	}
	return 0, &fs.PathError{Op: "write", Path: f.name, Err: err}
}

func (f *faultFile) Close() error {
	return errors.Join(f.fault.ask("close", f.name), f.file.Close())
}

func (f *faultFile) Sync() error {
	if err := f.fault.ask("sync", f.name); err != nil {
		if loser, ok := f.file.(interface{ failSync() }); ok {
			loser.failSync()
		}
		return err
	}
	return f.file.Sync()
}

func (f *faultFile) Size() (int64, error) {
	if err := f.fault.ask("size", f.name); err != nil {
		return 0, err
	}
	return f.file.Size()
}

func (f *faultFile) Truncate(size int64) error {
	if err := f.fault.ask("truncate", f.name); err != nil {
		return err
	}
	return f.file.Truncate(size)
}

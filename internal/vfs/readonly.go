package vfs

import (
	"io/fs"
	"syscall"
)

// A readOnly is a file system that nothing changes.
type readOnly struct{ FS }

var errReadOnly = &fs.PathError{Op: "write", Path: "a folder that is only read", Err: syscall.EROFS}

// ReadOnly returns an FS with the files of another one that refuses to change any. What makes folders or syncs does nothing.
func ReadOnly(fs FS) FS { return readOnly{fs} }

func (readOnly) Create(string) (File, error) { return nil, errReadOnly }
func (readOnly) Rename(string, string) error { return errReadOnly }
func (readOnly) Remove(string) error         { return errReadOnly }
func (readOnly) MkdirAll(string) error       { return nil }
func (readOnly) SyncDir(string) error        { return nil }

// Open implements [FS].
func (r readOnly) Open(name string) (File, error) {
	f, err := r.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return readOnlyFile{f}, nil
}

type readOnlyFile struct{ File }

func (readOnlyFile) Write([]byte) (int, error) { return 0, errReadOnly }
func (readOnlyFile) Truncate(int64) error      { return errReadOnly }
func (readOnlyFile) Sync() error               { return nil }

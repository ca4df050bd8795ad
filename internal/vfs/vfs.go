// Package vfs is the file system as storage needs it, behind an interface so that tests can fill a disk, break it
// and cut its power. What is in the files is for others to say.
//
// Names are relative, with slashes, as fs.ValidPath has them; "." is the file system's root. Errors are what package os
// returns, or like it: errors.Is finds fs.ErrNotExist, fs.ErrExist, fs.ErrInvalid, fs.ErrClosed, syscall.ENOSPC.
package vfs

import (
	"io"
	"io/fs"
)

// An FS is a tree of files. Its methods are safe for concurrent use.
//
// Two things are durable apart from each other: a file's bytes, by its Sync, and its name, by SyncDir of the folder.
// Until then a power loss may keep either, both or neither, in any order.
type FS interface {
	// Open opens a file that exists, to read and to append. Where the system only lets it be read, writing fails.
	Open(name string) (File, error)

	// Create makes an empty file. It fails with fs.ErrExist if the name is taken: nothing is overwritten by mistake.
	Create(name string) (File, error)

	// Rename gives a file another name, in place of what had it. After a power loss the new name means the old
	// file or the renamed one, nothing between.
	Rename(old, new string) error

	// Remove removes a file, or a folder that is empty. Who has the file open can go on.
	Remove(name string) error

	// List returns the names in a folder, sorted, files and folders alike, without the folder's own name.
	List(dir string) ([]string, error)

	// MkdirAll makes a folder and those above it, as far as they are missing. They are durable when it returns.
	MkdirAll(dir string) error

	// SyncDir makes durable what was created, renamed and removed in a folder.
	SyncDir(dir string) error
}

// A File is an open file. Its methods are safe for concurrent use.
type File interface {
	// ReadAt reads as io.ReaderAt says.
	io.ReaderAt

	// Write appends to the end. After an error some of p may be in the file.
	io.Writer

	// Close gives the file up. It makes nothing durable.
	io.Closer

	// Sync makes all bytes written so far durable, and the size. After an error nobody knows which are, and a
	// later Sync that succeeds does not make up for it: systems forget what they could not write.
	Sync() error

	// Size returns the file's length in bytes.
	Size() (int64, error)

	// Truncate cuts the file to size bytes, or adds zeros up to it.
	Truncate(size int64) error
}

// checkName returns an error unless name is one that an FS takes.
func checkName(act, name string) error {
	if !fs.ValidPath(name) {
		return &fs.PathError{Op: act, Path: name, Err: fs.ErrInvalid}
	}
	return nil
}

package vfs

import (
	"errors"
	"syscall"
)

// A Room is what a file system has left for who asks, and has in all. Names are files that may be made; 0 in all where the
// system does not count them.
type Room struct {
	Free, All           int64 // bytes
	FreeNames, AllNames int64
}

// Room returns how much room the disk of the folder has. It fails with errors.ErrUnsupported where the system does not tell.
func (d *Disk) Room() (Room, error) { return roomOf(d.root.Name()) }

// Full tells whether an error says that a disk, or what its owner may have of it, is full.
func Full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

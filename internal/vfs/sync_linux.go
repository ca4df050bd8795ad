package vfs

import (
	"errors"
	"os"
	"syscall"
)

// syncData makes a file's bytes and size durable. Times are left out: fdatasync saves the write of the inode
// when the size is the same.
func syncData(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := conn.Control(func(fd uintptr) { failed = fdatasync(int(fd)) }); err != nil {
		return &os.PathError{Op: "fdatasync", Path: f.Name(), Err: os.ErrClosed} // the only reason not to call it
	}
	if failed != nil {
		return &os.PathError{Op: "fdatasync", Path: f.Name(), Err: failed}
	}
	return nil
}

// fdatasync asks again when a signal came between: then nothing was tried.
func fdatasync(fd int) error {
	for {
		if err := syscall.Fdatasync(fd); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

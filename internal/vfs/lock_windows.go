package vfs

import (
	"errors"
	"os"
	"syscall"
)

// sharingViolation is Windows' ERROR_SHARING_VIOLATION (winerror.h).
const sharingViolation = syscall.Errno(32)

// openLocked opens the file, makes it if it is missing, and lets nobody else write to it until it is closed.
func openLocked(name string) (*os.File, error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(handle), name), nil
}

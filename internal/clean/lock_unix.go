//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package clean

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// lockFile locks name, which is made if it does not exist, and removed when the lock is closed. The lock ends
// with the process at the latest.
func lockFile(name string) (io.Closer, error) {
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
			err = errLocked
		}
		named := false
		if err == nil {
			named, err = isNamed(f, name)
		}
		if named {
			return fileLock{f}, nil
		}
		// Without an error, another process held the lock when the file was opened and has removed it
		// since: nobody else would come upon this one.
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
}

// isNamed reports whether name is still that of the open file f.
func isNamed(f *os.File, name string) (bool, error) {
	mine, err := f.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(name)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(mine, named), err
}

// A fileLock is a locked file.
type fileLock struct{ *os.File }

// Close removes the file, which has to happen while it is locked, and unlocks it.
func (l fileLock) Close() error {
	err := os.Remove(l.Name())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.File.Close())
}

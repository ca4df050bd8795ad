//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package clean

import (
	"errors"
	"io"
	"os"
)

// lockFile opens name without locking it, and removes it when it is closed: systems without flock leave it to
// their users not to run two cleaners on one folder.
func lockFile(name string) (io.Closer, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	return openFile{f}, nil
}

// An openFile is removed when it is closed, in the order that Windows wants.
type openFile struct{ *os.File }

func (f openFile) Close() error { return errors.Join(f.File.Close(), os.Remove(f.Name())) }

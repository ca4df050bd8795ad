//go:build amd64 || arm64

package writebehind

import (
	"errors"
	"os"
	"syscall"
)

const supported = true

// From Linux's uapi/linux/fs.h and uapi/linux/fadvise.h.
const (
	rangeWrite     = 2         // start to write what is not being written
	rangeWriteWait = 1 | 2 | 4 // and wait for all of it
	adviceDontNeed = 4
)

// start starts to write n bytes at from to the disk.
func start(f *os.File, from, n int64) error { return syncRange(f, from, n, rangeWrite) }

// finish waits until n bytes at from are on the disk, and drops them from the cache. An error of the
// disk has to be told here: a sync after this one does not tell it again.
func finish(f *os.File, from, n int64) error {
	if err := syncRange(f, from, n, rangeWriteWait); err != nil {
		return err
	}
	_, _, errno := syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), uintptr(from), uintptr(n), adviceDontNeed, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

func syncRange(f *os.File, from, n int64, flags int) error {
	for {
		err := syscall.SyncFileRange(int(f.Fd()), from, n, flags)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// unsupported reports whether err says that there is no such call for the file: pipes and devices have
// none, and sandboxes forbid it.
func unsupported(err error) bool {
	for _, no := range []error{syscall.ESPIPE, syscall.EINVAL, syscall.ENOSYS, syscall.EOPNOTSUPP, syscall.EPERM} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

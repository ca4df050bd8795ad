//go:build !windows && (!unix || solaris || aix)

package vfs

import (
	"errors"
	"os"
)

// openLocked refuses: a folder that two processes may write is worse than none.
func openLocked(string) (*os.File, error) {
	return nil, errors.ErrUnsupported
}

//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package clean

import (
	"io"
	"os"
)

// lockFile opens name without locking it: systems without flock leave it to their users not to run
// two cleaners on one folder.
func lockFile(name string) (io.Closer, error) {
	return os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
}

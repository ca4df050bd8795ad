//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package clean

import (
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// TestLockIsHeldByOne has many take and leave a lock whose file comes and goes.
func TestLockIsHeldByOne(t *testing.T) {
	name := filepath.Join(t.TempDir(), lockName)
	var held, taken atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				lock, err := lockFile(name)
				if errors.Is(err, errLocked) {
					continue
				}
				if err != nil {
					t.Errorf("lockFile: %v", err)
					return
				}
				if n := held.Add(1); n != 1 {
					t.Errorf("%d hold the lock, want 1", n)
				}
				taken.Add(1)
				held.Add(-1)
				if err := lock.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if taken.Load() == 0 {
		t.Error("nobody ever held the lock")
	}
}

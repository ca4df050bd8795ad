package sqlcat

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestDiskFull fills a real disk, where it may mount one.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("mount a small disk: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	}()
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 512<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	c := open(t, filepath.Join(dir, "catalog.db"))
	defer closing(t, c)
	checkFull(t, c, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
}

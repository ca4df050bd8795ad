package vfs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrLocked is what Lock fails with when somebody else has the lock.
var ErrLocked = errors.New("in use by another process")

// lockName is the file in a locked folder. It stays when the lock is released: removing it would let two in.
const lockName = "LOCK"

// Lock takes dir, a path of the operating system, for this process until release is called or the process ends,
// however it ends. It fails with ErrLocked, and the other's process id, if it is taken. It makes dir if it is missing.
func Lock(dir string) (release func() error, err error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, lockName)
	f, err := openLocked(name)
	if errors.Is(err, ErrLocked) {
		return nil, fmt.Errorf("lock %s: %w%s", dir, err, owner(name))
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := writeOwner(f); err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, errors.Join(err, f.Close()))
	}
	return f.Close, nil
}

// writeOwner leaves the process id for whoever finds the folder locked.
func writeOwner(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// owner returns " (process N)" for the process that has the lock, "" if the file does not tell.
func owner(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	id := strings.TrimSpace(string(text))
	if _, err := strconv.Atoi(id); err != nil {
		return ""
	}
	return " (process " + id + ")"
}

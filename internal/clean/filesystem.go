package clean

import (
	"errors"
	"io"
	"os"
	"runtime"
)

// A fileSystem is where results are written. Reading what was written goes through package os.
type fileSystem interface {
	// MkdirAll makes dir and what is missing above it.
	MkdirAll(dir string) error
	// Create makes or empties a file that only its owner may read if private is true.
	Create(name string, private bool) (file, error)
	// Append opens a file for writing at its end.
	Append(name string) (file, error)
	// Rename moves a file, replacing what is there, in one step that no reader can see half done.
	Rename(from, to string) error
	// Remove deletes a file or an empty folder. It is no error if there is none.
	Remove(name string) error
	// SyncDir returns once the names in dir will survive a loss of power.
	SyncDir(dir string) error
	// Lock keeps other processes from locking name until the Closer is closed or this process ends.
	// It returns errLocked if another process is there.
	Lock(name string) (io.Closer, error)
}

// A file is one that is being written.
type file interface {
	io.WriteCloser
	// Sync returns once everything written will survive a loss of power.
	Sync() error
}

var errLocked = errors.New("locked by another process")

// disk is the file system of the operating system.
type disk struct{}

func (disk) MkdirAll(dir string) error { return os.MkdirAll(dir, 0o755) }

func (disk) Create(name string, private bool) (file, error) {
	mode := os.FileMode(0o644)
	if private {
		mode = 0o600
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
}

func (disk) Append(name string) (file, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0o644)
}

func (disk) Rename(from, to string) error { return os.Rename(from, to) }

func (disk) Remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (disk) SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be opened for it; NTFS journals names itself
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (disk) Lock(name string) (io.Closer, error) { return lockFile(name) }

// writeFile makes a file that holds text whole or does not exist, even if power is lost.
func writeFile(fs fileSystem, dir, name string, text []byte, private bool) error {
	tmp := dir + string(os.PathSeparator) + tempName(name)
	f, err := fs.Create(tmp, private)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := fs.Rename(tmp, dir+string(os.PathSeparator)+name); err != nil {
		return err
	}
	return fs.SyncDir(dir)
}

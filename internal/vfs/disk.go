package vfs

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
)

// Permissions: logs are private to who runs the server.
const (
	dirMode  = 0o700
	fileMode = 0o600
)

// A Disk is a folder of the operating system as an FS. No name leads out of the folder, not by a symbolic link either.
type Disk struct {
	root *os.Root
}

// NewDisk opens the folder dir, a path of the operating system, and makes it if it is missing. Close it after use.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Disk{root}, nil
}

// Close gives the folder up. Open files stay open.
func (d *Disk) Close() error { return d.root.Close() }

// Open implements [FS].
func (d *Disk) Open(name string) (File, error) {
	if err := checkName("open", name); err != nil {
		return nil, err
	}
	f, err := d.root.OpenFile(name, os.O_RDWR|os.O_APPEND, fileMode)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		f, err = d.root.Open(name)
	}
	if err != nil {
		return nil, err
	}
	return refuseDir(f)
}

// refuseDir closes f with an error if it is a folder, as systems say when one is opened to write.
func refuseDir(f *os.File) (File, error) {
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "open", Path: f.Name(), Err: syscall.EISDIR}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return diskFile{f}, nil
}

// Create implements [FS].
func (d *Disk) Create(name string) (File, error) {
	if err := checkName("create", name); err != nil {
		return nil, err
	}
	f, err := d.root.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

// Rename implements [FS].
func (d *Disk) Rename(old, new string) error {
	if err := errors.Join(checkName("rename", old), checkName("rename", new)); err != nil {
		return err
	}
	return d.root.Rename(old, new)
}

// Remove implements [FS].
func (d *Disk) Remove(name string) error {
	if err := checkName("remove", name); err != nil {
		return err
	}
	return d.root.Remove(name)
}

// List implements [FS].
func (d *Disk) List(dir string) ([]string, error) {
	if err := checkName("list", dir); err != nil {
		return nil, err
	}
	f, err := d.root.Open(dir)
	if err != nil {
		return nil, err
	}
	names, err := f.Readdirnames(-1)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

// MkdirAll implements [FS].
func (d *Disk) MkdirAll(dir string) error {
	if err := checkName("mkdir", dir); err != nil {
		return err
	}
	if err := d.root.MkdirAll(dir, dirMode); err != nil {
		return err
	}
	for dir != "." { // also when all exist: whoever made them may have been killed before this
		dir = path.Dir(dir)
		if err := d.SyncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// SyncDir implements [FS]. On Windows, which has no such call, it does nothing: NTFS keeps its own journal.
func (d *Disk) SyncDir(dir string) error {
	if err := checkName("sync", dir); err != nil {
		return err
	}
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// A diskFile is a file of a Disk.
type diskFile struct {
	*os.File
}

// Sync implements [File].
func (f diskFile) Sync() error { return syncData(f.File) }

// Size implements [File].
func (f diskFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Lock takes a folder of d for this process, as [Lock] does.
func (d *Disk) Lock(dir string) (release func() error, err error) {
	if err := checkName("lock", dir); err != nil {
		return nil, err
	}
	return Lock(filepath.Join(d.root.Name(), filepath.FromSlash(dir)))
}

package vfs

import (
	"os"
	"syscall"
)

func roomOf(dir string) (Room, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return Room{}, &os.PathError{Op: "statfs", Path: dir, Err: err}
	}
	block := int64(s.Bsize)
	return Room{Free: int64(s.Bavail) * block, All: int64(s.Blocks) * block, FreeNames: int64(s.Ffree), AllNames: int64(s.Files)}, nil
}

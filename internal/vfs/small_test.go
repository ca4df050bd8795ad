package vfs_test

import (
	"errors"
	"syscall"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
)

func TestSmallKeepsThePromises(t *testing.T) {
	vfstest.Run(t, func(*testing.T) vfs.FS { return vfs.NewSmall(vfs.NewMem(), 1<<30, 1<<20) })
}

func TestSmallIsFull(t *testing.T) {
	s := vfs.NewSmall(vfs.NewMem(), 100, 2)
	a, err := s.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := a.Write(make([]byte, 101)); n != 100 || !vfs.Full(err) {
		t.Errorf("write of 101 bytes where 100 are free = %d, %v, want 100, %v", n, err, syscall.ENOSPC)
	}
	if _, err := s.Create("b"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create("c"); !vfs.Full(err) {
		t.Errorf("a third file where there are names for two: %v, want %v", err, syscall.ENOSPC)
	}
	if err := errors.Join(s.Rename("b", "a"), s.Remove("a")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Room(); err != nil || got != (vfs.Room{Free: 100, All: 100, FreeNames: 2, AllNames: 2}) {
		t.Errorf("Room() with all removed = %+v, %v, want all", got, err)
	}
	s.Take(60)
	if got, _ := s.Room(); got.Free != 40 {
		t.Errorf("Room() after somebody took 60 of 100 = %+v, want 40 free", got)
	}
}

func TestDiskHasRoom(t *testing.T) {
	d, err := vfs.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	got, err := d.Room()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil || got.Free <= 0 || got.All < got.Free || got.AllNames < got.FreeNames {
		t.Errorf("Room() = %+v, %v, want some free, and no more than all", got, err)
	}
}

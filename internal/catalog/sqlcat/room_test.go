package sqlcat

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/headroom"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// TestNearlyFull deletes and changes on a disk that is nearly full, where nothing can be made.
func TestNearlyFull(t *testing.T) {
	disk := vfs.NewSmall(vfs.NewMem(), 64<<20, 1000)
	disk.Take(60 << 20)
	room, err := headroom.Open(disk, "ballast", headroom.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, filepath.Join(t.TempDir(), "catalog.db"))
	defer closing(t, c)
	put(t, c, "a")
	put(t, c, "b")
	c.opts.Headroom = room
	for _, tt := range []struct {
		name    string
		changes []catalog.Change
		refused bool
	}{
		{"a new entry", []catalog.Change{catalog.Put(named("c"), catalog.Absent)}, true},
		{"a new entry beside a change", []catalog.Change{catalog.Put(named("d"), catalog.Absent), catalog.Put(named("a"), catalog.Present)}, true},
		{"a change", []catalog.Change{catalog.Put(named("a"), catalog.Present)}, false},
		{"a deletion that leaves a note", []catalog.Change{catalog.Delete(groups.Key("a"), catalog.Any), catalog.Put(named("gone a"), catalog.Absent)}, false},
		{"a deletion", []catalog.Change{catalog.Delete(groups.Key("b"), catalog.Present)}, false},
	} {
		_, err := c.Write(t.Context(), tt.changes...)
		if got := errors.Is(err, errNoRoom) && fault.Is(err, fault.Unavailable); got != tt.refused || err != nil && !tt.refused {
			t.Errorf("%s: Write = %v, want it refused: %t", tt.name, err, tt.refused)
		}
	}
}

// ballasted returns a disk of 64 MiB with three quarters of its ballast.
func ballasted(t *testing.T) *vfs.Small {
	t.Helper()
	disk := vfs.NewSmall(vfs.NewMem(), 64<<20, 1000)
	if err := disk.MkdirAll("ballast"); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		f, err := disk.Create(fmt.Sprintf("ballast/%02d", i))
		if err == nil {
			_, err = f.Write(make([]byte, 256<<10))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return disk
}

// TestOpenUsesReleasedRoom opens a catalog on a disk without room for what SQLite keeps beside the file, until two quarters of the
// ballast are given back.
func TestOpenUsesReleasedRoom(t *testing.T) {
	released, disk := 0, ballasted(t)
	disk.Take(60 << 20)
	room, err := headroom.Open(disk, "ballast", headroom.Hooks{Released: func(int) { released++ }})
	if err != nil {
		t.Fatal(err)
	}
	errBeside := errors.New("no room for the index of the log")
	tight := sqlite
	tight.prepare = func(ctx context.Context, d *dialect, path string) (bool, error) {
		if released < 2 {
			return false, errBeside
		}
		return sqlite.prepare(ctx, d, path)
	}
	tight.classify = func(err error) trouble {
		if errors.Is(err, errBeside) {
			return failing
		}
		return sqlite.classify(err)
	}
	c, err := openBy(t.Context(), &tight, filepath.Join(t.TempDir(), "catalog.db"), Options{Headroom: room}.withDefaults())
	if err != nil || released != 2 {
		t.Fatalf("Open on a disk with room after two releases = %v after %d, want no error", err, released)
	}
	closing(t, c)
}

// TestReleasedRoomIsUsed lets the driver say that the disk is full until all of the ballast is given back.
func TestReleasedRoomIsUsed(t *testing.T) {
	disk := ballasted(t)
	released := 0
	var c *Catalog
	room, err := headroom.Open(disk, "ballast", headroom.Hooks{Released: func(int) {
		if released++; released == 3 {
			c.dialect = &sqlite
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	c = open(t, filepath.Join(t.TempDir(), "catalog.db"))
	defer closing(t, c)
	put(t, c, "a")
	c.opts.Headroom = room
	filled := sqlite
	filled.classify = func(err error) trouble {
		if err != nil {
			return full
		}
		return unknown
	}
	filled.begin = "BEGIN ON A FULL DISK"
	c.dialect = &filled
	if _, err := c.Write(t.Context(), catalog.Delete(groups.Key("a"), catalog.Present)); err != nil || released != 3 {
		t.Errorf("Write on a disk with room after three releases = %v after %d, want no error", err, released)
	}
	c.dialect = &filled
	if _, err := c.Write(t.Context(), catalog.Delete(groups.Key("a"), catalog.Any)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Write on a full disk without ballast = %v, want unavailable", err)
	}
}

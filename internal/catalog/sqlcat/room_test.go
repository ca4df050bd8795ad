package sqlcat

import (
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

// TestReleasedRoomIsUsed lets the driver say that the disk is full until all of the ballast is given back.
func TestReleasedRoomIsUsed(t *testing.T) {
	disk := vfs.NewSmall(vfs.NewMem(), 64<<20, 1000)
	if err := disk.MkdirAll("ballast"); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		if _, err := disk.Create(fmt.Sprintf("ballast/%02d", i)); err != nil {
			t.Fatal(err)
		}
	}
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

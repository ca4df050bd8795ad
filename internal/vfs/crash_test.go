package vfs_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

const seeds = 300

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, fsys vfs.FS, name string, text []byte) vfs.File {
	t.Helper()
	f, err := fsys.Create(name)
	must(t, err)
	_, err = f.Write(text)
	must(t, err)
	return f
}

// read returns what a file holds, and whether it exists.
func read(t *testing.T, fsys vfs.FS, name string) ([]byte, bool) {
	t.Helper()
	f, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	must(t, err)
	size, err := f.Size()
	must(t, err)
	text := make([]byte, size)
	if _, err := f.ReadAt(text, 0); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return text, true
}

func pattern(n int, c byte) []byte { return bytes.Repeat([]byte{c}, n) }

func TestCrashKeepsWhatWasSynced(t *testing.T) {
	c := vfs.NewCrash()
	must(t, c.MkdirAll("d/e"))
	f := create(t, c, "d/e/a", pattern(10_000, 'a'))
	must(t, f.Sync())
	must(t, c.SyncDir("d/e"))
	_, err := f.Write(pattern(10_000, 'b'))
	must(t, err)
	outcomes := map[string]bool{}
	for seed := range uint64(seeds) {
		got, ok := read(t, c.Crash(seed), "d/e/a")
		if !ok || len(got) < 10_000 || len(got) > 20_000 || !bytes.Equal(got[:10_000], pattern(10_000, 'a')) {
			t.Fatalf("seed %d: file exists %t with %d bytes, want the 10,000 that were synced first", seed, ok, len(got))
		}
		outcomes[string(got)] = true
	}
	if len(outcomes) < 20 {
		t.Errorf("%d seeds gave %d outcomes, want many", seeds, len(outcomes))
	}
}

func TestCrashIsTheSameForTheSameSeed(t *testing.T) {
	c := vfs.NewCrash()
	for _, name := range []string{"a", "b", "c", "d"} {
		create(t, c, name, pattern(9000, name[0]))
	}
	for seed := range uint64(20) {
		one, two := c.Crash(seed), c.Crash(seed)
		names, err := one.List(".")
		must(t, err)
		again, err := two.List(".")
		must(t, err)
		if strings.Join(names, " ") != strings.Join(again, " ") {
			t.Fatalf("seed %d left %q, then %q", seed, names, again)
		}
		for _, name := range names {
			a, _ := read(t, one, name)
			b, _ := read(t, two, name)
			if !bytes.Equal(a, b) {
				t.Fatalf("seed %d left two versions of %s", seed, name)
			}
		}
	}
}

// TestCrashOutcomes checks which outcomes there are: all that a disk allows, and no other.
func TestCrashOutcomes(t *testing.T) {
	synced := func(t *testing.T, c *vfs.Crash, name, text string) vfs.File {
		f := create(t, c, name, []byte(text))
		must(t, f.Sync())
		return f
	}
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, c *vfs.Crash)
		want string // names and contents of each outcome, in order of names
	}{
		{"a name that was not synced may be missing", func(t *testing.T, c *vfs.Crash) {
			synced(t, c, "a", "text")
		}, " | a=text"},
		{"a name that was synced is there", func(t *testing.T, c *vfs.Crash) {
			synced(t, c, "a", "text")
			must(t, c.SyncDir("."))
		}, "a=text"},
		{"bytes that were not synced are there or zeros or missing", func(t *testing.T, c *vfs.Crash) {
			f := synced(t, c, "a", "x")
			must(t, c.SyncDir("."))
			_, err := f.Write([]byte("y"))
			must(t, err)
		}, "a=x | a=x0 | a=xy"},
		{"a rename is done or not", func(t *testing.T, c *vfs.Crash) {
			synced(t, c, "a", "old")
			synced(t, c, "b", "new")
			must(t, c.SyncDir("."))
			must(t, c.Rename("b", "a"))
		}, "a=new | a=old b=new"},
		{"removing may be undone", func(t *testing.T, c *vfs.Crash) {
			synced(t, c, "a", "text")
			must(t, c.SyncDir("."))
			must(t, c.Remove("a"))
		}, " | a=text"},
		{"a rename between folders that one folder knows leaves two names", func(t *testing.T, c *vfs.Crash) {
			must(t, c.MkdirAll("d"))
			synced(t, c, "a", "text")
			must(t, c.SyncDir("."))
			must(t, c.Rename("a", "d/a"))
			must(t, c.SyncDir("d"))
		}, "a=text d/a=text | d/a=text"},
		{"changes come in no order", func(t *testing.T, c *vfs.Crash) {
			synced(t, c, "a", "1")
			synced(t, c, "b", "2")
		}, " | a=1 | a=1 b=2 | b=2"},
		{"a cut that was not synced may be undone", func(t *testing.T, c *vfs.Crash) {
			f := synced(t, c, "a", "xy")
			must(t, c.SyncDir("."))
			must(t, f.Truncate(1))
		}, "a=x | a=x0 | a=xy"},
		{"a cut that was synced is done", func(t *testing.T, c *vfs.Crash) {
			f := synced(t, c, "a", "xy")
			must(t, c.SyncDir("."))
			must(t, f.Truncate(1))
			must(t, f.Sync())
		}, "a=x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := vfs.NewCrash()
			tt.do(t, c)
			wanted := strings.Split(tt.want, " | ")
			found := map[string]bool{}
			for seed := range uint64(seeds) {
				found[describe(t, c.Crash(seed))] = true
			}
			for _, w := range wanted {
				if !found[strings.TrimSpace(w)] {
					t.Errorf("no seed left %q", w)
				}
				delete(found, strings.TrimSpace(w))
			}
			for f := range found {
				t.Errorf("a seed left %q, want one of %q", f, wanted)
			}
		})
	}
}

// describe writes down what is in the root and in d.
func describe(t *testing.T, fsys vfs.FS) string {
	var out []string
	for _, dir := range []string{".", "d"} {
		names, err := fsys.List(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		must(t, err)
		for _, name := range names {
			if name == "d" {
				continue
			}
			if dir != "." {
				name = dir + "/" + name
			}
			text, _ := read(t, fsys, name)
			out = append(out, name+"="+strings.ReplaceAll(string(text), "\x00", "0"))
		}
	}
	return strings.Join(out, " ")
}

// TestCrashAfterFailedSync checks that a Sync after a failed one saves nothing, as on Linux, unless it is written again.
func TestCrashAfterFailedSync(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after string // what is written after the Sync that failed
		lost  bool   // some seed loses the first bytes
	}{
		{"nothing more was written", "", true},
		{"the block was written again", "y", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := vfs.NewCrash()
			fault := vfs.NewFault(c, vfs.FailAt(3, syscall.EIO))
			f := create(t, fault, "a", []byte("x"))
			if err := f.Sync(); !errors.Is(err, syscall.EIO) {
				t.Fatalf("Sync() = %v, want %v", err, syscall.EIO)
			}
			_, err := f.Write([]byte(tt.after))
			must(t, err)
			must(t, f.Sync())
			must(t, c.SyncDir("."))
			lost := false
			for seed := range uint64(seeds) {
				got, _ := read(t, c.Crash(seed), "a")
				lost = lost || !bytes.HasPrefix(got, []byte("x"))
			}
			if lost != tt.lost {
				t.Errorf("after a failed and a good Sync some seed loses bytes: %t, want %t", lost, tt.lost)
			}
		})
	}
}

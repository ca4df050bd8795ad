// Package vfstest checks that a file system keeps the promises of package vfs. What a power loss does is for the
// tests of [vfs.Crash].
package vfstest

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// Run checks each promise in a test of its own. open returns an empty file system.
func Run(t *testing.T, open func(t *testing.T) vfs.FS) {
	for _, tt := range []struct {
		name string
		run  func(*testing.T, vfs.FS)
	}{
		{"a new file is empty and gives back what was written", writeAndRead},
		{"reading across the end gives what there is, and io.EOF", readAtEnd},
		{"an opened file is read and appended to", reopen},
		{"create does not overwrite", createTwice},
		{"truncate cuts and adds zeros", truncate},
		{"rename replaces, and keeps what is open", rename},
		{"rename moves between folders, folders too", renameAcross},
		{"remove takes the name, not the open file", remove},
		{"a folder with something in it stays", removeFolder},
		{"list gives sorted names of one folder", list},
		{"folders are made with those above, again and again", mkdirAll},
		{"what is missing does not exist", missing},
		{"names that lead elsewhere are refused", badNames},
		{"a closed file does nothing more", closed},
		{"a folder is not a file, a file is not a folder", wrongSort},
		{"many write at once, and nothing tears", concurrent},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
	}
}

// want fails the test unless err is target.
func want(t *testing.T, call string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: got error %v, want %v", call, err, target)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write makes a file of text and returns it open.
func write(t *testing.T, fsys vfs.FS, name, text string) vfs.File {
	t.Helper()
	f, err := fsys.Create(name)
	must(t, err)
	t.Cleanup(func() { f.Close() }) // a second time in tests that close: the error is nobody's
	appendText(t, f, text)
	return f
}

func appendText(t *testing.T, f vfs.File, text string) {
	t.Helper()
	if n, err := f.Write([]byte(text)); n != len(text) || err != nil {
		t.Fatalf("Write(%d bytes) = %d, %v", len(text), n, err)
	}
}

// has fails the test unless f holds text.
func has(t *testing.T, f vfs.File, text string) {
	t.Helper()
	size, err := f.Size()
	must(t, err)
	got := make([]byte, size)
	if n, err := f.ReadAt(got, 0); int64(n) != size || err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("ReadAt(%d bytes, 0) = %d, %v", size, n, err)
	}
	if string(got) != text {
		t.Errorf("file holds %q, want %q", got, text)
	}
}

// holds fails the test unless the named file holds text.
func holds(t *testing.T, fsys vfs.FS, name, text string) {
	t.Helper()
	f, err := fsys.Open(name)
	must(t, err)
	has(t, f, text)
	must(t, f.Close())
}

func lists(t *testing.T, fsys vfs.FS, dir string, names ...string) {
	t.Helper()
	got, err := fsys.List(dir)
	must(t, err)
	if !slices.Equal(got, names) {
		t.Errorf("List(%q) = %q, want %q", dir, got, names)
	}
}

func writeAndRead(t *testing.T, fsys vfs.FS) {
	f := write(t, fsys, "a", "")
	has(t, f, "")
	appendText(t, f, "")
	appendText(t, f, "one ")
	appendText(t, f, "two")
	has(t, f, "one two")
	must(t, f.Sync())
	must(t, fsys.SyncDir("."))
	holds(t, fsys, "a", "one two")
}

func readAtEnd(t *testing.T, fsys vfs.FS) {
	f := write(t, fsys, "a", "0123456789")
	for _, tt := range []struct {
		off  int64
		size int
		want string
		eof  bool
	}{{0, 3, "012", false}, {7, 3, "789", false}, {8, 3, "89", true}, {10, 1, "", true}, {99, 1, "", true}} {
		p := make([]byte, tt.size)
		n, err := f.ReadAt(p, tt.off)
		if string(p[:n]) != tt.want || tt.eof != errors.Is(err, io.EOF) && !(err == nil && !tt.eof) {
			t.Errorf("ReadAt(%d bytes, %d) = %q, %v, want %q, end %t", tt.size, tt.off, p[:n], err, tt.want, tt.eof)
		}
	}
	if _, err := f.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("ReadAt(1 byte, -1) gave no error")
	}
}

func reopen(t *testing.T, fsys vfs.FS) {
	must(t, write(t, fsys, "a", "one").Close())
	f, err := fsys.Open("a")
	must(t, err)
	has(t, f, "one")
	appendText(t, f, " two")
	must(t, f.Close())
	holds(t, fsys, "a", "one two")
}

func createTwice(t *testing.T, fsys vfs.FS) {
	must(t, write(t, fsys, "a", "kept").Close())
	_, err := fsys.Create("a")
	want(t, `Create("a") again`, err, fs.ErrExist)
	holds(t, fsys, "a", "kept")
}

func truncate(t *testing.T, fsys vfs.FS) {
	f := write(t, fsys, "a", "0123456789")
	must(t, f.Truncate(4))
	has(t, f, "0123")
	appendText(t, f, "x")
	has(t, f, "0123x")
	must(t, f.Truncate(7))
	has(t, f, "0123x\x00\x00")
	appendText(t, f, "y")
	has(t, f, "0123x\x00\x00y")
	must(t, f.Truncate(0))
	has(t, f, "")
	if err := f.Truncate(-1); err == nil {
		t.Error("Truncate(-1) gave no error")
	}
}

func rename(t *testing.T, fsys vfs.FS) {
	f := write(t, fsys, "new", "fresh")
	old := write(t, fsys, "name", "stale")
	must(t, fsys.Rename("new", "name"))
	lists(t, fsys, ".", "name")
	holds(t, fsys, "name", "fresh")
	has(t, old, "stale")
	appendText(t, f, "er")
	holds(t, fsys, "name", "fresher")
	must(t, fsys.Rename("name", "name"))
	holds(t, fsys, "name", "fresher")
	want(t, "Rename of nothing", fsys.Rename("nothing", "name"), fs.ErrNotExist)
}

func renameAcross(t *testing.T, fsys vfs.FS) {
	must(t, fsys.MkdirAll("a/b"))
	must(t, fsys.MkdirAll("c"))
	must(t, write(t, fsys, "a/b/f", "text").Close())
	must(t, fsys.Rename("a/b/f", "c/g"))
	lists(t, fsys, "a/b")
	lists(t, fsys, "c", "g")
	must(t, fsys.Rename("c", "a/b/d"))
	holds(t, fsys, "a/b/d/g", "text")
	lists(t, fsys, ".", "a")
	if err := fsys.Rename("a", "a/b/a"); err == nil {
		t.Error("a folder was moved into itself")
	}
}

func remove(t *testing.T, fsys vfs.FS) {
	f := write(t, fsys, "a", "text")
	must(t, fsys.Remove("a"))
	lists(t, fsys, ".")
	appendText(t, f, " more")
	has(t, f, "text more")
	must(t, f.Sync())
	must(t, write(t, fsys, "a", "other").Close())
	has(t, f, "text more")
	holds(t, fsys, "a", "other")
}

func removeFolder(t *testing.T, fsys vfs.FS) {
	must(t, fsys.MkdirAll("d"))
	must(t, write(t, fsys, "d/a", "").Close())
	if err := fsys.Remove("d"); err == nil {
		t.Error(`Remove("d") removed a folder with a file in it`)
	}
	must(t, fsys.Remove("d/a"))
	must(t, fsys.Remove("d"))
	lists(t, fsys, ".")
	if err := fsys.Remove("."); err == nil {
		t.Error(`Remove(".") gave no error`)
	}
}

func list(t *testing.T, fsys vfs.FS) {
	lists(t, fsys, ".")
	must(t, fsys.MkdirAll("d/e"))
	for _, name := range []string{"b", "a", "Ä", "d/x", "10", "9"} {
		must(t, write(t, fsys, name, "").Close())
	}
	lists(t, fsys, ".", "10", "9", "a", "b", "d", "Ä")
	lists(t, fsys, "d", "e", "x")
	lists(t, fsys, "d/e")
}

func mkdirAll(t *testing.T, fsys vfs.FS) {
	for range 2 {
		must(t, fsys.MkdirAll("a/b/c"))
		must(t, fsys.MkdirAll("a"))
		must(t, fsys.MkdirAll("."))
	}
	lists(t, fsys, "a/b", "c")
	must(t, fsys.SyncDir("a/b/c"))
}

func missing(t *testing.T, fsys vfs.FS) {
	_, err := fsys.Open("no")
	want(t, `Open("no")`, err, fs.ErrNotExist)
	_, err = fsys.Create("no/file")
	want(t, `Create("no/file")`, err, fs.ErrNotExist)
	_, err = fsys.List("no")
	want(t, `List("no")`, err, fs.ErrNotExist)
	want(t, `Remove("no")`, fsys.Remove("no"), fs.ErrNotExist)
	want(t, `SyncDir("no")`, fsys.SyncDir("no"), fs.ErrNotExist)
}

func badNames(t *testing.T, fsys vfs.FS) {
	for _, name := range []string{"", "/a", "../a", "a/../b", "a/", "./a", "a//b"} {
		_, opened := fsys.Open(name)
		_, created := fsys.Create(name)
		_, listed := fsys.List(name)
		for act, err := range map[string]error{
			"Open": opened, "Create": created, "List": listed, "Remove": fsys.Remove(name),
			"MkdirAll": fsys.MkdirAll(name), "SyncDir": fsys.SyncDir(name), "Rename": fsys.Rename("a", name),
		} {
			want(t, act+" of "+name, err, fs.ErrInvalid)
		}
	}
	lists(t, fsys, ".")
}

func closed(t *testing.T, fsys vfs.FS) {
	f := write(t, fsys, "a", "text")
	must(t, f.Close())
	_, err := f.Write([]byte("x"))
	want(t, "Write after Close", err, fs.ErrClosed)
	_, err = f.ReadAt(make([]byte, 1), 0)
	want(t, "ReadAt after Close", err, fs.ErrClosed)
	_, err = f.Size()
	want(t, "Size after Close", err, fs.ErrClosed)
	want(t, "Sync after Close", f.Sync(), fs.ErrClosed)
	want(t, "Truncate after Close", f.Truncate(0), fs.ErrClosed)
	want(t, "Close after Close", f.Close(), fs.ErrClosed)
	holds(t, fsys, "a", "text")
}

func wrongSort(t *testing.T, fsys vfs.FS) {
	must(t, fsys.MkdirAll("d"))
	must(t, write(t, fsys, "f", "").Close())
	if _, err := fsys.Open("d"); err == nil {
		t.Error("a folder was opened as a file")
	}
	if _, err := fsys.List("f"); err == nil {
		t.Error("a file was listed as a folder")
	}
	if err := fsys.MkdirAll("f/g"); err == nil {
		t.Error("a folder was made below a file")
	}
	if err := fsys.Rename("f", "d"); err == nil {
		t.Error("a file was renamed over a folder")
	}
}

func concurrent(t *testing.T, fsys vfs.FS) {
	const writers, writes = 8, 50
	f := write(t, fsys, "a", "")
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for range writes {
				line := []byte{'a' + byte(w), 'a' + byte(w), 'a' + byte(w), '\n'}
				if n, err := f.Write(line); n != len(line) || err != nil {
					t.Errorf("Write(%q) = %d, %v", line, n, err)
				}
				if err := f.Sync(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	text := make([]byte, 4*writers*writes)
	if n, err := f.ReadAt(text, 0); n != len(text) {
		t.Fatalf("ReadAt(%d bytes, 0) = %d, %v", len(text), n, err)
	}
	count := map[string]int{}
	for line := range slices.Chunk(text, 4) {
		count[string(line)]++
	}
	if len(count) != writers || count["aaa\n"] != writes {
		t.Errorf("lines read: %v, want %d of each of %d kinds", count, writes, writers)
	}
}

package embedded

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// A snapshot is the bytes of all files of a folder.
type snapshot map[string][]byte

// files reads all files below dir.
func files(t *testing.T, fs vfs.FS, dir string, into snapshot) snapshot {
	t.Helper()
	names, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		full := path.Join(dir, name)
		if _, err := fs.List(full); err == nil {
			files(t, fs, full, into)
			continue
		}
		f, err := fs.Open(full)
		if err != nil {
			t.Fatal(err)
		}
		size, err := f.Size()
		if err != nil {
			t.Fatal(err)
		}
		p := make([]byte, size)
		if _, err := f.ReadAt(p, 0); err != nil && size > 0 {
			t.Fatal(err)
		}
		into[full] = p
		f.Close()
	}
	return into
}

// mem returns a file system with these files.
func (s snapshot) mem(t *testing.T) *vfs.Mem {
	t.Helper()
	fs := vfs.NewMem()
	for name, p := range s {
		if err := fs.MkdirAll(path.Dir(name)); err != nil {
			t.Fatal(err)
		}
		f, err := fs.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(p); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return fs
}

// smallStore returns a folder with parts and rows that only the log has, and the rows in it.
func smallStore(t *testing.T) (snapshot, []seen) {
	t.Helper()
	fs := vfs.NewMem()
	g, r := newLedger(), rand.New(rand.NewPCG(1, 1))
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1), limits: tiny})
	if err != nil {
		t.Fatal(err)
	}
	tab := e.Table("log_events")
	for i := range 6 {
		mustAppend(t, tab, g, r, 1, 5)
		mustAppend(t, tab, g, r, 2, 12)
		if i%2 == 1 && i < 5 {
			if err := e.flush(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tab.Expire(context.Background(), table.Expiry{Partition: 1, Before: 500}); err != nil {
		t.Fatal(err)
	}
	stop()
	rows, stats, err := scanAll(tab, 2)
	if err != nil || len(stats.Problems) > 0 || len(rows) == 0 {
		t.Fatalf("Scan = %d rows, %+v, %v, want rows and no problems", len(rows), stats, err)
	}
	return files(t, fs, "data", snapshot{}), rows
}

// A verdict is what somebody who opens a folder learns of it.
type verdict struct {
	err      error
	reported []string
	rows     []seen
}

// judge opens a folder and reads it.
func judge(fs vfs.FS) (v verdict) {
	var mu sync.Mutex
	report := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		v.reported = append(v.reported, what)
	}
	damaged := func(d wal.Damage) { report(fmt.Sprintf("%+v", d)) }
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(9), limits: tiny, Hooks: Hooks{
		Log: wal.Hooks{Damaged: damaged}, Manifest: wal.Hooks{Damaged: damaged},
		Damaged: func(file string, err error) { report(file + ": " + err.Error()) },
	}})
	if err != nil {
		v.err = err
		return v
	}
	defer stop()
	rows, stats, err := scanAll(e.Table("log_events"), 2)
	v.rows, v.err = rows, err
	mu.Lock()
	defer mu.Unlock()
	v.reported = append(v.reported, stats.Problems...)
	return v
}

// TestEveryByteFlipped changes one byte of a small folder at a time: then it is refused, or the damage is reported, or the
// answer is right. A row that is there is right in any case.
func TestEveryByteFlipped(t *testing.T) {
	store, want := smallStore(t)
	if v := judge(store.mem(t)); v.err != nil || len(v.reported) > 0 || !slices.Equal(v.rows, want) {
		t.Fatalf("unchanged: %d rows, %v, %v, want %d and no word", len(v.rows), v.reported, v.err, len(want))
	}
	bytes := 0
	for _, p := range store {
		bytes += len(p)
	}
	stride := max(1, bytes/vfstest.Count(t, "GROUNDWATCH_FLIPS", 1000))
	refused, reported, right := 0, 0, 0
	for name, p := range store {
		for at := stride / 2 % max(len(p), 1); at < len(p); at += stride {
			mask := byte(1) << (at % 8)
			p[at] ^= mask
			v := judge(store.mem(t))
			report, checkErr := Check(store.mem(t), "data")
			p[at] ^= mask
			switch {
			case v.err != nil:
				refused++
			case !isSubset(v.rows, want):
				t.Fatalf("%s, byte %d: rows that nobody wrote", name, at)
			case len(v.reported) > 0:
				reported++
			case len(v.rows) != len(want):
				t.Fatalf("%s, byte %d: %d rows without a word, want %d", name, at, len(v.rows), len(want))
			default:
				right++
			}
			if strings.HasSuffix(name, partSuffix) && checkErr == nil && len(report.Problems) == 0 {
				t.Errorf("%s, byte %d: Check found nothing", name, at)
			}
		}
	}
	t.Logf("%d bytes: %d flips refused, %d reported, %d harmless", bytes, refused, reported, right)
}

// isSubset tells whether all rows, sorted, are among others.
func isSubset(rows, of []seen) bool {
	for _, r := range rows {
		if !slices.Contains(of, r) {
			return false
		}
	}
	return true
}

func TestCheckOfWholeFolder(t *testing.T) {
	store, _ := smallStore(t)
	before := len(store)
	fs := store.mem(t)
	r, err := Check(fs, "data")
	if err != nil || len(r.Problems) > 0 || r.Parts == 0 || r.Rows == 0 || r.Logged == 0 {
		t.Errorf("Check = %+v, %v, want parts, rows, and no problems", r, err)
	}
	if after := files(t, fs, "data", snapshot{}); len(after) != before {
		t.Errorf("Check left %d files of %d", len(after), before)
	}
}

// TestFilesMissing removes each file in turn: the newest of the log too, since the expiry has noted how far it had come.
func TestFilesMissing(t *testing.T) {
	store, want := smallStore(t)
	for name, p := range store {
		delete(store, name)
		v := judge(store.mem(t))
		store[name] = p
		if v.err == nil && len(v.reported) == 0 && len(v.rows) != len(want) {
			t.Errorf("without %s: %d rows without a word, want %d", name, len(v.rows), len(want))
		}
		if !isSubset(v.rows, want) {
			t.Errorf("without %s: rows that nobody wrote", name)
		}
	}
}

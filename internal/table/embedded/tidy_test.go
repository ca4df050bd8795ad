package embedded

import (
	"bytes"
	"context"
	"errors"
	iofs "io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// restart opens a folder, closes it again, and returns the names in its folders of parts, of lost files and of spare ones.
func restart(t *testing.T, fs vfs.FS) (parts, lost, spare []string) {
	t.Helper()
	_, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(3), limits: tiny})
	if err != nil {
		t.Fatal(err)
	}
	stop()
	var all [3][]string
	for i, dir := range []string{"parts", lostDir, spareDir} {
		names, err := fs.List(path.Join("data", dir))
		if err != nil && !errors.Is(err, iofs.ErrNotExist) {
			t.Fatal(err)
		}
		all[i] = slices.DeleteFunc(names, func(name string) bool { return path.Join(dir, name) == spareDir })
	}
	return all[0], all[1], all[2]
}

// aPart returns the name of some part.
func aPart(t *testing.T, store snapshot) string {
	t.Helper()
	for name := range store {
		if strings.HasPrefix(name, "data/parts/") {
			return name
		}
	}
	t.Fatal("no part")
	return ""
}

// TestStrangePartsAreSetAside puts parts that the manifest does not name into a folder.
func TestStrangePartsAreSetAside(t *testing.T) {
	const stranger = "00000000000000ff.parquet"
	for _, tt := range []struct {
		name        string
		change      func(s snapshot)
		lost, spare []string // after the first start
		later       []string // in spare after the second; what is lost stays
	}{
		{"nothing is missed", func(snapshot) {}, nil, []string{stranger}, nil},
		{"nothing is missed, and a spare one is there from before", func(s snapshot) { s["data/"+spareDir+"/"+partName(9)] = []byte("x") },
			nil, []string{stranger}, nil},
		{"another part is missing", func(s snapshot) { delete(s, aPart(t, s)) }, []string{stranger}, nil, nil},
		{"another part is missing, and both names are taken", func(s snapshot) {
			s["data/"+lostDir+"/"+stranger], s["data/"+lostDir+"/"+stranger+".2"] = []byte("x"), []byte("y")
			delete(s, aPart(t, s))
		}, []string{stranger, stranger + ".2", stranger + ".3"}, nil, nil},
		{"a part is missing, and a spare one is there from before", func(s snapshot) {
			delete(s, aPart(t, s))
			s["data/"+spareDir+"/"+partName(9)] = []byte("x")
		}, []string{stranger}, []string{partName(9)}, []string{partName(9)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store, _ := smallStore(t)
			content := store[aPart(t, store)]
			tt.change(store)
			store["data/parts/"+stranger] = content
			fs := store.mem(t)
			parts, lost, spare := restart(t, fs)
			if slices.Contains(parts, stranger) || !slices.Equal(lost, tt.lost) || !slices.Equal(spare, tt.spare) {
				t.Errorf("first start: lost %q, spare %q, parts %q, want %q, %q and no stranger", lost, spare, parts, tt.lost, tt.spare)
			}
			kept := 0
			for _, p := range files(t, fs, "data", snapshot{}) {
				if bytes.Equal(p, content) {
					kept++
				}
			}
			if kept == 0 {
				t.Error("the stranger is nowhere")
			}
			_, lost, spare = restart(t, fs)
			if !slices.Equal(lost, tt.lost) || !slices.Equal(spare, tt.later) {
				t.Errorf("second start: lost %q, spare %q, want %q and %q", lost, spare, tt.lost, tt.later)
			}
		})
	}
}

// TestSpareIsNoProblem wants Check to keep quiet about what any kill may leave.
func TestSpareIsNoProblem(t *testing.T) {
	store, _ := smallStore(t)
	store["data/parts/00000000000000ff.parquet"] = store[aPart(t, store)]
	fs := store.mem(t)
	if _, _, spare := restart(t, fs); len(spare) != 1 {
		t.Fatalf("spare = %q, want one", spare)
	}
	if r, err := Check(fs, "data"); err != nil || len(r.Problems) > 0 {
		t.Errorf("Check = %+v, %v, want no problems", r, err)
	}
}

// merged returns a folder, before and after its parts were merged to one; the inputs are still there if their removal failed.
func merged(t *testing.T, keep bool) (before, after snapshot, fs vfs.FS) {
	t.Helper()
	mem := vfs.NewMem()
	fs = vfs.NewFault(mem, func(op vfs.Op) error {
		if keep && op.Verb == "remove" && strings.HasSuffix(op.Name, partSuffix) {
			return syscall.EIO
		}
		return nil
	})
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1), limits: limits{fanIn: 2}})
	if err != nil {
		t.Fatal(err)
	}
	g, r := newLedger(), rand.New(rand.NewPCG(1, 1))
	for range 2 {
		mustAppend(t, e.Table("log_events"), g, r, 1, 5)
		if err := e.flush(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	before = files(t, mem, "data", snapshot{})
	if err := e.mergeAll(context.Background()); keep == (err == nil) {
		t.Fatalf("mergeAll: got error %v, want one: %t", err, keep)
	}
	stop()
	return before, files(t, mem, "data", snapshot{}), mem
}

// TestInputsOfAMergeAreRemoved ends the process between a merge's edit and the removal of its inputs.
func TestInputsOfAMergeAreRemoved(t *testing.T) {
	_, _, fs := merged(t, true)
	parts, lost, spare := restart(t, fs)
	if len(parts) != 1 || len(lost)+len(spare) > 0 {
		t.Errorf("parts %q, lost %q, spare %q, want one part and nothing else", parts, lost, spare)
	}
}

// TestManifestFromBeforeAMerge puts an older manifest back. The merged part is the only copy of its rows: no start may remove it.
func TestManifestFromBeforeAMerge(t *testing.T) {
	before, store, _ := merged(t, false)
	only := store[aPart(t, store)]
	for name := range store {
		if strings.HasPrefix(name, "data/manifest/") {
			delete(store, name)
		}
	}
	for name, p := range before {
		if strings.HasPrefix(name, "data/manifest/") {
			store[name] = p
		}
	}
	fs := store.mem(t)
	for range 3 {
		restart(t, fs)
	}
	found := files(t, fs, "data/"+lostDir, snapshot{})
	if len(found) != 1 || !bytes.Equal(found[path.Join("data", lostDir, path.Base(aPart(t, store)))], only) {
		t.Errorf("lost+found has %d files after three starts, want the merged part", len(found))
	}
}

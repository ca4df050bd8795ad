package vfs

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// A Mem is an FS in memory. It forgets all with the process; for a power loss there is [Crash].
type Mem struct {
	tree
}

// NewMem returns an empty file system.
func NewMem() *Mem { return &Mem{tree{root: newFolder()}} }

// A tree is the folders and files of Mem and Crash.
type tree struct {
	keep bool // keep pending; only Crash asks for it

	mu      sync.Mutex
	root    *node     // under mu, and all below it
	pending []*change // entries changed and not yet durable, oldest first
}

// A node is a file or a folder.
type node struct {
	entries map[string]*node // of a folder, by name; nil for a file
	durable map[string]*node // the entries that a power loss keeps
	content
}

func newFolder() *node {
	return &node{entries: map[string]*node{}, durable: map[string]*node{}}
}

func (n *node) isDir() bool { return n.entries != nil }

// An entry is what one name in a folder came to mean; nothing if child is nil.
type entry struct {
	dir   *node
	name  string
	child *node
}

// A change is one operation on entries: the disk does all of it or nothing.
type change struct {
	entries []entry
}

// find returns what name means, nil if nothing.
func (t *tree) find(name string) *node {
	n := t.root
	if name == "." {
		return n
	}
	for part := range strings.SplitSeq(name, "/") {
		if n = n.entries[part]; n == nil {
			return nil
		}
	}
	return n
}

// folder returns the folder that holds name, and name's last part.
func (t *tree) folder(act, name string) (dir *node, base string, err error) {
	if err := checkName(act, name); err != nil {
		return nil, "", err
	}
	if name == "." {
		return nil, "", &fs.PathError{Op: act, Path: name, Err: fs.ErrInvalid}
	}
	dir, err = t.dir(act, path.Dir(name))
	return dir, path.Base(name), err
}

// dir returns the folder that is called name.
func (t *tree) dir(act, name string) (*node, error) {
	if err := checkName(act, name); err != nil {
		return nil, err
	}
	n := t.find(name)
	if n == nil {
		return nil, &fs.PathError{Op: act, Path: name, Err: fs.ErrNotExist}
	}
	if !n.isDir() {
		return nil, &fs.PathError{Op: act, Path: name, Err: syscall.ENOTDIR}
	}
	return n, nil
}

// change gives names their new meaning, as one operation.
func (t *tree) change(entries ...entry) {
	for _, e := range entries {
		e.set(e.dir.entries)
	}
	if t.keep {
		t.pending = append(t.pending, &change{entries})
	}
}

// set changes names, the entries of e.dir or a copy of them.
func (e entry) set(names map[string]*node) {
	if e.child == nil {
		delete(names, e.name)
		return
	}
	names[e.name] = e.child
}

// Open implements [FS].
func (t *tree) Open(name string) (File, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := checkName("open", name); err != nil {
		return nil, err
	}
	n := t.find(name)
	switch {
	case n == nil:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case n.isDir():
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EISDIR}
	}
	return &memFile{tree: t, node: n, name: name}, nil
}

// Create implements [FS].
func (t *tree) Create(name string) (File, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	dir, base, err := t.folder("create", name)
	if err != nil {
		return nil, err
	}
	if dir.entries[base] != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	n := &node{}
	t.change(entry{dir, base, n})
	return &memFile{tree: t, node: n, name: name}, nil
}

// Rename implements [FS].
func (t *tree) Rename(old, new string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	from, oldBase, err := t.folder("rename", old)
	if err != nil {
		return err
	}
	to, newBase, err := t.folder("rename", new)
	if err != nil {
		return err
	}
	n, target := from.entries[oldBase], to.entries[newBase]
	switch {
	case n == nil:
		return &fs.PathError{Op: "rename", Path: old, Err: fs.ErrNotExist}
	case n == target:
		return nil
	case n.isDir() && strings.HasPrefix(new, old+"/"):
		return &fs.PathError{Op: "rename", Path: new, Err: fs.ErrInvalid}
	case target != nil && (target.isDir() || n.isDir()):
		return &fs.PathError{Op: "rename", Path: new, Err: fs.ErrExist}
	}
	t.change(entry{from, oldBase, nil}, entry{to, newBase, n})
	return nil
}

// Remove implements [FS].
func (t *tree) Remove(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	dir, base, err := t.folder("remove", name)
	if err != nil {
		return err
	}
	n := dir.entries[base]
	switch {
	case n == nil:
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	case len(n.entries) > 0:
		return &fs.PathError{Op: "remove", Path: name, Err: syscall.ENOTEMPTY}
	}
	t.change(entry{dir, base, nil})
	return nil
}

// List implements [FS].
func (t *tree) List(dir string) ([]string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, err := t.dir("list", dir)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(n.entries)), nil
}

// MkdirAll implements [FS].
func (t *tree) MkdirAll(dir string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := checkName("mkdir", dir); err != nil {
		return err
	}
	n := t.root
	if dir == "." {
		return nil
	}
	for part := range strings.SplitSeq(dir, "/") {
		child := n.entries[part]
		if child == nil {
			child = newFolder()
			t.change(entry{n, part, child})
		}
		if !child.isDir() {
			return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
		}
		t.syncDir(n)
		n = child
	}
	return nil
}

// SyncDir implements [FS].
func (t *tree) SyncDir(dir string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, err := t.dir("sync", dir)
	if err != nil {
		return err
	}
	t.syncDir(n)
	return nil
}

// syncDir makes dir's entries durable. Of a rename from or to another folder the rest stays pending.
func (t *tree) syncDir(dir *node) {
	for _, c := range t.pending {
		c.entries = slices.DeleteFunc(c.entries, func(e entry) bool {
			if e.dir == dir {
				e.set(dir.durable)
			}
			return e.dir == dir
		})
	}
	t.pending = slices.DeleteFunc(t.pending, func(c *change) bool { return len(c.entries) == 0 })
}

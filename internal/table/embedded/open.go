package embedded

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/blocks"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// A locker is an FS that can keep other processes away from a folder.
type locker interface {
	Lock(dir string) (release func() error, err error)
}

// Open opens the tables in dir, a folder of fs, which it makes if it is missing. It fails with vfs.ErrLocked if another
// process has it open, and refuses what a newer program wrote and a manifest that is damaged. Rows that
// only the log has are in memory when it returns. Run has to run for anything to be written, and gives the folder up.
func Open(fs vfs.FS, dir string, schemas []table.Schema, o Options) (_ *Engine, err error) {
	e := &Engine{
		fs: fs, dir: dir, opts: o.fill(), splitter: shape.NewSplitter(shape.Options{}), tables: map[string]*Table{}, unlock: func() error { return nil },
		running: make(chan struct{}), wake: make(chan struct{}, 1), clean: make(chan struct{}, 1),
	}
	for _, s := range schemas {
		if err := s.Check(); err != nil {
			return nil, err
		}
		e.tables[s.Name] = &Table{e, s}
	}
	if l, ok := fs.(locker); ok {
		if e.unlock, err = l.Lock(dir); err != nil {
			return nil, fmt.Errorf("open tables: %w", err)
		}
	}
	if err := e.recover(); err != nil {
		return nil, errors.Join(fmt.Errorf("open tables %s: %w", dir, err), e.unlock())
	}
	return e, nil
}

// recover finds out what there is.
func (e *Engine) recover() (err error) {
	for _, dir := range []string{e.dir, e.partsDir()} {
		if err := e.fs.MkdirAll(dir); err != nil {
			return err
		}
	}
	e.cache = blocks.NewCache(e.opts.CacheBytes)
	e.mu.live, e.mu.index = map[uint64]*livePart{}, map[manifest.Home][]*livePart{}
	e.mu.active, e.mu.room, e.mu.tokens = newMemory(), make(chan struct{}), manifest.NewTokens()
	if e.manifest, e.mu.contents, err = manifest.Open(e.fs, path.Join(e.dir, manifestDir), e.manifestOptions()); err != nil {
		return err
	}
	c := e.mu.contents
	for _, n := range slices.Sorted(maps.Keys(c.Parts)) {
		if e.tables[c.Parts[n].Table] == nil {
			return fmt.Errorf("part %d is of table %q, which was not asked for", n, c.Parts[n].Table)
		}
		e.addPart(c.Parts[n])
	}
	e.mu.last = max(e.mu.last, c.Last)
	for _, k := range c.Tokens {
		e.mu.tokens.Put(k)
	}
	c.Tokens = nil
	if err := e.replay(); err != nil {
		return err
	}
	return e.tidy()
}

// manifestDir is where the manifest is in the folder of tables.
const manifestDir = "manifest"

// manifestOptions returns what the manifest's log is opened with. What it has to say makes room, mostly.
func (e *Engine) manifestOptions() wal.Options {
	o := e.logOptions(e.opts.Hooks.Manifest)
	o.MakeRoom = func() bool { return e.opts.Headroom.Release(0) }
	return o
}

// logOptions returns what both logs are opened with.
func (e *Engine) logOptions(h wal.Hooks) wal.Options {
	return wal.Options{Salt: e.opts.Salt, Now: e.opts.Now, Hooks: h}
}

// logFileBytes is how long a file of the log of rows becomes: the newest one stays, whatever parts have of it.
const logFileBytes = 64 << 20

// replay reads the rows that only the log has.
func (e *Engine) replay() (err error) {
	hooks := e.opts.Hooks.Log
	tell := hooks.Damaged
	hooks.Damaged = func(d wal.Damage) {
		if d.From != 0 {
			e.problems = append(e.problems, fmt.Sprintf("log file %s: records %d to %d are lost: %v", d.File, d.From, d.To, d.Err))
		}
		if tell != nil {
			tell(d)
		}
	}
	c := e.mu.contents
	o := e.logOptions(hooks)
	o.FileBytes = e.opts.Headroom.Fit(logFileBytes)
	o.After, o.Reached = c.Position, c.Logged
	e.log, err = wal.Open(e.fs, path.Join(e.dir, "wal"), o)
	if err != nil {
		return err
	}
	if err := e.log.Replay(e.reappend); err != nil {
		return err
	}
	if c.Writer == 0 && e.mu.active.bytes > 0 {
		return fmt.Errorf("%w: the log has rows", manifest.ErrMissing)
	}
	if e.mu.active.bytes > 0 {
		nudge(e.wake)
	}
	nudge(e.clean)
	return nil
}

// reappend puts the rows of a record of the log into memory.
func (e *Engine) reappend(r wal.Record) error {
	if r.Kind != rowsKind {
		return fmt.Errorf("record %d: kind %d, want %d: written by a newer program", r.Position, r.Kind, rowsKind)
	}
	rec, err := readRecord(r.Payload)
	if err != nil {
		return fmt.Errorf("record %d: %w", r.Position, err)
	}
	t := e.tables[rec.table]
	if t == nil {
		return fmt.Errorf("record %d is of table %q, which was not asked for", r.Position, rec.table)
	}
	rows := table.Rows{Streams: rec.streams, Times: rec.times, Fields: rec.fields}
	if err := t.schema.CheckRows(rows); err != nil {
		return fmt.Errorf("record %d: %w", r.Position, err)
	}
	for _, first := range rec.voids {
		if k, ok := e.mu.active.take(first); ok {
			e.mu.tokens.Take(k)
		}
	}
	k := manifest.Token{Key: rec.token, First: rec.first, Ingested: rec.ingested}
	if k.Key != (manifest.TokenKey{}) {
		e.mu.tokens.Put(k)
	}
	e.mu.ingested = max(e.mu.ingested, rec.ingested)
	c := newChunk(manifest.Home{Table: rec.table, Partition: rec.partition}, rows, t.schema.Index(t.schema.Text)).numbered(rec.first, rec.ingested)
	if e.mu.contents.Dropped.Has(c.Home) {
		c.streams, c.times = nil, nil
	}
	e.mu.last = max(e.mu.last, c.span.LastSequence)
	e.mu.active.add(c, r.Position, k)
	return nil
}

// Names in the folder of parts.
const (
	partSuffix = ".parquet"
	newSuffix  = ".new" // behind the name of a part that is not finished
)

func partName(number uint64) string { return fmt.Sprintf("%016x%s", number, partSuffix) }

// Folders for files of the folder of parts that the manifest does not name.
const (
	lostDir  = "lost+found"       // those that may have rows nobody else has: the owner's to remove
	spareDir = "lost+found/spare" // those that should not: a later start removes them
)

// partNumber returns the number of a finished part's file.
func partNumber(name string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(strings.TrimSuffix(name, partSuffix), 16, 64)
	return n, err == nil && name == partName(n)
}

// tidy compares the folder of parts with the manifest. Finished files that the manifest does not name are mostly of a flush or
// merge that did not come to its end, but they are all there is of some rows if the manifest is of another time: so a start
// moves them out of the way and only a later one removes them, if neither misses anything.
func (e *Engine) tidy() error {
	names, err := e.fs.List(e.partsDir())
	if err != nil {
		return err
	}
	there := map[uint64]bool{}
	var others []string
	for _, name := range names {
		n, whole := partNumber(name)
		if whole {
			e.mu.numbers = max(e.mu.numbers, n)
		}
		if whole && e.mu.live[n] != nil {
			there[n] = true
		} else {
			others = append(others, name)
		}
	}
	e.mu.numbers = max(e.mu.numbers, e.mu.contents.NextPart-1)
	complete := len(e.problems) == 0
	for n, p := range e.mu.live {
		if !there[n] {
			complete = false
			p.quarantine(-1, fmt.Errorf("%w: the file is missing", blocks.ErrDamaged))
		}
	}
	if complete { // nobody has missed what an earlier start set aside; what stays the next start removes
		spare, _ := e.fs.List(path.Join(e.dir, spareDir))
		for _, name := range spare {
			_ = e.fs.Remove(path.Join(e.dir, spareDir, name))
		}
	}
	for _, name := range others {
		if err := e.tidyFile(name, complete); err != nil {
			return err
		}
	}
	e.mu.contents.Removed = nil
	return nil
}

// tidyFile removes a file that the manifest does not name, or sets it aside; complete says whether no rows are missed.
func (e *Engine) tidyFile(name string, complete bool) error {
	n, whole := partNumber(name)
	switch {
	case whole && e.mu.contents.Writer == 0:
		return fmt.Errorf("%w: there is a part %s", manifest.ErrMissing, name)
	case strings.HasSuffix(name, newSuffix), whole && complete && e.mu.contents.Removed[n]:
		_ = e.fs.Remove(path.Join(e.partsDir(), name)) // it is in nobody's way if it stays
	case whole && complete:
		_ = e.setAside(name, spareDir) // likewise: a full disk is no reason not to start
	default:
		return e.setAside(name, lostDir)
	}
	return nil
}

// setAside moves a file of the folder of parts to another one, under a name that is free.
func (e *Engine) setAside(name, dir string) error {
	to := path.Join(e.dir, dir)
	if err := e.fs.MkdirAll(to); err != nil {
		return err
	}
	taken, err := e.fs.List(to)
	if err != nil {
		return err
	}
	free := name
	for n := 2; slices.Contains(taken, free); n++ {
		free = fmt.Sprintf("%s.%d", name, n)
	}
	if err := e.fs.Rename(path.Join(e.partsDir(), name), path.Join(to, free)); err != nil {
		return err
	}
	if err := e.fs.SyncDir(to); err != nil {
		return err
	}
	return e.fs.SyncDir(e.partsDir())
}

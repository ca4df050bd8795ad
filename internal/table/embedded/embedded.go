// Package embedded is the table engine of one process on one folder: a log that makes appends durable, rows in memory, parts
// on disk that merge in the background, and a manifest that names them. What rows mean is for services to say, and which
// fields a text has for packages discover and shape.
//
// A row is in the log when its append returns, and in memory, where every reader sees it at once. Some seconds later it is
// in a part; the edit of the manifest that adds the part takes the row out of memory, and the log drops what is in parts.
// Bytes on disk are described in docs/format/part.md and docs/format/manifest.md.
package embedded

import (
	"fmt"
	"path"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/blocks"
	"github.com/groundwatch/groundwatch/internal/headroom"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// Options tune an engine. The zero value is right for production.
type Options struct {
	FlushBytes int64            // rows go to parts when they take this much memory; 0 means 64 MiB
	FlushEvery time.Duration    // and when the first has waited this long; 0 means 2 s
	CacheBytes int64            // how much of parts is kept in memory, and as much of their filters; 0 means 32 MiB
	Salt       func() uint32    // a random number for the logs; nil means crypto/rand
	Now        func() time.Time // nil means time.Now
	Hooks      Hooks

	// Headroom tells when the disk is nearly full: then appends are refused, and merges that do not free room wait. What removes
	// rows, and the flush of those that were acknowledged, may use up its ballast. Nil means that no disk is watched.
	Headroom *headroom.Headroom

	limits limits // tests make them small
}

// limits bound what is held and written at once.
type limits struct {
	groupRows int   // of a row group
	groupText int64 // bytes of texts in a row group
	ownText   int64 // a partition with more text in a flush or merge gets parts of its own
	partText  int64 // parts with this much text do not merge any more
	fullText  int64 // parts with this much text wait longer until they merge
	fanIn     int   // parts of a like size that merge into one
	openFiles int   // of parts that nobody reads
	retry     time.Duration
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block, nor call the engine.
type Hooks struct {
	Log      wal.Hooks // of the log of rows
	Manifest wal.Hooks // of the manifest's log

	// Flushed tells that rows went from memory to parts.
	Flushed func(Written)

	// Merged tells that parts became others; there may be none left, if all their rows were dropped or expired.
	Merged func(Written)

	// Damaged tells, once, that a stretch of a part cannot be read. The rest still can; results say that they are partial.
	Damaged func(file string, err error)

	// Failed tells that something in the background did not work. It is tried again.
	Failed func(doing string, err error)
}

// Written is what a flush or a merge did.
type Written struct {
	From  int           // parts before; 0 for a flush
	Parts int           // parts after
	Rows  int64         // in them
	Text  int64         // bytes of their texts
	Bytes int64         // of their files
	Took  time.Duration // by Options.Now
}

// An Engine keeps tables in a folder. Its methods are safe for concurrent use.
type Engine struct {
	fs       vfs.FS // set by Open, then read-only, like the next nine
	dir      string
	opts     Options
	tables   map[string]*Table
	log      *wal.Log
	manifest *manifest.Manifest
	cache    *blocks.Cache
	unlock   func() error
	problems []string      // rows that the log lost before Open
	running  chan struct{} // closed when Run begins

	appending sync.RWMutex    // held by appends from their sequence to their end, and alone by who freezes the memory
	flushing  sync.Mutex      // one flush at a time
	splitter  *shape.Splitter // of flushes; it knows the shapes of the texts before
	merging   sync.Mutex      // one merge at a time
	claiming  sync.Mutex      // one claim of a writer number at a time
	wake      chan struct{}
	clean     chan struct{} // tells Run that there are files to remove or parts to merge; holds one

	mu engineState
}

// engineState is what changes in an Engine, under its lock.
type engineState struct {
	sync.Mutex
	closing  bool
	contents *manifest.Contents // what the manifest says; changed together with live and index
	live     map[uint64]*livePart
	index    map[manifest.Home][]*livePart // by table and partition, oldest first
	garbage  []*livePart                   // nobody reads them, and the manifest has forgotten them
	doubtful []*manifest.Part              // of edits that failed
	open     []*livePart                   // whose files are open, oldest first
	numbers  uint64                        // the last number given to a part

	active, frozen *memory       // rows not in parts; frozen is being written, nil between
	room           chan struct{} // closed when a flush has made room
	flushErr       error         // why the last flush did not work

	writer   int64          // of new rows; 0: not claimed yet
	next     table.Sequence // the next row's
	ingested int64          // never falls
	last     table.Sequence // see table.Table's Last
	tickets  []*ticket      // appends on their way, oldest first
	voids    []table.Sequence
	tokens   *manifest.Tokens
}

// A Table is one table of an Engine.
type Table struct {
	engine *Engine
	schema table.Schema
}

var _ table.Table = (*Table)(nil)

// Table returns the table of the schema with that name, which Open was given.
func (e *Engine) Table(name string) table.Table {
	t := e.tables[name]
	if t == nil {
		panic(fmt.Sprintf("BUG: no table %q was opened", name))
	}
	return t
}

// fill sets what o leaves out.
func (o Options) fill() Options {
	o.FlushBytes = orElse(o.FlushBytes, 64<<20)
	o.FlushEvery = orElse(o.FlushEvery, 2*time.Second)
	o.CacheBytes = orElse(o.CacheBytes, 32<<20)
	if o.Now == nil {
		o.Now = time.Now
	}
	l := &o.limits
	l.groupRows = orElse(l.groupRows, 64<<10)
	l.groupText = orElse(l.groupText, 16<<20)
	l.ownText = orElse(l.ownText, 4<<20)
	l.partText = orElse(l.partText, 1<<30)
	l.fullText = orElse(l.fullText, 32<<20)
	l.fanIn = orElse(l.fanIn, 8)
	l.openFiles = orElse(l.openFiles, 256)
	l.retry = orElse(l.retry, time.Second)
	h := &o.Hooks
	h.Flushed = orNothing(h.Flushed)
	h.Merged = orNothing(h.Merged)
	if h.Damaged == nil {
		h.Damaged = func(string, error) {}
	}
	if h.Failed == nil {
		h.Failed = func(string, error) {}
	}
	return o
}

func orElse[T comparable](v, usual T) T {
	var zero T
	if v == zero {
		return usual
	}
	return v
}

func orNothing(f func(Written)) func(Written) {
	if f == nil {
		return func(Written) {}
	}
	return f
}

func (e *Engine) partsDir() string { return path.Join(e.dir, "parts") }

// Package sqlcat keeps a catalog in a SQL database: SQLite, in one file. What the catalog promises stands in package
// catalog; what SQLite says differently from other databases stands in one dialect.
package sqlcat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/headroom"
)

// Options tune a catalog. The zero value is right for production.
type Options struct {
	FlushEvery time.Duration // how long a touch may stay in memory while Run runs; 0 means 1 s
	Readers    int           // how many reads may run at once, each with up to 4 MiB of cache; 0 means 4
	Hooks      Hooks

	// Headroom tells when the disk is nearly full: then a write that only makes entries is refused. The others may use up its
	// ballast. Nil means that no disk is watched.
	Headroom *headroom.Headroom
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	FlushFailed func(err error) // touches could not be written; they are kept, and tried again
	Sealed      func(err error) // the file can no longer be trusted with writes; called once
}

// A Catalog is a catalog in a database. It belongs to one process at a time; a second one that only reads or checks
// does no harm. Beside what catalog.Catalog promises: an error of the disk while writing, and a damaged page, seal it. From
// then on writes are Unavailable, and reads go on. What was acknowledged before is not at risk; opening it again tells.
type Catalog struct {
	path    string
	dialect *dialect
	opts    Options
	write   *sql.DB
	conn    *sql.Conn // the only one of write
	read    *sql.DB
	reads   statements // of read
	writes  statements // of conn
	sealed  atomic.Pointer[error]

	turn  chan struct{} // holds a token while somebody uses conn
	queue struct {
		sync.Mutex
		waiting []*request
	}
	touched touched
	numbers numbers
}

var _ catalog.Catalog = (*Catalog)(nil)

// Open opens the SQLite catalog in the file path, and creates it if neither it nor its log is there. It brings an older
// schema up to date. It refuses, with what to do, a file of a newer schema, of another program, or a damaged one:
// headers, log and schema are always checked, the whole content if it is small (see Check).
//
// On a disk that is nearly full SQLite may lack room or names for what it keeps beside the file. It takes those of the ballast.
func Open(ctx context.Context, path string, opts Options) (*Catalog, error) {
	return openBy(ctx, &sqlite, path, opts.withDefaults())
}

// openBy is Open in a dialect.
func openBy(ctx context.Context, d *dialect, path string, opts Options) (*Catalog, error) {
	c, err := openOnce(ctx, d, path, opts)
	for opts.Headroom.Low() && mayLackRoom(d.classify(err)) && opts.Headroom.Release(0) {
		c, err = openOnce(ctx, d, path, opts)
	}
	return c, err
}

// mayLackRoom tells whether a file could not be opened because another one could not be made beside it: SQLite says that it cannot
// open it, or that the disk failed.
func mayLackRoom(why trouble) bool {
	switch why {
	case full, refused, failing:
		return true
	case unknown, corrupted:
	}
	return false
}

func openOnce(ctx context.Context, d *dialect, path string, opts Options) (*Catalog, error) {
	c := &Catalog{path: path, dialect: d, opts: opts, turn: make(chan struct{}, 1)}
	c.touched.reset()
	c.numbers.mu.blocks = map[string]block{}
	if err := c.open(ctx); err != nil {
		return nil, fmt.Errorf("open catalog %s: %w", path, errors.Join(err, c.closeAll()))
	}
	return c, nil
}

func (o Options) withDefaults() Options {
	if o.FlushEvery == 0 {
		o.FlushEvery = time.Second
	}
	if o.Readers == 0 {
		o.Readers = 4
	}
	return o
}

func (c *Catalog) open(ctx context.Context) error {
	small, err := c.dialect.prepare(ctx, c.dialect, c.path)
	if err != nil {
		return err
	}
	if c.write, err = c.dialect.open(c.path, true); err != nil {
		return err
	}
	c.write.SetMaxOpenConns(1)
	if err := migrate(ctx, c.dialect, c.write); err != nil {
		return c.dialect.explain(err)
	}
	if c.conn, err = c.write.Conn(ctx); err != nil {
		return err
	}
	c.writes.from = c.conn
	if c.read, err = c.dialect.open(c.path, false); err != nil {
		return err
	}
	c.read.SetMaxOpenConns(c.opts.Readers)
	c.read.SetMaxIdleConns(c.opts.Readers)
	c.reads.from = c.read
	if small {
		return c.Check(ctx)
	}
	return nil
}

// Run writes touches every so often until ctx ends, and once more then.
func (c *Catalog) Run(ctx context.Context) error {
	tick := time.NewTicker(c.opts.FlushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			c.tellFlush(c.Flush(context.WithoutCancel(ctx)))
			return context.Cause(ctx)
		case <-tick.C:
			c.tellFlush(c.Flush(ctx))
		}
	}
}

func (c *Catalog) tellFlush(err error) {
	if err != nil && c.opts.Hooks.FlushFailed != nil {
		c.opts.Hooks.FlushFailed(err)
	}
}

// Close writes the touches that wait and closes the file. No other method may be running or called later.
func (c *Catalog) Close() error {
	return errors.Join(c.Flush(context.Background()), c.closeAll())
}

// closeAll closes what is open. The writer goes last: SQLite then folds the log into the file.
func (c *Catalog) closeAll() error {
	return errors.Join(c.reads.close(), c.writes.close(), closeIf(c.read), closeIf(c.conn), closeIf(c.write))
}

// closeIf closes what was opened. A connection that broke is closed already.
func closeIf[T interface {
	comparable
	io.Closer
}](opened T) error {
	var none T
	if opened == none {
		return nil
	}
	if err := opened.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}

// statements prepares each statement of a connection, or of a pool of them, once.
type statements struct {
	from interface {
		PrepareContext(ctx context.Context, text string) (*sql.Stmt, error)
	}
	known sync.Map // of *sql.Stmt by text
}

// get returns the statement with that text. Texts are ours, and few: what users send is only ever a parameter.
func (s *statements) get(ctx context.Context, text string) (*sql.Stmt, error) {
	if known, ok := s.known.Load(text); ok {
		return known.(*sql.Stmt), nil
	}
	made, err := s.from.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	known, loaded := s.known.LoadOrStore(text, made)
	if loaded {
		err = made.Close()
	}
	return known.(*sql.Stmt), err
}

func (s *statements) close() error {
	var all []error
	s.known.Range(func(_, known any) bool {
		all = append(all, known.(*sql.Stmt).Close())
		return true
	})
	return errors.Join(all...)
}

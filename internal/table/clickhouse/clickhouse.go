// Package clickhouse keeps tables in a ClickHouse server, which it speaks to in plain HTTP and ClickHouse's Native format.
// Running the server, and a log of our own before it, are for others.
package clickhouse

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

// Options say where the server is. Endpoint, Database and Writer have no default.
type Options struct {
	Endpoint string // "http://10.0.0.5:8123"
	User     string // "" means the server's default user
	Password string
	Database string // is created if it is not there

	// Writer is the writer in all sequences, 1 or more: greater than that of every engine that had the database open
	// before, such as the next number of the catalog.
	Writer int64

	Timeout time.Duration    // of a write, with all its attempts, when its context has no end; 0 means 30 s
	Client  *http.Client     // nil means one of its own
	Now     func() time.Time // nil means time.Now
}

// An Engine is an open database. It has no goroutines. In this first version only one engine at a time may append to a
// database: see Store.Last.
type Engine struct {
	server *server
	stores map[string]*Store
}

// Open makes the database and tables that are not there yet, and registers the writer. It fails with fault.Conflict if there
// was a writer of this number or a later one.
func Open(ctx context.Context, o Options, schemas ...table.Schema) (*Engine, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Writer < 1 || o.Writer >= 1<<23 {
		return nil, fault.New(fault.Invalid, "", "writer %d, want 1 to %d", o.Writer, 1<<23-1)
	}
	e := &Engine{server: newServer(o), stores: map[string]*Store{}}
	if err := e.server.do(ctx, statement{sql: "CREATE DATABASE IF NOT EXISTS " + quote(o.Database)}); err != nil {
		return nil, fmt.Errorf("open database %s: %w", o.Database, err)
	}
	for _, schema := range schemas {
		s, err := openStore(ctx, e.server, o, schema)
		if err != nil {
			return nil, fmt.Errorf("open table %s: %w", schema.Name, err)
		}
		e.stores[schema.Name] = s
	}
	return e, nil
}

// Table returns the table of a schema that Open was given.
func (e *Engine) Table(name string) table.Table {
	s, ok := e.stores[name]
	if !ok {
		panic("BUG: no table is called " + name)
	}
	return s
}

// Sweep tells the server to free the room of rows that have expired or were dropped. The server does so when it likes.
func (e *Engine) Sweep(ctx context.Context) error {
	for _, s := range e.stores {
		if err := s.sweep(ctx); err != nil {
			return fmt.Errorf("sweep table %s: %w", s.schema.Name, err)
		}
	}
	return nil
}

// Close gives connections back. Nothing may be under way.
func (e *Engine) Close() { e.server.client.CloseIdleConnections() }

// A Store is one table in ClickHouse.
type Store struct {
	server  *server
	schema  table.Schema
	names   names
	now     func() time.Time
	timeout time.Duration
	writer  int64

	// appending is held during an append: ClickHouse tells nothing about inserts that are under way, so that Last could not
	// speak of several at once. Others wait in line, which makes a batch in front of this package worth while.
	appending chan struct{}

	mu struct {
		sync.Mutex
		last     table.Sequence // up to it no rows will appear any more
		next     table.Sequence // what the next row gets
		ingested int64          // the last time of ingestion
		unsure   *insert        // an insert of which nobody knows whether the server has done it
	}
}

var _ table.Table = (*Store)(nil)

func openStore(ctx context.Context, sv *server, o Options, schema table.Schema) (*Store, error) {
	if err := schema.Check(); err != nil {
		return nil, err
	}
	s := &Store{
		server: sv, schema: schema, names: namesOf(o.Database, schema.Name), now: o.Now, timeout: o.Timeout,
		writer: o.Writer, appending: make(chan struct{}, 1),
	}
	for _, sql := range s.names.create(schema) {
		if err := sv.do(ctx, statement{sql: sql}); err != nil {
			return nil, err
		}
	}
	if err := s.checkColumns(ctx); err != nil {
		return nil, err
	}
	return s, s.register(ctx)
}

// checkColumns makes sure that rows that were there already are of this schema.
func (s *Store) checkColumns(ctx context.Context) error {
	var want, got []string
	for _, name := range allColumns(s.schema) {
		want = append(want, name+" "+typeOf(s.schema, name))
	}
	err := s.server.query(ctx, statement{sql: "DESCRIBE TABLE " + s.names.rows}, described, func(b *block) error {
		for i := range b.rows {
			got = append(got, b.columns[0].Str(i)+" "+b.columns[1].Str(i))
		}
		return nil
	})
	if err == nil && !slices.Equal(got, want) {
		err = fault.Internal(fmt.Errorf("table %s has the columns %q, want %q", s.schema.Name, got, want))
	}
	return err
}

// register makes sure that no other engine has used our writer's sequences, or a later writer's.
func (s *Store) register(ctx context.Context) error {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	b, err := s.server.rows(ctx, statement{sql: "SELECT max(writer) FROM " + s.names.writers}, int64s(1))
	if err != nil {
		return err
	}
	if latest := b.int(0, 0); latest >= s.writer {
		return fault.New(fault.Conflict, "", "table %s: writer %d, want one after %d, which was here before", s.schema.Name, s.writer, latest)
	} else if latest > 0 {
		s.mu.last = table.Sequence(s.writer << 40) // of the writers before us no rows will appear any more
	}
	s.mu.next = table.Sequence(s.writer<<40 + 1)
	return s.server.surely(ctx, insert{
		into: s.names.writers, rows: 1, columns: []sending{{"writer", "Int64", ints(s.writer)}}, token: fmt.Sprint("writer ", s.writer),
	})
}

// Last implements table.Table. The bound names this writer alone, as there is only one at a time; those of the nodes of a cluster will
// have to tell each other theirs, since ClickHouse cannot tell what others are about to insert.
func (s *Store) Last(ctx context.Context) (table.Bound, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return table.UpTo(s.mu.last), nil
}

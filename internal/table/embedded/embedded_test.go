package embedded

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/tabletest"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// A bench is an engine that runs until it is stopped.
type bench struct {
	t       testing.TB
	fs      vfs.FS
	options Options
	schemas []table.Schema
	engine  *Engine
	stop    func()
}

// start opens the engine and runs it.
func (b *bench) start() *Engine {
	b.t.Helper()
	e, err := Open(b.fs, "data", b.schemas, b.options)
	if err != nil {
		b.t.Fatalf("Open: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	b.engine = e
	b.stop = func() {
		b.t.Helper()
		cancel()
		if err := <-done; fmt.Sprint(err) != fmt.Sprint(context.Canceled) || !errors.Is(err, context.Canceled) {
			b.t.Errorf("Run: got error %v, want %v and no other", err, context.Canceled)
		}
	}
	return e
}

// small makes everything happen early, so that little data shows a lot.
var small = limits{groupRows: 1000, groupText: 256 << 10, ownText: 50_000, partText: 1 << 20, fanIn: 3, openFiles: 2, retry: time.Millisecond}

// subject opens a table for the suite: over fs, with limits.
func subject(fs func(t *testing.T) vfs.FS, o Options) tabletest.Open {
	return func(t *testing.T, schema table.Schema, now func() time.Time) tabletest.Subject {
		o := o
		o.Now = now
		o.Hooks.Failed = func(doing string, err error) { t.Errorf("%s: %v", doing, err) }
		o.Hooks.Damaged = func(file string, err error) { t.Errorf("damage in %s: %v", file, err) }
		b := &bench{t: t, fs: fs(t), options: o, schemas: []table.Schema{schema}}
		b.start()
		t.Cleanup(func() { b.stop() })
		return tabletest.Subject{
			Table: b.engine.Table(schema.Name),
			Reopen: func() table.Table {
				b.stop()
				return b.start().Table(schema.Name)
			},
			Settle: func() {
				if err := b.engine.flush(context.Background()); err != nil {
					t.Errorf("flush: %v", err)
				}
				if err := b.engine.mergeAll(context.Background()); err != nil {
					t.Errorf("merge: %v", err)
				}
			},
		}
	}
}

func onMem(*testing.T) vfs.FS { return vfs.NewMem() }

func onDisk(t *testing.T) vfs.FS {
	d, err := vfs.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestTable(t *testing.T) {
	for _, tt := range []struct {
		name string
		open tabletest.Open
	}{
		{"in memory, usual limits", subject(onMem, Options{})},
		{"in memory, small limits", subject(onMem, Options{FlushBytes: 100_000, FlushEvery: 5 * time.Millisecond, CacheBytes: 256 << 10, limits: small})},
		{"on disk, small limits", subject(onDisk, Options{FlushBytes: 100_000, FlushEvery: 20 * time.Millisecond, limits: small})},
	} {
		t.Run(tt.name, func(t *testing.T) { tabletest.Run(t, tt.open) })
	}
}

func TestRandomOperations(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			tabletest.Random(t, subject(onMem, Options{FlushBytes: 20_000, FlushEvery: 5 * time.Millisecond, limits: small}), seed, 150)
		})
	}
}

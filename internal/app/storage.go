package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/catalog/sqlcat"
	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/headroom"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// What the data folder holds.
const (
	catalogFile = "catalog.db" // beside which SQLite keeps its log
	tablesDir   = "tables"     // the engine's: docs/format/manifest.md
	ballastDir  = "ballast"    // given back when the disk is full: internal/headroom
	secretFile  = "secret"     // 32 random bytes: what page tokens are signed with
)

// A storage is everything that survives a restart, or nothing does.
type storage struct {
	catalog catalog.Catalog
	engine  *embedded.Engine
	secret  [32]byte

	// run keeps catalog and engine going until ctx ends, then closes them: nothing may use them any more.
	run func(ctx context.Context) error
}

// schemas are the tables of a server.
func schemas() []table.Schema { return []table.Schema{logs.Schema} }

func engineOptions(cfg *config.Server, now func() time.Time, o *observer, room *headroom.Headroom) embedded.Options {
	return embedded.Options{FlushBytes: cfg.PartBytes, FlushEvery: cfg.PartAge, Now: now, Hooks: o.engineHooks(), Headroom: room}
}

// openStorage opens the data folder, which it makes if it is missing.
func openStorage(ctx context.Context, cfg *config.Server, now func() time.Time, o *observer) (*storage, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("open data: %w", err)
	}
	disk, err := vfs.NewDisk(cfg.Data)
	if err != nil {
		return nil, fmt.Errorf("open data: %w", err)
	}
	room, err := headroom.Open(disk, ballastDir, o.roomHooks())
	if err != nil {
		return nil, fmt.Errorf("open data in %s: %w", cfg.Data, err)
	}
	begun := now()
	// The engine locks its folder, so it comes first.
	engine, err := embedded.Open(disk, tablesDir, schemas(), engineOptions(cfg, now, o, room))
	if err != nil {
		if errors.Is(err, vfs.ErrLocked) {
			return nil, fmt.Errorf("open data: another server works in %s", cfg.Data)
		}
		return nil, fmt.Errorf("open data in %s: %w", cfg.Data, err)
	}
	tables := now().Sub(begun)
	s := &storage{engine: engine}
	if s.secret, err = readSecret(disk, cfg.Data); err != nil {
		return nil, err
	}
	cat, err := sqlcat.Open(ctx, filepath.Join(cfg.Data, catalogFile), sqlcat.Options{Headroom: room})
	if err != nil {
		return nil, fmt.Errorf("open data in %s: %w", cfg.Data, err)
	}
	if err := checkPair(ctx, cfg.Data, disk, cat, engine); err != nil {
		return nil, errors.Join(err, cat.Close())
	}
	o.events.Info("data_opened", "data", cfg.Data, "tables", tables, "catalog", now().Sub(begun)-tables)
	s.catalog = cat
	s.run = func(ctx context.Context) error {
		err := together(ctx, engine.Run, cat.Run, room.Run)
		return errors.Join(err, cat.Close())
	}
	return s, nil
}

// memoryStorage returns a storage that forgets everything with the process.
func memoryStorage(cfg *config.Server, now func() time.Time, o *observer) (*storage, error) {
	engine, err := embedded.Open(vfs.NewMem(), tablesDir, schemas(), engineOptions(cfg, now, o, nil))
	if err != nil {
		return nil, err
	}
	s := &storage{catalog: catalog.NewMemory(), engine: engine, run: engine.Run}
	_, _ = rand.Read(s.secret[:]) // never fails
	return s, nil
}

// readSecret reads the secret, or makes one. One that is no secret is made again: only tokens of lists that are being read
// end with it.
func readSecret(disk vfs.FS, dir string) (secret [32]byte, err error) {
	text, err := os.ReadFile(filepath.Join(dir, secretFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return secret, fmt.Errorf("open data: %w", err)
	}
	if len(text) == len(secret) && [32]byte(text) != secret {
		return [32]byte(text), nil
	}
	_, _ = rand.Read(secret[:]) // never fails
	return secret, writeDurably(disk, secretFile, secret[:])
}

// together runs functions until ctx ends or one of them fails, then ends the others, and returns when all have returned:
// what failed, nil if they only ended with ctx.
func together(ctx context.Context, run ...func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := make(chan error)
	for _, f := range run {
		go func() {
			err := beyondEnd(f(ctx))
			if err != nil {
				cancel(err)
			}
			ended <- err
		}()
	}
	var failed error
	for range run {
		failed = errors.Join(failed, <-ended)
	}
	return failed
}

// beyondEnd returns what err says beside that a context ended.
func beyondEnd(err error) error {
	var parts interface{ Unwrap() []error }
	switch {
	case err == nil, !errors.Is(err, context.Canceled):
		return err
	case !errors.As(err, &parts):
		return nil
	}
	var rest []error
	for _, part := range parts.Unwrap() {
		rest = append(rest, beyondEnd(part))
	}
	return errors.Join(rest...)
}

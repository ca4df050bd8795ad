package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/catalog/sqlcat"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// Catalog and tables belong together: the catalog gives out the numbers under which the tables keep events. A catalog of
// another folder or of an earlier day would give out numbers again, and new log groups would show the events of others.
// So both keep the same name, written once, and the catalog's numbers have to be beyond those that the tables know.

// pairFile is where the tables keep the name.
const pairFile = "pair"

// pairKey is where the catalog keeps it.
var pairKey = catalog.Key{Scope: catalog.Scope{Account: "server", Region: "server", Kind: "pair"}, Name: "pair"}

// checkPair fails unless catalog and tables belong together. New ones it joins.
func checkPair(ctx context.Context, dir string, disk vfs.FS, cat *sqlcat.Catalog, engine *embedded.Engine) error {
	ofTables, ofCatalog, err := readPair(ctx, dir, cat)
	if err != nil {
		return err
	}
	last := engine.LastPartition(logs.Schema.Name)
	switch {
	case ofTables == "" && ofCatalog == "":
		ofTables = rand.Text()
		if err := writeDurably(disk, path.Join(tablesDir, pairFile), []byte(ofTables)); err != nil {
			return err
		}
		if err := putPair(ctx, cat, ofTables); err != nil {
			return err
		}
	case ofTables == "":
		return foreign(dir, tablesDir+" was lost: its events are not there any more, and "+catalogFile+" has log groups of which they were")
	case ofCatalog == "" && last == 0: // the first start ended between the two
		if err := putPair(ctx, cat, ofTables); err != nil {
			return err
		}
	case ofCatalog == "":
		return foreign(dir, catalogFile+" was lost: nobody knows whose the events in "+tablesDir+" are")
	case ofTables != ofCatalog:
		return foreign(dir, catalogFile+" and "+tablesDir+" are of two different servers")
	}
	given, err := cat.LastNumber(ctx, logs.PartitionSequence)
	if err != nil {
		return fmt.Errorf("open data in %s: %w", dir, err)
	}
	if given < int64(last) {
		return foreign(dir, fmt.Sprintf("%s is of an earlier day than %s: it has given out numbers up to %d, and %s knows up to %d", catalogFile, tablesDir, given, tablesDir, last))
	}
	return nil
}

// foreign returns the error of parts that do not belong together.
func foreign(dir, why string) error {
	return fmt.Errorf("open data in %s: %s; put back what belongs together from one copy (%s with its -wal, and %s), or remove both to give up all events", dir, why, catalogFile, tablesDir)
}

// readPair returns the name that the tables in dir have and that of the catalog, "" for none.
func readPair(ctx context.Context, dir string, cat catalog.Catalog) (ofTables, ofCatalog string, err error) {
	text, err := os.ReadFile(filepath.Join(dir, tablesDir, pairFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", "", fmt.Errorf("open data: %w", err)
	}
	entry, err := cat.Get(ctx, pairKey)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", "", fmt.Errorf("open data: %w", err)
	}
	return string(text), string(entry.Value), nil
}

func putPair(ctx context.Context, cat catalog.Catalog, name string) error {
	if _, err := cat.Write(ctx, catalog.Put(catalog.Entry{Key: pairKey, Value: []byte(name)}, catalog.Any)); err != nil {
		return fmt.Errorf("open data: %w", err)
	}
	return nil
}

// writeDurably makes a file with this text: after a crash it is there whole or not at all.
func writeDurably(disk vfs.FS, name string, text []byte) error {
	draft := name + ".new"
	if err := disk.Remove(draft); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("open data: %w", err)
	}
	file, err := disk.Create(draft)
	if err != nil {
		return fmt.Errorf("open data: %w", err)
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("open data: %w", err)
	}
	if err := errors.Join(disk.Rename(draft, name), disk.SyncDir(path.Dir(name))); err != nil {
		return fmt.Errorf("open data: %w", err)
	}
	return nil
}

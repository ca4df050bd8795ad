package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/groundwatch/groundwatch/internal/catalog/sqlcat"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// A DataReport is what CheckData found in a data folder. Problems are for people; without any, all is well.
type DataReport struct {
	Groups   int      `json:"groups"`
	Streams  int      `json:"streams"`
	Deleted  int      `json:"deleted"` // groups whose remains the server will still remove
	Parts    int      `json:"parts"`
	Rows     int64    `json:"rows"`      // in parts
	Text     int64    `json:"textBytes"` // of their texts
	Bytes    int64    `json:"partBytes"` // of their files
	Logged   int64    `json:"loggedRows"`
	Problems []string `json:"problems"`
}

// CheckData reads everything in a data folder that no server works in. It fails if it cannot read it: there is none, another
// process has it, or it may not. Rows and resources stay as they are; the catalog's own log may be written into its file.
func CheckData(ctx context.Context, dir string) (*DataReport, error) {
	if err := holdsData(dir); err != nil {
		return nil, err
	}
	disk, err := vfs.NewDisk(dir)
	if err != nil {
		return nil, fmt.Errorf("check data: %w", err)
	}
	defer disk.Close() // nothing was written
	r := &DataReport{Problems: []string{}}
	tables, err := embedded.Check(disk, tablesDir)
	switch {
	case errors.Is(err, vfs.ErrLocked):
		return nil, fmt.Errorf("check data: a server works in %s; stop it first", dir)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("check data: %w", err)
	case err != nil:
		r.problem("%v", err)
	}
	r.Parts, r.Rows, r.Text, r.Bytes, r.Logged = tables.Parts, tables.Rows, tables.Text, tables.Bytes, tables.Logged
	for _, p := range tables.Problems {
		r.problem("tables: %s", p)
	}
	if err := r.checkCatalog(ctx, filepath.Join(dir, catalogFile), &tables); err != nil {
		return nil, err
	}
	return r, nil
}

// holdsData fails unless dir is a data folder, so that to check one never makes one.
func holdsData(dir string) error {
	if _, err := os.ReadDir(dir); err != nil {
		return fmt.Errorf("check data: %w", err)
	}
	for _, name := range []string{tablesDir, catalogFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return fmt.Errorf("check data: %s has neither %s nor %s: no server had its data there", dir, tablesDir, catalogFile)
}

func (r *DataReport) problem(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// checkCatalog reads the catalog, and compares it with what the tables have.
func (r *DataReport) checkCatalog(ctx context.Context, path string, tables *embedded.Report) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		r.problem("catalog: %s is missing", path)
		return nil
	}
	cat, err := sqlcat.Open(ctx, path, sqlcat.Options{})
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("check data: %w", err)
	case err != nil:
		r.problem("catalog: %v", err)
		return nil
	}
	if err := cat.Check(ctx); err != nil {
		r.problem("catalog: %v", err)
	}
	if err := r.comparePair(ctx, filepath.Dir(path), cat, tables); err != nil {
		r.problem("catalog: %v", err)
	}
	survey, err := logs.Check(ctx, cat)
	if err := errors.Join(err, cat.Close()); err != nil {
		r.problem("catalog: %v", err)
		return ctx.Err()
	}
	r.Groups, r.Streams, r.Deleted = survey.Groups, survey.Streams, survey.Deleted
	for _, p := range survey.Problems {
		r.problem("catalog: %s", p)
	}
	for _, p := range survey.Orphans(tables.Partitions[logs.Schema.Name]) {
		r.problem("partition %d has events of no log group", p)
	}
	return nil
}

// comparePair compares what tables and catalog have in common: their name, and how far the numbers of partitions have come.
func (r *DataReport) comparePair(ctx context.Context, dir string, cat *sqlcat.Catalog, tables *embedded.Report) error {
	ofTables, ofCatalog, err := readPair(ctx, dir, cat)
	if err != nil {
		return err
	}
	if ofTables != ofCatalog {
		r.problem("%s and %s do not belong together", catalogFile, tablesDir)
	}
	given, err := cat.LastNumber(ctx, logs.PartitionSequence)
	if err != nil {
		return err
	}
	for _, p := range tables.Partitions[logs.Schema.Name] {
		if int64(p) > given {
			r.problem("partition %d has events, and %s has given out numbers up to %d: it is of an earlier day", p, catalogFile, given)
		}
	}
	return nil
}

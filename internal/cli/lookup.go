package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/groundwatch/groundwatch/insights/lookup"
)

// maxTable is how large a lookup table may be, in bytes (CloudWatch Logs: 10 MB of CSV).
const maxTable = 10 << 20

// lookupTables reads the files of --lookup name=file.csv when the query asks for them.
func lookupTables(args []string) (func(string) (*lookup.Table, error), error) {
	files := map[string]string{}
	for _, a := range args {
		name, file, ok := strings.Cut(a, "=")
		if !ok || name == "" || file == "" {
			return nil, usage("--lookup: want name=file.csv, found %q", a)
		}
		if _, err := os.Stat(file); err != nil {
			return nil, usage("--lookup %s: %w", name, err)
		}
		files[name] = file
	}
	loaded := map[string]*lookup.Table{}
	return func(name string) (*lookup.Table, error) {
		if t := loaded[name]; t != nil {
			return t, nil
		}
		file, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("there is no such table; give it with --lookup %s=file.csv", name)
		}
		t, err := readTable(file)
		if err == nil {
			loaded[name] = t
		}
		return t, err
	}, nil
}

// readTable reads a CSV file whose first line names the columns.
func readTable(file string) (*lookup.Table, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > maxTable {
		return nil, fmt.Errorf("%s has %d bytes, a lookup table has at most %d", file, info.Size(), maxTable)
	}
	r := csv.NewReader(f)
	columns, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: empty, want a line with the names of columns", file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	columns[0] = strings.TrimPrefix(columns[0], "\ufeff")
	rows := lookup.NewBuilder(columns, 0, 0)
	r.ReuseRecord = true
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows.Table(), nil
		}
		if err == nil {
			err = rows.Add(row)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
}

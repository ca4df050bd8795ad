package lookuptables

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A shape is what is known of CSV that was read: not its rows, which may take a hundred times the room of their text.
type shape struct {
	columns []string
	rows    int64 // each as long as columns
}

// measure reads CSV whose first line has the names of the columns. What is wrong with it is an error for the sender, with the line. [R] A
// table without rows is one; a column needs a name, and no other may have it.
func (s *Service) measure(body string) (shape, error) {
	switch {
	case len(body) > s.limits.Bytes:
		return shape{}, refuse.InvalidParameter("The table has %d bytes, which exceeds the maximum of %d.", len(body), s.limits.Bytes)
	case !utf8.ValidString(body):
		return shape{}, refuse.InvalidParameter("The table is not encoded in UTF-8.")
	}
	sh := shape{}
	err := eachRow(body, func(row []string) (err error) {
		if sh.columns == nil {
			sh.columns = slices.Clone(row)
			return checkColumns(row)
		}
		sh.rows++
		return nil
	})
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return shape{}, refuse.InvalidParameter("The table is not valid CSV: line %d, column %d: %v.", wrong.Line, wrong.Column, wrong.Err)
	}
	if err == nil && sh.columns == nil {
		err = refuse.InvalidParameter("The table is empty: its first row must have the names of its columns.")
	}
	return sh, err
}

// eachRow calls f with the rows of CSV, the names of the columns first. A row is valid until the next one.
func eachRow(body string, f func(row []string) error) error {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.ReuseRecord = true
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f(row)
		}
		if err != nil {
			return err
		}
	}
}

// parsed returns the table of CSV that was measured.
func parsed(body string, sh shape) (*lookup.Table, error) {
	rows := lookup.NewBuilder(sh.columns, sh.rows*int64(len(sh.columns)), int64(len(body)))
	names := true
	err := eachRow(body, func(row []string) error {
		if names {
			names = false
			return nil
		}
		return rows.Add(row)
	})
	return rows.Table(), err
}

// maxNames is how many bytes the names of a table's columns may have, together with three for each: they are kept in one entry of the
// catalog, which JSON may make six times as long [R].
const maxNames = 128 << 10

func checkColumns(columns []string) error {
	seen := map[string]bool{}
	bytes := 0
	for i, name := range columns {
		bytes += len(name) + 3
		switch {
		case bytes > maxNames:
			return refuse.InvalidParameter("The table's first row has too many names: more than %d bytes.", maxNames)
		case strings.TrimSpace(name) == "":
			return refuse.InvalidParameter("The table's first row has no name for column %d.", i+1)
		case seen[name]:
			return refuse.InvalidParameter("The table's first row has the name %q twice.", name)
		}
		seen[name] = true
	}
	return nil
}

// written returns a table as CSV.
func written(columns []string, rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	write := func(row []string) {
		if len(row) == 1 && row[0] == "" {
			b.WriteString("\"\"\n") // an empty line is no row
			return
		}
		_ = w.Write(row) // a Builder takes everything
		w.Flush()
	}
	write(columns)
	for _, row := range rows {
		write(row)
	}
	return b.String()
}

package lookuptables

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// A parsed is a table's CSV, read.
type parsed struct {
	columns []string
	rows    [][]string // each as long as columns
}

// parse reads CSV whose first line has the names of the columns. What is wrong with it is an error for the sender, with the line. [R] A
// table without rows is one; a column needs a name, and no other may have it.
func (s *Service) parse(body string) (p parsed, err error) {
	switch {
	case len(body) > s.limits.Bytes:
		return p, invalidParameter("The table has %d bytes, which exceeds the maximum of %d.", len(body), s.limits.Bytes)
	case !utf8.ValidString(body):
		return p, invalidParameter("The table is not encoded in UTF-8.")
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	if p.columns, err = r.Read(); errors.Is(err, io.EOF) {
		return p, invalidParameter("The table is empty: its first row must have the names of its columns.")
	}
	if err == nil {
		err = checkColumns(p.columns)
	}
	if err == nil {
		p.rows, err = r.ReadAll()
	}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return p, invalidParameter("The table is not valid CSV: line %d, column %d: %v.", wrong.Line, wrong.Column, wrong.Err)
	}
	return p, err
}

func checkColumns(columns []string) error {
	seen := map[string]bool{}
	for i, name := range columns {
		switch {
		case strings.TrimSpace(name) == "":
			return invalidParameter("The table's first row has no name for column %d.", i+1)
		case seen[name]:
			return invalidParameter("The table's first row has the name %q twice.", name)
		}
		seen[name] = true
	}
	return nil
}

// written returns a table as CSV.
func (p parsed) written() string {
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
	write(p.columns)
	for _, row := range p.rows {
		write(row)
	}
	return b.String()
}

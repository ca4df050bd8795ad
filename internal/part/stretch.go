package part

import (
	"fmt"

	"github.com/groundwatch/groundwatch/column"
)

// A Stretch reads columns of one row group, each only where somebody asks for it: pages in between are not read if the file
// has an index of them. It is used by one goroutine at a time.
type Stretch struct {
	reader  *Reader
	group   int
	names   []string
	cursors []cursor // nil until the column is read
	at      []int64  // the next row of each
	finders map[int]*finder
}

// Stretch returns a Stretch of the named columns, which are those of GroupRows. It reads nothing yet.
func (r *Reader) Stretch(group int, names []string) *Stretch {
	return &Stretch{reader: r, group: group, names: names, cursors: make([]cursor, len(names)), at: make([]int64, len(names))}
}

// Read returns n rows of the column with the name at place i, from one row of the row group on, whose first is 0. No row is read
// twice: from is where the last Read of the column ended, or behind it. The column is valid until the next Read of it, or Close.
func (s *Stretch) Read(i int, from int64, n int) (*column.Column, error) {
	if from < s.at[i] || n < 0 || from+int64(n) > s.reader.GroupLen(s.group) {
		return nil, fmt.Errorf("read parquet: column %q, row group %d: %d rows from %d on, want some from %d to %d",
			s.names[i], s.group, n, from, s.at[i], s.reader.GroupLen(s.group))
	}
	c, err := s.read(i, from, n)
	if err != nil {
		return nil, fmt.Errorf("read parquet: column %q, row group %d, row %d: %w", s.names[i], s.group, from, err)
	}
	s.at[i] = from + int64(n)
	return c, nil
}

func (s *Stretch) read(i int, from int64, n int) (_ *column.Column, err error) {
	defer guard(&err)
	if s.cursors[i] == nil {
		s.cursors[i] = s.reader.cursor(s.group, s.names[i])
	}
	c := s.cursors[i]
	if err := forward(c, s.at[i], from); err != nil {
		return nil, err
	}
	return c.next(n)
}

// forward passes over the rows from at to row.
func forward(c cursor, at, row int64) error {
	if f, ok := c.(*flatCursor); ok && row > at {
		return f.forward(at, row)
	}
	for ; at < row; at += min(row-at, BatchRows) {
		if _, err := c.next(int(min(row-at, BatchRows))); err != nil {
			return err
		}
	}
	return nil
}

// Close frees what the Stretch holds. It may be called again.
func (s *Stretch) Close() {
	for i, c := range s.cursors {
		if c != nil {
			_ = c.close() // nothing was written that could be lost
		}
		s.cursors[i] = nil
	}
	for _, f := range s.finders {
		if f != nil {
			_ = f.cursor.close()
		}
	}
	s.finders = nil
}

// A cursor reads one column of one row group.
type cursor interface {
	// next returns the next n rows. The column is valid until the next call.
	next(n int) (*column.Column, error)
	// close frees what the cursor holds.
	close() error
}

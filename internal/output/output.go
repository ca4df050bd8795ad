// Package output shows results: as a table, JSON, CSV, Markdown, Parquet, or a chart in the terminal. It
// decides how a value looks, never which rows there are.
package output

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/column"
)

// Options say where results are shown. The zero value is right for a file or a pipe.
type Options struct {
	Zone     *time.Location // of the times shown; nil means UTC
	Width    int            // of the terminal in columns; 0 means that nothing is cut, and 80 for charts
	Terminal bool           // the writer is a terminal
	Raw      bool           // what a terminal obeys or hides reaches it as it is in the data
	Colour   bool           // use colours; see Colour
}

// A Writer shows the rows of one result.
type Writer interface {
	// Write adds the rows of b; its columns have these names, the same in every call. It keeps nothing
	// of b. Bytes that are not UTF-8 are shown as U+FFFD (in tables as \xe9), so that no reader stumbles.
	Write(names []string, b *column.Batch) error
	// Close writes what is left. It does not close the io.Writer.
	Close() error
}

// Formats are the names that New takes.
func Formats() []string {
	return []string{"table", "json", "jsonarray", "csv", "tsv", "md", "expanded", "parquet"}
}

// New returns a Writer to w:
//
//	table      aligned columns for people: numbers to the right, control characters made visible,
//	           long cells cut if a width is given
//	json       one JSON object per row and line, null cells left out
//	jsonarray  the same objects in one array
//	csv        with a header line, quoted as RFC 4180 says, lines end in a line feed
//	tsv        with a header line; tab, line feed, return and backslash are \t, \n, \r and \\
//	md         a Markdown table
//	expanded   a line for each cell that is not null, for people
//	parquet    a Parquet file, columns typed by their values
func New(format string, w io.Writer, opt Options) (Writer, error) {
	if opt.Zone == nil {
		opt.Zone = time.UTC
	}
	s := &sink{w: w}
	switch format {
	case "table":
		return &table{sink: s, opt: opt}, nil
	case "json":
		return &jsonWriter{sink: s, opt: opt}, nil
	case "jsonarray":
		return &jsonWriter{sink: s, opt: opt, array: true}, nil
	case "csv":
		return &csvWriter{sink: s, opt: opt}, nil
	case "tsv":
		return &tsvWriter{sink: s, opt: opt}, nil
	case "md":
		return &markdown{sink: s, opt: opt}, nil
	case "expanded":
		return &expanded{sink: s, opt: opt}, nil
	case "parquet":
		if opt.Terminal {
			return nil, errors.New("output: parquet is not for a terminal; send it to a file")
		}
		return &parquetWriter{w: w}, nil
	}
	return nil, fmt.Errorf("output: format %q, want one of %s", format, strings.Join(Formats(), ", "))
}

// A sink gathers bytes for an io.Writer.
type sink struct {
	w   io.Writer
	buf []byte
}

// sinkBytes is how many bytes are written at once.
const sinkBytes = 64 << 10

// row is called after each row.
func (s *sink) row() error {
	if len(s.buf) < sinkBytes {
		return nil
	}
	return s.flush()
}

func (s *sink) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	_, err := s.w.Write(s.buf)
	s.buf = s.buf[:0]
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// cell returns row i of c, null for a column that is not there.
func cell(c *column.Column, i int) column.Value {
	if c == nil {
		return column.Value{}
	}
	return c.Value(i)
}

// appendText appends v as people read it, times in the zone.
func appendText(dst []byte, v column.Value, zone *time.Location) []byte {
	if v.Kind() != column.Timestamp || zone == time.UTC {
		return v.AppendText(dst)
	}
	return time.UnixMilli(v.Int()).In(zone).AppendFormat(dst, "2006-01-02 15:04:05.000")
}

package output

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
)

// A parquetWriter writes a Parquet file. Its columns get the kind that holds the values of the first
// rows.
type parquetWriter struct {
	w     io.Writer
	names []string
	first []column.Builder // the first rows, until the file is open
	file  *part.Writer
}

// parquetRows is how many rows decide the kinds of the columns.
const parquetRows = 50_000

func (p *parquetWriter) Write(names []string, b *column.Batch) error {
	if p.names == nil {
		p.names = names
		p.first = make([]column.Builder, len(names))
	}
	if p.file != nil {
		return p.add(b)
	}
	for k, c := range b.Columns {
		for i := range b.Len {
			p.first[k].Value(kept(cell(c, i)))
		}
	}
	if len(p.first) > 0 && p.first[0].Len() >= parquetRows {
		return p.open()
	}
	return nil
}

// kept returns v with its own copy of its text.
func kept(v column.Value) column.Value {
	switch v.Kind() {
	case column.String:
		return column.StringValue(strings.Clone(v.Str()))
	case column.JSON:
		return column.JSONValue(strings.Clone(v.Str()))
	}
	return v
}

// open starts the file with the rows that waited.
func (p *parquetWriter) open() error {
	b := &column.Batch{}
	var fields []part.Field
	for k := range p.first {
		c := p.first[k].Column()
		b.Len, b.Columns = c.Len, append(b.Columns, c)
		fields = append(fields, part.Field{Name: p.names[k], Kind: part.KindOf(c)})
	}
	p.first = nil
	for {
		var err error
		if p.file, err = part.NewWriter(p.w, fields); err != nil {
			return fmt.Errorf("write results: %w", err)
		}
		var kind *part.KindError
		if err = p.file.Write(b); !errors.As(err, &kind) {
			return failed(err)
		}
		// Whole numbers beside fractions, and one that a float64 cannot hold: only text holds all.
		for k := range fields {
			if fields[k].Name == kind.Field {
				fields[k].Kind = column.String
			}
		}
	}
}

func (p *parquetWriter) add(b *column.Batch) error {
	err := p.file.Write(b)
	var kind *part.KindError
	if errors.As(err, &kind) {
		return fmt.Errorf("write results: column %q has a value of kind %s after %d rows of kind %s; make it one kind in the query",
			kind.Field, kind.Got, parquetRows, kind.Want)
	}
	return failed(err)
}

func failed(err error) error {
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// Close writes the file. A result without columns gives no file: Parquet has none without.
func (p *parquetWriter) Close() error {
	if len(p.names) == 0 {
		return errors.New("write results: a Parquet file needs a column")
	}
	if p.file == nil {
		if err := p.open(); err != nil {
			return err
		}
	}
	return failed(p.file.Close())
}

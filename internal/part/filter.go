package part

import (
	"errors"
	"fmt"
	"io"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
)

// filterBits is how many bits the filter of a column has for each of its values: of texts that are not there one in forty passes
// it, and it takes a sixteenth of the room of a UUID. With 10 bits that is one in a hundred, for a quarter more.
const filterBits = 8

// filterText is how many bytes the texts of a column with a filter have on average, at least: to read all of shorter ones takes
// little longer than to ask the filters.
const filterText = 16

// Filters asks for a bloom filter in each row group for each text column whose values nearly all differ and are long, such as those of ids: by
// it readers pass over row groups that lack a text. It comes before the first Write.
func (w *Writer) Filters() { w.filters = true }

// filtered reports whether a field whose first rows are c has a filter.
func (w *Writer) filtered(f Field, c *column.Column, l layout) bool {
	if !w.filters || c == nil || f.Kind != column.String || l != plainText && l != deltaText {
		return false
	}
	seen, n := distinct(c)
	bytes := 0
	for i := range min(c.Len, compactRows) {
		if !c.IsNull(i) {
			bytes += len(c.Str(i))
		}
	}
	return n > 0 && seen > n-n/4 && bytes >= n*filterText
}

// filterSettings returns what parquet-go is told of the filters of columns.
func (w *Writer) filterSettings(b *column.Batch, layouts []layout) []parquet.WriterOption {
	var all []parquet.BloomFilterColumn
	for i, f := range w.fields {
		if w.filtered(f, b.Columns[i], layouts[i]) {
			all = append(all, parquet.SplitBlockFilter(filterBits, f.Name))
		}
	}
	if all == nil {
		return nil
	}
	return []parquet.WriterOption{parquet.BloomFilters(all...)}
}

// A Sectioner is a file that keeps in memory what it is asked for as a section. A Reader of one asks it for filters, of which it needs
// some bytes each time.
type Sectioner interface {
	// Section returns n bytes of the file that stand at off. They are not modified.
	Section(off int64, n int) ([]byte, error)
}

// A filterReader reads the bytes of a filter where they stand in the file.
type filterReader struct {
	file Sectioner
	at   int64
	n    int
}

// ReadAt implements io.ReaderAt.
func (f filterReader) ReadAt(p []byte, off int64) (int, error) {
	section, err := f.file.Section(f.at, f.n)
	if err != nil {
		return 0, err
	}
	if off < f.at || off-f.at >= int64(len(section)) {
		return 0, io.EOF
	}
	n := copy(p, section[off-f.at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// filter returns the filter of a column in a row group; nil if it has none.
func (r *Reader) filter(group, leaf int) (parquet.BloomFilter, error) {
	chunk := r.file.RowGroups()[group].ColumnChunks()[leaf]
	meta := &r.file.Metadata().RowGroups[group].Columns[leaf].MetaData
	of, ok := chunk.(*parquet.FileColumnChunk)
	if !ok || r.sections == nil || meta.BloomFilterOffset <= 0 || meta.BloomFilterLength <= 0 {
		return chunk.BloomFilter(), nil
	}
	filter, err := of.BloomFilterFrom(filterReader{r.sections, meta.BloomFilterOffset, int(meta.BloomFilterLength)})
	if errors.Is(err, parquet.ErrMissingBloomFilter) {
		return nil, nil
	}
	return filter, err
}

// Lacks reports whether it is certain, by a filter of the column, that no row of a row group has one of these texts. It reads some
// bytes of the file for each of them, of a Sectioner the filter once, and is false where there is no filter.
func (r *Reader) Lacks(group int, name string, texts []string) (_ bool, err error) {
	defer guard(&err)
	for _, f := range r.fields {
		if f.Name != name || !f.node.Leaf() || f.conv.direct != directText {
			continue
		}
		filter, err := r.filter(group, f.node.Index())
		if err != nil {
			return false, fmt.Errorf("read parquet: filter of column %q, row group %d: %w", name, group, err)
		}
		if filter == nil {
			return false, nil
		}
		for _, text := range texts {
			v, possible := f.conv.filterValue(text)
			if !possible {
				continue
			}
			found, err := filter.Check(v)
			if err != nil {
				return false, fmt.Errorf("read parquet: filter of column %q, row group %d: %w", name, group, err)
			}
			if found {
				return false, nil
			}
		}
		return true, nil
	}
	return false, nil
}

// AllNull reports whether the file says that no row of a row group has a value in a column.
func (r *Reader) AllNull(group int, name string) bool {
	for _, f := range r.fields {
		if f.Name == name && f.node.Leaf() && f.node.MaxDefinitionLevel() == 1 {
			c := &r.file.Metadata().RowGroups[group].Columns[f.node.Index()].MetaData
			return c.NumValues > 0 && c.Statistics.NullCount == c.NumValues
		}
	}
	return false
}

// filterValue returns a text as filters have it; possible is false if the column cannot have it.
func (c *converter) filterValue(text string) (v parquet.Value, possible bool) {
	if !c.uuid {
		return parquet.ByteArrayValue(bytesOf(text)), true
	}
	id, ok := appendUUID(make([]byte, 0, uuidBytes), text)
	return parquet.FixedLenByteArrayValue(id), ok
}

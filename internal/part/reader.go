package part

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
)

// BatchRows is the most rows a batch has: enough to forget the cost of a batch, few enough that the
// columns of a wide one stay in the cache.
const BatchRows = 8192

// maxColumns bounds what a footer may ask of us; no file of rows has more.
const maxColumns = 32_767

// A Reader reads one Parquet file. Its methods are safe for concurrent use.
type Reader struct {
	file     *parquet.File
	sections Sectioner // the file, if it is one
	fields   []field
	json     map[string]bool // columns of ours that hold JSON text
}

// A field is one column as readers see it: a leaf, or everything below a list or map.
type field struct {
	Field
	node *parquet.Column
	conv converter
}

// Open reads the footer of a file of size bytes. It fails if that is not one.
func Open(r io.ReaderAt, size int64) (*Reader, error) { return openFile(r, size, false) }

// OpenChecked is Open of a file of ours whose reader knows damage when it sees it. It does not look at the first bytes, which only
// say that this is Parquet: a beginning that cannot be read takes no more with it than what is there.
func OpenChecked(r io.ReaderAt, size int64) (*Reader, error) { return openFile(r, size, true) }

func openFile(r io.ReaderAt, size int64, checked bool) (_ *Reader, err error) {
	defer guard(&err)
	if err := checkFooter(r, size); err != nil {
		return nil, fmt.Errorf("open parquet: %w", err)
	}
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.SkipMagicBytes(checked))
	if err != nil {
		return nil, fmt.Errorf("open parquet: %w", err)
	}
	if err := checkRows(file); err != nil {
		return nil, fmt.Errorf("open parquet: %w", err)
	}
	p := &Reader{file: file, json: map[string]bool{}}
	p.sections, _ = r.(Sectioner)
	if list, ok := file.Lookup(kindsKey); ok {
		var names []string
		if err := json.Unmarshal([]byte(list), &names); err != nil {
			return nil, fmt.Errorf("open parquet: metadata %s is %.50q, want a list of names", kindsKey, list)
		}
		for _, name := range names {
			p.json[name] = true
		}
	}
	for _, c := range file.Root().Columns() {
		p.fields = p.flatten(p.fields, c, c.Name())
	}
	if len(p.fields) > maxColumns {
		return nil, fmt.Errorf("open parquet: %d columns, want at most %d", len(p.fields), maxColumns)
	}
	return p, nil
}

// checkFooter fails if the file cannot hold the footer it ends with: parquet-go would first make room
// for the up to 4 GiB that a damaged one asks for.
func checkFooter(r io.ReaderAt, size int64) error {
	const frame = 12 // PAR1 in front; length and PAR1 behind
	var end [8]byte
	if size < frame {
		return fmt.Errorf("%d bytes, want at least %d", size, frame)
	}
	if _, err := r.ReadAt(end[:], size-int64(len(end))); err != nil {
		return err
	}
	if n := int64(binary.LittleEndian.Uint32(end[:])); n > size-frame {
		return fmt.Errorf("footer of %d bytes in a file of %d", n, size)
	}
	return nil
}

// checkRows fails if the footer contradicts itself about how many rows there are: counting rows reads
// nothing else.
func checkRows(file *parquet.File) error {
	all := int64(0)
	for i, g := range file.RowGroups() {
		rows := g.NumRows()
		for _, c := range g.ColumnChunks() {
			if n := c.NumValues(); rows < 0 || n < rows {
				return fmt.Errorf("row group %d has %d rows, but a column of %d values", i, rows, n)
			}
		}
		all += rows
	}
	if n := file.NumRows(); n != all {
		return fmt.Errorf("%d rows in all, but %d in the row groups", n, all)
	}
	return nil
}

// flatten appends the columns at and below c: groups are joined with dots, a list or a map is one column.
func (r *Reader) flatten(to []field, c *parquet.Column, name string) []field {
	if c.Leaf() || c.Repeated() || isCollection(c) {
		return append(to, r.field(c, name))
	}
	for _, below := range c.Columns() {
		to = r.flatten(to, below, name+"."+below.Name())
	}
	return to
}

// Required reports whether the file says that a field, by its name, has a value in each row.
func (r *Reader) Required(name string) bool {
	for _, f := range r.fields {
		if f.Name == name {
			return f.node.Leaf() && f.node.MaxDefinitionLevel() == 0
		}
	}
	return false
}

func (r *Reader) field(c *parquet.Column, name string) field {
	f := field{Field: Field{Name: name, Kind: column.JSON}, node: c}
	if c.Leaf() && c.MaxRepetitionLevel() == 0 {
		f.conv = converterOf(c)
		f.Kind = f.conv.kind
		if f.Kind == column.String && r.json[name] {
			f.conv = jsonText
			f.Kind = column.JSON
		}
	}
	return f
}

// Fields returns the columns of the file, in its order: nested groups are flattened, their names joined
// with dots; a list or map is one JSON column. Types without a kind of ours are read as the nearest: dates
// and times of day as String, decimals as a number if no digit is lost, else as String.
func (r *Reader) Fields() []Field {
	all := make([]Field, len(r.fields))
	for i, f := range r.fields {
		all[i] = f.Field
	}
	return all
}

// Len returns the number of rows.
func (r *Reader) Len() int64 { return r.file.NumRows() }

// Groups returns the number of row groups: parts that can be read on their own, at the same time.
func (r *Reader) Groups() int { return len(r.file.RowGroups()) }

// Rows reads the named columns of all rows in order and calls each with batches of them; see GroupRows.
func (r *Reader) Rows(names []string, each func(*column.Batch) error) error {
	for g := range r.Groups() {
		if err := r.GroupRows(g, names, each); err != nil {
			return err
		}
	}
	return nil
}

// GroupLen returns the number of rows of a row group.
func (r *Reader) GroupLen(group int) int64 { return r.file.RowGroups()[group].NumRows() }

// Meta returns the text that the file's metadata has under a key.
func (r *Reader) Meta(key string) (text string, ok bool) { return r.file.Lookup(key) }

// GroupRows reads the named columns of one row group. A batch has one column for each name, in that order,
// and is valid until each returns; its First is the number of its first row in the file. A name that
// the file does not have gives a Null column, the name of a group the JSON text of what it holds. No other column is
// read from the file. GroupRows ends with the first error of each, which it returns as it is.
func (r *Reader) GroupRows(group int, names []string, each func(*column.Batch) error) error {
	return r.RangeRows(group, 0, r.GroupLen(group), names, each)
}

// RangeRows is GroupRows for the rows of a row group from from up to to, where its first row is 0. Pages before those rows
// are not read if the file has an index of its pages and the column no lists or maps above it.
func (r *Reader) RangeRows(group int, from, to int64, names []string, each func(*column.Batch) error) error {
	if n := r.GroupLen(group); from < 0 || from > to || to > n {
		return fmt.Errorf("read parquet: rows %d to %d of row group %d, which has %d", from, to, group, n)
	}
	first := int64(0)
	for g := range group {
		first += r.GroupLen(g)
	}
	s := r.Stretch(group, names)
	defer s.Close()
	b := &column.Batch{Columns: make([]*column.Column, len(names))}
	for done := from; done < to; done += int64(b.Len) {
		b.Len, b.First = int(min(BatchRows, to-done)), first+done
		for i := range names {
			var err error
			if b.Columns[i], err = s.Read(i, done, b.Len); err != nil {
				return err
			}
		}
		if err := each(b); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reader) cursor(group int, name string) cursor {
	chunks := r.file.RowGroups()[group].ColumnChunks()
	if i := slices.IndexFunc(r.fields, func(f field) bool { return f.Name == name }); i >= 0 {
		f := r.fields[i]
		if f.conv.value != nil {
			return newFlatCursor(chunks[f.node.Index()], f.conv, byte(f.node.MaxDefinitionLevel()))
		}
		return newTreeCursor(f.node, chunks)
	}
	if node := r.group(name); node != nil {
		return newTreeCursor(node, chunks)
	}
	return nullCursor{}
}

// group returns the group of that dotted name, or nil.
func (r *Reader) group(name string) *parquet.Column {
	var find func(c *parquet.Column, rest string) *parquet.Column
	find = func(c *parquet.Column, rest string) *parquet.Column {
		for _, below := range c.Columns() {
			if below.Leaf() {
				continue
			}
			if below.Name() == rest {
				return below
			}
			if tail, ok := strings.CutPrefix(rest, below.Name()+"."); ok {
				if found := find(below, tail); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return find(r.file.Root(), name)
}

// A nullCursor stands for a column that the file does not have.
type nullCursor struct{}

func (nullCursor) next(n int) (*column.Column, error) { return &column.Column{Len: n}, nil }
func (nullCursor) close() error                       { return nil }

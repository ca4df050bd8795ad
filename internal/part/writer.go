package part

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

const (
	// rowGroupBytes is the size, compressed, at which a row group is written out. A writer holds one row
	// group in memory: 16 MiB are about 100 MB of log text, and let many files be open at once.
	rowGroupBytes = 16 << 20

	// rowGroupRows is the number of rows at which a row group is written out however small it is, so that
	// readers can share a file of repetitive rows among cores.
	rowGroupRows = 1 << 20

	// pageBytes is the size at which a page ends, before compression.
	pageBytes = 256 << 10

	// dictionaryBytes is the size at which a column gives up its dictionary until the row group ends.
	dictionaryBytes = 1 << 20

	// sampleRows is how many rows of the first batch are enough to tell whether a dictionary pays.
	sampleRows = 512
)

// codec compresses all files: an encoder has 8 MB of history, so that one for each file, which
// the garbage collector finds late, made the memory grow with the number of files, to 330 MB after 24.
var codec = zstd.Codec{Level: zstd.SpeedFastest}

// A Writer writes one Parquet file. It holds at most one row group in memory. It is used by one
// goroutine at a time.
type Writer struct {
	out      io.Writer
	fields   []Field
	limit    int64 // bytes of a row group
	compact  bool
	uuids    map[string]bool
	required map[string]bool
	valid    bool // texts are UTF-8
	filters  bool

	// These wait for the first batch, which decides the encodings.
	file    *parquet.GenericWriter[any]
	group   *parquet.ConcurrentRowGroupWriter
	columns []*columnWriter
	feeds   []*feed // of the columns
	rows    int     // in the row group

	err error // the first one; the file is lost
}

// NewWriter returns a Writer of a file with these columns. It writes nothing yet.
func NewWriter(w io.Writer, fields []Field) (*Writer, error) {
	if err := checkFields(fields); err != nil {
		return nil, err
	}
	return &Writer{out: w, fields: fields, limit: rowGroupBytes, uuids: map[string]bool{}, required: map[string]bool{}}, nil
}

// A KindError says that a value does not fit its column. Nothing of its batch was written, and the
// Writer can go on.
type KindError struct {
	Field string
	Row   int // in the batch
	Got   column.Kind
	Want  column.Kind
	UUID  bool // a UUID was wanted
}

func (e *KindError) Error() string {
	if e.UUID {
		return fmt.Sprintf("part: field %q: row %d is no UUID in lower case", e.Field, e.Row)
	}
	return fmt.Sprintf("part: field %q: row %d is a value of kind %s, want %s", e.Field, e.Row, e.Got, e.Want)
}

// Write appends the rows of b, whose columns stand in the order of the fields; a nil column is all null.
// A value of another kind is converted if nothing is lost: a whole number to Float64, anything to
// String. If one cannot be, Write fails with a *KindError and writes none of b. Text that is not UTF-8 gets
// U+FFFD in place of what is wrong, because readers refuse a whole file for it. Write keeps nothing of b.
func (w *Writer) Write(b *column.Batch) error {
	if w.err != nil {
		return w.err
	}
	if len(b.Columns) != len(w.fields) {
		return fmt.Errorf("part: batch of %d columns, want %d", len(b.Columns), len(w.fields))
	}
	for i, f := range w.fields {
		if err := w.fits(f, b.Columns[i]); err != nil {
			return err
		}
	}
	if b.Len == 0 {
		return nil
	}
	w.err = w.write(b)
	return w.err
}

func (w *Writer) write(b *column.Batch) (err error) {
	defer guard(&err)
	w.open(b)
	for i, c := range w.columns {
		if err := c.write(b.Columns[i], b.Len); err != nil {
			return fmt.Errorf("part: field %q: %w", w.fields[i].Name, err)
		}
	}
	if w.rows += b.Len; w.rows < rowGroupRows && w.group.Size() < w.limit {
		return nil
	}
	return w.commit()
}

// commit ends the row group.
func (w *Writer) commit() error {
	w.rows = 0
	if _, err := w.group.Commit(); err != nil {
		return fmt.Errorf("part: write row group: %w", err)
	}
	return nil
}

// Cut ends the row group, if it has rows: those written next begin another one.
func (w *Writer) Cut() (err error) {
	defer guard(&err)
	if w.err != nil || w.rows == 0 {
		return w.err
	}
	w.err = w.commit()
	return w.err
}

// GroupBytes makes n the size, compressed, at which a row group ends by itself. Without it that is 16 MiB. It comes before
// the first Write.
func (w *Writer) GroupBytes(n int64) { w.limit = n }

// SetMeta adds a text under a key of the caller's to the file's metadata. It comes after a Write and before Close.
func (w *Writer) SetMeta(key, text string) {
	w.open(&column.Batch{Columns: make([]*column.Column, len(w.fields))})
	w.file.SetKeyValueMetadata(key, text)
}

// open makes the Parquet writer, once: b shows which columns have few distinct values.
func (w *Writer) open(b *column.Batch) {
	if w.file != nil {
		return
	}
	layouts := make([]layout, len(w.fields))
	for i, f := range w.fields {
		layouts[i] = w.layoutOf(f, b.Columns[i])
	}
	settings := append(w.settings(w.schemaOf(layouts)), w.filterSettings(b, layouts)...)
	w.file = parquet.NewGenericWriter[any](w.out, settings...)
	w.group = w.file.BeginRowGroup()
	scratch := newNumbers()
	for i, c := range w.group.ColumnWriters() {
		direct := w.fields[i].Kind != column.Bool && layouts[i] != dictionaryNumbers && (!w.uuids[w.fields[i].Name] || layouts[i] == plainText)
		w.columns = append(w.columns, &columnWriter{
			out: c, index: i, kind: w.fields[i].Kind, uuid: w.uuids[w.fields[i].Name], feed: w.feeds[i], direct: direct, scratch: scratch,
		})
	}
}

// settings returns what parquet-go is told about the file.
func (w *Writer) settings(schema *parquet.Schema) []parquet.WriterOption {
	all := []parquet.WriterOption{
		schema,
		parquet.Compression(&codec),
		parquet.DataPageVersion(1),
		parquet.PageBufferSize(pageBytes),
		parquet.DictionaryMaxBytes(dictionaryBytes),
		parquet.DataPageStatistics(false), // the column index has them
		parquet.ColumnIndexSizeLimit(func([]string) int { return 2 * maxBound }), // they are cut already
		parquet.CreatedBy("groundwatch", "1.0.0", "0"),
		parquet.KeyValueMetadata(kindsKey, jsonFields(w.fields)),
	}
	if w.compact {
		all = append(all, parquet.Compression(&compactCodec))
	}
	return all
}

func jsonFields(fields []Field) string {
	names := []string{}
	for _, f := range fields {
		if f.Kind == column.JSON {
			names = append(names, f.Name)
		}
	}
	list, err := json.Marshal(names)
	if err != nil {
		panic("BUG: " + err.Error()) // a list of strings can always be marshalled
	}
	return string(list)
}

// mostlyDistinct reports whether more than half of the first rows of a text column differ.
func mostlyDistinct(c *column.Column) bool {
	if c == nil || c.Codes != nil || c.Kind != column.String && c.Kind != column.JSON || c.Len < sampleRows {
		return false
	}
	seen := make(map[string]bool, sampleRows)
	n := 0
	for i := range sampleRows {
		if !c.IsNull(i) {
			seen[c.Strings[i]] = true
			n++
		}
	}
	return len(seen) > n/2
}

// Close writes what is left and the footer. A file without rows is a file all the same. Close does not
// close the io.Writer.
func (w *Writer) Close() (err error) {
	defer guard(&err)
	if w.err != nil {
		return w.err
	}
	w.open(&column.Batch{Columns: make([]*column.Column, len(w.fields))})
	w.err = errors.New("part: file is closed")
	if _, err := w.group.Commit(); err != nil {
		return fmt.Errorf("part: write row group: %w", err)
	}
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("part: write footer: %w", err)
	}
	return nil
}

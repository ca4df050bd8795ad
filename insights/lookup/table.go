// Package lookup keeps lookup tables in memory: rows of texts in named columns, and indexes that find them. Where tables come from, and what a query
// does with a row, is for others to say.
package lookup

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// A Table is a lookup table. It never changes, and is safe for concurrent use. It holds its texts one behind the other: four bytes a cell beside
// them, however many rows it has.
type Table struct {
	columns []string
	rows    int
	text    string   // of all cells, row by row
	ends    []uint32 // of each cell in text

	kept atomic.Int64 // bytes of the indexes
	mu   struct {
		sync.Mutex
		texts    map[string]*Texts // by the columns
		networks map[int]*Networks // by the column
	}
}

// New returns a table without rows.
func New(columns []string) *Table { return &Table{columns: columns} }

// Columns returns the names of the columns. Nobody may change them.
func (t *Table) Columns() []string { return t.columns }

// Len returns how many rows t has.
func (t *Table) Len() int { return t.rows }

// Cell returns a text of a row. It shares its memory with the table.
func (t *Table) Cell(row, column int) string {
	i := row*len(t.columns) + column
	start := uint32(0)
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.text[start:t.ends[i]]
}

// Size returns about how many bytes t holds without its indexes.
func (t *Table) Size() int64 {
	return int64(len(t.text)) + 4*int64(cap(t.ends)) + 16*int64(len(t.columns))
}

// Held returns about how many bytes t holds with the indexes that it keeps.
func (t *Table) Held() int64 { return t.Size() + t.kept.Load() }

// maxIndexes is how many indexes of a kind a table keeps for the next query: more are made anew.
const maxIndexes = 4

// A Builder makes a table of rows that come one by one.
type Builder struct {
	columns []string
	rows    int
	text    []byte
	ends    []uint32
}

// NewBuilder returns a builder. It makes room for cells and bytes of text, if it is known how many will come; zero means it is not.
func NewBuilder(columns []string, cells, bytes int64) *Builder {
	return &Builder{columns: columns, text: make([]byte, 0, bytes), ends: make([]uint32, 0, cells)}
}

// maxText is how many bytes the texts of a table may have together: where each ends is kept in 32 bits.
const maxText = math.MaxUint32

// Add appends a row with one text for each column. It does not keep the slice.
func (b *Builder) Add(row []string) error {
	if len(row) != len(b.columns) {
		return fmt.Errorf("add row %d to a lookup table: %d texts, want %d", b.rows+1, len(row), len(b.columns))
	}
	for _, text := range row {
		if len(b.text)+len(text) > maxText {
			return fmt.Errorf("add row %d to a lookup table: its texts have more than %d bytes", b.rows+1, int64(maxText))
		}
		b.text = append(b.text, text...)
		b.ends = append(b.ends, uint32(len(b.text)))
	}
	b.rows++
	return nil
}

// Table returns the table of the rows. The builder must not be used any more.
func (b *Builder) Table() *Table {
	return &Table{columns: b.columns, rows: b.rows, text: string(b.text), ends: b.ends}
}

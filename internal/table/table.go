// Package table is the contract of an event table: rows of one kind, in partitions, that are appended, scanned in any order
// or paged through by time, dropped and expired. Which partitions there are, who may read them and what rows mean is for
// services to say; how rows are kept, for the engines below this package.
//
// Several may write one table at once. So where a listing of many pages ends is no single number but one for each writer, a
// [Bound]: an engine with one writer at a time returns that one's, and services keep and seal what they get.
package table

import (
	"cmp"
	"context"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
)

// A Partition is what is dropped as a whole, such as one incarnation of a log group. Its number comes from the catalog and
// is never used again.
type Partition int64

// A Sequence is a row's number: greater than 0, unique in its table for ever. The upper 24 bits name the writer, the lower
// 40 count its rows, so that what a writer appends later has a greater one.
type Sequence int64

// A Schema says what the rows of a table hold besides stream, time, time of ingestion and sequence.
type Schema struct {
	Name   string // of the table: lower-case words joined by "_"
	Text   string // the String field whose fields are discovered; "" if there is none
	Fields []Field
}

// A Field is a declared column. Its name does not begin as one of the system columns.
type Field struct {
	Name string
	Kind column.Kind
}

// The system columns of every table, as Scan.Columns and Page.Columns name them.
const (
	PartitionColumn = "@partition" // Int64
	StreamColumn    = "@stream"    // Int64
	TimeColumn      = "@time"      // Timestamp
	IngestedColumn  = "@ingested"  // Timestamp
	SequenceColumn  = "@sequence"  // Int64
)

// TokenLife is how long a token is remembered, from the time of ingestion in its receipt on.
const TokenLife = 15 * time.Minute

// Rows are what one Append brings. The slices and columns have equal lengths and are not changed after the call; the table
// may keep them.
type Rows struct {
	Streams []int64
	Times   []int64          // milliseconds since 1970; less than the greatest int64, which no range reaches
	Fields  []*column.Column // in the schema's order, of its kinds or all null; texts are never null, floats are finite

	// Token makes a repeated append harmless: for TokenLife, over restarts too, another one with the same partition and
	// token appends nothing and gets the first one's receipt. "" means that every append counts.
	Token string
}

// A Receipt says what became of an Append.
type Receipt struct {
	First    Sequence // row i has First+i
	Ingested int64    // milliseconds since 1970; of one writer it never falls
	Repeated bool     // an earlier append had the same token; this is its receipt
}

// An Order is one of time, then sequence.
type Order uint8

// The orders.
const (
	Ascending Order = iota
	Descending
)

// Compare returns which of two places comes first, as cmp.Compare.
func (o Order) Compare(a, b Cursor) int {
	c := cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Sequence, b.Sequence))
	if o == Descending {
		return -c
	}
	return c
}

// A Cursor is a place in an order: that of a row. The zero Cursor is no place.
type Cursor struct {
	Time     int64
	Sequence Sequence
}

// A Range is a stretch of one partition.
type Range struct {
	Partition Partition
	Kind      discover.Kind // what its texts are
	Streams   []int64       // sorted; nil means all, empty none
	From, To  int64         // From <= time < To, milliseconds since 1970
}

// A Scan asks for all rows of some ranges, in no order.
type Scan struct {
	Ranges     []Range
	Columns    []string         // fields of the schema and system columns
	Discovered []discover.Field // what discover.New(Range.Kind, Discovered, discover.Options{}) finds in the Text, exactly
	Through    Bound            // only rows that it has; one that Last has returned, or UpTo

	// Texts and Contains are conditions: a table may leave out rows that do not meet each of them, never others. Who asks still
	// has to look at what comes. Rows that are left out count as read.
	Texts    []FieldTexts
	Contains []string // occur in the Text, byte for byte

	// Read, if it is not nil, is told while the scan goes on what was read since the call before, by several goroutines at once.
	// All calls together tell what the Stats will.
	Read func(rows, bytes int64)
}

// FieldTexts are met by rows in which a discovered field is a String with the very characters of one of some texts.
type FieldTexts struct {
	Field int // the place in Scan.Discovered, of one that is not All
	Any   []string
}

// A Page asks for the first rows of a range, in order.
type Page struct {
	Range   Range
	Order   Order
	After   Cursor // only rows after this place; zero means from the start
	Through Bound  // as a Scan's
	Limit   int    // how many rows at most, 1 or more
	Bytes   int    // stop before texts exceed this, but not before the first row; 0 means no bound
	Columns []string
}

// Stats tell what was read.
type Stats struct {
	Rows     int64    // in the ranges, also those left out by conditions
	Bytes    int64    // of their texts
	Problems []string // what could not be read, for the operator; if there is any the result is partial
}

// An Expiry is how far back the rows of a partition go.
type Expiry struct {
	Partition Partition
	Before    int64 // milliseconds since 1970; rows with an earlier time go
}

// A Size says what a partition holds.
type Size struct {
	Rows  int64
	Bytes int64 // of texts
}

// A Table is a set of rows. Its methods are safe for concurrent use. Errors are *fault.Error or wrap the context's own.
type Table interface {
	// Append adds rows to a partition. When it returns they are durable and every later Scan and Page sees them; one that
	// is under way sees all of them or none. After an error there are none, but if ctx ended, nobody knows. Rows may be
	// none; then First says nothing. Errors: fault.Unavailable, and nothing was stored: try again; fault.NotFound for a
	// dropped partition; fault.Invalid for rows that do not fit the schema.
	Append(ctx context.Context, p Partition, rows Rows) (Receipt, error)

	// Scan calls each with batches of the rows, except for those that the scan's conditions let it leave out, from up to workers goroutines at once; two calls with the same number of
	// worker never overlap. A batch has one column for each of s.Columns, then of s.Discovered, in that order, and is valid
	// until each returns. Declared columns are of their declared kinds, discovered ones as a column.Builder makes them. Scan
	// has returned from all calls of each when it returns; it stops at the first error of one and returns it. It sees what
	// was appended before it began, and nothing twice: a row of two ranges comes as one of the first of them.
	Scan(ctx context.Context, s Scan, workers int, each func(worker int, b *column.Batch) error) (Stats, error)

	// Page returns the next rows, fewer than p.Limit only if there are no more or p.Bytes is reached; no rows mean the end.
	// The caller may keep the batch.
	Page(ctx context.Context, p Page) (*column.Batch, Stats, error)

	// Drop removes a partition, at once for every reader and for good. It may be called again, and for one without rows.
	Drop(ctx context.Context, p Partition) error

	// Expire removes the rows of some partitions with a time before their limit, at once for every reader; the room they take on
	// disk comes back later. Of rows appended from now on with an earlier time nobody knows whether they can be seen before
	// the next call removes them. After an error some partitions may be done. Many at once cost little more than one.
	Expire(ctx context.Context, limits ...Expiry) error

	// Size returns what readers of the partition can see.
	Size(ctx context.Context, p Partition) (Size, error)

	// Last returns a bound to which no rows will be added any more, with every append that has returned inside; the zero Bound
	// for an empty table. It is the Through of a listing in many pages, which later appends are not to shift.
	Last(ctx context.Context) (Bound, error)
}

// Package tabletest checks that a table keeps the promises of table.Table: each is a subtest, and Random compares long lists
// of operations with table.Memory. It knows nothing of how an engine stores rows.
package tabletest

import (
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
)

// A Subject is a table under test and what a test may do to its engine.
type Subject struct {
	Table table.Table

	// Reopen closes the engine, or kills it, and opens it over what is left. Nothing else is under way meanwhile. It is nil
	// if the engine keeps nothing.
	Reopen func() table.Table

	// Settle does some of what is done in the background, such as flush and merge, while others read and write. It is nil if
	// there is nothing to do.
	Settle func()
}

// An Open opens a table of the schema, new and empty, which takes its time from now, and closes it after the test.
type Open func(t *testing.T, schema table.Schema, now func() time.Time) Subject

// Run checks the tables that open returns.
func Run(t *testing.T, open Open) {
	for _, promise := range []struct {
		name   string
		schema table.Schema
		check  func(b *bench)
	}{
		{"a new table is empty", logEvents, emptyTable},
		{"values come back as they were", everything, values},
		{"texts come back byte for byte", logEvents, texts},
		{"a schema needs no text", bare, withoutText},
		{"a schema needs no fields", table.Schema{Name: "ticks"}, withoutFields},
		{"receipts number the rows", logEvents, receipts},
		{"time of ingestion never falls", logEvents, ingestion},
		{"an append is large or small", logEvents, sizesOfAppends},
		{"rows that do not fit are refused", everything, misfits},
		{"partitions are apart", logEvents, partitions},
		{"a token makes a repeated append harmless", logEvents, tokens},
		{"a token is forgotten in time", logEvents, oldTokens},
		{"of appends with one token one counts", logEvents, tokenRace},
		{"pages go by time, then sequence", logEvents, pageOrder},
		{"pages end at their limit", logEvents, pageLimits},
		{"pages end at their bytes", logEvents, pageBytes},
		{"cursors may point anywhere", logEvents, cursors},
		{"a listing through a sequence holds still", logEvents, listings},
		{"pages give the columns asked for", everything, pageColumns},
		{"a page is the caller's", logEvents, ownPages},
		{"ranges include from and exclude to", logEvents, rangeEdges},
		{"ranges name streams", logEvents, streams},
		{"ranges name many streams", logEvents, manyStreams},
		{"a scan has many ranges", logEvents, manyRanges},
		{"a scan gives the columns asked for", everything, scanColumns},
		{"a scan goes through a sequence", logEvents, scanThrough},
		{"discovered fields are as discover finds them", logEvents, discovered},
		{"each range has its kind", logEvents, kindsOfRanges},
		{"conditions leave out no row that meets them", logEvents, conditions},
		{"conditions hold for texts taken apart", logEvents, conditionsOfShapes},
		{"a scan tells what it has read", logEvents, toldReads},
		{"conditions that make no sense are refused", bare, oddConditions},
		{"workers do not overlap", logEvents, workers},
		{"a scan stops at an error", logEvents, scanErrors},
		{"columns that are not there are refused", logEvents, unknownColumns},
		{"a dropped partition is gone", logEvents, drops},
		{"expired rows are gone", logEvents, expiries},
		{"an expiry is exact in large partitions", logEvents, largeExpiries},
		{"many partitions expire at once", logEvents, manyExpiries},
		{"an ended context is told", logEvents, contexts},
		{"readers see appends whole", logEvents, wholeAppends},
		{"readers and writers do not disturb each other", logEvents, readersAndWriters},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.check(newBench(t, open, promise.schema)) })
	}
}

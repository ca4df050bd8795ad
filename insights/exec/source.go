// Package exec runs a planned Insights query over batches of rows. It reads no files and knows no
// storage: rows come from a Source.
package exec

import (
	"context"
	"errors"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// A Source gives the events that a query reads.
type Source interface {
	// Scan reads the rows that s asks for and calls each with batches of them, from up to workers
	// goroutines at once; worker is a number below workers and two calls with the same number never
	// overlap. A batch has one column per field of s, in that order, and is valid until each returns.
	// Batches may come in any order; Batch.First numbers rows in order of ingestion, and no two rows
	// of a scan have the same number. @timestamp is a Timestamp column. Scan has returned from all calls
	// of each when it returns. If each returns an error Scan stops; for ErrStop it then returns nil.
	Scan(ctx context.Context, s plan.Scan, workers int, each func(worker int, b *column.Batch) error) (ScanStats, error)
}

// ErrStop is what the receiver of batches returns when it has enough.
var ErrStop = errors.New("enough rows")

// ScanStats tells what a scan read.
type ScanStats struct {
	Records int64 // events read, also those that were left out
	Bytes   int64 // of their messages
	Groups  int   // log groups (for files: distinct values of @log)
}

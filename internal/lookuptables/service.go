// Package lookuptables keeps the lookup tables of CloudWatch Logs: CSV that queries join events with. What lookup does with a table is
// for those that run queries.
package lookuptables

import (
	"context"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/internal/cache"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Options say what a service works with. All but Limits must be set.
type Options struct {
	Catalog catalog.Catalog
	Sealer  *page.Sealer // of the tokens of lists
	Now     func() time.Time

	// Results returns what a query of the caller has found, which has ended: texts, "" where there is no value. Its error is for the sender
	// of the request.
	Results func(ctx context.Context, queryID string) (columns []string, rows [][]string, err error)

	Limits Limits
}

// Limits are the quotas of an account and region. A zero field means AWS's, which the comment gives (CloudWatch Logs quotas).
type Limits struct {
	Tables int // 100
	Bytes  int // of one table; 10 MiB
}

// parsedBytes is how much memory is for tables that queries have asked for, and may ask for again: two of the worst, of 10 MiB with rows of a
// letter, or half a dozen others of that length.
const parsedBytes = 64 << 20

// A Service carries out operations. Its methods are safe for concurrent use; they act for the account and region of caller.From, and
// return the SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts   Options
	limits Limits
	tables documents.Kind[table]
	parsed *cache.Sized[catalog.Scope, *lookup.Table] // by where the CSV is: what is written anew is elsewhere
	making sync.Mutex                                 // held while tables are counted and one is made
}

// New returns a service.
func New(o Options) *Service {
	s := &Service{
		opts: o, limits: o.Limits, tables: documents.Kind[table]{Catalog: o.Catalog, Name: "log-lookup-table"},
		parsed: cache.NewSized[catalog.Scope, *lookup.Table](parsedBytes),
	}
	if s.limits.Tables == 0 {
		s.limits.Tables = 100
	}
	if s.limits.Bytes == 0 {
		s.limits.Bytes = 10 << 20
	}
	return s
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("CreateLookupTable", s.CreateLookupTable),
		op.New("UpdateLookupTable", s.UpdateLookupTable),
		op.New("DescribeLookupTables", s.DescribeLookupTables),
		op.New("GetLookupTable", s.GetLookupTable),
		op.New("DeleteLookupTable", s.DeleteLookupTable),
	}
}

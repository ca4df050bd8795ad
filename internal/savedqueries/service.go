// Package savedqueries keeps the query definitions of CloudWatch Logs: queries with a name, and with parameters. What a query says, and
// what its calls mean, it leaves to those that run queries.
package savedqueries

import (
	"io"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Options say what a service works with. All but Limit must be set.
type Options struct {
	Catalog catalog.Catalog
	Sealer  *page.Sealer // of the tokens of lists
	Now     func() time.Time
	Random  io.Reader // of ids: crypto/rand's
	Limit   int       // definitions of an account and region; 0 means 1,000 (CloudWatch Logs quotas)
}

// A Service carries out operations. Its methods are safe for concurrent use; they act for the account and region of caller.From, and
// return the SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts   Options
	kind   documents.Kind[definition]
	making sync.Mutex // held while definitions are counted and one is made
}

// New returns a service.
func New(o Options) *Service {
	if o.Limit == 0 {
		o.Limit = 1000
	}
	return &Service{opts: o, kind: documents.Kind[definition]{Catalog: o.Catalog, Name: "log-query-definition"}}
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("PutQueryDefinition", s.PutQueryDefinition),
		op.New("DescribeQueryDefinitions", s.DescribeQueryDefinitions),
		op.New("DeleteQueryDefinition", s.DeleteQueryDefinition),
	}
}

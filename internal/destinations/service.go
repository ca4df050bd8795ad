// Package destinations keeps the destinations of CloudWatch Logs: where subscription filters of other accounts may send events. Which
// filters there are, and the sending, it leaves to those that have the events.
package destinations

import (
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Options say what a service works with. All must be set.
type Options struct {
	Catalog catalog.Catalog // this process is the only one that writes it
	Sealer  *page.Sealer    // of the tokens of lists
	Now     func() time.Time

	// CheckTags refuses tags that no resource can have. Its error is the sender's.
	CheckTags func(tags map[string]string) error
}

// A Service keeps destinations. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return
// the SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts   Options
	kind   documents.Kind[destination]
	making sync.Mutex // held while destinations are counted and one is made
}

// New returns a service.
func New(o Options) *Service {
	return &Service{opts: o, kind: documents.Kind[destination]{Catalog: o.Catalog, Name: "log-destination"}}
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("PutDestination", s.PutDestination),
		op.New("PutDestinationPolicy", s.PutDestinationPolicy),
		op.New("DescribeDestinations", s.DescribeDestinations),
		op.New("DeleteDestination", s.DeleteDestination),
	}
}

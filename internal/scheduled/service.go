// Package scheduled keeps the scheduled queries of CloudWatch Logs, runs them when they are due and remembers how that went. What a query means
// is for those that answer it, and when a schedule is due for package schedule.
package scheduled

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Queries answer queries of the caller that the context carries.
type Queries interface {
	// Check refuses a query that cannot be run, with a *types.MalformedQueryException, and one that cannot be run over the log groups that the
	// request names, with a *types.InvalidParameterException.
	Check(ctx context.Context, text string, groups []string) error

	// StartQuery starts a query.
	StartQuery(ctx context.Context, in *cloudwatchlogs.StartQueryInput) (*cloudwatchlogs.StartQueryOutput, error)

	// Answer waits for the end of a query and returns what it has found.
	Answer(ctx context.Context, id string) (Answer, error)
}

// An Answer is what a query has found.
type Answer struct {
	Complete bool   // it ran to its end
	Late     bool   // it took too long
	Failure  string // why it did not run to its end
	Columns  []string
	Rows     [][]*string // nil where there is no value
}

// Buckets take objects.
type Buckets interface {
	// Put stores an object whole, or not at all. A fault.NotFound or fault.Invalid says that there is no such bucket or that its name or key
	// is none.
	Put(ctx context.Context, bucket, key string, body []byte) error
}

// Options say what a service works with. All but Buckets, Limits and Hooks must be set.
type Options struct {
	Catalog catalog.Catalog
	Sealer  *page.Sealer // of the tokens of lists
	Now     func() time.Time
	Random  io.Reader // of ids: crypto/rand's
	Queries Queries
	Buckets Buckets // nil: deliveries to S3 fail

	// PutTable makes or replaces a lookup table of the caller and returns its ARN.
	PutTable func(ctx context.Context, c types.LookupTableConfiguration, columns []string, rows [][]string) (string, error)

	Limits Limits
	Hooks  Hooks
}

// Limits bound what is kept and done. A zero field means the default that its comment gives.
type Limits struct {
	Queries int           // of an account and region; 1,000: no documented quota [R]
	Running int           // that run at a time; 4
	History int           // runs that are remembered of a query; 1,000 [R]
	KeptFor time.Duration // how long a run is remembered; 30 days (results of scheduled queries)
	Missed  int           // runs that are noted one by one after the server was away; 50 [R]
}

func (l Limits) withDefaults() Limits {
	for _, n := range []struct {
		field *int
		value int
	}{{&l.Queries, 1000}, {&l.Running, 4}, {&l.History, 1000}, {&l.Missed, 50}} {
		if *n.field == 0 {
			*n.field = n.value
		}
	}
	if l.KeptFor == 0 {
		l.KeptFor = 30 * 24 * time.Hour
	}
	return l
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	Ended  func(Ended)
	Failed func(act string, err error) // what should have been read or written was not
}

// Ended is what became of a run.
type Ended struct {
	Query, QueryID string
	Status         types.ExecutionStatus
	Message        string // what went wrong with the query or with deliveries; "" if nothing did
}

// A Service carries out operations. Its methods are safe for concurrent use; they act for the account and region of caller.From, and
// return the SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts    Options
	limits  Limits
	queries documents.Kind[query]
	making  sync.Mutex // held while queries are counted and one is made

	mu struct {
		sync.Mutex
		due time.Time // when the first of all is due, or earlier; zero: not known
	}
}

// New returns a service. Nothing is run before Run runs.
func New(o Options) *Service {
	return &Service{opts: o, limits: o.Limits.withDefaults(), queries: documents.Kind[query]{Catalog: o.Catalog, Name: "log-scheduled-query"}}
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("CreateScheduledQuery", s.CreateScheduledQuery),
		op.New("GetScheduledQuery", s.GetScheduledQuery),
		op.New("UpdateScheduledQuery", s.UpdateScheduledQuery),
		op.New("DeleteScheduledQuery", s.DeleteScheduledQuery),
		op.New("ListScheduledQueries", s.ListScheduledQueries),
		op.New("GetScheduledQueryHistory", s.GetScheduledQueryHistory),
	}
}

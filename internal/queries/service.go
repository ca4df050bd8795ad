// Package queries answers the operations of CloudWatch Logs that start Logs Insights queries and give out what they found. It leaves the
// language to package insights, rows to the event table, and what log groups there are to who makes a Service.
package queries

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/table"
)

// Options say what a service works with. All but Saved, Indexed, Tables, Limits and Hooks must be set.
type Options struct {
	Events table.Table      // the rows of log events, with their text in the column @message
	Groups Groups           // the caller's
	Sealer *page.Sealer     // of the tokens of pages
	Now    func() time.Time // of everything but time-outs
	Random io.Reader        // of query ids: crypto/rand's

	// Saved returns the caller's query definitions of that name, which queries may call; nil means that there are none.
	Saved func(ctx context.Context, name string) ([]types.QueryDefinition, error)

	// Indexed returns the fields of a group of the caller that are indexed: filterIndex reads no other groups. nil lets it read all of them.
	Indexed func(ctx context.Context, group string) ([]string, error)

	Tables Tables // lookup tables; nil means that there are none

	Limits Limits
	Hooks  Hooks
}

// Limits are what one service and one query may take. A zero field means the default that its comment gives.
type Limits struct {
	Account   int           // queries of an account and region that have not ended; 100 (AnalyzingLogData in the user guide)
	Waiting   int           // queries of all accounts that have not begun, half of them of one; 1,000
	Running   int           // queries that run at a time; 4
	Workers   int           // goroutines that scan for one query; one per CPU
	Groups    int           // log groups that the parameters of a query may name; 50
	Source    int           // log groups that SOURCE may choose; 10,000
	Rows      int           // of a result; 100,000, and 10,000 if the query does not say
	Memory    int64         // bytes that a running query may hold; 256 MiB
	Together  int64         // bytes that all running queries may hold; 512 MiB
	Time      time.Duration // that a query may run; 60 min (CloudWatch Logs quotas)
	Subquery  time.Duration // that a query inside filter ... in may run; 30 s (CloudWatch Logs Insights, subqueries)
	Kept      int64         // bytes of results that are kept; 256 MiB
	KeptFor   time.Duration // 7 days (AnalyzingLogData)
	PageRows  int           // of one GetQueryResults; 10,000
	OldEvents time.Duration // how far before the making of a group its events may lie; 14 days (PutLogEvents)
}

func (l Limits) withDefaults() Limits {
	for _, n := range []struct {
		field *int
		value int
	}{
		{&l.Account, 100}, {&l.Waiting, 1000}, {&l.Running, 4}, {&l.Groups, 50}, {&l.Source, 10_000}, {&l.Rows, 100_000}, {&l.PageRows, 10_000},
	} {
		if *n.field == 0 {
			*n.field = n.value
		}
	}
	for _, n := range []struct {
		field *int64
		value int64
	}{{&l.Memory, 256 << 20}, {&l.Together, 512 << 20}, {&l.Kept, 256 << 20}} {
		if *n.field == 0 {
			*n.field = n.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&l.Time, time.Hour}, {&l.Subquery, 30 * time.Second}, {&l.KeptFor, 7 * 24 * time.Hour}, {&l.OldEvents, 14 * 24 * time.Hour}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return l
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	// Ended tells of a query that has ended, also of one that was stopped.
	Ended func(Ended)

	// Partial tells that a query could not read all events that it should have.
	Partial func(id string, problems []string)
}

// Ended is what became of a query.
type Ended struct {
	ID     string
	Status string        // AWS's word
	Took   time.Duration // by Options.Now, from when it began to run
	Bytes  int64         // scanned
	Err    error         // why it failed
}

// A Service starts queries and keeps what they found in memory: a restart forgets them all, as if they had never been. Its methods are
// safe for concurrent use; they act for the account and region of caller.From, and return the SDK's error types.
type Service struct {
	opts   Options
	limits Limits
	line   *line // of those that wait to be run
	pace   *pace
	kinds  kinds
	places int // if not 0, of fewRows; tests set it

	mu struct {
		sync.Mutex
		kept kept
	}
}

// New returns a service. Its queries wait until Run runs.
func New(o Options) *Service {
	s := &Service{opts: o, limits: o.Limits.withDefaults()}
	s.pace = newPace(o.Events, processors(), s.limits.Together, s.limits.Memory)
	s.opts.Events = &share{Table: o.Events, pace: s.pace}
	s.line = newLine(s.limits.Waiting, s.limits.Running)
	s.mu.kept.byID = map[string]*query{}
	return s
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("StartQuery", s.StartQuery),
		op.New("GetQueryResults", s.GetQueryResults),
		op.New("StopQuery", s.StopQuery),
		op.New("DescribeQueries", s.DescribeQueries),
		op.New("ListLogGroupsForQuery", s.ListLogGroupsForQuery),
	}
}

// expireEvery is how often queries are forgotten that are older than Limits.KeptFor.
const expireEvery = time.Minute

// Run runs queries until ctx ends, and then ends those that run. It returns the context's error.
func (s *Service) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for range s.limits.Running {
		all.Go(func() { s.work(ctx) })
	}
	every := time.NewTicker(expireEvery)
	defer every.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-every.C:
			s.expire()
		}
	}
	all.Wait()
	return ctx.Err()
}

// work runs one query after the other.
func (s *Service) work(ctx context.Context) {
	for {
		q := s.line.next(ctx)
		if q == nil {
			return
		}
		s.run(ctx, q)
		s.line.done(q)
	}
}

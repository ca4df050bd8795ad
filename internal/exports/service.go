// Package exports carries out export tasks of CloudWatch Logs: it writes the events of a log group as objects, laid out as AWS lays them
// out in S3. Reading events and keeping objects it leaves to who makes a Service.
package exports

import (
	"context"
	"io"
	"iter"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Options say what a service works with. All but Buckets and Hooks must be set.
type Options struct {
	Catalog catalog.Catalog // of the tasks; this process is the only one that writes them
	Events  Events
	Buckets Buckets          // nil: no bucket exists
	Sealer  *page.Sealer     // of the tokens of lists
	Now     func() time.Time // of everything that is stored
	Random  io.Reader        // of the ids of tasks: crypto/rand's
	Hooks   Hooks
}

// Events are the log events of the caller that the context carries. Errors are the SDK's or a *fault.Error.
type Events interface {
	// Group returns when a log group was made, in milliseconds. It fails with a *types.ResourceNotFoundException if the caller has no
	// group of that name.
	Group(ctx context.Context, name string) (made int64, err error)

	// Streams yields the names of the group's streams that begin with prefix, by name. It stops after an error.
	Streams(ctx context.Context, group, prefix string) iter.Seq2[string, error]

	// Read yields the events of a stream with from <= time < to, in milliseconds, oldest first. It stops after an error.
	Read(ctx context.Context, group, stream string, from, to int64) iter.Seq2[Event, error]
}

// An Event is one log event.
type Event struct {
	Time    int64 // ms
	Message string
}

// Buckets keep objects under keys, as S3 does. Their methods are safe for concurrent use.
type Buckets interface {
	// Put stores an object whole, or not at all; one that was there before is replaced. It does not keep body. A fault.NotFound says that
	// there is no such bucket.
	Put(ctx context.Context, bucket, key string, body []byte) error

	// Tidy removes what Puts of a process that was killed left undone beside an object that they would have made. Nobody may be putting
	// objects there.
	Tidy(ctx context.Context, bucket, key string) error
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	Ended   func(Ended)
	Refused func(bucket string, err error) // a bucket that could not be written to, when a task was asked for
	Failed  func(act string, err error)    // work on the catalog that was not done
}

// Ended is what became of a task.
type Ended struct {
	Task    string
	Status  string // AWS's word
	Took    time.Duration
	Events  int64
	Objects int64
	Bytes   int64 // of the objects
	Err     error // why it failed
}

const (
	// workers is how many tasks run at a time, of all accounts [R]: each account has one at most.
	workers = 2
	// maxKept is how many tasks of an account in a region are remembered [R]; the oldest that have ended are forgotten.
	maxKept = 1000
)

// A Service has export tasks. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return the
// SDK's error types.
type Service struct {
	opts   Options
	making sync.Mutex // held while a task is made: an account has one at a time
	wake   chan struct{}

	mu struct {
		sync.Mutex
		queue   []catalog.Key                      // tasks that are to run, in the order that they were made
		running map[catalog.Key]context.CancelFunc // of tasks that run
	}
}

// New returns a service.
func New(o Options) *Service {
	s := &Service{opts: o, wake: make(chan struct{}, workers)}
	s.mu.running = map[catalog.Key]context.CancelFunc{}
	return s
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("CancelExportTask", s.CancelExportTask),
		op.New("CreateExportTask", s.CreateExportTask),
		op.New("DescribeExportTasks", s.DescribeExportTasks),
	}
}

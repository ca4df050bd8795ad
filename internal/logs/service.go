// Package logs carries out the operations of CloudWatch Logs on log groups, streams and events. It knows nothing of the bytes that a
// request came in, nor of how rows and resources are kept, and who may call is decided before it is called.
package logs

import (
	"context"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/cache"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/table"
)

// Schema is what the rows of log events are.
var Schema = table.Schema{Name: "log_events", Text: messageField, Fields: []table.Field{{Name: messageField, Kind: column.String}}}

// messageField is the column of the text of an event.
const messageField = "@message"

// Options say what a service works with. Catalog, Events, Sealer and Now must be set.
type Options struct {
	Catalog catalog.Catalog  // of the groups, streams and filters; this process is the only one that writes them
	Events  table.Table      // of Schema
	Sealer  *page.Sealer     // of the tokens of lists
	Now     func() time.Time // of everything, also of what is stored
	Limits  Limits
	Damaged bool // answer reads with what is left of damaged data; else they fail

	// Accepted gets all events after they were stored, before their sender is told. It must not block, nor keep or change the slices.
	// nil drops them.
	Accepted func(Accepted)

	// Metrics gets what metric filters find in the events of a PutLogEvents, after they were stored. nil drops it.
	Metrics func(ctx context.Context, data []MetricDatum) error

	// Deliver gets the events that a subscription filter matches, after they were stored. nil drops them.
	Deliver func(ctx context.Context, d Delivery) error

	// Policies say how events are seen. nil: as they are.
	Policies Policies

	// Swept are the kinds of entries of others whose name is a group's partition: they go with it.
	Swept []catalog.Kind

	// Named are the kinds of entries of others whose name is a group's: they go in the write that deletes it.
	Named []catalog.Kind

	// Subscribable tells whether the caller may send events to a destination of the service's own kind. nil: to none.
	Subscribable func(ctx context.Context, destination arn.ARN) (bool, error)

	// Tagged changes the tags of resources of other services, and returns them as they then are: without a change, as they are. mine is
	// false for what is none of theirs. nil: there are none.
	Tagged Tagger

	Hooks Hooks
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	SinkFailed  func(group, filter string, err error) // what a filter found was not taken
	TouchFailed func(group, stream string, err error) // the times of a stream's events stay behind what is stored
	SweepFailed func(err error)                       // the remains of deleted groups, or expired events, stay until the next try
}

// A Service carries out operations. Its methods are safe for concurrent use; they act for the account and region of
// caller.From, and return the SDK's error types, or what wraps a *fault.Error.
type Service struct {
	catalog catalog.Catalog
	events  table.Table
	sealer  *page.Sealer
	limits  Limits
	opts    Options

	groups   *cache.Cache[catalog.Key, *Group]
	streams  *cache.Cache[streamPlace, Stream]
	compiled *cache.Cache[filterPlace, *compiledFilters]
	quota    groupQuota
	names    groupNames
	defaults quietMinutes
	changing groupLocks
	gone     chan struct{} // of one place: a group was deleted
}

// What the caches keep at least: 50,000 groups of some 300 bytes, 200,000 streams of some 200 bytes, and the filters of 1,000
// groups, which have at most some 100 KB each.
const (
	cachedGroups  = 50_000
	cachedStreams = 200_000
	cachedFilters = 1_000
)

// New returns a service.
func New(o Options) *Service {
	return &Service{
		catalog:  o.Catalog,
		events:   o.Events,
		sealer:   o.Sealer,
		limits:   o.Limits.withDefaults(),
		opts:     o,
		groups:   cache.New[catalog.Key, *Group](cachedGroups),
		streams:  cache.New[streamPlace, Stream](cachedStreams),
		compiled: cache.New[filterPlace, *compiledFilters](cachedFilters),
		gone:     make(chan struct{}, 1),
	}
}

// now returns the time in milliseconds since 1970.
func (s *Service) now() int64 { return s.opts.Now().UnixMilli() }

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return append(s.resourceOperations(), s.eventOperations()...)
}

// resourceOperations returns the operations on what is not an event.
func (s *Service) resourceOperations() []op.Operation {
	return []op.Operation{
		op.New("CreateLogGroup", s.CreateLogGroup),
		op.New("DeleteLogGroup", s.DeleteLogGroup),
		op.New("DescribeLogGroups", s.DescribeLogGroups),
		op.New("ListLogGroups", s.ListLogGroups),
		op.New("PutLogGroupDeletionProtection", s.PutLogGroupDeletionProtection),
		op.New("PutBearerTokenAuthentication", s.PutBearerTokenAuthentication),
		op.New("PutRetentionPolicy", s.PutRetentionPolicy),
		op.New("DeleteRetentionPolicy", s.DeleteRetentionPolicy),
		op.New("TagResource", s.TagResource),
		op.New("UntagResource", s.UntagResource),
		op.New("ListTagsForResource", s.ListTagsForResource),
		op.New("TagLogGroup", s.TagLogGroup),
		op.New("UntagLogGroup", s.UntagLogGroup),
		op.New("ListTagsLogGroup", s.ListTagsLogGroup),
		op.New("CreateLogStream", s.CreateLogStream),
		op.New("DeleteLogStream", s.DeleteLogStream),
		op.New("DescribeLogStreams", s.DescribeLogStreams),
		op.New("PutMetricFilter", s.PutMetricFilter),
		op.New("DeleteMetricFilter", s.DeleteMetricFilter),
		op.New("DescribeMetricFilters", s.DescribeMetricFilters),
		op.New("TestMetricFilter", s.TestMetricFilter),
		op.New("PutSubscriptionFilter", s.PutSubscriptionFilter),
		op.New("DeleteSubscriptionFilter", s.DeleteSubscriptionFilter),
		op.New("DescribeSubscriptionFilters", s.DescribeSubscriptionFilters),
		op.New("AssociateKmsKey", s.AssociateKmsKey),
		op.New("DisassociateKmsKey", s.DisassociateKmsKey),
	}
}

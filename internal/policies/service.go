// Package policies keeps the policies of CloudWatch Logs that say what becomes of a group's events beside being stored: how they are
// protected, transformed and indexed, group by group or for an account. It stores no events, and what is sensitive or how a processor works
// is for masking and transform to say.
package policies

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Options say what a service works with. All but Hooks must be set.
type Options struct {
	Catalog catalog.Catalog // this process is the only one that writes it
	Sealer  *page.Sealer    // of the tokens of lists
	Now     func() time.Time

	// Find returns the group of the caller's that a name or an ARN names. Its error is the sender's.
	Find func(ctx context.Context, identifier string) (Group, error)

	// Write stores events of a time in a group of the caller's, in a stream that is made if it is not there.
	Write func(ctx context.Context, group, stream string, at time.Time, messages []string) error

	// FieldTimes returns, for each of some fields, which events of a group of the caller's have it, and when the newest event of the group was
	// stored, in ms; 0 if it has none.
	FieldTimes func(ctx context.Context, g Group, fields []SoughtField) (times []FieldTimes, stored int64, err error)

	Hooks Hooks
}

// A Group is one incarnation of a log group.
type Group struct {
	Account, Region string
	Name            string
	Partition       int64
	Class           types.LogGroupClass
}

// ARN returns the group's ARN without ":*".
func (g Group) ARN() string {
	return arn.ARN{
		Partition: arn.Partition(g.Region), Service: "logs", Region: g.Region, Account: g.Account, Resource: "log-group:" + g.Name,
	}.String()
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	// Found tells that events with sensitive data were stored: AWS's metric LogEventsWithFindings. policy is the name in its document.
	Found func(g Group, policy string, events int)

	// Transformed tells what came of events that a transformer saw: AWS's TransformedLogEvents and TransformationErrors.
	Transformed func(g Group, events, errors int)

	// ReportFailed tells that reports of findings were not written.
	ReportFailed func(group string, reports int, err error)
}

// A Service carries out operations. Its methods are safe for concurrent use; they act for the account and region of caller.From, and
// return the SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts      Options
	kinds     kinds
	ofAccount sync.Mutex // held while a policy of an account is put or deleted
	changing  sync.Mutex // held while one document is changed
	reports   chan report

	mu struct {
		sync.RWMutex
		states    map[tenant]*state
		indexings map[tenant]*indexing
	}
}

// A tenant is whose policies are meant.
type tenant struct{ account, region string }

func tenantOf(ctx context.Context) tenant {
	c := caller.From(ctx)
	return tenant{c.Account, c.Region}
}

// waitingReports is how many reports of findings wait to be written at most; those on top are lost, and the hook is told.
const waitingReports = 10_000

// New returns a service.
func New(o Options) *Service {
	s := &Service{opts: o, kinds: newKinds(o.Catalog), reports: make(chan report, waitingReports)}
	s.mu.states, s.mu.indexings = map[tenant]*state{}, map[tenant]*indexing{}
	return s
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("PutDataProtectionPolicy", s.PutDataProtectionPolicy),
		op.New("GetDataProtectionPolicy", s.GetDataProtectionPolicy),
		op.New("DeleteDataProtectionPolicy", s.DeleteDataProtectionPolicy),
		op.New("PutTransformer", s.PutTransformer),
		op.New("GetTransformer", s.GetTransformer),
		op.New("DeleteTransformer", s.DeleteTransformer),
		op.New("TestTransformer", s.TestTransformer),
		op.New("PutIndexPolicy", s.PutIndexPolicy),
		op.New("DescribeIndexPolicies", s.DescribeIndexPolicies),
		op.New("DeleteIndexPolicy", s.DeleteIndexPolicy),
		op.New("DescribeFieldIndexes", s.DescribeFieldIndexes),
		op.New("PutAccountPolicy", s.PutAccountPolicy),
		op.New("DescribeAccountPolicies", s.DescribeAccountPolicies),
		op.New("DeleteAccountPolicy", s.DeleteAccountPolicy),
	}
}

// now returns the time in milliseconds since 1970.
func (s *Service) now() int64 { return s.opts.Now().UnixMilli() }

// Package resourcepolicies keeps the resource policies of CloudWatch Logs: which of AWS's services may write to an account or to a log
// group. Nothing enforces them here; the groups they are of belong to others.
package resourcepolicies

import (
	"context"
	"io"
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
	Random  io.Reader // of the ids of revisions: crypto/rand's

	// Find returns the caller's log group that a name or an ARN names. Its error is the sender's.
	Find func(ctx context.Context, identifier string) (Group, error)
}

// A Group is a log group as it was found.
type Group struct {
	Name  string
	Still catalog.Change // fails a write if the group is not as it was found any more
}

const (
	accountKind catalog.Kind = "log-resource-policy" // by the policy's name
	groupKind   catalog.Kind = "log-group-policy"    // by the group's name; one of a group
)

// GroupKinds are the kinds of what the catalog keeps for a log group, under its name. Who deletes a group deletes these in the same write.
var GroupKinds = []catalog.Kind{groupKind}

// A Service keeps policies. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return the
// SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts     Options
	accounts documents.Kind[policy]
	groups   documents.Kind[policy]
	making   sync.Mutex // held while policies are counted and one is made
}

// New returns a service.
func New(o Options) *Service {
	return &Service{
		opts:     o,
		accounts: documents.Kind[policy]{Catalog: o.Catalog, Name: accountKind},
		groups:   documents.Kind[policy]{Catalog: o.Catalog, Name: groupKind},
	}
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("PutResourcePolicy", s.PutResourcePolicy),
		op.New("DescribeResourcePolicies", s.DescribeResourcePolicies),
		op.New("DeleteResourcePolicy", s.DeleteResourcePolicy),
	}
}

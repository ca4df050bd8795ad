// Package preferences keeps what an account of CloudWatch Logs can set about what comes in: its storage tier, and which log groups take syslog
// messages. Listening for them is left to others, and nothing acts on the tier.
package preferences

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Options say what a service works with. All must be set.
type Options struct {
	Catalog catalog.Catalog // this process is the only one that writes it
	Sealer  *page.Sealer    // of the tokens of lists
	Now     func() time.Time

	// Find returns the caller's log group that a name or an ARN names. Its error is the sender's.
	Find func(ctx context.Context, identifier string) (Group, error)
}

// A Group is a log group as it was found.
type Group struct {
	Name  string
	ARN   string         // without ":*"
	Still catalog.Change // fails a write if the group is not as it was found any more
}

const (
	tierKind   catalog.Kind = "log-storage-tier" // under tierName
	syslogKind catalog.Kind = "log-group-syslog" // by the group's name
)

// GroupKinds are the kinds of what the catalog keeps for a log group, under its name. Who deletes a group deletes these in the same write.
var GroupKinds = []catalog.Kind{syslogKind}

// A Service keeps preferences. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return the
// SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts    Options
	tiers   documents.Kind[tier]
	syslogs documents.Kind[groupSyslog]
	making  sync.Mutex // held while configurations are counted and one is made
}

// New returns a service.
func New(o Options) *Service {
	return &Service{
		opts:    o,
		tiers:   documents.Kind[tier]{Catalog: o.Catalog, Name: tierKind},
		syslogs: documents.Kind[groupSyslog]{Catalog: o.Catalog, Name: syslogKind},
	}
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("DeleteSyslogConfiguration", s.DeleteSyslogConfiguration),
		op.New("GetStorageTierPolicy", s.GetStorageTierPolicy),
		op.New("ListSyslogConfigurations", s.ListSyslogConfigurations),
		op.New("PutStorageTierPolicy", s.PutStorageTierPolicy),
		op.New("PutSyslogConfiguration", s.PutSyslogConfiguration),
	}
}

// A tier is what the catalog keeps of the storage tier, under tierName.
type tier struct {
	Tier    types.StorageTier `json:"tier"`
	Updated int64             `json:"updated"` // ms
}

const tierName = "policy"

// PutStorageTierPolicy sets the tier of the account. [R] There is one tier here; what is read and when does not move events.
func (s *Service) PutStorageTierPolicy(ctx context.Context, in *cloudwatchlogs.PutStorageTierPolicyInput) (*cloudwatchlogs.PutStorageTierPolicyOutput, error) {
	t := tier{in.StorageTier, s.opts.Now().UnixMilli()}
	if err := s.tiers.Put(ctx, tierName, t, catalog.Any); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutStorageTierPolicyOutput{StorageTier: t.Tier, LastUpdatedTime: &t.Updated}, nil
}

// GetStorageTierPolicy returns the tier of the account: standard, with no time, if none was put [R].
func (s *Service) GetStorageTierPolicy(ctx context.Context, _ *cloudwatchlogs.GetStorageTierPolicyInput) (*cloudwatchlogs.GetStorageTierPolicyOutput, error) {
	t, _, err := s.tiers.Get(ctx, tierName)
	if fault.Is(err, fault.NotFound) {
		return &cloudwatchlogs.GetStorageTierPolicyOutput{StorageTier: types.StorageTierStandard}, nil
	}
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.GetStorageTierPolicyOutput{StorageTier: t.Tier, LastUpdatedTime: &t.Updated}, nil
}

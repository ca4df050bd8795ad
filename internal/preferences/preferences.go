// Package preferences keeps what an account of CloudWatch Logs can set about what comes in: its storage tier, and which log groups take syslog
// messages. Listening for them is left to others, and nothing acts on the tier.
package preferences

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// Options say what a service works with. All must be set.
type Options struct {
	Catalog catalog.Catalog // this process is the only one that writes it
	Sealer  *page.Sealer    // of the tokens of lists
	Now     func() time.Time

	// Find returns the ARN, without ":*", of the caller's log group that a name or an ARN names. Its error is the sender's.
	Find func(ctx context.Context, identifier string) (arn string, err error)
}

// A Service keeps preferences. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return the
// SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts    Options
	tiers   documents.Kind[tier]
	syslogs documents.Kind[syslog]
	making  sync.Mutex // held while configurations are counted and one is made
}

// New returns a service.
func New(o Options) *Service {
	return &Service{
		opts:    o,
		tiers:   documents.Kind[tier]{Catalog: o.Catalog, Name: "log-storage-tier"},
		syslogs: documents.Kind[syslog]{Catalog: o.Catalog, Name: "log-syslog"},
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

// A syslog is what the catalog keeps of a syslog configuration, under place.
type syslog struct {
	Group    string `json:"group"`              // its ARN
	Endpoint string `json:"endpoint,omitempty"` // of a VPC
	Created  int64  `json:"created"`            // ms
}

func (c syslog) place() string { return c.Group + " " + c.Endpoint }

// maxSyslogs is how many configurations an account has in a region [R].
const maxSyslogs = 1000

// AWS's texts. [R] None was seen.
const (
	textSyslogMissing = "The specified syslog configuration does not exist."
	textBadToken      = "The specified nextToken is invalid."
	textLimit         = "The maximum number of syslog configurations is reached."
)

// PutSyslogConfiguration lets syslog messages come to a group through an endpoint of a VPC, or through any. [R] There are no VPCs here: see
// routesOf.
func (s *Service) PutSyslogConfiguration(ctx context.Context, in *cloudwatchlogs.PutSyslogConfigurationInput) (*cloudwatchlogs.PutSyslogConfigurationOutput, error) {
	group, err := s.opts.Find(ctx, aws.ToString(in.LogGroupIdentifier))
	if err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	c := syslog{group, aws.ToString(in.VpcEndpointId), s.opts.Now().UnixMilli()}
	n, err := s.syslogs.Count(ctx, maxSyslogs)
	if err == nil && n >= maxSyslogs {
		err = refuse.InvalidOperation(textLimit)
	}
	if err != nil {
		return nil, err
	}
	if err := s.syslogs.Put(ctx, c.place(), c, catalog.Absent); err != nil && !fault.Is(err, fault.Exists) {
		return nil, err
	}
	return &cloudwatchlogs.PutSyslogConfigurationOutput{}, nil
}

// pageSize is how many configurations a page has, at most and if the request does not say.
const pageSize = 50

// ListSyslogConfigurations lists configurations by group, all or those of a group or an endpoint.
func (s *Service) ListSyslogConfigurations(ctx context.Context, in *cloudwatchlogs.ListSyslogConfigurationsInput) (*cloudwatchlogs.ListSyslogConfigurationsOutput, error) {
	group := ""
	if in.LogGroupIdentifier != nil {
		var err error
		if group, err = s.opts.Find(ctx, *in.LogGroupIdentifier); err != nil {
			return nil, err
		}
	}
	var found []syslog
	for c, err := range s.syslogs.All(ctx, "") {
		if err != nil {
			return nil, err
		}
		if (group == "" || c.Group == group) && (in.VpcEndpointId == nil || c.Endpoint == *in.VpcEndpointId) {
			found = append(found, c)
		}
	}
	list := documents.List{
		Sealer: s.opts.Sealer, Purpose: strings.Join([]string{"ListSyslogConfigurations", group, aws.ToString(in.VpcEndpointId)}, "\x00"),
		Token: in.NextToken, Limit: documents.Limit(&in.MaxResults, pageSize, pageSize),
	}
	found, next, err := documents.Page(ctx, list, found, syslog.place)
	if err != nil {
		return nil, refuse.Token(err)
	}
	out := &cloudwatchlogs.ListSyslogConfigurationsOutput{SyslogConfigurations: []types.SyslogConfiguration{}, NextToken: next}
	for _, c := range found {
		w := types.SyslogConfiguration{LogGroupArn: &c.Group, SourceType: types.SyslogSourceTypeVpce, CreatedAt: &c.Created}
		if c.Endpoint != "" {
			w.VpcEndpointId = &c.Endpoint
		}
		out.SyslogConfigurations = append(out.SyslogConfigurations, w)
	}
	return out, nil
}

// DeleteSyslogConfiguration removes a configuration.
func (s *Service) DeleteSyslogConfiguration(ctx context.Context, in *cloudwatchlogs.DeleteSyslogConfigurationInput) (*cloudwatchlogs.DeleteSyslogConfigurationOutput, error) {
	group, err := s.opts.Find(ctx, aws.ToString(in.LogGroupIdentifier))
	if err != nil {
		return nil, err
	}
	err = s.syslogs.Delete(ctx, syslog{Group: group, Endpoint: aws.ToString(in.VpcEndpointId)}.place())
	if fault.Is(err, fault.NotFound) {
		err = refuse.NotFound(textSyslogMissing)
	}
	return &cloudwatchlogs.DeleteSyslogConfigurationOutput{}, err
}

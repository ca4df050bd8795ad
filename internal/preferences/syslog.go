package preferences

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A groupSyslog is what the catalog keeps of a group's syslog configurations: as one, so that they go with the group.
type groupSyslog struct {
	Group string   `json:"group"` // its ARN
	All   []syslog `json:"all"`   // in the order that they were made
}

// A syslog is a syslog configuration.
type syslog struct {
	Endpoint string `json:"endpoint,omitempty"` // of a VPC
	Created  int64  `json:"created"`            // ms
	group    string // its ARN
}

func (c syslog) place() string { return c.group + " " + c.Endpoint }

// index returns where the configuration of an endpoint is; -1 if there is none.
func (of *groupSyslog) index(endpoint string) int {
	return slices.IndexFunc(of.All, func(c syslog) bool { return c.Endpoint == endpoint })
}

// maxSyslogs is how many configurations an account has in a region [R].
const maxSyslogs = 1000

// AWS's texts. [R] None was seen.
const (
	textSyslogMissing = "The specified syslog configuration does not exist."
	textLimit         = "The maximum number of syslog configurations is reached."
)

// all returns the caller's configurations, by place.
func (s *Service) all(ctx context.Context) ([]syslog, error) {
	var all []syslog
	for of, err := range s.syslogs.All(ctx, "") {
		if err != nil {
			return nil, err
		}
		for _, c := range of.All {
			c.group = of.Group
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b syslog) int { return strings.Compare(a.place(), b.place()) })
	return all, nil
}

// change changes the configurations of a group, as long as it is there.
func (s *Service) change(ctx context.Context, identifier *string, f func(*groupSyslog) error) error {
	s.making.Lock()
	defer s.making.Unlock()
	g, err := s.opts.Find(ctx, aws.ToString(identifier))
	if err != nil {
		return err
	}
	of, version, err := s.syslogs.Get(ctx, g.Name)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	of.Group = g.ARN
	if err := f(&of); err != nil {
		return err
	}
	c := catalog.Delete(s.syslogs.Scope(ctx).Key(g.Name), version)
	if len(of.All) > 0 {
		if c, err = s.syslogs.Change(ctx, g.Name, of, version); err != nil {
			return err
		}
	}
	err = s.syslogs.Write(ctx, g.Still, c)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exists) || fault.Is(err, fault.NotFound) {
		return refuse.Aborted() // the group went, or was changed
	}
	return err
}

// PutSyslogConfiguration lets syslog messages come to a group through an endpoint of a VPC, or through any. [R] There are no VPCs here: see
// routesOf.
func (s *Service) PutSyslogConfiguration(ctx context.Context, in *cloudwatchlogs.PutSyslogConfigurationInput) (*cloudwatchlogs.PutSyslogConfigurationOutput, error) {
	endpoint := aws.ToString(in.VpcEndpointId)
	err := s.change(ctx, in.LogGroupIdentifier, func(of *groupSyslog) error {
		if of.index(endpoint) >= 0 {
			return nil
		}
		all, err := s.all(ctx)
		if err == nil && len(all) >= maxSyslogs {
			err = refuse.InvalidOperation(textLimit)
		}
		of.All = append(of.All, syslog{Endpoint: endpoint, Created: s.opts.Now().UnixMilli()})
		return err
	})
	if err != nil {
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
		g, err := s.opts.Find(ctx, *in.LogGroupIdentifier)
		if err != nil {
			return nil, err
		}
		group = g.ARN
	}
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(all, func(c syslog) bool {
		return group != "" && c.group != group || in.VpcEndpointId != nil && c.Endpoint != *in.VpcEndpointId
	})
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
		w := types.SyslogConfiguration{LogGroupArn: &c.group, SourceType: types.SyslogSourceTypeVpce, CreatedAt: &c.Created}
		if c.Endpoint != "" {
			w.VpcEndpointId = &c.Endpoint
		}
		out.SyslogConfigurations = append(out.SyslogConfigurations, w)
	}
	return out, nil
}

// DeleteSyslogConfiguration removes a configuration.
func (s *Service) DeleteSyslogConfiguration(ctx context.Context, in *cloudwatchlogs.DeleteSyslogConfigurationInput) (*cloudwatchlogs.DeleteSyslogConfigurationOutput, error) {
	endpoint := aws.ToString(in.VpcEndpointId)
	err := s.change(ctx, in.LogGroupIdentifier, func(of *groupSyslog) error {
		i := of.index(endpoint)
		if i < 0 {
			return refuse.NotFound(textSyslogMissing)
		}
		of.All = slices.Delete(of.All, i, i+1)
		return nil
	})
	return &cloudwatchlogs.DeleteSyslogConfigurationOutput{}, err
}

package deliveries

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A source is what the catalog keeps of a delivery source under its name: what sends logs.
type source struct {
	Name     string            `json:"name"`
	Resource string            `json:"resource"` // its ARN
	Service  string            `json:"service"`
	LogType  string            `json:"logType"`
	Settings map[string]string `json:"settings,omitempty"`
	Tags     map[string]string `json:"tags,omitempty"`
}

// wire returns d as the API has it.
func (d source) wire(ctx context.Context) types.DeliverySource {
	return types.DeliverySource{
		Name: &d.Name, Arn: aws.String(arnOf(ctx, sourceResource+d.Name)), ResourceArns: []string{d.Resource}, Service: &d.Service, LogType: &d.LogType,
		DeliverySourceConfiguration: d.Settings, Tags: d.Tags,
	}
}

// PutDeliverySource makes a source, or changes what one sends. That the resource exists is not looked at: it is another service's.
func (s *Service) PutDeliverySource(ctx context.Context, in *cloudwatchlogs.PutDeliverySourceInput) (*cloudwatchlogs.PutDeliverySourceOutput, error) {
	resource, err := arn.Parse(aws.ToString(in.ResourceArn))
	if err != nil || logTypes[resource.Service] == nil {
		return nil, refuse.NotFound(textNoService)
	}
	if !slices.Contains(logTypes[resource.Service], aws.ToString(in.LogType)) {
		return nil, refuse.Validation(textNoLogType)
	}
	if refuse.ReservedTag(in.Tags) {
		return nil, refuse.Validation(refuse.TextReservedTag)
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	name := aws.ToString(in.Name)
	d, version, err := s.sources.Get(ctx, name)
	switch {
	case fault.Is(err, fault.NotFound):
		if err := room(ctx, s.sources, s.opts.Limit); err != nil {
			return nil, err
		}
		d, version = source{Name: name, Resource: *in.ResourceArn, Service: resource.Service, Tags: in.Tags}, catalog.Absent
	case err != nil:
		return nil, err
	case len(in.Tags) > 0:
		return nil, refuse.Conflict(textTags)
	case d.Resource != *in.ResourceArn:
		return nil, refuse.Conflict(textNewResource)
	}
	d.LogType, d.Settings = *in.LogType, in.DeliverySourceConfiguration
	if err := s.soleSource(ctx, d); err != nil {
		return nil, err
	}
	if err := s.sources.Put(ctx, name, d, version); err != nil {
		return nil, err
	}
	out := d.wire(ctx)
	return &cloudwatchlogs.PutDeliverySourceOutput{DeliverySource: &out}, nil
}

// soleSource refuses a source if there is another one of its resource. [R] Of other logs of the resource there may be: some services'
// guides make one source for each type. The caller holds s.changing.
func (s *Service) soleSource(ctx context.Context, d source) error {
	for other, err := range s.sources.All(ctx, "") {
		if err != nil {
			return err
		}
		if other.Name != d.Name && other.Resource == d.Resource && other.LogType == d.LogType {
			return refuse.Conflict(textResourceUsed)
		}
	}
	return nil
}

// GetDeliverySource describes a source.
func (s *Service) GetDeliverySource(ctx context.Context, in *cloudwatchlogs.GetDeliverySourceInput) (*cloudwatchlogs.GetDeliverySourceOutput, error) {
	d, _, err := s.sources.Get(ctx, aws.ToString(in.Name))
	if err != nil {
		return nil, missing(err, textSourceMissing)
	}
	out := d.wire(ctx)
	return &cloudwatchlogs.GetDeliverySourceOutput{DeliverySource: &out}, nil
}

// DescribeDeliverySources lists sources by name.
func (s *Service) DescribeDeliverySources(ctx context.Context, in *cloudwatchlogs.DescribeDeliverySourcesInput) (*cloudwatchlogs.DescribeDeliverySourcesOutput, error) {
	found, next, err := pageOf(ctx, s, s.sources, in.NextToken, in.Limit, func(d source) string { return d.Name })
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.DescribeDeliverySourcesOutput{DeliverySources: []types.DeliverySource{}, NextToken: next}
	for _, d := range found {
		out.DeliverySources = append(out.DeliverySources, d.wire(ctx))
	}
	return out, nil
}

// DeleteDeliverySource removes a source of which there is no delivery.
func (s *Service) DeleteDeliverySource(ctx context.Context, in *cloudwatchlogs.DeleteDeliverySourceInput) (*cloudwatchlogs.DeleteDeliverySourceOutput, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	name := aws.ToString(in.Name)
	err := s.unused(ctx, func(d delivery) bool { return d.Source == name })
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.DeleteDeliverySourceOutput{}, missing(s.sources.Delete(ctx, name), textSourceMissing)
}

// unused fails if there is a delivery that uses what is to be deleted. The caller holds s.changing.
func (s *Service) unused(ctx context.Context, uses func(delivery) bool) error {
	for d, err := range s.deliveries.All(ctx, "") {
		if err != nil {
			return err
		}
		if uses(d) {
			return refuse.Conflict(textInUse)
		}
	}
	return nil
}

package deliveries

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A destination is what the catalog keeps of a delivery destination under its name: where logs go.
type destination struct {
	Name   string                        `json:"name"`
	Type   types.DeliveryDestinationType `json:"type"`
	Target string                        `json:"target,omitempty"` // an ARN; "" for X-Ray
	Format types.OutputFormat            `json:"format,omitempty"`
	Role   string                        `json:"role,omitempty"`
	Policy string                        `json:"policy,omitempty"` // an IAM policy: who may deliver to it
	Tags   map[string]string             `json:"tags,omitempty"`
}

// wire returns d as the API has it.
func (d destination) wire(ctx context.Context) types.DeliveryDestination {
	out := types.DeliveryDestination{
		Name: &d.Name, Arn: aws.String(arnOf(ctx, destinationResource+d.Name)), DeliveryDestinationType: d.Type, OutputFormat: d.Format, Tags: d.Tags,
	}
	if d.Target != "" {
		out.DeliveryDestinationConfiguration = &types.DeliveryDestinationConfiguration{DestinationResourceArn: &d.Target}
	}
	if d.Role != "" {
		out.RoleArn = &d.Role
	}
	return out
}

// targetTypes are the types of destinations by the service of their target.
var targetTypes = map[string]types.DeliveryDestinationType{
	"s3": types.DeliveryDestinationTypeS3, "logs": types.DeliveryDestinationTypeCwl, "firehose": types.DeliveryDestinationTypeFh,
}

// typeOf returns of which type a destination is, by its target or, without one, by what the request says.
func typeOf(in *cloudwatchlogs.PutDeliveryDestinationInput) (types.DeliveryDestinationType, string, error) {
	if in.DeliveryDestinationConfiguration == nil {
		if in.DeliveryDestinationType != types.DeliveryDestinationTypeXray {
			return "", "", refuse.Validation(textNoTarget)
		}
		return in.DeliveryDestinationType, "", nil
	}
	target := aws.ToString(in.DeliveryDestinationConfiguration.DestinationResourceArn)
	a, err := arn.Parse(target)
	kind := targetTypes[a.Service]
	if err != nil || kind == "" || in.DeliveryDestinationType != "" && in.DeliveryDestinationType != kind {
		return "", "", refuse.Validation(textNoTarget)
	}
	return kind, target, nil
}

// PutDeliveryDestination makes a destination, or changes its target; it keeps its policy. That the target exists is not looked at. [R] The
// type stays while deliveries use it: they are told apart by it.
func (s *Service) PutDeliveryDestination(ctx context.Context, in *cloudwatchlogs.PutDeliveryDestinationInput) (*cloudwatchlogs.PutDeliveryDestinationOutput, error) {
	kind, target, err := typeOf(in)
	if err != nil {
		return nil, err
	}
	if allowed := formats[kind]; in.OutputFormat != "" && allowed != nil && !slices.Contains(allowed, in.OutputFormat) {
		return nil, refuse.Validation(textNoFormat, in.OutputFormat, kind)
	}
	if refuse.ReservedTag(in.Tags) {
		return nil, refuse.Validation(refuse.TextReservedTag)
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	name := aws.ToString(in.Name)
	d, version, err := s.destinations.Get(ctx, name)
	switch {
	case fault.Is(err, fault.NotFound):
		if err := room(ctx, s.destinations, s.opts.Limit); err != nil {
			return nil, err
		}
		d, version = destination{Name: name, Format: in.OutputFormat, Tags: in.Tags}, catalog.Absent
	case err != nil:
		return nil, err
	case len(in.Tags) > 0:
		return nil, refuse.Conflict(textTags)
	case in.OutputFormat != "" && in.OutputFormat != d.Format:
		return nil, refuse.Validation(textNewFormat)
	case kind != d.Type:
		if err := s.unused(ctx, func(d delivery) bool { return d.Destination == name }); err != nil {
			return nil, err
		}
	}
	d.Type, d.Target, d.Role = kind, target, aws.ToString(in.RoleArn)
	if err := s.destinations.Put(ctx, name, d, version); err != nil {
		return nil, err
	}
	out := d.wire(ctx)
	return &cloudwatchlogs.PutDeliveryDestinationOutput{DeliveryDestination: &out}, nil
}

// GetDeliveryDestination describes a destination.
func (s *Service) GetDeliveryDestination(ctx context.Context, in *cloudwatchlogs.GetDeliveryDestinationInput) (*cloudwatchlogs.GetDeliveryDestinationOutput, error) {
	d, _, err := s.destinations.Get(ctx, aws.ToString(in.Name))
	if err != nil {
		return nil, missing(err, textDestinationMissing)
	}
	out := d.wire(ctx)
	return &cloudwatchlogs.GetDeliveryDestinationOutput{DeliveryDestination: &out}, nil
}

// DescribeDeliveryDestinations lists destinations by name.
func (s *Service) DescribeDeliveryDestinations(ctx context.Context, in *cloudwatchlogs.DescribeDeliveryDestinationsInput) (*cloudwatchlogs.DescribeDeliveryDestinationsOutput, error) {
	found, next, err := pageOf(ctx, s, s.destinations, in.NextToken, in.Limit, func(d destination) string { return d.Name })
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.DescribeDeliveryDestinationsOutput{DeliveryDestinations: []types.DeliveryDestination{}, NextToken: next}
	for _, d := range found {
		out.DeliveryDestinations = append(out.DeliveryDestinations, d.wire(ctx))
	}
	return out, nil
}

// DeleteDeliveryDestination removes a destination to which there is no delivery.
func (s *Service) DeleteDeliveryDestination(ctx context.Context, in *cloudwatchlogs.DeleteDeliveryDestinationInput) (*cloudwatchlogs.DeleteDeliveryDestinationOutput, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	name := aws.ToString(in.Name)
	if err := s.unused(ctx, func(d delivery) bool { return d.Destination == name }); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.DeleteDeliveryDestinationOutput{}, missing(s.destinations.Delete(ctx, name), textDestinationMissing)
}

// setPolicy sets the policy of a destination, "" for none.
func (s *Service) setPolicy(ctx context.Context, name *string, policy string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	d, version, err := s.destinations.Get(ctx, aws.ToString(name))
	if err != nil {
		return missing(err, textDestinationMissing)
	}
	d.Policy = policy
	return s.destinations.Put(ctx, d.Name, d, version)
}

// PutDeliveryDestinationPolicy sets who may deliver to a destination.
func (s *Service) PutDeliveryDestinationPolicy(ctx context.Context, in *cloudwatchlogs.PutDeliveryDestinationPolicyInput) (*cloudwatchlogs.PutDeliveryDestinationPolicyOutput, error) {
	policy := aws.ToString(in.DeliveryDestinationPolicy)
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(policy), &object) != nil || object == nil {
		return nil, refuse.Validation(textPolicy)
	}
	if err := s.setPolicy(ctx, in.DeliveryDestinationName, policy); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutDeliveryDestinationPolicyOutput{Policy: &types.Policy{DeliveryDestinationPolicy: &policy}}, nil
}

// GetDeliveryDestinationPolicy returns who may deliver to a destination: nothing if no policy was put.
func (s *Service) GetDeliveryDestinationPolicy(ctx context.Context, in *cloudwatchlogs.GetDeliveryDestinationPolicyInput) (*cloudwatchlogs.GetDeliveryDestinationPolicyOutput, error) {
	d, _, err := s.destinations.Get(ctx, aws.ToString(in.DeliveryDestinationName))
	if err != nil {
		return nil, missing(err, textDestinationMissing)
	}
	out := &cloudwatchlogs.GetDeliveryDestinationPolicyOutput{Policy: &types.Policy{}}
	if d.Policy != "" {
		out.Policy.DeliveryDestinationPolicy = &d.Policy
	}
	return out, nil
}

// DeleteDeliveryDestinationPolicy removes the policy of a destination, if it has one.
func (s *Service) DeleteDeliveryDestinationPolicy(ctx context.Context, in *cloudwatchlogs.DeleteDeliveryDestinationPolicyInput) (*cloudwatchlogs.DeleteDeliveryDestinationPolicyOutput, error) {
	return &cloudwatchlogs.DeleteDeliveryDestinationPolicyOutput{}, s.setPolicy(ctx, in.DeliveryDestinationName, "")
}

package logs

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

const destinationKind catalog.Kind = "log-destination"

// A logDestination is what the catalog keeps of a destination under its name: where events of other accounts go.
type logDestination struct {
	Created int64             `json:"created"` // ms
	Target  string            `json:"target"`
	Role    string            `json:"role"`
	Policy  string            `json:"policy,omitempty"` // who may subscribe: an IAM policy
	Tags    map[string]string `json:"tags,omitempty"`
}

const textDestinationMissing = "The specified destination does not exist."

// destination returns the caller's destination of that name.
func (s *Service) destination(ctx context.Context, name string) (logDestination, error) {
	return s.destinationOf(ctx, tenantOf(ctx), name)
}

func (s *Service) destinationOf(ctx context.Context, t tenant, name string) (logDestination, error) {
	if checkDestinationName(name) != nil {
		return logDestination{}, notFound(textDestinationMissing)
	}
	d, version, err := document[logDestination](ctx, s, t.scope(destinationKind).Key(name))
	if err == nil && version == catalog.Absent {
		err = notFound(textDestinationMissing)
	}
	return d, err
}

// checkDestinationName refuses what no destination may be called.
func checkDestinationName(name string) error {
	if name == "" || strings.ContainsAny(name, ":*") {
		return constraint(name, "destinationName", "Member must satisfy regular expression pattern: [^:*]*")
	}
	return checkLength(name, "destinationName", maxName)
}

// changeDestination lets change alter the caller's destination of that name.
func (s *Service) changeDestination(ctx context.Context, name string, change func(d *logDestination) error) error {
	if checkDestinationName(name) != nil {
		return notFound(textDestinationMissing)
	}
	return changeDocument(ctx, s, tenantOf(ctx).scope(destinationKind).Key(name), func(d *logDestination, exists bool) error {
		if !exists {
			return notFound(textDestinationMissing)
		}
		return change(d)
	})
}

// PutDestination makes or changes a destination; it keeps its policy. Tags are for a new one only.
func (s *Service) PutDestination(ctx context.Context, in *cloudwatchlogs.PutDestinationInput) (*cloudwatchlogs.PutDestinationOutput, error) {
	t, name := tenantOf(ctx), aws.ToString(in.DestinationName)
	if err := checkDestinationName(name); err != nil {
		return nil, err
	}
	if err := s.checkTags(nil, in.Tags); err != nil {
		return nil, err
	}
	if err := checkRole(t, aws.ToString(in.RoleArn)); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	var made logDestination
	err := changeDocument(ctx, s, t.scope(destinationKind).Key(name), func(d *logDestination, exists bool) error {
		if !exists {
			if err := s.checkRoom(ctx, t.scope(destinationKind), s.limits.Destinations); err != nil {
				return err
			}
			d.Created, d.Tags = s.now(), in.Tags
		}
		d.Target, d.Role = aws.ToString(in.TargetArn), aws.ToString(in.RoleArn)
		made = *d
		return nil
	})
	if err != nil {
		return nil, err
	}
	described := made.described(t, name)
	return &cloudwatchlogs.PutDestinationOutput{Destination: &described}, nil
}

// described returns d as DescribeDestinations has it.
func (d logDestination) described(t tenant, name string) types.Destination {
	out := types.Destination{
		Arn: aws.String(t.arn(destinationResource + name)), DestinationName: aws.String(name), CreationTime: aws.Int64(d.Created),
		TargetArn: aws.String(d.Target), RoleArn: aws.String(d.Role),
	}
	if d.Policy != "" {
		out.AccessPolicy = aws.String(d.Policy)
	}
	return out
}

// PutDestinationPolicy sets who may subscribe groups to a destination.
func (s *Service) PutDestinationPolicy(ctx context.Context, in *cloudwatchlogs.PutDestinationPolicyInput) (*cloudwatchlogs.PutDestinationPolicyOutput, error) {
	policy := aws.ToString(in.AccessPolicy)
	if err := checkPolicy(policy, "accessPolicy", s.limits.DestinationBytes); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutDestinationPolicyOutput{}, s.changeDestination(ctx, aws.ToString(in.DestinationName), func(d *logDestination) error {
		d.Policy = policy
		return nil
	})
}

// checkPolicy refuses a policy document that is no JSON object, or longer than limit bytes.
func checkPolicy(document, member string, limit int) error {
	if len(document) > limit {
		return constraint(document, member, "Member must have length less than or equal to "+decimal(int64(limit)))
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(document), &object) != nil || object == nil {
		return invalidParameter("Invalid policy document") // ours [R]
	}
	return nil
}

// DescribeDestinations lists destinations by name.
func (s *Service) DescribeDestinations(ctx context.Context, in *cloudwatchlogs.DescribeDestinationsInput) (*cloudwatchlogs.DescribeDestinationsOutput, error) {
	limit, err := pageLimit(in.Limit, "limit", 50, 50)
	if err != nil {
		return nil, err
	}
	t, prefix := tenantOf(ctx), aws.ToString(in.DestinationNamePrefix)
	out := &cloudwatchlogs.DescribeDestinationsOutput{}
	out.Destinations, out.NextToken, err = listed(ctx, s, t.listOf("DescribeDestinations", prefix), in.NextToken, catalog.Query{Scope: t.scope(destinationKind), Prefix: prefix}, limit, all(func(e catalog.Entry) (types.Destination, error) {
		d, err := decoded[logDestination](e)
		return d.described(t, e.Name), err
	}))
	return out, err
}

// DeleteDestination removes a destination. Filters that deliver to it stay.
func (s *Service) DeleteDestination(ctx context.Context, in *cloudwatchlogs.DeleteDestinationInput) (*cloudwatchlogs.DeleteDestinationOutput, error) {
	name := aws.ToString(in.DestinationName)
	if checkDestinationName(name) != nil {
		return nil, notFound(textDestinationMissing)
	}
	return &cloudwatchlogs.DeleteDestinationOutput{}, s.deleteDocument(ctx, tenantOf(ctx).scope(destinationKind).Key(name), notFound(textDestinationMissing))
}

package destinations

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

const (
	maxName         = 512  // characters (model of CloudWatch Logs)
	maxDestinations = 500  // of an account and region: no documented quota [R]
	maxPolicy       = 5120 // bytes of an access policy (PutDestinationPolicy in the API reference)
	pageSize        = 50   // destinations of a page, at most and if the request does not say
)

// A destination is what the catalog keeps of a destination under its name: where events of other accounts go.
type destination struct {
	Created int64             `json:"created"` // ms
	Target  string            `json:"target"`
	Role    string            `json:"role"`
	Policy  string            `json:"policy,omitempty"` // who may subscribe: an IAM policy
	Tags    map[string]string `json:"tags,omitempty"`
}

// described returns d as DescribeDestinations has it.
func (d destination) described(ctx context.Context, name string) types.Destination {
	out := types.Destination{
		Arn: aws.String(arnOf(ctx, name)), DestinationName: aws.String(name), CreationTime: aws.Int64(d.Created),
		TargetArn: aws.String(d.Target), RoleArn: aws.String(d.Role),
	}
	if d.Policy != "" {
		out.AccessPolicy = aws.String(d.Policy)
	}
	return out
}

// resourcePrefix is what the resources of destinations begin with in ARNs.
const resourcePrefix = "destination:"

// arnOf returns the ARN of the caller's destination of a name.
func arnOf(ctx context.Context, name string) string {
	c := caller.From(ctx)
	return arn.ARN{Partition: arn.Partition(c.Region), Service: "logs", Region: c.Region, Account: c.Account, Resource: resourcePrefix + name}.String()
}

// nameOf returns the name in the ARN of a destination of the caller's; false for any other text.
func nameOf(ctx context.Context, resource string) (string, bool) {
	c := caller.From(ctx)
	a, err := arn.Parse(resource)
	if err != nil || a.Service != "logs" || a.Region != c.Region || a.Account != c.Account {
		return "", false
	}
	return strings.CutPrefix(a.Resource, resourcePrefix)
}

// checkName refuses what no destination may be called.
func checkName(name string) error {
	switch {
	case name == "" || strings.ContainsAny(name, ":*"):
		return refuse.Constraint(name, "destinationName", "Member must satisfy regular expression pattern: [^:*]*")
	case utf8.RuneCountInString(name) > maxName:
		return refuse.Constraint(name, "destinationName", "Member must have length less than or equal to 512")
	}
	return nil
}

// checkRole refuses a role of another account.
func checkRole(ctx context.Context, role string) error {
	a, err := arn.Parse(role)
	if err != nil || a.Service != "iam" {
		return refuse.InvalidParameter(textRole, role)
	}
	if a.Account != caller.From(ctx).Account {
		return refuse.Denied(textCrossRole)
	}
	return nil
}

// checkPolicy refuses an access policy that is no JSON object, or too long.
func checkPolicy(document string) error {
	if len(document) > maxPolicy {
		return refuse.Constraint(document, "accessPolicy", "Member must have length less than or equal to 5120")
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(document), &object) != nil || object == nil {
		return refuse.InvalidParameter(textPolicy)
	}
	return nil
}

// get returns the caller's destination of that name.
func (s *Service) get(ctx context.Context, name string) (destination, error) {
	if checkName(name) != nil {
		return destination{}, notFound()
	}
	d, _, err := s.kind.Get(ctx, name)
	return d, refused(err)
}

// change lets change alter the caller's destination of that name.
func (s *Service) change(ctx context.Context, name string, change func(d *destination) error) error {
	if checkName(name) != nil {
		return notFound()
	}
	return refused(s.kind.Update(ctx, name, func(d *destination, exists bool) error {
		if !exists {
			return notFound()
		}
		return change(d)
	}))
}

// PutDestination makes or changes a destination; it keeps its policy. Tags are for a new one only.
func (s *Service) PutDestination(ctx context.Context, in *cloudwatchlogs.PutDestinationInput) (*cloudwatchlogs.PutDestinationOutput, error) {
	name := aws.ToString(in.DestinationName)
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := s.opts.CheckTags(in.Tags); err != nil {
		return nil, err
	}
	if err := checkRole(ctx, aws.ToString(in.RoleArn)); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	var made destination
	err := s.kind.Update(ctx, name, func(d *destination, exists bool) error {
		if !exists {
			n, err := s.kind.Count(ctx, maxDestinations)
			if err != nil {
				return err
			}
			if n >= maxDestinations {
				return refuse.LimitExceeded()
			}
			d.Created, d.Tags = s.opts.Now().UnixMilli(), in.Tags
		}
		d.Target, d.Role = aws.ToString(in.TargetArn), aws.ToString(in.RoleArn)
		made = *d
		return nil
	})
	if err != nil {
		return nil, refused(err)
	}
	described := made.described(ctx, name)
	return &cloudwatchlogs.PutDestinationOutput{Destination: &described}, nil
}

// PutDestinationPolicy sets who may subscribe groups to a destination.
func (s *Service) PutDestinationPolicy(ctx context.Context, in *cloudwatchlogs.PutDestinationPolicyInput) (*cloudwatchlogs.PutDestinationPolicyOutput, error) {
	policy := aws.ToString(in.AccessPolicy)
	if err := checkPolicy(policy); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutDestinationPolicyOutput{}, s.change(ctx, aws.ToString(in.DestinationName), func(d *destination) error {
		d.Policy = policy
		return nil
	})
}

// DescribeDestinations lists destinations by name.
func (s *Service) DescribeDestinations(ctx context.Context, in *cloudwatchlogs.DescribeDestinationsInput) (*cloudwatchlogs.DescribeDestinationsOutput, error) {
	prefix := aws.ToString(in.DestinationNamePrefix)
	list := documents.List{
		Sealer: s.opts.Sealer, Purpose: "DescribeDestinations\x00" + prefix,
		Token: in.NextToken, Limit: documents.Limit(in.Limit, pageSize, pageSize),
	}
	query := catalog.Query{Scope: s.kind.Scope(ctx), Prefix: prefix}
	found, next, err := documents.Select(ctx, list, s.opts.Catalog, query, func(e catalog.Entry) (types.Destination, bool, error) {
		d, err := documents.Decode[destination](e)
		return d.described(ctx, e.Name), true, err
	})
	if err != nil {
		return nil, refused(err)
	}
	return &cloudwatchlogs.DescribeDestinationsOutput{Destinations: found, NextToken: next}, nil
}

// DeleteDestination removes a destination. Filters that deliver to it stay.
func (s *Service) DeleteDestination(ctx context.Context, in *cloudwatchlogs.DeleteDestinationInput) (*cloudwatchlogs.DeleteDestinationOutput, error) {
	name := aws.ToString(in.DestinationName)
	if checkName(name) != nil {
		return nil, notFound()
	}
	return &cloudwatchlogs.DeleteDestinationOutput{}, refused(s.kind.Delete(ctx, name))
}

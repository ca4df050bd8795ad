package logs

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

const subscriptionKind catalog.Kind = "log-subscription"

// A subscription is what the catalog keeps of a subscription filter, under its name and its group's partition.
type subscription struct {
	Name         string             `json:"name"`
	Group        string             `json:"group"`
	Pattern      string             `json:"pattern"`
	Created      int64              `json:"created"` // ms; of the first filter of the name
	Destination  string             `json:"destination"`
	Role         *string            `json:"role,omitempty"`
	Distribution types.Distribution `json:"distribution"`
	Transformed  bool               `json:"transformed,omitempty"` // it sees what a transformer makes of events
	Criteria     *string            `json:"criteria,omitempty"`    // kept, not applied: all events are of the group's own account and region
	SystemFields []string           `json:"system,omitempty"`
}

// A Delivery is events for the destination of a subscription filter.
type Delivery struct {
	Account, Region string // of the group
	Group, Stream   string
	Filter          string
	DestinationARN  string
	RoleARN         string             // "" for functions and destinations
	Distribution    types.Distribution // what the events are spread by over a stream's shards
	SystemFields    []string           // "@aws.account", "@aws.region", "@source.log", if each event is to have them
	Events          []DeliveredEvent
}

// A DeliveredEvent is one of a Delivery.
type DeliveredEvent struct {
	ID      string
	Time    int64 // ms
	Message string
}

// PutSubscriptionFilter makes or replaces a subscription filter. It sees events that come from now on.
func (s *Service) PutSubscriptionFilter(ctx context.Context, in *cloudwatchlogs.PutSubscriptionFilterInput) (*cloudwatchlogs.PutSubscriptionFilterOutput, error) {
	f, err := newSubscription(in)
	if err != nil {
		return nil, err
	}
	if err := s.checkDestination(ctx, f); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutSubscriptionFilterOutput{}, s.changeGroup(ctx, f.Group, func(g *Group) ([]catalog.Change, error) {
		if err := onlyStandard(g); err != nil {
			return nil, err
		}
		key := g.under(subscriptionKind, g).Key(f.Name)
		old, version, err := document[subscription](ctx, s, key)
		if err != nil {
			return nil, err
		}
		f.Created = s.now()
		if version == catalog.Absent {
			g.Subscriptions++
		} else {
			f.Created = old.Created
			g.RegexFilters -= regexes(old.Pattern)
		}
		g.RegexFilters += regexes(f.Pattern)
		if g.Subscriptions > s.limits.Subscriptions || g.RegexFilters > s.limits.RegexFilters {
			return nil, refuse.LimitExceeded()
		}
		e, err := documents.Encode(key, f)
		return []catalog.Change{catalog.Put(e, version)}, err
	})
}

// newSubscription returns the filter that in asks for. Its destination is still to be checked.
func newSubscription(in *cloudwatchlogs.PutSubscriptionFilterInput) (subscription, error) {
	f := subscription{
		Name: aws.ToString(in.FilterName), Group: aws.ToString(in.LogGroupName), Pattern: aws.ToString(in.FilterPattern),
		Destination: aws.ToString(in.DestinationArn), Role: in.RoleArn, Distribution: in.Distribution,
		Transformed: in.ApplyOnTransformedLogs, Criteria: in.FieldSelectionCriteria, SystemFields: in.EmitSystemFields,
	}
	if f.Distribution == "" {
		f.Distribution = types.DistributionByLogStream
	}
	if err := checkFilterName(f.Name); err != nil {
		return f, err
	}
	if err := checkLength(aws.ToString(f.Criteria), "fieldSelectionCriteria", 2000); err != nil {
		return f, err
	}
	if f.Distribution != types.DistributionByLogStream && f.Distribution != types.DistributionRandom {
		return f, refuse.Constraint(string(f.Distribution), "distribution", "Member must satisfy enum value set: [Random, ByLogStream]")
	}
	for _, field := range f.SystemFields {
		if field != "@aws.account" && field != "@aws.region" && field != "@source.log" {
			return f, refuse.InvalidParameter("Invalid emitSystemFields: %s. Valid values are @aws.account, @aws.region and @source.log.", field) // ours [R]
		}
	}
	_, err := parsePattern(f.Pattern)
	return f, err
}

// checkDestination refuses a destination that AWS would not deliver to. Whether a stream or function exists is not known here.
func (s *Service) checkDestination(ctx context.Context, f subscription) error {
	t := tenantOf(ctx)
	to, err := arn.Parse(f.Destination)
	if err != nil {
		return refuse.InvalidParameter("Invalid destinationArn: %s", f.Destination) // ours [R]
	}
	switch to.Service {
	case "lambda":
		if to.Account != t.account {
			return refuse.Denied("Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.")
		}
		if f.Role != nil {
			return refuse.InvalidParameter("destinationArn for vendor %s cannot be used with roleArn", to.Service)
		}
		return nil
	case "kinesis", "firehose":
		if f.Role == nil {
			return refuse.InvalidParameter("destinationArn for vendor %s cannot be used without roleArn", to.Service)
		}
		return checkRole(t, *f.Role)
	case "logs":
		return s.checkSubscribable(ctx, to)
	}
	return refuse.InvalidParameter("PutSubscriptionFilter operation cannot work with destinationArn for vendor %s", to.Service)
}

// checkRole refuses a role of another account.
func checkRole(t tenant, role string) error {
	a, err := arn.Parse(role)
	if err != nil || a.Service != "iam" {
		return refuse.InvalidParameter("Invalid roleArn: %s", role) // ours [R]
	}
	if a.Account != t.account {
		return refuse.Denied("Cross-account pass role is not allowed.")
	}
	return nil
}

// checkSubscribable refuses a destination made by PutDestination that the caller's events may not go to.
func (s *Service) checkSubscribable(ctx context.Context, to arn.ARN) error {
	if s.opts.Subscribable != nil {
		if may, err := s.opts.Subscribable(ctx, to); may || err != nil {
			return err
		}
	}
	return refuse.Denied("User with accountId: %s is not authorized to perform: logs:PutSubscriptionFilter on resource: %s", tenantOf(ctx).account, to)
}

const textSubscriptionMissing = "The specified subscription filter does not exist."

// DeleteSubscriptionFilter removes a subscription filter.
func (s *Service) DeleteSubscriptionFilter(ctx context.Context, in *cloudwatchlogs.DeleteSubscriptionFilterInput) (*cloudwatchlogs.DeleteSubscriptionFilterOutput, error) {
	name := aws.ToString(in.FilterName)
	return &cloudwatchlogs.DeleteSubscriptionFilterOutput{}, s.changeGroup(ctx, aws.ToString(in.LogGroupName), func(g *Group) ([]catalog.Change, error) {
		if checkFilterName(name) != nil {
			return nil, refuse.NotFound(textSubscriptionMissing)
		}
		key := g.under(subscriptionKind, g).Key(name)
		old, version, err := document[subscription](ctx, s, key)
		if err != nil {
			return nil, err
		}
		if version == catalog.Absent {
			return nil, refuse.NotFound(textSubscriptionMissing)
		}
		g.Subscriptions--
		g.RegexFilters -= regexes(old.Pattern)
		return []catalog.Change{catalog.Delete(key, version)}, nil
	})
}

// DescribeSubscriptionFilters lists the subscription filters of a group by name.
func (s *Service) DescribeSubscriptionFilters(ctx context.Context, in *cloudwatchlogs.DescribeSubscriptionFiltersInput) (*cloudwatchlogs.DescribeSubscriptionFiltersOutput, error) {
	limit, err := pageLimit(in.Limit, "limit", 50, 50)
	if err != nil {
		return nil, err
	}
	g, err := s.group(ctx, aws.ToString(in.LogGroupName))
	if err != nil {
		return nil, err
	}
	if g.Class == types.LogGroupClassInfrequentAccess { // AWS answers for the class DELIVERY
		return nil, onlyStandard(g)
	}
	prefix := aws.ToString(in.FilterNamePrefix)
	l := g.listOf("DescribeSubscriptionFilters", decimal(int64(g.Partition)), prefix)
	out := &cloudwatchlogs.DescribeSubscriptionFiltersOutput{}
	out.SubscriptionFilters, out.NextToken, err = listed(ctx, s, l, in.NextToken, catalog.Query{Scope: g.under(subscriptionKind, g), Prefix: prefix}, limit, all(describedSubscription))
	return out, err
}

// describedSubscription returns a filter's entry as DescribeSubscriptionFilters has it.
func describedSubscription(e catalog.Entry) (types.SubscriptionFilter, error) {
	f, err := documents.Decode[subscription](e)
	return types.SubscriptionFilter{
		FilterName: aws.String(f.Name), LogGroupName: aws.String(f.Group), FilterPattern: aws.String(f.Pattern), CreationTime: aws.Int64(f.Created),
		DestinationArn: aws.String(f.Destination), RoleArn: f.Role, Distribution: f.Distribution,
		ApplyOnTransformedLogs: f.Transformed, FieldSelectionCriteria: f.Criteria, EmitSystemFields: f.SystemFields,
	}, err
}

// deliver gives the events of b that f matches to the sink.
func (s *Service) deliver(ctx context.Context, f compiledSubscription, b acceptedBatch) {
	if s.opts.Deliver == nil {
		return
	}
	d := Delivery{
		Account: b.group.account, Region: b.group.region, Group: b.group.Name, Stream: b.stream, Filter: f.Name,
		DestinationARN: f.Destination, RoleARN: aws.ToString(f.Role), Distribution: f.Distribution, SystemFields: f.SystemFields,
	}
	for i, message := range b.seen(f.Transformed) {
		if f.pattern.MatchString(message) {
			d.Events = append(d.Events, DeliveredEvent{b.id(i), b.times[i], message})
		}
	}
	if len(d.Events) == 0 {
		return
	}
	if err := s.opts.Deliver(ctx, d); err != nil {
		s.sinkFailed(b.group.Name, f.Name, err)
	}
}

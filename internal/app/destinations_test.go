package app

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// TestDestinationsOfFilters has one account offer a destination, and another send its events there.
func TestDestinationsOfFilters(t *testing.T) {
	r := start(t, settings(t, forTests))
	owner, c, ctx := r.client("444455556666", "x"), r.client("111122223333", "x"), t.Context()
	put(t, c, "/labels/web", "a", "x")
	made, err := owner.PutDestination(ctx, &cloudwatchlogs.PutDestinationInput{
		DestinationName: aws.String("d"), TargetArn: aws.String("arn:aws:kinesis:eu-central-1:444455556666:stream/s"),
		RoleArn: aws.String("arn:aws:iam::444455556666:role/r"), Tags: map[string]string{"team": "web"},
	})
	if err != nil {
		t.Fatal(err)
	}
	subscribe := func() error {
		_, err := c.PutSubscriptionFilter(ctx, &cloudwatchlogs.PutSubscriptionFilterInput{
			LogGroupName: aws.String("/labels/web"), FilterName: aws.String("f"), FilterPattern: aws.String(""), DestinationArn: made.Destination.Arn,
		})
		return err
	}
	if _, denied := errors.AsType[*types.AccessDeniedException](subscribe()); !denied {
		t.Error("PutSubscriptionFilter to a destination without a policy is not denied")
	}
	if _, err := owner.PutDestinationPolicy(ctx, &cloudwatchlogs.PutDestinationPolicyInput{DestinationName: aws.String("d"), AccessPolicy: aws.String("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := subscribe(); err != nil {
		t.Errorf("PutSubscriptionFilter = %v", err)
	}
	if _, err := owner.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: made.Destination.Arn, Tags: map[string]string{"stage": "test"}}); err != nil {
		t.Errorf("TagResource = %v", err)
	}
	tags, err := owner.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: made.Destination.Arn})
	if err != nil || fmt.Sprint(tags.Tags) != "map[stage:test team:web]" {
		t.Errorf("ListTagsForResource = %+v, %v, want both tags", tags, err)
	}
	_, err = owner.PutDestination(ctx, &cloudwatchlogs.PutDestinationInput{
		DestinationName: aws.String("e"), TargetArn: aws.String("t"), RoleArn: aws.String("arn:aws:iam::444455556666:role/r"), Tags: map[string]string{"aws:x": ""},
	})
	if _, ok := errors.AsType[*types.InvalidParameterException](err); !ok {
		t.Errorf("PutDestination with a tag of AWS's = %v, want InvalidParameterException", err)
	}
	if out, err := owner.DescribeDestinations(ctx, &cloudwatchlogs.DescribeDestinationsInput{}); err != nil || len(out.Destinations) != 1 || *out.Destinations[0].AccessPolicy != "{}" {
		t.Errorf("DescribeDestinations = %+v, %v, want one with its policy", out, err)
	}
	if _, err := owner.DeleteDestination(ctx, &cloudwatchlogs.DeleteDestinationInput{DestinationName: aws.String("d")}); err != nil {
		t.Errorf("DeleteDestination = %v", err)
	}
}

func TestResourcePoliciesGoWithTheirGroups(t *testing.T) {
	r := start(t, settings(t, forTests))
	c, ctx := r.client("111122223333", "x"), t.Context()
	put(t, c, "/labels/web", "a", "x")
	groups, err := c.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []cloudwatchlogs.PutResourcePolicyInput{
		{PolicyDocument: aws.String("{}"), ResourceArn: groups.LogGroups[0].LogGroupArn},
		{PolicyDocument: aws.String("{}"), PolicyName: aws.String("all")},
	} {
		if _, err := c.PutResourcePolicy(ctx, &in); err != nil {
			t.Fatalf("PutResourcePolicy(%+v) = %v", in, err)
		}
	}
	count := func(scope types.PolicyScope) int {
		out, err := c.DescribeResourcePolicies(ctx, &cloudwatchlogs.DescribeResourcePoliciesInput{PolicyScope: scope})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.ResourcePolicies)
	}
	if n := count(types.PolicyScopeResource); n != 1 {
		t.Errorf("%d policies of groups, want 1", n)
	}
	if _, err := c.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("/labels/web")}); err != nil {
		t.Fatal(err)
	}
	put(t, c, "/labels/web", "a", "x")
	if groups, account := count(types.PolicyScopeResource), count(types.PolicyScopeAccount); groups != 0 || account != 1 {
		t.Errorf("after its group was made anew there are %d policies of groups and %d of the account, want 0 and 1", groups, account)
	}
	if _, err := c.DeleteResourcePolicy(ctx, &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: aws.String("all")}); err != nil {
		t.Errorf("DeleteResourcePolicy = %v", err)
	}
}

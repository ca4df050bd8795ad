package logs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

const (
	lambdaARN  = "arn:aws:lambda:eu-central-1:111122223333:function:f"
	kinesisARN = "arn:aws:kinesis:eu-central-1:111122223333:stream/s"
	roleARN    = "arn:aws:iam::111122223333:role/r"
)

func TestPutSubscriptionFilterDestinations(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.addGroup("cold", func(f *groupFacts) { f.Class = types.LogGroupClassInfrequentAccess })
	l.opts.Subscribable = func(_ context.Context, to arn.ARN) (bool, error) {
		if to.Resource == "destination:broken" {
			return false, errors.New("broken")
		}
		return to.Resource == "destination:open", nil
	}
	l.restart()
	role := aws.String(roleARN)
	const notAllowed = "AccessDeniedException: User with accountId: 111122223333 is not authorized to perform: logs:PutSubscriptionFilter on resource: "
	for _, tt := range []struct {
		name, group, destination string
		role                     *string
		want                     string
	}{
		{"a function", "g", lambdaARN, nil, "<nil>"},
		{"a function with a role", "g", lambdaARN, role, "InvalidParameterException: destinationArn for vendor lambda cannot be used with roleArn"},
		{"a stream", "g", kinesisARN, role, "<nil>"},
		{"a delivery stream without a role", "g", "arn:aws:firehose:eu-central-1:111122223333:deliverystream/s", nil, "InvalidParameterException: destinationArn for vendor firehose cannot be used without roleArn"},
		{"a delivery stream", "g", "arn:aws:firehose:eu-central-1:111122223333:deliverystream/s", role, "<nil>"},
		{"a role of another account", "g", kinesisARN, aws.String("arn:aws:iam::444455556666:role/r"), "AccessDeniedException: Cross-account pass role is not allowed."},
		{"a role that is none", "g", kinesisARN, aws.String("r"), "InvalidParameterException: Invalid roleArn: r"},
		{"a queue", "g", "arn:aws:sqs:eu-central-1:111122223333:q", nil, "InvalidParameterException: PutSubscriptionFilter operation cannot work with destinationArn for vendor sqs"},
		{"no ARN", "g", "x", nil, "InvalidParameterException: Invalid destinationArn: x"},
		{"a destination", "g", "arn:aws:logs:eu-central-1:444455556666:destination:open", nil, "<nil>"},
		{"a destination that is not for it", "g", "arn:aws:logs:eu-central-1:444455556666:destination:closed", nil, notAllowed + "arn:aws:logs:eu-central-1:444455556666:destination:closed"},
		{"a destination that cannot be read", "g", "arn:aws:logs:eu-central-1:444455556666:destination:broken", nil, "broken"},
		{"no such group", "none", lambdaARN, nil, "ResourceNotFoundException: The specified log group does not exist."},
		{"a group of another class", "cold", lambdaARN, nil, "ValidationException: This operation is only supported on the Standard log class."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := subscriptionInput(tt.group, "f", tt.destination)
			in.RoleArn = tt.role
			_, err := l.PutSubscriptionFilter(l.ctx, in)
			servicetest.WantError(t, "PutSubscriptionFilter", err, tt.want)
		})
	}
	_, err := l.DescribeSubscriptionFilters(l.ctx, &cloudwatchlogs.DescribeSubscriptionFiltersInput{LogGroupName: aws.String("cold")})
	servicetest.WantError(t, "DescribeSubscriptionFilters of infrequent access", err, "ValidationException: This operation is only supported on the Standard log class.")
	l.addGroup("delivery", func(f *groupFacts) { f.Class = types.LogGroupClassDelivery })
	_, err = l.DescribeSubscriptionFilters(l.ctx, &cloudwatchlogs.DescribeSubscriptionFiltersInput{LogGroupName: aws.String("delivery")})
	servicetest.WantError(t, "DescribeSubscriptionFilters of class DELIVERY", err, "")
}

func TestPutSubscriptionFilterRefuses(t *testing.T) {
	l := newLab(t)
	l.create("g")
	for _, tt := range []struct {
		name   string
		change func(in *cloudwatchlogs.PutSubscriptionFilterInput)
		want   string
	}{
		{"a bad pattern", func(in *cloudwatchlogs.PutSubscriptionFilterInput) { in.FilterPattern = aws.String("[a") }, "InvalidParameterException: Invalid metric filter pattern"},
		{"no name", func(in *cloudwatchlogs.PutSubscriptionFilterInput) { in.FilterName = aws.String("") }, "InvalidParameterException: 1 validation error"},
		{"an unknown distribution", func(in *cloudwatchlogs.PutSubscriptionFilterInput) { in.Distribution = "Even" }, "InvalidParameterException: 1 validation error"},
		{"an unknown system field", func(in *cloudwatchlogs.PutSubscriptionFilterInput) { in.EmitSystemFields = []string{"@x"} }, "InvalidParameterException: Invalid emitSystemFields: @x."},
		{"criteria of 2,001 characters", func(in *cloudwatchlogs.PutSubscriptionFilterInput) {
			in.FieldSelectionCriteria = aws.String(strings.Repeat("x", 2001))
		}, "InvalidParameterException: 1 validation error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := subscriptionInput("g", "f", lambdaARN)
			tt.change(in)
			_, err := l.PutSubscriptionFilter(l.ctx, in)
			if got := servicetest.ErrorText(err); !strings.HasPrefix(got, tt.want) {
				t.Errorf("PutSubscriptionFilter: error %q, want %q…", got, tt.want)
			}
		})
	}
}

func TestDescribeSubscriptionFilters(t *testing.T) {
	l := newLab(t)
	l.create("g")
	in := subscriptionInput("g", "b", kinesisARN)
	in.RoleArn, in.Distribution, in.ApplyOnTransformedLogs = aws.String(roleARN), types.DistributionRandom, true
	in.FieldSelectionCriteria, in.EmitSystemFields = aws.String("x"), []string{"@source.log"}
	_, err := l.PutSubscriptionFilter(l.ctx, in)
	l.must(err)
	_, err = l.PutSubscriptionFilter(l.ctx, subscriptionInput("g", "a", lambdaARN))
	l.must(err)
	want := []types.SubscriptionFilter{
		{FilterName: aws.String("a"), LogGroupName: aws.String("g"), FilterPattern: aws.String(""), DestinationArn: aws.String(lambdaARN), Distribution: types.DistributionByLogStream, CreationTime: aws.Int64(l.ms(0))},
		{
			FilterName: aws.String("b"), LogGroupName: aws.String("g"), FilterPattern: aws.String(""), DestinationArn: aws.String(kinesisARN), RoleArn: aws.String(roleARN),
			Distribution: types.DistributionRandom, CreationTime: aws.Int64(l.ms(0)), ApplyOnTransformedLogs: true, FieldSelectionCriteria: aws.String("x"), EmitSystemFields: []string{"@source.log"},
		},
	}
	for _, tt := range []struct {
		prefix string
		limit  int32
		want   []types.SubscriptionFilter
	}{{"", 50, want}, {"", 1, want}, {"b", 50, want[1:]}, {"c", 50, nil}} {
		var got []types.SubscriptionFilter
		for in := (cloudwatchlogs.DescribeSubscriptionFiltersInput{LogGroupName: aws.String("g"), FilterNamePrefix: &tt.prefix, Limit: &tt.limit}); ; {
			out, err := l.DescribeSubscriptionFilters(l.ctx, &in)
			l.must(err)
			got = append(got, out.SubscriptionFilters...)
			if in.NextToken = out.NextToken; in.NextToken == nil {
				break
			}
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreUnexported(types.SubscriptionFilter{})); diff != "" {
			t.Errorf("DescribeSubscriptionFilters with prefix %q, %d a page (-want +got):\n%s", tt.prefix, tt.limit, diff)
		}
	}
}

func TestDelivery(t *testing.T) {
	l := newLab(t)
	var got []Delivery
	l.opts.Deliver = func(_ context.Context, d Delivery) error {
		got = append(got, d)
		return nil
	}
	l.restart()
	l.create("g")
	in := subscriptionInput("g", "f", kinesisARN)
	in.RoleArn, in.FilterPattern = aws.String(roleARN), aws.String("E")
	_, err := l.PutSubscriptionFilter(l.ctx, in)
	l.must(err)
	l.accept("ok", "nothing")
	l.accept("E 1", "ok", "E 2")
	want := []Delivery{{
		Account: "111122223333", Region: "eu-central-1", Group: "g", Stream: "s", Filter: "f", DestinationARN: kinesisARN, RoleARN: roleARN,
		Distribution: types.DistributionByLogStream, Events: []DeliveredEvent{{"id0", l.ms(0), "E 1"}, {"id2", l.ms(0) + 2000, "E 2"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	_, err = l.DeleteSubscriptionFilter(l.ctx, &cloudwatchlogs.DeleteSubscriptionFilterInput{LogGroupName: aws.String("g"), FilterName: aws.String("f")})
	l.must(err)
	l.accept("E 3")
	if len(got) != 1 {
		t.Errorf("%d deliveries after the filter was deleted, want 1", len(got))
	}
}

func TestPutLogEventsFeedsFiltersAndSurvivesThem(t *testing.T) {
	l := newLab(t)
	broken := errors.New("broken sink")
	var data []MetricDatum
	var deliveries []Delivery
	var told []string
	l.opts.Metrics = func(_ context.Context, d []MetricDatum) error { data = append(data, d...); return broken }
	l.opts.Deliver = func(_ context.Context, d Delivery) error { deliveries = append(deliveries, d); return broken }
	l.opts.Hooks.SinkFailed = func(group, filter string, err error) { told = append(told, fmt.Sprint(group, "/", filter, ": ", err)) }
	l.restart()
	l.create("g")
	l.createStream("g", "s")
	_, err := l.PutMetricFilter(l.ctx, metricInput("g", "m", "E"))
	l.must(err)
	_, err = l.PutSubscriptionFilter(l.ctx, subscriptionInput("g", "d", lambdaARN))
	l.must(err)
	l.putTexts("g", "s", "E 1", "ok")
	if got, want := strings.Join(told, "; "), "g/m: broken sink; g/d: broken sink"; got != want {
		t.Errorf("hook was told %q, want %q", got, want)
	}
	if len(data) != 1 || len(deliveries) != 1 || len(deliveries[0].Events) != 2 {
		t.Errorf("%d data and %d deliveries, want 1 and 1 of 2 events", len(data), len(deliveries))
	}
	if got := l.filtered(filterInput("g")); got != "E 1 ok" {
		t.Errorf("events: %q, want both", got)
	}
	events := l.filterAll(filterInput("g"))
	if d := deliveries[0].Events[1]; d.ID != *events[1].EventId || d.Message != "ok" {
		t.Errorf("delivered %+v, want the event %q", d, *events[1].EventId)
	}
}

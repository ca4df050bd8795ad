package app

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"
)

// TestWhatRareGroupsLack asks for everything that AWS does with groups of the class INFREQUENT_ACCESS, and for what it does not (log classes in the
// user guide). Live tails are tested where they are made.
func TestWhatRareGroupsLack(t *testing.T) {
	t.Parallel()
	c, ctx := start(t, settings(t, forTests)).client("111122223333", "x"), t.Context()
	rare, stream := aws.String("rare"), aws.String("s")
	arn := "arn:aws:logs:eu-west-1:111122223333:log-group:rare"
	if _, err := c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: rare, LogGroupClass: types.LogGroupClassInfrequentAccess}); err != nil {
		t.Fatal(err)
	}
	put(t, c, "/audit", "s", "begin")
	put(t, c, "rare", "s", `{"a":1}`)
	query := func(text string) error {
		_, err := c.StartQuery(ctx, &cloudwatchlogs.StartQueryInput{QueryString: &text, LogGroupName: rare, StartTime: aws.Int64(1), EndTime: aws.Int64(4_000_000_000)})
		return err
	}
	for _, tt := range []struct {
		name string
		do   func() error
		want string // AWS's code; "" if it is done
	}{
		{"GetLogEvents", func() error {
			_, err := c.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{LogGroupName: rare, LogStreamName: stream})
			return err
		}, ""},
		{"FilterLogEvents", func() error {
			_, err := c.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: rare})
			return err
		}, "InvalidOperationException"},
		{"PutMetricFilter", func() error {
			_, err := c.PutMetricFilter(ctx, &cloudwatchlogs.PutMetricFilterInput{
				LogGroupName: rare, FilterName: aws.String("f"), FilterPattern: aws.String(""),
				MetricTransformations: []types.MetricTransformation{{MetricName: aws.String("m"), MetricNamespace: aws.String("n"), MetricValue: aws.String("1")}},
			})
			return err
		}, "ValidationException"},
		{"PutSubscriptionFilter", func() error {
			_, err := c.PutSubscriptionFilter(ctx, &cloudwatchlogs.PutSubscriptionFilterInput{
				LogGroupName: rare, FilterName: aws.String("f"), FilterPattern: aws.String(""), DestinationArn: aws.String("arn:aws:lambda:eu-west-1:111122223333:function:f"),
			})
			return err
		}, "ValidationException"},
		{"PutDataProtectionPolicy", func() error {
			_, err := c.PutDataProtectionPolicy(ctx, &cloudwatchlogs.PutDataProtectionPolicyInput{LogGroupIdentifier: rare, PolicyDocument: aws.String(protect)})
			return err
		}, ""},
		{"PutTransformer", func() error {
			_, err := c.PutTransformer(ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: rare, TransformerConfig: []types.Processor{{ParseJSON: &types.ParseJSON{}}}})
			return err
		}, "InvalidOperationException"},
		{"PutIndexPolicy", func() error {
			_, err := c.PutIndexPolicy(ctx, &cloudwatchlogs.PutIndexPolicyInput{LogGroupIdentifier: rare, PolicyDocument: aws.String(`{"Fields":["a"]}`)})
			return err
		}, "InvalidParameterException"},
		{"CreateExportTask", func() error {
			_, err := c.CreateExportTask(ctx, &cloudwatchlogs.CreateExportTaskInput{LogGroupName: rare, Destination: aws.String("archive"), From: aws.Int64(0), To: aws.Int64(1)})
			return err
		}, "InvalidOperationException"},
		{"CreateLogAnomalyDetector", func() error {
			_, err := c.CreateLogAnomalyDetector(ctx, &cloudwatchlogs.CreateLogAnomalyDetectorInput{LogGroupArnList: []string{arn}})
			return err
		}, "InvalidOperationException"},
		{"StartQuery", func() error { return query("stats count(*) as c") }, ""},
		{"StartQuery with pattern", func() error { return query("pattern @message") }, "MalformedQueryException"},
		{"StartQuery with diff", func() error { return query("pattern @message | diff") }, "MalformedQueryException"},
		{"StartQuery with unmask", func() error { return query("fields @message | unmask") }, "MalformedQueryException"},
		{"StartQuery with filterIndex", func() error { return query("filterIndex a = 1") }, "MalformedQueryException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.do()
			code := ""
			if refused, ok := errors.AsType[smithy.APIError](err); ok {
				code = refused.ErrorCode()
			}
			if code != tt.want || (err == nil) != (tt.want == "") {
				t.Errorf("%s of a group of class INFREQUENT_ACCESS = %v, want %q", tt.name, err, tt.want)
			}
		})
	}
}

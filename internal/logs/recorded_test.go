package logs

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// recorded makes, for each error that was recorded on AWS and that an operation on resources answers with, the call that got it. The
// lab has group "g" with stream "s".
var recorded = map[string]func(l *lab) error{
	"test_resource_does_not_exist/error-log-group-does-not-exist": func(l *lab) error {
		_, err := l.DescribeLogStreams(l.ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("none")})
		return err
	},
	"test_create_log_group_duplicate_error/error-duplicate-log-group": func(l *lab) error {
		_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("g")})
		return err
	},
	"test_create_log_group_invalid_name_length/error-invalid-name-length": func(l *lab) error {
		_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(strings.Repeat("a", 513))})
		return err
	},
	"test_describe_log_groups_prefix_and_pattern_error/error-prefix-and-pattern": func(l *lab) error {
		_, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("a"), LogGroupNamePattern: aws.String("b")})
		return err
	},
	"test_put_metric_filter_invalid_filter_name/error-invalid-filter-name": func(l *lab) error {
		in := metricInput("g", strings.Repeat("X", 513), "")
		_, err := l.PutMetricFilter(l.ctx, in)
		return err
	},
	"test_put_metric_filter_invalid_filter_pattern/error-invalid-filter-pattern": func(l *lab) error {
		_, err := l.PutMetricFilter(l.ctx, metricInput("g", "f", strings.Repeat("X", 1025)))
		return err
	},
	"test_describe_metric_filters_invalid_parameters/error-invalid-filter-prefix": func(l *lab) error {
		_, err := l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: aws.String("g"), FilterNamePrefix: aws.String(strings.Repeat("X", 513))})
		return err
	},
	"test_describe_metric_filters_invalid_parameters/error-invalid-metric-name": func(l *lab) error {
		_, err := l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{MetricName: aws.String(strings.Repeat("X", 256)), MetricNamespace: aws.String("n")})
		return err
	},
	"test_create_log_stream_duplicate_error/error-duplicate-log-stream": func(l *lab) error {
		_, err := l.CreateLogStream(l.ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")})
		return err
	},
	"test_describe_log_streams_with_log_group_identifier/error-both-name-and-identifier": func(l *lab) error {
		_, err := l.DescribeLogStreams(l.ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("g"), LogGroupIdentifier: aws.String("g")})
		return err
	},
	"test_delete_subscription_filter_errors/error-filter-not-found": func(l *lab) error {
		_, err := l.DeleteSubscriptionFilter(l.ctx, &cloudwatchlogs.DeleteSubscriptionFilterInput{LogGroupName: aws.String("g"), FilterName: aws.String("none")})
		return err
	},
	"test_put_subscription_filter_errors/error-log-group-not-found": func(l *lab) error {
		_, err := l.PutSubscriptionFilter(l.ctx, subscriptionInput("none", "f", "arn:aws:lambda:eu-central-1:000000000000:function:f"))
		return err
	},
	"test_put_subscription_filter_errors/error-kinesis-not-found": func(l *lab) error {
		_, err := l.PutSubscriptionFilter(l.ctx, subscriptionInput("g", "f", "arn:aws:kinesis:eu-central-1:111122223333:stream/none"))
		return err
	},
}

// otherRecorded are errors of others: of operations on events, of other services, and one of the gateway, which
// shows the whole list it refuses in Java's words.
var otherRecorded = []string{
	"TestDeliver", "TestExport", "TestStartQuery", "test_put_log_events", "test_get_log_events", "test_start_query", "test_create_export", "test_cancel_export",
	"test_put_delivery", "test_get_delivery", "test_delete_delivery", "test_delete_resource_policy", "test_put_resource_policy", "test_put_metric_filter_too_many_transformations",
}

func TestRecordedErrors(t *testing.T) {
	text, err := os.ReadFile("testdata/aws-error-messages.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Test, Key, Code, Message string }
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range cases {
		_, test, _ := strings.Cut(c.Test, "::")
		name := strings.ToLower(test) + "/" + c.Key
		call := recorded[name]
		if call == nil {
			if !hasAnyPrefix(test, otherRecorded) {
				t.Errorf("%s: no call for it", name)
			}
			continue
		}
		seen++
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.addStream(l.addGroup("g", nil), "s")
			servicetest.WantError(t, name, call(l), c.Code+": "+c.Message)
		})
	}
	if seen != len(recorded) {
		t.Errorf("%d recorded errors, want %d", seen, len(recorded))
	}
}

func hasAnyPrefix(text string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}

// metricInput returns the input of a metric filter that counts what its pattern matches.
func metricInput(group, name, pattern string) *cloudwatchlogs.PutMetricFilterInput {
	return &cloudwatchlogs.PutMetricFilterInput{
		LogGroupName: &group, FilterName: &name, FilterPattern: &pattern,
		MetricTransformations: []types.MetricTransformation{{MetricName: aws.String("m"), MetricNamespace: aws.String("n"), MetricValue: aws.String("1")}},
	}
}

func subscriptionInput(group, name, destination string) *cloudwatchlogs.PutSubscriptionFilterInput {
	return &cloudwatchlogs.PutSubscriptionFilterInput{LogGroupName: &group, FilterName: &name, FilterPattern: aws.String(""), DestinationArn: &destination}
}

package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// describeStreams returns the names on all pages of a DescribeLogStreams, and how many pages there were.
func (l *lab) describeStreams(in cloudwatchlogs.DescribeLogStreamsInput) (names []string, pages int) {
	l.t.Helper()
	for {
		out, err := l.DescribeLogStreams(l.ctx, &in)
		l.must(err)
		for _, s := range out.LogStreams {
			names = append(names, *s.LogStreamName)
		}
		pages++
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return names, pages
		}
	}
}

func TestCreateLogStreamNames(t *testing.T) {
	for _, tt := range []struct{ name, stream, want string }{
		{"one character", "a", "<nil>"},
		{"anything but colon and star", "2026/11/21/[$LATEST] ä \x00", "<nil>"},
		{"512 characters", strings.Repeat("ü", 512), "<nil>"},
		{"513 characters", strings.Repeat("ü", 513), "InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512."},
		{"no character", "", "InvalidParameterException: 1 validation error detected: Value '' at 'logStreamName' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"a colon", "a:b", "InvalidParameterException: 1 validation error detected: Value 'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*"},
		{"a star", "*", "InvalidParameterException: 1 validation error detected: Value '*' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.create("g")
			_, err := l.CreateLogStream(l.ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: &tt.stream})
			servicetest.WantError(t, fmt.Sprintf("CreateLogStream(%.20q)", tt.stream), err, tt.want)
			want := []string{tt.stream}
			if tt.want != "<nil>" {
				want = nil
			}
			if names, _ := l.describeStreams(cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("g")}); !slices.Equal(names, want) {
				t.Errorf("streams: %q, want %q", names, want)
			}
		})
	}
}

func TestDescribeLogStreams(t *testing.T) {
	l := newLab(t)
	l.create("g", "other")
	l.createStream("g", "b/2", "a", "b/10", "c", "b/1")
	l.createStream("other", "b/x")
	for i, name := range []string{"c", "a", "b/2"} {
		l.put("g", name, event(l.ms(time.Duration(i)*time.Second), "x"))
	}
	g := aws.String("g")
	byTime := []string{"b/1", "b/10", "c", "a", "b/2"}
	newest := slices.Clone(byTime)
	slices.Reverse(newest)
	for _, tt := range []struct {
		name  string
		in    cloudwatchlogs.DescribeLogStreamsInput
		want  string
		pages int
	}{
		{"by name", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g}, "a b/1 b/10 b/2 c", 1},
		{"by name, said", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, OrderBy: types.OrderByLogStreamName}, "a b/1 b/10 b/2 c", 1},
		{"by name, down", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, Descending: aws.Bool(true)}, "c b/2 b/10 b/1 a", 1},
		{"two a page", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, Limit: aws.Int32(2)}, "a b/1 b/10 b/2 c", 3},
		{"two a page, down", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, Limit: aws.Int32(2), Descending: aws.Bool(true)}, "c b/2 b/10 b/1 a", 3},
		{"a prefix", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, LogStreamNamePrefix: aws.String("b/1")}, "b/1 b/10", 1},
		{"a prefix, down, one a page", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, LogStreamNamePrefix: aws.String("b/"), Limit: aws.Int32(1), Descending: aws.Bool(true)}, "b/2 b/10 b/1", 3},
		{"by time", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, OrderBy: types.OrderByLastEventTime}, strings.Join(byTime, " "), 1},
		{"by time, down, two a page", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true), Limit: aws.Int32(2)}, strings.Join(newest, " "), 3},
		{"by the group's ARN as Grafana has it", cloudwatchlogs.DescribeLogStreamsInput{LogGroupIdentifier: aws.String("arn:aws:logs:eu-central-1:111122223333:log-group:other:")}, "b/x", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			names, pages := l.describeStreams(tt.in)
			if got := strings.Join(names, " "); got != tt.want || pages != tt.pages {
				t.Errorf("DescribeLogStreams = %q on %d pages, want %q on %d", got, pages, tt.want, tt.pages)
			}
		})
	}
}

func TestDescribedStream(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "s")
	want := types.LogStream{
		Arn: aws.String("arn:aws:logs:eu-central-1:111122223333:log-group:g:log-stream:s"), LogStreamName: aws.String("s"),
		CreationTime: aws.Int64(l.ms(0)),
		StoredBytes:  aws.Int64(0), //lint:ignore SA1019 AWS still sends it
	}
	check := func(moment string) {
		t.Helper()
		out, err := l.DescribeLogStreams(l.ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("g")})
		l.must(err)
		got := out.LogStreams[0]
		if len(*got.UploadSequenceToken) != 56 {
			t.Errorf("%s: uploadSequenceToken %q, want 56 digits", moment, *got.UploadSequenceToken)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(want), cmpopts.IgnoreFields(want, "UploadSequenceToken")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", moment, diff)
		}
	}
	check("without events")
	l.clock = l.clock.Add(time.Minute)
	want.FirstEventTimestamp, want.LastEventTimestamp, want.LastIngestionTime = aws.Int64(l.ms(-3000)), aws.Int64(l.ms(-1000)), aws.Int64(l.ms(0))
	l.put("g", "s", event(l.ms(-3000), "x"), event(l.ms(-1000), "y"))
	check("with events")
	want.FirstEventTimestamp = aws.Int64(l.ms(-5000))
	l.put("g", "s", event(l.ms(-5000), "older"))
	check("with an older event")
}

func TestDescribeLogStreamsRefuses(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "a", "b")
	g := aws.String("g")
	first, err := l.DescribeLogStreams(l.ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, Limit: aws.Int32(1)})
	l.must(err)
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.DescribeLogStreamsInput
		want string
	}{
		{"no group named", cloudwatchlogs.DescribeLogStreamsInput{}, "ValidationException: Either LogGroup name or LogGroup ARN must be specified."},
		{"a prefix in the order of events", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, OrderBy: types.OrderByLastEventTime, LogStreamNamePrefix: aws.String("a")}, "InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix."},
		{"51 items", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, Limit: aws.Int32(51)}, "InvalidParameterException: 1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"},
		{"a token of the other direction", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, NextToken: first.NextToken, Descending: aws.Bool(true)}, "InvalidParameterException: The specified nextToken is invalid."},
		{"the own token", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, NextToken: first.NextToken}, "<nil>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.DescribeLogStreams(l.ctx, &tt.in)
			servicetest.WantError(t, "DescribeLogStreams", err, tt.want)
		})
	}
	l.remove("g")
	l.create("g")
	_, err = l.DescribeLogStreams(l.ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, NextToken: first.NextToken})
	servicetest.WantError(t, "DescribeLogStreams with the token of the group before", err, "InvalidParameterException: The specified nextToken is invalid.")
}

func TestDeleteLogStream(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "s", "t")
	l.putTexts("g", "s", "gone")
	l.putTexts("g", "t", "kept")
	drop := func(group, stream string) error {
		_, err := l.DeleteLogStream(l.ctx, &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: &group, LogStreamName: &stream})
		return err
	}
	servicetest.WantError(t, "DeleteLogStream", drop("g", "s"), "")
	servicetest.WantError(t, "DeleteLogStream again", drop("g", "s"), "ResourceNotFoundException: The specified log stream does not exist.")
	servicetest.WantError(t, "DeleteLogStream in no group", drop("none", "s"), "ResourceNotFoundException: The specified log group does not exist.")
	_, err := l.PutLogEvents(l.ctx, putInput("g", "s", event(l.ms(0), "late")))
	servicetest.WantError(t, "PutLogEvents", err, "ResourceNotFoundException: The specified log stream does not exist.")
	l.createStream("g", "s")
	if got, _ := l.got(getInput("g", "s")); got != "" {
		t.Errorf("events of a stream made again: %q, want none", got)
	}
	if got := l.filtered(filterInput("g")); got != "kept" {
		t.Errorf("events of the group: %q, want kept", got)
	}
	g, err := l.group(l.ctx, "g")
	l.must(err)
	_, err = l.PutRetentionPolicy(l.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("g"), RetentionInDays: aws.Int32(1)})
	l.must(err)
	last := 24*time.Hour + l.limits.NewEvents + appendPatience // when no event of the deleted stream can be left
	for _, tt := range []struct {
		later time.Duration
		want  int
	}{{0, 1}, {last, 1}, {last + time.Millisecond, 0}} {
		l.must(l.expire(l.ctx, labStart.Add(tt.later)))
		if gone, err := l.GoneStreams(l.ctx, g); err != nil || len(gone) != tt.want {
			t.Errorf("GoneStreams %s after the delete = %v, %v, want %d", tt.later, gone, err, tt.want)
		}
	}
}

func TestStreamName(t *testing.T) {
	l := newLab(t)
	l.create("g", "h")
	l.createStream("g", "s")
	g, err := l.group(l.ctx, "g")
	l.must(err)
	h, err := l.group(l.ctx, "h")
	l.must(err)
	s, err := l.stream(l.ctx, g, "s")
	l.must(err)
	name := func(g *Group, number int64) string {
		name, err := l.StreamName(context.WithoutCancel(l.ctx), g, number)
		l.must(err)
		return name
	}
	if got := name(g, s.Number); got != "s" {
		t.Errorf("name of stream %d: %q, want s", s.Number, got)
	}
	if got := name(h, s.Number); got != "" {
		t.Errorf("name of stream %d in another group: %q, want none", s.Number, got)
	}
	_, err = l.DeleteLogStream(l.ctx, &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")})
	l.must(err)
	l.createStream("g", "s")
	if got := name(g, s.Number); got != "" {
		t.Errorf("name of a deleted stream: %q, want none", got)
	}
}

func TestCheckStream(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "s")
	for _, tt := range []struct{ group, stream, want string }{
		{"g", "s", "<nil>"},
		{"g", "none", "ResourceNotFoundException: " + textStreamMissing},
		{"none", "s", "ResourceNotFoundException: " + textGroupMissing},
	} {
		servicetest.WantError(t, "CheckStream("+tt.group+", "+tt.stream+")", l.CheckStream(l.ctx, tt.group, tt.stream), tt.want)
	}
}

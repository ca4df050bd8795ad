package validate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrictypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/xray"
	tracetypes "github.com/aws/aws-sdk-go-v2/service/xray/types"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// checksOf returns the checks of the operation whose input is I.
func checksOf[I, O any](t testing.TB, name string) *Checks {
	t.Helper()
	f := op.New[I, O](name, nil)
	s, err := model.Load(f.Service)
	if err != nil {
		t.Fatal(err)
	}
	table, err := wire.NewTable([]*model.Service{s}, []op.Operation{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := table.Find(s, name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told checks what Check says of in: want is what stands behind the count, "" for nothing.
func told(t *testing.T, c *Checks, in any, want ...string) {
	t.Helper()
	err := c.Check(in)
	if len(want) == 0 {
		if err != nil {
			t.Errorf("Check(%+v): %v", in, err)
		}
		return
	}
	noun := "errors"
	if len(want) == 1 {
		noun = "error"
	}
	text := fmt.Sprintf("%d validation %s detected: %s", len(want), noun, strings.Join(want, "; "))
	if err == nil || fault.Of(err).Message != text {
		t.Errorf("Check = %v\nwant %s", err, text)
	}
}

func TestLengths(t *testing.T) {
	c := checksOf[cloudwatchlogs.DescribeMetricFiltersInput, cloudwatchlogs.DescribeMetricFiltersOutput](t, "DescribeMetricFilters")
	at := func(s string) *cloudwatchlogs.DescribeMetricFiltersInput {
		return &cloudwatchlogs.DescribeMetricFiltersInput{FilterNamePrefix: &s}
	}
	for _, tt := range []struct {
		name string
		text string
		want []string
	}{
		{"empty", "", []string{"Value '' at 'filterNamePrefix' failed to satisfy constraint: Member must have length greater than or equal to 1"}},
		{"one", "x", nil},
		{"the greatest less one", strings.Repeat("x", 511), nil},
		{"the greatest", strings.Repeat("x", 512), nil},
		{"the greatest, of two bytes each", strings.Repeat("é", 512), nil},
		{"the greatest, of four bytes each", strings.Repeat("😀", 512), nil},
		{"one too many, of two bytes each", strings.Repeat("é", 513), []string{"Value '" + strings.Repeat("é", 513) +
			"' at 'filterNamePrefix' failed to satisfy constraint: Member must have length less than or equal to 512"}},
		{"one too many, and of the wrong kind", strings.Repeat(":", 513), []string{
			"Value '" + strings.Repeat(":", 513) + "' at 'filterNamePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
			"Value '" + strings.Repeat(":", 513) + "' at 'filterNamePrefix' failed to satisfy constraint: Member must have length less than or equal to 512"}},
	} {
		t.Run(tt.name, func(t *testing.T) { told(t, c, at(tt.text), tt.want...) })
	}
}

func TestPutLogEvents(t *testing.T) {
	c := checksOf[cloudwatchlogs.PutLogEventsInput, cloudwatchlogs.PutLogEventsOutput](t, "PutLogEvents")
	event := func(at int64, text string) logtypes.InputLogEvent {
		return logtypes.InputLogEvent{Timestamp: &at, Message: &text}
	}
	put := func(events ...logtypes.InputLogEvent) *cloudwatchlogs.PutLogEventsInput {
		return &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), LogEvents: events}
	}
	for _, tt := range []struct {
		name string
		in   *cloudwatchlogs.PutLogEventsInput
		want []string
	}{
		{"one event", put(event(0, "m")), nil},
		{"nothing", &cloudwatchlogs.PutLogEventsInput{}, []string{
			"Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
			"Value null at 'logStreamName' failed to satisfy constraint: Member must not be null",
			"Value null at 'logEvents' failed to satisfy constraint: Member must not be null"}},
		{"an empty list", &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), LogEvents: []logtypes.InputLogEvent{}},
			[]string{"Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1"}},
		{"the third event is wrong twice", put(event(1, "m"), event(2, "m"), event(-1, "")), []string{
			"Value '-1' at 'logEvents.3.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0",
			"Value '' at 'logEvents.3.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1"}},
		{"an event without members", put(event(1, "m"), logtypes.InputLogEvent{}), []string{
			"Value null at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must not be null",
			"Value null at 'logEvents.2.member.message' failed to satisfy constraint: Member must not be null"}},
		{"a wrong key and a wrong value of an entity", func() *cloudwatchlogs.PutLogEventsInput {
			in := put(event(1, "m"))
			in.Entity = &logtypes.Entity{KeyAttributes: map[string]string{"Type": "Service", "": ""}}
			return in
		}(), []string{
			"Value '{=, Type=Service}' at 'entity.keyAttributes' failed to satisfy constraint: Map keys must satisfy constraint: " +
				"[Member must have length less than or equal to 32, Member must have length greater than or equal to 1]",
			"Value '{=, Type=Service}' at 'entity.keyAttributes' failed to satisfy constraint: Map value must satisfy constraint: " +
				"[Member must have length less than or equal to 512, Member must have length greater than or equal to 1]"}},
	} {
		t.Run(tt.name, func(t *testing.T) { told(t, c, tt.in, tt.want...) })
	}
}

// TestGroupName checks that the framework's texts go before the service's own.
func TestGroupName(t *testing.T) {
	c := checksOf[cloudwatchlogs.CreateLogStreamInput, cloudwatchlogs.CreateLogStreamOutput](t, "CreateLogStream")
	in := func(group, stream string) *cloudwatchlogs.CreateLogStreamInput {
		return &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream}
	}
	long := strings.Repeat("x", 513)
	told(t, c, in(long[1:], long[1:]))
	told(t, c, in(long, "a:b"), "Value 'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*")
	err := fault.Of(c.Check(in("g", long)))
	if want := "Invalid LogGroup or LogStream, both must have length less than or equal to 512."; err == nil || err.Message != want ||
		err.Code != "InvalidParameterException" || err.Kind != fault.Invalid {
		t.Errorf("Check of a stream's name of 513 characters = %+v, want %s", err, want)
	}
}

// TestLists has constraints of elements without parts, which are told of together.
func TestLists(t *testing.T) {
	c := checksOf[cloudwatch.DescribeAlarmsInput, cloudwatch.DescribeAlarmsOutput](t, "DescribeAlarms")
	told(t, c, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"a", ""}, AlarmTypes: []metrictypes.AlarmType{"MetricAlarm", "x"}},
		"Value '[a, ]' at 'alarmNames' failed to satisfy constraint: Member must satisfy constraint: "+
			"[Member must have length less than or equal to 255, Member must have length greater than or equal to 1]",
		"Value '[MetricAlarm, x]' at 'alarmTypes' failed to satisfy constraint: Member must satisfy constraint: "+
			"[Member must satisfy enum value set: [CompositeAlarm, MetricAlarm, LogAlarm]]")
}

func TestUnions(t *testing.T) {
	c := checksOf[xray.UpdateIndexingRuleInput, xray.UpdateIndexingRuleOutput](t, "UpdateIndexingRule")
	told(t, c, &xray.UpdateIndexingRuleInput{Name: aws.String("n"), Rule: &tracetypes.IndexingRuleValueUpdateMemberProbabilistic{}},
		"Value null at 'rule.probabilistic.desiredSamplingPercentage' failed to satisfy constraint: Member must not be null")
	told(t, c, &xray.UpdateIndexingRuleInput{Name: aws.String("n"), Rule: &tracetypes.IndexingRuleValueUpdateMemberProbabilistic{
		Value: tracetypes.ProbabilisticRuleValueUpdate{DesiredSamplingPercentage: aws.Float64(1)}}})
}

// TestValues checks how values are quoted.
func TestValues(t *testing.T) {
	c := checksOf[kms.CreateKeyInput, kms.CreateKeyOutput](t, "CreateKey")
	tags := make([]kmstypes.Tag, 1)
	tags[0] = kmstypes.Tag{TagKey: aws.String(strings.Repeat("k", maxQuoted+1)), TagValue: aws.String("v")}
	told(t, c, &kms.CreateKeyInput{Tags: tags}, "Value '"+strings.Repeat("k", maxQuoted)+
		"' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128")
	for _, tt := range []struct {
		f    float64
		want string
	}{{0, "0.0"}, {1, "1.0"}, {-2.5, "-2.5"}, {1e7, "1.0E7"}, {123456789, "1.23456789E8"}, {0.001, "0.001"}, {0.0005, "5.0E-4"}} {
		if got := javaDouble(tt.f); got != tt.want {
			t.Errorf("javaDouble(%g) = %s, want %s", tt.f, got, tt.want)
		}
	}
}

// TestManyViolations checks that a hostile request gets an answer of bounded size, with the right count.
func TestManyViolations(t *testing.T) {
	c := checksOf[cloudwatchlogs.PutLogEventsInput, cloudwatchlogs.PutLogEventsOutput](t, "PutLogEvents")
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), LogEvents: make([]logtypes.InputLogEvent, 20_000)}
	for i := range in.LogEvents {
		in.LogEvents[i] = logtypes.InputLogEvent{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: aws.String("")}
	}
	got := fault.Of(c.Check(in)).Message
	if want := "20001 validation errors detected: "; !strings.HasPrefix(got, want) || len(got) > maxReported+2*maxQuoted {
		t.Errorf("Check = %.60s… of %d bytes, want %s… of at most %d", got, len(got), want, maxReported+2*maxQuoted)
	}
}

// TestConcurrent uses one Checks from several goroutines.
func TestConcurrent(t *testing.T) {
	c := checksOf[cloudwatchlogs.PutLogEventsInput, cloudwatchlogs.PutLogEventsOutput](t, "PutLogEvents")
	done := make(chan string, 8)
	for i := range cap(done) {
		go func() {
			in := validBatch(100)
			in.LogEvents[i].Message = aws.String("")
			done <- fault.Of(c.Check(in)).Message
		}()
	}
	for range cap(done) {
		if got := <-done; !strings.HasPrefix(got, "1 validation error detected: Value '' at 'logEvents.") {
			t.Errorf("Check = %s, want one error", got)
		}
	}
}

func validBatch(n int) *cloudwatchlogs.PutLogEventsInput {
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("/app/web"), LogStreamName: aws.String("host-1")}
	for i := range n {
		in.LogEvents = append(in.LogEvents, logtypes.InputLogEvent{
			Timestamp: aws.Int64(1_790_000_000_000 + int64(i)), Message: aws.String(strings.Repeat("m", 390)),
		})
	}
	return in
}

// BenchmarkPutLogEvents checks an input with as many events as AWS allows.
func BenchmarkPutLogEvents(b *testing.B) {
	c := checksOf[cloudwatchlogs.PutLogEventsInput, cloudwatchlogs.PutLogEventsOutput](b, "PutLogEvents")
	in := validBatch(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Check(in); err != nil {
			b.Fatal(err)
		}
	}
}

func TestGroupIdentifiers(t *testing.T) {
	const group = "arn:aws:logs:us-east-1:000000000000:log-group:/labels/web"
	one := checksOf[cloudwatchlogs.FilterLogEventsInput, cloudwatchlogs.FilterLogEventsOutput](t, "FilterLogEvents")
	many := checksOf[cloudwatchlogs.DescribeLogGroupsInput, cloudwatchlogs.DescribeLogGroupsOutput](t, "DescribeLogGroups")
	for _, id := range []string{"/labels/web", group, group + ":", group + ":*"} {
		told(t, one, &cloudwatchlogs.FilterLogEventsInput{LogGroupIdentifier: &id})
		told(t, many, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{id}})
	}
	for _, id := range []string{"*", group + "*", group + ":*:", group + ":**"} {
		told(t, one, &cloudwatchlogs.FilterLogEventsInput{LogGroupIdentifier: &id}, "Value '"+id+
			`' at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w#+=/:,.@-]*`)
	}
}

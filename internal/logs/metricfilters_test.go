package logs

import (
	"context"
	"fmt"
	"math"
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

func TestPutMetricFilterRoundTrip(t *testing.T) {
	l := newLab(t)
	l.create("g")
	in := metricInput("g", "f ü", `{ $.a = "x" }`)
	in.ApplyOnTransformedLogs, in.FieldSelectionCriteria, in.EmitSystemFieldDimensions = true, aws.String(`@aws.region = "x"`), []string{"@aws.account"}
	in.MetricTransformations[0].Dimensions = map[string]string{"d": "$.d"}
	in.MetricTransformations[0].Unit = types.StandardUnitSeconds
	_, err := l.PutMetricFilter(l.ctx, in)
	l.must(err)
	want := []types.MetricFilter{{
		FilterName: aws.String("f ü"), FilterPattern: in.FilterPattern, LogGroupName: aws.String("g"), CreationTime: aws.Int64(l.ms(0)),
		MetricTransformations: in.MetricTransformations, ApplyOnTransformedLogs: true, FieldSelectionCriteria: in.FieldSelectionCriteria,
		EmitSystemFieldDimensions: in.EmitSystemFieldDimensions,
	}}
	ignore := cmpopts.IgnoreUnexported(types.MetricFilter{}, types.MetricTransformation{})
	out, err := l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: aws.String("g")})
	l.must(err)
	if diff := cmp.Diff(want, out.MetricFilters, ignore); diff != "" {
		t.Errorf("DescribeMetricFilters (-want +got):\n%s", diff)
	}

	l.clock = l.clock.Add(1e9)
	in = metricInput("g", "f ü", "ERROR")
	in.MetricTransformations[0].DefaultValue = aws.Float64(0)
	_, err = l.PutMetricFilter(l.ctx, in)
	l.must(err)
	want = []types.MetricFilter{{
		FilterName: aws.String("f ü"), FilterPattern: in.FilterPattern, LogGroupName: aws.String("g"), CreationTime: want[0].CreationTime,
		MetricTransformations: in.MetricTransformations,
	}}
	out, err = l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: aws.String("g")})
	l.must(err)
	if diff := cmp.Diff(want, out.MetricFilters, ignore); diff != "" {
		t.Errorf("DescribeMetricFilters after another PutMetricFilter (-want +got):\n%s", diff)
	}
}

func TestPutMetricFilterRefuses(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.addGroup("cold", func(f *groupFacts) { f.Class = types.LogGroupClassInfrequentAccess })
	type change = func(in *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation)
	dims := func(n int) map[string]string {
		m := map[string]string{}
		for i := range n {
			m[fmt.Sprint("d", i)] = "$.a"
		}
		return m
	}
	const invalid = "InvalidParameterException: "
	for _, tt := range []struct {
		name   string
		change change
		want   string
	}{
		{"nothing wrong", func(*cloudwatchlogs.PutMetricFilterInput, *types.MetricTransformation) {}, "<nil>"},
		{"no such group", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.LogGroupName = aws.String("none")
		}, "ResourceNotFoundException: The specified log group does not exist."},
		{"a group of another class", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.LogGroupName = aws.String("cold")
		}, "ValidationException: This operation is only supported on the Standard log class."},
		{"a bad pattern", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.FilterPattern = aws.String("{ $.a =")
		}, invalid + "Invalid metric filter pattern"},
		{"a name with a colon", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.FilterName = aws.String("a:b")
		}, invalid + "1 validation error detected: Value 'a:b' at 'filterName'"},
		{"a name of 512 characters", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.FilterName = aws.String(strings.Repeat("ü", 512))
		}, "<nil>"},
		{"a name of more bytes than there is room for", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.FilterName = aws.String(strings.Repeat("😀", 508))
		}, invalid + "1 validation error detected"},
		{"two transformations", func(in *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			in.MetricTransformations = append(in.MetricTransformations, *t)
		}, invalid + "1 validation error detected: Value at 'metricTransformations'"},
		{"a namespace with a colon, as AWS takes it", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.MetricNamespace = aws.String("A.B-c_d/1#2:metricNamespace")
		}, "<nil>"},
		{"a value of no property of the pattern's kind", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.MetricValue = aws.String("$column")
		}, invalid + "Invalid metric transformation: metricValue $column"},
		{"a value of 101 characters", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.MetricValue = aws.String(strings.Repeat("1", 101))
		}, invalid + "1 validation error detected"},
		{"three dimensions", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) { t.Dimensions = dims(3) }, "<nil>"},
		{"four dimensions", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) { t.Dimensions = dims(4) }, invalid + "Invalid metric transformation: a metric filter can have at most 3 dimensions"},
		{"two dimensions and both system fields", func(in *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.Dimensions, in.EmitSystemFieldDimensions = dims(2), []string{"@aws.account", "@aws.region"}
		}, invalid + "Invalid metric transformation: a metric filter can have at most 3 dimensions"},
		{"a dimension and a default", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.Dimensions, t.DefaultValue = dims(1), aws.Float64(0)
		}, invalid + "Invalid metric transformation: dimensions and default value are mutually exclusive properties"},
		{"a dimension of terms", func(in *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.Dimensions, in.FilterPattern = dims(1), aws.String("ERROR")
		}, invalid + "The specified filter pattern does not support dimensions"},
		{"a dimension that is always the same", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.Dimensions = map[string]string{"d": "1"}
		}, invalid + "Invalid metric transformation: dimension d"},
		{"an unknown system field", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.EmitSystemFieldDimensions = []string{"@source.log"}
		}, invalid + "Invalid emitSystemFieldDimensions: @source.log."},
		{"an unknown unit", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) { t.Unit = "Parsecs" }, invalid + "1 validation error detected: Value 'Parsecs'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := metricInput("g", "f", "{ $.a = 1 }")
			tt.change(in, &in.MetricTransformations[0])
			_, err := l.PutMetricFilter(l.ctx, in)
			if got := servicetest.ErrorText(err); !strings.HasPrefix(got, tt.want) {
				t.Errorf("PutMetricFilter: error %.300q, want %q…", got, tt.want)
			}
		})
	}
}

func TestFilterQuotas(t *testing.T) {
	l := newLab(t)
	l.opts.Limits = Limits{MetricFilters: 2, RegexFilters: 2, Subscriptions: 2}
	l.restart()
	l.create("g")
	metric := func(name, pattern string) error {
		_, err := l.PutMetricFilter(l.ctx, metricInput("g", name, pattern))
		return err
	}
	subscribe := func(name, pattern string) error {
		in := subscriptionInput("g", name, "arn:aws:lambda:eu-central-1:111122223333:function:f")
		in.FilterPattern = &pattern
		_, err := l.PutSubscriptionFilter(l.ctx, in)
		return err
	}
	remove := func(name string) error {
		_, err := l.DeleteMetricFilter(l.ctx, &cloudwatchlogs.DeleteMetricFilterInput{LogGroupName: aws.String("g"), FilterName: &name})
		return err
	}
	unsubscribe := func(name string) error {
		_, err := l.DeleteSubscriptionFilter(l.ctx, &cloudwatchlogs.DeleteSubscriptionFilterInput{LogGroupName: aws.String("g"), FilterName: &name})
		return err
	}
	const full = "LimitExceededException: Resource limit exceeded."
	for i, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return metric("a", "%x%") }, "<nil>"},
		{func() error { return metric("b", "x") }, "<nil>"},
		{func() error { return metric("c", "x") }, full},
		{func() error { return metric("a", "%y%") }, "<nil>"}, // the same one
		{func() error { return subscribe("s", "%x%") }, "<nil>"},
		{func() error { return metric("b", "%x%") }, full}, // a third regex
		{func() error { return subscribe("t", "%x%") }, full},
		{func() error { return subscribe("t", "x") }, "<nil>"},
		{func() error { return subscribe("u", "x") }, full},
		{func() error { return metric("a", "y") }, "<nil>"}, // no regex any more
		{func() error { return metric("b", "%x%") }, "<nil>"},
		{func() error { return unsubscribe("s") }, "<nil>"},
		{func() error { return unsubscribe("s") }, "ResourceNotFoundException: The specified subscription filter does not exist."},
		{func() error { return remove("a") }, "<nil>"},
		{func() error { return remove("a") }, "ResourceNotFoundException: The specified metric filter does not exist."},
		{func() error { return metric("c", "%x%") }, "<nil>"},
		{func() error { return subscribe("u", "x") }, "<nil>"},
	} {
		servicetest.WantError(t, fmt.Sprintf("step %d", i), step.do(), step.want)
	}
	out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	l.must(err)
	if got := *out.LogGroups[0].MetricFilterCount; got != 2 {
		t.Errorf("metricFilterCount = %d, want 2", got)
	}
}

func TestDescribeMetricFilters(t *testing.T) {
	l := newLab(t)
	l.create("g", "h")
	for _, f := range []struct{ group, name, metric string }{{"g", "b", "m"}, {"g", "a", "m"}, {"g", "ab", "other"}, {"h", "a", "m"}, {"h", "z", "z"}} {
		in := metricInput(f.group, f.name, "")
		in.MetricTransformations[0].MetricName = &f.metric
		_, err := l.PutMetricFilter(l.ctx, in)
		l.must(err)
	}
	g := aws.String("g")
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.DescribeMetricFiltersInput
		want string
	}{
		{"of a group", cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: g}, "g/a g/ab g/b"},
		{"of a group, one a page", cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: g, Limit: aws.Int32(1)}, "g/a g/ab g/b"},
		{"of a group with a prefix", cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: g, FilterNamePrefix: aws.String("a")}, "g/a g/ab"},
		{"of all groups", cloudwatchlogs.DescribeMetricFiltersInput{}, "g/a h/a g/ab g/b h/z"},
		{"of all groups, two a page", cloudwatchlogs.DescribeMetricFiltersInput{Limit: aws.Int32(2)}, "g/a h/a g/ab g/b h/z"},
		{"a prefix without a group does not count", cloudwatchlogs.DescribeMetricFiltersInput{FilterNamePrefix: aws.String("z")}, "g/a h/a g/ab g/b h/z"},
		{"of a metric", cloudwatchlogs.DescribeMetricFiltersInput{MetricName: aws.String("m"), MetricNamespace: aws.String("n")}, "g/a h/a g/b"},
		{"of a metric and a group", cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: g, MetricName: aws.String("m"), MetricNamespace: aws.String("n")}, "g/a g/b"},
		{"of no metric", cloudwatchlogs.DescribeMetricFiltersInput{MetricName: aws.String("m"), MetricNamespace: aws.String("x")}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var names []string
			for in := tt.in; ; {
				out, err := l.DescribeMetricFilters(l.ctx, &in)
				l.must(err)
				for _, f := range out.MetricFilters {
					names = append(names, *f.LogGroupName+"/"+*f.FilterName)
				}
				if in.NextToken = out.NextToken; in.NextToken == nil {
					break
				}
			}
			if got := strings.Join(names, " "); got != tt.want {
				t.Errorf("DescribeMetricFilters = %q, want %q", got, tt.want)
			}
		})
	}
	l.addGroup("cold", func(f *groupFacts) { f.Class = types.LogGroupClassInfrequentAccess })
	_, err := l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: aws.String("cold")})
	servicetest.WantError(t, "DescribeMetricFilters of another class", err, "ValidationException: This operation is only supported on the Standard log class.")
	_, err = l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{MetricName: aws.String("m")})
	servicetest.WantError(t, "DescribeMetricFilters without the namespace", err, "InvalidParameterException: Both metricName and metricNamespace must be specified, or neither.")
}

func TestTestMetricFilter(t *testing.T) {
	l := newLab(t)
	out, err := l.TestMetricFilter(l.ctx, &cloudwatchlogs.TestMetricFilterInput{
		FilterPattern: aws.String("[ip, ..., status=4*, size]"), LogEventMessages: []string{"127.0.0.1 a 200 5", "127.0.0.1 b 404 7"},
	})
	l.must(err)
	want := []types.MetricFilterMatchRecord{{EventNumber: 1, EventMessage: aws.String("127.0.0.1 b 404 7"), ExtractedValues: map[string]string{"$ip": "127.0.0.1", "$2": "b", "$status": "404", "$size": "7"}}}
	if diff := cmp.Diff(want, out.Matches, cmpopts.IgnoreUnexported(types.MetricFilterMatchRecord{})); diff != "" {
		t.Errorf("TestMetricFilter (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		name, pattern string
		messages      int
		want          string
	}{
		{"50 messages", "x", 50, "<nil>"},
		{"51 messages", "x", 51, "InvalidParameterException: 1 validation error"},
		{"no message", "x", 0, "InvalidParameterException: 1 validation error"},
		{"a bad pattern", "[a", 1, "InvalidParameterException: Invalid metric filter pattern"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.TestMetricFilter(l.ctx, &cloudwatchlogs.TestMetricFilterInput{FilterPattern: &tt.pattern, LogEventMessages: make([]string, tt.messages)})
			if got := servicetest.ErrorText(err); !strings.HasPrefix(got, tt.want) {
				t.Errorf("TestMetricFilter: error %q, want %q…", got, tt.want)
			}
		})
	}
}

func TestMetricFiltersMeasure(t *testing.T) {
	const account, region = "111122223333", "eu-central-1"
	datum := func(second int64, value float64, dimensions map[string]string) MetricDatum {
		if dimensions == nil {
			dimensions = map[string]string{}
		}
		return MetricDatum{Account: account, Region: region, Namespace: "n", Name: "m", Unit: "None", Dimensions: dimensions, Time: labStart.UnixMilli() + second*1000, Value: value}
	}
	for _, tt := range []struct {
		name     string
		change   func(in *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation)
		messages []string
		want     []MetricDatum
	}{
		{"terms count", func(in *cloudwatchlogs.PutMetricFilterInput, _ *types.MetricTransformation) {
			in.FilterPattern = aws.String("E")
		}, []string{"E 1", "ok", "E 2"}, []MetricDatum{datum(0, 1, nil), datum(2, 1, nil)}},
		{"a property, where it is a number", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.MetricValue = aws.String("$.ms")
		}, []string{`{"a":1,"ms":-2.5}`, `{"a":1,"ms":"x"}`, `{"a":1}`, `{"a":2,"ms":1}`, `{"a":1,"ms":"7"}`}, []MetricDatum{datum(0, -2.5, nil), datum(4, 7, nil)}},
		{"dimensions, where the event has them", func(_ *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			t.Dimensions = map[string]string{"code": "$.code"}
		}, []string{`{"a":1,"code":500}`, `{"a":1}`}, []MetricDatum{datum(0, 1, map[string]string{"code": "500"})}},
		{"system fields and a unit", func(in *cloudwatchlogs.PutMetricFilterInput, t *types.MetricTransformation) {
			in.EmitSystemFieldDimensions = []string{"@aws.account", "@aws.region"}
		}, []string{`{"a":1}`}, []MetricDatum{datum(0, 1, map[string]string{"@aws.account": account, "@aws.region": region})}},
		{"nothing matches", func(*cloudwatchlogs.PutMetricFilterInput, *types.MetricTransformation) {}, []string{"x", ""}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			got := l.measure()
			in := metricInput("g", "f", "{ $.a = 1 }")
			tt.change(in, &in.MetricTransformations[0])
			_, err := l.PutMetricFilter(l.ctx, in)
			l.must(err)
			l.accept(tt.messages...)
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
		})
	}
}

// measure gives the lab a group "g" and a sink, whose data it returns.
func (l *lab) measure() *[]MetricDatum {
	var data []MetricDatum
	l.opts.Metrics = func(_ context.Context, d []MetricDatum) error {
		data = append(data, d...)
		return nil
	}
	l.restart()
	l.create("g")
	return &data
}

// accept tells the filters of group "g" of stored messages, a second apart from the clock on.
func (l *lab) accept(messages ...string) {
	l.t.Helper()
	g, err := l.group(l.ctx, "g")
	l.must(err)
	b := acceptedBatch{group: g, stream: "s", messages: messages, id: func(i int) string { return fmt.Sprint("id", i) }}
	for i := range messages {
		b.times = append(b.times, l.ms(0)+int64(i)*1000)
	}
	l.applyFilters(l.ctx, b)
}

// TestDefaultValue is the example E-03 of the specification: events at some seconds, of which some match.
func TestDefaultValue(t *testing.T) {
	l := newLab(t)
	got := l.measure()
	in := metricInput("g", "f", `{ $.lvl = "E" }`)
	in.MetricTransformations[0].MetricValue, in.MetricTransformations[0].DefaultValue = aws.String("$.ms"), aws.Float64(0)
	_, err := l.PutMetricFilter(l.ctx, in)
	l.must(err)
	start := l.clock
	for _, e := range []struct {
		second  int
		level   string
		measure int
	}{{5, "E", 120}, {17, "I", 30}, {44, "E", 80}, {70, "I", 1}, {200, "E", 55}} {
		l.clock = start.Add(time.Duration(e.second) * time.Second)
		l.publishDefaults(l.ctx, l.clock)
		l.accept(fmt.Sprintf(`{"lvl":%q,"ms":%d}`, e.level, e.measure))
	}
	l.clock = start.Add(10 * time.Minute)
	l.publishDefaults(l.ctx, l.clock)
	l.publishDefaults(l.ctx, l.clock)
	var seen []string
	for _, d := range *got {
		seen = append(seen, fmt.Sprintf("%d:%g", (d.Time-start.UnixMilli())/1000, d.Value))
	}
	if text, want := strings.Join(seen, " "), "5:120 44:80 60:0 200:55"; text != want {
		t.Errorf("second:value of the data: %s, want %s", text, want)
	}
}

func TestDefaultValuesAreBounded(t *testing.T) {
	var q quietMinutes
	f := compiledMetric{metricFilter: metricFilter{Name: "f", Default: aws.Float64(math.Pi)}}
	for i := range maxQuietMinutes + 10 {
		q.saw(f, &Group{}, int64(i)*60_000, 0, false)
	}
	if n := len(q.mu.minutes); n != maxQuietMinutes {
		t.Errorf("%d minutes kept, want %d", n, maxQuietMinutes)
	}
}

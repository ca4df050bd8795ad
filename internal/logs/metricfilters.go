package logs

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// metricFilterKind is of the metric filters of all of a tenant's groups together, since they are also listed so. The name is the
// filter's, a zero byte and the group's partition; the terms are the partition, and namespace and metric around a zero byte.
const metricFilterKind catalog.Kind = "log-metric-filter"

// A metricFilter is what the catalog keeps of a metric filter.
type metricFilter struct {
	Name         string             `json:"name"`
	Group        string             `json:"group"`
	Pattern      string             `json:"pattern"`
	Created      int64              `json:"created"` // ms; of the first filter of the name
	Namespace    string             `json:"namespace"`
	Metric       string             `json:"metric"`
	Value        string             `json:"value"`
	Default      *float64           `json:"default,omitempty"`
	Unit         types.StandardUnit `json:"unit,omitempty"`
	Dimensions   map[string]string  `json:"dimensions,omitempty"`
	Transformed  bool               `json:"transformed,omitempty"` // it sees what a transformer makes of events
	Criteria     *string            `json:"criteria,omitempty"`    // kept, not applied: all events are of the group's own account and region
	SystemFields []string           `json:"system,omitempty"`
}

// metricFilterKey returns where g's metric filter of that name is.
func metricFilterKey(g *Group, name string) catalog.Key {
	return g.scope(metricFilterKind).Key(name + "\x00" + decimal(int64(g.Partition)))
}

// entry returns the filter's entry for g.
func (f metricFilter) entry(g *Group) (catalog.Entry, error) {
	e, err := documents.Encode(metricFilterKey(g, f.Name), f)
	e.Terms = catalog.Terms{decimal(int64(g.Partition)), metricTerm(f.Namespace, f.Metric)}
	return e, err
}

func metricTerm(namespace, metric string) string { return namespace + "\x00" + metric }

// PutMetricFilter makes or replaces a metric filter. It sees events that come from now on.
func (s *Service) PutMetricFilter(ctx context.Context, in *cloudwatchlogs.PutMetricFilterInput) (*cloudwatchlogs.PutMetricFilterOutput, error) {
	f, err := newMetricFilter(in)
	if err != nil {
		return nil, err
	}
	compiled, err := f.compile()
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutMetricFilterOutput{}, s.changeGroup(ctx, f.Group, func(g *Group) ([]catalog.Change, error) {
		if err := onlyStandard(g); err != nil {
			return nil, err
		}
		old, version, err := document[metricFilter](ctx, s, metricFilterKey(g, f.Name))
		if err != nil {
			return nil, err
		}
		f.Created = s.now()
		if version == catalog.Absent {
			g.MetricFilters++
		} else {
			f.Created = old.Created
			g.RegexFilters -= regexes(old.Pattern)
		}
		g.RegexFilters += min(1, compiled.pattern.Regexes())
		if g.MetricFilters > s.limits.MetricFilters || g.RegexFilters > s.limits.RegexFilters {
			return nil, refuse.LimitExceeded()
		}
		e, err := f.entry(g)
		return []catalog.Change{catalog.Put(e, version)}, err
	})
}

// regexes returns how much a pattern counts against Limits.RegexFilters.
func regexes(pattern string) int {
	p, err := filterpattern.Parse(pattern)
	if err != nil {
		return 0
	}
	return min(1, p.Regexes())
}

// onlyStandard refuses what works with filters on a group of another class than STANDARD. The text was seen for
// DescribeMetricFilters (go-to-k/cdk-real-drift#1726) and DescribeSubscriptionFilters (turbot/steampipe-plugin-aws#2758).
func onlyStandard(g *Group) error {
	if g.Class == types.LogGroupClassStandard {
		return nil
	}
	return refuse.Validation("This operation is only supported on the Standard log class.")
}

// newMetricFilter returns the filter that in asks for, as far as it can be told without its pattern.
func newMetricFilter(in *cloudwatchlogs.PutMetricFilterInput) (metricFilter, error) {
	f := metricFilter{
		Name: aws.ToString(in.FilterName), Group: aws.ToString(in.LogGroupName), Pattern: aws.ToString(in.FilterPattern),
		Transformed: in.ApplyOnTransformedLogs, Criteria: in.FieldSelectionCriteria, SystemFields: in.EmitSystemFieldDimensions,
	}
	if err := checkFilterName(f.Name); err != nil {
		return f, err
	}
	if len(in.MetricTransformations) != 1 {
		return f, refuse.InvalidParameter("1 validation error detected: Value at 'metricTransformations' failed to satisfy constraint: Member must have length equal to 1")
	}
	t := in.MetricTransformations[0]
	f.Namespace, f.Metric, f.Value = aws.ToString(t.MetricNamespace), aws.ToString(t.MetricName), aws.ToString(t.MetricValue)
	f.Default, f.Unit, f.Dimensions = t.DefaultValue, t.Unit, t.Dimensions
	return f, f.check()
}

// systemFields are those that can be dimensions (PutMetricFilter's documentation).
var systemFields = []string{"@aws.account", "@aws.region"}

// check refuses what no filter can be, whatever its pattern.
func (f metricFilter) check() error {
	for _, m := range []struct {
		value, member string
		limit         int
	}{
		{f.Pattern, "filterPattern", filterpattern.MaxLength},
		{f.Metric, "metricTransformations.1.member.metricName", 255},
		{f.Namespace, "metricTransformations.1.member.metricNamespace", 255},
		{f.Value, "metricTransformations.1.member.metricValue", 100},
		{aws.ToString(f.Criteria), "fieldSelectionCriteria", 2000},
	} {
		if err := checkLength(m.value, m.member, m.limit); err != nil {
			return err
		}
	}
	if f.Unit != "" && !slices.Contains(f.Unit.Values(), f.Unit) {
		return refuse.Constraint(string(f.Unit), "metricTransformations.1.member.unit", "Member must satisfy enum value set")
	}
	for _, field := range f.SystemFields {
		if !slices.Contains(systemFields, field) {
			return refuse.InvalidParameter("Invalid emitSystemFieldDimensions: %s. Valid values are %s.", field, strings.Join(systemFields, " and ")) // ours [R]
		}
	}
	switch n := len(f.Dimensions) + len(f.SystemFields); {
	case n > 0 && f.Default != nil:
		return refuse.InvalidParameter("Invalid metric transformation: dimensions and default value are mutually exclusive properties")
	case n > maxDimensions:
		return refuse.InvalidParameter("Invalid metric transformation: a metric filter can have at most %d dimensions", maxDimensions) // ours [R]
	}
	for name, value := range f.Dimensions {
		if err := checkLength(name, "metricTransformations.1.member.dimensions", 255); err != nil {
			return err
		}
		if err := checkLength(value, "metricTransformations.1.member.dimensions", 255); err != nil {
			return err
		}
	}
	return nil
}

// maxDimensions is of one metric filter, system fields among them (MetricTransformation's documentation).
const maxDimensions = 3

// checkFilterName refuses what no filter may be called. Names beyond catalog's room for them, 500 characters of four bytes, are
// refused too.
func checkFilterName(name string) error {
	switch {
	case name == "":
		return refuse.Constraint(name, "filterName", "Member must have length greater than or equal to 1")
	case strings.ContainsAny(name, ":*"):
		return refuse.Constraint(name, "filterName", "Member must satisfy regular expression pattern: [^:*]*")
	case len(name) > catalog.MaxName-20:
		return refuse.Constraint(name, "filterName", "Member must have length less than or equal to 512")
	}
	return checkLength(name, "filterName", maxName)
}

// DeleteMetricFilter removes a metric filter.
func (s *Service) DeleteMetricFilter(ctx context.Context, in *cloudwatchlogs.DeleteMetricFilterInput) (*cloudwatchlogs.DeleteMetricFilterOutput, error) {
	name := aws.ToString(in.FilterName)
	return &cloudwatchlogs.DeleteMetricFilterOutput{}, s.changeGroup(ctx, aws.ToString(in.LogGroupName), func(g *Group) ([]catalog.Change, error) {
		if checkFilterName(name) != nil {
			return nil, refuse.NotFound(textMetricFilterMissing)
		}
		key := metricFilterKey(g, name)
		old, version, err := document[metricFilter](ctx, s, key)
		if err != nil {
			return nil, err
		}
		if version == catalog.Absent {
			return nil, refuse.NotFound(textMetricFilterMissing)
		}
		g.MetricFilters--
		g.RegexFilters -= regexes(old.Pattern)
		return []catalog.Change{catalog.Delete(key, version)}, nil
	})
}

const textMetricFilterMissing = "The specified metric filter does not exist."

// DescribeMetricFilters lists metric filters by name, of one group or of all.
func (s *Service) DescribeMetricFilters(ctx context.Context, in *cloudwatchlogs.DescribeMetricFiltersInput) (*cloudwatchlogs.DescribeMetricFiltersOutput, error) {
	if err := checkMetricFilterQuery(in); err != nil {
		return nil, err
	}
	limit, err := pageLimit(in.Limit, "limit", 50, 50)
	if err != nil {
		return nil, err
	}
	t := tenantOf(ctx)
	q := catalog.Query{Scope: t.scope(metricFilterKind)}
	group := "*" // all of them: no group's number
	if in.LogGroupName != nil {
		g, err := s.group(ctx, *in.LogGroupName)
		if err != nil {
			return nil, err
		}
		if err := onlyStandard(g); err != nil {
			return nil, err
		}
		group, q.Prefix = decimal(int64(g.Partition)), aws.ToString(in.FilterNamePrefix)
		q.Terms[0] = group
	}
	if in.MetricName != nil {
		q.Terms[1] = metricTerm(*in.MetricNamespace, *in.MetricName)
	}
	out := &cloudwatchlogs.DescribeMetricFiltersOutput{}
	l := t.listOf("DescribeMetricFilters", group, q.Prefix, q.Terms[1])
	out.MetricFilters, out.NextToken, err = listed(ctx, s, l, in.NextToken, q, limit, func(e catalog.Entry) (types.MetricFilter, bool, error) {
		f, err := describedMetricFilter(e)
		if err != nil || in.LogGroupName != nil {
			return f, true, err
		}
		g, err := s.group(ctx, *f.LogGroupName)
		if refuse.IsMissing(err) {
			return f, false, nil
		}
		return f, err == nil && decimal(int64(g.Partition)) == e.Terms[0], err // not what a deleted group has left
	})
	return out, err
}

func checkMetricFilterQuery(in *cloudwatchlogs.DescribeMetricFiltersInput) error {
	if err := checkLength(aws.ToString(in.FilterNamePrefix), "filterNamePrefix", maxName); err != nil {
		return err
	}
	if err := checkLength(aws.ToString(in.MetricName), "metricName", 255); err != nil {
		return err
	}
	if err := checkLength(aws.ToString(in.MetricNamespace), "metricNamespace", 255); err != nil {
		return err
	}
	if (in.MetricName == nil) != (in.MetricNamespace == nil) {
		return refuse.InvalidParameter("Both metricName and metricNamespace must be specified, or neither.") // ours [R]
	}
	return nil
}

// describedMetricFilter returns a filter's entry as DescribeMetricFilters has it.
func describedMetricFilter(e catalog.Entry) (types.MetricFilter, error) {
	f, err := documents.Decode[metricFilter](e)
	return types.MetricFilter{
		FilterName: aws.String(f.Name), FilterPattern: aws.String(f.Pattern), LogGroupName: aws.String(f.Group), CreationTime: aws.Int64(f.Created),
		ApplyOnTransformedLogs: f.Transformed, FieldSelectionCriteria: f.Criteria, EmitSystemFieldDimensions: f.SystemFields,
		MetricTransformations: []types.MetricTransformation{{
			MetricName: aws.String(f.Metric), MetricNamespace: aws.String(f.Namespace), MetricValue: aws.String(f.Value),
			DefaultValue: f.Default, Dimensions: f.Dimensions, Unit: f.Unit,
		}},
	}, err
}

// firstEventNumber is what TestMetricFilter calls the first message. The API's samples count from 0 [R].
const firstEventNumber = 0

// TestMetricFilter returns the messages that a pattern matches, and what it extracts from them.
func (s *Service) TestMetricFilter(_ context.Context, in *cloudwatchlogs.TestMetricFilterInput) (*cloudwatchlogs.TestMetricFilterOutput, error) {
	p, err := parsePattern(aws.ToString(in.FilterPattern))
	if err != nil {
		return nil, err
	}
	if n := len(in.LogEventMessages); n < 1 || n > 50 {
		return nil, refuse.InvalidParameter("1 validation error detected: Value at 'logEventMessages' failed to satisfy constraint: Member must have length between 1 and 50")
	}
	out := &cloudwatchlogs.TestMetricFilterOutput{Matches: []types.MetricFilterMatchRecord{}}
	for i, message := range in.LogEventMessages {
		if !p.MatchString(message) {
			continue
		}
		values := map[string]string{}
		fields, _ := p.Extract([]byte(message))
		for _, f := range fields {
			values[f.Name] = f.Value
		}
		out.Matches = append(out.Matches, types.MetricFilterMatchRecord{EventNumber: int64(i + firstEventNumber), EventMessage: aws.String(message), ExtractedValues: values})
	}
	return out, nil
}

// parsePattern reads a filter pattern of a metric filter.
func parsePattern(text string) (*filterpattern.Pattern, error) {
	if err := checkLength(text, "filterPattern", filterpattern.MaxLength); err != nil {
		return nil, err
	}
	p, err := filterpattern.Parse(text)
	if err != nil {
		return nil, refuse.InvalidParameter("Invalid metric filter pattern: %v", err)
	}
	return p, nil
}

package logs

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/catalog/sqlcat"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// An expectedGroup is what a group has, as the obvious implementation keeps it.
type expectedGroup struct {
	streams map[string]bool
	filters map[string]bool
	tags    map[string]string
	days    int32
}

// Resources are what there should be: groups by name.
type resources map[string]*expectedGroup

// step does a random operation on the lab and on the model, and returns it with what it should answer and what it does.
func (m resources) step(l *lab, r *rand.Rand) (call, want, got string) {
	name, item := fmt.Sprint("g", r.IntN(4)), fmt.Sprint("i", r.IntN(4))
	g := m[name]
	answer := func(op string, err error, want string) (string, string, string) {
		return op + " " + name + " " + item, want, servicetest.ErrorText(err)
	}
	none := "ResourceNotFoundException: " + textGroupMissing
	missing := func(set map[string]bool, text string) string {
		if g == nil {
			return none
		}
		if !set[item] {
			return "ResourceNotFoundException: " + text
		}
		delete(set, item)
		return "<nil>"
	}
	change := func(do func()) string {
		if g == nil {
			return none
		}
		do()
		return "<nil>"
	}
	var streams, filters map[string]bool
	if g != nil {
		streams, filters = g.streams, g.filters
	}
	switch r.IntN(9) {
	case 0:
		_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name})
		if g != nil {
			return answer("CreateLogGroup", err, "ResourceAlreadyExistsException: "+textGroupExists)
		}
		m[name] = &expectedGroup{map[string]bool{}, map[string]bool{}, map[string]string{}, 0}
		return answer("CreateLogGroup", err, "<nil>")
	case 1:
		_, err := l.DeleteLogGroup(l.ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
		return answer("DeleteLogGroup", err, change(func() { delete(m, name) }))
	case 2, 3:
		_, err := l.CreateLogStream(l.ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &name, LogStreamName: &item})
		if g != nil && g.streams[item] {
			return answer("CreateLogStream", err, "ResourceAlreadyExistsException: "+textStreamExists)
		}
		return answer("CreateLogStream", err, change(func() { g.streams[item] = true }))
	case 4:
		_, err := l.DeleteLogStream(l.ctx, &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: &name, LogStreamName: &item})
		return answer("DeleteLogStream", err, missing(streams, textStreamMissing))
	case 5:
		_, err := l.PutMetricFilter(l.ctx, metricInput(name, item, "x"))
		return answer("PutMetricFilter", err, change(func() { g.filters[item] = true }))
	case 6:
		_, err := l.DeleteMetricFilter(l.ctx, &cloudwatchlogs.DeleteMetricFilterInput{LogGroupName: &name, FilterName: &item})
		return answer("DeleteMetricFilter", err, missing(filters, textMetricFilterMissing))
	case 7:
		_, err := l.TagLogGroup(l.ctx, &cloudwatchlogs.TagLogGroupInput{LogGroupName: &name, Tags: map[string]string{item: name}})
		return answer("TagLogGroup", err, change(func() { g.tags[item] = name }))
	default:
		days := retentions[r.IntN(len(retentions))]
		_, err := l.PutRetentionPolicy(l.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &name, RetentionInDays: &days})
		return answer("PutRetentionPolicy", err, change(func() { g.days = days }))
	}
}

// String returns all that there should be.
func (m resources) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m)) {
		g := m[name]
		fmt.Fprintln(&b, name, g.days, len(g.filters), g.tags, slices.Sorted(maps.Keys(g.streams)), slices.Sorted(maps.Keys(g.filters)))
	}
	return b.String()
}

// described returns all that there is, in the model's words.
func (l *lab) described() string {
	l.t.Helper()
	var b strings.Builder
	out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	l.must(err)
	for _, g := range out.LogGroups {
		streams, _ := l.describeStreams(cloudwatchlogs.DescribeLogStreamsInput{LogGroupIdentifier: g.LogGroupArn})
		tags, err := l.ListTagsForResource(l.ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: g.LogGroupArn})
		l.must(err)
		filters, err := l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: g.LogGroupName})
		l.must(err)
		var names []string
		for _, f := range filters.MetricFilters {
			names = append(names, *f.FilterName)
		}
		fmt.Fprintln(&b, *g.LogGroupName, aws.ToInt32(g.RetentionInDays), *g.MetricFilterCount, tags.Tags, streams, names)
	}
	return b.String()
}

// TestRandomOperations compares a service on SQLite with the model, over sweeps and restarts.
func TestRandomOperations(t *testing.T) {
	steps := 400 // two seconds: every step is on disk before the next
	if os.Getenv("GROUNDWATCH_LONG") != "" {
		steps = 20_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	l := newLab(t)
	path := filepath.Join(t.TempDir(), "catalog.db")
	c := l.onSQLite(path)
	defer func() { l.must(c.Close()) }()
	m := resources{}
	for i := range steps {
		if call, want, got := m.step(l, r); got != want {
			t.Fatalf("step %d: %s: %q, want %q", i, call, got, want)
		}
		switch r.IntN(100) {
		case 0:
			l.must(l.sweep(l.ctx))
		case 1:
			l.must(c.Close())
			c = l.onSQLite(path)
		case 2, 3:
			if got, want := l.described(), m.String(); got != want {
				t.Fatalf("step %d: there is\n%swant\n%s", i, got, want)
			}
		}
	}
}

// onSQLite restarts the service over a catalog in a file.
func (l *lab) onSQLite(path string) *sqlcat.Catalog {
	l.t.Helper()
	c, err := sqlcat.Open(l.ctx, path, sqlcat.Options{})
	l.must(err)
	l.opts.Catalog = c
	l.restart()
	return c
}

// TestManyChangeOneGroup needs writes that take a while, as on a disk: else there is no crowd.
func TestManyChangeOneGroup(t *testing.T) {
	l := newLab(t)
	c := l.onSQLite(filepath.Join(t.TempDir(), "catalog.db"))
	defer func() { l.must(c.Close()) }()
	l.create("g")
	var all sync.WaitGroup
	for i := range 150 {
		all.Go(func() {
			_, err := l.PutMetricFilter(context.WithoutCancel(l.ctx), metricInput("g", fmt.Sprint(i), "x"))
			if text := servicetest.ErrorText(err); text != "<nil>" && text != "LimitExceededException: Resource limit exceeded." {
				t.Errorf("PutMetricFilter %d: %s", i, text)
			}
		})
	}
	all.Wait()
	out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	l.must(err)
	if got := *out.LogGroups[0].MetricFilterCount; got != 100 {
		t.Errorf("metricFilterCount = %d after 150 filters at once, want the quota of 100", got)
	}
	if filters, err := l.filters(l.ctx, must(l.group(l.ctx, "g"))(t)); err != nil || len(filters.metrics) != 100 {
		t.Errorf("filters = %d, %v, want 100", len(filters.metrics), err)
	}
}

// must returns a value that came without an error.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

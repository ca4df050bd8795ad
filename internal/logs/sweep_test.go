package logs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/servicetest"
	"github.com/groundwatch/groundwatch/internal/table"
)

// namedKind is the kind of an entry of another service, under the name of its group.
const namedKind catalog.Kind = "test-named"

// entries counts what the catalog has of everything that belongs to a group of that partition, and of what is still to be swept.
func (l *lab) entries(p table.Partition) (n int) {
	l.t.Helper()
	t := tenantOf(l.ctx)
	g := &Group{tenant: t, groupFacts: groupFacts{Partition: p}}
	for _, scope := range []catalog.Scope{t.under(streamKind, g), t.under(goneStreamKind, g), t.under(subscriptionKind, g), t.scope(metricFilterKind), t.scope(goneGroupKind), t.scope(namedKind)} {
		m, err := l.catalog.Count(l.ctx, catalog.Query{Scope: scope})
		l.must(err)
		n += m
	}
	return n
}

// fillGroup makes a group "g" with events and everything else that can belong to one.
func fillGroup(l *lab) *Group {
	l.opts.Named = []catalog.Kind{namedKind}
	l.restart()
	l.create("g")
	for i := range sweepBatch + 1 {
		l.createStream("g", fmt.Sprint(i))
	}
	l.putTexts("g", "0", "x")
	_, err := l.DeleteLogStream(l.ctx, &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("1")})
	l.must(err)
	_, err = l.PutMetricFilter(l.ctx, metricInput("g", "f", ""))
	l.must(err)
	_, err = l.PutSubscriptionFilter(l.ctx, subscriptionInput("g", "f", "arn:aws:lambda:eu-central-1:111122223333:function:f"))
	l.must(err)
	_, err = l.catalog.Write(l.ctx, catalog.Put(catalog.Entry{Key: tenantOf(l.ctx).scope(namedKind).Key("g")}, catalog.Absent))
	l.must(err)
	g, err := l.group(l.ctx, "g")
	l.must(err)
	return g
}

func TestDeletedGroupIsEmptyAtOnce(t *testing.T) {
	l := newLab(t)
	old := fillGroup(l)
	l.remove("g")
	_, err := l.DescribeLogStreams(l.ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("g")})
	servicetest.WantError(t, "DescribeLogStreams of a deleted group", err, "ResourceNotFoundException: The specified log group does not exist.")
	_, err = l.DeleteLogGroup(l.ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("g")})
	servicetest.WantError(t, "DeleteLogGroup again", err, "ResourceNotFoundException: The specified log group does not exist.")
	if filters, err := l.DescribeMetricFilters(l.ctx, &cloudwatchlogs.DescribeMetricFiltersInput{}); err != nil || len(filters.MetricFilters) != 0 {
		t.Errorf("metric filters of all groups: %v, %v, want none", filters.MetricFilters, err)
	}
	l.create("g")
	if names, _ := l.describeStreams(cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("g")}); names != nil {
		t.Errorf("streams of a group made again: %q, want none", names)
	}
	l.createStream("g", "0")
	if got := l.filtered(filterInput("g")); got != "" {
		t.Errorf("events of a group made again: %q, want none", got)
	}
	out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	l.must(err)
	if g := out.LogGroups[0]; *g.MetricFilterCount != 0 || *g.StoredBytes != 0 {
		t.Errorf("group made again: %d metric filters, %d bytes, want none", *g.MetricFilterCount, *g.StoredBytes)
	}
	l.must(l.sweep(l.ctx))
	if n := l.entries(old.Partition); n != 0 {
		t.Errorf("%d entries of the deleted group after a sweep, want 0", n)
	}
	if names, _ := l.describeStreams(cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("g")}); len(names) != 1 {
		t.Errorf("streams of the new group after the sweep: %q, want 0", names)
	}
}

// A failing catalog fails every write from some write on.
type failing struct {
	catalog.Catalog
	left int
}

var errDisk = fault.New(fault.Unavailable, "ServiceUnavailableException", "no room")

func (f *failing) Write(ctx context.Context, changes ...catalog.Change) (catalog.Version, error) {
	if f.left--; f.left < 0 {
		return 0, errDisk
	}
	return f.Catalog.Write(ctx, changes...)
}

func TestSweepIsCutOffAnywhere(t *testing.T) {
	for writes := 0; ; writes++ {
		l := newLab(t)
		g := fillGroup(l)
		l.remove("g")
		sound := l.catalog
		l.Service.catalog = &failing{sound, writes}
		err := l.sweep(l.ctx)
		l.restart()
		l.must(l.sweep(l.ctx))
		if n := l.entries(g.Partition); n != 0 {
			t.Errorf("%d entries after a sweep that was cut off after %d writes and done again, want 0", n, writes)
		}
		if err == nil {
			if writes < 4 {
				t.Errorf("a sweep took %d writes, want several", writes)
			}
			return
		}
		if !errors.Is(err, errDisk) {
			t.Fatalf("sweep = %v, want %v", err, errDisk)
		}
	}
}

func TestRunSweepsSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		g := fillGroup(l)
		ctx, cancel := context.WithCancel(l.ctx)
		var ended sync.WaitGroup
		ended.Go(func() {
			if err := l.Run(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("Run = %v, want Canceled", err)
			}
		})
		synctest.Wait()
		l.remove("g")
		synctest.Wait() // no time passes
		if n := l.entries(g.Partition); n != 0 {
			t.Errorf("%d entries of a group deleted while Run runs, want 0", n)
		}
		cancel()
		ended.Wait()
	})
}

func TestRunTellsOfFailures(t *testing.T) {
	l := newLab(t)
	fillGroup(l)
	l.remove("g")
	ctx, cancel := context.WithCancel(l.ctx)
	var told error
	l.opts.Hooks.SweepFailed = func(err error) { told = err; cancel() }
	l.opts.Catalog = &failing{l.opts.Catalog, 0}
	l.restart()
	if err := l.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v, want Canceled", err)
	}
	if !errors.Is(told, errDisk) {
		t.Errorf("hook was told %v, want %v", told, errDisk)
	}
}

// TestDeleteBesideEverything deletes and makes groups and streams while others use them. At the end nothing of a group that
// is gone may be left or show.
func TestDeleteBesideEverything(t *testing.T) {
	l := newLab(t)
	const rounds = 200
	name, stream := "g", "s"
	var all sync.WaitGroup
	work := func(step func(i int) error) {
		all.Go(func() {
			for i := range rounds {
				switch text := servicetest.ErrorText(step(i)); text {
				case "<nil>", "ResourceNotFoundException: " + textGroupMissing, "ResourceNotFoundException: " + textStreamMissing,
					"ResourceAlreadyExistsException: " + textGroupExists, "ResourceAlreadyExistsException: " + textStreamExists,
					"ResourceNotFoundException: " + textMetricFilterMissing, "OperationAbortedException: " + "A conflicting operation is currently in progress against this resource. Please try again.":
				default:
					t.Errorf("step %d: %s", i, text)
				}
			}
		})
	}
	for range 2 {
		work(func(int) error {
			_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name})
			return err
		})
		work(func(int) error {
			_, err := l.DeleteLogGroup(l.ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
			return err
		})
		work(func(int) error {
			_, err := l.CreateLogStream(l.ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &name, LogStreamName: &stream})
			return err
		})
		work(func(int) error {
			_, err := l.DeleteLogStream(l.ctx, &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: &name, LogStreamName: &stream})
			return err
		})
		work(func(i int) error {
			_, err := l.PutLogEvents(l.ctx, putInput(name, stream, event(l.ms(0), fmt.Sprint(i))))
			return err
		})
		work(func(i int) error {
			_, err := l.PutMetricFilter(l.ctx, metricInput(name, fmt.Sprint(i%3), ""))
			return err
		})
		work(func(i int) error {
			_, err := l.DeleteMetricFilter(l.ctx, &cloudwatchlogs.DeleteMetricFilterInput{LogGroupName: &name, FilterName: aws.String(fmt.Sprint(i % 3))})
			return err
		})
		work(func(int) error { return l.sweep(l.ctx) })
	}
	all.Wait()
	if g, err := l.group(l.ctx, name); err == nil {
		if n, err := l.catalog.Count(l.ctx, catalog.Query{Scope: g.scope(metricFilterKind), Terms: catalog.Terms{decimal(int64(g.Partition))}}); err != nil || n != g.MetricFilters {
			t.Errorf("group counts %d metric filters, the catalog has %d, %v", g.MetricFilters, n, err)
		}
		l.remove(name)
	}
	l.must(l.sweep(l.ctx))
	last, err := l.catalog.NextNumber(l.ctx, PartitionSequence)
	l.must(err)
	for p := range last {
		if n := l.entries(table.Partition(p)); n != 0 {
			t.Errorf("%d entries of partition %d are left", n, p)
		}
	}
}

// A countedTable counts calls of Expire.
type countedTable struct {
	table.Table
	calls int
}

func (c *countedTable) Expire(ctx context.Context, limits ...table.Expiry) error {
	c.calls++
	return c.Table.Expire(ctx, limits...)
}

// TestGroupsExpireTogether lets events of many groups expire.
func TestGroupsExpireTogether(t *testing.T) {
	l := newLab(t)
	counted := &countedTable{Table: l.opts.Events}
	l.opts.Events = counted
	l.restart()
	var last *Group
	for i := range expireBatch + 1 {
		last = l.addGroup(fmt.Sprintf("g%04d", i), func(f *groupFacts) { f.RetentionDays = 1 })
	}
	l.addStream(last, "s")
	l.putTexts(last.Name, "s", "x")
	l.must(l.expire(l.ctx, l.clock.Add(2*day)))
	if size, err := l.events.Size(l.ctx, last.Partition); err != nil || size.Rows != 0 {
		t.Errorf("Size of an expired group = %+v, %v, want nothing", size, err)
	}
	if counted.calls != 2 {
		t.Errorf("%d groups expired with %d calls, want 2", expireBatch+1, counted.calls)
	}
}

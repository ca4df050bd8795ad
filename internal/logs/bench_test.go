package logs

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/catalog/sqlcat"
	"github.com/groundwatch/groundwatch/internal/table"
)

// benchSize is issue 4's: 100,000 groups and 1,000,000 streams, half of these in one group. With -short a fiftieth.
func benchSize() (groups, streams int) {
	if testing.Short() {
		return 2_000, 20_000
	}
	return 100_000, 1_000_000
}

func benchGroup(i int) string { return fmt.Sprintf("/aws/lambda/service-%06d", i) }

func benchStream(i int) string { return fmt.Sprintf("2026/11/21/[$LATEST]%032x", i) }

// fillBench puts groups and streams into the lab's catalog, in large writes.
func (l *lab) fillBench() {
	l.t.Helper()
	groups, streams := benchSize()
	var changes []catalog.Change
	flush := func(least int) {
		if len(changes) >= least {
			_, err := l.catalog.Write(l.ctx, changes...)
			l.must(err)
			changes = changes[:0]
		}
	}
	put := func(e catalog.Entry, err error) {
		l.must(err)
		changes = append(changes, catalog.Put(e, catalog.Absent))
		flush(catalog.MaxChanges)
	}
	group := func(i int) *Group {
		return &Group{tenant: tenantOf(l.ctx), Name: benchGroup(i), groupFacts: groupFacts{Partition: table.Partition(i + 1), Created: l.ms(0), Class: types.LogGroupClassStandard, Tags: map[string]string{"team": "x"}}}
	}
	for i := range groups {
		put(group(i).entry())
	}
	for i := range streams {
		g := group(0)
		if i%2 == 1 {
			g = group(1 + i%(groups-1))
		}
		e, err := streamEntry(g.under(streamKind, g), Stream{Name: benchStream(i), Number: int64(i + 1), Created: l.ms(0)})
		e.Peaks = catalog.Peaks{l.ms(0) - int64(i*7919%streams), 1, l.ms(0)}
		put(e, err)
	}
	flush(1)
}

// BenchmarkLarge describes groups and streams in a catalog of issue 4's size, which wants a page within 20 ms.
func BenchmarkLarge(b *testing.B) {
	l := newLab(b)
	c, err := sqlcat.Open(l.ctx, filepath.Join(b.TempDir(), "catalog.db"), sqlcat.Options{})
	l.must(err)
	defer func() { l.must(c.Close()) }()
	l.opts.Catalog = c
	l.restart()
	l.fillBench()
	groups, streams := benchSize()
	describe := func(name string, in cloudwatchlogs.DescribeLogGroupsInput, want int) {
		b.Run("Groups"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if out, err := l.DescribeLogGroups(l.ctx, &in); err != nil || len(out.LogGroups) != want {
					b.Fatalf("DescribeLogGroups = %d groups, %v, want %d", len(out.LogGroups), err, want)
				}
			}
		})
	}
	streamsOf := func(name string, in cloudwatchlogs.DescribeLogStreamsInput) {
		in.LogGroupName = aws.String(benchGroup(0))
		b.Run("Streams"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if out, err := l.DescribeLogStreams(l.ctx, &in); err != nil || len(out.LogStreams) != 50 {
					b.Fatalf("DescribeLogStreams = %d streams, %v, want 50", len(out.LogStreams), err)
				}
			}
		})
	}
	describe("First", cloudwatchlogs.DescribeLogGroupsInput{}, 50)
	describe("Middle", cloudwatchlogs.DescribeLogGroupsInput{NextToken: l.next(tenantOf(l.ctx).listOf("DescribeLogGroups", "", "", ""), catalog.Cursor{Name: benchGroup(groups / 2)})}, 50)
	describe("Prefix", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String(benchGroup(groups / 3)[:24])}, 50)
	describe("Class", cloudwatchlogs.DescribeLogGroupsInput{LogGroupClass: types.LogGroupClassStandard}, 50)
	describe("NoClass", cloudwatchlogs.DescribeLogGroupsInput{LogGroupClass: types.LogGroupClassInfrequentAccess}, 0)
	describe("Pattern", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("service-0")}, 50)
	describe("PatternOfOne", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String(benchGroup(groups - 1)[12:])}, 1)
	streamsOf("First", cloudwatchlogs.DescribeLogStreamsInput{})
	streamsOf("Prefix", cloudwatchlogs.DescribeLogStreamsInput{LogStreamNamePrefix: aws.String(benchStream(streams / 3)[:50])})
	streamsOf("LastEvent", cloudwatchlogs.DescribeLogStreamsInput{OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true)})
	b.Run("StreamName", func(b *testing.B) {
		g, err := l.group(l.ctx, benchGroup(0))
		l.must(err)
		for i := 0; b.Loop(); i++ {
			n := int64(i*7919%(streams/2))*2 + 1
			l.streams.Forget(streamPlace{group: int64(g.Partition), number: n})
			if name, err := l.StreamName(l.ctx, g, n); err != nil || name != benchStream(int(n-1)) {
				b.Fatalf("StreamName(%d) = %q, %v", n, name, err)
			}
		}
	})
}

// BenchmarkGroupCached finds a group and a stream as every PutLogEvents does.
func BenchmarkGroupCached(b *testing.B) {
	l := newLab(b)
	l.create("g")
	l.createStream("g", "s")
	b.ReportAllocs()
	for b.Loop() {
		g, err := l.group(l.ctx, "g")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.stream(l.ctx, g, "s"); err != nil {
			b.Fatal(err)
		}
	}
}

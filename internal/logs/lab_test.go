package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/table"
)

// labStart is when the clock of a lab begins.
var labStart = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// A lab is a service over memory, with a clock that the test moves.
type lab struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock time.Time
	opts  Options
}

func newLab(t testing.TB) *lab {
	l := &lab{t: t, clock: labStart}
	now := func() time.Time { return l.clock }
	l.opts = Options{
		Catalog: catalog.NewMemory(), Events: table.NewMemory(Schema, now),
		Sealer: page.NewSealer([32]byte{7}, now), Now: now,
	}
	l.ctx = caller.With(context.Background(), caller.Caller{Account: "111122223333", Region: "eu-central-1", AccessKeyID: "AKIA1"})
	l.restart()
	return l
}

// restart makes a service anew over the same catalog and table.
func (l *lab) restart() { l.Service = New(l.opts) }

// ms returns a time, as far from the clock as d says.
func (l *lab) ms(d time.Duration) int64 { return l.clock.Add(d).UnixMilli() }

// addGroup makes a group; change may be nil.
func (l *lab) addGroup(name string, change func(f *groupFacts)) *Group {
	l.t.Helper()
	number, err := l.catalog.NextNumber(l.ctx, PartitionSequence)
	l.must(err)
	g := &Group{tenant: tenantOf(l.ctx), Name: name, groupFacts: groupFacts{Partition: table.Partition(number), Class: types.LogGroupClassStandard}}
	if change != nil {
		change(&g.groupFacts)
	}
	e, err := g.entry()
	l.must(err)
	_, err = l.catalog.Write(l.ctx, catalog.Put(e, catalog.Any))
	l.must(err)
	l.groups.Forget(e.Key)
	return g
}

// addStream makes a stream of a group.
func (l *lab) addStream(g *Group, name string) Stream {
	l.t.Helper()
	number, err := l.catalog.NextNumber(l.ctx, streamSequence)
	l.must(err)
	stream := Stream{Name: name, Number: number}
	e, err := streamEntry(g.under(streamKind, g), stream)
	l.must(err)
	_, err = l.catalog.Write(l.ctx, catalog.Put(e, catalog.Absent))
	l.must(err)
	return stream
}

// dropStream deletes a stream.
func (l *lab) dropStream(g *Group, stream Stream) {
	l.t.Helper()
	_, err := l.catalog.Write(l.ctx, catalog.Delete(g.under(streamKind, g).Key(stream.Name), catalog.Any))
	l.must(err)
	l.streams.Forget(streamPlace{group: int64(g.Partition), name: stream.Name})
	l.streams.Forget(streamPlace{group: int64(g.Partition), number: stream.Number})
}

func (l *lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// event returns an event for PutLogEvents.
func event(ms int64, message string) types.InputLogEvent {
	return types.InputLogEvent{Timestamp: &ms, Message: &message}
}

// put puts events, all of which must be taken.
func (l *lab) put(group, stream string, events ...types.InputLogEvent) {
	l.t.Helper()
	out, err := l.PutLogEvents(l.ctx, putInput(group, stream, events...))
	if err != nil || out.RejectedLogEventsInfo != nil {
		l.t.Fatalf("PutLogEvents(%s, %s, %d events) = %+v, %v, want all taken", group, stream, len(events), out, err)
	}
}

func putInput(group, stream string, events ...types.InputLogEvent) *cloudwatchlogs.PutLogEventsInput {
	return &cloudwatchlogs.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream, LogEvents: events}
}

// putTexts puts one event a message, a millisecond apart from the clock on.
func (l *lab) putTexts(group, stream string, messages ...string) {
	l.t.Helper()
	var events []types.InputLogEvent
	for i, m := range messages {
		events = append(events, event(l.ms(0)+int64(i), m))
	}
	l.put(group, stream, events...)
}

// maxPages is more pages than any test has.
const maxPages = 10_000

// filterPages follows a FilterLogEvents to its end.
func (l *lab) filterPages(in *cloudwatchlogs.FilterLogEventsInput) (pages [][]types.FilteredLogEvent) {
	l.t.Helper()
	next := *in
	for range maxPages {
		out, err := l.FilterLogEvents(l.ctx, &next)
		l.must(err)
		pages = append(pages, out.Events)
		if next.NextToken = out.NextToken; next.NextToken == nil {
			return pages
		}
	}
	l.t.Fatalf("FilterLogEvents has more than %d pages", maxPages)
	return nil
}

// filterAll returns the events on all pages of a FilterLogEvents.
func (l *lab) filterAll(in *cloudwatchlogs.FilterLogEventsInput) []types.FilteredLogEvent {
	l.t.Helper()
	return slices.Concat(l.filterPages(in)...)
}

// pageSizes returns how many events each page of a FilterLogEvents has.
func (l *lab) pageSizes(in *cloudwatchlogs.FilterLogEventsInput) string {
	l.t.Helper()
	var sizes []int
	for _, p := range l.filterPages(in) {
		sizes = append(sizes, len(p))
	}
	return fmt.Sprint(sizes)
}

// filtered returns the messages in all pages of a FilterLogEvents, joined by blanks.
func (l *lab) filtered(in *cloudwatchlogs.FilterLogEventsInput) string {
	l.t.Helper()
	var messages []string
	for _, e := range l.filterAll(in) {
		messages = append(messages, *e.Message)
	}
	return strings.Join(messages, " ")
}

func filterInput(group string) *cloudwatchlogs.FilterLogEventsInput {
	return &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group}
}

func getInput(group, stream string) *cloudwatchlogs.GetLogEventsInput {
	return &cloudwatchlogs.GetLogEventsInput{LogGroupName: &group, LogStreamName: &stream}
}

// got returns the messages of a GetLogEvents, joined by blanks, and its answer.
func (l *lab) got(in *cloudwatchlogs.GetLogEventsInput) (string, *cloudwatchlogs.GetLogEventsOutput) {
	l.t.Helper()
	out, err := l.GetLogEvents(l.ctx, in)
	if err != nil {
		l.t.Fatalf("GetLogEvents: %v", err)
	}
	return join(out.Events), out
}

func join(events []types.OutputLogEvent) string {
	var messages []string
	for _, e := range events {
		messages = append(messages, *e.Message)
	}
	return strings.Join(messages, " ")
}

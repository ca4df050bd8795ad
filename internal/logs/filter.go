package logs

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// What one FilterLogEvents looks at before it answers with what it has, and a token to go on from there: 0.2 seconds of work if
// messages are read back at 400 MB/s, which is the aim of storage.
const (
	maxLookedBytes = 64 << 20 // of messages
	maxLookedRows  = 500_000
)

// What it reads at a time. With a pattern a call has that much in memory, and at most a page of what was found before.
const (
	filterChunkRows  = 20_000
	filterChunkBytes = 8 << 20
)

// FilterLogEvents returns a page of a group's events, of all streams by time. The first page sets what belongs to the listing:
// what is stored later is not in it, so pages neither shift nor repeat. A page may be empty although there are more.
func (s *Service) FilterLogEvents(ctx context.Context, in *cloudwatchlogs.FilterLogEventsInput) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	limit, err := s.pageLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	pattern, err := parseFilterPattern(in.FilterPattern)
	if err != nil {
		return nil, err
	}
	g, err := s.groupBy(ctx, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	if err := g.allowsFilter(); err != nil {
		return nil, err
	}
	at, err := s.listingStart(ctx, g, in)
	if err != nil {
		return nil, err
	}
	sieve, err := s.newSieve(ctx, g, in)
	if err != nil {
		return nil, err
	}
	sieve.pattern, sieve.unmask = pattern, in.Unmask
	found, more, err := s.filter(ctx, sieve, at, limit)
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.FilterLogEventsOutput{Events: found, SearchedLogStreams: []types.SearchedLogStream{}}
	if more != nil {
		out.NextToken = s.seal(g.listing(), *more)
	}
	return out, nil
}

// parseFilterPattern reads the pattern of a request; nil, which stands for all events, if there is none.
func parseFilterPattern(text *string) (*filterpattern.Pattern, error) {
	if aws.ToString(text) == "" {
		return nil, nil
	}
	p, err := filterpattern.Parse(*text)
	if e, ok := errors.AsType[*filterpattern.Error](err); ok {
		return nil, refuse.InvalidParameter("%s", filterPatternText(e))
	}
	return p, err
}

// filterPatternText returns what FilterLogEvents says of a wrong pattern. [R] Seen on AWS are "Invalid filter pattern" and some
// sentences on what is wrong, which begin with a capital in package filterpattern or, for the length, with a number. For all
// others ours comes behind AWS's words, which clients may look for.
func filterPatternText(e *filterpattern.Error) string {
	if c := e.Msg[0]; 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
		return e.Msg
	}
	return "Invalid filter pattern: " + e.Error()
}

// allowsFilter returns the error for a group of a class whose events cannot be filtered. Seen in aws/karpenter-provider-aws#9567.
// [R] Whether GetLogEvents is refused too is not known; we allow it.
func (g *Group) allowsFilter() error {
	if g.Class == types.LogGroupClassStandard || g.Class == "" {
		return nil
	}
	return refuse.WrongClass(g.Name, g.Class, "FilterLogEvents")
}

// A listing is where a FilterLogEvents stands between two pages.
type listing struct {
	Order   table.Order  `json:"o,omitempty"`
	After   table.Cursor `json:"a"` // the last event that was looked at
	Through table.Bound  `json:"t"` // where the listing ends
}

// listing returns the list that the tokens of FilterLogEvents belong to: one incarnation of one group.
func (g *Group) listing() list { return g.listOf("FilterLogEvents", decimal(int64(g.Partition))) }

// filterFromTail is the first startTime with which startFromHead may be false (FilterLogEvents in the API reference).
var filterFromTail = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// listingStart returns where a page begins. The direction of a token counts more than startFromHead.
func (s *Service) listingStart(ctx context.Context, g *Group, in *cloudwatchlogs.FilterLogEventsInput) (listing, error) {
	through, err := s.events.Last(ctx)
	at := listing{Through: through}
	switch {
	case err != nil:
		return at, refuse.Internal("read log events", err)
	case in.NextToken != nil:
		return at, s.open(g.listing(), *in.NextToken, &at)
	case in.StartFromHead == nil || *in.StartFromHead:
		return at, nil
	}
	at.Order = table.Descending
	if aws.ToInt64(in.StartTime) < filterFromTail.UnixMilli() {
		return at, refuse.InvalidParameter("Setting startFromHead to false is supported only when startTime is on or after 2024-01-01T00:00:00Z.")
	}
	return at, nil
}

// A sieve decides which events FilterLogEvents shows.
type sieve struct {
	group   *Group
	events  table.Range
	pattern *filterpattern.Pattern // nil: all
	unmask  bool                   // also what the pattern sees [R]: who may not see a text must not find it either
	prefix  string                 // of the streams' names, where events.Streams does not tell
	names   map[int64]*string      // of streams, as far as they are known; nil where events are not shown
}

// maxPrefixStreams is how many streams with a prefix are looked up beforehand. Of more, the name of each event's stream is looked
// at.
const maxPrefixStreams = 10_000

// newSieve returns the sieve of a request, without the pattern.
func (s *Service) newSieve(ctx context.Context, g *Group, in *cloudwatchlogs.FilterLogEventsInput) (*sieve, error) {
	to := int64(math.MaxInt64)
	if in.EndTime != nil && *in.EndTime < to {
		to = *in.EndTime + 1 // events at endTime belong
	}
	v := &sieve{group: g, events: s.eventRange(g, in.StartTime, to), names: map[int64]*string{}}
	switch {
	case in.LogStreamNames != nil && in.LogStreamNamePrefix != nil:
		// [R] The code is AWS's, the words follow those recorded for other pairs.
		return nil, refuse.InvalidParameter("LogStream names and LogStream name prefix are mutually exclusive parameters.")
	case in.LogStreamNames != nil:
		return v, s.sieveNames(ctx, v, in.LogStreamNames)
	case aws.ToString(in.LogStreamNamePrefix) != "":
		return v, s.sievePrefix(ctx, v, *in.LogStreamNamePrefix)
	}
	return v, nil
}

// maxFilterStreams is how many streams a request may name (InputLogStreamNames in the model).
const maxFilterStreams = 100

// sieveNames lets the events of these streams through. Each must be there.
func (s *Service) sieveNames(ctx context.Context, v *sieve, names []string) error {
	if n := len(names); n < 1 || n > maxFilterStreams {
		rule := "Member must have length greater than or equal to 1"
		if n > maxFilterStreams {
			rule = "Member must have length less than or equal to 100"
		}
		return refuse.Constraint("["+strings.Join(names, ", ")+"]", "logStreamNames", rule)
	}
	for _, name := range names {
		stream, err := s.stream(ctx, v.group, name)
		if err != nil {
			return err
		}
		v.names[stream.Number] = &stream.Name
	}
	v.useNames()
	return nil
}

// sievePrefix lets the events of streams through whose names begin with prefix.
func (s *Service) sievePrefix(ctx context.Context, v *sieve, prefix string) error {
	for stream, err := range s.eachStream(ctx, v.group, prefix) {
		if err != nil {
			return err
		}
		if len(v.names) == maxPrefixStreams {
			v.prefix = prefix
			return nil
		}
		v.names[stream.Number] = &stream.Name
	}
	v.useNames()
	return nil
}

// useNames narrows the range down to the streams whose names are known.
func (v *sieve) useNames() {
	v.events.Streams = make([]int64, 0, len(v.names))
	for number := range v.names {
		v.events.Streams = append(v.events.Streams, number)
	}
	slices.Sort(v.events.Streams)
}

// sievedStream returns the name of an event's stream; nil if the event is not to be shown.
func (s *Service) sievedStream(ctx context.Context, v *sieve, number int64) (*string, error) {
	if name, known := v.names[number]; known {
		return name, nil
	}
	name, err := s.StreamName(ctx, v.group, number)
	if err != nil {
		return nil, err
	}
	v.names[number] = nil
	if name != "" && strings.HasPrefix(name, v.prefix) {
		v.names[number] = &name
	}
	return v.names[number], nil
}

// filter returns up to limit events that pass the sieve, from a place on, and where to go on; nil if that was all.
func (s *Service) filter(ctx context.Context, v *sieve, at listing, limit int) ([]types.FilteredLogEvent, *listing, error) {
	found := filteredEvents{limit: limit, bytes: s.limits.PageBytes, list: []types.FilteredLogEvent{}}
	for found.looked < maxLookedRows && found.lookedBytes < maxLookedBytes {
		chunk := table.Page{Range: v.events, Order: at.Order, After: at.After, Through: at.Through, Limit: filterChunkRows, Bytes: filterChunkBytes}
		if v.pattern == nil { // nearly all are shown: no more than fit, and one that tells of more; many where most were not shown
			chunk.Limit = min(chunk.Limit, max(limit-len(found.list)+1, found.looked-len(found.list)))
			chunk.Bytes = max(1, found.bytes-found.used)
		}
		b, err := s.readPage(ctx, chunk, table.Whole)
		if err != nil || b.n == 0 {
			return found.list, nil, err
		}
		if err := s.hide(ctx, v.group, v.unmask, &b); err != nil {
			return nil, nil, err
		}
		n, err := s.sift(ctx, v, &b, &found)
		if err != nil {
			return nil, nil, err
		}
		if n > 0 {
			at.After = b.cursor(n - 1)
		}
		if n < b.n || v.pattern == nil && found.used > found.bytes/2 { // the next one need not fit; that is cheaper than to look
			break
		}
	}
	return found.list, &at, nil
}

// sift adds the events of b that pass the sieve to found until it is full, and returns how many it looked at.
func (s *Service) sift(ctx context.Context, v *sieve, b *eventBatch, found *filteredEvents) (int, error) {
	for i := range b.n {
		message := b.message(i)
		if v.pattern == nil || v.pattern.MatchString(*message) {
			name, err := s.sievedStream(ctx, v, b.streams[i])
			if err != nil {
				return i, err
			}
			if name != nil && !found.add(b, i, name) {
				return i, nil
			}
		}
		found.looked, found.lookedBytes = found.looked+1, found.lookedBytes+len(*message)
	}
	return b.n, nil
}

// filteredEvents is a page in the making.
type filteredEvents struct {
	limit, bytes        int // what there may be
	used                int // bytes of messages
	looked, lookedBytes int // at events that pass or not
	list                []types.FilteredLogEvent
}

// add adds event i of b, which it points into; false if it does not fit any more. The first always does.
func (f *filteredEvents) add(b *eventBatch, i int, stream *string) bool {
	message := b.message(i)
	if len(f.list) == f.limit || len(f.list) > 0 && f.used+len(*message) > f.bytes {
		return false
	}
	id := string(appendEventID(nil, b.times[i], table.Sequence(b.sequences[i])))
	f.used += len(*message)
	f.list = append(f.list, types.FilteredLogEvent{
		EventId: &id, IngestionTime: &b.ingested[i], LogStreamName: stream, Message: message, Timestamp: &b.times[i],
	})
	return true
}

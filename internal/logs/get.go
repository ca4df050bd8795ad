package logs

import (
	"context"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// GetLogEvents returns a page of a stream's events, always oldest first. Its tokens are places in the stream, so the forward
// token of the last page gives what came since.
func (s *Service) GetLogEvents(ctx context.Context, in *cloudwatchlogs.GetLogEventsInput) (*cloudwatchlogs.GetLogEventsOutput, error) {
	limit, err := s.pageLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	g, err := s.groupBy(ctx, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	stream, err := s.stream(ctx, g, aws.ToString(in.LogStreamName))
	if err != nil {
		return nil, err
	}
	to := int64(math.MaxInt64)
	if in.EndTime != nil {
		to = *in.EndTime
	}
	p := streamPage{limit: limit, bytes: s.limits.PageBytes, events: s.eventRange(g, in.StartTime, to)}
	p.events.Streams = []int64{stream.Number}
	if p.way, p.from, err = s.streamStart(g, stream, in); err != nil {
		return nil, err
	}
	b, low, high, err := s.readStream(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := s.hide(ctx, g, in.Unmask, &b); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.GetLogEventsOutput{
		Events:            b.outputEvents(),
		NextBackwardToken: s.gapToken(g.tenant, stream, backward, low),
		NextForwardToken:  s.gapToken(g.tenant, stream, forward, high),
	}, nil
}

// streamStart returns where a page of a stream begins and which way it goes: as the token says, else forward from the beginning
// or backward from the end, as startFromHead says. A nil place is the end.
func (s *Service) streamStart(g *Group, stream Stream, in *cloudwatchlogs.GetLogEventsInput) (turn, *gap, error) {
	if in.NextToken != nil {
		way, place, err := s.openGapToken(g.tenant, stream, *in.NextToken)
		return way, &place, err
	}
	if aws.ToBool(in.StartFromHead) {
		return forward, &gap{}, nil
	}
	return backward, nil, nil
}

// A streamPage asks for a page of a stream.
type streamPage struct {
	events       table.Range
	way          turn
	from         *gap // nil: the end of the stream, backward only
	limit, bytes int
}

// readStream returns a page, oldest event first, and the gaps at both of its ends. Without events both are where it began, or in
// front of everything if that was the end: there were none.
func (s *Service) readStream(ctx context.Context, p streamPage) (b eventBatch, low, high gap, err error) {
	page := table.Page{Range: p.events, Order: p.way.order(), Limit: p.limit, Bytes: p.bytes}
	if page.Through, err = s.events.Last(ctx); err != nil {
		return b, low, high, refuse.Internal("read log events", err)
	}
	if p.from != nil {
		low, page.After = *p.from, p.from.start(page.Order)
	}
	high = low
	if p.way == backward && p.from != nil && *p.from == (gap{}) {
		return b, low, high, nil
	}
	if b, err = s.readPage(ctx, page, table.Whole); err != nil || b.n == 0 {
		return b, low, high, err
	}
	if p.way == backward {
		b.reverse()
	}
	return b, before(b.cursor(0)), after(b.cursor(b.n - 1)), nil
}

// reverse turns the order of events around.
func (b *eventBatch) reverse() {
	rows := make([]int32, b.n)
	for i := range rows {
		rows[i] = int32(b.n - 1 - i)
	}
	b.messages = b.messages.Take(rows)
	for _, c := range []*[]int64{&b.times, &b.ingested, &b.sequences, &b.streams} {
		*c = slices.Clone(*c)
		slices.Reverse(*c)
	}
}

// outputEvents returns events as GetLogEvents shows them; they point into b.
func (b *eventBatch) outputEvents() []types.OutputLogEvent {
	events := make([]types.OutputLogEvent, b.n)
	for i := range events {
		events[i] = types.OutputLogEvent{IngestionTime: &b.ingested[i], Message: b.message(i), Timestamp: &b.times[i]}
	}
	return events
}

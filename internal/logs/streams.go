package logs

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// CreateLogStream makes an empty stream.
func (s *Service) CreateLogStream(ctx context.Context, in *cloudwatchlogs.CreateLogStreamInput) (*cloudwatchlogs.CreateLogStreamOutput, error) {
	name := aws.ToString(in.LogStreamName)
	if err := checkNewStreamName(name); err != nil {
		return nil, err
	}
	for range conflictTries {
		g, err := s.group(ctx, aws.ToString(in.LogGroupName))
		if err != nil {
			return nil, err
		}
		err = s.makeStream(ctx, g, name)
		if fault.Is(err, fault.Exists) {
			return nil, refuse.Exists(textStreamExists)
		}
		if !fault.Is(err, fault.Conflict) {
			return &cloudwatchlogs.CreateLogStreamOutput{}, wrapped("create log stream", err)
		}
		s.groups.Forget(g.scope(groupKind).Key(g.Name))
	}
	return nil, refuse.Aborted()
}

// makeStream makes a stream of g, if g is still the group of its name: Conflict if not.
func (s *Service) makeStream(ctx context.Context, g *Group, name string) error {
	n, err := s.catalog.NextNumber(ctx, streamSequence)
	if err != nil {
		return err
	}
	e, err := streamEntry(g.under(streamKind, g), Stream{Name: name, Number: n, Created: s.now()})
	if err != nil {
		return err
	}
	_, err = s.catalog.Write(ctx, g.Still(), catalog.Put(e, catalog.Absent))
	s.streams.Forget(streamPlace{group: int64(g.Partition), name: name})
	return err
}

// DeleteLogStream removes a stream. Its rows stay until they expire or the group goes, but they are nobody's events any more.
func (s *Service) DeleteLogStream(ctx context.Context, in *cloudwatchlogs.DeleteLogStreamInput) (*cloudwatchlogs.DeleteLogStreamOutput, error) {
	for range conflictTries {
		g, err := s.group(ctx, aws.ToString(in.LogGroupName))
		if err != nil {
			return nil, err
		}
		if g.Protected {
			return nil, refuse.Validation(textProtected, g.Name)
		}
		stream, err := s.stream(ctx, g, aws.ToString(in.LogStreamName))
		if err != nil {
			return nil, err
		}
		err = s.dropStream(ctx, g, stream)
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
			return &cloudwatchlogs.DeleteLogStreamOutput{}, wrapped("delete log stream", err)
		}
		s.groups.Forget(g.scope(groupKind).Key(g.Name))
	}
	return nil, refuse.Aborted()
}

// dropStream removes a stream of g. NotFound or Conflict mean that somebody else changed the group or deleted the stream.
func (s *Service) dropStream(ctx context.Context, g *Group, stream Stream) error {
	key := g.under(streamKind, g).Key(stream.Name)
	e, err := s.catalog.Get(ctx, key)
	if err == nil {
		var now Stream
		if now, err = streamOf(e); err == nil && now.Number != stream.Number {
			err = catalog.Missing(key)
		}
	}
	if err == nil {
		gone := catalog.Entry{Key: g.under(goneStreamKind, g).Key(decimal(stream.Number)), Peaks: catalog.Peaks{s.now()}}
		_, err = s.catalog.Write(ctx, g.Still(), catalog.Delete(key, e.Version), catalog.Put(gone, catalog.Any))
	}
	s.streams.Forget(streamPlace{group: int64(g.Partition), name: stream.Name})
	s.streams.Forget(streamPlace{group: int64(g.Partition), number: stream.Number})
	return err
}

// DescribeLogStreams lists the streams of a group by name or by the time of their last event, then name; streams without events
// come before all others in that order.
func (s *Service) DescribeLogStreams(ctx context.Context, in *cloudwatchlogs.DescribeLogStreamsInput) (*cloudwatchlogs.DescribeLogStreamsOutput, error) {
	byTime := in.OrderBy == types.OrderByLastEventTime
	prefix, descending := aws.ToString(in.LogStreamNamePrefix), aws.ToBool(in.Descending)
	if byTime && in.LogStreamNamePrefix != nil {
		return nil, refuse.InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	limit, err := pageLimit(in.Limit, "limit", 50, 50)
	if err != nil {
		return nil, err
	}
	g, err := s.groupBy(ctx, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	l := g.listOf("DescribeLogStreams", decimal(int64(g.Partition)), prefix, fmt.Sprint(byTime, descending))
	q := catalog.Query{Scope: g.under(streamKind, g), Prefix: prefix, ByPeak: byTime, Descending: descending}
	out := &cloudwatchlogs.DescribeLogStreamsOutput{}
	out.LogStreams, out.NextToken, err = listed(ctx, s, l, in.NextToken, q, limit, all(func(e catalog.Entry) (types.LogStream, error) {
		stream, err := streamOf(e)
		return stream.described(g), err
	}))
	return out, err
}

// described returns s as DescribeLogStreams has it. storedBytes is 0 since 2019, on AWS too.
func (s Stream) described(g *Group) types.LogStream {
	d := types.LogStream{
		Arn:                 aws.String(g.streamARN(g.Name, s.Name)),
		LogStreamName:       aws.String(s.Name),
		CreationTime:        aws.Int64(s.Created),
		StoredBytes:         aws.Int64(0), //lint:ignore SA1019 AWS still sends it
		UploadSequenceToken: aws.String(s.sequenceToken()),
	}
	if s.LastIngestion != 0 {
		d.FirstEventTimestamp, d.LastEventTimestamp, d.LastIngestionTime = aws.Int64(s.FirstEvent), aws.Int64(s.LastEvent), aws.Int64(s.LastIngestion)
	}
	return d
}

// sequenceToken returns what old clients hand to their next PutLogEvents: 56 digits as AWS's, always the same, since nobody reads
// it any more.
func (s Stream) sequenceToken() string { return fmt.Sprintf("%056d", s.Number) }

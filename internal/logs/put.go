package logs

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// PutLogEvents stores events. When it returns they are durable and every reader sees them. A call that one of AWS's SDKs
// repeats, because the answer was lost, stores nothing twice. The messages are kept as they are, memory included.
func (s *Service) PutLogEvents(ctx context.Context, in *cloudwatchlogs.PutLogEventsInput) (*cloudwatchlogs.PutLogEventsOutput, error) {
	if err := s.limits.checkBatch(in.LogEvents); err != nil {
		return nil, err
	}
	g, err := s.group(ctx, aws.ToString(in.LogGroupName))
	if err != nil {
		return nil, err
	}
	stream, err := s.stream(ctx, g, aws.ToString(in.LogStreamName))
	if err != nil {
		return nil, err
	}
	now := s.opts.Now()
	v, err := s.limits.screen(in.LogEvents, now, g.Oldest(now))
	if err != nil {
		return nil, err
	}
	place := table.Cursor{Time: now.UnixMilli()}
	if accepted := in.LogEvents[v.from:v.to]; len(accepted) > 0 {
		if place, err = s.store(ctx, g, stream, accepted); err != nil {
			return nil, err
		}
	}
	next := string(appendEventID(nil, place.Time, place.Sequence))
	return &cloudwatchlogs.PutLogEventsOutput{
		NextSequenceToken:     &next,
		RejectedEntityInfo:    rejectEntity(in.Entity, g),
		RejectedLogEventsInfo: v.rejected(len(in.LogEvents)),
	}, nil
}

// appendPatience is how long an append may take before its sender is told to try again: what a stalled disk may cost a client.
const appendPatience = 10 * time.Second

// store stores events of one stream and tells everybody who wants to know. It returns when and where the last one came to be.
func (s *Service) store(ctx context.Context, g *Group, stream Stream, events []types.InputLogEvent) (table.Cursor, error) {
	rows, messages := eventRows(stream, events)
	rows.Token = repeatToken(caller.From(ctx), stream, rows.Times, messages)

	// A sender that goes away must not leave it open whether the events are stored and were counted.
	ctx = context.WithoutCancel(ctx)
	patience, cancel := context.WithTimeout(ctx, appendPatience)
	defer cancel()
	r, err := s.events.Append(patience, g.Partition, rows)
	if err != nil {
		return table.Cursor{}, appendError(err)
	}
	if !r.Repeated {
		s.stored(ctx, g, stream, acceptedBatch{
			group: g, stream: stream.Name, times: rows.Times, messages: messages,
			id: func(i int) string { return string(appendEventID(nil, rows.Times[i], r.First+table.Sequence(i))) },
		}, r)
	}
	return table.Cursor{Time: r.Ingested, Sequence: r.First + table.Sequence(len(events)-1)}, nil
}

// stored is where all that happens after events were stored begins. None of it fails the PutLogEvents: that would make the
// sender store them again.
func (s *Service) stored(ctx context.Context, g *Group, stream Stream, b acceptedBatch, r table.Receipt) {
	first, last := b.times[0], b.times[len(b.times)-1]
	if err := s.touchStream(ctx, g, stream, first, last, r.Ingested); err != nil && s.opts.Hooks.TouchFailed != nil {
		s.opts.Hooks.TouchFailed(g.Name, stream.Name, err)
	}
	l, err := s.lens(ctx, g)
	if err != nil { // what is sensitive must not leave, so nothing does
		s.sinkFailed(g.Name, "", err)
		return
	}
	b.transformed = b.messages
	if l != nil {
		b.messages, b.transformed = l.Took(ctx, stream.Name, b.messages, r.Ingested)
	}
	if s.opts.Accepted != nil {
		s.opts.Accepted(Accepted{Group: g, Stream: stream.Name, Times: b.times, Messages: b.messages, Ingested: r.Ingested})
	}
	s.applyFilters(ctx, b)
}

// eventRows returns events as rows, and their messages, in memory that is made once for all.
func eventRows(stream Stream, events []types.InputLogEvent) (table.Rows, []string) {
	n := len(events)
	numbers := make([]int64, 2*n)
	streams, times, messages := numbers[:n:n], numbers[n:], make([]string, n)
	for i := range events {
		streams[i], times[i], messages[i] = stream.Number, *events[i].Timestamp, *events[i].Message
	}
	text := &column.Column{Kind: column.String, Len: n, Strings: messages}
	return table.Rows{Streams: streams, Times: times, Fields: []*column.Column{text}}, messages
}

// appendError returns what the sender is told of an append that went wrong: to try again if that can help.
func appendError(err error) error {
	if fault.Is(err, fault.NotFound) { // the group was deleted meanwhile
		return refuse.NotFound(textGroupMissing)
	}
	if fault.Is(err, fault.Unavailable) || errors.Is(err, context.DeadlineExceeded) {
		if why := errors.Unwrap(fault.Of(err)); why != nil {
			err = why // without what another sender would be told
		}
		return fmt.Errorf("store log events: %w: %w", refuse.Unavailable("The service cannot store log events at the moment."), err)
	}
	return refuse.Internal("store log events", err)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// repeatToken returns the token by which the table knows the same call again. SDKs send one invocation id with all attempts of
// a call. The content is in the token for clients that use an id twice; two checksums of it will do, as nobody but the client
// itself would lose events. "" without an id: then equal batches may well be two.
func repeatToken(c caller.Caller, stream Stream, times []int64, messages []string) string {
	if c.InvocationID == "" {
		return ""
	}
	sum, mix := uint32(0), uint64(len(times))
	for i, m := range messages {
		sum = crc32.Update(sum, castagnoli, bytesOf(m))
		mix = (mix^uint64(times[i]))*0x9E3779B97F4A7C15 + uint64(len(m))
	}
	b := make([]byte, 0, 128)
	b = binary.BigEndian.AppendUint64(b, uint64(stream.Number))
	b = binary.BigEndian.AppendUint64(b, mix)
	b = binary.BigEndian.AppendUint32(b, sum)
	b = append(b, c.AccessKeyID...)
	b = append(b, 0)
	b = append(b, c.InvocationID...)
	hash := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(hash[:16])
}

// bytesOf returns the bytes of s, which must not be changed, without copying them.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

package remote

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// What one PutLogEvents takes (AWS: Logs API reference).
const (
	maxBatchEvents = 10_000
	maxBatchBytes  = 1_048_576
	eventOverhead  = 26 // bytes that count for each event besides its text
	maxEvent       = maxBatchBytes - eventOverhead
	maxSpan        = 24 * time.Hour
)

// An Event is one to send.
type Event struct {
	Time    int64 // epoch milliseconds
	Message string
}

// A Report says what became of the events sent.
type Report struct {
	Sent                   int64 // accepted
	Bytes                  int64 // of their texts
	TooOld, TooNew, Empty  int64 // refused by the service, or by us because it takes no empty text and no time before 1970
	Expired                int64 // refused: older than the group's retention
	Split                  int64 // texts that were too long and went in pieces, each an event of the same time
	Replaced               int64 // texts that were not UTF-8, sent with U+FFFD in place of what is wrong
	CreatedGroup, CreatedS bool
}

// Refused returns how many events were not stored.
func (r *Report) Refused() int64 { return r.TooOld + r.TooNew + r.Empty + r.Expired }

// A Sender sends events to one stream, in batches as large as the service takes. It is used by one goroutine at a time.
type Sender struct {
	Client        *Client
	Group, Stream string
	Create        bool // make group and stream where they are missing
	Report        Report

	batch       []types.InputLogEvent
	bytes       int
	first, last int64 // times in the batch
}

// Add takes an event, and sends what fills a batch. An event before 1970 is too old like others, but one of them would have
// the service refuse the whole batch.
func (s *Sender) Add(ctx context.Context, e Event) error {
	switch {
	case e.Message == "":
		s.Report.Empty++
		return nil
	case e.Time < 0:
		s.Report.TooOld++
		return nil
	}
	if !utf8.ValidString(e.Message) {
		e.Message = strings.ToValidUTF8(e.Message, "\uFFFD")
		s.Report.Replaced++
	}
	if len(e.Message) > maxEvent {
		s.Report.Split++
	}
	for len(e.Message) > maxEvent {
		cut := maxEvent
		for !utf8.RuneStart(e.Message[cut]) {
			cut--
		}
		if err := s.add(ctx, Event{e.Time, e.Message[:cut]}); err != nil {
			return err
		}
		e.Message = e.Message[cut:]
	}
	return s.add(ctx, e)
}

func (s *Sender) add(ctx context.Context, e Event) error {
	size := len(e.Message) + eventOverhead
	if n := len(s.batch); n > 0 {
		span := max(s.last, e.Time) - min(s.first, e.Time)
		if n == maxBatchEvents || s.bytes+size > maxBatchBytes || span >= maxSpan.Milliseconds() {
			if err := s.Flush(ctx); err != nil {
				return err
			}
		}
	}
	if len(s.batch) == 0 {
		s.first, s.last = e.Time, e.Time
	}
	s.first, s.last = min(s.first, e.Time), max(s.last, e.Time)
	s.batch = append(s.batch, types.InputLogEvent{Timestamp: aws.Int64(e.Time), Message: aws.String(e.Message)})
	s.bytes += size
	return nil
}

// Waiting tells how many events have been added and not sent.
func (s *Sender) Waiting() int { return len(s.batch) }

// Flush sends what was added. After an error it is still there.
func (s *Sender) Flush(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	slices.SortStableFunc(s.batch, func(a, b types.InputLogEvent) int {
		switch {
		case *a.Timestamp < *b.Timestamp:
			return -1
		case *a.Timestamp > *b.Timestamp:
			return 1
		}
		return 0
	})
	out, err := s.put(ctx)
	if err != nil {
		err = s.Client.Explain(err)
		if !s.Create && Code(err) == "ResourceNotFoundException" {
			err = fmt.Errorf("%w --create makes it", err)
		}
		return fmt.Errorf("put events to %s, stream %s: %w", s.Group, s.Stream, err)
	}
	s.count(out.RejectedLogEventsInfo)
	s.batch, s.bytes = s.batch[:0], 0
	return nil
}

// put sends the batch, and makes what is missing if it may.
func (s *Sender) put(ctx context.Context) (*cloudwatchlogs.PutLogEventsOutput, error) {
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String(s.Group), LogStreamName: aws.String(s.Stream), LogEvents: s.batch}
	out, err := s.Client.Logs.PutLogEvents(ctx, in)
	var missing *types.ResourceNotFoundException
	if !s.Create || !errors.As(err, &missing) {
		return out, err
	}
	if err := s.make(ctx); err != nil {
		return nil, err
	}
	return s.Client.Logs.PutLogEvents(ctx, in)
}

// End sends what was added, and makes group and stream, if it may, even where there was nothing to send.
func (s *Sender) End(ctx context.Context) error {
	if err := s.Flush(ctx); err != nil || !s.Create || s.Report.Sent > 0 {
		return err
	}
	return s.Client.Explain(s.make(ctx))
}

func (s *Sender) make(ctx context.Context) error {
	var exists *types.ResourceAlreadyExistsException
	_, err := s.Client.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(s.Group)})
	if err != nil && !errors.As(err, &exists) {
		return err
	}
	s.Report.CreatedGroup = s.Report.CreatedGroup || err == nil
	_, err = s.Client.Logs.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String(s.Group), LogStreamName: aws.String(s.Stream)})
	if err != nil && !errors.As(err, &exists) {
		return err
	}
	s.Report.CreatedS = s.Report.CreatedS || err == nil
	return nil
}

// count sorts the batch's events into accepted and refused. AWS gives the ends of what is too old, and of what is
// expired, exclusively, and the start of what is too new.
func (s *Sender) count(r *types.RejectedLogEventsInfo) {
	from, to := 0, len(s.batch)
	if r != nil {
		expired := int(aws.ToInt32(r.ExpiredLogEventEndIndex))
		tooOld := int(aws.ToInt32(r.TooOldLogEventEndIndex))
		s.Report.Expired += int64(min(expired, to))
		s.Report.TooOld += int64(max(min(tooOld, to)-expired, 0))
		from = min(max(expired, tooOld), to)
		if r.TooNewLogEventStartIndex != nil {
			start := min(max(int(*r.TooNewLogEventStartIndex), from), to)
			s.Report.TooNew += int64(to - start)
			to = start
		}
	}
	for _, e := range s.batch[from:to] {
		s.Report.Sent++
		s.Report.Bytes += int64(len(*e.Message))
	}
}

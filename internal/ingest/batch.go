package ingest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/otlp"
)

// Limits of a PutLogEvents (its page in the API reference).
const (
	batchEvents   = 10_000
	batchBytes    = 1 << 20
	batchSpan     = 24 * time.Hour
	eventOverhead = 26 // what an event counts beside its message
)

// Limits of a request [R]: a body of the smallest events would be millions of them, and records of OTLP repeat what is said of their
// source once.
const (
	maxEvents = 100_000
	maxText   = 128 << 20
)

// An event is one that is to be stored. Its message is made when its turn comes.
type event struct {
	time   int64       // ms since 1970
	text   []byte      // the message, nil if it is the record's
	record otlp.Record // of OTLP
}

func (e *event) len() int {
	if e.text != nil {
		return len(e.text)
	}
	return e.record.Len()
}

// message returns the message in memory of its own: stores keep it, and the body is not theirs.
func (e *event) message() string {
	if e.text != nil {
		return string(e.text)
	}
	return string(e.record.AppendMessage(make([]byte, 0, e.record.Len())))
}

// A batch is the events of one request.
type batch struct {
	now     int64 // ms since 1970
	events  []event
	bytes   int
	skipped skipped
}

// A skipped is how many values of a request are no events, and why.
type skipped struct{ none, behind, large int }

// add adds an event, unless it can be none: AWS takes no empty message, and none above 1 MiB.
func (b *batch) add(e event) error {
	n := e.len()
	switch {
	case n == 0:
		b.skipped.none++
		return nil
	case n+eventOverhead > batchBytes:
		b.skipped.large++
		return nil
	}
	if b.bytes += n; b.bytes > maxText {
		return tooLarge("The events of the request have more than %d bytes.", maxText)
	}
	if len(b.events) == maxEvents {
		return tooLarge("The request has more than %d events.", maxEvents)
	}
	b.events = append(b.events, e)
	return nil
}

// refused is how many events of a request were not stored, and why.
type refused struct {
	skipped
	tooOld, tooNew, expired int
}

// tell tells of each reason that there is.
func (r *refused) tell(skipped func(reason Reason, n int)) {
	for _, one := range []struct {
		reason Reason
		n      int
	}{{NoEvent, r.none}, {NotFirst, r.behind}, {OverSize, r.large}, {OutOfRange, r.tooOld + r.tooNew + r.expired}} {
		if one.n > 0 {
			skipped(one.reason, one.n)
		}
	}
}

// put stores the events in the order of their times, in as many batches as they need. When one fails, those before it are stored;
// a sender that tries again stores them twice. Without events it fails too if there is no such stream.
func (b *batch) put(ctx context.Context, logs Logs, to place) (*refused, error) {
	slices.SortStableFunc(b.events, func(x, y event) int { return cmp.Compare(x.time, y.time) })
	r := &refused{skipped: b.skipped}
	if len(b.events) == 0 {
		return r, logs.CheckStream(ctx, to.group, to.stream)
	}
	for rest := b.events; len(rest) > 0; {
		n := fitting(rest)
		out, err := logs.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: &to.group, LogStreamName: &to.stream, LogEvents: inputs(rest[:n])})
		if err != nil {
			return nil, err
		}
		r.count(out.RejectedLogEventsInfo, n)
		rest = rest[n:]
	}
	return r, nil
}

// fitting returns how many events from the first on fit a batch, at least one.
func fitting(events []event) int {
	bytes, last := 0, events[0].time+batchSpan.Milliseconds()
	for i := range events {
		bytes += events[i].len() + eventOverhead
		if i == batchEvents || bytes > batchBytes || events[i].time > last {
			return i
		}
	}
	return len(events)
}

// inputs returns events as PutLogEvents takes them.
func inputs(events []event) []types.InputLogEvent {
	messages, in := make([]string, len(events)), make([]types.InputLogEvent, len(events))
	for i := range events {
		messages[i] = events[i].message()
		in[i] = types.InputLogEvent{Message: &messages[i], Timestamp: &events[i].time}
	}
	return in
}

// count adds what PutLogEvents says of a batch of n events: where those begin that are too new, and where those end that are too old or
// expired.
func (r *refused) count(info *types.RejectedLogEventsInfo, n int) {
	if info == nil {
		return
	}
	old := int(aws.ToInt32(info.TooOldLogEventEndIndex))
	r.tooOld += old
	r.expired += max(int(aws.ToInt32(info.ExpiredLogEventEndIndex))-old, 0)
	if info.TooNewLogEventStartIndex != nil {
		r.tooNew += n - int(*info.TooNewLogEventStartIndex)
	}
}

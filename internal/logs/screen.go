package logs

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// eventOverhead is what an event counts beside the bytes of its message (PutLogEvents in the API reference).
const eventOverhead = 26

// checkBatch returns the error for which AWS refuses a whole batch, whatever the time is.
func (l *Limits) checkBatch(events []types.InputLogEvent) error {
	if len(events) == 0 {
		return refuse.Constraint("[]", "logEvents", "Member must have length greater than or equal to 1")
	}
	if len(events) > l.BatchEvents {
		return refuse.Constraint(fmt.Sprintf("[%d events]", len(events)), "logEvents", fmt.Sprintf("Member must have length less than or equal to %d", l.BatchEvents))
	}
	bytes, last := 0, int64(0)
	for i := range events {
		e := &events[i]
		if err := l.checkEvent(e, i); err != nil {
			return err
		}
		if *e.Timestamp < last {
			return refuse.InvalidParameter("Log events in a single PutLogEvents request must be in chronological order.")
		}
		last = *e.Timestamp
		bytes += len(*e.Message) + eventOverhead
	}
	if bytes > l.BatchBytes {
		return refuse.InvalidParameter("Upload too large: %d bytes exceeds limit of %d", bytes, l.BatchBytes)
	}
	return nil
}

// checkEvent returns the error of the event at index i by itself.
func (l *Limits) checkEvent(e *types.InputLogEvent, i int) error {
	switch {
	case e.Timestamp == nil:
		return missingMember(i, "timestamp")
	case *e.Timestamp < 0:
		return refuse.Constraint(decimal(*e.Timestamp), eventMember(i, "timestamp"), "Member must have value greater than or equal to 0")
	case e.Message == nil:
		return missingMember(i, "message")
	case *e.Message == "":
		return refuse.Constraint("", eventMember(i, "message"), "Member must have length greater than or equal to 1")
	case len(*e.Message) > l.EventBytes:
		return refuse.InvalidParameter("Log event too large: %d bytes exceeds limit of %d", len(*e.Message)+eventOverhead, l.EventBytes+eventOverhead)
	}
	return nil
}

// eventMember names a member of the event at index i. AWS counts from 1 there.
func eventMember(i int, name string) string {
	return "logEvents." + strconv.Itoa(i+1) + ".member." + name
}

func missingMember(i int, name string) error {
	return refuse.InvalidParameter("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", eventMember(i, name))
}

// A screening says which events of a batch are taken: those from index from on, before index to. As they are in the order of
// their times, what is rejected stands at the ends.
type screening struct {
	from, to int
	tooOld   int // the first event that is not too old whatever its group
	expired  int // the first event that its group's retention lets live
}

// screen decides on the events of a batch that checkBatch has passed; oldest is where the group's retention begins, in ms. A batch
// is refused whose events span more than a day, not counting those that are too old or too new.
func (l *Limits) screen(events []types.InputLogEvent, now time.Time, oldest int64) (screening, error) {
	first := func(time int64) int { // of the events at time or later
		for i := range events {
			if *events[i].Timestamp >= time {
				return i
			}
		}
		return len(events)
	}
	v := screening{
		tooOld:  first(now.Add(-l.OldEvents).UnixMilli()),
		to:      first(now.Add(l.NewEvents).UnixMilli() + 1),
		expired: first(oldest),
	}
	if v.tooOld < v.to && *events[v.to-1].Timestamp-*events[v.tooOld].Timestamp > l.BatchSpan.Milliseconds() {
		return v, refuse.InvalidParameter("The batch of log events in a single PutLogEvents request cannot span more than %d hours.", int(l.BatchSpan.Hours()))
	}
	v.from = min(max(v.tooOld, v.expired), v.to)
	return v, nil
}

// rejected returns what the sender is told of the events that were not taken: the index of the first that is too new, and the
// indexes behind the last that is too old or expired. nil if all n events are taken.
func (v screening) rejected(n int) *types.RejectedLogEventsInfo {
	if v.from == 0 && v.to == n {
		return nil
	}
	var info types.RejectedLogEventsInfo
	if v.to < n {
		info.TooNewLogEventStartIndex = aws.Int32(int32(v.to))
	}
	if v.tooOld > 0 {
		info.TooOldLogEventEndIndex = aws.Int32(int32(v.tooOld))
	}
	if v.expired > 0 {
		info.ExpiredLogEventEndIndex = aws.Int32(int32(v.expired))
	}
	return &info
}

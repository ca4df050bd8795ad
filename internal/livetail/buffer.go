package livetail

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// What may wait for one client.
const (
	sessionBytes = 16 << 20 // of messages, with what an event takes besides
	eventBytes   = 160      // what an event takes beside its message
)

// What one update may hold. AWS's is the number; a message of the stream must stay below 16 MiB, and JSON may take six bytes for one.
const (
	updateEvents = 500
	updateBytes  = 2 << 20
)

// An event is one that a session wants.
type event struct {
	group, stream  *string
	time, ingested *int64 // ms
	message        string
	number         int // of its window
}

func (e *event) size() int64 { return int64(len(e.message)) + eventBytes }

// keep gives e a message of its own: the one of a request would keep all of the request in memory.
func (e *event) keep() { e.message = strings.Clone(e.message) }

// An update is events that are sent together.
type update struct {
	events  []event
	bytes   int64
	sampled bool // there were more
}

// A buffer keeps events until there is time to send them.
type buffer interface {
	// add takes an event at a time, or leaves it or another one out and counts that.
	add(now time.Time, e event)
	// tick says that a second is over: what has come may be sent.
	tick()
	// next takes the oldest update out of the buffer, as much as can be sent at once; false if none is due. It no longer counts for the
	// room.
	next() (update, bool)
	// lost returns how many events were left out so far: because there were too many, and because they waited too long.
	lost() (sampled, dropped int64)
}

// head returns how many of events can be sent together, and their size. One can always be sent, however large it is.
func head(events []event) (n int, bytes int64) {
	for n < len(events) && n < updateEvents && (n == 0 || bytes+events[n].size() <= updateBytes) {
		bytes += events[n].size()
		n++
	}
	return n, bytes
}

// message returns u as it is sent.
func (u update) message() types.StartLiveTailResponseStream {
	results := make([]types.LiveTailSessionLogEvent, len(u.events))
	for i := range u.events {
		e := &u.events[i]
		results[i] = types.LiveTailSessionLogEvent{
			LogGroupIdentifier: e.group, LogStreamName: e.stream, Message: &e.message, Timestamp: e.time, IngestionTime: e.ingested,
		}
	}
	return &types.StartLiveTailResponseStreamMemberSessionUpdate{Value: types.LiveTailSessionUpdate{
		SessionMetadata: &types.LiveTailSessionMetadata{Sampled: u.sampled}, SessionResults: results,
	}}
}

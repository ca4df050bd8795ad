package eventqueue

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// A Message is what a queue delivered, in the terms of SQS; other queues have the same in other words.
type Message struct {
	// ID is the queue's name for the message (MessageId).
	ID string
	// Queue is the queue's name, ARN or URL; its last part is written.
	Queue string
	// Body is the message itself. It is never written.
	Body string
	// Attributes are the message's own with their text values, and, if the receiver asked for it, the system
	// attribute AWSTraceHeader. They are never written.
	Attributes map[string]string
	// Group is the message group of a FIFO queue (MessageGroupId), or "".
	Group string
	// ReceiveCount is how often the message was delivered until now, from 1 on (ApproximateReceiveCount). 0 is unknown.
	ReceiveCount int
	// SentAt is when it was sent (SentTimestamp). The zero time is unknown.
	SentAt time.Time
}

// fields are what the message's event starts with.
func (m *Message) fields(now time.Time) []slog.Attr {
	attrs := make([]slog.Attr, 0, 6)
	if m.Queue != "" {
		attrs = append(attrs, slog.String("queue", queueName(m.Queue)))
	}
	if m.ID != "" {
		attrs = append(attrs, slog.String("message_id", m.ID))
	}
	if m.ReceiveCount > 0 {
		attrs = append(attrs, slog.Int("attempt", m.ReceiveCount))
	}
	if !m.SentAt.IsZero() {
		attrs = append(attrs, eventlog.Ms("queued_ms", max(0, now.Sub(m.SentAt)))) // the queue's clock is not ours
	}
	return append(attrs, slog.Int("bytes_in", len(m.Body)))
}

// queueName returns the last part of an ARN or URL.
func queueName(queue string) string { return queue[strings.LastIndexAny(queue, ":/")+1:] }

// ids returns the ids that the message brought: in its attributes, or in a body that SNS or EventBridge wrote. Without
// a correlation id the message is the cause. What the message does not bring stays as ctx has it; a request that is
// under way, such as a Lambda invocation, keeps its id.
func (m *Message) ids(ctx context.Context) correlation.IDs {
	i := correlation.FromSQS(m.Attributes, m.Attributes)
	if i.CorrelationID == "" {
		i = fromBody(m.Body, i)
	}
	if i.CorrelationID == "" && correlation.Valid(m.ID) {
		i.CorrelationID = m.ID
	}
	i.CorrelationID = cmp.Or(i.CorrelationID, correlation.NewID())
	outer := correlation.From(ctx)
	if outer.RequestID != "" {
		i.RequestID = outer.RequestID
	}
	return i.Or(outer)
}

// fromBody adds to i the ids of a body that looks like one of SNS or EventBridge. What i has wins: the queue had it from
// the sender.
func fromBody(body string, i correlation.IDs) correlation.IDs {
	var found correlation.IDs
	switch {
	case strings.Contains(body, `"TopicArn"`):
		found, _, _ = correlation.FromSNS([]byte(body))
	case strings.Contains(body, `"detail-type"`):
		found = correlation.FromEventBridge([]byte(body))
	default:
		return i
	}
	return i.Or(found)
}

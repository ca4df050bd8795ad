package eventqueue

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A Response says which messages of a batch to deliver again. As JSON it is what Lambda wants from a function behind
// SQS, Kinesis or DynamoDB streams whose event source reports batch item failures.
type Response struct {
	BatchItemFailures []ItemFailure `json:"batchItemFailures"`
}

// An ItemFailure names one message.
type ItemFailure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}

// Batch returns a function that handles messages one after the other, each with an event of its own as [Wrap] has it,
// and then writes one event batch_processed with batch_size, failed and skipped; a batch whose messages failed is still
// a batch that was processed.
//
// The response names the messages that failed, and those that were skipped because the context had ended. With
// Options.FIFO a failure also skips the rest of its message group, which would otherwise overtake it; messages without
// a group are one group.
//
// Messages need an ID: SQS takes an empty one for a failure of the whole batch.
func Batch(handle func(context.Context, Message) error, o Options) func(context.Context, []Message) Response {
	return BatchOf(handle, itself, o)
}

// BatchOf is [Batch] for a queue's own type; message says what is known of one.
func BatchOf[T any](handle func(context.Context, T) error, message func(T) Message, o Options) func(context.Context, []T) Response {
	o = o.withDefaults()
	return func(ctx context.Context, batch []T) Response {
		messages := make([]Message, len(batch))
		for i, t := range batch {
			messages[i] = message(t)
		}
		return o.batch(ctx, messages, func(ctx context.Context, i int) error { return handle(ctx, batch[i]) })
	}
}

func (o *Options) batch(ctx context.Context, messages []Message, handle func(context.Context, int) error) Response {
	if o.Logger != nil {
		ctx = o.Logger.Into(ctx)
	}
	ctx, u := eventlog.Begin(ctx, "batch_processed", "batch_failed", slog.Int("batch_size", len(messages)))
	defer u.Done(nil)
	if len(messages) > 0 && messages[0].Queue != "" {
		u.Set(slog.String("queue", queueName(messages[0].Queue)))
	}
	r := Response{BatchItemFailures: []ItemFailure{}} // null would be a failure of the whole batch
	stopped := map[string]bool{}                      // groups
	skipped := 0
	for i := range messages {
		m := &messages[i]
		skip := stopped[m.Group] || ctx.Err() != nil
		if skip {
			skipped++
		} else if o.process(ctx, m, func(ctx context.Context) error { return handle(ctx, i) }) == nil {
			continue
		}
		r.BatchItemFailures = append(r.BatchItemFailures, ItemFailure{m.ID})
		stopped[m.Group] = o.FIFO
	}
	u.Set(slog.Int("failed", len(r.BatchItemFailures)-skipped), slog.Int("skipped", skipped))
	return r
}

// Package eventqueue writes one event for each message that a worker takes from a queue. It leaves receiving, deleting
// and the queue's own types to its users.
//
//	handle := eventqueue.Wrap(func(ctx context.Context, m eventqueue.Message) error { … }, eventqueue.Options{})
//
// writes, when handle returns:
//
//	{"time":"…","level":"info","tag":"message_processed","correlation_id":"…","duration_ms":12.5,"outcome":"ok",
//	 "queue":"labels","message_id":"…","attempt":1,"queued_ms":230,"bytes_in":512}
//
// or message_failed at level error, with the error as data. Each message has a context of its own: the ids that came
// with it (see package correlation) are on its events alone, and what the handler sets with eventlog.Set goes into its
// event.
//
// [Batch] does the same for several messages at once, as Lambda gets them, and says which of them to try again.
package eventqueue

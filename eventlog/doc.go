// Package eventlog writes structured events: one flat JSON object a line, written after the fact.
// It leaves storing, querying and watching them to whoever reads the lines.
//
// # An event
//
// A log line tells a reader what the program was about to do. An event tells anybody, a query included, what happened:
//
//	eventlog.Info(ctx, "label_created", slog.Int("order_id", 7), slog.String("carrier", "dhl"))
//
//	{"time":"2026-11-21T10:00:00.123456Z","level":"info","tag":"label_created","service":"labels","version":"1.4.0",
//	 "request_id":"43444ef41bd2011c","user_id":"u-003","fn":"create","pkg":"label","order_id":7,"carrier":"dhl"}
//
// (on one line). The tag names what happened, in the past tense, and stands at one place of the code, so that it leads
// there. Attributes are those of [log/slog]; there is no new vocabulary to learn. The head comes first: time (UTC,
// microseconds), level and tag; then what the logger knows, what the context knows, the function and package of the
// call, and what the call says. Groups become dotted keys. No key is ever written twice: of two fields the one further
// up in this order stays, and [Stats] counts the other; what a call names like one of the head's fields is written with
// field_ before its name. Events that packages of this module write by themselves (eventhttp's request_served, emf's
// documents) have no function and package.
//
// # One logger
//
// The zero [Options] are right for production. A service makes one logger and hands it to everybody at once:
//
//	log := eventlog.New(eventlog.Options{Service: "labels"})
//	eventlog.SetDefault(log)
//	slog.SetDefault(log.Slog()) // libraries, and the log package, write to the same lines
//
// [Info] and its siblings take the logger from the context (see [Logger.Into]), else the default one. [Logger.With]
// makes a child whose events carry more fields.
//
// # The context
//
// What is true of a whole request is put on its context, once; it is on every event below, in every package:
//
//	ctx = eventlog.With(ctx, eventlog.UserID(user.ID), eventlog.OrganisationID(user.Org))
//
// The fields are encoded here and copied from then on. Package correlation reads ids from HTTP headers and queue
// messages and writes them out again; the middleware of eventhttp, eventqueue and eventlambda does it unasked.
//
// # Units of work
//
// A request, a message, a nightly run: what comes in, is worked on and is done. [Begin] opens a unit, [Set], [Add] and
// [AddMs] give it fields from anywhere below, and at its end one wide event tells all of it, with duration_ms and
// outcome:
//
//	func importOrders(ctx context.Context, file string) (err error) {
//		ctx, unit := eventlog.Begin(ctx, "orders_imported", "order_import_failed", slog.String("file", file))
//		defer unit.Done(&err)
//		…
//		eventlog.Add(ctx, "orders", 1) // in a loop, in another package
//
// Half an event at the start and half at the end would have to be joined by every question that is asked later.
//
// # Calls to others
//
// What another service was asked to do either happened or did not; [Try] writes one of two tags, after the call:
//
//	call := eventlog.Try(ctx, "label_order_sent", "label_order_failed", slog.String("carrier", c.Name))
//	defer call.Done(&err)
//
// # Errors, panics, assumptions
//
// An error is data: [Fail] and [Err] write its text, its type, the chain of what it wraps, and the stack of where it was
// made, if it carries one ([WithStack]). A panic that comes past [Unit.Done], [Call.Done] or [Recover] is written with
// the place that panicked, and goes on. [Assert] writes assertion_failed instead of crashing: the service goes on, and
// the broken assumption can be counted and can wake somebody.
//
// # Debugging when it matters
//
// Options.DebugSampleRate, or POWERTOOLS_LOGGER_SAMPLE_RATE, writes a share of the units of work at level debug, and
// [WithSampling] takes the choice from service to service. Options.Buffer keeps a unit's low events back and writes
// them if it fails. [Logger.SetLevel] turns the level of a running program.
//
// # Metrics
//
// Most metrics are questions about events. Where CloudWatch is to keep one, package emf writes it in the embedded metric
// format, gathered by unit of work.
//
// # Tests
//
// Package eventtest records events, so that a test asks for the one with a tag and looks at its fields.
//
// # The environment
//
// Where Options leave something open, New reads
//
//	AWS_LAMBDA_LOG_LEVEL           the level, above all else: Lambda drops what is below it
//	POWERTOOLS_LOG_LEVEL           the level
//	LOG_LEVEL                      the level
//	POWERTOOLS_SERVICE_NAME        service
//	AWS_LAMBDA_FUNCTION_NAME       service, if nothing else names it
//	ENV, ENVIRONMENT               env
//	POWERTOOLS_LOGGER_SAMPLE_RATE  Options.DebugSampleRate
//
// # Values
//
// What slog has a kind for is written as JSON has it: times in UTC to the microsecond, durations as a number of
// milliseconds. A []byte is text. Of other values the first of these that fits decides: slog.LogValuer, [Err] for
// errors of the key error, json.Marshaler, encoding.TextMarshaler, error, fmt.Stringer, and for the rest encoding/json:
// maps and structs stay objects, since CloudWatch flattens those itself, and durations inside them are nanoseconds. A
// nil pointer whose method panics is null. What an object has inside may have a key twice; the event's own never do.
//
// # What cannot be encoded
//
// No value loses an event, and none panics. NaN and infinities are written as strings. A channel, a function, a cycle, a
// Marshaler, Stringer or LogValuer that fails or panics becomes a string that begins with !ERROR and says why. Text
// that is not UTF-8 has U+FFFD in place of the bad bytes. An event larger than Options.MaxBytes loses its largest
// fields, whole, and says so: truncated and truncated_keys.
//
// A writer that fails, writes less than it got or takes its time is counted in [Stats] and reported to
// Options.OnProblem. Nothing is written asynchronously: when a call returns, the writer has the event.
//
// # What it costs
//
// An event of five fields takes about as long as with the fastest loggers of Go, and without an allocation; context
// fields, function and package come nearly free. The README of the module bench has the table, and the command that
// makes it.
package eventlog

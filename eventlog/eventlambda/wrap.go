package eventlambda

import (
	"cmp"
	"context"
	"log/slog"
	"os"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// Options tune [Wrap]. The zero value works; most functions want Context and Correlation.
type Options struct {
	// Logger gets the events. Nil means the context's logger, else eventlog.Default.
	Logger *eventlog.Logger

	// Context tells what Lambda's context knows of an invocation: see the package's comment. Nil, or false, leaves out
	// request_id, function_arn and tenant_id.
	Context func(ctx context.Context) (Invocation, bool)

	// Correlation finds the ids in an event: [HTTP], [SQS], [SNS], [EventBridge], a [Path] such as [APIGatewayREST], or
	// a function of one's own by [From]. Nil finds none: the request's id is then the correlation id.
	Correlation Extractor

	// Finished and Failed are the tags. "" means invocation_finished and invocation_failed.
	Finished, Failed string

	// LogEvent and LogResponse write what came in and went out, as JSON, in events of their own, invocation_received
	// and invocation_answered. False means what the environment says.
	LogEvent, LogResponse bool
	// Redact names keys, whatever their case, whose values are not written in either, beside those that usually hold
	// secrets: see [SecretKeys].
	Redact []string

	// ObeyDebug lets an event switch debug events on for its invocation and the services behind, by its ids. Only for
	// functions that strangers cannot invoke.
	ObeyDebug bool

	// Getenv reads the environment. Nil means os.Getenv.
	Getenv func(string) string
}

// Wrap returns handler with an event around each invocation: see the package's comment. T and R are passed through as
// they are; a T of []byte or json.RawMessage is JSON text already. Results are those of handler.
func Wrap[T, R any](handler func(context.Context, T) (R, error), o Options) func(context.Context, T) (R, error) {
	f := newFunction(o)
	return func(ctx context.Context, event T) (result R, err error) {
		ctx, u := f.begin(ctx, func() any { return event })
		defer u.Done(&err)
		defer watchDeadline(ctx, u)()
		if f.opts.LogEvent {
			f.writeJSON(ctx, "invocation_received", "event", event)
		}
		result, err = handler(ctx, event)
		if f.opts.LogResponse && err == nil {
			f.writeJSON(ctx, "invocation_answered", "response", result)
		}
		return result, err
	}
}

// A function is what all invocations have in common. It is never changed.
type function struct {
	opts   Options
	env    environment
	secret secretKeys
	badErr error // of Options.Correlation
}

func newFunction(o Options) *function {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	o.Finished, o.Failed = cmp.Or(o.Finished, "invocation_finished"), cmp.Or(o.Failed, "invocation_failed")
	o.LogEvent = o.LogEvent || truthy(o.Getenv("POWERTOOLS_LOGGER_LOG_EVENT"))
	o.LogResponse = o.LogResponse || truthy(o.Getenv("POWERTOOLS_LOGGER_LOG_RESPONSE"))
	f := &function{opts: o, env: readEnvironment(o.Getenv), secret: newSecretKeys(o.Redact)}
	if p, ok := o.Correlation.(Path); ok {
		_, f.badErr = p.steps()
	}
	return f
}

// truthy reads a switch as Powertools does, in short.
func truthy(value string) bool {
	return value == "true" || value == "1" || value == "True" || value == "TRUE"
}

// begin returns the context of an invocation, with its fields and ids, and its unit of work.
func (f *function) begin(ctx context.Context, event func() any) (context.Context, *eventlog.Unit) {
	if f.opts.Logger != nil {
		ctx = f.opts.Logger.Into(ctx)
	}
	var known Invocation
	if f.opts.Context != nil {
		known, _ = f.opts.Context(ctx)
	}
	cold := f.env.coldStart()
	ctx = eventlog.With(ctx, f.env.fields(known, cold)...)
	ids := f.ids(ctx, known, event)
	if ids.Debug != correlation.Undecided {
		ctx = eventlog.WithSampling(ctx, ids.Debug == correlation.Yes)
	}
	attrs := ids.Attrs()
	if ids.XRayTraceID != "" {
		attrs = append(attrs, slog.String("xray_trace_id", ids.XRayTraceID))
	}
	ctx, u := eventlog.Begin(eventlog.With(ctx, attrs...), f.opts.Finished, f.opts.Failed)
	if eventlog.Sampled(ctx) {
		ids.Debug = correlation.Yes // for the services behind
	}
	ctx = &correlation.Context{Context: ctx, IDs: ids}
	if cold && f.badErr != nil {
		eventlog.Fail(ctx, "correlation_path_refused", f.badErr)
	}
	return ctx, u
}

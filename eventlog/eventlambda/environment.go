package eventlambda

import (
	"context"
	"log/slog"
	"strconv"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// An Invocation is what Lambda's context knows.
type Invocation struct {
	RequestID   string // lambdacontext's AwsRequestID
	FunctionARN string // InvokedFunctionArn
	TenantID    string // TenantID, of functions that isolate tenants
}

// environment is what Lambda's environment says, once and for all.
type environment struct {
	name, version string
	memory        int  // MB; 0 is unknown
	provisioned   bool // started before it was needed
	parallel      bool // several invocations at once
	getenv        func(string) string
}

func readEnvironment(getenv func(string) string) environment {
	memory, _ := strconv.Atoi(getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))
	parallel, _ := strconv.Atoi(getenv("AWS_LAMBDA_MAX_CONCURRENCY"))
	return environment{
		name: getenv("AWS_LAMBDA_FUNCTION_NAME"), version: getenv("AWS_LAMBDA_FUNCTION_VERSION"), memory: memory,
		provisioned: getenv("AWS_LAMBDA_INITIALIZATION_TYPE") == "provisioned-concurrency",
		parallel:    parallel > 1,
		getenv:      getenv,
	}
}

// started is set by the process's first invocation, whichever function value it goes to.
var started atomic.Bool

// coldStart reports whether this invocation is the process's first and waited for its start.
func (e *environment) coldStart() bool { return started.CompareAndSwap(false, true) && !e.provisioned }

// fields are those of every event of an invocation.
func (e *environment) fields(i Invocation, cold bool) []slog.Attr {
	attrs := append(make([]slog.Attr, 0, 8), slog.Bool("cold_start", cold))
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	add("function_name", e.name)
	add("function_version", e.version)
	if e.memory > 0 {
		attrs = append(attrs, slog.Int("function_memory_size", e.memory))
	}
	add("function_arn", i.FunctionARN)
	add("tenant_id", i.TenantID)
	return attrs
}

// traceHeader returns X-Ray's header of this invocation: from the context, where the SDK puts it, else from the
// environment, which is right only while there is one invocation at a time.
func (e *environment) traceHeader(ctx context.Context) string {
	if header, ok := ctx.Value("x-amzn-trace-id").(string); ok {
		return header
	}
	if e.parallel {
		return ""
	}
	return e.getenv("_X_AMZN_TRACE_ID")
}

// ids returns the ids of an invocation. Lambda's trace goes before the event's: it is the one that this invocation is
// part of.
func (f *function) ids(ctx context.Context, known Invocation, event func() any) correlation.IDs {
	ids, _ := correlation.ParseXRay(f.env.traceHeader(ctx))
	found := f.extract(ctx, event)
	if !f.opts.ObeyDebug {
		found.Debug = correlation.Undecided
	}
	ids = ids.Or(found)
	ids.RequestID = known.RequestID // Lambda's own: those of others are no requests of this function
	if ids.CorrelationID == "" {
		ids.CorrelationID = ids.RequestID
	}
	if ids.CorrelationID == "" {
		ids.CorrelationID = correlation.NewID()
	}
	return ids
}

func (f *function) extract(ctx context.Context, event func() any) correlation.IDs {
	if f.opts.Correlation == nil || f.badErr != nil {
		return correlation.IDs{}
	}
	defer eventlog.Recover(ctx, "correlation_extraction_panicked")
	return f.opts.Correlation.extract(event())
}

// Package eventlambda writes one event for each invocation of an AWS Lambda function written in Go, with what Powertools
// has in other languages. It leaves talking to Lambda to the SDK, which it does not import.
//
//	func main() {
//		lambda.Start(eventlambda.Wrap(handle, eventlambda.Options{Context: invocation, Correlation: eventlambda.HTTP}))
//	}
//
//	func invocation(ctx context.Context) (eventlambda.Invocation, bool) {
//		c, ok := lambdacontext.FromContext(ctx)
//		if !ok {
//			return eventlambda.Invocation{}, false
//		}
//		return eventlambda.Invocation{RequestID: c.AwsRequestID, FunctionARN: c.InvokedFunctionArn, TenantID: c.TenantID}, true
//	}
//
// The second function is all that needs the SDK: what it puts on the context can be read by its own package alone.
//
// # What is written
//
// invocation_finished at level info, or invocation_failed at level error if the handler returned an error or panicked;
// the panic goes on, and Lambda starts the function anew. Every event of an invocation carries cold_start,
// function_name, function_version, function_memory_size (in MB), function_arn, tenant_id, request_id, correlation_id,
// trace_id, span_id and xray_trace_id, as far as they are known. What the handler sets with eventlog.Set goes into the
// invocation's own event; functions that were given to Unit.AtEnd, such as the writing of metrics, run before it.
//
// 200 ms before the deadline an event invocation_timing_out is written, and what waits in the buffer with it: Lambda
// stops the function without asking.
//
// # Environment
//
// AWS_LAMBDA_FUNCTION_NAME, _VERSION and _MEMORY_SIZE name the function; POWERTOOLS_LOGGER_LOG_EVENT and
// POWERTOOLS_LOGGER_LOG_RESPONSE, if "true" or "1", have event and response written, without secrets that
// are known by their keys; AWS_LAMBDA_INITIALIZATION_TYPE provisioned-concurrency means that nobody waited for the
// start. Level, service and sampling are the logger's: see eventlog.Options.
//
// Nothing is shared between invocations, so several may run at once (AWS_LAMBDA_MAX_CONCURRENCY).
package eventlambda

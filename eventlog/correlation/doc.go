// Package correlation carries the ids that join what several programs did for one cause: in HTTP headers, in messages
// of SQS, SNS and EventBridge, and on a context. It leaves spans and sampling to tracers, and the sending to clients.
//
// Read the ids where work comes in, put them on the context, write them where work goes out:
//
//	ids := correlation.FromHTTP(r.Header).OrNew()
//	ctx := ids.Into(r.Context())                 // every event below carries them
//	correlation.From(ctx).ToHTTP(out.Header)     // and so does the next service
//
// Package eventhttp does all three by itself.
//
// # What is taken over
//
// An id from outside is taken over if it is short and clean (see [Valid]); anything else is as good as absent, for it
// could forge events or cost money. Trace ids follow their own formats: traceparent as in W3C Trace Context level 2,
// X-Amzn-Trace-Id as in AWS X-Ray. Both name the same 16 bytes in two ways: [ToXRay] and [FromXRay] convert.
package correlation

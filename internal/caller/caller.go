// Package caller says who sent a request, to the operations below the gateway. It decides neither whether a caller is who it
// claims to be nor what it may do.
package caller

import "context"

// A Caller is the sender of one request.
type Caller struct {
	Account     string // 12 digits: whose resources the request is about
	Region      string // where they are: "eu-central-1"
	AccessKeyID string // "" without authentication
	SourceIP    string
	UserAgent   string
	RequestID   string // as the answer's x-amzn-RequestId

	// InvocationID is the amz-sdk-invocation-id that the SDKs send: the same in all attempts of one call, and in no other
	// call. "" if the client sends none.
	InvocationID string
}

type key struct{}

// With returns a context of a request that c sent.
func With(ctx context.Context, c Caller) context.Context { return context.WithValue(ctx, key{}, c) }

// From returns the caller of the request that ctx belongs to, the zero Caller if it belongs to none.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(key{}).(Caller)
	return c
}

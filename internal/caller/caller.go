// Package caller says who made a request, and carries it in a context. How that is proved is for the gateway, and what
// the caller may do for others.
package caller

import (
	"context"
	"strings"
)

// A Caller is the sender of one request.
type Caller struct {
	Account     string // twelve digits: whose resources are meant
	Region      string // where they are: "us-east-1"
	AccessKeyID string // that signed the request; "" if nobody did
	SourceIP    string // of the connection, without a port; "" if it has none
	UserAgent   string // as sent
	RequestID   string // ours, as in the answer's x-amzn-RequestId

	// InvocationID is the amz-sdk-invocation-id that SDKs send: the same in all attempts of one call, and in no other call.
	// "" if the client sends none.
	InvocationID string

	// ByToken says that the caller showed a bearer token, which is good for few operations, and only where a log group has
	// them enabled.
	ByToken bool
}

type key struct{}

// With returns ctx with c, which takes the place of another caller.
func With(ctx context.Context, c Caller) context.Context { return context.WithValue(ctx, key{}, c) }

// From returns the caller that ctx carries, the zero Caller if it carries none.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(key{}).(Caller)
	return c
}

// IsOurs tells by the User-Agent whether the sender is one of Groundwatch's own clients, to which services may say more than AWS does.
// Anybody may say so: it saves nobody anything.
func (c Caller) IsOurs() bool {
	for product := range strings.FieldsSeq(c.UserAgent) {
		if product = strings.TrimPrefix(product, "app/"); product == "groundwatch" || strings.HasPrefix(product, "groundwatch/") {
			return true
		}
	}
	return false
}

// Package op is one operation of a service: a typed function under AWS's name for it. Which bytes carry its input and
// output is for the codecs; who may call it, for the gateway.
package op

import (
	"context"
	"fmt"
	"path"
	"reflect"
)

// An Operation is a function from an input to an output, both structures of the AWS SDK for Go v2.
type Operation struct {
	Service string       // the SDK's package name: "cloudwatchlogs"
	Name    string       // AWS's: "PutLogEvents"
	In, Out reflect.Type // the structures, without a pointer

	// Call runs the operation. in is a pointer to an In, as New returns it, and out one to an Out. An error is one of
	// the SDK's error types, or has a *fault.Error in its chain, or is our own failure. nil if there is a Stream.
	Call func(ctx context.Context, in any) (out any, err error)

	// Event is the union of the events that the answer is a stream of, an interface; nil if the answer is an Out.
	Event reflect.Type

	// Stream runs an operation whose answer is a stream of events: send sends one, a value in an Event, and returns when
	// it is on its way. An error before the first event is an answer as Call's are, a later one the last event. After an
	// error of send there is nobody left to send to.
	Stream func(ctx context.Context, in any, send func(event any) error) error
}

// New returns the operation of that name which f carries out. The service is I's package.
func New[I, O any](name string, f func(context.Context, *I) (*O, error)) Operation {
	in := reflect.TypeFor[I]()
	return Operation{
		Service: path.Base(in.PkgPath()), Name: name, In: in, Out: reflect.TypeFor[O](),
		Call: func(ctx context.Context, v any) (any, error) {
			p, err := input[I](name, v)
			if err != nil {
				return nil, err
			}
			out, err := f(ctx, p)
			if err != nil {
				return nil, err
			}
			return out, nil
		},
	}
}

// NewStream returns the operation of that name which f carries out by sending events. E is the SDK's union of them.
func NewStream[I, O, E any](name string, f func(ctx context.Context, in *I, send func(E) error) error) Operation {
	in := reflect.TypeFor[I]()
	return Operation{
		Service: path.Base(in.PkgPath()), Name: name, In: in, Out: reflect.TypeFor[O](), Event: reflect.TypeFor[E](),
		Stream: func(ctx context.Context, v any, send func(any) error) error {
			p, err := input[I](name, v)
			if err != nil {
				return err
			}
			return f(ctx, p, func(event E) error { return send(event) })
		},
	}
}

func input[I any](name string, v any) (*I, error) {
	p, ok := v.(*I)
	if !ok {
		return nil, fmt.Errorf("call %s: input is a %T, want a %T", name, v, p)
	}
	return p, nil
}

// New returns a pointer to a fresh input.
func (o Operation) New() any { return reflect.New(o.In).Interface() }

package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/sigv4"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// An exchange is one request in one of AWS's protocols on its way.
type exchange struct {
	g      *gateway
	w      http.ResponseWriter
	r      *http.Request
	req    wire.Request
	call   *Call
	signed sigv4.Request   // what the request says of its signature
	raw    []byte          // the body as received; nil as long as it is not whole
	share  share           // of the memory for bodies
	stuck  bool            // the body ended early, or took too long
	codec  wire.Codec      // nil as long as none recognized the request
	op     *wire.Operation // nil as long as it is not known
	events *stream         // the answer, if it is sent event by event
}

// A refusal is an error with a status of its own, whatever the protocol has for its kind.
type refusal struct {
	fault  *fault.Error
	status int
}

func (e *refusal) Error() string { return e.fault.Error() }
func (e *refusal) Unwrap() error { return e.fault }

func refuse(status int, kind fault.Kind, code, format string, args ...any) error {
	return &refusal{fault.New(kind, code, format, args...), status}
}

// answer runs the exchange. It always has an answer, nil if that was sent as a stream: an operation that panics has failed.
func (x *exchange) answer() (answer *wire.Response) {
	defer func() {
		if p := recover(); p != nil {
			x.call.Stack = debug.Stack()
			answer = x.failure(fmt.Errorf("panic: %v", p))
		}
	}()
	answer, err := x.run()
	if err != nil {
		return x.failure(err)
	}
	return answer
}

// failure returns the answer that tells err, and notes it; nil if it was the end of a stream.
func (x *exchange) failure(err error) *wire.Response {
	if x.events != nil && x.events.begun {
		x.events.fail(err)
		return nil
	}
	if x.codec == nil {
		x.codec = x.g.o.Codecs[0]
	}
	x.call.Err = err
	x.call.Code = x.op.Explain(err).Name
	if x.op == nil && fault.Of(err).Kind == fault.NotFound {
		x.call.Lacking = x.lacking()
	}
	answer := x.codec.EncodeError(x.op, &x.req, err)
	if own, ok := errors.AsType[*refusal](err); ok {
		answer.Status = own.status
	}
	if x.raw == nil && x.r.ContentLength != 0 {
		answer.Header.Set("Connection", "close")
		x.drain()
	}
	return answer
}

// maxName is more than the names of AWS's operations have.
const maxName = 100

// lacking returns what the request asked for; nothing if it is not an SDK's.
func (x *exchange) lacking() Lacking {
	operation := x.req.Header.Get(targetHeader)
	if operation == "" {
		_, operation, _ = strings.Cut(x.r.URL.Path, "/operation/") // rpc-v2-cbor's
	}
	if operation == "" && isForm(x.r) {
		if form, err := url.ParseQuery(string(x.req.Body)); err == nil {
			operation = form.Get("Action")
		}
	}
	if operation == "" && x.signed.Service != "" {
		operation = x.r.Method
	}
	short := func(s string) string { return s[:min(len(s), maxName)] }
	return Lacking{short(x.signed.Service), short(operation)}
}

func (x *exchange) run() (*wire.Response, error) {
	_, _ = x.match() // most requests say in their headers what they are for
	if err := x.g.guard(x.r); err != nil {
		return nil, err
	}
	if x.codec == nil && !isForm(x.r) {
		return nil, unknown()
	}
	for _, step := range []func() error{x.read, x.identify, x.unpack, x.find} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return x.perform()
}

// unknown returns the error for a request that no codec recognizes: AWS's endpoints answer 404 to what is none of theirs.
func unknown() error {
	return refuse(http.StatusNotFound, fault.NotFound, "UnknownOperationException", "")
}

// find finds the operation in the body, if it is not known yet.
func (x *exchange) find() error {
	if x.op != nil {
		return nil
	}
	found, err := x.match()
	if err == nil && !found {
		err = unknown()
	}
	if err != nil {
		return err
	}
	return x.confirm()
}

// match asks the codecs for one that recognizes the request, and it for the operation.
func (x *exchange) match() (found bool, err error) {
	for _, c := range x.g.o.Codecs {
		op, err := c.Match(&x.req)
		if op == nil && err == nil {
			continue
		}
		x.codec, x.op = c, op
		if op != nil {
			x.call.Service, x.call.Operation = op.Service.SigningName, op.Name
		}
		return true, err
	}
	return false, nil
}

// perform has the operation answer.
func (x *exchange) perform() (*wire.Response, error) {
	if limit := operationLimit(x.op); len(x.raw) > limit || len(x.req.Body) > limit {
		return nil, tooLarge(limit)
	}
	in, err := x.codec.Decode(x.op, &x.req)
	if err != nil {
		return nil, err
	}
	if c, ok := x.codec.(interface {
		KeepsNothing(o *wire.Operation) bool
	}); ok {
		x.share.spare = c.KeepsNothing(x.op)
	}
	if err := x.g.checks[x.op].Check(in); err != nil {
		return nil, err
	}
	ctx := caller.With(x.r.Context(), x.call.Caller)
	if x.op.Stream != nil {
		return nil, x.stream(ctx, in)
	}
	out, err := x.op.Call(ctx, in)
	if err != nil {
		return nil, err
	}
	return x.codec.Encode(x.op, &x.req, out)
}

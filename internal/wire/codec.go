package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
)

// A Request is an HTTP request as a codec needs it.
type Request struct {
	ID     string // ours; the gateway sends it as x-amzn-RequestId, some protocols repeat it in the body
	Method string
	URL    *url.URL
	Header http.Header
	Body   []byte // whole and unpacked. Inputs may share its memory: nobody changes it afterwards
}

// A Response is an answer before the gateway adds the headers that all answers have.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// A Codec is a protocol. Its methods are safe for concurrent use.
type Codec interface {
	// Match finds the operation that r asks for. It returns nil and no error if r speaks another protocol, and an error
	// for the sender if it speaks this one and names nothing in the table.
	Match(r *Request) (*Operation, error)
	// Decode returns the input, a pointer to an o.In. The error is for the sender.
	Decode(o *Operation, r *Request) (in any, err error)
	// Encode returns the answer that carries out, a pointer to an o.Out. An error is our bug.
	Encode(o *Operation, r *Request, out any) (*Response, error)
	// EncodeError returns the answer that carries err: one of the SDK's error types, or what fault.Of makes of it. o is
	// nil if none was found.
	EncodeError(o *Operation, r *Request, err error) *Response
}

// A StreamCodec is a Codec that can also carry answers that are streams of events.
type StreamCodec interface {
	Codec
	// OpenStream returns the head of the answer. Its body is what comes before the first event.
	OpenStream(o *Operation, r *Request) (*Response, error)
	// AppendEvent appends the bytes of an event, a value in an o.Event, to b. An error is our bug.
	AppendEvent(b []byte, o *Operation, r *Request, event any) ([]byte, error)
	// AppendException appends the bytes of the event that err is, the last one.
	AppendException(b []byte, o *Operation, r *Request, err error) []byte
}

// An Operation is one that codecs can carry: its function, its facts, its plans.
type Operation struct {
	op.Operation
	Facts   *model.Operation
	Service *model.Service
	Input   *Field
	Output  *Field
	Events  *Field // the union of a stream's events; nil without a stream

	compiler *Compiler
}

// A Table holds operations by name. It is immutable.
type Table struct {
	compiler Compiler
	services []*model.Service
	byName   map[tableKey]*Operation
}

type tableKey struct {
	service   *model.Service
	operation string
}

// NewTable plans operations of services: an operation is of the service whose ID, without hyphens, is its Service. It is
// an error if the service is not there, does not have it, or has an input or output that the types do not fit. unions may
// be nil, which means the SDK's.
func NewTable(services []*model.Service, operations []op.Operation, unions Unions) (*Table, error) {
	t := &Table{services: services, byName: map[tableKey]*Operation{}}
	t.compiler.Unions = unions
	for _, o := range operations {
		planned, err := t.plan(o)
		if err != nil {
			return nil, fmt.Errorf("table: %s.%s: %w", o.Service, o.Name, err)
		}
		t.byName[tableKey{planned.Service, o.Name}] = planned
	}
	return t, nil
}

func (t *Table) plan(o op.Operation) (*Operation, error) {
	for _, s := range t.services {
		if s.GoPackage() != o.Service {
			continue
		}
		facts := s.Operations[o.Name]
		if facts == nil {
			return nil, fmt.Errorf("the model %s has no such operation", s.ID)
		}
		in, err := t.compiler.Plan(facts.Input, o.In)
		if err != nil {
			return nil, err
		}
		out, err := t.compiler.Plan(facts.Output, o.Out)
		if err != nil {
			return nil, err
		}
		events, err := t.planEvents(facts, o)
		if err != nil {
			return nil, err
		}
		return &Operation{Operation: o, Facts: facts, Service: s, Input: Root(in), Output: Root(out), Events: events, compiler: &t.compiler}, nil
	}
	return nil, fmt.Errorf("no such service")
}

// planEvents plans the events of o, if its answer is a stream of them.
func (t *Table) planEvents(facts *model.Operation, o op.Operation) (*Field, error) {
	if o.Event == nil {
		return nil, nil
	}
	for i := range facts.Output.Members {
		shape := facts.Output.Members[i].Shape
		if !shape.EventStream {
			continue
		}
		p, err := t.compiler.Plan(shape, o.Event)
		if err != nil {
			return nil, err
		}
		return Root(p), nil
	}
	return nil, fmt.Errorf("the model knows of no stream of events")
}

// Services returns the table's services; the caller must not change them.
func (t *Table) Services() []*model.Service { return t.services }

// Find returns the operation of that name, or the error that AWS answers an unknown one with.
func (t *Table) Find(s *model.Service, operation string) (*Operation, error) {
	if o := t.byName[tableKey{s, operation}]; o != nil {
		return o, nil
	}
	return nil, UnknownOperation()
}

// ByTarget is Find with the service named by its target prefix, as awsJson and rpc-v2-cbor do. Of a prefix with a
// namespace (CloudTrail's "com.amazonaws.….CloudTrail_20131101", in older clients) the name alone will do.
func (t *Table) ByTarget(prefix, operation string) (*Operation, error) {
	for _, s := range t.services {
		if prefix != "" && (s.TargetPrefix == prefix || strings.HasSuffix(s.TargetPrefix, "."+prefix)) {
			return t.Find(s, operation)
		}
	}
	return nil, UnknownOperation()
}

// UnknownOperation returns the error for an operation that we do not have. AWS sends no message with it.
func UnknownOperation() *fault.Error {
	return fault.New(fault.NotFound, "UnknownOperationException", "")
}

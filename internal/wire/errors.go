package wire

import (
	"errors"
	"net/http"
	"reflect"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
)

// ErrorFacts are what protocols say of an error.
type ErrorFacts struct {
	Name    string // the shape's, or the fault's code
	Code    string // awsQuery's
	Message string
	Status  int
	Sender  bool // the request is to blame

	QueryStatus int // awsQuery's status if it has one of its own, else 0

	Field *Field        // of Value; nil if there is only a message
	Value reflect.Value // the SDK's error structure

	shape  *model.Shape // nil if the model does not know the error
	denied bool         // by the kind of the fault alone
}

// sdkError is what all error types of the SDK have.
type sdkError interface {
	error
	ErrorCode() string
	ErrorMessage() string
}

// Explain finds in the service's model what there is to say about err. A structure of the SDK keeps its members; for all
// others, the code and message of the nearest *fault.Error count. s may be nil: then no model is asked.
func (c *Compiler) Explain(s *model.Service, err error) ErrorFacts {
	if e, ok := errors.AsType[sdkError](err); ok {
		if facts, ok := c.explainSDK(s, e); ok {
			return facts
		}
	}
	f := fault.Of(err)
	facts := ErrorFacts{
		Name: f.Code, Code: f.Code, Message: f.Message, Status: f.Kind.HTTPStatus(), Sender: f.Kind.HTTPStatus() < 500,
		denied: f.Kind == fault.Denied,
	}
	if s != nil {
		facts.apply(s.Error(f.Code))
	}
	if code := commonCodes[facts.Code]; code != "" {
		facts.Code = code
	}
	return facts
}

// commonCodes are what awsQuery calls the errors that all services share (common errors of the query APIs); models that
// have them give no code.
var commonCodes = map[string]string{
	"AccessDeniedException":     "AccessDenied",
	"ThrottlingException":       "Throttling",
	"UnknownOperationException": "InvalidAction",
	"ValidationException":       "ValidationError",
}

// explainSDK tells about an error type of the SDK, which has the name of its shape.
func (c *Compiler) explainSDK(s *model.Service, e sdkError) (ErrorFacts, bool) {
	v := reflect.Indirect(reflect.ValueOf(e))
	if s == nil || v.Kind() != reflect.Struct {
		return ErrorFacts{}, false
	}
	shape := s.Error(v.Type().Name())
	if shape == nil {
		shape = s.Error(e.ErrorCode())
	}
	if shape == nil {
		return ErrorFacts{}, false
	}
	plan, err := c.Plan(shape, v.Type())
	if err != nil {
		return ErrorFacts{}, false
	}
	facts := ErrorFacts{Message: e.ErrorMessage(), Field: Root(plan), Value: v}
	facts.apply(shape)
	return facts, true
}

// apply takes over what the model knows of an error; a nil shape knows nothing.
func (e *ErrorFacts) apply(shape *model.Shape) {
	if shape == nil {
		return
	}
	e.Name, e.Code, e.Sender = shape.Name, shape.Error.Code, shape.Error.Sender
	e.shape = shape
	e.QueryStatus = shape.Error.QueryCode
	if shape.Error.Status != 0 {
		e.Status, e.denied = shape.Error.Status, false
	}
}

// RESTStatus returns the status in restJson1 and, without a QueryStatus, in awsQuery: 403 for what is denied, if the
// model does not say otherwise. awsJson and rpc-v2-cbor have 400 for it.
func (e *ErrorFacts) RESTStatus() int {
	if e.denied {
		return http.StatusForbidden
	}
	return e.Status
}

// Explain is Compiler.Explain with the operation's model.
func (o *Operation) Explain(err error) ErrorFacts {
	if o == nil {
		return new(Compiler).Explain(nil, err)
	}
	return o.compiler.Explain(o.Service, err)
}

// HasMessage tells whether Value's members include the message. The models of some services know of none, but their
// errors have one all the same.
func (e *ErrorFacts) HasMessage() bool {
	return e.Field != nil && (e.Field.Plan.Field([]byte("message")) != nil || e.Field.Plan.Field([]byte("Message")) != nil)
}

// MessageName returns what the message is called in the body of an error: as in the shape, if the model has one. The
// errors that all of AWS's services share spell it both ways.
func (e *ErrorFacts) MessageName() string {
	if e.shape != nil && e.shape.Member("Message") != nil {
		return "Message"
	}
	if e.shape == nil && (e.Name == "SerializationException" || e.Name == "AccessDeniedException") {
		return "Message"
	}
	return "message"
}

// QueryHeader adds the header that tells clients of a service that was once awsQuery the code which the error had there.
// Only they ask for it. o may be nil.
func (e *ErrorFacts) QueryHeader(o *Operation, r *Request, h http.Header) {
	if o == nil || !o.Service.QueryCompatible || r.Header.Get("X-Amzn-Query-Mode") != "true" {
		return
	}
	blame := "Receiver"
	if e.Sender {
		blame = "Sender"
	}
	h.Set("X-Amzn-Query-Error", e.Code+";"+blame)
}

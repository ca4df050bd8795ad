// Package model holds the facts of AWS's service models: operations, shapes, constraints, names on the wire and errors.
// What follows from them (codecs, checks) is for others; it knows no Go type and reads no request.
package model

import "strings"

// A Service is one AWS service as its model describes it. It is immutable.
type Service struct {
	ID              string   // our name of it: "cloudwatch-logs"
	ServiceID       string   // the model's: "CloudWatch Logs"
	APIVersion      string   // "2014-03-28"
	Protocols       []string // "json", "query", "rest-json", "smithy-rpc-v2-cbor"
	Preferred       string   // the one that new clients speak
	EndpointPrefix  string   // "monitoring" of monitoring.us-east-1.amazonaws.com
	SigningName     string   // as in a signature's credential scope
	TargetPrefix    string   // what stands before the dot of X-Amz-Target, and is rpc-v2-cbor's service name; "" without these protocols
	JSONVersion     string   // "1.0" or "1.1" of application/x-amz-json-…; "" without it
	XMLNamespace    string   // of awsQuery's answers; ""  without it
	QueryCompatible bool     // errors of the other protocols carry the codes awsQuery has for them

	Operations map[string]*Operation
	Shapes     map[string]*Shape

	errors map[string]*Shape // by their code in awsQuery
}

// GoPackage returns the name of the service's package in the AWS SDK for Go: "cloudwatchlogs".
func (s *Service) GoPackage() string { return strings.ReplaceAll(s.ID, "-", "") }

// Error returns the error shape that name means to a client: its name, or else its code in awsQuery. It is nil if there
// is none.
func (s *Service) Error(name string) *Shape {
	if e := s.Shapes[name]; e != nil && e.Error != nil {
		return e
	}
	return s.errors[name]
}

// An Operation is one request and its answer.
type Operation struct {
	Name       string
	Method     string   // of HTTP
	URI        string   // a template for restJson1, "/" otherwise
	Status     int      // of the answer when all goes well; 0 means 200
	Input      *Shape   // a structure without members if there is none
	Output     *Shape   // as is
	NoOutput   bool     // the model has none
	Errors     []*Shape // those the model lists; a service may answer with others
	Wrapper    string   // the element around awsQuery's output; "" without one
	HostPrefix string   // what clients put before the host's name
	Streaming  bool     // the answer is a stream of events
}

// A Type is the kind of a shape.
type Type uint8

// The types, as in Smithy. An enum is a String or Int with Enum or IntEnum set.
const (
	Structure Type = iota + 1
	Union
	List
	Map
	String
	Blob
	Boolean
	Byte
	Short
	Int
	Long
	Float
	Double
	Timestamp
	Document
)

// A Shape is a type of the model with what constrains its values.
type Shape struct {
	Name string
	Type Type

	Members    []Member // of a Structure or Union, in the model's order
	Elem       Member   // of a List, or the values of a Map
	Key        Member   // of a Map
	Sparse     bool     // a List or Map may hold nulls
	Min, Max   *float64 // of a number's value, a text's characters, a blob's bytes, a list's or map's entries; nil if free
	Pattern    string   // that a String matches, in the model's dialect (Java); "" if free
	Enum       []string // the values of a String; nil if free
	IntEnum    []int64  // the values of an Int; nil if free
	Unique     bool     // a List holds no value twice
	Sensitive  bool     // values must not be logged
	TimeFormat string   // of a Timestamp: "date-time", "http-date", "epoch-seconds"; "" means the protocol's own
	MediaType  string   // of a String or Blob that is an HTTP body; "" if the model is silent
	XMLName    string   // of the root element, "" means Name

	XMLNamespace    string
	XMLNamespacePfx string // the prefix bound to XMLNamespace, "" for the default one

	Error       *ErrorFacts // of a Structure that is an error
	EventStream bool        // a Union whose members are sent one by one
	Streaming   bool        // a Blob that is not held in memory
}

// Member returns the member with that name, or nil.
func (s *Shape) Member(name string) *Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

// ErrorFacts say how an error is told to a client.
type ErrorFacts struct {
	Code      string // in awsQuery; elsewhere the shape's name is used
	Status    int    // of HTTP
	Sender    bool   // the request is to blame
	QueryCode int    // the status in awsQuery if it differs, else 0
}

// A Location is the part of an HTTP message that a member of restJson1 travels in.
type Location uint8

// The locations.
const (
	Body Location = iota
	Header
	PrefixHeaders
	Query
	QueryParams
	Label
	StatusCode
	Payload
)

// A Member is a use of a shape: in a structure, as the element of a list, as a map's key or value.
type Member struct {
	Name     string // in the model; "" for a list's element and a map's key and value
	Shape    *Shape
	Required bool
	Default  string // the JSON text of the value that stands for an absent one; "" if none
	// ClientOptional says that a client may leave the default to the server.
	ClientOptional bool

	Location   Location
	WireName   string // in Location; "" means Name
	JSONName   string // in restJson1's body; "" means Name. awsJson and rpc-v2-cbor know Name only
	XMLName    string // in awsQuery and XML; "" means Name, or "member", "key", "value"
	Flattened  bool   // in awsQuery and XML: a list's or map's entries stand without an element around them
	TimeFormat string // overrides the shape's

	XMLNamespace    string
	XMLNamespacePfx string

	Min, Max    *float64 // override the shape's
	Pattern     string   // overrides the shape's
	Idempotency bool     // a token: clients fill it in
	Deprecated  bool
}

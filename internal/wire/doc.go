// Package wire carries values between AWS's protocols and the types of the AWS SDK for Go v2. The bytes of each protocol
// are for the packages below it (awsjson, rpccbor, awsquery, restjson), the checks of constraints for validate.
//
// A Plan joins a shape of a service's model to the Go type that holds its values: which struct field is which member,
// what is a pointer, which type is which member of a union. Plans are compiled once, by a Compiler, and shared.
//
// One walker reads and writes all protocols. Decode asks a Source for what the plan says must come and fills a Go value;
// Encode tells a Sink what a Go value holds. A protocol's package implements both, and sees each value together with the
// Field it belongs to: the member's traits (names, locations, formats, flattened or not) are in Field.Member, the shape's
// in Field.Plan.Shape. A union is a structure with one member to both.
//
// What travels outside a body does not pass the walker: Plan.Only gives the plan of the members that are in the body, and
// Store and Load set and get a scalar member that came from, or goes to, a header or a path. Field.TimeFormat, ParseTime
// and AppendTime are the timestamps of all protocols.
//
// Other readers of values (a checker of constraints) may walk on their own: Plan.Kind says what a value is, Plan.Fields
// what is in it, and Field.Get and Plan.Member lead to the next one.
//
// A Codec is a protocol: it recognizes a request, decodes its input, encodes the answer or the error. A Table holds the
// operations that codecs find by name.
package wire

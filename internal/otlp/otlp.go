// Package otlp reads log records in OpenTelemetry's protocol (OTLP 1.x over HTTP, protobuf or JSON) as the texts of log events.
// Who sent them, where they go and what is too old are left to others.
//
// It keeps no tree of a request: a few bytes of protobuf may stand for hundreds in memory.
package otlp

import (
	"errors"
	"fmt"
)

// A Record is one log record, its text in three pieces, of which records of one source share the first two. They are not copied:
// whoever has a record must not change them.
type Record struct {
	Time     int64 // ms since 1970: when it happened, else when it was observed; 0 if neither is known
	resource []byte
	scope    []byte
	record   []byte
}

// AppendMessage appends the text of the record as an event: an object of resource, scope and what the record itself has, under the
// names of OTLP's JSON. Attributes are members of one object, values stand as plain JSON, times are numbers of
// nanoseconds, ids hexadecimal; what the sender left out is left out, resource and scope apart. AWS documents no form; this
// is that of the records in its examples of generative AI observability, as far as those tell [R].
func (r Record) AppendMessage(dst []byte) []byte {
	dst = append(append(dst, r.resource...), r.scope...)
	return append(dst, r.record...)
}

// Len returns the length of the message.
func (r Record) Len() int { return len(r.resource) + len(r.scope) + len(r.record) }

// maxSource is how many bytes the texts of a resource or of a scope may have. AWS refuses a request of traces in which a
// resource and a scope have more than 16 KB; each record repeats them.
const maxSource = 16 << 10

// maxDepth is how deep values may stand inside each other [R]. Each level of JSON costs a walk of all that is deeper.
const maxDepth = 64

// ErrMany is the error for a request of more records than the caller takes.
var ErrMany = errors.New("too many log records")

var (
	errDeep   = fmt.Errorf("values stand more than %d deep", maxDepth)
	errSource = fmt.Errorf("a resource or scope has more than %d bytes", maxSource)
)

// A reader collects the records of a request.
type reader struct {
	limit   int
	records []Record
	text    []byte // of the latest records; a full one is left to them, and another one begun
}

// textBlock is how much text of records is kept together.
const textBlock = 64 << 10

// add keeps the record whose text was appended to dst, from its byte begin on, and returns what the next one is appended to.
func (d *reader) add(f *facts, resource, scope []byte, dst []byte, begin int) error {
	if len(d.records) == d.limit {
		return ErrMany
	}
	d.records = append(d.records, Record{Time: f.milliseconds(), resource: resource, scope: scope, record: dst[begin:len(dst):len(dst)]})
	d.text = dst
	if len(dst) >= textBlock {
		d.text = nil
	}
	return nil
}

// room returns where the next text is appended, and how much stands there.
func (d *reader) room() ([]byte, int) {
	if d.text == nil {
		d.text = make([]byte, 0, textBlock)
	}
	return d.text, len(d.text)
}

package otlp

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// Protobuf returns the records of an ExportLogsServiceRequest in protobuf, in their order. What it does not know it skips; bytes that
// are no UTF-8 in texts become U+FFFD, as one bad line should not cost a sender the others. Of what should stand once and
// stands twice the last counts, also where protobuf would merge them: no encoder writes that, and merging costs whatever an
// attacker likes. ErrMany stands for more than limit records, another error for what is no such request.
func Protobuf(request []byte, limit int) ([]Record, error) {
	d := &reader{limit: limit}
	err := eachField(request, func(f field) error {
		if f.is(1, protowire.BytesType) {
			return d.resourceLogs(f.bytes)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read logs in protobuf: %w", err)
	}
	return d.records, nil
}

// A field is a member of a message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	n      uint64 // of a number
	bytes  []byte // of a text or message
}

// is tells whether f is the field of that number. In another kind it is none that is known.
func (f field) is(number protowire.Number, kind protowire.Type) bool {
	return f.number == number && f.kind == kind
}

var errGroup = errors.New("a group ends that did not begin")

// eachField walks the fields of a message.
func eachField(message []byte, use func(f field) error) error {
	for len(message) > 0 {
		var f field
		var n int
		f.number, f.kind, n = protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		switch f.kind {
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			f.n, n = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			f.n, n = protowire.ConsumeFixed64(message)
		case protowire.Fixed32Type:
			var short uint32
			short, n = protowire.ConsumeFixed32(message)
			f.n = uint64(short)
		case protowire.EndGroupType:
			return errGroup
		default:
			n = protowire.ConsumeFieldValue(f.number, f.kind, message)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		if err := use(f); err != nil {
			return err
		}
	}
	return nil
}

func (d *reader) resourceLogs(message []byte) error {
	var resource []byte
	var s source
	err := eachField(message, func(f field) error {
		switch {
		case f.is(1, protowire.BytesType):
			resource = f.bytes
		case f.is(3, protowire.BytesType):
			s.schemaURL = string(f.bytes)
		}
		return nil
	})
	if err != nil {
		return err
	}
	text, err := protoSource(resourceMember, resource, s, protoFields{attributes: 1, dropped: 2})
	if err != nil {
		return err
	}
	return eachField(message, func(f field) error {
		if f.is(2, protowire.BytesType) {
			return d.scopeLogs(f.bytes, text)
		}
		return nil
	})
}

func (d *reader) scopeLogs(message, resource []byte) error {
	var scope []byte
	var s source
	err := eachField(message, func(f field) error {
		switch {
		case f.is(1, protowire.BytesType):
			scope = f.bytes
		case f.is(3, protowire.BytesType):
			s.schemaURL = string(f.bytes)
		}
		return nil
	})
	if err != nil {
		return err
	}
	text, err := protoSource(scopeMember, scope, s, protoFields{name: 1, version: 2, attributes: 3, dropped: 4})
	if err != nil {
		return err
	}
	return eachField(message, func(f field) error {
		if f.is(2, protowire.BytesType) {
			return d.logRecord(f.bytes, resource, text)
		}
		return nil
	})
}

// protoFields are the numbers of a source's fields; 0 is none.
type protoFields struct{ name, version, attributes, dropped protowire.Number }

// protoSource returns the text of a source.
func protoSource(member string, message []byte, s source, fields protoFields) ([]byte, error) {
	err := eachField(message, func(f field) error {
		switch {
		case f.is(fields.name, protowire.BytesType):
			s.name = string(f.bytes)
		case f.is(fields.version, protowire.BytesType):
			s.version = string(f.bytes)
		case f.is(fields.dropped, protowire.VarintType):
			s.dropped = uint64(uint32(f.n))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	dst := append(s.appendHead(nil, member), `"attributes":`...)
	if dst, err = appendProtoMembers(dst, message, fields.attributes, 0); err != nil {
		return nil, err
	}
	return s.appendTail(dst)
}

func (d *reader) logRecord(message, resource, scope []byte) error {
	facts, body, hasAttributes, err := protoFacts(message)
	if err != nil {
		return err
	}
	dst, begin := d.room()
	dst = facts.appendHead(dst)
	if body != nil {
		dst = append(dst, `,"body":`...)
		if dst, err = appendProtoValue(dst, body, 0); err != nil {
			return err
		}
	}
	if hasAttributes {
		dst = append(dst, `,"attributes":`...)
		if dst, err = appendProtoMembers(dst, message, 6, 0); err != nil {
			return err
		}
	}
	return d.add(&facts, resource, scope, facts.appendTail(dst), begin)
}

// protoFacts reads what is plain in a record, and finds the rest. body is nil if there is none.
func protoFacts(message []byte) (r facts, body []byte, hasAttributes bool, err error) {
	err = eachField(message, func(f field) error {
		switch f.kind {
		case protowire.Fixed64Type:
			switch f.number {
			case 1:
				r.time = f.n
			case 11:
				r.observed = f.n
			}
		case protowire.VarintType:
			switch f.number {
			case 2:
				r.severity = int64(int32(f.n))
			case 7:
				r.dropped = uint64(uint32(f.n))
			}
		case protowire.Fixed32Type:
			if f.number == 8 {
				r.flags = f.n
			}
		case protowire.BytesType:
			switch f.number {
			case 3:
				r.severityText = string(f.bytes)
			case 5:
				body = f.bytes
			case 6:
				hasAttributes = true
			case 9:
				r.traceID = f.bytes
			case 10:
				r.spanID = f.bytes
			case 12:
				r.eventName = string(f.bytes)
			}
		}
		return nil
	})
	return r, body, hasAttributes, err
}

// appendProtoMembers appends the KeyValues that stand in message under number as an object.
func appendProtoMembers(dst, message []byte, number protowire.Number, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '{')
	first := true
	err := eachField(message, func(f field) error {
		if !f.is(number, protowire.BytesType) {
			return nil
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		var err error
		dst, err = appendProtoMember(dst, f.bytes, depth)
		return err
	})
	return append(dst, '}'), err
}

func appendProtoMember(dst, message []byte, depth int) ([]byte, error) {
	var key string
	var value []byte
	err := eachField(message, func(f field) error {
		switch {
		case f.is(1, protowire.BytesType):
			key = string(f.bytes)
		case f.is(2, protowire.BytesType):
			value = f.bytes
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	dst = append(jsonscan.AppendString(dst, key), ':')
	return appendProtoValue(dst, value, depth)
}

// appendProtoValue appends an AnyValue.
func appendProtoValue(dst, message []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	var last field
	err := eachField(message, func(f field) error {
		switch {
		case f.is(1, protowire.BytesType), f.is(2, protowire.VarintType), f.is(3, protowire.VarintType), f.is(4, protowire.Fixed64Type),
			f.is(5, protowire.BytesType), f.is(6, protowire.BytesType), f.is(7, protowire.BytesType), f.is(8, protowire.VarintType):
			last = f
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	switch last.number {
	case 1:
		return jsonscan.AppendString(dst, string(last.bytes)), nil
	case 2:
		if protowire.DecodeBool(last.n) {
			return append(dst, "true"...), nil
		}
		return append(dst, "false"...), nil
	case 3:
		return appendInt(dst, int64(last.n)), nil
	case 4:
		return appendDouble(dst, math.Float64frombits(last.n)), nil
	case 5:
		return appendProtoList(dst, last.bytes, depth+1)
	case 6:
		return appendProtoMembers(dst, last.bytes, 1, depth+1)
	case 7:
		return appendBytes(dst, last.bytes), nil
	}
	return append(dst, "null"...), nil // none, or one of another signal
}

// appendProtoList appends an ArrayValue.
func appendProtoList(dst, message []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '[')
	first := true
	err := eachField(message, func(f field) error {
		if !f.is(1, protowire.BytesType) {
			return nil
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		var err error
		dst, err = appendProtoValue(dst, f.bytes, depth)
		return err
	})
	return append(dst, ']'), err
}

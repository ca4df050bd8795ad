// Package jsonbody reads and writes JSON bodies for the walker of package wire. Headers, paths and how errors look are
// for the protocols with such bodies, awsJson and restJson1.
package jsonbody

import (
	"encoding/base64"
	"math"
	"reflect"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// Options are what sets restJson1 apart. The zero value is awsJson.
type Options struct {
	JSONNames bool // members are called by Member.JSONName
	Strict    bool // a null in a dense list or map, a number beyond its type, a second member in a union, known or not, is malformed
}

// maxDigits bounds the length of a number: no double has more digits that count.
const maxDigits = 400

// Decode reads body, which must be one JSON object, into v, which must be settable and of f.Plan.Type. Its errors are
// for the sender, with AWS's texts as measured on its services in 2026: a message where a value is of the wrong kind,
// none where the text is no JSON.
func Decode(body []byte, f *wire.Field, v reflect.Value, o Options) error {
	r := &reader{b: body, i: jsonscan.Space(body, 0), o: o}
	switch r.peek() {
	case '{':
	case '[':
		return wire.Malformed(unexpectedList)
	default:
		return wire.Malformed("")
	}
	if err := wire.Decode(r, f, v); err != nil {
		return err
	}
	if jsonscan.Space(body, r.i) != len(body) {
		return wire.Malformed("")
	}
	return nil
}

// AWS's texts for a value of the wrong kind.
const (
	unexpectedList      = "Start of list found where not expected"
	unexpectedStructure = "Start of structure or map found where not expected."
	wantList            = "Expected list or null"
	wantStructure       = "Expected null"
)

// A reader is the wire.Source of a JSON text. i is always at a value, or behind one.
type reader struct {
	b     []byte
	i     int
	o     Options
	first bool   // nothing has been read of what was opened last
	name  []byte // a key with escapes, read
}

// peek returns the byte at i, 0 at the end.
func (r *reader) peek() byte {
	if r.i < len(r.b) {
		return r.b[r.i]
	}
	return 0
}

// done notes that a value ends at end.
func (r *reader) done(end int) { r.i, r.first = end, false }

func (r *reader) Null(f *wire.Field) (bool, error) {
	if r.peek() != 'n' {
		return false, nil
	}
	if len(r.b)-r.i < len("null") || string(r.b[r.i:r.i+len("null")]) != "null" {
		return false, wire.Malformed("")
	}
	if r.o.Strict && f.Dense {
		return false, wire.Malformed("")
	}
	r.done(r.i + len("null"))
	return true, nil
}

func (r *reader) Open(f *wire.Field) error {
	c := r.peek()
	if f.Plan.Kind == wire.List {
		switch c {
		case '[':
			r.i, r.first = r.i+1, true
			return nil
		case '{':
			return wire.Malformed(unexpectedStructure)
		}
		return r.mismatch(wantList)
	}
	switch c {
	case '{':
		r.i, r.first = r.i+1, true
		return nil
	case '[':
		return wire.Malformed(unexpectedList)
	}
	return r.mismatch(wantStructure)
}

// mismatch returns an error with that message if a value stands at i, else one without.
func (r *reader) mismatch(message string) error {
	if _, ok := jsonscan.Check(r.b, r.i); !ok {
		return wire.Malformed("")
	}
	return wire.Malformed(message)
}

func (r *reader) Next(f *wire.Field) (name []byte, more bool, err error) {
	closing := byte('}')
	if f.Plan.Kind == wire.List {
		closing = ']'
	}
	r.i = jsonscan.Space(r.b, r.i)
	switch c := r.peek(); {
	case c == closing:
		r.done(r.i + 1)
		return nil, false, nil
	case r.first:
	case c == ',':
		r.i = jsonscan.Space(r.b, r.i+1)
	default:
		return nil, false, wire.Malformed("")
	}
	r.first = false
	if f.Plan.Kind == wire.List {
		return nil, true, nil
	}
	key, err := r.key()
	if err != nil {
		return nil, false, err
	}
	name = key
	if r.o.JSONNames && f.Plan.Kind != wire.Map {
		name = memberName(f.Plan, key)
	}
	if r.o.Strict && f.Plan.Kind == wire.Union && f.Plan.Field(name) == nil && string(key) != "__type" && r.peek() != 'n' {
		return nil, false, wire.Malformed("")
	}
	return name, true, nil
}

// key reads a key and moves to its value.
func (r *reader) key() ([]byte, error) {
	if r.peek() != '"' {
		return nil, wire.Malformed("")
	}
	start := r.i + 1
	end, escaped, ok := jsonscan.CheckString(r.b, start)
	if !ok {
		return nil, wire.Malformed("")
	}
	name := r.b[start : end-1]
	if escaped {
		if r.name, ok = jsonscan.Unquote(r.name[:0], name); !ok {
			return nil, wire.Malformed("")
		}
		name = r.name
	}
	r.i = jsonscan.Space(r.b, end)
	if r.peek() != ':' {
		return nil, wire.Malformed("")
	}
	r.i = jsonscan.Space(r.b, r.i+1)
	return name, nil
}

// memberName returns the name of the member that is called key in JSON, nil if there is none.
func memberName(p *wire.Plan, key []byte) []byte {
	for i := range p.Fields {
		m := p.Fields[i].Member
		if m.JSONName == string(key) && len(key) > 0 {
			return []byte(m.Name)
		}
		if m.JSONName == "" && m.Name == string(key) {
			return key
		}
	}
	return nil
}

func (r *reader) Skip() error {
	end, ok := jsonscan.Check(r.b, r.i)
	if !ok {
		return wire.Malformed("")
	}
	r.done(end)
	return nil
}

func (r *reader) Scalar(f *wire.Field, s *wire.Scalar) error {
	if f.Plan.Kind == wire.Document {
		start := r.i
		if err := r.Skip(); err != nil {
			return err
		}
		s.Bytes = append([]byte(nil), r.b[start:r.i]...)
		return nil
	}
	switch c := r.peek(); c {
	case '[':
		return wire.Malformed(unexpectedList)
	case '{':
		return wire.Malformed(unexpectedStructure)
	case '"':
		return r.text(f, s)
	case 't', 'f':
		return r.truth(f, s)
	default:
		return r.number(f, s)
	}
}

// text reads a string for f.
func (r *reader) text(f *wire.Field, s *wire.Scalar) error {
	text, err := r.unquoted()
	if err != nil {
		return err
	}
	ok := false
	switch f.Plan.Kind {
	case wire.String:
		s.Text, ok = string(text), true
	case wire.Blob:
		s.Bytes = make([]byte, base64.StdEncoding.DecodedLen(len(text)))
		var n int
		n, err = base64.StdEncoding.Strict().Decode(s.Bytes, text)
		if err != nil {
			return wire.Malformed("")
		}
		s.Bytes, ok = s.Bytes[:n], true
	case wire.Float:
		s.Float, ok = wire.NamedFloat(string(text))
	case wire.Time:
		if format := f.TimeFormat(wire.EpochSeconds); format != wire.EpochSeconds {
			if s.Time, ok = wire.ParseTime(format, string(text)); !ok {
				return wire.Malformed("")
			}
		}
	}
	if !ok {
		return wire.CannotBe("STRING_VALUE", f)
	}
	return nil
}

// unquoted reads a string. The result is valid until the next key or string is read.
func (r *reader) unquoted() ([]byte, error) {
	start := r.i + 1
	end, escaped, ok := jsonscan.CheckString(r.b, start)
	if !ok {
		return nil, wire.Malformed("")
	}
	text := r.b[start : end-1]
	if escaped {
		if r.name, ok = jsonscan.Unquote(r.name[:0], text); !ok {
			return nil, wire.Malformed("")
		}
		text = r.name
	}
	if len(text) > wire.MaxText {
		return nil, wire.Malformed("")
	}
	r.done(end)
	return text, nil
}

func (r *reader) truth(f *wire.Field, s *wire.Scalar) error {
	token := "FALSE_VALUE"
	if s.Bool = r.peek() == 't'; s.Bool {
		token = "TRUE_VALUE"
	}
	if err := r.Skip(); err != nil {
		return err
	}
	if f.Plan.Kind != wire.Bool {
		return wire.CannotBe(token, f)
	}
	return nil
}

func (r *reader) number(f *wire.Field, s *wire.Scalar) error {
	start := r.i
	if err := r.Skip(); err != nil {
		return err
	}
	raw, ok := r.b[start:r.i], true
	if raw[0] == 'n' || len(raw) > maxDigits {
		return wire.Malformed("")
	}
	switch f.Plan.Kind {
	case wire.Int:
		return r.integer(f, raw, s)
	case wire.Float:
		s.Float, ok = jsonscan.ParseFloat(raw)
	case wire.Time:
		if f.TimeFormat(wire.EpochSeconds) != wire.EpochSeconds {
			return wire.CannotBe("NUMBER_VALUE", f)
		}
		s.Time, ok = wire.ParseTime(wire.EpochSeconds, string(raw))
	default:
		return wire.CannotBe("NUMBER_VALUE", f)
	}
	if !ok {
		return wire.Malformed("")
	}
	return nil
}

// integer reads a whole number. One that is too large for 32 bits fails AWS's check of the maximum, if there is one,
// rather than the reading of the request: it becomes the largest.
func (r *reader) integer(f *wire.Field, raw []byte, s *wire.Scalar) error {
	var ok bool
	if s.Int, ok = jsonscan.ParseInt(raw); !ok {
		if d, whole := jsonscan.ParseFloat(raw); whole && d == math.Trunc(d) {
			return wire.Malformed("") // beyond 64 bits
		}
		return wire.CannotBe("NUMBER_VALUE", f)
	}
	if f.Plan.Shape.Type == model.Int && f.Plan.Shape.Max != nil && !r.o.Strict {
		s.Int = min(max(s.Int, math.MinInt32), math.MaxInt32)
	}
	return nil
}

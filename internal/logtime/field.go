package logtime

import (
	"bytes"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A Field is a place where loggers put an event's time in its JSON. The zero Field is none.
type Field struct {
	Key   string // of the event's object
	Inner string // of the object there; "" for the value itself
}

// Name returns the field's name as discovery has it: dotted, a leading "@" doubled.
func (t Field) Name() string {
	name := t.Key
	if name != "" && name[0] == '@' {
		name = "@" + name
	}
	if t.Inner != "" {
		name += "." + t.Inner
	}
	return name
}

// fields are the places looked at for the time of a JSON event that comes without one of its own,
// in order of precedence. For each: who writes it.
var fields = []Field{
	{"@timestamp", ""},           // Logstash, Elastic Common Schema
	{"timestamp", ""},            // Lambda's JSON format, winston, structlog
	{"time", ""},                 // slog, zerolog, logrus, pino, bunyan, Docker
	{"ts", ""},                   // zap, Caddy
	{"eventTime", ""},            // CloudTrail
	{"_aws", "Timestamp"},        // embedded metric format
	{"Timestamp", ""},            // Serilog
	{"@t", ""},                   // Serilog's compact format
	{"Time", ""},                 // structs of Go without tags
	{"datetime", ""},             // Monolog
	{"date", ""},                 // Fluent Bit
	{"asctime", ""},              // Python's logging
	{"t", ""},                    // short names
	{"t", "$date"},               // MongoDB
	{"query_timestamp", ""},      // Route 53 Resolver
	{"requestTimeEpoch", ""},     // API Gateway access logs
	{"timeUnixNano", ""},         // OpenTelemetry
	{"__REALTIME_TIMESTAMP", ""}, // journald
	{"created_at", ""},           // rows of a database
}

// Fields returns those places in order of precedence. They are not to be changed.
func Fields() []Field { return fields }

// JSON returns the time of a JSON event. It looks at the field that the file's first events have
// (see FindField), then at all of fields in their order: the first that holds a time counts.
func (p *Parser) JSON(msg []byte, first Field) (int64, bool) {
	if first.Key != "" {
		if ms, ok := p.field(msg, first); ok {
			return ms, true
		}
	}
	return p.anyField(msg)
}

// field returns the time in one field of the JSON event msg.
func (p *Parser) field(msg []byte, f Field) (int64, bool) {
	for it := jsonscan.Members(msg, jsonscan.Space(msg, 0)); it.Next(); {
		if string(it.Key) != f.Key {
			continue
		}
		if f.Inner != "" {
			if it.Kind != jsonscan.Object {
				return 0, false
			}
			return p.field(it.Value, Field{Key: f.Inner})
		}
		return p.jsonValue(it.Value, it.Kind)
	}
	return 0, false
}

// anyField returns the time in the first of fields that holds one.
func (p *Parser) anyField(msg []byte) (int64, bool) {
	best, at := len(fields), int64(0)
	for it := jsonscan.Members(msg, jsonscan.Space(msg, 0)); it.Next() && best > 0; {
		for i, f := range fields[:best] {
			if string(it.Key) != f.Key {
				continue
			}
			ms, ok := int64(0), false
			switch {
			case f.Inner == "":
				ms, ok = p.jsonValue(it.Value, it.Kind)
			case it.Kind == jsonscan.Object:
				ms, ok = p.field(it.Value, Field{Key: f.Inner})
			}
			if ok {
				best, at = i, ms
			}
		}
	}
	return at, best < len(fields)
}

// jsonValue reads a JSON value as a time. Times are never written with escapes.
func (p *Parser) jsonValue(raw []byte, kind jsonscan.Kind) (int64, bool) {
	switch kind {
	case jsonscan.String:
		return p.Text(raw[1 : len(raw)-1])
	case jsonscan.Number:
		if v, ok := jsonscan.ParseInt(raw); ok {
			return EpochInt(v)
		}
		if v, ok := jsonscan.ParseFloat(raw); ok {
			return Epoch(v)
		}
	}
	return 0, false
}

// FindField returns the field that holds the time of a file's events: the first of fields that
// holds a time in one of the first events. It is decided once for a file, so that scanning need not
// look for every name in every event.
//
// If that field is the first member of the first event that has it, and a text, lead is what the
// event has before the text: an event that starts so has its time there and need not be walked.
func FindField(messages [][]byte) (found Field, lead string) {
	var p Parser
	for _, f := range fields {
		for _, msg := range messages {
			if _, ok := p.field(msg, f); ok {
				return f, firstMember(msg, f)
			}
		}
	}
	return Field{}, ""
}

// firstMember returns the text before the value of f, opening quote included, if f is the first member
// of msg and a text.
func firstMember(msg []byte, f Field) string {
	it := jsonscan.Members(msg, jsonscan.Space(msg, 0))
	if f.Inner != "" || !it.Next() || string(it.Key) != f.Key || it.Kind != jsonscan.String {
		return ""
	}
	return string(msg[:bytes.Index(msg, it.Value)+1])
}

// After reads the time in the JSON text that follows lead, if msg starts with lead.
func (p *Parser) After(msg []byte, lead string) (int64, bool) {
	if lead == "" || len(msg) <= len(lead) || string(msg[:len(lead)]) != lead {
		return 0, false
	}
	rest := msg[len(lead):]
	ms, n, ok := p.ISO(rest)
	return ms, ok && n < len(rest) && rest[n] == '"'
}

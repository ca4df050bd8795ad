package files

import (
	"bytes"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A timeField is a place where loggers put an event's time in its JSON.
type timeField struct {
	key   string // of the event's object
	inner string // of the object there; "" for the value itself
}

// name returns the field's name as discovery has it: dotted, a leading "@" doubled.
func (t timeField) name() string {
	name := t.key
	if name != "" && name[0] == '@' {
		name = "@" + name
	}
	if t.inner != "" {
		name += "." + t.inner
	}
	return name
}

// timeFields are the places looked at for the time of a JSON event that comes without one of its own,
// in order of precedence. For each: who writes it.
var timeFields = []timeField{
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

// jsonTime returns the time of a JSON event. It looks at the field that the file's first events have
// (see findTimeField), then at all of timeFields in their order: the first that holds a time counts.
func (p *timeParser) jsonTime(msg []byte, first timeField) (int64, bool) {
	if first.key != "" {
		if ms, ok := p.field(msg, first); ok {
			return ms, true
		}
	}
	return p.anyField(msg)
}

// field returns the time in one field of the JSON event msg.
func (p *timeParser) field(msg []byte, f timeField) (int64, bool) {
	for it := jsonscan.Members(msg, jsonscan.Space(msg, 0)); it.Next(); {
		if string(it.Key) != f.key {
			continue
		}
		if f.inner != "" {
			if it.Kind != jsonscan.Object {
				return 0, false
			}
			return p.field(it.Value, timeField{key: f.inner})
		}
		return p.jsonValue(it.Value, it.Kind)
	}
	return 0, false
}

// anyField returns the time in the first of timeFields that holds one.
func (p *timeParser) anyField(msg []byte) (int64, bool) {
	best, at := len(timeFields), int64(0)
	for it := jsonscan.Members(msg, jsonscan.Space(msg, 0)); it.Next() && best > 0; {
		for i, f := range timeFields[:best] {
			if string(it.Key) != f.key {
				continue
			}
			ms, ok := int64(0), false
			switch {
			case f.inner == "":
				ms, ok = p.jsonValue(it.Value, it.Kind)
			case it.Kind == jsonscan.Object:
				ms, ok = p.field(it.Value, timeField{key: f.inner})
			}
			if ok {
				best, at = i, ms
			}
		}
	}
	return at, best < len(timeFields)
}

// jsonValue reads a JSON value as a time. Times are never written with escapes.
func (p *timeParser) jsonValue(raw []byte, kind jsonscan.Kind) (int64, bool) {
	switch kind {
	case jsonscan.String:
		return p.text(raw[1 : len(raw)-1])
	case jsonscan.Number:
		if v, ok := jsonscan.ParseInt(raw); ok {
			return epochInt(v)
		}
		if v, ok := jsonscan.ParseFloat(raw); ok {
			return epoch(v)
		}
	}
	return 0, false
}

// findTimeField returns the field that holds the time of a file's events: the first of timeFields that
// holds a time in one of the first events. It is decided once for a file, so that scanning need not
// look for every name in every event.
//
// If that field is the first member of the first event that has it, and a text, lead is what the
// event has before the text: an event that starts so has its time there and need not be walked.
func findTimeField(messages [][]byte) (found timeField, lead string) {
	var p timeParser
	for _, f := range timeFields {
		for _, msg := range messages {
			if _, ok := p.field(msg, f); ok {
				return f, firstMember(msg, f)
			}
		}
	}
	return timeField{}, ""
}

// firstMember returns the text before the value of f, opening quote included, if f is the first member
// of msg and a text.
func firstMember(msg []byte, f timeField) string {
	it := jsonscan.Members(msg, jsonscan.Space(msg, 0))
	if f.inner != "" || !it.Next() || string(it.Key) != f.key || it.Kind != jsonscan.String {
		return ""
	}
	return string(msg[:bytes.Index(msg, it.Value)+1])
}

// after reads the time in the JSON text that follows lead, if msg starts with lead.
func (p *timeParser) after(msg []byte, lead string) (int64, bool) {
	if lead == "" || len(msg) <= len(lead) || string(msg[:len(lead)]) != lead {
		return 0, false
	}
	rest := msg[len(lead):]
	ms, n, ok := p.iso(rest)
	return ms, ok && n < len(rest) && rest[n] == '"'
}

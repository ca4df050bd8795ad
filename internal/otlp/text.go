package otlp

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// facts are what is plain in a record.
type facts struct {
	time, observed  uint64 // ns since 1970
	severity        int64
	severityText    string
	dropped         uint64 // attributes
	flags           uint64
	traceID, spanID []byte
	eventName       string
}

// milliseconds returns when the record happened, as OpenTelemetry advises those who keep one time.
func (f *facts) milliseconds() int64 {
	const inMillisecond = 1_000_000
	if f.time != 0 {
		return int64(f.time / inMillisecond)
	}
	return int64(f.observed / inMillisecond)
}

// appendHead begins the part of a record's text that stands before its body and attributes.
func (f *facts) appendHead(dst []byte) []byte {
	if f.time != 0 {
		dst = append(dst, `,"timeUnixNano":`...)
		dst = strconv.AppendUint(dst, f.time, 10)
	}
	if f.observed != 0 {
		dst = append(dst, `,"observedTimeUnixNano":`...)
		dst = strconv.AppendUint(dst, f.observed, 10)
	}
	if f.severity != 0 {
		dst = append(dst, `,"severityNumber":`...)
		dst = strconv.AppendInt(dst, f.severity, 10)
	}
	if f.severityText != "" {
		dst = append(dst, `,"severityText":`...)
		dst = jsonscan.AppendString(dst, f.severityText)
	}
	return dst
}

// appendTail ends the text of a record.
func (f *facts) appendTail(dst []byte) []byte {
	dst = appendDropped(dst, f.dropped)
	if f.flags != 0 {
		dst = append(dst, `,"flags":`...)
		dst = strconv.AppendUint(dst, f.flags, 10)
	}
	for _, id := range []struct {
		name  string
		bytes []byte
	}{{`,"traceId":"`, f.traceID}, {`,"spanId":"`, f.spanID}} {
		if len(id.bytes) > 0 {
			dst = append(dst, id.name...)
			dst = hex.AppendEncode(dst, id.bytes)
			dst = append(dst, '"')
		}
	}
	if f.eventName != "" {
		dst = append(dst, `,"eventName":`...)
		dst = jsonscan.AppendString(dst, f.eventName)
	}
	return append(dst, '}')
}

func appendDropped(dst []byte, n uint64) []byte {
	if n == 0 {
		return dst
	}
	dst = append(dst, `,"droppedAttributesCount":`...)
	return strconv.AppendUint(dst, n, 10)
}

// A source is a resource or a scope.
type source struct {
	name, version string // of a scope
	schemaURL     string
	dropped       uint64
}

// What the texts of resources and of scopes begin with: they begin a record's.
const (
	resourceMember = `{"resource":{`
	scopeMember    = `,"scope":{`
)

// appendHead begins the text of a source; its attributes follow.
func (s *source) appendHead(dst []byte, member string) []byte {
	dst = append(dst, member...)
	for _, m := range []struct{ name, text string }{{`"name":`, s.name}, {`"version":`, s.version}} {
		if m.text != "" {
			dst = append(dst, m.name...)
			dst = append(jsonscan.AppendString(dst, m.text), ',')
		}
	}
	return dst
}

// appendTail ends it.
func (s *source) appendTail(dst []byte) ([]byte, error) {
	dst = appendDropped(dst, s.dropped)
	if s.schemaURL != "" {
		dst = append(dst, `,"schemaUrl":`...)
		dst = jsonscan.AppendString(dst, s.schemaURL)
	}
	if len(dst) > maxSource {
		return nil, errSource
	}
	return append(dst, '}'), nil
}

// appendDouble appends f as JSON; what is no number there is a text, as in protobuf's own JSON.
func appendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	abs := math.Abs(f)
	if abs == 0 || abs >= 1e-6 && abs < 1e21 { // as people write numbers, up to where that gets long
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); dst[n-3] == '-' && dst[n-2] == '0' { // e-09: nobody writes the zero
		dst = append(dst[:n-2], dst[n-1])
	}
	return dst
}

// appendInt appends n as JSON.
func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// appendBytes appends b as JSON: base64 in quotes.
func appendBytes(dst, b []byte) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, b)
	return append(dst, '"')
}

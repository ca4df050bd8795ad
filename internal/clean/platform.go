package clean

import (
	"bytes"
	"strings"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// platformTypes are the types that Lambda's telemetry API gives to what its lines of text say.
var platformTypes = map[string]string{
	"START":          "platform.start",
	"END":            "platform.end",
	"REPORT":         "platform.report",
	"INIT_START":     "platform.initStart",
	"INIT_REPORT":    "platform.initReport",
	"RESTORE_START":  "platform.restoreStart",
	"RESTORE_REPORT": "platform.restoreReport",
	"EXTENSION":      "platform.extension",
	"TELEMETRY":      "platform.telemetrySubscription",
	"LOGS":           "platform.logsSubscription",
	"XRAY":           "platform.xray", // the second line of a REPORT, where lines are events
}

// isPlatformJSON reports whether m is an event that Lambda itself writes when a function's log format
// is JSON: {"time":"…","type":"platform.start","record":{…}}.
func isPlatformJSON(m []byte) bool {
	if !bytes.HasPrefix(m, []byte(`{"time":"`)) {
		return false
	}
	const kind = `"type":"platform.`
	head := m[:min(len(m), len(`{"time":"2006-01-02T15:04:05.000000000Z",`)+len(kind))]
	return bytes.Contains(head, []byte(kind))
}

// appendPlatform appends a platform line as an object: its type, its time and its figures, named in
// camel case with their unit.
func appendPlatform(b []byte, e *files.Event, l *discover.LambdaLine) []byte {
	start := len(b)
	b = appendMember(append(b, '{'), typeKey, platformTypes[l.Type])
	b = appendTimeMember(b, e)
	for rest := bytesOf(l.Text); len(rest) > 0; {
		var name, value []byte
		name, value, rest = nextFigure(rest)
		if len(name) > 0 && len(value) > 0 {
			b = appendFigure(b, start, name, value)
		}
	}
	return append(b, '}')
}

// nextFigure cuts "Name: value" off the start of s. A value ends at a tab, a line end or two blanks;
// one with a unit after the unit; an id at the next blank.
func nextFigure(s []byte) (name, value, rest []byte) {
	s = bytes.TrimLeft(s, " \t\r\n")
	name, after, found := bytes.Cut(s, []byte(": "))
	if i := bytes.IndexAny(name, "\t\r\n"); i >= 0 || !found { // something without a value
		if i < 0 {
			i = len(s)
		}
		return nil, nil, s[i:]
	}
	end := bytes.IndexAny(after, "\t\r\n")
	if end < 0 {
		end = len(after)
	}
	if i := bytes.Index(after[:end], []byte("  ")); i >= 0 {
		end = i
	}
	value = after[:end]
	if n := jsonscan.SkipNumber(value, 0); n > 0 && len(value) > n+3 && value[n] == ' ' && value[n+3] == ' ' {
		end = n + len(" ms")
	} else if string(name) == "RequestId" {
		end = len(firstWord(value))
	}
	return name, bytes.TrimRight(after[:end], " "), after[end:]
}

// firstWord returns s up to its first blank, tab or line end.
func firstWord(s []byte) []byte {
	if i := bytes.IndexAny(s, " \t\r\n"); i >= 0 {
		return s[:i]
	}
	return s
}

// appendFigure appends one figure of a line to the object that starts at start, unless it is there.
func appendFigure(b []byte, start int, name, value []byte) []byte {
	mark := len(b)
	if !opened(b) {
		b = append(b, ',')
	}
	key := len(b)
	b = append(append(b, '"'), figureKey(name)...)
	number, unit, _ := bytes.Cut(value, []byte(" "))
	switch string(unit) {
	case "ms":
		b = append(b, "Ms"...)
	case "MB":
		b = append(b, "MB"...)
	default:
		number = nil
	}
	b = append(b, '"', ':')
	if bytes.Contains(b[start:mark], b[key:]) {
		return b[:mark]
	}
	if end, ok := jsonscan.Check(number, 0); ok && end == len(number) && jsonscan.KindOf(number[0]) == jsonscan.Number {
		return append(b, number...)
	}
	switch string(value) {
	case "true", "false":
		return append(b, value...)
	}
	return jsonscan.AppendString(b, view(value))
}

// figureKeys are the keys of figures that Lambda writes in most lines, and of those whose key is not
// their name: the ids of X-Ray are named as discovery names them, without its "@".
var figureKeys = map[string]string{
	"RequestId": "requestId", "Version": "version", "Runtime Version": "runtimeVersion",
	"Duration": "duration", "Billed Duration": "billedDuration", "Init Duration": "initDuration",
	"Memory Size": "memorySize", "Max Memory Used": "maxMemoryUsed",
	"TraceId": "xrayTraceId", "XRAY TraceId": "xrayTraceId", "SegmentId": "xraySegmentId", "Sampled": "xraySampled",
}

// figureKey returns a figure's name in camel case: "Error Type" is errorType. What has no place in a
// key is left out of it.
func figureKey(name []byte) string {
	if key := figureKeys[string(name)]; key != "" {
		return key
	}
	var key []byte
	for _, word := range strings.Fields(string(name)) {
		if word == strings.ToUpper(word) { // ARN
			word = word[:1] + strings.ToLower(word[1:])
		}
		for i, c := range []byte(word) {
			if i == 0 && len(key) == 0 && 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if c-'0' <= 9 || c|0x20-'a' < 26 {
				key = append(key, c)
			}
		}
	}
	return string(key)
}

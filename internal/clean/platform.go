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
	key := figureKey(string(name))
	number, unit, _ := bytes.Cut(value, []byte(" "))
	switch string(unit) {
	case "ms":
		key += "Ms"
	case "MB":
		key += "MB"
	default:
		number = nil
	}
	if bytes.Contains(b[start:], jsonscan.AppendString(nil, key)) {
		return b
	}
	if end, ok := jsonscan.Check(number, 0); ok && end == len(number) && jsonscan.KindOf(number[0]) == jsonscan.Number {
		return append(appendKey(b, key), number...)
	}
	switch string(value) {
	case "true", "false":
		return append(appendKey(b, key), value...)
	}
	return appendMember(b, key, string(value))
}

// figureKey returns a figure's name in camel case: "Max Memory Used" is maxMemoryUsed. The X-Ray ids
// are named as discovery names them, without its "@".
func figureKey(name string) string {
	switch name {
	case "TraceId", "SegmentId", "Sampled":
		return "xray" + name
	}
	var key strings.Builder
	for i, word := range strings.Fields(name) {
		switch {
		case word == strings.ToUpper(word): // XRAY, ARN
			word = strings.ToLower(word)
			if i > 0 {
				word = strings.ToUpper(word[:1]) + word[1:]
			}
		case i == 0:
			word = strings.ToLower(word[:1]) + word[1:]
		}
		key.WriteString(word)
	}
	return key.String()
}

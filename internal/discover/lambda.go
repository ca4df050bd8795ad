package discover

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A LambdaLine is an event of a Lambda function's log group that is not JSON, taken apart. Strings
// are empty and values null where the line says nothing.
type LambdaLine struct {
	// Type is the first word of a platform line: START, END, REPORT, INIT_START, INIT_REPORT,
	// RESTORE_START, RESTORE_REPORT, EXTENSION, TELEMETRY, LOGS or XRAY. It is empty for lines
	// that the function or its runtime wrote.
	Type      string
	RequestID string
	Time      string // as it is written
	Level     string // as it is written, without brackets
	Text      string // what follows the columns above; of a platform line what follows Type

	// ErrorType and ErrorMessage are set for exceptions that the runtime logged, for functions
	// that ended before their time and, as Sandbox.Timedout, for those that took too long.
	ErrorType, ErrorMessage string

	Version string // of the function, START
	Runtime string // INIT_START
	Status  string // REPORT and others: timeout, error, ...

	// Durations are in milliseconds.
	Duration, BilledDuration, InitDuration, RestoreDuration, BilledRestoreDuration column.Value
	// Memory is in bytes, with 1,000,000 to the MB as CloudWatch has it.
	MemorySize, MaxMemoryUsed column.Value

	TraceID, SegmentID string // of X-Ray
}

// ParseLambda takes the line msg apart; its strings share the memory of msg. Of an event that begins
// with a brace it only sets Text.
func ParseLambda(msg []byte) LambdaLine {
	var l LambdaLine
	l.parse(view(jsonscan.Trim(msg)))
	if l.Type == "" {
		l.exception()
	}
	return l
}

// parse sets all but what exception does.
func (l *LambdaLine) parse(text string) {
	*l = LambdaLine{Text: text}
	switch {
	case strings.HasPrefix(text, "{"):
	case l.platform(text):
	case l.timeout(text):
	case l.exit(text):
	default:
		l.columns(text)
	}
}

// platform reads a line of the Lambda platform; it is false for other lines.
func (l *LambdaLine) platform(text string) bool {
	word, rest := cutWord(text)
	rest = strings.TrimLeft(rest, " \t")
	want := ""
	switch word {
	case "START", "END", "REPORT":
		want = "RequestId: "
	case "INIT_START", "RESTORE_START":
		want = "Runtime Version: "
	case "INIT_REPORT":
		want = "Init Duration: "
	case "RESTORE_REPORT":
		want = "Restore Duration: "
	case "EXTENSION", "TELEMETRY", "LOGS":
		want = "Name: "
	case "XRAY":
		want = "TraceId: "
	default:
		return false
	}
	if !strings.HasPrefix(rest, want) {
		return false
	}
	l.Type, l.Text = word, rest
	l.parts(rest)
	return true
}

// parts reads "Name: value" parts, which tabs, line feeds or blanks separate. A unit behind a value
// belongs to it. Parts that we do not know are passed over.
func (l *LambdaLine) parts(s string) {
	for {
		name, rest, ok := strings.Cut(s, ":")
		if !ok {
			return
		}
		name = lastPart(name)
		if !strings.HasPrefix(rest, " ") {
			s = rest // a colon inside a value
			continue
		}
		value, rest := cutWord(rest[1:])
		unit, after := cutWord(strings.TrimLeft(rest, " "))
		if unit == "ms" || unit == "MB" {
			rest = after
		} else {
			unit = ""
		}
		l.part(strings.Trim(name, " "), value, unit)
		s = rest
	}
}

// lastPart returns what stands behind the last tab or line end in s.
func lastPart(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if c := s[i]; c == '\t' || c == '\n' || c == '\r' {
			return s[i+1:]
		}
	}
	return s
}

// part sets what one part of a platform line says.
func (l *LambdaLine) part(name, value, unit string) {
	switch name {
	case "RequestId":
		l.RequestID = value
	case "Version":
		l.Version = value
	case "Runtime Version":
		l.Runtime = value
	case "Status":
		l.Status = value
	case "Error Type":
		l.ErrorType = value
	case "TraceId", "XRAY TraceId":
		l.TraceID = value
	case "SegmentId":
		l.SegmentID = value
	}
	switch unit {
	case "ms":
		l.duration(name, value)
	case "MB":
		l.memory(name, value)
	}
}

func (l *LambdaLine) duration(name, value string) {
	switch name {
	case "Duration":
		l.Duration = measure(value, 1)
	case "Billed Duration":
		l.BilledDuration = measure(value, 1)
	case "Init Duration":
		l.InitDuration = measure(value, 1)
	case "Restore Duration":
		l.RestoreDuration = measure(value, 1)
	case "Billed Restore Duration":
		l.BilledRestoreDuration = measure(value, 1)
	}
}

func (l *LambdaLine) memory(name, value string) {
	switch name {
	case "Memory Size":
		l.MemorySize = measure(value, 1e6)
	case "Max Memory Used":
		l.MaxMemoryUsed = measure(value, 1e6)
	}
}

// measure returns the number in value times unit; null if it is none.
func measure(value string, unit int64) column.Value {
	n, f, whole, ok := jsonscan.Small([]byte(value))
	switch {
	case !ok || value[0] == '-':
		return column.Value{}
	case whole && n <= 1e12:
		return column.IntValue(n * unit)
	case whole:
		f = float64(n)
	}
	if f *= float64(unit); f == float64(int64(f)) {
		return column.IntValue(int64(f))
	}
	return column.FloatValue(f)
}

// timeout reads "<time> <request id> Task timed out after 3.00 seconds".
func (l *LambdaLine) timeout(text string) bool {
	when, rest := cutWord(text)
	id, rest := cutWord(strings.TrimPrefix(rest, " "))
	rest = strings.TrimPrefix(rest, " ")
	if !isTime(when) || !isUUID(id) || !strings.HasPrefix(rest, "Task timed out after ") {
		return false
	}
	l.Time, l.RequestID, l.Text = when, id, rest
	l.ErrorType, l.ErrorMessage = "Sandbox.Timedout", rest // the type is that of the invocation's answer
	return true
}

// exit reads "RequestId: <id> Error: Runtime exited ...", the next line being the type of error, and
// "RequestId: <id> Process exited before completing request". That these lines get the field
// @requestId is ours: CloudWatch documents nothing.
func (l *LambdaLine) exit(text string) bool {
	rest, ok := strings.CutPrefix(text, "RequestId: ")
	if !ok {
		return false
	}
	id, rest := cutWord(rest)
	if !isUUID(id) {
		return false
	}
	l.RequestID, l.Text = id, strings.TrimLeft(rest, " \t")
	first, more := cutLine(l.Text)
	if message, ok := strings.CutPrefix(first, "Error: "); ok {
		l.ErrorMessage = message
		if t, _ := cutLine(more); isErrorType(t) {
			l.ErrorType = t
		}
	} else if strings.HasPrefix(first, "Process exited ") {
		l.ErrorMessage = first
	}
	return true
}

// columns reads the columns that the runtimes put before a text, separated by tabs:
//
//	Node    <time> <request id> INFO <text>
//	Python  [INFO] <time> <request id> <text>
//	Python  [ERROR] <text>, uncaught exceptions, with a blank for the tab
//
// Older Node runtimes leave the level out. The request id may also stand in another of the first four
// columns.
func (l *LambdaLine) columns(text string) {
	if level, rest, ok := strings.Cut(text, " "); ok && isBracketed(level) {
		l.Level, l.Text = level[1:len(level)-1], rest
		return
	}
	line, _ := cutLine(text)
	head := true
	for range 4 {
		col, rest, ok := strings.Cut(line, "\t")
		if head = head && ok && l.column(col); head {
			l.Text = text[len(text)-len(l.Text)+len(col)+1:]
		} else if l.RequestID == "" && isUUID(strings.Trim(col, " ")) {
			l.RequestID = strings.Trim(col, " ")
		}
		line = rest
	}
}

// column takes a column before the text; it is false if col is none.
func (l *LambdaLine) column(col string) bool {
	switch word := strings.Trim(col, " "); {
	case l.Time == "" && isTime(word):
		l.Time = word
	case l.RequestID == "" && isUUID(word):
		l.RequestID = word
	case l.Level == "" && isBracketed(word):
		l.Level = word[1 : len(word)-1]
	case l.Level == "" && l.Time != "" && isLevel(word):
		l.Level = word
	default:
		return l.Time != "" && word == "undefined" // Node, outside of a request
	}
	return true
}

func isBracketed(s string) bool {
	return len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' && isLevel(s[1:len(s)-1])
}

// isLevel reports whether s is a level of the managed runtimes' loggers, in any case.
func isLevel(s string) bool {
	var upper [len("CRITICAL")]byte
	if len(s) > len(upper) {
		return false
	}
	for i := range len(s) {
		upper[i] = s[i] &^ 0x20
	}
	switch string(upper[:len(s)]) {
	case "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL",
		"TRCE", "DBUG", "FAIL", "CRIT": // .NET
		return true
	}
	return false
}

// isTime reports whether s looks like an RFC 3339 time.
func isTime(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return false
	}
	return isDigits(s[:4]) && isDigits(s[5:7]) && isDigits(s[8:10]) &&
		(s[len(s)-1] == 'Z' || s[len(s)-3] == ':' || s[len(s)-5] == '+' || s[len(s)-5] == '-')
}

// isUUID reports whether s is a UUID in its usual form.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if c-'0' > 9 && c|0x20-'a' > 5 {
				return false
			}
		}
	}
	return true
}

// cutWord cuts s before the first blank, tab or line end.
func cutWord(s string) (word, rest string) {
	for i := range len(s) {
		if c := s[i]; c <= ' ' && (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// cutLine cuts s after its first line, which it returns without its end: a line feed, or the carriage
// return that Python's runtime writes within one event.
func cutLine(s string) (line, rest string) {
	line, _, _ = strings.Cut(s, "\n")
	line, _, _ = strings.Cut(line, "\r")
	return line, strings.TrimLeft(s[len(line):], "\n\r")
}

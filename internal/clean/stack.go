package clean

import (
	"bytes"
	"time"
)

// splitStack splits a text of several lines into its message and the stack trace that follows it; no
// stack if the lines do not look like one. Lines end in LF, CR LF or, as older Lambda runtimes wrote
// them, in CR.
func splitStack(m []byte) (message, stack []byte) {
	for from := 0; ; {
		i := bytes.IndexAny(m[from:], "\r\n")
		if i < 0 {
			return m, nil
		}
		end := from + i
		from = end + 1
		if m[end] == '\r' && from < len(m) && m[from] == '\n' {
			from++
		}
		if isFrame(m[from:]) {
			return bytes.TrimRight(m[:end], " \t\r\n"), m[from:]
		}
	}
}

// frameStarts are how lines of stack traces begin, after blanks.
var frameStarts = [][]byte{
	[]byte("Traceback (most recent call last)"), // Python
	[]byte("During handling of the above exception"),
	[]byte("The above exception was the direct cause"),
	[]byte("Caused by: "), // Java
	[]byte("Suppressed: "),
	[]byte("goroutine "), // Go
	[]byte("created by "),
	[]byte("[signal "),
}

// indentedStarts are the same for lines that are indented.
var indentedStarts = [][]byte{
	[]byte("at "),     // Java, JavaScript, .NET
	[]byte(`File "`),  // Python
	[]byte("... "),    // Java
	[]byte("--- End"), // .NET
}

// isFrame reports whether s starts with a line of a stack trace.
func isFrame(s []byte) bool {
	inner := trimIndent(s)
	for _, p := range frameStarts {
		if bytes.HasPrefix(inner, p) {
			return true
		}
	}
	if len(inner) == len(s) {
		return false
	}
	for _, p := range indentedStarts {
		if bytes.HasPrefix(inner, p) {
			return true
		}
	}
	return false
}

// trimIndent cuts blanks, tabs and the no-break spaces of Lambda's Python runtime off the start of s.
func trimIndent(s []byte) []byte {
	for len(s) > 0 {
		switch {
		case s[0] == ' ' || s[0] == '\t':
			s = s[1:]
		case len(s) > 1 && s[0] == 0xC2 && s[1] == 0xA0:
			s = s[2:]
		default:
			return s
		}
	}
	return s
}

// appendTime appends ms as 2006-01-02T15:04:05.000Z, the way CloudWatch writes times.
func appendTime(b []byte, ms int64) []byte {
	return time.UnixMilli(ms).UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
}

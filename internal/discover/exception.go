package discover

import (
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

const traceback = "Traceback (most recent call last):"

// exception sets ErrorType and ErrorMessage from a text that is an exception, as runtimes log it:
//
//	KeyError: 'x'<LF>Traceback (most recent call last):...     Python, uncaught
//	text<LF>Traceback (most recent call last):...KeyError: 'x' Python, logger.exception
//	Error: text<LF>    at f (index.js:1:2)...                  Node, Java
//	Invoke Error <TAB>{"errorType":"Error",...}                Node, uncaught
//	Runtime.ImportModuleError: ...                             Python, only after [ERROR]
func (l *LambdaLine) exception() {
	first, rest := cutLine(l.Text)
	next, _ := cutLine(rest)
	switch {
	case strings.HasPrefix(next, traceback), strings.HasPrefix(strings.TrimLeft(next, " \t"), "at "):
		if l.error(first) || !strings.HasPrefix(next, traceback) {
			return
		}
		l.error(lastLine(rest))
	case strings.HasPrefix(first, "Invoke Error "), strings.HasPrefix(first, "Uncaught Exception "),
		strings.HasPrefix(first, "Unhandled Promise Rejection "):
		l.errorObject(first)
	case l.Level == "ERROR" && l.Time == "" && l.RequestID == "":
		l.error(first)
	}
}

// error reads "Type: message" or "Type" alone.
func (l *LambdaLine) error(line string) bool {
	name, message, _ := strings.Cut(line, ":")
	if !isErrorType(name) {
		return false
	}
	l.ErrorType, l.ErrorMessage = name, strings.TrimPrefix(message, " ")
	return true
}

// errorObject reads the JSON object in line.
func (l *LambdaLine) errorObject(line string) {
	object := fragment([]byte(line))
	if object == nil {
		return
	}
	for it := jsonscan.Members(object, 0); it.Next(); {
		if it.Kind != jsonscan.String {
			continue
		}
		text, _ := jsonscan.Unquote(nil, it.Value[1:len(it.Value)-1])
		switch string(it.Key) {
		case "errorType":
			l.ErrorType = string(text)
		case "errorMessage":
			l.ErrorMessage = string(text)
		}
	}
}

// isErrorType reports whether s can be the name of an exception: words joined by dots.
func isErrorType(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20-'a' < 26 || c == '_' || c == '$'
		if !letter && (i == 0 || c != '.' && c-'0' > 9) {
			return false
		}
	}
	return s != ""
}

// lastLine returns the last line of s that is not blank.
func lastLine(s string) string {
	s = strings.TrimRight(s, " \t\r\n\u00a0") // Python's runtime ends with a no-break space
	return s[strings.LastIndexAny(s, "\n\r")+1:]
}

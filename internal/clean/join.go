package clean

import (
	"bytes"
	"strings"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A joiner makes one event of a stack trace whose lines came as events of their own, as they do from
// plain text files and from containers that log line by line. Everything else passes through.
//
// A line belongs to the one before it if both are text of one stream, at most joinMillis apart, and it
// is indented or otherwise looks like a line of a trace that is under way.
type joiner struct {
	emit    func(*files.Event) error
	waiting bool
	event   files.Event // the one that waits; its Message is text
	text    []byte
	trace   trace // what the text has shown so far
	last    int64 // time of the last line, if the event has one
}

// trace says which kind of stack trace an event holds.
type trace uint8

const (
	noTrace     trace = iota
	pythonTrace       // "Traceback (most recent call last):"; ends with a line that is not indented
	goTrace           // "panic: …", "fatal error: …" or "goroutine 1 [running]:"
)

const (
	// joinMillis is how long a program may take from one line of a trace to the next.
	joinMillis = 1000
	// maxJoined is how long an event may grow by joining: what CloudWatch Logs takes as one event.
	maxJoined = 1 << 20
)

// add takes the next event of a file. It keeps nothing of e.
func (j *joiner) add(e *files.Event) error {
	m := e.Message
	text := !looksJSON(m)
	if text && j.waiting && j.continues(e) {
		j.text = append(append(j.text, '\n'), m...)
		j.last = e.Time
		j.learn(m)
		return nil
	}
	if err := j.flush(); err != nil {
		return err
	}
	if !text || !j.mayGrow(m) {
		return j.emit(e)
	}
	j.wait(e)
	j.text = append(j.text[:0], m...)
	j.last, j.trace = e.Time, noTrace
	j.learn(m)
	return nil
}

// wait keeps e until the next event shows whether it is complete.
func (j *joiner) wait(e *files.Event) {
	log, stream := j.event.Log, j.event.Stream
	j.event, j.waiting = *e, true
	j.event.Log, j.event.Stream = keep(log, e.Log), keep(stream, e.Stream)
}

// keep returns a string equal to s that stays valid: old, if it is that.
func keep(old, s string) string {
	if old == s {
		return old
	}
	return strings.Clone(s)
}

// flush passes on the event that waits.
func (j *joiner) flush() error {
	if !j.waiting {
		return nil
	}
	j.waiting = false
	j.event.Message = j.text
	return j.emit(&j.event)
}

// looksJSON reports whether m starts and ends like a JSON object.
func looksJSON(m []byte) bool {
	m = jsonscan.Trim(m)
	return len(m) > 1 && m[0] == '{' && m[len(m)-1] == '}'
}

// mayGrow reports whether lines may follow that belong to m.
func (j *joiner) mayGrow(m []byte) bool {
	if len(jsonscan.Trim(m)) == 0 {
		return false
	}
	return discover.ParseLambda(m).Type == ""
}

// continues reports whether e is a line of the event that waits.
func (j *joiner) continues(e *files.Event) bool {
	w, m := &j.event, e.Message
	if len(m) == 0 || e.Stream != w.Stream || e.HasTime && w.HasTime && (e.Time < j.last || e.Time > j.last+joinMillis) ||
		len(j.text)+len(m) > maxJoined {
		return false
	}
	if isFrame(m) {
		return true
	}
	switch j.trace {
	case pythonTrace:
		return len(trimIndent(m)) < len(m) || isExceptionLine(m)
	case goTrace:
		return m[0] == '\t' || isGoFrame(m)
	}
	return !e.HasTime && len(trimIndent(m)) < len(m)
}

// learn looks at a line for the start or the end of a trace.
func (j *joiner) learn(m []byte) {
	inner := trimIndent(m)
	switch {
	case bytes.Contains(m, []byte("Traceback (most recent call last)")):
		j.trace = pythonTrace
	case bytes.HasPrefix(inner, []byte("panic: ")), bytes.HasPrefix(inner, []byte("fatal error: ")),
		bytes.HasPrefix(inner, []byte("goroutine ")):
		j.trace = goTrace
	case j.trace == pythonTrace && len(inner) == len(m):
		j.trace = noTrace // the exception's own line
	}
}

// isExceptionLine reports whether m looks like the last line of a Python traceback: a dotted name of
// a class, alone or with a colon and a text after it.
func isExceptionLine(m []byte) bool {
	name, _, _ := bytes.Cut(m, []byte(":"))
	name = bytes.TrimRight(name, "\r")
	for _, c := range name {
		if !(c == '.' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c >= 0x80) {
			return false
		}
	}
	return len(name) > 0
}

// isGoFrame reports whether m looks like "main.run(0xc000012345)" or "main.(*T).run(...)".
func isGoFrame(m []byte) bool {
	m = bytes.TrimRight(m, "\r")
	open := bytes.IndexByte(m, '(')
	return open > 0 && m[len(m)-1] == ')' && bytes.IndexByte(m[:open], ' ') < 0 && bytes.IndexByte(m[:open], '.') > 0
}

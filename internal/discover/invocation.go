package discover

import "bytes"

// startMark begins the line with which Lambda starts an invocation.
const startMark = "START RequestId: "

// StartOf returns the request id of a START line. The id shares msg's memory.
func StartOf(msg []byte) (requestID []byte, ok bool) {
	rest, ok := bytes.CutPrefix(msg, []byte(startMark))
	if !ok {
		return nil, false
	}
	end := bytes.IndexAny(rest, " \t\r\n")
	if end < 0 {
		end = len(rest)
	}
	return rest[:end], end > 0
}

// LastStart returns the request id of the last START line in text, lines of one stream. START may stand
// anywhere in its line: behind the timestamp of an export, say.
func LastStart(text []byte) (requestID []byte, ok bool) {
	at := bytes.LastIndex(text, []byte(startMark))
	if at < 0 {
		return nil, false
	}
	return StartOf(text[at:])
}

// NeedsInvocation reports whether the fields depend on Invocation.
func (x *Extractor) NeedsInvocation() bool {
	if x.kind != Lambda {
		return false
	}
	for _, f := range x.fields {
		if f.All || f.Name == "@requestId" {
			return true
		}
	}
	return false
}

// Invocation says that the events to come belong to the invocation with this request id; "" says that it is
// not known. An environment of Lambda runs one invocation at a time and writes to one stream, so that a stream's
// lines belong to the START before them. The text is copied.
func (x *Extractor) Invocation(requestID string) {
	x.invocation = append(x.invocation[:0], requestID...)
}

// parseLine reads a line of Lambda. An uncaught exception is logged without the request id that every other
// line has; it is that of the invocation. CloudWatch does not do this; it is our addition ([R]).
func (x *Extractor) parseLine(b []byte) {
	l := &x.line
	l.parse(view(b))
	if l.RequestID != "" || l.Type != "" || len(x.invocation) == 0 {
		return
	}
	if l.exception(); l.ErrorType != "" {
		l.RequestID = x.arena.take(append(x.arena.room(len(x.invocation)), x.invocation...))
	}
}

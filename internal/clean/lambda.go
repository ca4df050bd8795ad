package clean

import (
	"bytes"
	"slices"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// The members that only lines of Lambda's runtimes have.
const (
	levelKey        = "level"
	errorTypeKey    = "errorType"
	errorMessageKey = "errorMessage"
)

// inColumns reports whether a line that is not the platform's says more than its text.
func inColumns(l *discover.LambdaLine) bool {
	return l.Time != "" || l.RequestID != "" || l.Level != "" || l.ErrorType != ""
}

// lambdaEvent returns a runtime's line as an object. A message that is a JSON object gives the event,
// and the columns only what it does not say; other messages stay text, and the first object in them
// adds its members, as it adds fields in a query.
func (c *converter) lambdaEvent(e *files.Event, l *discover.LambdaLine) []byte {
	text := jsonscan.Trim(bytesOf(l.Text))
	start, end := firstObject(text)
	object := text[start:end]
	own := eventMembers{object: object, names: c.own[:0], b: append(c.buf[:0], '{')}
	if len(object) < len(text) {
		own.object = nil
	}
	if l.Time != "" {
		own.add(timeKey, l.Time)
	} else if e.HasTime {
		own.addTime(e)
	}
	own.add(levelKey, l.Level)
	if l.RequestID != "" {
		own.add(requestIDKey, l.RequestID)
	} else {
		own.add(requestIDKey, c.requestOf(e))
	}
	if own.object == nil {
		message, stack := splitStack(text)
		own.b = appendMember(own.b, messageKey, view(message))
		own.names = append(own.names, messageKey)
		own.add(stackKey, view(stack))
		own.add(errorTypeKey, l.ErrorType)
		own.add(errorMessageKey, l.ErrorMessage)
	}
	c.own = own.names
	c.buf = append(appendMembers(own.b, object, own.names), '}')
	return c.buf
}

// eventMembers are the members of an event in the making.
type eventMembers struct {
	b      []byte
	names  []string // of those in b
	object []byte   // has members that are not to be added; nil is none
}

// add adds a member unless its value is empty or the object has one of the name.
func (m *eventMembers) add(name, value string) {
	if value != "" && !hasMember(m.object, name) {
		m.b, m.names = appendMember(m.b, name, value), append(m.names, name)
	}
}

func (m *eventMembers) addTime(e *files.Event) {
	if !hasMember(m.object, timeKey) {
		m.b, m.names = appendTimeMember(m.b, e), append(m.names, timeKey)
	}
}

// appendMembers appends the members of object but for those named.
func appendMembers(b, object []byte, but []string) []byte {
	for it := jsonscan.Members(object, 0); it.Next(); {
		if slices.Contains(but, view(it.Key)) {
			continue
		}
		if !opened(b) {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), it.Key...), '"', ':')
		b = jsonscan.AppendCompact(b, it.Value)
	}
	return b
}

func hasMember(object []byte, key string) bool {
	for it := jsonscan.Members(object, 0); it.Next(); {
		if string(it.Key) == key {
			return true
		}
	}
	return false
}

// maxObjectTries is how many opening braces of a message are looked at for an object.
const maxObjectTries = 16

// firstObject returns where the first complete JSON object of a message stands; an empty range if
// there is none.
func firstObject(m []byte) (start, end int) {
	at := 0
	for range maxObjectTries {
		i := bytes.IndexByte(m[at:], '{')
		if i < 0 {
			break
		}
		at += i
		if end, ok := jsonscan.Check(m, at); ok {
			return at, end
		}
		at++
	}
	return 0, 0
}

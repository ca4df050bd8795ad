package clean

import (
	"bytes"
	"slices"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A lambdaLine is a line in the columns of a Lambda runtime. What it does not say is empty.
type lambdaLine struct {
	time, level, requestID, message []byte
}

// lambdaColumns takes a line of a Lambda runtime apart:
//
//	Node     2006-01-02T15:04:05.000Z <TAB> request id <TAB> LEVEL <TAB> message
//	Python   [LEVEL] <TAB> 2006-01-02T15:04:05.000Z <TAB> request id <TAB> message
//	Python   [LEVEL] exception and traceback
//	any      2006-01-02T15:04:05.000Z request id Task timed out after 3.00 seconds
//	any      RequestId: request id Error: Runtime exited …
func lambdaColumns(m []byte) (l lambdaLine, ok bool) {
	switch {
	case m[0] == '[':
		return pythonColumns(m)
	case isStamp(m):
		return nodeColumns(m)
	case bytes.HasPrefix(m, []byte("RequestId: ")):
		rest := m[len("RequestId: "):]
		l.requestID = firstWord(rest)
		l.message = jsonscan.Trim(rest[len(l.requestID):])
		return l, isUUID(l.requestID) && len(l.message) > 0
	}
	return l, false
}

func pythonColumns(m []byte) (l lambdaLine, ok bool) {
	end := bytes.IndexByte(m[:min(len(m), 12)], ']')
	if end < 0 || !isLevel(m[1:end]) || end+1 == len(m) {
		return l, false
	}
	l.level = m[1:end]
	rest := m[end+1:]
	if rest[0] == ' ' {
		l.message = jsonscan.Trim(rest)
		return l, true
	}
	if rest[0] != '\t' || !isStamp(rest[1:]) {
		return l, false
	}
	l.time, rest, _ = bytes.Cut(rest[1:], tab)
	ok = l.takeRequest(&rest)
	l.message = jsonscan.Trim(rest)
	return l, ok
}

func nodeColumns(m []byte) (l lambdaLine, ok bool) {
	i := len(stampLayout)
	l.time = m[:i]
	if len(m) == i {
		return l, false
	}
	rest := m[i+1:]
	if m[i] == ' ' {
		l.requestID = firstWord(rest)
		l.message = jsonscan.Trim(rest[len(l.requestID):])
		return l, isUUID(l.requestID)
	}
	if m[i] != '\t' || !l.takeRequest(&rest) {
		return l, false
	}
	if word, after, found := bytes.Cut(rest, tab); found && isLevel(word) {
		l.level, rest = word, after
	}
	l.message = jsonscan.Trim(rest)
	return l, true
}

// takeRequest takes the column of the request id, which is empty or "undefined" while a function starts.
func (l *lambdaLine) takeRequest(rest *[]byte) bool {
	id, after, found := bytes.Cut(*rest, tab)
	*rest = after
	if isUUID(id) {
		l.requestID = id
		return true
	}
	return found && (len(id) == 0 || string(id) == "undefined")
}

var tab = []byte{'\t'}

// stampLayout shows the times in the runtimes' lines: a digit for each 0.
const stampLayout = "0000-00-00T00:00:00.000Z"

// isStamp reports whether m starts with a time of the runtimes.
func isStamp(m []byte) bool {
	if len(m) < len(stampLayout) {
		return false
	}
	for i := range len(stampLayout) {
		c := m[i]
		if '0' <= c && c <= '9' {
			c = '0'
		}
		if c != stampLayout[i] {
			return false
		}
	}
	return true
}

// isUUID reports whether id is a UUID in its 36-character form, as request ids are.
func isUUID(id []byte) bool {
	if len(id) != 36 {
		return false
	}
	for i, c := range id {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F') {
				return false
			}
		}
	}
	return true
}

// isLevel reports whether word is a level as the runtimes and Python's logging write it.
func isLevel(word []byte) bool {
	switch string(word) {
	case "TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL":
		return true
	}
	return false
}

// lambdaEvent returns a runtime's line as an object. A message that is a JSON object gives the event,
// and the columns only what it does not say; other messages stay text, and the first object in them
// adds its members, as it adds fields in a query.
func (c *converter) lambdaEvent(e *files.Event, l *lambdaLine) []byte {
	start, end := firstObject(l.message)
	object := l.message[start:end]
	if len(object) > 0 && len(object) == len(l.message) {
		return c.wrapped(e, l, object)
	}
	message, stack := splitStack(l.message)
	b, own := c.appendColumns(append(c.buf[:0], '{'), e, l, nil)
	b = appendMember(b, messageKey, view(message))
	own = append(own, messageKey)
	if len(stack) > 0 {
		b = appendMember(b, stackKey, view(stack))
		own = append(own, stackKey)
	}
	c.buf = append(appendMembers(b, object, own), '}')
	return c.buf
}

// wrapped returns the event of a line whose message is the JSON object given.
func (c *converter) wrapped(e *files.Event, l *lambdaLine, object []byte) []byte {
	b, _ := c.appendColumns(append(c.buf[:0], '{'), e, l, object)
	c.buf = append(appendMembers(b, object, nil), '}')
	return c.buf
}

// appendColumns appends the time, level and request id of a line as far as object does not have them,
// and returns which it appended.
func (c *converter) appendColumns(b []byte, e *files.Event, l *lambdaLine, object []byte) (_ []byte, own []string) {
	own = c.own[:0]
	if (len(l.time) > 0 || e.HasTime) && !hasMember(object, timeKey) {
		own = append(own, timeKey)
		if len(l.time) > 0 {
			b = appendMember(b, timeKey, view(l.time))
		} else {
			b = appendTimeMember(b, e)
		}
	}
	if len(l.level) > 0 && !hasMember(object, levelKey) {
		own = append(own, levelKey)
		b = appendMember(b, levelKey, view(l.level))
	}
	id := view(l.requestID)
	if id == "" {
		id = c.requestOf(e)
	}
	if id != "" && !hasMember(object, requestIDKey) {
		own = append(own, requestIDKey)
		b = appendMember(b, requestIDKey, id)
	}
	c.own = own
	return b, own
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

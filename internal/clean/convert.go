package clean

import (
	"bytes"
	"strings"
	"unsafe"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// The members that events made from text have. Lambda's runtimes use the same names where they write
// JSON themselves; all are names that SQL takes without quotes. --add-source adds the first three.
const (
	timeKey      = "time"
	groupKey     = "logGroup"
	streamKey    = "logStream"
	requestIDKey = "requestId"
	messageKey   = "message"
	stackKey     = "stack"
	typeKey      = "type"
)

// An object is an event as one JSON object on one line.
type object struct {
	text   []byte
	values []value // its scalars if its layout is known, else nil
}

// A converter turns the events of one file, in their order, into JSON objects on one line. It is not
// safe for concurrent use.
type converter struct {
	dropText  bool
	platform  string
	addSource bool

	repaired int64 // events that were JSON but for some bytes, or that readers would not agree on
	request  invocation
	layouts  layouts
	buf      []byte // the event in the making
	spare    []byte
	own      []string // scratch
}

// An invocation is the one that a Lambda function's log stream is in the middle of.
type invocation struct {
	stream string
	id     string // "" between invocations
}

func newConverter(o *Options) *converter {
	return &converter{dropText: o.Text == "drop", platform: o.Platform, addSource: o.AddSource}
}

// begin forgets what was learned from the file before.
func (c *converter) begin() { c.request = invocation{} }

// convert returns e as an object, valid until the next call; without text if it is dropped. The text
// of events that are JSON stays as it is but for blanks in objects of several lines, and what portable finds.
func (c *converter) convert(e *files.Event) (object, outcome) {
	m := jsonscan.Trim(e.Message)
	if len(m) == 0 {
		return object{}, droppedBlank
	}
	if m[0] == '{' {
		if obj, ok := c.object(m); ok {
			return c.finish(e, obj, c.jsonOutcome(obj.text))
		}
	}
	l := discover.ParseLambda(m)
	switch {
	case l.Type != "":
		c.follow(e, &l)
		return c.platformLine(e, &l, m)
	case c.dropText:
		return object{}, droppedText
	case inColumns(&l):
		text := c.lambdaEvent(e, &l)
		if !portable(text, 1) {
			c.repaired++
			c.spare = appendPortable(c.spare[:0], text, 1)
			text = c.spare
		}
		return c.finish(e, object{text: text}, keptLambda)
	}
	return c.finish(e, object{text: c.textEvent(e, m)}, keptText)
}

// object returns m on one line, if it is a JSON object.
func (c *converter) object(m []byte) (_ object, ok bool) {
	if c.layouts.knows(m) {
		return object{m, c.layouts.values}, true
	}
	whole := jsonscan.Valid(m)
	if !whole {
		if m[len(m)-1] != '}' {
			return object{}, false
		}
		c.spare = appendRepaired(c.spare[:0], m)
		if m = c.spare; !jsonscan.Valid(m) {
			return object{}, false
		}
	}
	same := portable(m, 1)
	if !whole || !same {
		c.repaired++
	}
	switch {
	case !same:
		c.buf = appendPortable(c.buf[:0], m, 1)
	case bytes.IndexByte(m, '\n') < 0 && bytes.IndexByte(m, '\r') < 0:
		c.layouts.learn(m)
		return object{text: m}, true
	default:
		c.buf = jsonscan.AppendCompact(c.buf[:0], m)
	}
	return object{text: c.buf}, true
}

// jsonOutcome tells Lambda's own JSON events from those of functions.
func (c *converter) jsonOutcome(m []byte) outcome {
	switch {
	case !isPlatformJSON(m):
		return keptJSON
	case c.platform == "drop":
		return droppedPlatform
	}
	return keptPlatform
}

// platformLine returns what becomes of a line that Lambda wrote.
func (c *converter) platformLine(e *files.Event, l *discover.LambdaLine, m []byte) (object, outcome) {
	switch c.platform {
	case "keep":
		return c.finish(e, object{text: c.textEvent(e, m)}, keptPlatform)
	case "events":
		c.buf = appendPlatform(c.buf[:0], e, l)
		return c.finish(e, object{text: c.buf}, keptPlatform)
	}
	return object{}, droppedPlatform
}

// follow notes which invocation the lines that come next belong to.
func (c *converter) follow(e *files.Event, l *discover.LambdaLine) {
	switch l.Type {
	case "START":
		c.request = invocation{keep(c.request.stream, e.Stream), strings.Clone(l.RequestID)}
	case "END":
		c.request.id = ""
	}
}

// requestOf returns the id of the invocation that wrote e: a stream's invocations follow each other,
// so what stands between START and END belongs to one. It is "" if that is not known.
func (c *converter) requestOf(e *files.Event) string {
	if c.request.stream != e.Stream {
		return ""
	}
	return c.request.id
}

// finish adds where the event came from, if wanted.
func (c *converter) finish(e *files.Event, obj object, o outcome) (object, outcome) {
	if o.dropped() {
		return object{}, o
	}
	if c.addSource {
		obj = object{text: c.withSource(e, obj.text)}
	}
	return obj, o
}

// withSource appends the members of the source that text, an object, does not have.
func (c *converter) withSource(e *files.Event, text []byte) []byte {
	hasTime, hasGroup, hasStream := !e.HasTime, e.Log == "", e.Stream == ""
	for it := jsonscan.Members(text, 0); it.Next(); {
		switch string(it.Key) {
		case timeKey:
			hasTime = true
		case groupKey:
			hasGroup = true
		case streamKey:
			hasStream = true
		}
	}
	// text may be all of c.buf, or the file's own memory.
	b := append(c.spare[:0], text[:len(text)-1]...)
	if !hasTime {
		b = appendTimeMember(b, e)
	}
	if !hasGroup {
		b = appendMember(b, groupKey, e.Log)
	}
	if !hasStream {
		b = appendMember(b, streamKey, e.Stream)
	}
	c.spare = append(b, '}')
	return c.spare
}

// textEvent returns an event of text without columns.
func (c *converter) textEvent(e *files.Event, m []byte) []byte {
	message, stack := splitStack(m)
	b := appendTimeMember(append(c.buf[:0], '{'), e)
	if id := c.requestOf(e); id != "" {
		b = appendMember(b, requestIDKey, id)
	}
	b = appendMember(b, messageKey, view(message))
	if len(stack) > 0 {
		b = appendMember(b, stackKey, view(stack))
	}
	c.buf = append(b, '}')
	return c.buf
}

// appendMember appends a member to an object that is not closed yet.
func appendMember(b []byte, key, value string) []byte {
	return jsonscan.AppendString(appendKey(b, key), value)
}

// appendKey appends a key and its colon, after a comma unless the object has no member yet.
func appendKey(b []byte, key string) []byte {
	if !opened(b) {
		b = append(b, ',')
	}
	return append(jsonscan.AppendString(b, key), ':')
}

// opened reports whether b ends with the start of an object, blanks aside.
func opened(b []byte) bool {
	b = jsonscan.Trim(b)
	return b[len(b)-1] == '{'
}

// appendTimeMember appends the event's time, if it has one.
func appendTimeMember(b []byte, e *files.Event) []byte {
	if !e.HasTime {
		return b
	}
	return append(appendTime(append(appendKey(b, timeKey), '"'), e.Time), '"')
}

// appendRepaired appends m with what keeps it from being JSON put right where that is certain: bytes
// in strings that are no UTF-8 become U+FFFD, control characters in strings their escapes.
func appendRepaired(dst, m []byte) []byte {
	inside := false
	for i := 0; i < len(m); i++ {
		ch := m[i]
		switch {
		case ch == '"':
			inside = !inside
		case ch == '\\' && i+1 < len(m) && inside:
			dst = append(dst, ch)
			i++
			ch = m[i]
		case inside && ch < ' ':
			quoted := jsonscan.AppendString(dst, string(rune(ch)))
			dst = append(dst, quoted[len(dst)+1:len(quoted)-1]...)
			continue
		}
		dst = append(dst, ch)
	}
	return bytes.ToValidUTF8(dst, []byte("\uFFFD"))
}

// view returns b as a string that shares its memory.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf returns s as bytes that share its memory and must not be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

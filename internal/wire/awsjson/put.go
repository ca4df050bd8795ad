package awsjson

import (
	"reflect"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/jsonbody"
)

// putType is the input that decodePut knows.
var putType = reflect.TypeFor[cloudwatchlogs.PutLogEventsInput]()

// decodePut reads the input of PutLogEvents as shippers write it: every member once, no nulls, plain integers. ok is
// false for all other bodies, malformed ones among them: what they mean is for the walker to say. The events' texts share
// one piece of memory, as they were sent and are stored together.
func decodePut(o *wire.Operation, body []byte) (in *cloudwatchlogs.PutLogEventsInput, ok bool) {
	r, _ := putReaders.Get().(*putReader)
	if r == nil {
		r = &putReader{}
	}
	defer putReaders.Put(r)
	*r = putReader{b: body, texts: slices.Grow(r.texts[:0], len(body)+8), events: r.events[:0]}
	in = &cloudwatchlogs.PutLogEventsInput{}
	ok = r.input(o, in) && jsonscan.Space(body, r.i) == len(body)
	r.b = nil // not the pool's
	if cap(r.texts) > keptTexts {
		r.texts = nil
	}
	if !ok {
		return nil, false
	}
	return in, true
}

// keptTexts is how much room for messages is kept: what PutLogEvents brings at most, and some.
const keptTexts = 2 << 20

// putReaders keep the room that a request needs while it is read.
var putReaders sync.Pool

type putReader struct {
	b      []byte
	i      int
	texts  []byte // all messages, read
	events []putEvent
}

// A putEvent is one event: its message ends in texts at end, and starts where the one before it ends.
type putEvent struct {
	timestamp int64
	end       int
}

// pass passes blanks, then c, then blanks. It is false, and only blanks are passed, if something else comes.
func (r *putReader) pass(c byte) bool {
	r.i = jsonscan.Space(r.b, r.i)
	if r.i == len(r.b) || r.b[r.i] != c {
		return false
	}
	r.i = jsonscan.Space(r.b, r.i+1)
	return true
}

// key reads a key without escapes and moves to its value.
func (r *putReader) key() []byte {
	if r.i == len(r.b) || r.b[r.i] != '"' {
		return nil
	}
	end, escaped, ok := jsonscan.CheckString(r.b, r.i+1)
	if !ok || escaped {
		return nil
	}
	name := r.b[r.i+1 : end-1]
	r.i = end
	if !r.pass(':') {
		return nil
	}
	return name
}

// members calls read for each member of the object that must come next, after it has read the key. Each may come once,
// and read returns its bit in seen, 0 to give up.
func (r *putReader) members(read func(key []byte) (bit int)) (seen int) {
	if !r.pass('{') {
		return 0
	}
	for {
		bit := read(r.key())
		if bit == 0 || seen&bit != 0 {
			return 0
		}
		seen |= bit
		if r.pass('}') {
			return seen
		}
		if !r.pass(',') {
			return 0
		}
	}
}

// only returns bit if ok, else 0.
func only(bit int, ok bool) int {
	if !ok {
		return 0
	}
	return bit
}

func (r *putReader) input(o *wire.Operation, in *cloudwatchlogs.PutLogEventsInput) bool {
	seen := r.members(func(key []byte) int {
		switch string(key) {
		case "logGroupName":
			return only(1, r.text(&in.LogGroupName))
		case "logStreamName":
			return only(2, r.text(&in.LogStreamName))
		case "sequenceToken":
			return only(4, r.text(&in.SequenceToken))
		case "entity":
			return only(8, r.entity(o, in))
		case "logEvents":
			return only(16, r.list(in))
		}
		return 0
	})
	return seen != 0
}

// unquoted appends the string that must come next to dst.
func (r *putReader) unquoted(dst []byte) ([]byte, bool) {
	if r.i == len(r.b) || r.b[r.i] != '"' {
		return dst, false
	}
	start := r.i + 1
	end, escaped, ok := jsonscan.CheckString(r.b, start)
	if !ok || end-start > wire.MaxText {
		return dst, false
	}
	r.i = end
	if !escaped {
		return append(dst, r.b[start:end-1]...), true
	}
	return jsonscan.Unquote(dst, r.b[start:end-1])
}

func (r *putReader) text(to **string) bool {
	b, ok := r.unquoted(nil)
	s := string(b)
	*to = &s
	return ok
}

// entity leaves what is rare to the walker.
func (r *putReader) entity(o *wire.Operation, in *cloudwatchlogs.PutLogEventsInput) bool {
	start := r.i
	end, ok := jsonscan.Check(r.b, start)
	f := o.Input.Plan.Field([]byte("entity"))
	if !ok || f == nil {
		return false
	}
	r.i = end
	in.Entity = &types.Entity{}
	return jsonbody.Decode(r.b[start:end], f, reflect.ValueOf(in.Entity).Elem(), jsonbody.Options{}) == nil
}

func (r *putReader) list(in *cloudwatchlogs.PutLogEventsInput) bool {
	if !r.pass('[') {
		return false
	}
	if !r.pass(']') {
		for {
			if !r.event() {
				return false
			}
			if r.pass(']') {
				break
			}
			if !r.pass(',') {
				return false
			}
		}
	}
	in.LogEvents = r.result()
	return true
}

// event reads one event with both members.
func (r *putReader) event() bool {
	r.events = append(r.events, putEvent{})
	seen := r.members(r.eventMember)
	r.events[len(r.events)-1].end = len(r.texts)
	return seen == 3
}

// eventMember reads a member of the last event.
func (r *putReader) eventMember(key []byte) int {
	switch string(key) {
	case "timestamp":
		return only(1, r.integer(&r.events[len(r.events)-1].timestamp))
	case "message":
		return only(2, r.message())
	}
	return 0
}

// message appends the string that must come next to texts, which has room for it.
func (r *putReader) message() bool {
	if r.i == len(r.b) || r.b[r.i] != '"' {
		return false
	}
	used := len(r.texts)
	if n, end, ok := readText(r.texts[used:cap(r.texts)], r.b, r.i+1); ok {
		r.texts, r.i = r.texts[:used+n], end
		return n <= wire.MaxText
	}
	var ok bool
	r.texts, ok = r.unquoted(r.texts)
	return ok
}

// integer reads digits.
func (r *putReader) integer(to *int64) bool {
	end := jsonscan.SkipNumber(r.b, r.i)
	n, _, whole, ok := jsonscan.Small(r.b[r.i:end])
	r.i = end
	*to = n
	return whole && ok
}

// result returns the events in the SDK's form, in four pieces of memory. That of the messages is no larger than they are: they stay
// in memory until they are in a part.
func (r *putReader) result() []types.InputLogEvent {
	all := string(r.texts)
	messages, times := make([]string, len(r.events)), make([]int64, len(r.events))
	list := make([]types.InputLogEvent, len(r.events))
	start := 0
	for i, e := range r.events {
		messages[i], times[i] = all[start:e.end], e.timestamp
		list[i] = types.InputLogEvent{Message: &messages[i], Timestamp: &times[i]}
		start = e.end
	}
	return list
}

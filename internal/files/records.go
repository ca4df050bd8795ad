package files

import (
	"bytes"
	"errors"
	"io"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// newRecords returns the reader of a format that is not one of lines.
func (f *file) newRecords(r io.Reader) recordReader {
	t := newTextStream(r, f.opt.maxEvent())
	switch f.format {
	case InsightsCSV:
		return &csvRecords{file: f, text: t}
	case FilterJSON:
		return newJSONRecords(f, t, filterEvent, "events", "searchedLogStreams", "nextToken", "nextForwardToken", "nextBackwardToken", "ResponseMetadata")
	case InsightsJSON:
		return newJSONRecords(f, t, resultEvent, "results", "queryLanguage", "statistics", "status", "encryptionKey", "ResponseMetadata")
	case CloudTrail:
		return newJSONRecords(f, t, jsonEvent, "Records")
	case Subscription:
		return newSubscription(f, t)
	}
	return newJSONRecords(f, t, jsonEvent, "")
}

// A jsonRecords makes an event of each JSON value of a file.
type jsonRecords struct {
	file   *file
	values jsonValues
	event  func(r *jsonRecords, ev *Event, value []byte) bool
	row    resultRow
	memory []byte // of the texts of the event at hand that do not stand in the file as they are
}

// newJSONRecords reads the values in a text. With a list, the elements of the member list of objects
// whose first key is list or one of others are read in place of the object. event fills an event from
// a value; it is false if the value holds none.
func newJSONRecords(f *file, t *textStream, event func(*jsonRecords, *Event, []byte) bool, list string, others ...string) *jsonRecords {
	r := &jsonRecords{file: f, event: event, values: jsonValues{textStream: t, list: list, whole: f.whole}}
	if list != "" {
		r.values.wraps = append(others, list)
	}
	return r
}

func (r *jsonRecords) next(ev *Event) bool {
	for {
		item, ok := r.values.next()
		if !ok {
			return false
		}
		r.memory = r.memory[:0]
		ev.Line = item.line
		if item.json && r.event(r, ev, item.text) {
			return true
		}
		if !item.json && len(item.text) == 0 {
			continue
		}
		if r.file.plainRecord(ev, item) {
			return true
		}
	}
}

// plainRecord makes an event of text that is not of the file's format.
func (f *file) plainRecord(ev *Event, item jsonItem) bool {
	if item.cut {
		f.tally.add(0, item.line, LongLine, "event is longer than allowed and is cut")
	}
	f.tally.add(0, item.line, Mixed, f.format.notThis())
	ev.Message = item.text
	return true
}

// errOpenJSON says that a file's JSON ends before its last value or list is closed.
var errOpenJSON = errors.New("JSON ends inside a value or list")

func (r *jsonRecords) failure() (int64, error) {
	if r.values.err == nil && r.values.ended {
		return r.values.line, errOpenJSON
	}
	return r.values.line, r.values.err
}

// jsonEvent takes a value as the event's text. One of several lines is put on one, for an event that
// can be written as a line.
func jsonEvent(r *jsonRecords, ev *Event, value []byte) bool {
	ev.Message = value
	if bytes.IndexByte(value, '\n') >= 0 {
		r.memory = jsonscan.AppendCompact(r.memory, value)
		ev.Message = r.memory
	}
	return true
}

// filterEvent takes an element of {"events":[…]} apart. Other members of the element are dropped.
func filterEvent(r *jsonRecords, ev *Event, value []byte) bool {
	found := false
	for it := jsonscan.Members(value, 0); it.Next(); {
		switch string(it.Key) {
		case "timestamp":
			ev.Time, ev.HasTime = milliseconds(it.Value, it.Kind)
		case "ingestionTime":
			ev.Ingested, ev.HasIngested = milliseconds(it.Value, it.Kind)
		case "logStreamName":
			if it.Kind == jsonscan.String {
				ev.Stream = view(r.text(it.Value[1 : len(it.Value)-1]))
			}
		case "message":
			if it.Kind == jsonscan.String {
				ev.Message, found = r.text(it.Value[1:len(it.Value)-1]), true
			}
		}
	}
	return found
}

// milliseconds returns a number of epoch milliseconds as the logs API writes it.
func milliseconds(raw []byte, kind jsonscan.Kind) (int64, bool) {
	if kind != jsonscan.Number {
		return 0, false
	}
	return jsonscan.ParseInt(raw)
}

// text returns the text of a JSON string, given without its quotes. It shares memory with the file's
// text if there are no escapes; malformed ones stay as they are.
func (r *jsonRecords) text(content []byte) []byte {
	if !jsonscan.HasEscape(content) {
		return content
	}
	start := len(r.memory)
	text, ok := jsonscan.Unquote(r.memory, content)
	if !ok {
		return content
	}
	r.memory = text
	return text[start:]
}

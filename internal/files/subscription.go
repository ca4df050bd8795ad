package files

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/klauspost/compress/gzip"
)

// A subscription gives the events in records of subscription filters, as Lambda, Kinesis and Firehose
// receive them: {"awslogs":{"data":…}}, {"Records":[{"kinesis":{"data":…}}]} and the lists of Kinesis and
// Firehose, lines of base64, or the decoded messages one after another.
type subscription struct {
	jsonRecords
	gzip    gzip.Reader
	decoded bytes.Buffer
	packed  [][]byte      // records of a list not yet decoded
	rest    []byte        // messages not yet taken apart
	line    int64         // where they stand
	events  jsonscan.Iter // of the message at hand
	log     string
	stream  string
}

func newSubscription(f *file, t *textStream) *subscription {
	return &subscription{jsonRecords: *newJSONRecords(f, t, nil, "")}
}

func (r *subscription) next(ev *Event) bool {
	for {
		for r.events.Next() {
			r.memory = r.memory[:0]
			ev.Log, ev.Stream, ev.Line = r.log, r.stream, r.line
			if filterEvent(&r.jsonRecords, ev, r.events.Value) {
				return true
			}
			r.file.tally.add(0, r.line, Mixed, "log event has no message")
		}
		if r.message() {
			continue
		}
		if len(r.packed) > 0 {
			text := r.packed[0]
			r.packed, r.memory = r.packed[1:], r.memory[:0]
			if r.broken(ev, text, r.decode(r.text(text))) {
				return true
			}
			continue
		}
		item, ok := r.values.next()
		if !ok {
			return false
		}
		if !item.json && len(item.text) == 0 {
			continue
		}
		r.line = item.line
		if r.broken(ev, item.text, r.open(item)) {
			return true
		}
	}
}

// broken tells of a record that cannot be opened, if err says so, and gives it as it is.
func (r *subscription) broken(ev *Event, text []byte, err error) bool {
	if err == nil {
		return false
	}
	r.file.tally.add(0, r.line, Corrupt, err.Error())
	ev.Line, ev.Message = r.line, text
	return true
}

// open makes the messages of a record what is taken apart next.
func (r *subscription) open(item jsonItem) error {
	if !item.json {
		return r.decode(item.text)
	}
	if hasMembers(item.text, "logEvents") {
		r.rest = item.text
		return nil
	}
	if r.packed = packedData(r.packed[:0], item.text); len(r.packed) == 0 {
		return errors.New("subscription record: want awslogs, Records, records or logEvents")
	}
	return nil
}

// packedData appends the data in what AWS wraps around it, as strings of JSON without their quotes.
func packedData(dst [][]byte, text []byte) [][]byte {
	for it := jsonscan.Members(text, 0); it.Next(); {
		switch key := string(it.Key); {
		case (key == "awslogs" || key == "kinesis") && it.Kind == jsonscan.Object:
			dst = packedData(dst, it.Value)
		case (key == "Records" || key == "records") && it.Kind == jsonscan.Array:
			for record := jsonscan.Members(it.Value, 0); record.Next(); {
				dst = packedData(dst, record.Value)
			}
		case (key == "data" || key == "Data") && it.Kind == jsonscan.String:
			dst = append(dst, it.Value[1:len(it.Value)-1])
		}
	}
	return dst
}

// decode takes base64 and gzip off a record.
func (r *subscription) decode(text []byte) error {
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, err := base64.RawStdEncoding.Decode(data, bytes.TrimRight(text, "= "))
	if err == nil {
		err = r.gzip.Reset(bytes.NewReader(data[:n]))
	}
	if err != nil {
		return fmt.Errorf("subscription record: want gzip in base64: %w", err)
	}
	r.decoded.Reset()
	limit := int64(r.file.opt.maxEvent())
	if n, err := io.Copy(&r.decoded, io.LimitReader(&r.gzip, limit+1)); err != nil || n > limit {
		if err == nil {
			err = fmt.Errorf("more than %d bytes", limit)
		}
		return fmt.Errorf("subscription record: unpack: %w", err)
	}
	r.rest = r.decoded.Bytes()
	if start := jsonscan.Space(r.rest, 0); start == len(r.rest) || r.rest[start] != '{' {
		r.rest = nil
		return errors.New("subscription record: want a JSON object inside")
	}
	return nil
}

// message starts on the next message of the record at hand, if there is one.
func (r *subscription) message() bool {
	i := jsonscan.Space(r.rest, 0)
	end, kind := jsonscan.Value(r.rest, i)
	if kind != jsonscan.Object {
		if i < len(r.rest) {
			r.file.tally.add(0, r.line, Corrupt, "subscription record: broken JSON inside")
		}
		r.rest = nil
		return false
	}
	doc := r.rest[i:end]
	r.rest = r.rest[end:]
	var owner, group, stream, is string
	r.events = jsonscan.Iter{}
	for it := jsonscan.Members(doc, 0); it.Next(); {
		switch string(it.Key) {
		case "owner":
			owner = string(r.cellText(it.Value, it.Kind))
		case "logGroup":
			group = string(r.cellText(it.Value, it.Kind))
		case "logStream":
			stream = string(r.cellText(it.Value, it.Kind))
		case "messageType":
			is = string(r.cellText(it.Value, it.Kind))
		case "logEvents":
			r.events = jsonscan.Members(it.Value, 0)
		}
	}
	r.log, r.stream = r.file.in.Log, r.file.in.Stream
	if group != "" {
		r.log = group
		if owner != "" {
			r.log = owner + ":" + group
		}
	}
	if stream != "" {
		r.stream = stream
	}
	if is == "CONTROL_MESSAGE" {
		r.events = jsonscan.Iter{}
		r.file.tally.add(0, r.line, Skipped, "control message of a subscription")
	}
	return true
}

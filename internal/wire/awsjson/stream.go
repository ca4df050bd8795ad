package awsjson

import (
	"bytes"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/aws/smithy-go/eventstream"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/jsonbody"
)

// streamType is the media type of a stream of events, framed in binary.
const streamType = "application/vnd.amazon.eventstream"

// OpenStream implements wire.StreamCodec. In the JSON protocol the members of the output that are no stream travel in an event of
// their own, which comes first; clients insist on it, also where the output has no such members.
func (c *Codec) OpenStream(o *wire.Operation, r *wire.Request) (*wire.Response, error) {
	if o.Events == nil {
		return nil, fmt.Errorf("open stream: %s answers with no events", o.Name)
	}
	first, err := appendMessage(nil, []byte("{}"),
		eventstream.MessageTypeHeader, eventstream.EventMessageType,
		eventstream.EventTypeHeader, "initial-response",
		eventstream.ContentTypeHeader, header(r).Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	return &wire.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {streamType}}, Body: first}, nil
}

// AppendEvent implements wire.StreamCodec.
func (c *Codec) AppendEvent(b []byte, o *wire.Operation, r *wire.Request, event any) ([]byte, error) {
	u := reflect.New(o.Event).Elem()
	if v := reflect.ValueOf(event); v.IsValid() && v.Type().AssignableTo(o.Event) {
		u.Set(v)
	}
	f, v := o.Events.Plan.Member(u)
	if f == nil {
		return b, fmt.Errorf("encode an event of %s: got a %T, want a member of %s", o.Name, event, o.Event)
	}
	payload, err := jsonbody.Append(nil, f, v, jsonbody.Options{})
	if err != nil {
		return b, fmt.Errorf("encode %s of %s: %w", f.Member.Name, o.Name, err)
	}
	return appendMessage(b, payload,
		eventstream.MessageTypeHeader, eventstream.EventMessageType,
		eventstream.EventTypeHeader, f.Member.Name,
		eventstream.ContentTypeHeader, header(r).Get("Content-Type"))
}

// AppendException implements wire.StreamCodec. An error that the model does not count among the stream's events is told as a
// message of the type error, which has a code and a text and no body.
func (c *Codec) AppendException(b []byte, o *wire.Operation, r *wire.Request, err error) []byte {
	e := o.Explain(err)
	headers := []string{
		eventstream.MessageTypeHeader, eventstream.ErrorMessageType,
		eventstream.ErrorCodeHeader, e.Name,
		eventstream.ErrorMessageHeader, cut(e.Message),
	}
	var payload []byte
	if m := o.Events.Plan.Shape.Member(e.Name); m != nil {
		payload = errorBody(&e)
		headers = []string{
			eventstream.MessageTypeHeader, eventstream.ExceptionMessageType,
			eventstream.ExceptionTypeHeader, m.Name,
			eventstream.ContentTypeHeader, header(r).Get("Content-Type"),
		}
	}
	framed, err := appendMessage(b, payload, headers...)
	if err != nil {
		return b
	}
	return framed
}

// cut shortens a text to what a header may hold with room to spare: 32,767 bytes.
func cut(text string) string { return strings.ToValidUTF8(text[:min(len(text), 4096)], "") }

// appendMessage appends a message with these names and values of headers to b.
func appendMessage(b, payload []byte, headers ...string) ([]byte, error) {
	m := eventstream.Message{Payload: payload}
	for i := 0; i < len(headers); i += 2 {
		m.Headers.Set(headers[i], eventstream.StringValue(headers[i+1]))
	}
	out := bytes.NewBuffer(b)
	if err := eventstream.NewEncoder().Encode(out, m); err != nil {
		return b, fmt.Errorf("frame a message of %d bytes: %w", len(payload), err)
	}
	return out.Bytes(), nil
}

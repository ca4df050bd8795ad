package correlation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// DetailKey is the name of the member of an EventBridge event's detail that holds the ids, in the form of [Attribute].
const DetailKey = "_correlation"

// maxTraceHeader is the length of the longest TraceHeader that PutEvents takes.
const maxTraceHeader = 500

// FromEventBridge returns the ids in an EventBridge event, as a target gets it. Where there is no correlation id, the
// event's own id is the cause. The trace that PutEvents was given arrives by the target's own way, such as
// [TraceAttribute] for a queue.
func FromEventBridge(event []byte) IDs {
	var e struct {
		ID     string `json:"id"`
		Detail struct {
			Correlation packed `json:"_correlation"`
		} `json:"detail"`
	}
	var other *json.UnmarshalTypeError // a detail that is no object has no ids, the event still has its own
	if err := json.Unmarshal(event, &e); err != nil && !errors.As(err, &other) {
		return IDs{}
	}
	i := e.Detail.Correlation.unpack("")
	if i.CorrelationID == "" {
		i.CorrelationID = valid(e.ID)
	}
	return i
}

// ToEventBridge returns an entry's Detail with i under [DetailKey], and its TraceHeader, "" if there is no trace.
// Detail is a JSON object, as PutEvents wants it; ids that it has already stay.
func (i IDs) ToEventBridge(detail []byte) (withIDs []byte, traceHeader string, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(detail, &members); err != nil {
		return nil, "", fmt.Errorf("put ids into detail: %w", err)
	}
	if members == nil {
		return nil, "", errors.New("put ids into detail: got null, want a JSON object")
	}
	if traceHeader = i.XRayHeader(); len(traceHeader) > maxTraceHeader {
		traceHeader = ""
	}
	text := i.packText()
	if _, has := members[DetailKey]; has || text == "{}" {
		return detail, traceHeader, nil
	}
	b := append([]byte(nil), `{"`+DetailKey+`":`+text...)
	if len(members) > 0 {
		b = append(b, ',')
	}
	return append(b, bytes.TrimLeft(detail, " \t\r\n")[1:]...), traceHeader, nil
}

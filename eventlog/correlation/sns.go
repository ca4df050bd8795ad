package correlation

import "encoding/json"

// An envelope is the body of a message that SNS wrote, to SQS or by HTTP, without raw delivery.
type envelope struct {
	Type              string
	MessageID         string `json:"MessageId"`
	TopicArn          string
	Message           string
	MessageAttributes map[string]struct{ Type, Value string }
}

// FromSNS returns the ids of a message that SNS wrapped in an envelope, with the message itself, and reports whether
// body is such an envelope. In raw delivery there is none: see [FromSQS].
func FromSNS(body []byte) (ids IDs, message string, ok bool) {
	var e envelope
	if json.Unmarshal(body, &e) != nil || e.Type != "Notification" || e.TopicArn == "" || e.MessageID == "" {
		return IDs{}, "", false
	}
	return fromAttributes(func(name string) string { return e.MessageAttributes[name].Value }, ""), e.Message, true
}

// ToSNS puts i into the attributes of a message to a topic, as the one [Attribute], and reports whether it found room:
// raw delivery to SQS drops a message of more than [MaxAttributes].
func (i IDs) ToSNS(attributes map[string]string) bool { return i.addTo(attributes) }

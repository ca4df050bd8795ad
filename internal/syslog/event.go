package syslog

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// The names that AWS has for facilities and severities (Syslog ingestion gives kern, auth, local0, emerg, err, info as examples; the others are
// those of syslog(3) and RFC 5424 [R]).
var (
	facilities = [24]string{
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
		"ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
	}
	severities = [8]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}

	// levels are the severities of Cisco's marks.
	levels = [8]string{"emergency", "alert", "critical", "error", "warning", "notification", "informational", "debugging"}
)

// Limits of an event (PutLogEvents in the API reference).
const (
	eventOverhead = 26
	eventBytes    = 1<<20 - eventOverhead
	pastEvents    = 14 * 24 * time.Hour
	futureEvents  = 2 * time.Hour
)

// An event is a message that is to be stored.
type event struct {
	time int64 // ms since 1970
	text string
}

// A maker makes events. It is for one goroutine.
type maker struct {
	zone *time.Location
	json []byte
}

// event returns what becomes of a message that came from a peer; false if it is larger than an event may be. It keeps nothing of text.
//
// [R] It is JSON, in whose fields queries, filters and indexes look without knowing of syslog; AWS stores the text as it came and finds the fields
// beside it.
func (k *maker) event(text []byte, peer string, now time.Time) (event, bool) {
	text = bytes.TrimRight(text, "\r\n\x00")
	line := string(bytes.TrimLeft(text, " \r\n\x00"))
	m, ok := Parse(strings.TrimPrefix(line, byteOrder), Clock{now, k.zone})
	e := event{now.UnixMilli(), ""}
	if ok {
		if m.Host == "" {
			m.Host = peer // [R] as relays put it there (RFC 3164, 4.3.2)
		}
		k.json = m.AppendJSON(k.json[:0])
		if at := m.Time; !at.IsZero() && at.After(now.Add(-pastEvents)) && at.Before(now.Add(futureEvents)) {
			e.time = at.UnixMilli()
		}
		e.text = string(k.json)
	}
	if !ok || len(e.text) > eventBytes { // escapes may make it longer than it was
		e.text = strings.ToValidUTF8(string(text), "\ufffd")
	}
	if cap(k.json) > keptBuffer {
		k.json = nil
	}
	return e, len(e.text) <= eventBytes
}

// AppendJSON appends the message as a JSON object under AWS's names. What the message does not say is left out; what AWS has only for other
// forms is there for all, so that one query finds them.
func (m *Message) AppendJSON(dst []byte) []byte {
	code, severity := m.Priority&7, severities[m.Priority&7]
	if m.Cisco.Level >= 0 && m.Cisco.Device != "" {
		severity = levels[m.Cisco.Level]
	}
	dst = append(dst, `{"facility":"`...)
	dst = append(dst, facilities[m.Priority>>3]...)
	dst = strconv.AppendInt(append(dst, `","facilityCode":`...), int64(m.Priority>>3), 10)
	dst = append(append(dst, `,"severity":"`...), severity...)
	dst = strconv.AppendInt(append(dst, `","severityCode":`...), int64(code), 10)
	switch {
	case m.Stamp != "":
		dst = appendField(dst, "timestamp", m.Stamp)
	case !m.Time.IsZero():
		dst = append(dst, `,"timestamp":"`...)
		dst = append(m.Time.UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z07:00"), '"')
	}
	dst = appendField(dst, "hostname", m.Host)
	dst = appendField(dst, "appName", m.App)
	dst = appendField(dst, "procId", m.Process)
	dst = appendField(dst, "msgId", m.ID)
	if m.Data != "" {
		dst = appendData(append(dst, `,"structuredData":`...), m.Data)
	}
	dst = m.Cisco.append(dst)
	dst = jsonscan.AppendString(append(dst, `,"message":`...), m.Text)
	if m.Cisco.Device != "" {
		dst = appendPairs(dst, m.Text)
	}
	return append(dst, '}')
}

func (c *Cisco) append(dst []byte) []byte {
	if c.Device == "" {
		return dst
	}
	dst = appendField(dst, "device", c.Device)
	dst = appendField(dst, "deviceId", c.Named)
	if c.Level >= 0 {
		dst = strconv.AppendInt(append(dst, `,"severityLevel":`...), int64(c.Level), 10)
	}
	dst = appendField(dst, "subsystem", c.Subsystem)
	return appendField(dst, "messageId", c.Message)
}

// fields are the names of the fields that messages have; those of pairs never take their place.
const fields = " facility facilityCode severity severityCode timestamp hostname appName procId msgId structuredData device deviceId severityLevel subsystem messageId message "

// appendPairs appends the pairs of FTD's structured texts, each as a field, the first of a name. [R] The text stays too.
func appendPairs(dst []byte, text string) []byte {
	seen := map[string]bool{}
	eachPair(text, func(name, value string) {
		if !seen[name] && !strings.Contains(fields, " "+name+" ") {
			seen[name] = true
			dst = append(jsonscan.AppendString(append(dst, ','), name), ':')
			dst = jsonscan.AppendString(dst, value)
		}
	})
	return dst
}

// appendField appends a member behind another, unless it is empty.
func appendField(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(append(append(dst, `,"`...), name...), `":`...)
	return jsonscan.AppendString(dst, value)
}

package eventlog

import (
	"time"

	"github.com/groundwatch/groundwatch/eventlog/internal/number"
)

// stampLayout is how times are written: UTC, to the microsecond, always as wide, so that they sort as text.
const stampLayout = "2006-01-02T15:04:05.000000Z"

// secondLayout is the part of stampLayout that stays for a second.
const secondLayout = "2006-01-02T15:04:05."

// Seconds since 1970 of the first moment of the year 0 and of the year 10000. A year outside has more than four
// characters.
const (
	yearZero        = -62167219200
	yearTenThousand = 253402300800
)

// A second is the text of one second, kept for the times that follow within it.
type second struct {
	unix int64
	text [len(secondLayout)]byte
}

// set makes s the second unix, which lies in a year of four digits.
func (s *second) set(unix int64) {
	s.unix = unix
	time.Unix(unix, 0).UTC().AppendFormat(s.text[:0], secondLayout)
}

// appendTime appends t as a JSON string of stampLayout. A year before 0 or after 9999 makes it longer.
func (e *event) appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	unix := t.Unix()
	if unix < yearZero || unix >= yearTenThousand {
		return append(t.UTC().AppendFormat(b, stampLayout), '"')
	}
	if e.value.unix != unix || e.value.text[0] == 0 {
		e.value.set(unix)
	}
	b = append(b, e.value.text[:]...)
	b = number.AppendMicros(b, uint32(t.Nanosecond()/1000))
	return append(b, 'Z', '"')
}

package wire

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// Formats of timestamps, as in model.Member.TimeFormat.
const (
	DateTime     = "date-time"     // 2019-12-16T23:48:18.123Z
	HTTPDate     = "http-date"     // Mon, 16 Dec 2019 23:48:18 GMT
	EpochSeconds = "epoch-seconds" // 1576540098.123
)

// AWS's timestamps have milliseconds, and years that four digits hold.
const (
	minSeconds = -62_135_596_800 // 0001-01-01
	maxSeconds = 253_402_300_799 // 9999-12-31T23:59:59
)

// TimeFormat returns the format of f's timestamps: the member's, the shape's, or else the protocol's own.
func (f *Field) TimeFormat(protocol string) string {
	if f.Member.TimeFormat != "" {
		return f.Member.TimeFormat
	}
	if f.Plan.Shape.TimeFormat != "" {
		return f.Plan.Shape.TimeFormat
	}
	return protocol
}

// ParseTime reads a timestamp in that format. ok is false if text is none: Smithy refuses offsets from UTC in servers,
// and years beyond 1 to 9999.
func ParseTime(format, text string) (t time.Time, ok bool) {
	var err error
	switch format {
	case DateTime:
		if !strings.HasSuffix(text, "Z") && !strings.HasSuffix(text, "z") {
			return t, false
		}
		t, err = time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	case HTTPDate:
		t, err = time.Parse("Mon, 02 Jan 2006 15:04:05.999999999 GMT", text)
	default:
		f, ok := jsonscan.ParseFloat([]byte(text))
		if !ok {
			return t, false
		}
		return FromSeconds(f)
	}
	return t.UTC(), err == nil
}

// FromSeconds returns the time that is s seconds after 1970, to the millisecond. ok is false for what is no time.
func FromSeconds(s float64) (t time.Time, ok bool) {
	if !(s >= minSeconds && s <= maxSeconds) {
		return t, false
	}
	whole, frac := math.Modf(s)
	return time.UnixMilli(int64(whole)*1000 + int64(math.Round(frac*1000))).UTC(), true
}

// AppendTime appends t in that format, to the millisecond, without a fraction where that is zero.
func AppendTime(b []byte, format string, t time.Time) []byte {
	t = t.UTC()
	switch format {
	case DateTime:
		return t.Truncate(time.Millisecond).AppendFormat(b, "2006-01-02T15:04:05.999Z")
	case HTTPDate:
		return t.Truncate(time.Millisecond).AppendFormat(b, "Mon, 02 Jan 2006 15:04:05.999 GMT")
	}
	ms := t.UnixMilli()
	if ms%1000 == 0 {
		return strconv.AppendInt(b, ms/1000, 10)
	}
	return strconv.AppendFloat(b, float64(ms)/1000, 'f', -1, 64)
}

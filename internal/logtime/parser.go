// Package logtime reads the times that log files write, in lines of text and in the fields of JSON
// events. Which events have a time of their own that counts more is for others to say.
package logtime

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// A Parser reads times as log files write them. It remembers the last day it saw, so that reading
// the times of one day costs some nanoseconds each. The zero Parser is ready to use.
//
// A time without a zone is taken as UTC. Digits below a millisecond are cut off.
type Parser struct {
	day   string // the text of a date, 2006-01-02
	start int64  // of that day, in epoch milliseconds
	// year is the year to assume where a time has none and its month is not after month.
	year, month int
}

// SetYear makes the year of a file's last change the one of times without a year.
func (p *Parser) SetYear(changed time.Time) {
	p.year, p.month = 0, 0
	if !changed.IsZero() {
		p.year, p.month = changed.UTC().Year(), int(changed.UTC().Month())
	}
}

const (
	secondMillis = int64(1000)
	minuteMillis = 60 * secondMillis
	hourMillis   = 60 * minuteMillis
)

// ISO reads a date and time such as 2006-01-02T15:04:05.123Z at the start of s: "T", "t", "_" or a
// blank between date and time, "-" or "/" in the date, any number of digits after "." or ",", then
// nothing, "Z", " UTC", "+01:00", "+0100" or "+01", perhaps after a blank. n is how many bytes it took.
func (p *Parser) ISO(s []byte) (ms int64, n int, ok bool) {
	if len(s) < 19 || s[13] != ':' || s[16] != ':' {
		return 0, 0, false
	}
	switch s[10] {
	case 'T', ' ', 't', '_':
	default:
		return 0, 0, false
	}
	if string(s[:10]) != p.day && !p.newDay(s[:10]) {
		return 0, 0, false
	}
	h, m, sec := digits2(s[11:]), digits2(s[14:]), digits2(s[17:])
	if h > 23 || m > 59 || sec > 60 {
		return 0, 0, false
	}
	ms = p.start + int64(h)*hourMillis + int64(m)*minuteMillis + int64(sec)*secondMillis
	n = 19
	if n < len(s) && (s[n] == '.' || s[n] == ',') {
		frac, digits := fraction(s[n+1:])
		if digits > 0 {
			ms += frac
			n += 1 + digits
		}
	}
	offset, used := zone(s[n:])
	return ms - offset, n + used, true
}

// newDay makes the date s the remembered one.
func (p *Parser) newDay(s []byte) bool {
	y1, y2, m, d := digits2(s), digits2(s[2:]), digits2(s[5:]), digits2(s[8:])
	if s[4] != s[7] || s[4] != '-' && s[4] != '/' || y1 > 99 || y2 > 99 || m < 1 || m > 12 || d < 1 || d > 31 {
		return false
	}
	t := time.Date(y1*100+y2, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d {
		return false
	}
	p.day, p.start = string(s), t.UnixMilli()
	return true
}

// digits2 returns the number of the first two digits of s, more than 99 if they are no digits.
func digits2(s []byte) int {
	a, b := s[0]-'0', s[1]-'0'
	if a > 9 || b > 9 {
		return math.MaxInt
	}
	return int(a)*10 + int(b)
}

// fraction returns the milliseconds in a fraction of a second, and how many digits it has.
func fraction(s []byte) (ms int64, digits int) {
	scale := int64(100)
	for digits < len(s) && s[digits]-'0' <= 9 {
		ms += int64(s[digits]-'0') * scale
		scale /= 10
		digits++
	}
	return ms, digits
}

// zone reads a zone at the start of s: the milliseconds to take off to get UTC, and how many bytes it
// took; both are 0 where there is none.
func zone(s []byte) (offset int64, n int) {
	if len(s) > 0 && s[0] == 'Z' {
		return 0, 1
	}
	if len(s) >= 4 && (string(s[:4]) == " UTC" || string(s[:4]) == " GMT") {
		return 0, 4
	}
	if len(s) > 1 && s[0] == ' ' && (s[1] == '+' || s[1] == '-') {
		n = 1
	}
	if len(s) < n+3 || s[n] != '+' && s[n] != '-' {
		return 0, 0
	}
	h, m, end := digits2(s[n+1:]), 0, n+3
	switch {
	case len(s) >= end+3 && s[end] == ':':
		m = digits2(s[end+1:])
		end += 3
	case len(s) >= end+2 && digits2(s[end:]) <= 59:
		m = digits2(s[end:])
		end += 2
	}
	if h > 23 || m > 59 {
		return 0, 0
	}
	offset = int64(h)*hourMillis + int64(m)*minuteMillis
	if s[n] == '-' {
		offset = -offset
	}
	return offset, end
}

// Leading reads the time in a line of text, at its start or after a first word such as a level or the
// client's address. It knows the layouts of ISO, the access logs' [02/Jan/2006:15:04:05 -0700], the
// syslogs' "Jan  2 15:04:05" (with the year of the file) and <34>1 2006-01-02T15:04:05Z. Digits are an epoch
// only as the first word, with a blank after them, and only if the time is plausible: an account, an
// order's number or a telephone number is as long.
func (p *Parser) Leading(line []byte) (int64, bool) {
	s := line
	if len(s) > 0 && s[0] == '<' { // the priority of a syslog line, with version 1 after it or not
		if i := bytes.IndexByte(s[:min(len(s), 6)], '>'); i > 0 {
			s = bytes.TrimPrefix(s[i+1:], []byte("1 "))
		}
	}
	if ms, ok := p.here(s); ok {
		return ms, true
	}
	if ms, ok := firstEpoch(s); ok {
		return ms, true
	}
	if i := bytes.IndexAny(s[:min(len(s), 16)], " \t"); i > 0 {
		if ms, ok := p.here(bytes.TrimLeft(s[i:], " \t")); ok {
			return ms, true
		}
	}
	return p.accessLog(s)
}

// here reads a time at the very start of s, perhaps in brackets.
func (p *Parser) here(s []byte) (int64, bool) {
	if len(s) > 0 && (s[0] == '[' || s[0] == '(') {
		s = s[1:]
	}
	if len(s) == 0 {
		return 0, false
	}
	if s[0]-'0' > 9 {
		return p.monthFirst(s)
	}
	ms, _, ok := p.ISO(s)
	return ms, ok
}

// The epochs that text without a name is taken for, in milliseconds: from 2001-01-01 to 2100-01-01. So
// a dozen digits that are an AWS account are none (they would lie in 1973 to 2001, as milliseconds), nor
// are eleven.
const (
	plausibleFrom = 978_307_200_000
	plausibleTo   = 4_102_444_800_000
)

// firstEpoch reads a plausible epoch that is the first word of s, perhaps in brackets.
func firstEpoch(s []byte) (int64, bool) {
	if len(s) > 0 && (s[0] == '[' || s[0] == '(') {
		s = s[1:]
	}
	if len(s) == 0 || s[0]-'0' > 9 {
		return 0, false
	}
	i := bytes.IndexAny(s[:min(len(s), 24)], " \t]")
	if i < 10 {
		return 0, false
	}
	ms, ok := epochText(s[:i])
	return ms, ok && plausibleFrom <= ms && ms < plausibleTo
}

var monthNames = []byte("JanFebMarAprMayJunJulAugSepOctNovDec")

// monthNumber returns the month, from 1, of its three-letter name at the start of s; 0 if it is none.
func monthNumber(s []byte) int {
	if len(s) < 3 {
		return 0
	}
	if i := bytes.Index(monthNames, s[:3]); i >= 0 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

// monthFirst reads "Jan  2 15:04:05". Such a time has no year: it is the newest one not after the
// month of the file's last change.
func (p *Parser) monthFirst(s []byte) (int64, bool) {
	month := monthNumber(s)
	if month == 0 || p.year == 0 || len(s) < 15 || s[3] != ' ' || s[6] != ' ' || s[9] != ':' || s[12] != ':' {
		return 0, false
	}
	day := int(s[5] - '0')
	if s[4] != ' ' {
		day = digits2(s[4:])
	}
	year := p.year
	if month > p.month {
		year--
	}
	return civil(year, month, day, digits2(s[7:]), digits2(s[10:]), digits2(s[13:]))
}

// accessLog reads "[02/Jan/2006:15:04:05 -0700]" within the first 256 bytes of s.
func (p *Parser) accessLog(s []byte) (int64, bool) {
	s = s[:min(len(s), 256)]
	i := bytes.IndexByte(s, '[')
	if i < 0 || len(s) < i+27 {
		return 0, false
	}
	s = s[i+1:]
	if s[2] != '/' || s[6] != '/' || s[11] != ':' || s[14] != ':' || s[17] != ':' {
		return 0, false
	}
	y1, y2 := digits2(s[7:]), digits2(s[9:])
	if y1 > 99 || y2 > 99 {
		return 0, false
	}
	ms, ok := civil(y1*100+y2, monthNumber(s[3:]), digits2(s), digits2(s[12:]), digits2(s[15:]), digits2(s[18:]))
	offset, _ := zone(s[20:])
	return ms - offset, ok
}

// civil returns a date and time in UTC as epoch milliseconds, if it exists.
func civil(year, month, day, hour, minute, second int) (int64, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).UnixMilli(), true
}

// Epoch returns a number as epoch milliseconds. Its size tells the unit: below 1e11 seconds (the year
// 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds. Numbers below 1e8 (1973)
// are more likely durations or counters, and no times.
func Epoch(v float64) (int64, bool) {
	switch {
	case v < 1e8 || math.IsNaN(v):
		return 0, false
	case v < 1e11:
		return int64(math.Floor(v*1e3 + 1e-4)), true // 1e-4 undoes what 1522334402.823 loses in binary
	case v < 1e14:
		return int64(v), true
	case v < 1e17:
		return int64(v / 1e3), true
	case v < 1<<63:
		return int64(v / 1e6), true
	}
	return 0, false
}

// EpochInt is Epoch for whole numbers, exact.
func EpochInt(v int64) (int64, bool) {
	switch {
	case v < 1e8:
		return 0, false
	case v < 1e11:
		return v * 1e3, true
	case v < 1e14:
		return v, true
	case v < 1e17:
		return v / 1e3, true
	}
	return v / 1e6, true
}

// epochText is Epoch for digits, with a fraction or without.
func epochText(s []byte) (int64, bool) {
	point := false
	for i, c := range s {
		if c == '.' && !point && i > 0 {
			point = true
		} else if c-'0' > 9 {
			return 0, false
		}
	}
	if !point {
		v, err := strconv.ParseInt(string(s), 10, 64)
		if err != nil {
			return 0, false
		}
		return EpochInt(v)
	}
	v, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		return 0, false
	}
	return Epoch(v)
}

// Text reads the text of a JSON string as a time: a whole time in a layout of ISO, or epoch digits.
func (p *Parser) Text(s []byte) (int64, bool) {
	if ms, n, ok := p.ISO(s); ok {
		return ms, n == len(s) || s[n] == ' '
	}
	if len(s) == 10 && p.newDay(s) {
		return p.start, true
	}
	return epochText(s)
}

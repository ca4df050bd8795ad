package syslog

import (
	"strconv"
	"strings"
	"time"
)

// bsdTime reads "Oct 11 22:14:15" at the start of s, with a fraction, and with a year in front, behind the day or behind the time. n is how many bytes it
// took, 0 if it is none. Without a year it is the one that brings the time nearest to now: in January come messages of December.
func bsdTime(s string, c Clock) (at time.Time, n int) {
	weekday := 0
	if len(s) > 4 && s[3] == ' ' && strings.Contains("Mon Tue Wed Thu Fri Sat Sun ", s[:4]) {
		weekday = 4
		s = s[weekday:]
	}
	year, n := yearHere(s)
	month := monthOf(s[n:])
	if month == 0 {
		return at, 0
	}
	n += 3
	n += blanks(s[n:])
	day, used := number(s[n:], 2)
	n += used
	if day == 0 || n == len(s) || s[n] != ' ' {
		return at, 0
	}
	n += blanks(s[n:])
	if year == 0 {
		year, used = yearHere(s[n:])
		n += used
	}
	since, used := clockHere(s[n:])
	if used == 0 {
		return at, 0
	}
	n += used
	zone, used := zoneHere(s[n:], c.Zone)
	n += used
	if year == 0 && strings.HasPrefix(s[n:], " ") {
		year, used = yearHere(s[n+1:])
		n += used // the blank in front instead of the one behind
	}
	in := func(year int) time.Time {
		return time.Date(year, month, day, since[0], since[1], since[2], since[3], zone)
	}
	if year == 0 {
		year = nearest(c.Now.In(zone), in)
	}
	if time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Day() != day {
		return at, 0
	}
	return in(year), weekday + n
}

// clockHere reads 15:04:05.123456789: hours, minutes, seconds and nanoseconds.
func clockHere(s string) (parts [4]int, n int) {
	for i, most := range [...]int{23, 59, 60} {
		if i > 0 {
			if n == len(s) || s[n] != ':' {
				return parts, 0
			}
			n++
		}
		v, used := number(s[n:], 2)
		if used == 0 || v > most {
			return parts, 0
		}
		parts[i] = v
		n += used
	}
	ns, used := fraction(s[n:])
	parts[3] = ns
	return parts, n + used
}

// nearest returns the year in which what in returns is nearest to now.
func nearest(now time.Time, in func(year int) time.Time) int {
	best, least := now.Year(), time.Duration(1<<63-1)
	for year := now.Year() - 1; year <= now.Year()+1; year++ {
		if d := in(year).Sub(now).Abs(); d < least {
			best, least = year, d
		}
	}
	return best
}

// isoTime reads a date and time such as 2006-01-02T15:04:05.123+01:00 at the start of s, "T" or a blank between the two, "-" or "/" in the date. n is
// how many bytes it took, 0 if it is none.
func isoTime(s string, c Clock) (at time.Time, n int) {
	if len(s) < 19 || s[4] != s[7] || s[4] != '-' && s[4] != '/' || s[10] != 'T' && s[10] != ' ' && s[10] != 't' {
		return at, 0
	}
	year, a := number(s, 4)
	month, b := number(s[5:], 2)
	day, d := number(s[8:], 2)
	since, used := clockHere(s[11:])
	if a != 4 || b != 2 || d != 2 || month < 1 || month > 12 || used < len("15:04:05") {
		return at, 0
	}
	if time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day {
		return at, 0
	}
	n = 11 + used
	zone, used := zoneHere(s[n:], c.Zone)
	return time.Date(year, time.Month(month), day, since[0], since[1], since[2], since[3], zone), n + used
}

// epoch reads seconds since 1970 of this century, with a fraction or without.
func epoch(word string) (time.Time, bool) {
	seconds, part, _ := strings.Cut(word, ".")
	if len(seconds) != 10 || strings.Trim(seconds+part, "0123456789") != "" || len(part) > 9 {
		return time.Time{}, false
	}
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	ns, _ := fraction("." + part)
	return time.Unix(s, int64(ns)), true
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// monthOf returns the month that s begins with, in front of a blank; 0 if it does not.
func monthOf(s string) time.Month {
	if len(s) < 4 || s[3] != ' ' {
		return 0
	}
	for i := 0; i < len(months); i += 3 {
		if s[:3] == months[i:i+3] {
			return time.Month(i/3 + 1)
		}
	}
	return 0
}

func blanks(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// number reads at most that many digits.
func number(s string, digits int) (v, n int) {
	for n < len(s) && n < digits && isDigit(s[n]) {
		v = v*10 + int(s[n]-'0')
		n++
	}
	return v, n
}

// yearHere reads a year of four digits from 1970 on and the blank behind it.
func yearHere(s string) (year, n int) {
	year, n = number(s, 4)
	if n < 4 || year < 1970 || n == len(s) || s[n] != ' ' {
		return 0, 0
	}
	return year, n + 1
}

// fraction reads the fraction of a second in nanoseconds; digits below them are cut off.
func fraction(s string) (ns, n int) {
	if len(s) < 2 || s[0] != '.' && s[0] != ',' || !isDigit(s[1]) {
		return 0, 0
	}
	scale := 100_000_000
	for n = 1; n < len(s) && isDigit(s[n]); n++ {
		ns += int(s[n]-'0') * scale
		scale /= 10
	}
	return ns, n
}

// zoneHere reads "Z", "+01:00", "+0100", " UTC", " GMT" or another abbreviation in front of a colon, which says nothing: many places share one.
func zoneHere(s string, usual *time.Location) (*time.Location, int) {
	if strings.HasPrefix(s, "Z") || strings.HasPrefix(s, "z") {
		return time.UTC, 1
	}
	if len(s) >= 5 && (s[0] == '+' || s[0] == '-') {
		h, a := number(s[1:], 2)
		at := 3
		if s[at] == ':' {
			at++
		}
		m, b := number(s[at:], 2)
		if a == 2 && b == 2 && h < 24 && m < 60 {
			offset := h*3600 + m*60
			if s[0] == '-' {
				offset = -offset
			}
			return fixedZone(offset), at + 2
		}
	}
	if len(s) > 1 && s[0] == ' ' {
		n := 1
		for n < len(s) && n < 7 && s[n]-'A' < 26 {
			n++
		}
		if n < 4 || n < len(s) && s[n] != ':' && s[n] != ' ' {
			return usual, 0
		}
		if utc := s[1:n] == "UTC" || s[1:n] == "GMT"; utc {
			return time.UTC, n
		}
		if strings.HasPrefix(s[n:], ": ") {
			return usual, n
		}
	}
	return usual, 0
}

// fixedZone returns a zone that is so many seconds east of UTC.
func fixedZone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}

package function

import (
	"fmt"
	"strconv"
	"time"
)

// A timeCode appends one part of a time.
type timeCode func(dst []byte, t time.Time) []byte

// timeCodes are the strftime codes that formatDate knows: those of C99, and of the extensions what log tools use: %f for
// microseconds, %L for milliseconds, %N for nanoseconds, %s for epoch seconds.
var timeCodes = map[byte]timeCode{
	'a': layout("Mon"), 'A': layout("Monday"), 'b': layout("Jan"), 'B': layout("January"), 'h': layout("Jan"),
	'c': layout("Mon Jan _2 15:04:05 2006"), 'D': layout("01/02/06"), 'F': layout("2006-01-02"), 'p': layout("PM"), 'P': layout("pm"),
	'r': layout("03:04:05 PM"), 'R': layout("15:04"), 'T': layout("15:04:05"), 'x': layout("01/02/06"), 'X': layout("15:04:05"),
	'z': layout("-0700"), 'Z': layout("MST"), 'n': layout("\n"), 't': layout("\t"), '%': layout("%"),
	'C': digits(2, '0', func(t time.Time) int { return t.Year() / 100 }),
	'd': digits(2, '0', time.Time.Day),
	'e': digits(2, ' ', time.Time.Day),
	'f': digits(6, '0', func(t time.Time) int { return t.Nanosecond() / 1000 }),
	'g': digits(2, '0', func(t time.Time) int { return isoYear(t) % 100 }),
	'G': digits(4, '0', isoYear),
	'H': digits(2, '0', time.Time.Hour),
	'I': digits(2, '0', hour12),
	'j': digits(3, '0', time.Time.YearDay),
	'k': digits(2, ' ', time.Time.Hour),
	'l': digits(2, ' ', hour12),
	'L': digits(3, '0', func(t time.Time) int { return t.Nanosecond() / 1_000_000 }),
	'm': digits(2, '0', func(t time.Time) int { return int(t.Month()) }),
	'M': digits(2, '0', time.Time.Minute),
	'N': digits(9, '0', time.Time.Nanosecond),
	's': digits(1, '0', func(t time.Time) int { return int(t.Unix()) }),
	'S': digits(2, '0', time.Time.Second),
	'u': digits(1, '0', func(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }),
	'U': digits(2, '0', func(t time.Time) int { return (t.YearDay() + 6 - int(t.Weekday())) / 7 }),
	'V': digits(2, '0', func(t time.Time) int { _, week := t.ISOWeek(); return week }),
	'w': digits(1, '0', func(t time.Time) int { return int(t.Weekday()) }),
	'W': digits(2, '0', func(t time.Time) int { return (t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7 }),
	'y': digits(2, '0', func(t time.Time) int { return t.Year() % 100 }),
	'Y': digits(4, '0', time.Time.Year),
}

func layout(layout string) timeCode {
	return func(dst []byte, t time.Time) []byte { return t.AppendFormat(dst, layout) }
}

// digits makes the code of a number that is padded on the left to a width.
func digits(width int, pad byte, of func(time.Time) int) timeCode {
	return func(dst []byte, t time.Time) []byte {
		text := strconv.Itoa(of(t))
		for range width - len(text) {
			dst = append(dst, pad)
		}
		return append(dst, text...)
	}
}

func isoYear(t time.Time) int { year, _ := t.ISOWeek(); return year }

func hour12(t time.Time) int { return (t.Hour()+11)%12 + 1 }

// appendStrftime appends t as format says. A minus between % and the letter drops the padding of a number.
func appendStrftime(dst []byte, t time.Time, format string) ([]byte, error) {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			dst = append(dst, format[i])
			continue
		}
		i++
		bare := i < len(format) && format[i] == '-'
		if bare {
			i++
		}
		if i == len(format) {
			return dst, fmt.Errorf("date format %q: ends in the middle of a code", format)
		}
		code, ok := timeCodes[format[i]]
		if !ok {
			return dst, fmt.Errorf("date format %q: unknown code %%%c", format, format[i])
		}
		start := len(dst)
		dst = code(dst, t)
		if bare {
			dst = unpad(dst, start)
		}
	}
	return dst, nil
}

// unpad drops zeros and blanks from dst[start:], but not its last character.
func unpad(dst []byte, start int) []byte {
	i := start
	for i < len(dst)-1 && (dst[i] == '0' || dst[i] == ' ') {
		i++
	}
	return append(dst[:start], dst[i:]...)
}

package syntax

import (
	"strconv"
	"strings"
)

// units spells each unit of time; the first spelling is the canonical one.
var units = [...][]string{
	Millisecond: {"ms", "msec", "millisecond"},
	Second:      {"s", "sec", "second"},
	Minute:      {"m", "min", "minute"},
	Hour:        {"h", "hr", "hour"},
	Day:         {"d", "day"},
	Week:        {"w", "week"},
	Month:       {"mo", "mon", "month"},
	Quarter:     {"q", "qtr", "quarter"},
	Year:        {"y", "yr", "year"},
}

// String returns the unit's shortest spelling, such as "mo".
func (u Unit) String() string { return units[u][0] }

// unitNamed returns the unit that s spells, or 0. Spellings of more than one letter may take a
// plural s.
//
// Case is ignored, which is our choice: BIN(5M) is five minutes, as all words of the language are
// read without regard to case.
func unitNamed(s string) Unit {
	for u, spellings := range units {
		for _, w := range spellings {
			if strings.EqualFold(s, w) || len(w) > 1 && strings.EqualFold(s, w+"s") {
				return Unit(u)
			}
		}
	}
	return 0
}

// ParsePeriod reads a whole number directly followed by a unit of time, such as 5m, 2hrs or
// 300s. It accepts no sign and no blanks, and refuses numbers beyond 64 bits. The result has no
// Span.
func ParsePeriod(s string) (Period, bool) {
	digits := 0
	for digits < len(s) && isDigit(rune(s[digits])) {
		digits++
	}
	n, err := strconv.ParseInt(s[:digits], 10, 64)
	unit := unitNamed(s[digits:])
	if err != nil || unit == 0 {
		return Period{}, false
	}
	return Period{N: n, Unit: unit}, true
}

// String returns the period as ParsePeriod reads it, such as "5m".
func (p *Period) String() string { return strconv.FormatInt(p.N, 10) + p.Unit.String() }

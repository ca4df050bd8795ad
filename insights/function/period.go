package function

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// A Period is the length of time buckets: a fixed number of milliseconds, or a number of calendar
// months. The zero Period is not valid; ParsePeriod makes one.
type Period struct {
	ms     int64 // length; 0 for calendar periods
	shift  int64 // a bucket starts here, in epoch milliseconds, at or before 1970-01-01
	months int64 // length in calendar months; 0 for fixed periods
}

const day = 24 * 60 * 60 * 1000 // milliseconds

// maxPeriodYears bounds a period, so that no arithmetic on times overflows.
const maxPeriodYears = 10_000

// A unit is a unit of time with its spellings. Those of more than one letter may take a plural s.
type unit struct {
	names  []string
	ms     int64
	months int64
	max    int64 // larger numbers are silently cut to it; 0 means they are not
}

// units are the units of CWL_QuerySyntax-operations-functions, with the documented caps.
var units = []unit{
	{names: []string{"ms", "msec", "millisecond"}, ms: 1, max: 1000},
	{names: []string{"s", "sec", "second"}, ms: 1000, max: 60},
	{names: []string{"m", "min", "minute"}, ms: 60_000, max: 60},
	{names: []string{"h", "hr", "hour"}, ms: 3_600_000, max: 24},
	{names: []string{"d", "day"}, ms: day},
	{names: []string{"w", "week"}, ms: 7 * day},
	{names: []string{"mo", "mon", "month"}, months: 1},
	{names: []string{"q", "qtr", "quarter"}, months: 3},
	{names: []string{"y", "yr", "year"}, months: 12},
}

// ParsePeriod reads a period such as 5m, 300s, 1hr or 2 weeks. Numbers above a unit's cap are cut
// to it, so 300s is 60s. A number below 1 and an unknown unit are errors.
func ParsePeriod(text string) (Period, error) {
	s := strings.ToLower(strings.TrimSpace(text))
	digits := strings.TrimLeft(s, "+-0123456789")
	number, name := s[:len(s)-len(digits)], strings.TrimSpace(digits)
	if number == "" || name == "" {
		return Period{}, fmt.Errorf("period %q: want a number with a unit of time, such as 5m", text)
	}
	u, ok := unitOf(name)
	if !ok {
		return Period{}, fmt.Errorf("period %q: unknown unit %q, want one of ms, s, m, h, d, w, mo, q, y", text, name)
	}
	n, err := strconv.ParseInt(number, 10, 64) // out of range, it is the nearest number that fits
	if n < 1 || err != nil && !errors.Is(err, strconv.ErrRange) {
		return Period{}, fmt.Errorf("period %q: got %s, want 1 or more", text, number)
	}
	if u.max > 0 {
		n = min(n, u.max)
	}
	if longest := u.longest(); n > longest {
		return Period{}, fmt.Errorf("period %q: got %s, want at most %d %ss", text, number, longest, u.names[len(u.names)-1])
	}
	return newPeriod(u, n), nil
}

// longest returns how many of u make maxPeriodYears.
func (u unit) longest() int64 {
	if u.months > 0 {
		return maxPeriodYears * 12 / u.months
	}
	return maxPeriodYears * 365 * day / u.ms
}

// unitOf finds a unit by any of its spellings.
func unitOf(name string) (unit, bool) {
	for _, u := range units {
		for _, spelling := range u.names {
			if name == spelling || len(spelling) > 1 && name == spelling+"s" {
				return u, true
			}
		}
	}
	return unit{}, false
}

// newPeriod decides where buckets lie, which is not documented ([R] §7.3): milliseconds to days
// count from 1970-01-01T00:00:00Z, weeks start on Monday, months, quarters and years follow the
// calendar and multiples of them count from January 1970. All in UTC.
func newPeriod(u unit, n int64) Period {
	p := Period{ms: n * u.ms, months: n * u.months}
	if u.ms == 7*day {
		p.shift = -3 * day // Monday, 1969-12-29
	}
	return p
}

// Floor returns the start of the bucket that holds ms, both in epoch milliseconds.
func (p Period) Floor(ms int64) int64 {
	if p.ms != 0 {
		r := (ms - p.shift) % p.ms
		if r < 0 {
			r += p.ms
		}
		return ms - r
	}
	m := monthOf(ms)
	return monthStart(m - mod(m, p.months))
}

// Next returns the start of the bucket after the one that starts at floor.
func (p Period) Next(floor int64) int64 {
	if p.ms != 0 {
		return floor + p.ms
	}
	return monthStart(monthOf(floor) + p.months)
}

// Ceil returns the first start of a bucket at or after ms.
func (p Period) Ceil(ms int64) int64 {
	floor := p.Floor(ms)
	if floor == ms {
		return ms
	}
	return p.Next(floor)
}

// Millis returns the length of the period in milliseconds; ok is false for calendar months, quarters
// and years, which have no fixed length.
func (p Period) Millis() (ms int64, ok bool) { return p.ms, p.ms != 0 }

func mod(a, b int64) int64 {
	r := a % b
	if r < 0 {
		r += b
	}
	return r
}

// monthOf returns the number of whole months from January 1970 to ms.
func monthOf(ms int64) int64 {
	days := (ms - mod(ms, day)) / day
	// Years of 365.2425 days that begin on 1 March, in eras of 400: the leap day is then a year's last.
	z := days + 719468 // days since 0000-03-01
	era := (z - mod(z, 146097)) / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	return (yoe+era*400)*12 + (5*doy+2)/153 + 2 - 1970*12
}

// monthStart returns the first millisecond of month m, counted from January 1970.
func monthStart(m int64) int64 {
	m += 1970*12 - 2 // months since 0000-03
	y := (m - mod(m, 12)) / 12
	era := (y - mod(y, 400)) / 400
	yoe := y - era*400
	doy := (153*mod(m, 12) + 2) / 5
	return (era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468) * day
}

// checkPeriod judges a literal second argument.
func checkPeriod(args []*column.Value) error {
	text, ok := literalText(args, 1)
	if !ok {
		return nil
	}
	_, err := ParsePeriod(text)
	return err
}

// periodOf reads a period given as an argument.
func periodOf(v column.Value) (Period, bool) {
	s, ok := TextOf(v)
	if !ok {
		return Period{}, false
	}
	p, err := ParsePeriod(s)
	return p, err == nil
}

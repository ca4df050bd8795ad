package schedule

import (
	"fmt"
	"strings"
	"time"
)

// A Cron is due at the minutes that six fields name, as EventBridge has them: minutes, hours, day of month, month, day of week, year.
type Cron struct {
	text           string
	minutes, hours bits
	months         bits
	days           monthDays
	weekdays       weekDays
	years          bits // from firstYear on
}

// The years that a field can name (EventBridge, cron expressions).
const (
	firstYear = 1970
	lastYear  = 2199
)

var (
	monthNames   = strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
	weekdayNames = strings.Fields("SUN MON TUE WED THU FRI SAT")
)

func parseCron(text string, fields []string) (Schedule, error) {
	if len(fields) != 6 {
		return nil, fmt.Errorf("schedule %q: found %d fields, want 6: minutes, hours, day of month, month, day of week, year", text, len(fields))
	}
	c := &Cron{text: text}
	for _, f := range []struct {
		name string
		text string
		read func(string) error
	}{
		{"minutes", fields[0], c.minutes.reader(0, 59, nil)},
		{"hours", fields[1], c.hours.reader(0, 23, nil)},
		{"day of month", fields[2], c.days.read},
		{"month", fields[3], c.months.reader(1, 12, monthNames)},
		{"day of week", fields[4], c.weekdays.read},
		{"year", fields[5], c.years.reader(firstYear, lastYear, nil)},
	} {
		if err := f.read(strings.ToUpper(f.text)); err != nil {
			return nil, fmt.Errorf("schedule %q: %s %q: %w", text, f.name, f.text, err)
		}
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return nil, fmt.Errorf("schedule %q: want ? for exactly one of day of month and day of week", text)
	}
	return c, nil
}

// Next implements Schedule. [R] A time that the place's clocks leave out is skipped, and of one that they show twice only the second counts. EventBridge
// Scheduler skips the one and takes one of the other, too.
func (c *Cron) Next(after, _ time.Time, place *time.Location) (time.Time, bool) {
	local := after.In(place)
	year, month, day := local.Date()
	for date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC); date.Year() <= lastYear; {
		switch {
		case !c.years.has(date.Year()):
			date = time.Date(date.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
			continue
		case !c.months.has(int(date.Month())):
			date = time.Date(date.Year(), date.Month()+1, 1, 0, 0, 0, 0, time.UTC)
			continue
		}
		if c.days.has(date) && c.weekdays.has(date) {
			if t, ok := c.onDay(date, after, place); ok {
				return t, true
			}
		}
		date = date.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// onDay returns the first time after a time on a day.
func (c *Cron) onDay(date, after time.Time, place *time.Location) (time.Time, bool) {
	for hour := range 24 {
		if !c.hours.has(hour) {
			continue
		}
		for minute := range 60 {
			if !c.minutes.has(minute) {
				continue
			}
			t := time.Date(date.Year(), date.Month(), date.Day(), hour, minute, 0, 0, place)
			if t.After(after) && t.Hour() == hour && t.Minute() == minute {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

func (c *Cron) String() string { return c.text }

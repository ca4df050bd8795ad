// Package schedule reads the schedule expressions of AWS, cron(...), rate(...) and at(...), and tells when they are due. Who runs what
// then, and what becomes of runs that were missed, is for others to say.
package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Schedule tells when something is due.
type Schedule interface {
	// Next returns the first time after a time at which it is due, to the second; false if there is none. Cron and At mean the clock of a
	// place. Rates are counted from start.
	Next(after, start time.Time, place *time.Location) (time.Time, bool)

	// String returns the expression as it was read.
	String() string
}

// Parse reads an expression. Its error says what is wrong with it.
func Parse(text string) (Schedule, error) {
	kind, rest, ok := strings.Cut(text, "(")
	inside, closed := strings.CutSuffix(rest, ")")
	if !ok || !closed {
		return nil, fmt.Errorf("schedule %q: want cron(...), rate(...) or at(...)", text)
	}
	switch kind {
	case "cron":
		return parseCron(text, strings.Fields(inside))
	case "rate":
		return parseRate(text, strings.Fields(inside))
	case "at":
		return parseAt(text, inside)
	}
	return nil, fmt.Errorf("schedule %q: want cron(...), rate(...) or at(...), found %q", text, kind)
}

// A Rate is due again and again after the same time.
type Rate struct {
	text  string
	Every time.Duration
}

// maxRate bounds a rate: a longer one overflows nothing, but means no schedule.
const maxRate = 100 * 366 * 24 * time.Hour

// parseRate reads a number and a unit, which is in the singular for 1 alone.
func parseRate(text string, words []string) (Schedule, error) {
	if len(words) != 2 {
		return nil, fmt.Errorf("schedule %q: want rate(value unit)", text)
	}
	n, err := strconv.ParseInt(words[0], 10, 32)
	if err != nil || n < 1 {
		return nil, fmt.Errorf("schedule %q: found the value %q, want a number of at least 1", text, words[0])
	}
	for _, u := range []struct {
		name string
		unit time.Duration
	}{{"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}} {
		one, many := u.name, u.name+"s"
		if words[1] != one && words[1] != many {
			continue
		}
		if (n == 1) != (words[1] == one) {
			return nil, fmt.Errorf("schedule %q: found %d %s, want %s for 1 and %s for more", text, n, words[1], one, many)
		}
		if n > int64(maxRate/u.unit) {
			return nil, fmt.Errorf("schedule %q: want a hundred years at most", text)
		}
		return Rate{text, time.Duration(n) * u.unit}, nil
	}
	return nil, fmt.Errorf("schedule %q: found the unit %q, want minutes, hours or days", text, words[1])
}

// Next implements Schedule. It is due for the first time one period after start.
func (r Rate) Next(after, start time.Time, _ *time.Location) (time.Time, bool) {
	if after.Before(start) {
		return start.Add(r.Every), true
	}
	return start.Add((after.Sub(start)/r.Every + 1) * r.Every), true
}

func (r Rate) String() string { return r.text }

// An At is due once.
type At struct {
	text  string
	clock time.Time // in UTC; what a clock of the place shows
}

func parseAt(text, inside string) (Schedule, error) {
	clock, err := time.Parse("2006-01-02T15:04:05", inside)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: found the time %q, want one such as 2026-11-21T09:30:00", text, inside)
	}
	return At{text, clock}, nil
}

// Next implements Schedule. A time that the place's clocks leave out is the one after as many minutes.
func (a At) Next(after, _ time.Time, place *time.Location) (time.Time, bool) {
	c := a.clock
	t := time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), 0, place)
	return t, t.After(after)
}

func (a At) String() string { return a.text }

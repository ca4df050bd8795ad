package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bits are the values of a field of numbers.
type bits struct {
	first int
	set   []bool // from first on
}

func (b *bits) has(n int) bool {
	return n >= b.first && n-b.first < len(b.set) && b.set[n-b.first]
}

// reader returns what reads a field of numbers from first to last, which may have names.
func (b *bits) reader(first, last int, names []string) func(text string) error {
	return func(text string) error {
		b.first, b.set = first, make([]bool, last-first+1)
		for item := range strings.SplitSeq(text, ",") {
			if err := b.add(item, names); err != nil {
				return err
			}
		}
		return nil
	}
}

// add reads one of the items between commas: *, a value, a range, each with a step or without.
func (b *bits) add(item string, names []string) error {
	last := b.first + len(b.set) - 1
	values, step, stepped := strings.Cut(item, "/")
	from, to := b.first, last
	var err error
	if values != "*" {
		start, end, isRange := strings.Cut(values, "-")
		if from, err = b.value(start, names); err != nil {
			return err
		}
		switch {
		case isRange:
			if to, err = b.value(end, names); err != nil {
				return err
			}
		case !stepped:
			to = from
		}
	}
	by := 1
	if stepped {
		if by, err = strconv.Atoi(step); err != nil || by < 1 || by > last {
			return fmt.Errorf("found the step %q, want 1 to %d", step, last)
		}
	}
	if from > to {
		return fmt.Errorf("the range %q ends before it begins", values)
	}
	for n := from; n <= to; n += by {
		b.set[n-b.first] = true
	}
	return nil
}

// value reads a number or a name.
func (b *bits) value(text string, names []string) (int, error) {
	last := b.first + len(b.set) - 1
	if i := slices.Index(names, text); i >= 0 {
		return b.first + i, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < b.first || n > last || strings.HasPrefix(text, "+") {
		return 0, fmt.Errorf("found %q, want %d to %d", text, b.first, last)
	}
	return n, nil
}

// monthDays are the days that the field day of month names.
type monthDays struct {
	any  bool // "?"
	last bool // "L"
	near int  // "15W": the weekday nearest to the 15th; -1 for "LW"
	bits bits
}

func (d *monthDays) read(text string) error {
	near, isNear := strings.CutSuffix(text, "W")
	switch {
	case text == "?":
		d.any = true
	case text == "L":
		d.last = true
	case text == "LW":
		d.near = -1
	case isNear:
		n, err := strconv.Atoi(near)
		if err != nil || n < 1 || n > 31 {
			return errors.New("want a day from 1 to 31 before W")
		}
		d.near = n
	default:
		return d.bits.reader(1, 31, nil)(text)
	}
	return nil
}

// has tells whether a date is one of the days. A month without the day before W has none.
func (d *monthDays) has(date time.Time) bool {
	last := time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	switch {
	case d.any:
		return true
	case d.last:
		return date.Day() == last
	case d.near != 0:
		want := d.near
		if want < 0 {
			want = last
		}
		return want <= last && date.Day() == nearestWeekday(date, want, last)
	}
	return d.bits.has(date.Day())
}

// nearestWeekday returns the day from Monday to Friday that is nearest to a day of the month, without leaving the month.
func nearestWeekday(date time.Time, day, last int) int {
	switch time.Date(date.Year(), date.Month(), day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == last {
			return day - 2
		}
		return day + 1
	}
	return day
}

// weekDays are the days that the field day of week names: 1 is Sunday.
type weekDays struct {
	any  bool
	last int // "6L": the last Friday of the month
	nth  int // "6#3": the third Friday
	day  int
	bits bits
}

func (d *weekDays) read(text string) error {
	one := bits{first: 1, set: make([]bool, 7)}
	day, nth, isNth := strings.Cut(text, "#")
	last, isLast := strings.CutSuffix(text, "L")
	var err error
	switch {
	case text == "?":
		d.any = true
	case text == "L": // Saturday, of every week
		return d.bits.reader(1, 7, nil)("7")
	case isNth:
		if d.day, err = one.value(day, weekdayNames); err != nil {
			return err
		}
		if d.nth, err = strconv.Atoi(nth); err != nil || d.nth < 1 || d.nth > 5 {
			return errors.New("want 1 to 5 behind #")
		}
	case isLast:
		d.last, err = one.value(last, weekdayNames)
		return err
	default:
		return d.bits.reader(1, 7, weekdayNames)(text)
	}
	return nil
}

func (d *weekDays) has(date time.Time) bool {
	weekday := int(date.Weekday()) + 1
	switch {
	case d.any:
		return true
	case d.nth != 0:
		return weekday == d.day && (date.Day()-1)/7+1 == d.nth
	case d.last != 0:
		return weekday == d.last && date.AddDate(0, 0, 7).Month() != date.Month()
	}
	return d.bits.has(weekday)
}

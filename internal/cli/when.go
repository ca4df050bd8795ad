package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// layouts are the forms in which a moment may be written besides ages and epochs. Those without a zone
// are read in the zone of --time-zone.
var layouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04",
	"2006-01-02 15:04",
	"2006-01-02",
}

// ageUnits are the units of an age such as 2h30m or 3d.
var ageUnits = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour,
	"d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// parseWhen reads a moment: now, today, yesterday, an age before now (15m, 2h30m, 3d), a date or time, or an
// epoch in seconds or milliseconds.
func parseWhen(text string, now time.Time, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	now = now.In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	switch strings.ToLower(text) {
	case "now":
		return now, nil
	case "today":
		return midnight, nil
	case "yesterday":
		return midnight.AddDate(0, 0, -1), nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if 0 < n && n < leastEpoch {
			return time.Time{}, fmt.Errorf("time %q: a number alone is an epoch, and this one is of 1970; want a unit: %sm, %sh, %sd", text, text, text, text)
		}
		return epoch(n), nil
	}
	if age, ok := parseAge(text); ok {
		return now.Add(-age), nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q: want an age such as 15m, 2h30m or 3d, a time such as 2026-01-31T15:04:05Z or 2026-01-31, now, today, yesterday, or an epoch", text)
}

// leastEpoch is the least number above 0 that is taken for an epoch. It is in April 1970, which nobody asks for; smaller ones are ages
// without their units.
const leastEpoch = 10_000_000

// epoch reads seconds or, from 100,000,000,000 on, milliseconds since 1970: that many seconds are in the
// year 5138, that many milliseconds in 1973.
func epoch(n int64) time.Time {
	if n >= 100_000_000_000 || n <= -100_000_000_000 {
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}

// parseAge reads numbers with units one after the other: 2h30m.
func parseAge(text string) (time.Duration, bool) {
	var age time.Duration
	for rest := text; rest != ""; {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits <= 0 {
			return 0, false
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil {
			return 0, false
		}
		rest = rest[digits:]
		end := strings.IndexFunc(rest, func(r rune) bool { return r >= '0' && r <= '9' })
		if end < 0 {
			end = len(rest)
		}
		unit, ok := ageUnits[strings.ToLower(rest[:end])]
		if !ok || n > int64(1<<62)/int64(unit) {
			return 0, false
		}
		age += time.Duration(n) * unit
		rest = rest[end:]
	}
	return age, text != "" && age >= 0
}

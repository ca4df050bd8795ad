package function

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // time zones must mean the same on every machine

	"github.com/groundwatch/groundwatch/column"
)

// timeFunctions are the datetime functions (operations-functions). bin(P) is not among them: it is datefloor(@timestamp, P).
var timeFunctions = []Scalar{
	{Name: "datefloor", Aliases: []string{"date_floor"}, Min: 2, Max: 2, Usage: "datefloor(t, period)",
		Doc:   "The time t, a timestamp or epoch milliseconds, rounded down to a multiple of a period such as 5m.",
		Check: checkPeriod, Eval: roundTime(Period.Floor)},
	{Name: "dateceil", Aliases: []string{"date_ceil"}, Min: 2, Max: 2, Usage: "dateceil(t, period)",
		Doc:   "The time t, a timestamp or epoch milliseconds, rounded up to a multiple of a period such as 5m.",
		Check: checkPeriod, Eval: roundTime(Period.Ceil)},
	{Name: "fromMillis", Min: 1, Max: 1, Usage: "fromMillis(n)", Doc: "The timestamp n milliseconds after 1970-01-01T00:00:00Z.",
		Eval: ofMillis(column.TimeValue)},
	{Name: "toMillis", Min: 1, Max: 1, Usage: "toMillis(t)", Doc: "The milliseconds from 1970-01-01T00:00:00Z to the timestamp t.",
		Eval: ofMillis(column.IntValue)},
	{Name: "now", Usage: "now()", Doc: "When the query started, in epoch seconds.", Volatile: true,
		Eval: func(env *Env, _ []column.Value) column.Value { return column.IntValue(env.Now / 1000) }},
	{Name: "parseDate", Min: 2, Max: 3, Usage: "parseDate(s, format [, zone])",
		Doc:   "The text s in epoch milliseconds, read by a pattern of Java's DateTimeFormatter such as yyyy-MM-dd HH:mm:ss; the zone is UTC unless given.",
		Check: checkParseDate, Bind: bindParseDate, Eval: unbound(bindParseDate)},
	{Name: "formatDate", Aliases: []string{"strftime"}, Min: 2, Max: 3, Usage: "formatDate(t, format [, zone])",
		Doc:   "The time t, a timestamp or epoch milliseconds, written by strftime codes such as %Y-%m-%d %H:%M:%S; the zone is UTC unless given.",
		Check: checkFormatDate, Bind: bindFormatDate, Eval: unbound(bindFormatDate)},
}

// Millis returns v as epoch milliseconds: a timestamp, or anything that counts as a number ([R] §7.3), its
// fraction cut. ok is false for what is neither.
func Millis(v column.Value) (ms int64, ok bool) {
	if v.Kind() == column.Timestamp {
		return v.Int(), true
	}
	n := numberOf(v)
	switch {
	case n.whole:
		return n.i, true
	case !n.ok || n.f >= 1<<63 || n.f < -1<<63:
		return 0, false
	}
	return int64(n.f), true
}

func ofMillis(f func(int64) column.Value) evaluator {
	return func(_ *Env, args []column.Value) column.Value {
		ms, ok := Millis(args[0])
		if !ok {
			return column.Value{}
		}
		return f(ms)
	}
}

func roundTime(round func(Period, int64) int64) evaluator {
	return func(_ *Env, args []column.Value) column.Value {
		ms, ok := Millis(args[0])
		p, given := periodOf(args[1])
		if !ok || !given {
			return column.Value{}
		}
		return column.TimeValue(round(p, ms))
	}
}

// literalText returns the text of the literal argument i.
func literalText(literals []*column.Value, i int) (string, bool) {
	if i >= len(literals) || literals[i] == nil {
		return "", false
	}
	return TextOf(*literals[i])
}

func checkParseDate(args []*column.Value) error {
	if text, ok := literalText(args, 1); ok {
		if _, err := compileDatePattern(text); err != nil {
			return err
		}
	}
	return checkZone(args)
}

func checkFormatDate(args []*column.Value) error {
	if text, ok := literalText(args, 1); ok {
		if _, err := appendStrftime(nil, time.Unix(0, 0).UTC(), text); err != nil {
			return err
		}
	}
	return checkZone(args)
}

// checkZone judges a literal third argument.
func checkZone(args []*column.Value) error {
	name, ok := literalText(args, 2)
	if !ok {
		return nil
	}
	if _, ok := zoneOf(name); !ok {
		return fmt.Errorf("time zone: got %q, want a name such as Europe/Berlin or an offset such as +02:00", name)
	}
	return nil
}

// bindParseDate reads literal patterns and zones once. Text that does not fit its pattern, and a
// pattern or zone that is none, give null ([R] §7.3).
func bindParseDate(literals []*column.Value) func(*Env, []column.Value) column.Value {
	zones := bindZone(literals)
	var bound *datePattern
	if text, ok := literalText(literals, 1); ok {
		bound, _ = compileDatePattern(text)
	}
	return func(_ *Env, args []column.Value) column.Value {
		s, ok := TextOf(args[0])
		text, okay := TextOf(args[1])
		zone, given := zones(args)
		if !ok || !okay || !given {
			return column.Value{}
		}
		p := bound
		if p == nil {
			var err error
			if p, err = compileDatePattern(text); err != nil {
				return column.Value{}
			}
		}
		ms, ok := p.parse(s, zone)
		if !ok {
			return column.Value{}
		}
		return column.IntValue(ms)
	}
}

func bindFormatDate(literals []*column.Value) func(*Env, []column.Value) column.Value {
	zones := bindZone(literals)
	return func(_ *Env, args []column.Value) column.Value {
		ms, ok := Millis(args[0])
		format, okay := TextOf(args[1])
		zone, given := zones(args)
		if !ok || !okay || !given {
			return column.Value{}
		}
		text, err := appendStrftime(nil, time.UnixMilli(ms).In(zone), format)
		if err != nil {
			return column.Value{}
		}
		return column.StringValue(stringOf(text))
	}
}

// bindZone returns a function that gives the zone of the third argument, UTC if there is none
// ([R] §7.3). A literal one is loaded once.
func bindZone(literals []*column.Value) func(args []column.Value) (*time.Location, bool) {
	if name, ok := literalText(literals, 2); ok {
		zone, ok := zoneOf(name)
		return func([]column.Value) (*time.Location, bool) { return zone, ok }
	}
	return func(args []column.Value) (*time.Location, bool) {
		if len(args) < 3 {
			return time.UTC, true
		}
		name, ok := TextOf(args[2])
		if !ok {
			return nil, false
		}
		return zoneOf(name)
	}
}

// usZones are the American abbreviations that log files write; the zone database has no entry for
// most of them.
var usZones = map[string]int{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

// zoneOf returns the zone of a name: UTC, GMT or Z, an offset such as +02:00, +0200, UTC+2, an
// American abbreviation, or a name of the zone database.
func zoneOf(name string) (*time.Location, bool) {
	switch name {
	case "Z", "UTC", "GMT", "UT":
		return time.UTC, true
	case "", "Local": // Local would depend on the machine
		return nil, false
	}
	if hours, ok := usZones[name]; ok {
		return time.FixedZone(name, hours*3600), true
	}
	offset := name
	for _, prefix := range []string{"UTC", "GMT", "UT"} {
		offset = strings.TrimPrefix(offset, prefix)
	}
	if offset[0] == '+' || offset[0] == '-' {
		seconds, n := readOffset(offset)
		return time.FixedZone(name, seconds), n == len(offset)
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// readOffset reads an offset such as +2, +02, +0200, +02:00 or +02:00:00 at the start of s. n is its length,
// 0 if there is none.
func readOffset(s string) (seconds, n int) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return 0, 0
	}
	hours, i := readDigits(s[1:], 1, 2)
	if i == 0 || hours > 18 {
		return 0, 0
	}
	seconds, n = hours*3600, i+1
	for _, unit := range []int{60, 1} {
		at := n
		if strings.HasPrefix(s[at:], ":") {
			at++
		}
		v, i := readDigits(s[at:], 2, 2)
		if i == 0 || v > 59 {
			break
		}
		seconds, n = seconds+v*unit, at+i
	}
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, n
}

// readDigits reads from least to most digits at the start of s. n is how many, 0 if there are too few.
func readDigits(s string, least, most int) (v, n int) {
	for n < len(s) && n < most && digit(s[n]) {
		v = v*10 + int(s[n]-'0')
		n++
	}
	if n < least {
		return 0, 0
	}
	return v, n
}

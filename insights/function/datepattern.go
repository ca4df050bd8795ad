package function

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A datePattern is a pattern of Java's DateTimeFormatter, English locale, compiled for reading. These letters are
// known, with Java's meaning of how often they stand:
//
//	u y year    M L month    d day of month    D day of year    E weekday
//	H hour 0-23    k hour 1-24    K hour 0-11    h hour 1-12    a AM or PM
//	m minute    s second    S fraction of a second    n nanosecond
//	V z zone    X x Z O offset
//	'text' literal text    '' a quote    [ ] an optional part
type datePattern struct {
	items []dateItem
}

// A dateItem is one piece of a datePattern.
type dateItem struct {
	letter   byte       // of a field; 0 for the others
	count    int        // how often the letter stands
	text     string     // a literal text
	optional []dateItem // a part in brackets
}

// The fields of a date and time that a pattern sets.
const (
	fieldYear = iota
	fieldMonth
	fieldDay
	fieldYearDay
	fieldWeekday
	fieldHour
	fieldHalfHour // 0 to 11, in the half of the day that fieldHalf names
	fieldHalf     // 0 for AM, 1 for PM
	fieldMinute
	fieldSecond
	fieldNano
	fieldOffset // in seconds
	fields
)

// compileDatePattern compiles a pattern. It is an error if it cannot give a date: no year, a letter that is not
// known, an open quote or bracket.
func compileDatePattern(text string) (*datePattern, error) {
	c := dateCompiler{text: text}
	items, err := c.items(0)
	if err != nil {
		return nil, fmt.Errorf("date pattern %q: %w", text, err)
	}
	if !c.year {
		return nil, fmt.Errorf("date pattern %q: has no year (yyyy)", text)
	}
	return &datePattern{items}, nil
}

type dateCompiler struct {
	text string
	i    int
	year bool // the pattern has a year
}

// maxOptional is how many optional parts may stand inside each other.
const maxOptional = 10

// items reads up to the end, or to the bracket that closes an optional part.
func (c *dateCompiler) items(depth int) ([]dateItem, error) {
	var out []dateItem
	for c.i < len(c.text) {
		switch b := c.text[c.i]; {
		case b == '\'':
			text, err := c.quoted()
			if err != nil {
				return nil, err
			}
			out = append(out, dateItem{text: text})
		case b == '[':
			c.i++
			if depth == maxOptional {
				return nil, fmt.Errorf("more than %d optional parts inside each other", maxOptional)
			}
			part, err := c.items(depth + 1)
			if err != nil {
				return nil, err
			}
			out = append(out, dateItem{optional: part})
		case b == ']':
			c.i++
			if depth == 0 {
				return nil, fmt.Errorf("] without [")
			}
			return out, nil
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			item, err := c.field()
			if err != nil {
				return nil, err
			}
			out = append(out, item)
		case strings.IndexByte("{}#", b) >= 0:
			return nil, fmt.Errorf("%q is reserved; quote it as '%c'", b, b)
		default:
			out = append(out, dateItem{text: c.text[c.i : c.i+1]})
			c.i++
		}
	}
	if depth > 0 {
		return nil, fmt.Errorf("[ without ]")
	}
	return out, nil
}

// quoted reads text in quotes; two quotes are one.
func (c *dateCompiler) quoted() (string, error) {
	rest := c.text[c.i+1:]
	var out strings.Builder
	for i := 0; i < len(rest); i++ {
		if rest[i] != '\'' {
			out.WriteByte(rest[i])
			continue
		}
		if i+1 < len(rest) && rest[i+1] == '\'' && i > 0 {
			out.WriteByte('\'')
			i++
			continue
		}
		c.i += i + 2
		if i == 0 {
			return "'", nil
		}
		return out.String(), nil
	}
	return "", fmt.Errorf("a quote is not closed")
}

// mostLetters says how often each letter may stand.
var mostLetters = map[byte]int{'u': 9, 'y': 9, 'M': 4, 'L': 4, 'd': 2, 'D': 3, 'E': 4, 'H': 2, 'k': 2, 'K': 2, 'h': 2, 'a': 1,
	'm': 2, 's': 2, 'S': 9, 'n': 9, 'V': 2, 'z': 3, 'X': 5, 'x': 5, 'Z': 5, 'O': 4}

func (c *dateCompiler) field() (dateItem, error) {
	letter, start := c.text[c.i], c.i
	for c.i < len(c.text) && c.text[c.i] == letter {
		c.i++
	}
	item := dateItem{letter: letter, count: c.i - start}
	most := mostLetters[letter]
	switch {
	case letter == 'Y':
		return item, fmt.Errorf("letter Y is the year of a week, which is not supported; the year is y")
	case most == 0:
		return item, fmt.Errorf("letter %c is not supported", letter)
	case item.count > most:
		return item, fmt.Errorf("%d letters %c, want at most %d", item.count, letter, most)
	case letter == 'V' && item.count == 1, letter == 'O' && item.count > 1 && item.count < 4:
		return item, fmt.Errorf("%d letters %c, want %d", item.count, letter, most)
	}
	c.year = c.year || letter == 'y' || letter == 'u'
	return item, nil
}

// A dateReader is what has been read of a text.
type dateReader struct {
	rest string
	has  [fields]bool
	val  [fields]int
	zone *time.Location
}

// parse reads s, which must fit the pattern to its end, and returns epoch milliseconds. Zone holds
// where the text names none.
func (p *datePattern) parse(s string, zone *time.Location) (ms int64, ok bool) {
	r := dateReader{rest: s, zone: zone}
	if !r.items(p.items) || r.rest != "" {
		return 0, false
	}
	return r.resolve()
}

func (r *dateReader) items(items []dateItem) bool {
	for i := range items {
		if !r.item(&items[i]) {
			return false
		}
	}
	return true
}

func (r *dateReader) item(it *dateItem) bool {
	switch {
	case it.letter != 0:
		return r.field(it.letter, it.count)
	case it.optional != nil:
		before := *r
		if !r.items(it.optional) {
			*r = before
		}
		return true
	}
	return r.literal(it.text)
}

// literal passes text if it comes next.
func (r *dateReader) literal(text string) bool {
	rest, ok := strings.CutPrefix(r.rest, text)
	r.rest = rest
	return ok
}

// set notes the value of a field. A field that stands twice must have one value.
func (r *dateReader) set(field, v int) bool {
	if r.has[field] && r.val[field] != v {
		return false
	}
	r.has[field], r.val[field] = true, v
	return true
}

// number reads a field of least to most digits whose value is lo to hi; what is read is set less base.
func (r *dateReader) number(field, least, most, lo, hi, base int) bool {
	v, n := readDigits(r.rest, least, most)
	if n == 0 || v < lo || v > hi {
		return false
	}
	r.rest = r.rest[n:]
	return r.set(field, v-base)
}

// field reads a field: one letter takes as few digits as there are, more letters take that many.
func (r *dateReader) field(letter byte, count int) bool {
	switch letter {
	case 'u', 'y':
		return r.year(count)
	case 'M', 'L':
		if count > 2 {
			return r.name(fieldMonth, monthNames, count == 4, 1)
		}
		return r.number(fieldMonth, count, 2, 1, 12, 0)
	case 'd':
		return r.number(fieldDay, count, 2, 1, 31, 0)
	case 'D':
		return r.number(fieldYearDay, count, 3, 1, 366, 0)
	case 'E':
		return r.name(fieldWeekday, weekdayNames, count == 4, 0)
	case 'H':
		return r.number(fieldHour, count, 2, 0, 23, 0)
	case 'k':
		return r.clock(fieldHour, count, 24)
	case 'K':
		return r.number(fieldHalfHour, count, 2, 0, 11, 0)
	case 'h':
		return r.clock(fieldHalfHour, count, 12)
	case 'a':
		return r.name(fieldHalf, halfNames, true, 0)
	case 'm':
		return r.number(fieldMinute, count, 2, 0, 59, 0)
	case 's':
		return r.number(fieldSecond, count, 2, 0, 59, 0)
	case 'S':
		return r.fraction(count)
	case 'n':
		return r.number(fieldNano, count, 9, 0, 999_999_999, 0)
	case 'V', 'z':
		return r.zoneName()
	}
	return r.offset(letter, count)
}

// year reads a year: two letters are a year from 2000 to 2099.
func (r *dateReader) year(count int) bool {
	switch count {
	case 1:
		return r.number(fieldYear, 1, 9, 0, maxPeriodYears, 0)
	case 2:
		return r.number(fieldYear, 2, 2, 0, 99, -2000)
	}
	return r.number(fieldYear, count, count, 0, maxPeriodYears, 0)
}

// clock reads an hour that counts from 1; the last one is 0.
func (r *dateReader) clock(field, count, last int) bool {
	v, n := readDigits(r.rest, count, 2)
	if n == 0 || v < 1 || v > last {
		return false
	}
	r.rest = r.rest[n:]
	return r.set(field, v%last)
}

// fraction reads exactly count digits after the point of a second.
func (r *dateReader) fraction(count int) bool {
	v, n := readDigits(r.rest, count, count)
	if n == 0 {
		return false
	}
	for range 9 - count {
		v *= 10
	}
	r.rest = r.rest[n:]
	return r.set(fieldNano, v)
}

var (
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September",
		"October", "November", "December"}
	weekdayNames = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	halfNames    = []string{"AM", "PM"}
)

// name reads one of names, or their first three letters, spelled exactly so as Java asks; the first name is
// number base.
func (r *dateReader) name(field int, names []string, full bool, base int) bool {
	for i, name := range names {
		if !full {
			name = name[:3]
		}
		if r.literal(name) {
			return r.set(field, i+base)
		}
	}
	return false
}

// zoneName reads a zone's name: all characters that can be part of one.
func (r *dateReader) zoneName() bool {
	n := len(r.rest) - len(strings.TrimLeftFunc(r.rest, func(c rune) bool {
		return c < utf8.RuneSelf && (digit(byte(c)) || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.ContainsRune("/_+-:", c))
	}))
	zone, ok := zoneOf(r.rest[:n])
	if !ok {
		return false
	}
	r.zone, r.rest = zone, r.rest[n:]
	return true
}

// offset reads an offset from UTC. X takes Z for none, as do five letters Z.
func (r *dateReader) offset(letter byte, count int) bool {
	if (letter == 'X' || letter == 'Z' && count == 5) && strings.HasPrefix(r.rest, "Z") {
		r.rest = r.rest[1:]
		return r.set(fieldOffset, 0)
	}
	if letter == 'O' || letter == 'Z' && count == 4 {
		if !strings.HasPrefix(r.rest, "GMT") {
			return false
		}
		r.rest = r.rest[3:]
		if r.rest == "" || r.rest[0] != '+' && r.rest[0] != '-' {
			return r.set(fieldOffset, 0)
		}
	}
	seconds, n := readOffset(r.rest)
	if n == 0 {
		return false
	}
	r.rest = r.rest[n:]
	return r.set(fieldOffset, seconds)
}

// resolve makes a time of the fields. Missing months, days and times are the first of their kind, a
// missing year is none ([R] §7.3); a day past the month's end is its last, as in Java; a weekday must agree.
func (r *dateReader) resolve() (ms int64, ok bool) {
	if !r.has[fieldYear] || r.has[fieldHalfHour] != r.has[fieldHalf] {
		return 0, false
	}
	hour := r.val[fieldHour]
	if r.has[fieldHalf] {
		half := r.val[fieldHalfHour] + 12*r.val[fieldHalf]
		if r.has[fieldHour] && hour != half {
			return 0, false
		}
		hour = half
	}
	if r.has[fieldOffset] {
		r.zone = time.FixedZone("", r.val[fieldOffset])
	}
	year, month, day, ok := r.date()
	if !ok {
		return 0, false
	}
	t := time.Date(year, month, day, hour, r.val[fieldMinute], r.val[fieldSecond], r.val[fieldNano], r.zone)
	if r.has[fieldWeekday] && int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday()) != r.val[fieldWeekday] {
		return 0, false
	}
	return t.UnixMilli(), true
}

func (r *dateReader) date() (year int, month time.Month, day int, ok bool) {
	year, month, day = r.val[fieldYear], time.January, 1
	if r.has[fieldMonth] {
		month = time.Month(r.val[fieldMonth])
	}
	if r.has[fieldDay] {
		last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
		day = min(r.val[fieldDay], last)
	}
	if r.has[fieldYearDay] {
		d := time.Date(year, 1, r.val[fieldYearDay], 0, 0, 0, 0, time.UTC)
		same := (!r.has[fieldMonth] || d.Month() == month) && (!r.has[fieldDay] || d.Day() == day)
		return year, d.Month(), d.Day(), same && d.Year() == year
	}
	return year, month, day, true
}

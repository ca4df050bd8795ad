package transform

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// AWS's limits of dateTimeConverter.
const (
	maxMatchPatterns = 5
	maxTargetFormat  = 64
)

// usualFormat is the target's: "yyyy-MM-dd'T'HH:mm:ss.SSS'Z" in the user guide, which lacks a quote.
const usualFormat = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"

// httpTime returns the time of a web server's log in ISO 8601; the text itself if it is none.
func httpTime(text string) string {
	t, err := time.Parse("02/Jan/2006:15:04:05 -0700", text)
	if err != nil {
		return text
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// dateTimeConverter writes a time in another format. What none of the patterns matches leaves the event as it is [R].
func dateTimeConverter(p *types.DateTimeConverter) (step, error) {
	source, err := pathOf("source", p.Source)
	if err != nil {
		return nil, err
	}
	target, err := pathOf("target", p.Target)
	if err != nil {
		return nil, err
	}
	names, err := namesOf(aws.ToString(p.Locale))
	if err != nil {
		return nil, err
	}
	from, err := zone("sourceTimezone", p.SourceTimezone)
	if err != nil {
		return nil, err
	}
	to, err := zone("targetTimezone", p.TargetTimezone)
	if err != nil {
		return nil, err
	}
	if err := checkCount("matchPatterns", len(p.MatchPatterns), maxMatchPatterns); err != nil {
		return nil, err
	}
	var patterns []datePattern
	for _, text := range p.MatchPatterns {
		d, err := newDatePattern(text)
		if err != nil {
			return nil, fmt.Errorf("matchPatterns: %w", err)
		}
		patterns = append(patterns, d)
	}
	format := orElse(p.TargetFormat, usualFormat)
	if err := checkText("targetFormat", format, maxTargetFormat); err != nil {
		return nil, err
	}
	out, err := newDatePattern(format)
	if err != nil {
		return nil, fmt.Errorf("targetFormat: %w", err)
	}
	return func(e *event) error {
		v, _ := e.root.find(source)
		if !v.isScalar() {
			return nil
		}
		for _, d := range patterns {
			if t, ok := d.parse(v.text, from, names); ok {
				e.root.put(target, textOf(out.format(t.In(to), names)), true)
				return nil
			}
		}
		return nil
	}, nil
}

// zone returns a time zone by its name, or by its distance from UTC.
func zone(name string, text *string) (*time.Location, error) {
	s := orElse(text, "UTC")
	if s == "Z" {
		return time.UTC, nil
	}
	offset := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "UTC"), "GMT"), "UT")
	for _, layout := range []string{"-07:00", "-0700", "-07", "-7"} {
		if t, err := time.Parse(layout, offset); err == nil {
			_, seconds := t.Zone()
			return time.FixedZone(s, seconds), nil
		}
	}
	l, err := time.LoadLocation(s)
	if err != nil || s == "Local" {
		return nil, fmt.Errorf("%s: there is no time zone %q", name, s)
	}
	return l, nil
}

// A datePattern is one of Java's DateTimeFormatter: letters, whose number matters, and texts.
type datePattern []datePiece

// A datePiece is a run of one letter, or a text.
type datePiece struct {
	letter byte // 0 for a text
	n      int
	text   string
}

// dateLetters are those that are understood.
const dateLetters = "yuMLdHhkKmsSnaEezZXxVO"

func newDatePattern(text string) (datePattern, error) {
	var d datePattern
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("%q has a quote that is not closed", text)
			}
			quoted := text[i+1 : i+1+end]
			if quoted == "" {
				quoted = "'"
			}
			d = append(d, datePiece{text: quoted})
			i += end + 2
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			n := 1
			for i+n < len(text) && text[i+n] == c {
				n++
			}
			if strings.IndexByte(dateLetters, c) < 0 {
				return nil, fmt.Errorf("%q: the letter %c is not supported", text, c)
			}
			d = append(d, datePiece{letter: c, n: n})
			i += n
		case strings.IndexByte("[]{}#", c) >= 0:
			return nil, fmt.Errorf("%q: %c is not supported outside of quotes", text, c)
		default:
			d = append(d, datePiece{text: text[i : i+1]})
			i++
		}
	}
	return d, nil
}

// format writes a time.
func (d datePattern) format(t time.Time, names *dateNames) string {
	var b strings.Builder
	for _, p := range d {
		if p.letter == 0 {
			b.WriteString(p.text)
		} else {
			b.WriteString(p.format(t, names))
		}
	}
	return b.String()
}

func (p datePiece) format(t time.Time, names *dateNames) string {
	padded := func(v int) string { return fmt.Sprintf("%0*d", p.n, v) }
	switch p.letter {
	case 'y', 'u':
		if p.n == 2 {
			return fmt.Sprintf("%02d", t.Year()%100)
		}
		return padded(t.Year())
	case 'M', 'L':
		switch {
		case p.n == 3:
			return names.shortMonth(int(t.Month()) - 1)
		case p.n > 3:
			return names.months[t.Month()-1]
		}
		return padded(int(t.Month()))
	case 'E', 'e':
		if p.n > 3 {
			return names.days[t.Weekday()]
		}
		return names.shortDay(int(t.Weekday()))
	case 'd':
		return padded(t.Day())
	case 'H':
		return padded(t.Hour())
	case 'k':
		return padded((t.Hour()+23)%24 + 1)
	case 'h':
		return padded((t.Hour()+11)%12 + 1)
	case 'K':
		return padded(t.Hour() % 12)
	case 'm':
		return padded(t.Minute())
	case 's':
		return padded(t.Second())
	case 'S':
		return fmt.Sprintf("%09d", t.Nanosecond())[:min(p.n, 9)]
	case 'n':
		return padded(t.Nanosecond())
	case 'a':
		return []string{"AM", "PM"}[t.Hour()/12]
	}
	return p.formatZone(t)
}

// formatZone writes the time zone of a time.
func (p datePiece) formatZone(t time.Time) string {
	_, seconds := t.Zone()
	switch {
	case p.letter == 'V':
		return t.Location().String()
	case p.letter == 'z':
		return t.Format("MST")
	case p.letter == 'X' && seconds == 0:
		return "Z"
	case p.letter == 'O':
		return "GMT" + t.Format("-07:00")
	case p.n == 1 && p.letter != 'Z' && seconds%3600 == 0:
		return t.Format("-07")
	case p.n == 3 && p.letter != 'Z' || p.n == 5:
		return t.Format("-07:00")
	}
	return t.Format("-0700")
}

// A dateReader takes a text apart.
type dateReader struct {
	rest                                       string
	year, month, day, hour, minute, second, ns int
	half                                       int // 1 for PM, 0 for AM, -1 if it is not known
	zone                                       *time.Location
}

// parse reads a whole text; false if it does not match.
func (d datePattern) parse(text string, in *time.Location, names *dateNames) (time.Time, bool) {
	r := &dateReader{rest: strings.TrimSpace(text), year: 1970, month: 1, day: 1, half: -1, zone: in}
	for i, p := range d {
		if p.letter == 0 {
			rest, ok := strings.CutPrefix(r.rest, p.text)
			if !ok {
				return time.Time{}, false
			}
			r.rest = rest
			continue
		}
		joined := i+1 < len(d) && d[i+1].letter != 0 // digits of the next piece follow
		if !r.read(p, joined, names) {
			return time.Time{}, false
		}
	}
	if r.half >= 0 {
		r.hour = r.hour%12 + 12*r.half
	}
	t := time.Date(r.year, time.Month(r.month), r.day, r.hour, r.minute, r.second, r.ns, r.zone)
	return t, r.rest == "" && t.Day() == r.day && int(t.Month()) == r.month
}

// read reads one piece.
func (r *dateReader) read(p datePiece, joined bool, names *dateNames) bool {
	switch p.letter {
	case 'y', 'u':
		if !r.digits(&r.year, max(p.n, 4), joined || p.n == 2, p.n, 0, 9999) {
			return false
		}
		if p.n == 2 {
			r.year += 2000 // as Java's
		}
		return true
	case 'M', 'L':
		if p.n < 3 {
			return r.digits(&r.month, 2, joined, p.n, 1, 12)
		}
		i, ok := r.name(names.months, p.n == 3, names.shortMonth)
		r.month = i + 1
		return ok
	case 'E', 'e':
		_, ok := r.name(names.days, p.n <= 3, names.shortDay)
		return ok
	case 'd':
		return r.digits(&r.day, 2, joined, p.n, 1, 31)
	case 'H', 'h', 'K', 'k':
		ok := r.digits(&r.hour, 2, joined, p.n, 0, 24)
		if p.letter == 'k' {
			r.hour %= 24
		}
		return ok && r.hour < 24
	case 'm':
		return r.digits(&r.minute, 2, joined, p.n, 0, 59)
	case 's':
		return r.digits(&r.second, 2, joined, p.n, 0, 59)
	case 'S':
		return r.fraction(p.n)
	case 'n':
		return r.digits(&r.ns, 9, false, 1, 0, 999_999_999)
	case 'a':
		return r.halfDay()
	}
	return r.readZone(p)
}

// digits reads a number of at most most digits; of exactly n if others follow.
func (r *dateReader) digits(to *int, most int, exact bool, n, low, high int) bool {
	end := 0
	for end < len(r.rest) && end < most && r.rest[end]-'0' <= 9 && !(exact && end == n) {
		end++
	}
	v, err := strconv.Atoi(r.rest[:end])
	if err != nil || exact && end != n || v < low || v > high || end < min(n, 2) {
		return false
	}
	*to, r.rest = v, r.rest[end:]
	return true
}

// fraction reads n digits behind the second.
func (r *dateReader) fraction(n int) bool {
	if len(r.rest) < n {
		return false
	}
	v, err := strconv.Atoi(r.rest[:n])
	if err != nil || n > 9 {
		return false
	}
	for range 9 - n {
		v *= 10
	}
	r.ns, r.rest = v, r.rest[n:]
	return true
}

func (r *dateReader) halfDay() bool {
	if len(r.rest) < 2 {
		return false
	}
	switch strings.ToUpper(r.rest[:2]) {
	case "AM":
		r.half = 0
	case "PM":
		r.half = 1
	default:
		return false
	}
	r.rest = r.rest[2:]
	return true
}

// name reads the longest of some names that the text begins with, or of their short forms.
func (r *dateReader) name(names []string, short bool, shortened func(int) string) (int, bool) {
	best, at := "", -1
	for i, name := range names {
		if short {
			name = shortened(i)
		}
		if len(r.rest) >= len(name) && strings.EqualFold(r.rest[:len(name)], name) && len(name) > len(best) {
			best, at = name, i
		}
	}
	r.rest = r.rest[len(best):]
	return at, at >= 0
}

// readZone reads a time zone: its distance from UTC, or its name.
func (r *dateReader) readZone(p datePiece) bool {
	end := strings.IndexByte(r.rest, ' ')
	if end < 0 {
		end = len(r.rest)
	}
	word := r.rest[:end]
	l, err := zone("", &word)
	if err != nil && p.letter == 'z' { // EST and the like; those without a zone of that name are taken for UTC by Go
		if t, parseErr := time.Parse("MST", word); parseErr == nil {
			if _, seconds := t.Zone(); seconds != 0 {
				l, err = t.Location(), nil
			}
		}
	}
	if err != nil || word == "" {
		return false
	}
	r.zone, r.rest = l, r.rest[end:]
	return true
}

// dateNames are the names of months and days, which begin on Sunday.
type dateNames struct {
	months, days []string
	cut          int // letters of a short name; the names of a language may have others, with a stop
}

func (n *dateNames) shortMonth(i int) string { return cut(n.months[i], n.cut) }
func (n *dateNames) shortDay(i int) string   { return cut(n.days[i], n.cut) }

func cut(name string, n int) string {
	for i := range name {
		if n--; n < 0 {
			return name[:i]
		}
	}
	return name
}

// locales are the languages whose names are known.
var locales = map[string]*dateNames{
	"en": {strings.Fields("January February March April May June July August September October November December"), strings.Fields("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"), 3},
	"de": {strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"), strings.Fields("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag"), 3},
	"fr": {strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"), strings.Fields("dimanche lundi mardi mercredi jeudi vendredi samedi"), 3},
	"es": {strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"), strings.Fields("domingo lunes martes miércoles jueves viernes sábado"), 3},
	"it": {strings.Fields("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"), strings.Fields("domenica lunedì martedì mercoledì giovedì venerdì sabato"), 3},
	"nl": {strings.Fields("januari februari maart april mei juni juli augustus september oktober november december"), strings.Fields("zondag maandag dinsdag woensdag donderdag vrijdag zaterdag"), 3},
	"pt": {strings.Fields("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"), strings.Fields("domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado"), 3},
}

// namesOf returns the names of a locale: a language, maybe with a country. locale.ROOT, which is the default, has the English ones.
func namesOf(locale string) (*dateNames, error) {
	language, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(locale), "_", "-"), "-")
	if language == "" || language == "locale.root" || language == "root" {
		language = "en"
	}
	n := locales[language]
	if n == nil {
		return nil, fmt.Errorf("locale %q is not supported; those that are begin with de, en, es, fr, it, nl or pt", locale)
	}
	return n, nil
}

package cli

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
)

// SGR sequences of the colours that events are shown in.
const (
	sgrReset  = "\x1b[0m"
	sgrDim    = "\x1b[2m"
	sgrRed    = "\x1b[31m"
	sgrYellow = "\x1b[33m"
	sgrBold   = "\x1b[1m"
)

// Names that loggers give to what stands at fixed places of a line. The first one that an event has
// is taken.
var (
	levelNames   = []string{"level", "lvl", "severity", "log.level", "levelname", "@level"}
	messageNames = []string{"msg", "message", "tag", "event"}
	serviceNames = []string{"service", "fn", "logger"}
	hiddenNames  = []string{"time", "timestamp", "@@timestamp", "ts"}
)

// foldAfter is how many lines of a text of several lines are shown without --expand.
const foldAfter = 12

// An eventLine shows events to people, one line each.
type eventLine struct {
	zone   *time.Location
	colour bool
	expand bool // show all fields, each on a line of its own

	json, text *discover.Extractor // of events that are JSON, and of JSON inside text
}

func newEventLine(zone *time.Location, colour, expand bool) *eventLine {
	return &eventLine{
		zone: zone, colour: colour, expand: expand,
		json: discover.New(discover.JSON, nil, discover.Options{}),
		text: discover.New(discover.Lambda, nil, discover.Options{}),
	}
}

// An eventView is an event taken apart for showing.
type eventView struct {
	level, service, message string
	rest                    []namedValue
}

type namedValue struct {
	name  string
	value column.Value
}

// view takes an event apart: JSON into its fields, also behind the columns that Lambda's runtimes put before it. Of
// other text nothing is left out.
func (l *eventLine) view(msg []byte) eventView {
	if v, ok := fieldsOf(l.json, msg); ok {
		return v
	}
	line := discover.ParseLambda(bytes.Clone(msg))
	v, ok := fieldsOf(l.json, []byte(line.Text))
	if !ok || v.message == "" || line.Type != "" {
		v = textView(msg, &line)
		if v.level == "" {
			fragment, _ := fieldsOf(l.text, msg)
			v.level = fragment.level
		}
		return v
	}
	if v.level == "" {
		v.level = line.Level
	}
	if line.RequestID != "" {
		v.rest = append([]namedValue{{"requestId", column.StringValue(line.RequestID)}}, v.rest...)
	}
	return v
}

// fieldsOf takes the fields of msg apart that x finds; ok is false if there are none.
func fieldsOf(x *discover.Extractor, msg []byte) (v eventView, ok bool) {
	x.Each(msg, func(name string, value column.Value) bool {
		ok = true
		switch {
		case has(levelNames, name) && v.level == "":
			v.level = strings.Clone(value.Text())
		case has(messageNames, name) && v.message == "":
			v.message = strings.Clone(value.Text())
		case has(serviceNames, name) && v.service == "":
			v.service = strings.Clone(value.Text())
		case !has(hiddenNames, name):
			v.rest = append(v.rest, namedValue{strings.Clone(name), ownedValue(value)})
		}
		return true
	})
	x.Reset()
	return v, ok
}

// level returns the level that view finds. It looks no further in JSON than that.
func (l *eventLine) level(msg []byte) string {
	level, found := "", false
	l.json.Each(msg, func(name string, value column.Value) bool {
		found = true
		if has(levelNames, name) {
			level = strings.Clone(value.Text())
		}
		return level == ""
	})
	l.json.Reset()
	if found {
		return level
	}
	return l.view(msg).level
}

// textView shows a line of text: without the columns that Lambda's runtimes put before it, if they are there, else as
// it is but for blanks at its end.
func textView(msg []byte, line *discover.LambdaLine) eventView {
	whole := strings.TrimSpace(string(msg))
	if line.Type != "" || line.Text == "" || len(line.Text) >= len(whole) {
		return eventView{level: line.Level, message: strings.ReplaceAll(strings.TrimRight(string(msg), "\r\n\t "), "\t", "  ")}
	}
	v := eventView{level: line.Level, message: line.Text}
	if line.RequestID != "" {
		v.rest = []namedValue{{"requestId", column.StringValue(line.RequestID)}}
	}
	return v
}

// ownedValue returns v with a text that does not belong to the event's buffer.
func ownedValue(v column.Value) column.Value {
	if v.Kind() == column.String {
		return column.StringValue(strings.Clone(v.Str()))
	}
	return v
}

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// append shows an event: time, level, service, message, and the other fields as name=value.
func (l *eventLine) append(dst []byte, ev *files.Event, v eventView) []byte {
	if ev.HasTime {
		dst = l.painted(dst, sgrDim, time.UnixMilli(ev.Time).In(l.zone).Format("01-02 15:04:05.000"))
		dst = append(dst, ' ')
	}
	if v.level != "" {
		dst = l.painted(dst, levelColour(v.level), padded(levelText(v.level), 5))
		dst = append(dst, ' ')
	}
	if v.service != "" {
		dst = append(dst, output.Visible(v.service)...)
		dst = append(dst, "  "...)
	}
	dst = l.message(dst, v.message)
	for _, f := range v.rest {
		if l.expand {
			dst = append(dst, "\n    "...)
		} else {
			dst = append(dst, "  "...)
		}
		dst = l.painted(dst, sgrDim, output.Visible(f.name)+"=")
		dst = append(dst, quoted(f.value.Text())...)
	}
	return append(dst, '\n')
}

// message shows a text; the lines after the first are indented and, past foldAfter, folded.
func (l *eventLine) message(dst []byte, text string) []byte {
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	for i, line := range lines {
		if i == foldAfter && !l.expand {
			dst = append(dst, "\n    "...)
			return l.painted(dst, sgrDim, "... "+plural(len(lines)-i, "more line")+"; --expand shows them")
		}
		if i > 0 {
			dst = append(dst, "\n    "...)
		}
		dst = append(dst, output.Visible(strings.TrimSuffix(line, "\r"))...)
	}
	return dst
}

func (l *eventLine) painted(dst []byte, sgr, text string) []byte {
	if !l.colour || sgr == "" {
		return append(dst, text...)
	}
	dst = append(append(dst, sgr...), text...)
	return append(dst, sgrReset...)
}

// quoted puts a text into quotes if blanks would hide where it ends.
func quoted(text string) string {
	text = output.Visible(text)
	if text == "" || strings.ContainsAny(text, " \"=") {
		return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
	}
	return text
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-len(text), 0))
}

// Levels from quiet to loud, with the words and numbers that loggers write for them: syslog's words, and the
// numbers of pino and bunyan.
var levels = []struct {
	name  string
	words []string
}{
	{"trace", []string{"trace", "10", "finest"}},
	{"debug", []string{"debug", "dbg", "20", "fine"}},
	{"info", []string{"info", "information", "notice", "inf", "30"}},
	{"warn", []string{"warn", "warning", "wrn", "40"}},
	{"error", []string{"error", "err", "50", "severe"}},
	{"fatal", []string{"fatal", "critical", "crit", "panic", "alert", "emergency", "emerg", "60", "dpanic"}},
}

// levelWords are the values of --level.
func levelWords() []string {
	var names []string
	for _, l := range levels {
		names = append(names, l.name)
	}
	return names
}

// levelRank returns how loud a level is, from 0, or -1 if it is none that is known.
func levelRank(level string) int {
	for i, l := range levels {
		for _, w := range l.words {
			if strings.EqualFold(w, level) {
				return i
			}
		}
	}
	return -1
}

func levelText(level string) string {
	if r := levelRank(level); r >= 0 {
		return strings.ToUpper(levels[r].name)
	}
	return output.Visible(strings.ToUpper(level))
}

func levelColour(level string) string {
	switch levelRank(level) {
	case 0, 1:
		return sgrDim
	case 3:
		return sgrYellow
	case 4:
		return sgrRed
	case 5:
		return sgrBold + sgrRed
	}
	return ""
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

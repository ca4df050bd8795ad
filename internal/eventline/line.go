// Package eventline shows log events to people, one line each: time, level, service, message, then the other fields. Where events
// come from, and which of them are shown, is for the caller.
package eventline

import (
	"bytes"
	"hash/fnv"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/output"
)

// An Event is what a line shows.
type Event struct {
	Message []byte
	Time    int64 // epoch milliseconds, if HasTime
	HasTime bool
	Source  string // shown before the message, in a colour of its own; "" for none
	Log     string // the value of @log
	Stream  string // the value of @logStream
}

// Options say how lines look. The zero value shows everything, plain, in UTC.
type Options struct {
	Zone   *time.Location // nil means UTC
	Colour bool
	Expand bool // each field on a line of its own
	// Whole is what shows events whole, as people are told where one is cut: after many lines, or very long texts, or many fields. ""
	// means that nothing is cut.
	Whole string

	// Columns are the names, or globs of names, of the fields behind the message, in this order; nil means all. @log and @logStream
	// are shown only if they are named.
	Columns []string
	// Hide are the names, or globs of names, of fields that are not shown, wherever they would stand.
	Hide []string
	// Highlight is what stands out, with Colour. nil means nothing.
	Highlight *regexp.Regexp
}

// SGR sequences of the colours that events are shown in.
const (
	sgrReset  = "\x1b[0m"
	sgrDim    = "\x1b[2m"
	sgrRed    = "\x1b[31m"
	sgrYellow = "\x1b[33m"
	sgrBold   = "\x1b[1m"
	sgrMark   = "\x1b[1;30;43m"
)

// Names that loggers give to what stands at fixed places of a line. The first one that an event has
// is taken.
var (
	levelNames   = []string{"level", "lvl", "severity", "log.level", "levelname", "@level"}
	messageNames = []string{"msg", "message", "tag", "event"}
	serviceNames = []string{"service", "fn", "logger"}
	hiddenNames  = []string{"time", "timestamp", "@@timestamp", "ts"}
)

// A Line shows events. It is used by one goroutine at a time.
type Line struct {
	opt   Options
	width int // of the widest source so far, at most sourceWidth

	json, text *discover.Extractor // of events that are JSON, and of JSON inside text

	columns
}

// New returns a Line.
func New(o Options) *Line {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Line{
		opt:     o,
		json:    discover.New(discover.JSON, nil, discover.Options{}),
		text:    discover.New(discover.Lambda, nil, discover.Options{}),
		columns: columnsOf(o.Columns),
	}
}

// A view is an event taken apart for showing.
type view struct {
	level, service, message string
	rest                    []namedValue
}

type namedValue struct {
	name  string
	value column.Value
}

// view takes an event apart: JSON into its fields, also behind the columns that Lambda's runtimes put before it. Of
// other text nothing is left out.
func (l *Line) view(msg []byte) view {
	if v, ok := l.fieldsOf(l.json, msg); ok {
		return v
	}
	line := discover.ParseLambda(bytes.Clone(msg))
	v, ok := l.fieldsOf(l.json, []byte(line.Text))
	if !ok || v.message == "" || line.Type != "" {
		v = textView(msg, &line)
		if v.level == "" {
			fragment, _ := l.fieldsOf(l.text, msg)
			v.level = fragment.level
		}
		return v
	}
	if v.level == "" {
		v.level = line.Level
	}
	if line.RequestID != "" {
		l.saw("requestId")
		v.rest = append([]namedValue{{"requestId", column.StringValue(line.RequestID)}}, v.rest...)
	}
	return v
}

// fieldsOf takes the fields of msg apart that x finds; ok is false if there are none.
func (l *Line) fieldsOf(x *discover.Extractor, msg []byte) (v view, ok bool) {
	x.Each(msg, func(name string, value column.Value) bool {
		ok = true
		l.saw(name)
		switch {
		case matches(l.opt.Hide, name):
		case has(levelNames, name) && v.level == "":
			v.level = strings.Clone(value.Text())
		case has(messageNames, name) && v.message == "":
			v.message = strings.Clone(value.Text())
		case has(serviceNames, name) && v.service == "":
			v.service = strings.Clone(value.Text())
		case !has(hiddenNames, name) && (l.opt.Columns == nil || matches(l.opt.Columns, name)):
			v.rest = append(v.rest, namedValue{strings.Clone(name), ownedValue(value)})
		}
		return true
	})
	x.Reset()
	return v, ok
}

// Level returns the level that the line of an event shows, "" if there is none. It looks no further in JSON than that.
func (l *Line) Level(msg []byte) string {
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
func textView(msg []byte, line *discover.LambdaLine) view {
	whole := strings.TrimSpace(string(msg))
	if line.Type != "" || line.Text == "" || len(line.Text) >= len(whole) {
		return view{level: line.Level, message: strings.ReplaceAll(strings.TrimRight(string(msg), "\r\n\t "), "\t", "  ")}
	}
	v := view{level: line.Level, message: line.Text}
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

// Append appends the line of an event, which ends with a line feed, to dst.
func (l *Line) Append(dst []byte, ev *Event) []byte {
	v := l.view(ev.Message)
	if ev.HasTime {
		dst = l.painted(dst, sgrDim, time.UnixMilli(ev.Time).In(l.opt.Zone).Format("01-02 15:04:05.000"))
		dst = append(dst, ' ')
	}
	if v.level != "" {
		dst = l.painted(dst, levelColour(v.level), padded(levelText(v.level), 5))
		dst = append(dst, ' ')
	}
	if ev.Source != "" {
		dst = append(l.source(dst, ev.Source), "  "...)
	}
	if v.service != "" {
		dst = append(l.marked(dst, output.Visible(v.service)), "  "...)
	}
	dst = l.message(dst, v.message)
	return append(l.fields(dst, l.behind(ev, v.rest)), '\n')
}

// behind returns the fields that stand behind the message.
func (l *Line) behind(ev *Event, rest []namedValue) []namedValue {
	if l.opt.Columns == nil {
		return rest
	}
	all := append(rest, namedValue{"@log", column.StringValue(ev.Log)}, namedValue{"@logStream", column.StringValue(ev.Stream)})
	var out []namedValue
	for _, glob := range l.opt.Columns {
		for i := range all {
			if all[i].name != "" && matches([]string{glob}, all[i].name) {
				out = append(out, all[i])
				all[i].name = "" // each once
			}
		}
	}
	return out
}

// matches reports whether a name fits one of globs.
func matches(globs []string, name string) bool {
	for _, g := range globs {
		if ok, err := path.Match(g, name); ok || err != nil && g == name {
			return true
		}
	}
	return false
}

// sourceWidth is the most that short sources are padded to, so that messages begin below each other.
const sourceWidth = 24

// sourceColours are those that sources are told apart by: neither those of levels nor what is hard to read on dark or light ground.
var sourceColours = []string{"\x1b[36m", "\x1b[35m", "\x1b[34m", "\x1b[32m", "\x1b[96m", "\x1b[95m", "\x1b[94m", "\x1b[92m"}

// source shows where an event is from.
func (l *Line) source(dst []byte, name string) []byte {
	name = output.Visible(name)
	l.width = max(l.width, min(len(name), sourceWidth))
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // never fails
	return l.painted(dst, sourceColours[h.Sum32()%uint32(len(sourceColours))], padded(name, l.width))
}

// marked appends text with what Highlight finds in it standing out.
func (l *Line) marked(dst []byte, text string) []byte {
	if !l.opt.Colour || l.opt.Highlight == nil {
		return append(dst, text...)
	}
	done := 0
	for _, at := range l.opt.Highlight.FindAllStringIndex(text, -1) {
		if at[0] == at[1] {
			continue
		}
		dst = append(dst, text[done:at[0]]...)
		dst = append(append(append(dst, sgrMark...), text[at[0]:at[1]]...), sgrReset...)
		done = at[1]
	}
	return append(dst, text[done:]...)
}

func (l *Line) painted(dst []byte, sgr, text string) []byte {
	if !l.opt.Colour || sgr == "" {
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

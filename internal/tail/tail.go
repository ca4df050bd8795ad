// Package tail shows the last events of files or log groups to people, one line each, and new ones as they come. Which sources those are,
// and what was asked for, is for internal/cli.
package tail

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
)

// Options say which events are shown, and how. Out must be set.
type Options struct {
	Out      io.Writer
	Terminal bool              // people see Out
	Raw      bool              // messages are shown as objects of JSON, one a line
	Line     eventline.Options // how others look
	Filter   Filter
	Note     func(string) // tells people what they should know; nil means that they want to know nothing
}

// A Tailer shows events. It is used by one goroutine at a time.
type Tailer struct {
	opt   Options
	line  *eventline.Line
	buf   []byte
	shown int  // events
	told  bool // of columns that there are not
}

// New returns a Tailer.
func New(o Options) *Tailer { return &Tailer{opt: o, line: eventline.New(o.Line)} }

// flushAt is how many bytes of lines are written at once.
const flushAt = 64 << 10

// passes reports whether an event is one to show.
func (t *Tailer) passes(ev *files.Event) bool {
	f := &t.opt.Filter
	return f.text(ev) && (f.Level < 0 || f.loud(t.line.Level(ev.Message)))
}

// add appends the lines of an event that passes to buf.
func (t *Tailer) add(ev *files.Event) {
	if !t.passes(ev) {
		return
	}
	if t.opt.Raw {
		t.object(jsonLine(ev.Message))
		return
	}
	t.append(&eventline.Event{Message: ev.Message, Time: ev.Time, HasTime: ev.HasTime, Log: ev.Log, Stream: ev.Stream})
}

// append appends the line of an event to buf.
func (t *Tailer) append(ev *eventline.Event) {
	t.buf = t.line.Append(t.buf, ev)
	t.shown++
}

// object appends an object of JSON as a line to buf.
func (t *Tailer) object(line string) {
	if t.opt.Terminal {
		line = output.TerminalJSON(line)
	}
	t.buf = append(append(t.buf, line...), '\n')
}

func (t *Tailer) flush() error {
	_, err := t.opt.Out.Write(t.buf)
	t.buf = t.buf[:0]
	if t.shown >= columnsAfter {
		t.Columns()
	}
	return err
}

// jsonLine returns a message as one line of JSON: as it is if it is JSON, else as {"message":...}.
func jsonLine(msg []byte) string {
	var line bytes.Buffer
	if json.Compact(&line, msg) == nil && len(msg) > 0 && msg[0] == '{' {
		return line.String()
	}
	text, _ := json.Marshal(struct { // a string always encodes
		Message string `json:"message"`
	}{string(msg)})
	return string(text)
}

// Follow shows what is appended to the files that args name, of which inputs have been shown, until ctx ends.
func (t *Tailer) Follow(ctx context.Context, args []string, inputs []files.Input, opt files.FollowOptions) error {
	return files.Follow(ctx, args, inputs, opt, func(ev *files.Event) error {
		t.add(ev)
		return t.flush()
	})
}

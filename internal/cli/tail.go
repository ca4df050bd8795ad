package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
)

// tailFlags are the flags of groundwatch tail.
type tailFlags struct {
	remoteFlags
	sourceFlags
	follow, expand bool
	poll           bool
	highlight      string
	columns, hide  []string
	lines          int
	limited        bool // lines was given
	args           []string
	grep, grepNot  []string
	level          string
}

func (p *Program) tail() *cobra.Command {
	var f tailFlags
	cmd := &cobra.Command{
		Use:   "tail FILE|GROUP...",
		Short: "Show the last events of files or log groups, and new ones as they come",
		Long: `Shows the last events of log files, or of log groups, for people to read: time, level, message and the other fields of
each event. With --follow it goes on with what is appended, also when files are rotated or cut, or with what the groups get.

A group is a name, a glob or an ARN, with :STREAM behind it for streams of that name or glob; groups and streams that are made while it
follows are followed too. ` + sourceRule,
		Example: `  groundwatch tail app.log
  groundwatch tail -f 'logs/*.ndjson' --level warn
  groundwatch tail app.log --filter '{ $.status >= 500 }' --lines 100
  groundwatch tail app.log --grep timeout --grep-v retry -o json
  groundwatch tail -f '/aws/lambda/*' --since 5m --level warn
  groundwatch tail '/labels/web:host-*' --columns requestId,ms --highlight 'timed? out'`,
		ValidArgsFunction: p.offerGroups(&f.remoteFlags),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && !p.stdinTTY():
				args = []string{"-"}
			case len(args) == 0:
				return usage("which files or log groups? groundwatch tail app.log")
			case f.lines < -1:
				return usage("--lines: found %d, want a number from 0, or -1 for all", f.lines)
			}
			f.limited = cmd.Flags().Changed("lines")
			if p.areGroups(cmd.Context(), &f.remoteFlags, args) {
				return remotely(p.tailGroups(cmd.Context(), &f, args))
			}
			return p.runTail(cmd.Context(), &f, args)
		},
	}
	f.remoteFlags.add(cmd)
	fl := cmd.Flags()
	fl.BoolVarP(&f.follow, "follow", "f", false, "go on with what is appended")
	fl.IntVarP(&f.lines, "lines", "n", 10, "how many of the last events of each file, or of all groups together, to show first; -1 for all, of files one after the other; with --since default -1 for groups")
	fl.StringVar(&f.filterPattern, "filter", "", "only events that match this CloudWatch filter pattern")
	fl.StringArrayVar(&f.grep, "grep", nil, "only events whose text matches this regular expression (repeatable: all of them)")
	fl.StringArrayVar(&f.grepNot, "grep-v", nil, "only events whose text does not match (repeatable)")
	fl.StringVar(&f.level, "level", "", "only events of this level and above: trace, debug, info, warn, error, fatal")
	fl.StringVar(&f.since, "since", "", "from when, as query --since")
	fl.StringVar(&f.until, "until", "", "until when")
	fl.StringVar(&f.format, "format", "auto", "how the files are read: "+strings.Join(formatNames(), ", "))
	fl.StringVar(&f.highlight, "highlight", "", "make what matches this regular expression stand out")
	fl.StringSliceVar(&f.columns, "columns", nil, "only these fields behind the message, in this order; globs; also @log, @logStream")
	fl.StringSliceVar(&f.hide, "hide", nil, "fields that are not shown; globs")
	fl.BoolVar(&f.poll, "poll", false, "with --follow of groups, ask for events again and again rather than by a live tail")
	fl.BoolVarP(&f.expand, "expand", "x", false, "show each field on a line of its own, and texts whole")
	offer(cmd, "level", eventline.LevelWords()...)
	offer(cmd, "format", formatNames()...)
	for _, name := range []string{"filter", "grep", "grep-v", "since", "until", "highlight", "columns", "hide"} {
		offer(cmd, name)
	}
	return cmd
}

// An eventFilter decides which events tail shows.
type eventFilter struct {
	pattern  *filterpattern.Pattern
	all, not []*regexp.Regexp
	level    int // the least rank; -1 for all
	from, to int64
}

// newFilter reads the flags that choose events.
func (p *Program) newFilter(f *tailFlags, zone *time.Location) (*eventFilter, error) {
	out := &eventFilter{level: -1, from: math.MinInt64, to: math.MaxInt64}
	var err error
	if out.pattern, err = f.pattern(); err != nil {
		return nil, err
	}
	if out.all, err = regexps("--grep", f.grep); err != nil {
		return nil, err
	}
	if out.not, err = regexps("--grep-v", f.grepNot); err != nil {
		return nil, err
	}
	window, err := f.window(p.Now(), zone)
	if err != nil {
		return nil, err
	}
	if window.Start != 0 || window.End != 0 {
		out.from, out.to = window.Start, window.End
	}
	if f.level != "" {
		if out.level = eventline.LevelRank(strings.TrimSuffix(f.level, "+")); out.level < 0 {
			return nil, oneOf("--level", f.level, eventline.LevelWords()...)
		}
	}
	return out, nil
}

func regexps(flag string, texts []string) ([]*regexp.Regexp, error) {
	var out []*regexp.Regexp
	for _, t := range texts {
		re, err := regexp.Compile(t)
		if err != nil {
			return nil, usage("%s: %v", flag, err)
		}
		out = append(out, re)
	}
	return out, nil
}

// text reports whether an event passes all that its text and time decide.
func (f *eventFilter) text(ev *files.Event) bool {
	if f.pattern != nil && !f.pattern.Match(ev.Message) {
		return false
	}
	for _, re := range f.all {
		if !re.Match(ev.Message) {
			return false
		}
	}
	for _, re := range f.not {
		if re.Match(ev.Message) {
			return false
		}
	}
	if f.from == math.MinInt64 && f.to == math.MaxInt64 {
		return true
	}
	return ev.HasTime && f.from <= ev.Time && ev.Time <= f.to
}

// loud reports whether a level is at least that of --level. An unknown one is not.
func (f *eventFilter) loud(level string) bool { return eventline.LevelRank(level) >= f.level }

// runTail shows the last events of each file and then follows.
func (p *Program) runTail(ctx context.Context, f *tailFlags, args []string) error {
	zone, err := p.zone()
	if err != nil {
		return err
	}
	filter, err := p.newFilter(f, zone)
	if err != nil {
		return err
	}
	in, err := p.open(&f.sourceFlags, args)
	if err != nil {
		return err
	}
	t, err := p.newTailer(f, filter, zone)
	if err != nil {
		return err
	}
	if err := t.first(ctx, in.source, f.lines); err != nil {
		return err
	}
	in.report(p)
	if f.follow {
		return t.follow(ctx, p, args, in)
	}
	if in.lost() {
		return &exitError{ExitPartial, nil}
	}
	return nil
}

func (p *Program) newTailer(f *tailFlags, filter *eventFilter, zone *time.Location) (*tailer, error) {
	opt := eventline.Options{Zone: zone, Colour: p.colour(), Expand: f.expand, Columns: f.columns, Hide: f.hide}
	if f.highlight != "" {
		re, err := regexps("--highlight", []string{f.highlight})
		if err != nil {
			return nil, err
		}
		opt.Highlight = re[0]
	}
	_, tty := p.stdoutTTY()
	return &tailer{out: p.Stdout, terminal: tty, filter: filter, raw: p.flags.output == "json", line: eventline.New(opt)}, nil
}

// A tailer shows events.
type tailer struct {
	out    io.Writer
	filter *eventFilter
	line   *eventline.Line
	raw    bool // show the messages as they are, as one line each
	buf    []byte

	terminal bool // people see out
}

// flushAt is how many bytes of lines are written at once.
const flushAt = 64 << 10

// passes reports whether an event is one to show.
func (t *tailer) passes(ev *files.Event) bool {
	return t.filter.text(ev) && (t.filter.level < 0 || t.filter.loud(t.line.Level(ev.Message)))
}

// add appends the lines of an event that passes to buf.
func (t *tailer) add(ev *files.Event) {
	if !t.passes(ev) {
		return
	}
	if t.raw {
		line := jsonLine(ev.Message)
		if t.terminal {
			line = output.TerminalJSON(line)
		}
		t.buf = append(append(t.buf, line...), '\n')
		return
	}
	t.buf = t.line.Append(t.buf, &eventline.Event{Message: ev.Message, Time: ev.Time, HasTime: ev.HasTime, Log: ev.Log, Stream: ev.Stream})
}

func (t *tailer) flush() error {
	_, err := t.out.Write(t.buf)
	t.buf = t.buf[:0]
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

// follow shows what is appended to the files until the program is interrupted, which is how it ends well.
func (t *tailer) follow(ctx context.Context, p *Program, args []string, in *input) error {
	opt := files.FollowOptions{Options: in.source.Options}
	told := slices.Clone(in.problems)
	opt.Problem = func(problem files.Problem) {
		// What is not there is found out again.
		if x := inputProblemOf(problem); !slices.Contains(told, x) {
			p.problem(x)
		}
	}
	err := files.Follow(ctx, args, in.source.Inputs, opt, func(ev *files.Event) error {
		t.add(ev)
		return t.flush()
	})
	if ctx.Err() != nil {
		return &exitError{ExitInterrupted, nil}
	}
	return err
}

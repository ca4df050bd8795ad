package cli

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/remote"
	"github.com/groundwatch/groundwatch/internal/tail"
)

// tailFlags are the flags of groundwatch tail.
type tailFlags struct {
	remoteFlags
	sourceFlags
	follow        bool
	expand, full  bool
	poll          bool
	highlight     string
	columns, hide []string
	lines         int
	limited       bool // lines was given
	grep, grepNot []string
	level         string
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
			if err := p.checkFields(&f); err != nil {
				return err
			}
			f.limited = cmd.Flags().Changed("lines")
			if p.areGroups(cmd.Context(), &f.remoteFlags, args) {
				return remotely(p.tailGroups(cmd.Context(), &f, args))
			}
			return p.tailFiles(cmd.Context(), &f, args)
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
	fl.BoolVarP(&f.expand, "expand", "x", false, "show each field on a line of its own, and events whole")
	fl.BoolVar(&f.full, "full", false, "show events whole, however long; a pipe and a file always get them so")
	offer(cmd, "level", eventline.LevelWords()...)
	offer(cmd, "format", formatNames()...)
	for _, name := range []string{"filter", "grep", "grep-v", "since", "until", "highlight", "columns", "hide"} {
		offer(cmd, name)
	}
	return cmd
}

// checkFields refuses flags that choose fields of lines where objects are shown, which have all. What the environment asks for gives way.
func (p *Program) checkFields(f *tailFlags) error {
	if p.flags.output != "json" || p.fromEnv["output"] {
		return nil
	}
	for name, given := range map[string]bool{"columns": f.columns != nil, "hide": f.hide != nil} {
		if given && !p.fromEnv[name] {
			return usage("--%s chooses what lines show and does not go with --output json, which shows events as they are; give one of them", name)
		}
	}
	return nil
}

// filter reads the flags that choose events.
func (p *Program) filter(f *tailFlags, zone *time.Location) (out tail.Filter, err error) {
	out = tail.NewFilter()
	if out.Pattern, err = f.pattern(); err != nil {
		return out, err
	}
	if out.All, err = regexps("--grep", f.grep); err != nil {
		return out, err
	}
	if out.Not, err = regexps("--grep-v", f.grepNot); err != nil {
		return out, err
	}
	window, err := f.window(p.Now(), zone)
	if err != nil {
		return out, err
	}
	if window.Start != 0 || window.End != 0 {
		out.From, out.To = window.Start, window.End
	}
	if f.level != "" {
		if out.Level = eventline.LevelRank(strings.TrimSuffix(f.level, "+")); out.Level < 0 {
			return out, oneOf("--level", f.level, eventline.LevelWords()...)
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

// tailer returns what shows the events that the flags choose.
func (p *Program) tailer(f *tailFlags) (*tail.Tailer, error) {
	zone, err := p.zone()
	if err != nil {
		return nil, err
	}
	filter, err := p.filter(f, zone)
	if err != nil {
		return nil, err
	}
	look := eventline.Options{Zone: zone, Colour: p.colour(), Expand: f.expand, Columns: f.columns, Hide: f.hide}
	if f.highlight != "" {
		re, err := regexps("--highlight", []string{f.highlight})
		if err != nil {
			return nil, err
		}
		look.Highlight = re[0]
	}
	_, tty := p.stdoutTTY()
	if tty && !f.full && !f.expand {
		look.Whole = "--full"
	}
	opt := tail.Options{Out: p.Stdout, Terminal: tty, Raw: p.flags.output == "json", Line: look, Filter: filter}
	if !p.flags.quiet {
		opt.Note = func(s string) { p.note("%s", s) }
	}
	return tail.New(opt), nil
}

// tailFiles shows the last events of each file and then follows.
func (p *Program) tailFiles(ctx context.Context, f *tailFlags, args []string) error {
	t, err := p.tailer(f)
	if err != nil {
		return err
	}
	in, err := p.open(&f.sourceFlags, args)
	if err != nil {
		return err
	}
	if err := t.Files(ctx, in.source, f.lines); err != nil {
		return err
	}
	in.report(p)
	p.noteMixed(ctx, &f.remoteFlags, args)
	if f.follow {
		return p.followFiles(ctx, t, args, in)
	}
	t.Columns()
	if in.lost() {
		return &exitError{ExitPartial, nil}
	}
	return nil
}

// followFiles shows what is appended to the files until the program is interrupted, which is how it ends well.
func (p *Program) followFiles(ctx context.Context, t *tail.Tailer, args []string, in *input) error {
	opt := files.FollowOptions{Options: in.source.Options}
	told := slices.Clone(in.problems)
	opt.Problem = func(problem files.Problem) {
		// What is not there is found out again.
		if x := inputProblemOf(problem); !slices.Contains(told, x) {
			p.problem(x)
		}
	}
	err := t.Follow(ctx, args, in.source.Inputs, opt)
	if ctx.Err() != nil {
		return &exitError{ExitInterrupted, nil}
	}
	return err
}

// tailGroups shows the last events of log groups and then follows them.
func (p *Program) tailGroups(ctx context.Context, f *tailFlags, args []string) error {
	t, err := p.tailer(f)
	if err != nil {
		return err
	}
	if f.follow && f.until != "" {
		return usage("--follow and --until: found both, want one")
	}
	wanted, err := targets(args)
	if err != nil {
		return err
	}
	c, err := p.client(ctx, &f.remoteFlags)
	if err != nil {
		return err
	}
	g := &tail.Groups{Tailer: t, Where: args[0], Follower: &remote.Follower{
		Client: c, Targets: wanted, Filter: f.filterPattern, Polling: f.poll, Now: p.Now, Note: func(s string) { p.note("%s", s) },
	}}
	g.Search = func(looked func() (bytes, events int64)) (stop func()) {
		return p.draw(func() progress {
			bytes, events := looked()
			return progress{read: bytes, events: events}
		})
	}
	g.Places, err = g.Find(ctx)
	if err != nil && f.follow {
		if none := (*remote.MissingError)(nil); errors.As(err, &none) {
			p.note("%s yet; waiting for it", strings.ReplaceAll(err.Error(), "\n", ", "))
			err = nil
		}
	}
	if err != nil {
		return p.missing(ctx, c, err, noFile)
	}
	if len(args) > 1 {
		g.Where = remote.Where(g.Places)
	}
	n := f.lines
	if f.since != "" && !f.limited {
		n = -1
	}
	err = g.Last(ctx, n)
	switch {
	case err == nil && f.follow:
		err = g.Follow(ctx)
	case err == nil:
		t.Columns()
	}
	if ctx.Err() != nil {
		return &exitError{ExitInterrupted, nil}
	}
	return err
}

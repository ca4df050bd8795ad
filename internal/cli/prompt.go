package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/groupquery"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/prompt"
	"github.com/groundwatch/groundwatch/internal/remote"
	"github.com/groundwatch/groundwatch/internal/tail"
)

// sampled is how many events the prompt learns fields and values from.
const sampled = 500

// prompt asks for queries over sources until people have no more.
func (p *Program) prompt(ctx context.Context, f *queryFlags, sources []string) error {
	zone, err := p.zone()
	if err != nil {
		return err
	}
	if p.flags.output != "" || f.chart != "" || f.file != "" {
		return usage("-i takes no --output, --chart and --file; \\? in it tells what it has instead")
	}
	var engine prompt.Engine
	if len(sources) == 0 || p.areGroups(ctx, &f.remoteFlags, sources) {
		var e *groupquery.Engine
		e, err = p.groupEngine(ctx, f, sources)
		engine = &groupPrompt{e, p}
	} else {
		e := &filePrompt{p: p, f: f, sources: sources}
		_, err = p.open(&f.sourceFlags, sources)
		engine = e
	}
	if err != nil {
		return err
	}
	screen := prompt.OnTerminal(p.Stdin, p.Stdout)
	show := func(w io.Writer, form string, r *exec.Result) error {
		width, tty := p.stdoutTTY()
		opt := output.Options{Zone: zone, Width: width, Terminal: tty, Raw: f.raw, Colour: p.colour()}
		if form == "chart" {
			return p.chart(w, "auto", opt, r)
		}
		out, err := output.New(form, w, opt)
		if err != nil {
			return err
		}
		return errors.Join(out.Write(r.Columns, r.Rows), out.Close())
	}
	err = prompt.Run(ctx, prompt.Options{
		Engine: engine, In: p.Stdin, Out: p.Stdout, Err: p.Stderr, Screen: screen, History: prompt.HistoryFile(p.Env), Colour: p.colour(), Show: show,
		Explain: func(text string, err error) string { return shownError(inText(text, err)) }, Edit: prompt.Editor(p.Env), Now: p.Now,
	})
	if ctx.Err() != nil {
		return &exitError{ExitInterrupted, nil}
	}
	return err
}

// shownError returns an error as people read it, with a mark in the query where one is known.
func shownError(err error) string {
	if text := (*textError)(nil); errors.As(err, &text) {
		return output.VisibleLines(text.shown())
	}
	return output.VisibleLines(err.Error())
}

// A groupPrompt answers the prompt's queries over log groups.
type groupPrompt struct {
	*groupquery.Engine
	p *Program
}

// Answer implements prompt.Engine.
func (g *groupPrompt) Answer(ctx context.Context, text string) (*exec.Result, error) {
	defer g.p.drawGroups(g.Engine)()
	return g.Engine.Answer(ctx, text)
}

// Sample implements prompt.Engine.
func (g *groupPrompt) Sample(ctx context.Context) ([][]byte, error) {
	newest, err := g.Client.Newest(ctx, g.Places)
	if err != nil || newest.At == 0 {
		return nil, err
	}
	from := time.UnixMilli(newest.At + 1) // else it would be looked for in ever longer times, and get many events more
	s := remote.Selection{Places: g.Places, From: from.Add(-tail.LookBack).UnixMilli()}
	events, err := g.Client.Last(ctx, s, from, sampled, func(*remote.Fetched) bool { return true })
	var texts [][]byte
	for _, e := range events {
		texts = append(texts, []byte(aws.ToString(e.Message)))
	}
	return texts, err
}

// Fields implements prompt.Engine.
func (g *groupPrompt) Fields(ctx context.Context) ([]string, error) {
	return g.Client.Fields(ctx, g.Places)
}

// Groups implements prompt.Engine.
func (g *groupPrompt) Groups(ctx context.Context, prefix string) (names []string, whole bool, err error) {
	for group, err := range g.Client.Groups(ctx, remote.Begins(prefix)) {
		if err != nil || len(names) == groupsOffered {
			return names, false, err
		}
		names = append(names, aws.ToString(group.LogGroupName))
	}
	return names, true, nil
}

// Save implements prompt.Engine.
func (g *groupPrompt) Save(ctx context.Context, name, text string) error {
	var groups []string
	for _, place := range g.Places {
		groups = append(groups, place.Group)
	}
	return g.Client.Save(ctx, name, text, groups)
}

// A filePrompt answers them over files.
type filePrompt struct {
	p       *Program
	f       *queryFlags
	sources []string
}

// Answer implements prompt.Engine.
func (g *filePrompt) Answer(ctx context.Context, text string) (*exec.Result, error) {
	opts, err := g.p.execOptions(g.f)
	if err != nil {
		return nil, err
	}
	compiled, err := insights.Compile(text, insights.Options{Limit: g.f.limit, Exec: opts})
	if err != nil {
		return nil, err
	}
	in, err := g.p.open(&g.f.sourceFlags, g.sources)
	if err != nil {
		return nil, err
	}
	opts.Source, opts.Named = in.source, in.named
	defer g.p.watch(in)()
	r, err := exec.Run(ctx, compiled, opts)
	if err == nil && in.lost() {
		err = fmt.Errorf("some input could not be read: %s", in.problems[0].text)
	}
	return r, err
}

// errEnough ends the reading of a sample.
var errEnough = errors.New("enough events")

// Sample implements prompt.Engine.
func (g *filePrompt) Sample(ctx context.Context) ([][]byte, error) {
	var texts [][]byte
	found, _ := files.Find(g.sources) // what is wrong with them the first query tells
	for _, in := range found {
		if in.Size < 0 {
			continue // can be read only once
		}
		n := 0
		err := files.Events(ctx, in, files.Options{}, func(ev *files.Event) error {
			texts = append(texts, []byte(strings.Clone(string(ev.Message))))
			if n++; n >= sampled/min(len(found), 10) {
				return errEnough
			}
			return nil
		})
		if len(texts) >= sampled || err != nil && !errors.Is(err, errEnough) {
			break
		}
	}
	return texts, nil
}

// Fields implements prompt.Engine: the sample says all.
func (g *filePrompt) Fields(context.Context) ([]string, error) { return nil, nil }

// Groups implements prompt.Engine: files have none.
func (g *filePrompt) Groups(context.Context, string) ([]string, bool, error) { return nil, true, nil }

// Save implements prompt.Engine.
func (g *filePrompt) Save(context.Context, string, string) error {
	return errors.New("queries are saved by a server; name log groups in place of files")
}

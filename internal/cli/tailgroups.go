package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// lookBack is how far back the last events of groups are looked for without --since.
const lookBack = 7 * 24 * time.Hour

// tailGroups shows the last events of log groups and then follows them.
func (p *Program) tailGroups(ctx context.Context, f *tailFlags, args []string) error {
	zone, err := p.zone()
	if err != nil {
		return err
	}
	filter, err := p.newFilter(f, zone)
	if err != nil {
		return err
	}
	t, err := p.newTailer(f, filter, zone)
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
	f.args = args
	g := &groupTailer{tailer: t, p: p, f: f}
	g.Follower = &remote.Follower{
		Client: c, Targets: wanted, Filter: f.filterPattern, Polling: f.poll, Now: p.Now, Note: func(s string) { p.note("%s", s) },
	}
	g.places, err = g.Find(ctx)
	if err != nil && f.follow {
		if none := (*remote.MissingError)(nil); errors.As(err, &none) {
			p.note("%s yet; waiting for it", strings.ReplaceAll(err.Error(), "\n", ", "))
			err = nil
		}
	}
	if err != nil {
		return p.missing(ctx, c, err, noFile)
	}
	g.name()
	err = g.first(ctx)
	if err == nil && f.follow {
		err = g.Follow(ctx, g.show)
	}
	if ctx.Err() != nil {
		return &exitError{ExitInterrupted, nil}
	}
	return err
}

// A groupTailer shows events of groups.
type groupTailer struct {
	*tailer
	*remote.Follower
	p      *Program
	f      *tailFlags
	places []remote.Place
	names  map[string]string // what events of a group are said to be from
	shown  int
}

// name finds out what groups are called in lines: nothing if there can be only one, else the end of their names that tells them apart.
func (g *groupTailer) name() {
	g.names = map[string]string{}
	if len(g.places) <= 1 && !slices.ContainsFunc(g.Targets, func(t remote.Target) bool { return strings.ContainsAny(t.Group, "*?[") }) {
		return
	}
	count := map[string]int{}
	for _, p := range g.places {
		count[lastPart(p.Group)]++
	}
	for _, p := range g.places {
		g.names[p.Group] = p.Group
		if short := lastPart(p.Group); count[short] == 1 {
			g.names[p.Group] = short
		}
	}
}

// lastPart returns what stands behind the last slash of a name.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// source returns what an event is said to be from.
func (g *groupTailer) source(group string) string {
	name, ok := g.names[group]
	if ok || len(g.names) == 0 && len(g.places) == 1 {
		return name
	}
	name = lastPart(group) // made since
	for _, other := range g.names {
		if other == name {
			name = group
		}
	}
	g.names[group] = name
	return name
}

// A tailedJSON is an event of a group with -o json: AWS's names.
type tailedJSON struct {
	Group     string `json:"logGroupName"`
	Stream    string `json:"logStreamName"`
	Time      int64  `json:"timestamp"`
	Ingestion int64  `json:"ingestionTime"`
	Message   string `json:"message"`
}

// event returns e as the filters take it.
func event(e *remote.Fetched) *files.Event {
	return &files.Event{
		Message: []byte(aws.ToString(e.Message)), Time: aws.ToInt64(e.Timestamp), HasTime: true, Log: e.Group, Stream: aws.ToString(e.LogStreamName),
	}
}

// add appends the line of an event to what is shown next.
func (g *groupTailer) add(e *remote.Fetched) {
	g.shown++
	ev := event(e)
	if !g.raw {
		g.buf = g.line.Append(g.buf, &eventline.Event{
			Message: ev.Message, Time: ev.Time, HasTime: true, Log: ev.Log, Stream: ev.Stream, Source: g.source(e.Group),
		})
		return
	}
	row, _ := json.Marshal(tailedJSON{e.Group, ev.Stream, ev.Time, aws.ToInt64(e.IngestionTime), string(ev.Message)}) // always encodes
	line := string(row)
	if g.terminal {
		line = output.TerminalJSON(line)
	}
	g.buf = append(append(g.buf, line...), '\n')
}

// show shows those events that pass.
func (g *groupTailer) show(events []remote.Fetched) error {
	for i := range events {
		if g.passes(event(&events[i])) {
			g.add(&events[i])
		}
	}
	return g.flush()
}

// first shows what there is before anything is followed.
func (g *groupTailer) first(ctx context.Context) error {
	s := remote.Selection{Places: g.places, Filter: g.f.filterPattern}
	if g.filter.from != math.MinInt64 {
		s.From = max(g.filter.from, 1)
	}
	if g.filter.to != math.MaxInt64 {
		s.To = max(g.filter.to, 1)
	}
	n := g.f.lines
	if g.f.since != "" && !g.f.limited {
		n = -1
	}
	if len(g.places) == 0 || n == 0 {
		return nil
	}
	var err error
	if n < 0 {
		err = g.all(ctx, s)
	} else {
		err = g.last(ctx, s, n)
	}
	if err == nil && g.shown == 0 {
		err = g.whyNothing(ctx)
	}
	return err
}

// all shows all events that pass.
func (g *groupTailer) all(ctx context.Context, s remote.Selection) error {
	for e, err := range g.Client.Events(ctx, s) {
		if err != nil {
			return errors.Join(g.flush(), err)
		}
		g.History(&e)
		if g.passes(event(&e)) {
			g.add(&e)
		}
		if len(g.buf) >= flushAt {
			if err := g.flush(); err != nil {
				return err
			}
		}
	}
	return g.flush()
}

// last shows the last n events that pass.
func (g *groupTailer) last(ctx context.Context, s remote.Selection, n int) error {
	if s.From == 0 {
		s.From = g.Now().Add(-lookBack).UnixMilli()
	}
	events, err := g.Client.Last(ctx, s, g.Now(), n, func(e *remote.Fetched) bool {
		g.History(e)
		return g.passes(event(e))
	})
	for i := range events {
		g.add(&events[i])
	}
	return errors.Join(g.flush(), err)
}

// whyNothing says where there are events, if there are none to be shown.
func (g *groupTailer) whyNothing(ctx context.Context) error {
	if g.p.flags.quiet {
		return nil
	}
	at, group, err := g.Client.Newest(ctx, g.places)
	if err != nil {
		return err
	}
	where := plural(len(g.places), "group")
	if len(g.f.args) == 1 {
		where = g.f.args[0]
	}
	window := "of the last " + agoText(lookBack)
	if g.f.since != "" || g.f.until != "" {
		window = "of that time"
	}
	switch since := g.Now().UnixMilli() - at; {
	case at == 0:
		g.p.note("there is no event in %s", where)
	case g.f.until == "" && at < g.from():
		g.p.note("there is no event %s in %s; the newest one, in %s, is %s old: try --since %s", window, where, group,
			agoText(time.Duration(since)*time.Millisecond), agoText(time.Duration(since+since/4)*time.Millisecond+5*time.Second))
	case g.f.until == "":
		g.p.note("no event %s in %s passes the filters", window, where)
	default:
		g.p.note("there is no such event %s in %s; the newest one, in %s, is of %s", window, where, group, time.UnixMilli(at).UTC().Format(time.RFC3339))
	}
	return nil
}

// from returns since when events are looked for, in epoch milliseconds.
func (g *groupTailer) from() int64 {
	if g.filter.from != math.MinInt64 {
		return g.filter.from
	}
	return g.Now().Add(-lookBack).UnixMilli()
}

// agoText returns a duration as --since takes it, rounded up.
func agoText(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", (d+24*time.Hour-1)/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", (d+time.Hour-1)/time.Hour)
	case d >= time.Minute:
		return fmt.Sprintf("%dm", (d+time.Minute-1)/time.Minute)
	}
	return fmt.Sprintf("%ds", (d+time.Second-1)/time.Second)
}

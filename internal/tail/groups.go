package tail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// LookBack is how far back the last events of groups are looked for where nobody says since when.
const LookBack = 7 * 24 * time.Hour

// Groups shows events of log groups. All fields but Places must be set before its methods are called.
type Groups struct {
	*Tailer
	*remote.Follower
	Places []remote.Place // those that there are
	Where  string         // the groups, as messages name them: with their streams, if those are chosen

	// Search is called when the last events are looked for, and stop when they are found: it may tell how many bytes and events have
	// been looked at. nil tells nobody.
	Search func(looked func() (bytes, events int64)) (stop func())

	names map[string]string // what events of a group are said to be from
}

// name finds out what groups are called in lines: nothing if there can be only one, else the end of their names that tells them apart.
func (g *Groups) name() {
	g.names = map[string]string{}
	if len(g.Places) <= 1 && !slices.ContainsFunc(g.Targets, func(t remote.Target) bool { return strings.ContainsAny(t.Group, "*?[") }) {
		return
	}
	count := map[string]int{}
	for _, p := range g.Places {
		count[lastPart(p.Group)]++
	}
	for _, p := range g.Places {
		g.names[p.Group] = p.Group
		if short := lastPart(p.Group); count[short] == 1 {
			g.names[p.Group] = short
		}
	}
}

// lastPart returns what stands behind the last slash of a name.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// source returns what an event is said to be from.
func (g *Groups) source(group string) string {
	name, ok := g.names[group]
	if ok || len(g.names) == 0 && len(g.Places) == 1 {
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

// A tailedJSON is an event of a group as an object: AWS's names.
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
func (g *Groups) add(e *remote.Fetched) {
	ev := event(e)
	if !g.opt.Raw {
		g.append(&eventline.Event{
			Message: ev.Message, Time: ev.Time, HasTime: true, Log: ev.Log, Stream: ev.Stream, Source: g.source(e.Group),
		})
		return
	}
	g.shown++
	row, _ := json.Marshal(tailedJSON{e.Group, ev.Stream, ev.Time, aws.ToInt64(e.IngestionTime), string(ev.Message)}) // always encodes
	g.object(string(row))
}

// Follow shows what is stored from then on, until ctx ends. Last must have been called.
func (g *Groups) Follow(ctx context.Context) error { return g.Follower.Follow(ctx, g.show) }

// show shows those events that pass.
func (g *Groups) show(events []remote.Fetched) error {
	for i := range events {
		if g.passes(event(&events[i])) {
			g.add(&events[i])
		}
	}
	return g.flush()
}

// Last shows what there is before anything is followed: the last n events of all groups together, or with n < 0 all of them.
func (g *Groups) Last(ctx context.Context, n int) error {
	g.name()
	s := remote.Selection{Places: g.Places, Filter: g.Filter}
	if g.opt.Filter.From != math.MinInt64 {
		s.From = max(g.opt.Filter.From, 1)
	}
	if g.opt.Filter.To != math.MaxInt64 {
		s.To = max(g.opt.Filter.To, 1)
	}
	if len(g.Places) == 0 || n == 0 {
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
func (g *Groups) all(ctx context.Context, s remote.Selection) error {
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
func (g *Groups) last(ctx context.Context, s remote.Selection, n int) error {
	if s.From == 0 {
		s.From = g.Now().Add(-LookBack).UnixMilli()
	}
	var bytes, looked atomic.Int64
	stop := func() {}
	if g.Search != nil {
		stop = g.Search(func() (int64, int64) { return bytes.Load(), looked.Load() })
	}
	events, err := g.Client.Last(ctx, s, g.Now(), n, func(e *remote.Fetched) bool {
		g.History(e)
		bytes.Add(int64(len(aws.ToString(e.Message))))
		looked.Add(1)
		return g.passes(event(e))
	})
	stop()
	for i := range events {
		g.add(&events[i])
	}
	return errors.Join(g.flush(), err)
}

// whyNothing says where there are events, if there are none to be shown.
func (g *Groups) whyNothing(ctx context.Context) error {
	if g.opt.Note == nil {
		return nil
	}
	n, err := g.Client.Newest(ctx, g.Places)
	if err != nil {
		return err
	}
	g.opt.Note(g.nothing(n))
	return nil
}

// nothing says why no event is shown.
func (g *Groups) nothing(n remote.Newest) string {
	if none := remote.NoStream(g.Places); none != "" && !n.Streams {
		return none
	}
	newest := "the newest one"
	if n.Group != g.Where {
		newest += ", in " + n.Group + ","
	}
	from, bounded := g.opt.Filter.From, g.opt.Filter.To != math.MaxInt64
	window := "of that time"
	if from == math.MinInt64 && !bounded {
		window = "of the last " + agoText(LookBack)
	}
	if from == math.MinInt64 {
		from = g.Now().Add(-LookBack).UnixMilli()
	}
	since := time.Duration(g.Now().UnixMilli()-n.At) * time.Millisecond
	switch {
	case n.At == 0:
		return fmt.Sprintf("there is no event in %s", g.Where)
	case !bounded && n.At < from:
		return fmt.Sprintf("there is no event %s in %s; %s is %s old: try --since %s", window, g.Where, newest, agoText(since), agoText(since+since/4+5*time.Second))
	case !bounded:
		return fmt.Sprintf("no event %s in %s passes the filters", window, g.Where)
	}
	return fmt.Sprintf("there is no such event %s in %s; %s is of %s", window, g.Where, newest, time.UnixMilli(n.At).UTC().Format(time.RFC3339))
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

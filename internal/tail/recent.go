package tail

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/files"
)

// Files shows what there is before anything is followed: the last n events of each file that pass, in the order of time,
// or with n < 0 all of them, file by file.
func (t *Tailer) Files(ctx context.Context, src *files.Source, n int) error {
	var all []recentEvent
	for _, in := range src.Inputs {
		if n < 0 {
			if err := t.all(ctx, in, src.Options); err != nil {
				return err
			}
			continue
		}
		events, err := t.recent(ctx, in, src.Options, n)
		all = append(all, inOrder(events)...)
		if err != nil {
			return errors.Join(err, t.show(all))
		}
	}
	// Events of one time stay in the order of the files.
	slices.SortStableFunc(all, func(a, b recentEvent) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	return t.show(all)
}

func (t *Tailer) show(events []recentEvent) error {
	for i := range events {
		t.add(events[i].Event)
	}
	return t.flush()
}

// all shows all events of a file that pass, as they are read.
func (t *Tailer) all(ctx context.Context, in files.Input, opt files.Options) error {
	err := files.Events(ctx, in, opt, func(ev *files.Event) error {
		t.add(ev)
		if len(t.buf) >= flushAt {
			return t.flush()
		}
		return nil
	})
	return errors.Join(err, t.flush())
}

// tailBytes is how much of the end of a file is looked at first for its last events: most files have ten of them
// there. If they are not, tailGrowth times as much is looked at, and so on, so that events that are far back
// cost a third more than one reading.
const (
	tailBytes  = 1 << 20
	tailGrowth = 4
)

// recent returns the last n events of a file that pass, oldest first.
func (t *Tailer) recent(ctx context.Context, in files.Input, opt files.Options, n int) ([]files.Event, error) {
	report := opt.Problem
	for size := int64(tailBytes); ; size *= tailGrowth {
		r := ring{most: n}
		var problems []files.Problem
		opt.Problem = func(p files.Problem) { problems = append(problems, p) }
		all, err := files.Last(ctx, in, opt, size, func(ev *files.Event) error {
			if n > 0 && t.passes(ev) {
				r.add(ev)
			}
			return nil
		})
		if all || err != nil || len(r.events) == n {
			for _, p := range problems {
				report(p)
			}
			return r.ordered(), err
		}
	}
}

// A ring keeps the last events that were added to it.
type ring struct {
	most   int
	events []files.Event
	next   int // the place of the next event, once there are as many as may be
}

func (r *ring) add(ev *files.Event) {
	if len(r.events) < r.most {
		r.events = append(r.events, files.Event{})
		keepEvent(&r.events[len(r.events)-1], ev)
		return
	}
	keepEvent(&r.events[r.next], ev)
	r.next = (r.next + 1) % r.most
}

// ordered returns the events, the first added first.
func (r *ring) ordered() []files.Event { return append(r.events[r.next:], r.events[:r.next]...) }

// keepEvent makes dst a copy of ev that stays valid.
func keepEvent(dst, ev *files.Event) {
	text := append(dst.Message[:0], ev.Message...)
	*dst = *ev
	dst.Message = text
	dst.Log, dst.Stream, dst.Invocation = strings.Clone(ev.Log), strings.Clone(ev.Stream), strings.Clone(ev.Invocation)
}

// A recentEvent is one with its place among those of other files.
type recentEvent struct {
	*files.Event
	at int64
}

// inOrder gives the events of one file places that keep their order: that of its time, but never before the
// event before it. Those before the first one with a time go with it; without any time they come first.
func inOrder(events []files.Event) []recentEvent {
	out := make([]recentEvent, len(events))
	at := int64(math.MinInt64)
	if i := slices.IndexFunc(events, func(ev files.Event) bool { return ev.HasTime }); i >= 0 {
		at = events[i].Time
	}
	for i := range events {
		if ev := &events[i]; ev.HasTime {
			at = max(at, ev.Time)
		}
		out[i] = recentEvent{&events[i], at}
	}
	return out
}

package syslog

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// Limits of a PutLogEvents (its page in the API reference).
const (
	batchEvents = 10_000
	batchBytes  = 1 << 20
	batchSpan   = 24 * time.Hour
)

// deliver stores what comes to the port until there is nothing left of a closed queue. When ctx ends it gives up.
func (p *port) deliver(ctx context.Context) {
	for {
		some, full, done := p.queue.state()
		switch {
		case !some && done:
			return
		case !some:
			<-p.queue.came
			continue
		case !full && !done:
			p.gather()
		}
		events := p.queue.take()
		p.deliverBatch(ctx, events)
		p.queue.done(events)
	}
}

// gather waits until a batch is full, but not for long.
func (p *port) gather() {
	t := time.NewTimer(p.o.Limits.Gather)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return
		case <-p.queue.came:
		}
		if _, full, done := p.queue.state(); full || done {
			return
		}
	}
}

// deliverBatch stores events wherever they are wanted.
func (p *port) deliverBatch(ctx context.Context, events []event) {
	routes, err := p.routes(ctx)
	if err != nil {
		p.drop(Stopped, len(events))
		return
	}
	if len(routes) == 0 {
		p.drop(NoConfiguration, len(events))
		p.reset()
		return
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	gone := 0
	for _, to := range routes {
		if err := p.put(ctx, to, events); errors.Is(err, ErrGone) {
			gone++
		}
	}
	if gone == len(routes) {
		p.reset()
	}
}

// put stores events at one place, in as many batches as they need. What is too old or too new for the place comes again with the time of now:
// groups may keep less than 14 days. It returns why the rest was dropped.
func (p *port) put(ctx context.Context, to Route, events []event) error {
	var late []event
	for rest := events; len(rest) > 0; {
		n := spanning(rest)
		refused, err := p.store(ctx, to, rest[:n])
		if err != nil {
			p.lose(err, len(rest)+len(late))
			return err
		}
		late = append(late, refused...)
		rest = rest[n:]
	}
	if len(late) == 0 {
		return nil
	}
	now := p.o.Now().UnixMilli()
	for i := range late {
		late[i].time = now
	}
	refused, err := p.store(ctx, to, late)
	if err != nil || len(refused) > 0 {
		p.lose(err, len(late))
	}
	return err
}

// lose drops messages that could not be stored.
func (p *port) lose(err error, messages int) {
	r := Stopped
	if errors.Is(err, ErrGone) {
		r = NoGroup
	}
	p.drop(r, messages)
}

// spanning returns how many events, in the order of time, are within a day of the first.
func spanning(events []event) int {
	last := events[0].time + batchSpan.Milliseconds()
	n, _ := slices.BinarySearchFunc(events, last+1, func(e event, t int64) int { return cmp.Compare(e.time, t) })
	return n
}

// store stores a batch, trying until it goes well, ctx ends or the group is gone. It returns the events that the group does not take at their
// times.
func (p *port) store(ctx context.Context, to Route, events []event) (refused []event, err error) {
	in := make([]types.InputLogEvent, len(events))
	for i := range events {
		in[i] = types.InputLogEvent{Message: &events[i].text, Timestamp: &events[i].time}
	}
	id := p.id()
	var info *types.RejectedLogEventsInfo
	err = p.insist(ctx, func() (err error) {
		info, err = p.o.Store.Put(ctx, to, id, in)
		return err
	})
	if err != nil || info == nil {
		return nil, err
	}
	old := max(int(aws.ToInt32(info.TooOldLogEventEndIndex)), int(aws.ToInt32(info.ExpiredLogEventEndIndex)))
	refused = slices.Clone(events[:old])
	if info.TooNewLogEventStartIndex != nil {
		refused = append(refused, events[*info.TooNewLogEventStartIndex:]...)
	}
	return refused, nil
}

// routes returns where the port's messages go.
func (p *port) routes(ctx context.Context) (routes []Route, err error) {
	err = p.insist(ctx, func() (err error) {
		routes, err = p.o.Store.Routes(ctx, p.Endpoint)
		return err
	})
	return routes, err
}

// insist calls f until it goes well. It ends with ctx, and when f says that the group is gone.
func (p *port) insist(ctx context.Context, f func() error) error {
	var told time.Time
	for {
		err := f()
		if err == nil || errors.Is(err, ErrGone) {
			return err
		}
		if now := p.o.Now(); p.o.Hooks.Retrying != nil && (told.IsZero() || now.Sub(told) >= p.o.Limits.Tell) {
			p.o.Hooks.Retrying(p.name(), err)
			told = now
		}
		t := time.NewTimer(p.o.Limits.Patience)
		select {
		case <-ctx.Done():
			t.Stop()
			return err
		case <-t.C:
		}
	}
}

// id returns a name for a batch that no other has.
func (p *port) id() string {
	var b [16]byte
	p.o.Random(b[:])
	return hex.EncodeToString(b[:])
}

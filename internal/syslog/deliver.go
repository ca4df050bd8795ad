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

// deliver stores what comes to the door until there is nothing left of a closed queue. When ctx ends it gives up.
func (d *door) deliver(ctx context.Context) {
	for {
		some, full, done := d.queue.state()
		switch {
		case !some && done:
			return
		case !some:
			<-d.queue.came
			continue
		case !full && !done:
			d.gather()
		}
		events := d.queue.take()
		d.deliverBatch(ctx, events)
		d.queue.done(events)
	}
}

// gather waits until a batch is full, but not for long.
func (d *door) gather() {
	t := time.NewTimer(d.o.Limits.Gather)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return
		case <-d.queue.came:
		}
		if _, full, done := d.queue.state(); full || done {
			return
		}
	}
}

// deliverBatch stores events wherever they are wanted.
func (d *door) deliverBatch(ctx context.Context, events []event) {
	routes, err := d.routes(ctx)
	if err != nil {
		d.drop(Stopped, len(events))
		return
	}
	if len(routes) == 0 {
		d.drop(NoConfiguration, len(events))
		d.reset()
		return
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	gone := 0
	for _, to := range routes {
		if err := d.put(ctx, to, events); errors.Is(err, ErrGone) {
			gone++
		}
	}
	if gone == len(routes) {
		d.reset()
	}
}

// put stores events at one place, in as many batches as they need. What is too old or too new for the place comes again with the time of now:
// groups may keep less than 14 days. It returns why the rest was dropped.
func (d *door) put(ctx context.Context, to Route, events []event) error {
	var late []event
	for rest := events; len(rest) > 0; {
		n := spanning(rest)
		refused, err := d.store(ctx, to, rest[:n])
		if err != nil {
			d.lose(err, len(rest)+len(late))
			return err
		}
		late = append(late, refused...)
		rest = rest[n:]
	}
	if len(late) == 0 {
		return nil
	}
	now := d.o.Now().UnixMilli()
	for i := range late {
		late[i].time = now
	}
	refused, err := d.store(ctx, to, late)
	if err != nil || len(refused) > 0 {
		d.lose(err, len(late))
	}
	return err
}

// lose drops messages that could not be stored.
func (d *door) lose(err error, messages int) {
	r := Stopped
	if errors.Is(err, ErrGone) {
		r = NoGroup
	}
	d.drop(r, messages)
}

// spanning returns how many events, in the order of time, are within a day of the first.
func spanning(events []event) int {
	last := events[0].time + batchSpan.Milliseconds()
	n, _ := slices.BinarySearchFunc(events, last+1, func(e event, t int64) int { return cmp.Compare(e.time, t) })
	return n
}

// store stores a batch, trying until it goes well, ctx ends or the group is gone. It returns the events that the group does not take at their
// times.
func (d *door) store(ctx context.Context, to Route, events []event) (refused []event, err error) {
	in := make([]types.InputLogEvent, len(events))
	for i := range events {
		in[i] = types.InputLogEvent{Message: &events[i].text, Timestamp: &events[i].time}
	}
	id := d.id()
	var info *types.RejectedLogEventsInfo
	err = d.insist(ctx, func() (err error) {
		info, err = d.o.Store.Put(ctx, to, id, in)
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

// routes returns where the door's messages go.
func (d *door) routes(ctx context.Context) (routes []Route, err error) {
	err = d.insist(ctx, func() (err error) {
		routes, err = d.o.Store.Routes(ctx, d.Endpoint)
		return err
	})
	return routes, err
}

// insist calls f until it goes well. It ends with ctx, and when f says that the group is gone.
func (d *door) insist(ctx context.Context, f func() error) error {
	for told := false; ; told = true {
		err := f()
		if err == nil || errors.Is(err, ErrGone) {
			return err
		}
		if !told && d.o.Hooks.Retrying != nil {
			d.o.Hooks.Retrying(d.name(), err)
		}
		t := time.NewTimer(d.o.Limits.Patience)
		select {
		case <-ctx.Done():
			t.Stop()
			return err
		case <-t.C:
		}
	}
}

// id returns a name for a batch that no other has.
func (d *door) id() string {
	var b [16]byte
	d.o.Random(b[:])
	return hex.EncodeToString(b[:])
}

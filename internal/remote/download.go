package remote

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// How long the first slice of a download is, and how long others may be. Their lengths are chosen so that each holds some thousand events:
// one or two answers.
const (
	firstSlice  = time.Second
	mostSlice   = 7 * 24 * time.Hour
	fewEvents   = 2_000
	manyEvents  = 20_000
	sliceGrowth = 4
	pieceEvents = 5_000 // of a slice that wait at a time
)

// A slice is the part of a download that one goroutine fetches.
type slice struct {
	through int64
	pieces  chan []Fetched
	err     error // set before pieces is closed
}

// Download gives the events of a selection, whose From and To are set, in the order in which Events yields them, but fetches several
// slices of time at once. After some thousand events, and after each slice, it calls done with the time through which everything was given.
func (c *Client) Download(ctx context.Context, s Selection, parallel int, each func([]Fetched) error, done func(through int64) error) error {
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	var queue []*slice
	width := firstSlice.Milliseconds()
	for next := s.From; ; {
		for len(queue) < max(parallel, 1) && next <= s.To {
			part := s
			part.From, part.To = next, min(next+width-1, s.To)
			sl := &slice{through: part.To, pieces: make(chan []Fetched, 1)}
			wg.Go(func() { c.fetch(ctx, part, sl) })
			queue = append(queue, sl)
			next = part.To + 1
		}
		if len(queue) == 0 {
			return nil
		}
		n, err := queue[0].give(each, done)
		if err != nil {
			return err
		}
		if err := queue[0].err; err != nil {
			return err
		}
		if err := done(queue[0].through); err != nil {
			return err
		}
		queue = queue[1:]
		width = resized(width, n)
	}
}

// give gives the events of a slice, and returns how many. A slice after a long silence may hold a week of events: before its end it tells of
// each time that all events before it are given, and none of it.
func (s *slice) give(each func([]Fetched) error, done func(through int64) error) (count int, err error) {
	var held []Fetched // those of one time
	for piece := range s.pieces {
		count += len(piece)
		piece = append(held, piece...)
		held = nil
		last := aws.ToInt64(piece[len(piece)-1].Timestamp)
		cut := slices.IndexFunc(piece, func(e Fetched) bool { return aws.ToInt64(e.Timestamp) == last })
		if cut == 0 && len(piece) < manyEvents {
			held = piece
			continue
		}
		if cut == 0 {
			err = each(piece)
		} else if held, err = piece[cut:], each(piece[:cut]); err == nil {
			err = done(last - 1)
		}
		if err != nil {
			return count, err
		}
	}
	return count, give(held, each)
}

// resized returns how long the next slice is, after one of that length held n events.
func resized(width int64, n int) int64 {
	switch {
	case n < fewEvents:
		return min(width*sliceGrowth, mostSlice.Milliseconds())
	case n > manyEvents:
		return max(width/sliceGrowth, 1)
	}
	return width
}

// fetch fetches one slice.
func (c *Client) fetch(ctx context.Context, s Selection, to *slice) {
	defer close(to.pieces)
	var piece []Fetched
	send := func() bool {
		select {
		case to.pieces <- piece:
			piece = nil
			return true
		case <-ctx.Done():
			to.err = context.Cause(ctx)
			return false
		}
	}
	for e, err := range c.Events(ctx, s) {
		if err != nil {
			to.err = err
			return
		}
		if piece = append(piece, e); len(piece) == pieceEvents && !send() {
			return
		}
	}
	if len(piece) > 0 {
		send()
	}
}

// mayPrecede is how much older than their group events may be (PutLogEvents), and a day for clocks that differ.
const mayPrecede = 15 * 24 * time.Hour

// Begin returns a time before which places have no events, in epoch milliseconds.
func Begin(places []Place) int64 {
	first := int64(0)
	for _, p := range places {
		if first == 0 || p.Created < first {
			first = p.Created
		}
	}
	return max(first-mayPrecede.Milliseconds(), 1)
}

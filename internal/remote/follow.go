package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A Follower gives the events of groups as they come. It is used by one goroutine at a time.
type Follower struct {
	Client  *Client
	Targets []Target
	Filter  string       // a filter pattern; "" means all
	Polling bool         // ask again and again, also where the service has live tails
	Note    func(string) // tells people what they should know; it must be set
	Now     func() time.Time

	places  map[string]Place // by group
	newest  map[string]int64 // the time of the newest event by group
	seen    *seen
	late    int64 // the longest that an event took from its time to its ingestion, in ms
	started int64 // when the history began to be read
	told    map[string]bool
}

// How often groups are looked for again, and how often events are asked for: AWS allows some five to twenty-five calls a second in all.
const (
	findEvery   = 5 * time.Second
	pollEvery   = time.Second
	pollPerGoup = 100 * time.Millisecond
)

// What is asked for again at each time: events that are younger than the newest one by up to twice as much as any took to come in, within
// these bounds.
const (
	leastOverlap = 10 * time.Second
	mostOverlap  = 15 * time.Minute
)

// Find finds the groups. It fails as Client.Find does, but the groups that were found are followed, and the others once they are there.
func (f *Follower) Find(ctx context.Context) ([]Place, error) {
	found, err := f.Client.Find(ctx, f.Targets)
	f.places, f.newest = map[string]Place{}, map[string]int64{}
	for _, p := range found {
		f.places[p.Group] = p
	}
	f.seen, f.told, f.started = newSeen(), map[string]bool{}, f.Now().UnixMilli()
	return found, err
}

// History notes an event that was read by other means before Follow. All newest ones must be noted.
func (f *Follower) History(e *Fetched) {
	f.seen.history(e)
	f.note(e)
}

// note takes the times of an event.
func (f *Follower) note(e *Fetched) {
	at := aws.ToInt64(e.Timestamp)
	f.newest[e.Group] = max(f.newest[e.Group], at)
	f.late = max(f.late, aws.ToInt64(e.IngestionTime)-at)
}

// overlap returns how far before the newest event events may still be missing.
func (f *Follower) overlap() int64 {
	return min(max(2*f.late, leastOverlap.Milliseconds()), mostOverlap.Milliseconds())
}

// Follow gives events that were stored after the history, also those of groups that are made later, in batches, each in the order of time.
// It goes on until ctx ends or each fails, and returns that error.
func (f *Follower) Follow(ctx context.Context, each func([]Fetched) error) error {
	f.Client = f.Client.impatient()
	f.seen.begin(f.started)
	for group := range f.places {
		if f.newest[group] == 0 {
			f.newest[group] = f.started
		}
	}
	err := errNoLiveTail
	if !f.Polling {
		err = f.live(ctx, each)
	}
	if errors.Is(err, errNoLiveTail) {
		err = f.poll(ctx, each)
	}
	return err
}

// poll asks for new events again and again.
func (f *Follower) poll(ctx context.Context, each func([]Fetched) error) error {
	found := f.Now()
	for {
		err := f.ask(ctx, slices.Sorted(maps.Keys(f.places)), each)
		if err == nil && f.Now().Sub(found) >= findEvery {
			found = f.Now()
			_, err = f.findAgain(ctx)
		}
		if err = f.survive(ctx, err); err != nil {
			return err
		}
		if !pause(ctx, max(pollEvery, time.Duration(len(f.places))*pollPerGoup)) {
			return context.Cause(ctx)
		}
	}
}

// survive returns nil for an error after which asking again helps.
func (f *Follower) survive(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && Unreachable(err):
		f.once(textNobody)
		return nil
	case err == nil && f.told[textNobody]:
		delete(f.told, textNobody)
		f.Note(textSomebody)
	}
	return err
}

const (
	textNobody   = "nobody answers; trying again until somebody does"
	textSomebody = "there is an answer again"
)

// once notes a text unless it was noted before.
func (f *Follower) once(text string) {
	if !f.told[text] {
		f.told[text] = true
		f.Note(text)
	}
}

// pause waits, and is false if ctx ends before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// ask gives the events of groups that are new. A group that is no longer there is left out from then on.
func (f *Follower) ask(ctx context.Context, groups []string, each func([]Fetched) error) error {
	var fresh []Fetched
	least := int64(0)
	for _, g := range groups {
		p, ok := f.places[g]
		if !ok {
			continue
		}
		from := max(f.newest[g]-f.overlap(), 1)
		if least == 0 || from < least {
			least = from
		}
		s := Selection{Places: []Place{p}, Filter: f.Filter, From: from}
		for e, err := range f.Client.Events(ctx, s) {
			if Code(err) == "ResourceNotFoundException" {
				delete(f.places, g)
				break
			}
			if err != nil {
				return errors.Join(give(fresh, each), err)
			}
			if f.seen.asked(&e) {
				f.note(&e)
				fresh = append(fresh, e)
			}
			if len(fresh) == maxFresh {
				if err := give(fresh, each); err != nil {
					return err
				}
				fresh = nil
			}
		}
	}
	f.seen.prune(0, least-mostOverlap.Milliseconds())
	return give(fresh, each)
}

// maxFresh is how many events are held to be put in order: those of one or two answers.
const maxFresh = 20_000

// give hands events on in the order of time.
func give(events []Fetched, each func([]Fetched) error) error {
	if len(events) == 0 {
		return nil
	}
	slices.SortStableFunc(events, func(a, b Fetched) int {
		return cmp.Compare(aws.ToInt64(a.Timestamp), aws.ToInt64(b.Timestamp))
	})
	return each(events)
}

// findAgain looks which groups there are now, and returns those that are new. Of them all events are.
func (f *Follower) findAgain(ctx context.Context) ([]Place, error) {
	found, err := f.Client.Find(ctx, f.Targets)
	if missing := (*MissingError)(nil); err != nil && !errors.As(err, &missing) {
		return nil, err
	}
	var fresh []Place
	now := map[string]Place{}
	for _, p := range found {
		if old, ok := f.places[p.Group]; !ok || old.Created != p.Created {
			fresh = append(fresh, p)
			f.newest[p.Group] = p.Created
			f.Note(fmt.Sprintf("new group %s", p.Group))
		}
		now[p.Group] = p
	}
	f.places = now
	return fresh, nil
}

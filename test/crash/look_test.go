//go:build linux

package crash

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
)

type pageRequest struct {
	Group    string  `json:"logGroupName"`
	Stream   string  `json:"logStreamName,omitempty"`
	FromHead bool    `json:"startFromHead,omitempty"`
	Limit    int     `json:"limit,omitempty"`
	Token    *string `json:"nextToken,omitempty"`
}

type storedEvent struct {
	ID       string `json:"eventId"`
	Stream   string `json:"logStreamName"`
	Time     int64  `json:"timestamp"`
	Ingested int64  `json:"ingestionTime"`
	Message  string `json:"message"`
}

type page struct {
	Events   []storedEvent `json:"events"`
	Next     *string       `json:"nextToken"`
	Forward  *string       `json:"nextForwardToken"`
	Backward *string       `json:"nextBackwardToken"`
}

// A looker compares what a server gives back with what its clients know.
type looker struct {
	p      *process
	r      *rand.Rand
	looked int64 // events compared
}

// look compares the groups with those that the server has, and looks into those that changed since the last look, or into all.
// What did not change must be the same, down to the ids of events.
func (l *looker) look(groups []*group, all bool) error {
	there, err := l.list()
	if err != nil {
		return err
	}
	for _, g := range groups {
		days, ok := there[g.name]
		if err := g.settle(ok, days); err != nil {
			return err
		}
		delete(there, g.name)
		if g.fate == undone && g.dirty {
			g.digest, g.dirty = 0, false
			if err := l.missing(g); err != nil {
				return err
			}
		}
		if g.fate == undone {
			continue
		}
		if !g.dirty && !all {
			continue
		}
		sum, err := l.group(g)
		if err != nil {
			return fmt.Errorf("group %s: %w", g.name, err)
		}
		if !g.dirty && g.digest != sum {
			return fmt.Errorf("group %s: not the same as before, though nobody wrote to it", g.name)
		}
		g.digest, g.dirty = sum, false
	}
	if len(there) > 0 {
		return fmt.Errorf("groups that nobody made, or that were deleted: %v", slices.Sorted(maps.Keys(there)))
	}
	return nil
}

// settle compares a group with what the list of groups has, and learns what is unknown.
func (g *group) settle(there bool, days int) error {
	switch {
	case g.fate == unknown && there:
		g.fate = done
	case g.fate == unknown, g.ending && !there:
		g.forget()
	case g.fate == done && !there:
		return fmt.Errorf("group %s is missing", g.name)
	case g.fate == undone && there:
		return fmt.Errorf("group %s is there, though it was deleted or never made", g.name)
	}
	g.ending = false
	if g.limiting {
		g.retained, g.limiting = g.retained || days > 0, false
	}
	if g.retained != (days > 0) {
		return fmt.Errorf("group %s: retention of %d days, want one: %t", g.name, days, g.retained)
	}
	return nil
}

// list returns the retention of each group.
func (l *looker) list() (map[string]int, error) {
	groups := map[string]int{}
	var token *string
	for {
		var out struct {
			Groups []struct {
				Name string `json:"logGroupName"`
				Days int    `json:"retentionInDays"`
			} `json:"logGroups"`
			Next *string `json:"nextToken"`
		}
		in := struct {
			Limit int     `json:"limit"`
			Token *string `json:"nextToken,omitempty"`
		}{1 + l.r.IntN(50), token}
		if err := l.p.call("DescribeLogGroups", "", in, &out); err != nil {
			return nil, err
		}
		for _, g := range out.Groups {
			groups[g.Name] = g.Days
		}
		if token = out.Next; token == nil {
			return groups, nil
		}
	}
}

// missing checks that nothing is to be had of a group that is not there.
func (l *looker) missing(g *group) error {
	var no *refusal
	err := l.p.call("FilterLogEvents", "", pageRequest{Group: g.name}, &page{})
	if !errors.As(err, &no) || no.code != "ResourceNotFoundException" {
		return fmt.Errorf("FilterLogEvents of the missing group %s: %v, want ResourceNotFoundException", g.name, err)
	}
	return nil
}

// group looks into a group and adds up what is in it.
func (l *looker) group(g *group) (uint64, error) {
	if err := l.streams(g); err != nil {
		return 0, err
	}
	forward := map[string][]stored{}
	for name, s := range g.streams {
		events, err := l.forward(g, s)
		if err != nil {
			return 0, fmt.Errorf("stream %s: %w", name, err)
		}
		if err := s.settle(g, events); err != nil {
			return 0, fmt.Errorf("stream %s: %w", name, err)
		}
		back, err := l.backward(g, s)
		if err != nil {
			return 0, fmt.Errorf("stream %s: %w", name, err)
		}
		if !slices.Equal(events, back) {
			return 0, fmt.Errorf("stream %s: backward gives %d events, forward %d, or others, or in another order", name, len(back), len(events))
		}
		forward[name] = events
		l.looked += int64(len(events))
	}
	return l.filter(g, forward)
}

// streams compares the streams of a group with those that the server has, and learns what is unknown.
func (l *looker) streams(g *group) error {
	there := map[string]bool{}
	var token *string
	for {
		var out struct {
			Streams []struct {
				Name string `json:"logStreamName"`
			} `json:"logStreams"`
			Next *string `json:"nextToken"`
		}
		in := struct {
			Group string  `json:"logGroupName"`
			Token *string `json:"nextToken,omitempty"`
		}{g.name, token}
		if err := l.p.call("DescribeLogStreams", "", in, &out); err != nil {
			return err
		}
		for _, s := range out.Streams {
			there[s.Name] = true
		}
		if token = out.Next; token == nil {
			break
		}
	}
	for name, s := range g.streams {
		switch {
		case there[name]:
			s.fate, s.ending = done, false
		case s.fate == unknown || s.ending:
			delete(g.streams, name)
		default:
			return fmt.Errorf("stream %s is missing", name)
		}
		delete(there, name)
	}
	if len(there) > 0 {
		return fmt.Errorf("streams that nobody made, or that were deleted: %v", slices.Sorted(maps.Keys(there)))
	}
	return nil
}

// limit returns a size of pages.
func (l *looker) limit() int {
	if l.r.IntN(2) == 0 {
		return 10_000
	}
	return 50 + l.r.IntN(1000)
}

// forward reads a stream from its head.
func (l *looker) forward(g *group, s *stream) ([]stored, error) {
	var all []stored
	in := pageRequest{Group: g.name, Stream: s.name, FromHead: true, Limit: l.limit()}
	for {
		events, out, err := l.page(in)
		if err != nil || len(events) == 0 {
			return all, err
		}
		all = append(all, events...)
		in.Token = out.Forward
	}
}

// backward reads a stream from its end, and returns it from its head.
func (l *looker) backward(g *group, s *stream) ([]stored, error) {
	var pages [][]stored
	in := pageRequest{Group: g.name, Stream: s.name, Limit: l.limit()}
	for {
		events, out, err := l.page(in)
		if err != nil {
			return nil, err
		}
		if len(events) == 0 {
			slices.Reverse(pages)
			return slices.Concat(pages...), nil
		}
		pages = append(pages, events)
		in.Token = out.Backward
	}
}

func (l *looker) page(in pageRequest) ([]stored, *page, error) {
	var out page
	if err := l.p.call("GetLogEvents", "", in, &out); err != nil {
		return nil, nil, err
	}
	events, err := out.stored()
	return events, &out, err
}

// stored returns the events of a page, whose texts are as they were sent.
func (g *page) stored() ([]stored, error) {
	events := make([]stored, len(g.Events))
	for i, e := range g.Events {
		n, err := numberOf(e.Message)
		if err != nil {
			return nil, err
		}
		events[i] = stored{n, e.Time, e.Ingested}
	}
	return events, nil
}

// filter compares what FilterLogEvents gives of a group with what GetLogEvents gives of its streams, and adds it up.
func (l *looker) filter(g *group, forward map[string][]stored) (uint64, error) {
	var sum digest
	ids := map[string]bool{}
	streams := map[string][]stored{}
	in := pageRequest{Group: g.name, Limit: l.limit()}
	last := int64(0)
	for {
		var out page
		if err := l.p.call("FilterLogEvents", "", in, &out); err != nil {
			return 0, err
		}
		events, err := out.stored()
		if err != nil {
			return 0, err
		}
		for i, e := range out.Events {
			if ids[e.ID] {
				return 0, fmt.Errorf("FilterLogEvents gives event %s twice", e.ID)
			}
			if e.Time < last {
				return 0, fmt.Errorf("FilterLogEvents gives event %s of %d after one of %d", e.ID, e.Time, last)
			}
			ids[e.ID], last = true, e.Time
			streams[e.Stream] = append(streams[e.Stream], events[i])
			sum.add(e.ID, e.Stream, strconv.FormatInt(e.Time, 10), strconv.FormatInt(e.Ingested, 10), e.Message)
		}
		if in.Token = out.Next; in.Token == nil {
			break
		}
	}
	for name, events := range forward {
		if !slices.Equal(streams[name], events) {
			return 0, fmt.Errorf("stream %s: FilterLogEvents gives %d events, GetLogEvents %d, or others, or in another order", name, len(streams[name]), len(events))
		}
		delete(streams, name)
	}
	if len(streams) > 0 {
		return 0, fmt.Errorf("FilterLogEvents gives events of streams that are not there: %v", slices.Sorted(maps.Keys(streams)))
	}
	return sum.sum, nil
}

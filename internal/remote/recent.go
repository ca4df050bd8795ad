package remote

import (
	"context"
	"slices"
	"time"
)

// How far back the last events are looked for: first within recentFirst, then within recentGrowth times as much and so on, so that what
// is read besides them is at most so many times as much.
const (
	recentFirst  = 10 * time.Second
	recentGrowth = 4
)

// Last returns the last n events of a selection that pass, oldest first. It looks at windows of time, each before and longer than the
// last one, back to s.From; now is when the first of them ends unless events are newer.
func (c *Client) Last(ctx context.Context, s Selection, now time.Time, n int, pass func(*Fetched) bool) ([]Fetched, error) {
	var found []Fetched
	from := now.UnixMilli()
	if s.To != 0 {
		from = min(from, s.To)
	}
	width := recentFirst.Milliseconds()
	for to := s.To; len(found) < n && from > max(s.From, 1); width *= recentGrowth {
		window := s
		window.From, window.To = max(from-width, s.From, 1), to
		var part []Fetched
		for e, err := range c.Events(ctx, window) {
			if err != nil {
				return found, err
			}
			if !pass(&e) {
				continue
			}
			if part = append(part, e); len(part) >= 2*(n-len(found))+1000 {
				part = slices.Delete(part, 0, len(part)-(n-len(found)))
			}
		}
		part = part[max(len(part)-(n-len(found)), 0):]
		found = append(part, found...)
		from = window.From
		to = from - 1
	}
	return found, nil
}

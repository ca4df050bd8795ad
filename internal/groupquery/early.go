package groupquery

import (
	"fmt"
	"time"
)

// An EarlyError says that a query is about a time of which its groups have nothing. What it wraps is the service's refusal.
type EarlyError struct {
	Text string
	Err  error
}

func (e *EarlyError) Error() string { return e.Text }
func (e *EarlyError) Unwrap() error { return e.Err }

// tooEarly says since when the groups have events, and what to ask, of a query whose time ended before.
func (e *Engine) tooEarly(to int64, err error) error {
	ended := "the time asked about ends at " + moment(to)
	if len(e.Places) == 0 {
		return &EarlyError{ended + ", before the log groups were made, or before what they keep: ask about a later one", err}
	}
	now := e.Now()
	first, since, kept := e.Places[0], int64(0), false
	for i, p := range e.Places {
		at, expired := p.Created, false
		if p.Retention > 0 {
			if oldest := now.Add(-p.Retention).UnixMilli(); oldest > at {
				at, expired = oldest, true
			}
		}
		if i == 0 || at < since {
			first, since, kept = p, at, expired
		}
	}
	of := "log group " + first.Group
	if len(e.Places) > 1 {
		of = fmt.Sprintf("of %s the one with the oldest events, %s,", groups(len(e.Places)), first.Group)
	}
	has := "was made at " + moment(since)
	if kept {
		has = fmt.Sprintf("keeps events for %d days, now those since %s", first.Retention/(24*time.Hour), moment(since))
	}
	return &EarlyError{fmt.Sprintf("%s, but %s %s: let --until be later, or leave it out", ended, of, has), err}
}

// moment returns epoch milliseconds as people read them.
func moment(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

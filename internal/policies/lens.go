package policies

import (
	"cmp"
	"context"
	"slices"

	"github.com/groundwatch/groundwatch/internal/masking"
)

// A Lens is how the events of a group are seen.
type Lens struct {
	service *Service
	group   Group
	views   []view // newest first
	audits  []audit
}

// A view is how events are seen that were stored from a time on.
type view struct {
	since int64         // ms
	mask  *masking.Mask // nil if nothing is hidden
}

// Lens returns how the events of g are seen; nil if as they are.
func (s *Service) Lens(ctx context.Context, g Group) (*Lens, error) {
	st, err := s.state(ctx, tenant{g.Account, g.Region})
	if err != nil || st.none() {
		return nil, err
	}
	if l, known := st.lenses.Load(g.Partition); known {
		return l.(*Lens), nil
	}
	l := s.newLens(st, g)
	st.lenses.Store(g.Partition, l)
	return l, nil
}

// newLens returns the lens of g; nil if it would show everything as it is.
func (s *Service) newLens(st *state, g Group) *Lens {
	own, accounts := st.protections[g.name()], st.protections[ofAccount]
	l := &Lens{service: s, group: g}
	var times []int64
	for _, sp := range slices.Concat(own.Spans, accounts.Spans) {
		times = append(times, sp.Since)
	}
	slices.SortFunc(times, func(a, b int64) int { return cmp.Compare(b, a) })
	for _, since := range slices.Compact(times) {
		l.views = append(l.views, view{since: since, mask: masking.New(own.at(since).With(accounts.at(since)))})
	}
	if len(l.views) == 0 {
		return nil
	}
	for _, p := range []protection{own, accounts} {
		if p.Document != "" {
			l.audits = append(l.audits, audit{policy: p.Policy, rules: p.at(p.Updated), to: p.To.LogGroup})
		}
	}
	return l
}

// view returns how events are seen that were stored at a time.
func (l *Lens) view(stored int64) view {
	for _, v := range l.views {
		if v.since <= stored {
			return v
		}
	}
	return view{}
}

// Hide returns a message with asterisks in place of what was sensitive when it was stored, in ms.
func (l *Lens) Hide(message string, stored int64) string {
	if v := l.view(stored); v.mask != nil {
		return v.mask.Text(message)
	}
	return message
}

// Seen is an event as a query sees it.
type Seen struct {
	Text        string // the message
	Fields      string // the text that its fields are found in
	Transformed bool   // Fields is what a transformer made, as JSON
	Problem     string // why a transformer made nothing of it; "" otherwise
}

// See returns how a query sees an event of a stream that was stored at a time, in ms: with unmask as it was logged.
func (l *Lens) See(stream, message string, stored int64, unmask bool) Seen {
	v := l.view(stored)
	if v.mask != nil && !unmask {
		message = v.mask.Text(message)
	}
	return Seen{Text: message, Fields: message}
}

// Took tells of messages of a stream that were stored. It returns what all see of them who act on them: as Hide has them, and what a
// transformer made of them; the same slice if there is none.
func (l *Lens) Took(ctx context.Context, stream string, messages []string, stored int64) (hidden, transformed []string) {
	v := l.view(stored)
	if v.mask == nil {
		return messages, messages
	}
	hidden = make([]string, len(messages))
	var found []masking.Finding
	for i, m := range messages {
		if hidden[i], found = v.mask.Hide(m); len(found) > 0 {
			l.audit(ctx, m, found)
		}
	}
	return hidden, hidden
}

package policies

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/masking"
	"github.com/groundwatch/groundwatch/internal/transform"
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
	since     int64                  // ms
	mask      *masking.Mask          // nil if nothing is hidden
	transform *transform.Transformer // nil if nothing is transformed
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
	transformers := st.transformersOf(g)
	for _, t := range transformers {
		for _, sp := range t.Spans {
			times = append(times, sp.Since)
		}
	}
	slices.SortFunc(times, func(a, b int64) int { return cmp.Compare(b, a) })
	for _, since := range slices.Compact(times) {
		v := view{since: since, mask: masking.New(own.at(since).With(accounts.at(since)))}
		for _, t := range transformers {
			if config := t.at(since, g.Name); config != nil {
				v.transform, _ = transform.New(config) // a configuration that this version refuses transforms nothing
				break
			}
		}
		l.views = append(l.views, v)
	}
	if len(l.views) == 0 {
		return nil
	}
	for _, p := range []protection{own, accounts} {
		if p.Document != "" {
			l.audits = append(l.audits, audit{policy: p.Policy, rules: p.rules(), to: p.To.LogGroup})
		}
	}
	return l
}

// transformersOf returns those that may transform g's events: its own before those of the account.
func (st *state) transformersOf(g Group) []transformer {
	var all []transformer
	if g.Class != types.LogGroupClassStandard && g.Class != "" {
		return nil
	}
	if own, ok := st.transformers[g.name()]; ok {
		all = append(all, own)
	}
	for _, name := range slices.Sorted(maps.Keys(st.transformers)) {
		if t := st.transformers[name]; strings.HasPrefix(name, ofAccount+"/") && t.covers(g.Name) {
			all = append(all, t)
		}
	}
	return all
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

// Transforms tells whether any event of the group was stored while it had a transformer.
func (l *Lens) Transforms() bool {
	return slices.ContainsFunc(l.views, func(v view) bool { return v.transform != nil })
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
	seen := Seen{Text: message, Fields: message}
	if v.transform != nil {
		made, err := v.transform.Apply(message, l.source(stream))
		if err != nil {
			seen.Problem = err.Error()
		} else {
			seen.Fields, seen.Transformed = made, true
			if v.mask != nil && !unmask { // what the transformer has put together may be sensitive too
				seen.Fields = v.mask.Text(made)
			}
		}
	}
	return seen
}

// Fields returns the text that the fields of a message are found in: what Hide returns, or the message itself with unmask, or what a
// transformer made of that.
func (l *Lens) Fields(message string, stored int64, unmask bool) string {
	return l.See("", message, stored, unmask).Fields
}

// source returns where the events of a stream come from.
func (l *Lens) source(stream string) transform.Source {
	return transform.Source{Account: l.group.Account, Region: l.group.Region, Group: l.group.Name, Stream: stream}
}

// Took tells of messages of a stream that were stored. It returns what all see of them who act on them: as Hide has them, and what a
// transformer made of them; the same slice if there is none.
func (l *Lens) Took(ctx context.Context, stream string, messages []string, stored int64) (hidden, transformed []string) {
	v := l.view(stored)
	hidden = messages
	if v.mask != nil {
		hidden = make([]string, len(messages))
		var found []masking.Finding
		for i, m := range messages {
			if hidden[i], found = v.mask.Hide(m); len(found) > 0 {
				l.audit(ctx, m, found)
			}
		}
	}
	if v.transform == nil {
		return hidden, hidden
	}
	return hidden, l.transform(v, stream, hidden)
}

// transform returns what a transformer makes of messages that are hidden already, so that it cannot put what is sensitive where nothing
// tells that it is; and what is sensitive only in what it makes is hidden then. What cannot be transformed stays as it is.
func (l *Lens) transform(v view, stream string, messages []string) []string {
	made, failed := make([]string, len(messages)), 0
	for i, m := range messages {
		var err error
		if made[i], err = v.transform.Apply(m, l.source(stream)); err != nil {
			made[i] = m
			failed++
		} else if v.mask != nil {
			made[i] = v.mask.Text(made[i])
		}
	}
	if hook := l.service.opts.Hooks.Transformed; hook != nil {
		hook(l.group, len(messages), failed)
	}
	return made
}

package queries

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// resolve finds the log groups of q: those that the request names, and those of each SOURCE.
func (s *Service) resolve(ctx context.Context, q *query, in *cloudwatchlogs.StartQueryInput) error {
	names, err := s.named(in)
	if err != nil {
		return err
	}
	if q.through, err = s.opts.Events.Last(ctx); err != nil {
		return err
	}
	if err := q.checkNamed("logGroupName, logGroupNames, logGroupIdentifiers", names); err != nil {
		return err
	}
	q.sources = map[*syntax.Source]*source{}
	if q.plan.Source == nil {
		groups, err := s.find(ctx, names)
		if err != nil {
			return err
		}
		if err := q.checkClasses(nil, groups); err != nil {
			return err
		}
		if groups, err = s.indexed(ctx, groups, q.plan.Indexed); err != nil {
			return err
		}
		q.sources[nil] = s.newSource(q, groups)
	}
	if err := s.resolveSources(ctx, q, q.plan); err != nil {
		return err
	}
	return s.checkWindow(q)
}

// checkNamed refuses a query if neither its request, which has some members for that, nor SOURCE in it names log groups, or if both do. [R] The words
// are ours.
func (q *query) checkNamed(members string, names []string) error {
	switch fromSource := q.plan.Source != nil; {
	case !fromSource && len(names) == 0:
		return refuse.InvalidParameter("Either %s or SOURCE in the query must be specified.", members)
	case fromSource && len(names) > 0:
		return refuse.InvalidParameter("Log groups cannot be specified in both the request and SOURCE of the query.")
	}
	return nil
}

// named returns the identifiers that a request names, by one of three members.
func (s *Service) named(in *cloudwatchlogs.StartQueryInput) ([]string, error) {
	var names []string
	members := 0
	for _, m := range []struct {
		name   string
		values []string
	}{
		{"logGroupName", slices.DeleteFunc([]string{aws.ToString(in.LogGroupName)}, func(n string) bool { return in.LogGroupName == nil })},
		{"logGroupNames", in.LogGroupNames},
		{"logGroupIdentifiers", in.LogGroupIdentifiers},
	} {
		if len(m.values) == 0 {
			continue
		}
		if members++; members > 1 {
			// [R] AWS documents the rule, not its words.
			return nil, refuse.InvalidParameter("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.")
		}
		if len(m.values) > s.limits.Groups {
			return nil, refuse.Constraint("["+strings.Join(m.values, ", ")+"]", m.name, fmt.Sprintf("Member must have length less than or equal to %d", s.limits.Groups))
		}
		names = m.values
	}
	return names, nil
}

// find returns the groups with these names or ARNs, each once.
func (s *Service) find(ctx context.Context, identifiers []string) ([]Group, error) {
	var groups []Group
	for _, id := range identifiers {
		g, err := s.opts.Groups.Find(ctx, id)
		if refuse.IsMissing(err) {
			return nil, groupMissing(id, caller.From(ctx))
		}
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return distinct(groups), nil
}

// distinct returns groups, each once: rows are read once however often their group is named.
func distinct(groups []Group) []Group {
	seen := map[table.Partition]bool{}
	return slices.DeleteFunc(groups, func(g Group) bool {
		p := g.Facts().Partition
		again := seen[p]
		seen[p] = true
		return again
	})
}

// indexed returns the groups that have an index of each of some fields. [R] Of what they hold no event is left out for having come before the index, as
// nothing here is found by one.
func (s *Service) indexed(ctx context.Context, groups []Group, fields []string) ([]Group, error) {
	if len(fields) == 0 || s.opts.Indexed == nil {
		return groups, nil
	}
	var left []Group
	for _, g := range groups {
		have, err := s.opts.Indexed(ctx, g.Facts().Name)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(fields, func(f string) bool { return !slices.Contains(have, f) }) {
			left = append(left, g)
		}
	}
	return left, nil
}

// resolveSources finds the groups of every SOURCE in p and the queries inside it.
func (s *Service) resolveSources(ctx context.Context, q *query, p *plan.Plan) error {
	if p.Source != nil {
		groups, err := s.choose(ctx, q, p.Source)
		if err != nil {
			return err
		}
		if err := q.checkClasses(p.Source, groups); err != nil {
			return err
		}
		if groups, err = s.indexed(ctx, groups, p.Indexed); err != nil {
			return err
		}
		src := s.newSource(q, groups)
		if src.start, err = sourceTime(p.Source.Start, q); err != nil {
			return err
		}
		if src.end, err = sourceTime(p.Source.End, q); err != nil {
			return err
		}
		q.sources[p.Source] = src
	}
	for _, inner := range innerPlans(p) {
		if err := s.resolveSources(ctx, q, inner); err != nil {
			return err
		}
	}
	return nil
}

// innerPlans returns the queries inside p.
func innerPlans(p *plan.Plan) []*plan.Plan {
	var inner []*plan.Plan
	for _, step := range p.Steps {
		switch step := step.(type) {
		case *plan.Join:
			inner = append(inner, step.Right)
		case *plan.AppendCols:
			inner = append(inner, step.Right)
		}
		inner = append(inner, plan.Subqueries(step)...)
	}
	return inner
}

// choose returns the groups that a SOURCE chooses. One that it names must exist; patterns may match nothing.
func (s *Service) choose(ctx context.Context, q *query, src *syntax.Source) ([]Group, error) {
	var groups []Group
	var chosen *Selection // by the items that are no names: all of them together
	account := caller.From(ctx).Account
	none := false
	for _, item := range src.Items {
		if item.Name != "" {
			found, err := s.find(ctx, []string{item.Name})
			if err != nil {
				return nil, err
			}
			groups = append(groups, found...)
			continue
		}
		if chosen == nil {
			chosen = &Selection{}
		}
		none = narrow(chosen, item, account) || none
	}
	if chosen != nil && !none {
		found, err := s.opts.Groups.Select(ctx, *chosen, s.limits.Source+1)
		if err != nil {
			return nil, err
		}
		groups = append(groups, found...)
	}
	if groups = distinct(groups); len(groups) > s.limits.Source {
		return nil, q.malformed(syntax.Errors{{Span: src.Span, Msg: fmt.Sprintf("SOURCE chooses more than %d log groups", s.limits.Source)}})
	}
	return groups, nil
}

// narrow adds what an item of SOURCE asks for to a selection. It is true if no group can have it: of another account, or of a data
// source, which no group here has.
func narrow(to *Selection, item syntax.SourceItem, account string) (none bool) {
	for _, o := range item.LogGroups {
		switch o.Name {
		case "namePrefix":
			to.Prefixes = append(to.Prefixes, o.Values...)
		case "class", "logGroupClass":
			to.Classes = append(to.Classes, o.Values...)
		case "accountIdentifier", "accountIdentifiers":
			none = none || !slices.Contains(o.Values, account)
		}
	}
	for _, t := range item.Tags {
		to.Tags = append(to.Tags, TagFilter{t.Key, t.Values})
	}
	return none || len(item.DataSource) > 0
}

// sourceTime returns the time of START or END in SOURCE in milliseconds, nil without one.
func sourceTime(t *syntax.SourceTime, q *query) (*int64, error) {
	if t == nil {
		return nil, nil
	}
	ms, now := t.Millis, q.created.UnixMilli()
	switch {
	case t.Now:
		ms = now
	case t.Ago != nil:
		period, err := function.ParsePeriod(t.Ago.String())
		age, fixed := period.Millis()
		if err != nil || !fixed {
			return nil, q.malformed(syntax.Errors{{Span: t.Span, Msg: "the age in SOURCE must have a fixed length", Hint: "use weeks or days"}})
		}
		ms = now - age
	}
	return &ms, nil
}

// checkWindow refuses a query that ends before any of its groups can have an event, as AWS does. [R] AWS takes the time when a group was
// made; here events may have been put that are older than their group, as far as PutLogEvents lets them.
func (s *Service) checkWindow(q *query) error {
	groups := 0
	for _, src := range q.sources {
		for _, g := range src.groups {
			f := g.Facts()
			if q.to >= max(f.Oldest, f.Created-s.limits.OldEvents.Milliseconds()) {
				return nil
			}
			groups++
		}
	}
	if groups == 0 {
		return nil
	}
	end := len([]rune(q.text))
	return malformedAt(0, end, fmt.Sprintf(
		"Query's end date and time is either before the log groups creation time or exceeds the log groups log retention settings ([%d,%d])", 0, end))
}

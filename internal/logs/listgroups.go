package logs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// ListLogGroups lists groups by name, in short. No group here has data sources, so a filter for them finds none.
func (s *Service) ListLogGroups(ctx context.Context, in *cloudwatchlogs.ListLogGroupsInput) (*cloudwatchlogs.ListLogGroupsOutput, error) {
	limit, err := pageLimit(in.Limit, "limit", 50, 1000)
	if err != nil {
		return nil, err
	}
	alternatives, err := parseNamePattern(in.LogGroupNamePattern)
	if err != nil {
		return nil, err
	}
	t := tenantOf(ctx)
	if len(in.DataSources) > 0 || !t.asked(in.AccountIdentifiers, in.IncludeLinkedAccounts) {
		return &cloudwatchlogs.ListLogGroupsOutput{LogGroups: []types.LogGroupSummary{}}, nil
	}
	filters, err := json.Marshal([]any{in.LogGroupTags, in.FieldIndexNames})
	if err != nil {
		return nil, fmt.Errorf("list log groups: %w", err)
	}
	l := t.listOf("ListLogGroups", aws.ToString(in.LogGroupNamePattern), string(in.LogGroupClass), string(filters))
	q := groupQuery{class: in.LogGroupClass, wanted: func(g *Group) (bool, error) {
		if !hasTags(g.Tags, in.LogGroupTags) {
			return false, nil
		}
		return s.hasIndexes(ctx, g, in.FieldIndexNames)
	}}
	if alternatives != nil {
		q.named = alternatives.match
	}
	groups, next, err := s.listGroups(ctx, l, in.NextToken, q, limit)
	out := &cloudwatchlogs.ListLogGroupsOutput{LogGroups: []types.LogGroupSummary{}, NextToken: next}
	for _, g := range groups {
		out.LogGroups = append(out.LogGroups, types.LogGroupSummary{LogGroupArn: aws.String(g.ARN()), LogGroupClass: g.Class, LogGroupName: aws.String(g.Name)})
	}
	return out, err
}

// hasIndexes tells whether all of these fields of g are indexed.
func (s *Service) hasIndexes(ctx context.Context, g *Group, fields []string) (bool, error) {
	if len(fields) == 0 || s.opts.Policies == nil {
		return len(fields) == 0, nil
	}
	indexed, err := s.opts.Policies.Indexed(ctx, g)
	return !slices.ContainsFunc(fields, func(f string) bool { return !slices.Contains(indexed, f) }), err
}

// A namePattern is what ListLogGroups calls a regular expression: up to five texts, of which a name has to contain one or, after
// '^', begin with it.
type namePattern []string

// parseNamePattern reads a pattern; nil for none.
func parseNamePattern(text *string) (namePattern, error) {
	if text == nil {
		return nil, nil
	}
	p := namePattern(strings.Split(*text, "|"))
	bad := len(p) > 5
	for _, alternative := range p {
		name := strings.TrimPrefix(alternative, "^")
		bad = bad || len(name) < 3 || len(name) > 24 || !isGroupName(name)
	}
	if bad {
		return nil, refuse.Constraint(*text, "logGroupNamePattern", `Member must satisfy regular expression pattern: (\^?[\.\-_\/#A-Za-z0-9]{3,24})(\|\^?[\.\-_\/#A-Za-z0-9]{3,24}){0,4}`)
	}
	return p, nil
}

func (p namePattern) match(name string) bool {
	return slices.ContainsFunc(p, func(alternative string) bool {
		prefix, anchored := strings.CutPrefix(alternative, "^")
		return anchored && strings.HasPrefix(name, prefix) || !anchored && strings.Contains(name, alternative)
	})
}

// hasTags tells whether tags satisfy all of the filters.
func hasTags(tags map[string]string, filters []types.TagFilter) bool {
	for _, f := range filters {
		value, has := tags[aws.ToString(f.Key)]
		if !has || len(f.Values) > 0 && !slices.ContainsFunc(f.Values, func(want string) bool { return tagMatches(value, want) }) {
			return false
		}
	}
	return true
}

// tagMatches tells whether a tag's value is as a filter wants it: equal; with "!" in front anything else; with '*', which stands for
// any text, without regard to case (TagFilter's documentation).
func tagMatches(value, want string) bool {
	if not, negated := strings.CutPrefix(want, "!"); negated {
		return !tagMatches(value, not)
	}
	parts := strings.Split(strings.ToLower(want), "*")
	if len(parts) == 1 {
		return value == want
	}
	rest, ok := strings.CutPrefix(strings.ToLower(value), parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

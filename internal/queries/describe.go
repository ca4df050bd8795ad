package queries

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// maxDescribed is how many queries or groups one page has, at most and if the request does not say.
const maxDescribed = 1000

// defaultGroups is how many groups ListLogGroupsForQuery gives if the request does not say (its model).
const defaultGroups = 50

// DescribeQueries lists the caller's queries that are still known, newest first ([R]).
func (s *Service) DescribeQueries(ctx context.Context, in *cloudwatchlogs.DescribeQueriesInput) (*cloudwatchlogs.DescribeQueriesOutput, error) {
	limit := maxDescribed
	if in.MaxResults != nil {
		limit = min(limit, int(*in.MaxResults))
	}
	purpose := strings.Join([]string{"DescribeQueries", aws.ToString(in.LogGroupName), string(in.Status), string(in.QueryLanguage)}, "\x00")
	before, err := openToken[int64](ctx, s, purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.DescribeQueriesOutput{Queries: []types.QueryInfo{}}
	last := int64(0)
	for _, q := range s.listed(placeOf(ctx), before) {
		info := q.info()
		if !matches(q, info, in) {
			continue
		}
		if len(out.Queries) == limit {
			out.NextToken = sealToken(ctx, s, purpose, last)
			break
		}
		out.Queries, last = append(out.Queries, info), q.number
	}
	return out, nil
}

// listed returns the queries of a place, newest first: those that were started before the one of that number, all for 0.
func (s *Service) listed(p place, before int64) []*query {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	var list []*query
	for _, q := range s.mu.kept.order {
		if before != 0 && q.number >= before {
			break
		}
		if q.place() == p && !s.old(q, now) {
			list = append(list, q)
		}
	}
	slices.Reverse(list)
	return list
}

// matches tells whether a query is one that a request asks for.
func matches(q *query, info types.QueryInfo, in *cloudwatchlogs.DescribeQueriesInput) bool {
	if in.Status != "" && info.Status != in.Status || in.QueryLanguage != "" && info.QueryLanguage != in.QueryLanguage {
		return false
	}
	return in.LogGroupName == nil || slices.ContainsFunc(q.facts(), func(f Facts) bool { return f.Name == *in.LogGroupName })
}

// facts returns the groups that q reads, by name.
func (q *query) facts() []Facts {
	var all []Facts
	seen := map[string]bool{}
	for _, src := range q.sources {
		for _, g := range src.groups {
			if f := g.Facts(); !seen[f.Name] {
				seen[f.Name] = true
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, func(a, b Facts) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// info describes q. The text is as AWS echoes it: with the groups and the times in front.
func (q *query) info() types.QueryInfo {
	q.mu.Lock()
	defer q.mu.Unlock()
	info := types.QueryInfo{
		QueryId: &q.id, QueryLanguage: types.QueryLanguageCwli, Status: q.mu.status,
		CreateTime: aws.Int64(q.created.UnixMilli()), QueryString: aws.String(q.echo()),
	}
	if facts := q.facts(); len(facts) > 0 {
		info.LogGroupName = aws.String(facts[0].Name)
	}
	if !isOpen(q.mu.status) {
		info.QueryDuration, info.BytesScanned = aws.Int64(q.mu.took.Milliseconds()), aws.Float64(float64(q.read.bytes.Load()))
	}
	return info
}

// echo returns the text of a query as AWS shows it. [R] For several groups it has several names; with SOURCE in the text it is as it was
// sent.
func (q *query) echo() string {
	src := q.sources[nil]
	if src == nil {
		return q.text
	}
	var names []string
	for _, g := range src.groups {
		names = append(names, fmt.Sprintf("%q", g.Facts().Name))
	}
	return fmt.Sprintf("SOURCE %s START=%d END=%d | %s", strings.Join(names, " "), q.from, q.to, q.text)
}

// ListLogGroupsForQuery lists the groups that a query reads, by name.
func (s *Service) ListLogGroupsForQuery(ctx context.Context, in *cloudwatchlogs.ListLogGroupsForQueryInput) (*cloudwatchlogs.ListLogGroupsForQueryOutput, error) {
	q, err := s.query(ctx, in.QueryId)
	if err != nil {
		return nil, err
	}
	limit := defaultGroups
	if in.MaxResults != nil {
		limit = min(maxDescribed, int(*in.MaxResults))
	}
	purpose := "ListLogGroupsForQuery\x00" + q.id
	after, err := openToken[string](ctx, s, purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.ListLogGroupsForQueryOutput{LogGroupIdentifiers: []string{}}
	last := ""
	for _, f := range q.facts() {
		if f.Name <= after {
			continue
		}
		if len(out.LogGroupIdentifiers) == limit {
			out.NextToken = sealToken(ctx, s, purpose, last)
			break
		}
		out.LogGroupIdentifiers, last = append(out.LogGroupIdentifiers, f.ARN), f.Name
	}
	return out, nil
}

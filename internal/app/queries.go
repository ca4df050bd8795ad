package app

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/queries"
	"github.com/groundwatch/groundwatch/internal/table"
)

// logGroups lets queries find log groups.
type logGroups struct {
	logs *logs.Service
	now  func() time.Time
}

func (l logGroups) Find(ctx context.Context, identifier string) (queries.Group, error) {
	g, err := l.logs.Find(ctx, identifier)
	if err != nil {
		return nil, err
	}
	return l.group(g), nil
}

func (l logGroups) Select(ctx context.Context, sel queries.Selection, limit int) ([]queries.Group, error) {
	s := logs.Selection{Prefixes: sel.Prefixes}
	for _, class := range sel.Classes {
		s.Classes = append(s.Classes, types.LogGroupClass(class))
	}
	for _, t := range sel.Tags {
		s.Tags = append(s.Tags, types.TagFilter{Key: &t.Key, Values: t.Values})
	}
	found, err := l.logs.Select(ctx, s, limit)
	var groups []queries.Group
	for _, g := range found {
		groups = append(groups, l.group(g))
	}
	return groups, err
}

func (l logGroups) group(g *logs.Group) logGroup { return logGroup{l.logs, g, g.Oldest(l.now())} }

// A logGroup is a log group for queries.
type logGroup struct {
	logs   *logs.Service
	group  *logs.Group
	oldest int64
}

func (g logGroup) Facts() queries.Facts {
	return queries.Facts{
		Account: g.group.Account(), Name: g.group.Name, ARN: g.group.ARN(), Partition: g.group.Partition,
		Created: g.group.Created, Oldest: g.oldest, Plain: g.group.Class != types.LogGroupClassStandard && g.group.Class != "",
	}
}

func (g logGroup) Kind(ctx context.Context) (discover.Kind, error) {
	return g.logs.TextKind(ctx, g.group)
}

func (g logGroup) Gone(ctx context.Context) ([]int64, error) {
	return g.logs.GoneStreams(ctx, g.group)
}

func (g logGroup) Stream(ctx context.Context, number int64) (string, error) {
	return g.logs.StreamName(ctx, g.group, number)
}

func (g logGroup) Pointer(stream int64, at table.Cursor) string {
	return g.logs.Pointer(g.group, stream, at)
}

package app

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/policies"
	"github.com/groundwatch/groundwatch/internal/queries"
	"github.com/groundwatch/groundwatch/internal/table"
)

// logGroups lets queries find log groups.
type logGroups struct {
	logs     *logs.Service
	policies *policies.Service
	now      func() time.Time
}

func (l logGroups) Find(ctx context.Context, identifier string) (queries.Group, error) {
	g, err := l.logs.Find(ctx, identifier)
	if err != nil {
		return nil, err
	}
	return l.group(ctx, g)
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
	if err != nil {
		return nil, err
	}
	var groups []queries.Group
	for _, g := range found {
		group, err := l.group(ctx, g)
		if err != nil {
			return nil, err
		}
		groups = append(groups, group)
	}
	return groups, nil
}

func (l logGroups) group(ctx context.Context, g *logs.Group) (queries.Group, error) {
	group := logGroup{logs: l.logs, group: g, oldest: g.Oldest(l.now())}
	lens, err := l.policies.Lens(ctx, policedGroup(g))
	if lens != nil {
		group.lens = queryLens{lens}
	}
	return group, err
}

// A queryLens lets queries see events as policies want.
type queryLens struct{ lens *policies.Lens }

func (l queryLens) See(stream, message string, stored int64, unmask bool) queries.Seen {
	return queries.Seen(l.lens.See(stream, message, stored, unmask))
}

func (l queryLens) Transforms() bool { return l.lens.Transforms() }

// A logGroup is a log group for queries.
type logGroup struct {
	logs   *logs.Service
	group  *logs.Group
	oldest int64
	lens   queries.Lens // nil: events are seen as they are
}

func (g logGroup) Facts() queries.Facts {
	class := g.group.Class
	if class == types.LogGroupClassStandard {
		class = ""
	}
	return queries.Facts{
		Account: g.group.Account(), Name: g.group.Name, ARN: g.group.ARN(), Partition: g.group.Partition,
		Created: g.group.Created, Oldest: g.oldest, Lens: g.lens, Class: class,
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

package logs

import (
	"context"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// What stands here is for readers of events beside this service: those that answer queries.

// Account returns whose group it is.
func (g *Group) Account() string { return g.account }

// Region returns where the group is.
func (g *Group) Region() string { return g.region }

// Find returns the caller's group that a name or an ARN names; see tenant.groupName.
func (s *Service) Find(ctx context.Context, identifier string) (*Group, error) {
	return s.groupIdentified(ctx, identifier)
}

// A Selection selects groups by what all of its fields say; an empty one says nothing.
type Selection struct {
	Prefixes []string              // of names
	Classes  []types.LogGroupClass // none means Standard
	Tags     []types.TagFilter
}

func (sel *Selection) wants(g *Group) bool {
	class := g.Class
	if class == "" {
		class = types.LogGroupClassStandard
	}
	return (slices.Contains(sel.Classes, class) || len(sel.Classes) == 0 && class == types.LogGroupClassStandard) && hasTags(g.Tags, sel.Tags)
}

// Select returns the caller's groups that are selected, by name, up to limit of them.
func (s *Service) Select(ctx context.Context, sel Selection, limit int) ([]*Group, error) {
	prefixes := slices.Sorted(slices.Values(sel.Prefixes))
	if len(prefixes) == 0 {
		prefixes = []string{""}
	}
	var found []*Group
	for _, prefix := range prefixes {
		for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: tenantOf(ctx).scope(groupKind), Prefix: prefix}) {
			if err != nil {
				return nil, refuse.Internal("select log groups", err)
			}
			g, err := groupOf(e)
			if err != nil {
				return nil, err
			}
			again := len(found) > 0 && found[len(found)-1].Name >= g.Name // by a prefix that begins with the one before
			if !again && sel.wants(g) {
				if found = append(found, g); len(found) == limit {
					return found, nil
				}
			}
		}
	}
	return found, nil
}

// TextKind returns what the texts of g's events are, by its newest ones if nothing else tells.
func (s *Service) TextKind(ctx context.Context, g *Group) (discover.Kind, error) {
	if kind := g.textKind(&eventBatch{}); kind != discover.Other {
		return kind, nil
	}
	b, err := s.readPage(ctx, table.Page{Range: s.eventRange(g, nil, math.MaxInt64), Order: table.Descending, Limit: detectSample, Bytes: filterChunkBytes}, table.Sampled)
	if err != nil {
		return discover.Other, err
	}
	return g.textKind(&b), nil
}

// Pointer returns the logRecordPointer of an event of g.
func (s *Service) Pointer(g *Group, stream int64, at table.Cursor) string {
	return s.pointerText(g.tenant, pointer{partition: g.Partition, stream: stream, at: at, group: g.Name})
}

package logs

import (
	"context"
	"fmt"
	"slices"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A Survey is what a catalog has of log groups, and what is wrong with it.
type Survey struct {
	Groups, Streams int
	Deleted         int // groups whose remains are still to be swept
	Problems        []string

	partitions map[table.Partition]string // the groups, deleted ones too
}

// Check reads all groups and streams of a catalog. An error means that it could not read on.
func Check(ctx context.Context, c catalog.Catalog) (*Survey, error) {
	s := &Survey{partitions: map[table.Partition]string{}}
	err := s.each(ctx, c, groupKind, func(e catalog.Entry) error {
		g, err := groupOf(e)
		if err != nil {
			s.problem("%v", err)
			return nil
		}
		s.Groups++
		s.own(g.Partition, e.Key.String())
		return s.checkStreams(ctx, c, g)
	})
	if err != nil {
		return s, err
	}
	return s, s.each(ctx, c, goneGroupKind, func(e catalog.Entry) error {
		var n table.Partition
		if _, err := fmt.Sscan(e.Name, &n); err != nil {
			s.problem("%s: %v", e.Key, err)
			return nil
		}
		s.Deleted++
		s.own(n, e.Key.String())
		return nil
	})
}

// Orphans returns those of partitions with events that no group owns, not even one that was deleted and is still to be swept.
func (s *Survey) Orphans(partitions []table.Partition) []table.Partition {
	return slices.DeleteFunc(slices.Clone(partitions), func(p table.Partition) bool { return s.partitions[p] != "" })
}

func (s *Survey) problem(format string, args ...any) {
	s.Problems = append(s.Problems, fmt.Sprintf(format, args...))
}

// each calls f with all entries of a kind that have no parent.
func (s *Survey) each(ctx context.Context, c catalog.Catalog, kind catalog.Kind, f func(catalog.Entry) error) error {
	scopes, err := c.Scopes(ctx, kind)
	if err != nil {
		return fmt.Errorf("list tenants: %w", err)
	}
	for _, scope := range scopes {
		for e, err := range catalog.All(ctx, c, catalog.Query{Scope: scope}) {
			if err != nil {
				return fmt.Errorf("list %s: %w", kind, err)
			}
			if err := f(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// own notes whose a partition is.
func (s *Survey) own(p table.Partition, key string) {
	if other := s.partitions[p]; other != "" {
		s.problem("%s and %s have the same partition %d", other, key, p)
	}
	s.partitions[p] = key
}

// checkStreams reads the streams of a group.
func (s *Survey) checkStreams(ctx context.Context, c catalog.Catalog, g *Group) error {
	numbers := map[int64]string{}
	for e, err := range catalog.All(ctx, c, catalog.Query{Scope: g.under(streamKind, g)}) {
		if err != nil {
			return fmt.Errorf("list streams of group %q: %w", g.Name, err)
		}
		stream, err := streamOf(e)
		if err != nil {
			s.problem("%v", err)
			continue
		}
		s.Streams++
		if other, taken := numbers[stream.Number]; taken {
			s.problem("group %q: streams %q and %q have the same number %d", g.Name, other, stream.Name, stream.Number)
		}
		numbers[stream.Number] = stream.Name
	}
	return nil
}

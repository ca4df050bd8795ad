package logs

import (
	"context"
	"maps"
	"slices"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A compiledMetric is a metric filter that is ready to see events.
type compiledMetric struct {
	metricFilter
	pattern    *filterpattern.Pattern
	value      *filterpattern.Value
	dimensions []compiledDimension
}

type compiledDimension struct {
	name  string
	value *filterpattern.Value
}

// compile reads the pattern of f and what it takes from events.
func (f metricFilter) compile() (compiledMetric, error) {
	c := compiledMetric{metricFilter: f}
	var err error
	if c.pattern, err = parsePattern(f.Pattern); err != nil {
		return c, err
	}
	if c.value, err = c.pattern.Value(f.Value); err != nil {
		return c, refuse.InvalidParameter("Invalid metric transformation: metricValue %s: %v", f.Value, err) // ours [R]
	}
	if len(f.Dimensions) > 0 && c.pattern.Kind() == filterpattern.Terms {
		return c, refuse.InvalidParameter("The specified filter pattern does not support dimensions")
	}
	for _, name := range slices.Sorted(maps.Keys(f.Dimensions)) {
		v, err := c.pattern.Dimension(f.Dimensions[name])
		if err != nil {
			return c, refuse.InvalidParameter("Invalid metric transformation: dimension %s: %v", name, err) // ours [R]
		}
		c.dimensions = append(c.dimensions, compiledDimension{name, v})
	}
	return c, nil
}

// A compiledSubscription is a subscription filter that is ready to see events.
type compiledSubscription struct {
	subscription
	pattern *filterpattern.Pattern
}

// compiledFilters are all filters of a group in one state of it.
type compiledFilters struct {
	metrics       []compiledMetric
	subscriptions []compiledSubscription
}

// A filterPlace names the filters of a group in one state of it: whoever changes a filter writes the group too.
type filterPlace struct {
	group   int64
	version catalog.Version
}

// filters returns the filters of g, compiled. A filter that this program no longer understands is left out.
func (s *Service) filters(ctx context.Context, g *Group) (*compiledFilters, error) {
	return s.compiled.Get(filterPlace{int64(g.Partition), g.version}, func() (*compiledFilters, error) {
		var c compiledFilters
		for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: g.scope(metricFilterKind), Terms: catalog.Terms{decimal(int64(g.Partition))}}) {
			if err != nil {
				return nil, refuse.Internal("list metric filters", err)
			}
			f, err := documents.Decode[metricFilter](e)
			if err != nil {
				return nil, err
			}
			if m, err := f.compile(); err == nil {
				c.metrics = append(c.metrics, m)
			}
		}
		for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: g.under(subscriptionKind, g)}) {
			if err != nil {
				return nil, refuse.Internal("list subscription filters", err)
			}
			f, err := documents.Decode[subscription](e)
			if err != nil {
				return nil, err
			}
			if p, err := filterpattern.Parse(f.Pattern); err == nil {
				c.subscriptions = append(c.subscriptions, compiledSubscription{f, p})
			}
		}
		return &c, nil
	})
}

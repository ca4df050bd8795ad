package deliveries

import (
	"context"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
)

// Tag lets change alter the tags of one of the caller's resources, and returns them as they then are: without a change, as they are. mine
// is false for an ARN of another kind.
func (s *Service) Tag(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	if name, ok := nameOf(ctx, resource, sourceResource); ok {
		d, version, err := s.sources.Get(ctx, name)
		if err == nil {
			err = tag(ctx, s.sources, name, &d, &d.Tags, version, change)
		}
		return d.Tags, true, missing(err, textSourceMissing)
	}
	if name, ok := nameOf(ctx, resource, destinationResource); ok {
		d, version, err := s.destinations.Get(ctx, name)
		if err == nil {
			err = tag(ctx, s.destinations, name, &d, &d.Tags, version, change)
		}
		return d.Tags, true, missing(err, textDestinationMissing)
	}
	if id, ok := nameOf(ctx, resource, deliveryResource); ok {
		d, version, err := s.deliveries.Get(ctx, id)
		if err == nil {
			err = tag(ctx, s.deliveries, id, &d, &d.Tags, version, change)
		}
		return d.Tags, true, missing(err, textDeliveryMissing)
	}
	return nil, false, nil
}

// tag changes the tags of doc, which are part of it, and writes it.
func tag[T any](ctx context.Context, k documents.Kind[T], name string, doc *T, tags *map[string]string, version catalog.Version, change func(map[string]string) (map[string]string, error)) error {
	if change == nil {
		return nil
	}
	changed, err := change(*tags)
	if err != nil {
		return err
	}
	*tags = changed
	return k.Put(ctx, name, *doc, version)
}

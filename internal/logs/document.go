package logs

import (
	"context"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// document reads the document of key; the zero T and catalog.Absent if there is none.
func document[T any](ctx context.Context, s *Service, key catalog.Key) (doc T, version catalog.Version, err error) {
	e, err := s.catalog.Get(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return doc, catalog.Absent, nil
	}
	if err != nil {
		return doc, catalog.Absent, refuse.Internal("read settings", err)
	}
	doc, err = documents.Decode[T](e)
	return doc, e.Version, err
}

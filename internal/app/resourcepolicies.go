package app

import (
	"context"

	"github.com/groundwatch/groundwatch/internal/resourcepolicies"
)

// findHolder finds a log group for resource policies.
func (w *world) findHolder(ctx context.Context, identifier string) (resourcepolicies.Group, error) {
	g, err := w.logs.Find(ctx, identifier)
	if err != nil {
		return resourcepolicies.Group{}, err
	}
	return resourcepolicies.Group{Name: g.Name, Still: g.Still()}, nil
}

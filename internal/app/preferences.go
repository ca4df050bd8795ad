package app

import (
	"context"

	"github.com/groundwatch/groundwatch/internal/preferences"
)

// findSyslogGroup finds a log group for syslog configurations.
func (w *world) findSyslogGroup(ctx context.Context, identifier string) (preferences.Group, error) {
	g, err := w.logs.Find(ctx, identifier)
	if err != nil {
		return preferences.Group{}, err
	}
	return preferences.Group{Name: g.Name, ARN: g.ARN(), Still: g.Still()}, nil
}

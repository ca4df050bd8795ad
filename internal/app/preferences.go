package app

import "context"

// findSyslogGroup finds a log group for syslog configurations.
func (w *world) findSyslogGroup(ctx context.Context, identifier string) (string, error) {
	g, err := w.logs.Find(ctx, identifier)
	if err != nil {
		return "", err
	}
	return g.ARN(), nil
}

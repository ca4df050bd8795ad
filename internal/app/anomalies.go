package app

import (
	"context"
	"slices"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/anomalies"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/table"
)

// watchedEvents lets anomaly detectors read events as any caller sees them: what is masked stays so.
type watchedEvents struct {
	logs   *logs.Service
	events table.Table
	now    func() time.Time
}

func (w watchedEvents) Group(ctx context.Context, arn string) (anomalies.Group, error) {
	g, err := w.logs.Find(ctx, arn)
	if err != nil {
		return anomalies.Group{}, err
	}
	return anomalies.Group{Name: g.Name, ARN: g.ARN()}, standardOnly(g, "CreateLogAnomalyDetector")
}

func (w watchedEvents) Each(ctx context.Context, group string, from, to int64, f func(at int64, message string) error) error {
	g, err := w.logs.Find(ctx, group)
	if err != nil {
		return err
	}
	lens, err := w.logs.Lens(ctx, g)
	if err != nil {
		return err
	}
	gone, err := w.logs.GoneStreams(ctx, g)
	if err != nil {
		return err
	}
	slices.Sort(gone)
	scan := table.Scan{
		Ranges:  []table.Range{{Partition: g.Partition, From: max(from, g.Oldest(w.now())), To: to}},
		Columns: []string{table.StreamColumn, table.TimeColumn, table.IngestedColumn, logs.Schema.Text},
	}
	_, err = w.events.Scan(ctx, scan, 1, func(_ int, b *column.Batch) error {
		for i := range b.Len {
			if _, isGone := slices.BinarySearch(gone, b.Columns[0].Ints[i]); isGone {
				continue
			}
			message := b.Columns[3].Str(i)
			if lens != nil {
				message = lens.Hide(message, b.Columns[2].Ints[i])
			}
			if err := f(b.Columns[1].Ints[i], message); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	return err
}

func (o *observer) anomaliesHooks() anomalies.Hooks {
	return anomalies.Hooks{
		Evaluated: func(e anomalies.Evaluated) {
			if e.Found > 0 {
				o.events.Info("anomalies_found", "detectorId", e.Detector, "took", e.Took, "events", e.Events, "found", e.Found)
			}
		},
		Failed: func(detector string, err error) {
			o.failed.WithLabelValues("anomalies").Inc()
			o.events.Error("detector_failed", "detectorId", detector, "error", err.Error())
		},
	}
}

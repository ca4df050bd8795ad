package app

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/policies"
	"github.com/groundwatch/groundwatch/internal/queries"
)

// logPolicies lets the logs service see events as policies want.
type logPolicies struct{ policies *policies.Service }

func (p logPolicies) Lens(ctx context.Context, g *logs.Group) (logs.Lens, error) {
	l, err := p.policies.Lens(ctx, policedGroup(g))
	if l == nil {
		return nil, err
	}
	return l, err
}

func (p logPolicies) Protection(ctx context.Context, g *logs.Group) (types.DataProtectionStatus, bool, error) {
	return p.policies.Protection(ctx, policedGroup(g))
}

func (p logPolicies) Indexed(ctx context.Context, g *logs.Group) ([]string, error) {
	return p.policies.Indexed(ctx, policedGroup(g))
}

func policedGroup(g *logs.Group) policies.Group {
	return policies.Group{
		Account: g.Account(), Region: g.Region(), Name: g.Name, Partition: int64(g.Partition), Class: g.Class,
	}
}

// findPoliced finds a log group for policies.
func (w *world) findPoliced(ctx context.Context, identifier string) (policies.Group, error) {
	g, err := w.logs.Find(ctx, identifier)
	if err != nil {
		return policies.Group{}, err
	}
	return policedGroup(g), nil
}

// fieldTimes looks for the events of a group that have fields.
func (w *world) fieldTimes(ctx context.Context, g policies.Group, fields []policies.SoughtField) ([]policies.FieldTimes, int64, error) {
	sought := make([]queries.SoughtField, len(fields))
	for i, f := range fields {
		sought[i] = queries.SoughtField(f)
	}
	spans, stored, err := w.queries.FieldTimes(ctx, g.Name, sought)
	times := make([]policies.FieldTimes, len(spans))
	for i, s := range spans {
		times[i] = policies.FieldTimes{Found: !s.Empty(), First: s.First, Last: s.Last}
	}
	return times, stored, err
}

// writeReports stores what policies report.
func (w *world) writeReports(ctx context.Context, group, stream string, at time.Time, messages []string) error {
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream}
	now := at.UnixMilli()
	for _, m := range messages {
		in.LogEvents = append(in.LogEvents, types.InputLogEvent{Timestamp: &now, Message: &m})
	}
	_, err := w.logs.PutLogEvents(ctx, in)
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); !missing {
		return err
	}
	_, err = w.logs.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream})
	if _, exists := errors.AsType[*types.ResourceAlreadyExistsException](err); err != nil && !exists {
		return err
	}
	_, err = w.logs.PutLogEvents(ctx, in)
	return err
}

func (o *observer) policiesHooks() policies.Hooks {
	return policies.Hooks{
		Found: func(_ policies.Group, _ string, events int) { o.sensitive.Add(float64(events)) },
		Transformed: func(_ policies.Group, events, errors int) {
			o.transformed.WithLabelValues("transformed").Add(float64(events - errors))
			o.transformed.WithLabelValues("failed").Add(float64(errors))
		},
		ReportFailed: func(group string, reports int, err error) {
			o.failed.WithLabelValues("report").Add(float64(reports))
			o.events.Error("reports_were_lost", "logGroupName", group, "reports", reports, "error", err.Error())
		},
	}
}

package app

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/buckets"
	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/exports"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// bucketsOf returns where a server's exports go; nil if it was not told.
func bucketsOf(cfg *config.Server) exports.Buckets {
	switch {
	case cfg.ExportDir != "":
		return buckets.NewFolder(cfg.ExportDir)
	case cfg.S3Endpoint != "":
		return buckets.NewS3(cfg.S3Endpoint, cfg.Region)
	}
	return nil
}

// exportedEvents lets exports read events as any caller reads them.
type exportedEvents struct{ logs *logs.Service }

func (x exportedEvents) Group(ctx context.Context, name string) (made int64, err error) {
	g, err := x.logs.Find(ctx, name)
	if err != nil {
		return 0, err
	}
	return g.Created, standardOnly(g, "CreateExportTask")
}

// standardOnly refuses a group of a class that has no exports and no detectors (CWL_Log_Classes in the user guide).
func standardOnly(g *logs.Group, operation string) error {
	if g.Class == types.LogGroupClassStandard || g.Class == "" {
		return nil
	}
	return refuse.WrongClass(g.Name, g.Class, operation)
}

func (x exportedEvents) Streams(ctx context.Context, group, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		in := &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: &group, OrderBy: types.OrderByLogStreamName}
		if prefix != "" {
			in.LogStreamNamePrefix = &prefix
		}
		for {
			out, err := x.logs.DescribeLogStreams(ctx, in)
			if err != nil {
				yield("", err)
				return
			}
			for _, s := range out.LogStreams {
				if !yield(*s.LogStreamName, nil) {
					return
				}
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				return
			}
		}
	}
}

func (x exportedEvents) Read(ctx context.Context, group, stream string, from, to int64) iter.Seq2[exports.Event, error] {
	return func(yield func(exports.Event, error) bool) {
		in := &cloudwatchlogs.GetLogEventsInput{
			LogGroupName: &group, LogStreamName: &stream, StartTime: &from, EndTime: &to, StartFromHead: aws.Bool(true),
		}
		for {
			out, err := x.logs.GetLogEvents(ctx, in)
			if err != nil {
				yield(exports.Event{}, err)
				return
			}
			for _, e := range out.Events {
				if !yield(exports.Event{Time: *e.Timestamp, Message: *e.Message}, nil) {
					return
				}
			}
			if in.NextToken = out.NextForwardToken; len(out.Events) == 0 {
				return
			}
		}
	}
}

func (o *observer) exportsHooks() exports.Hooks {
	return exports.Hooks{
		Ended: func(e exports.Ended) {
			attrs := []any{"taskId", e.Task, "status", e.Status, "took", e.Took, "events", e.Events, "objects", e.Objects, "bytes", e.Bytes}
			if e.Err != nil {
				attrs = append(attrs, "error", e.Err.Error())
			}
			o.events.Info("export_ended", attrs...)
		},
		Refused: func(bucket string, err error) {
			o.events.Warn("bucket_refused", "bucket", bucket, "error", err.Error())
		},
		Failed: func(act string, err error) {
			o.failed.WithLabelValues("exports").Inc()
			o.events.Error("export_state_not_kept", "work", act, "error", err.Error())
		},
	}
}

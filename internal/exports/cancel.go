package exports

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// CancelExportTask ends a task: at once if it waits, else as soon as the object that it writes is dropped. What it has written stays.
func (s *Service) CancelExportTask(ctx context.Context, in *cloudwatchlogs.CancelExportTaskInput) (*cloudwatchlogs.CancelExportTaskOutput, error) {
	k := scopeOf(ctx).Key(aws.ToString(in.TaskId))
	if k.Check() != nil {
		return nil, missing()
	}
	t, err := s.change(ctx, k, func(t *task) error {
		switch {
		case t.Status == types.ExportTaskStatusCodePending:
			t.end(s.opts.Now().UnixMilli(), types.ExportTaskStatusCodeCancelled, saysCancelled)
		case t.Status == types.ExportTaskStatusCodeRunning:
			t.Status, t.Message = types.ExportTaskStatusCodePendingCancel, saysCancelled
		case t.ended():
			return refuse.InvalidOperation(textTaskEnded)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	cancel := s.mu.running[k]
	s.mu.Unlock()
	switch {
	case cancel != nil:
		cancel()
	case !t.ended(): // it waits for its turn, as one of an earlier process does, or its end could not be kept
		s.start(k)
	}
	return &cloudwatchlogs.CancelExportTaskOutput{}, nil
}

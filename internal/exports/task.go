package exports

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// taskKind has a task under its id. The first term is activeTerm as long as the task has not ended, the first peak when it was made.
const taskKind catalog.Kind = "log-export-task"

const activeTerm = "active"

// A task is what the catalog keeps of an export task. Times are ms.
type task struct {
	ID      string                     `json:"id"`
	Name    string                     `json:"name,omitempty"`
	Group   string                     `json:"group"`
	Streams string                     `json:"streams,omitempty"` // what their names begin with
	From    int64                      `json:"from"`
	To      int64                      `json:"to"` // the last one that is exported
	Bucket  string                     `json:"bucket"`
	Prefix  string                     `json:"prefix"`
	Created int64                      `json:"created"`
	Ended   int64                      `json:"ended,omitempty"`
	Status  types.ExportTaskStatusCode `json:"status"`
	Message string                     `json:"message"`

	Progress *progress `json:"progress,omitempty"` // of one that runs: where another process goes on
}

// What DescribeExportTasks says beside a status. [R] Only started and completed were seen of AWS.
const (
	saysPending      = "Task is pending"
	saysStarted      = "Started successfully"
	saysCompleted    = "Completed successfully"
	saysCancelled    = "Cancelled by user"
	saysFailedPrefix = "The task failed: "
)

// ended tells whether nothing will happen to t any more.
func (t *task) ended() bool {
	switch t.Status {
	case types.ExportTaskStatusCodePending, types.ExportTaskStatusCodeRunning, types.ExportTaskStatusCodePendingCancel:
		return false
	}
	return true
}

// end ends t at a time.
func (t *task) end(now int64, status types.ExportTaskStatusCode, message string) {
	t.Status, t.Message, t.Ended, t.Progress = status, message, now, nil
}

// described returns t as DescribeExportTasks has it.
func (t *task) described() types.ExportTask {
	d := types.ExportTask{
		TaskId: &t.ID, LogGroupName: &t.Group, From: &t.From, To: &t.To, Destination: &t.Bucket, DestinationPrefix: &t.Prefix,
		Status:        &types.ExportTaskStatus{Code: t.Status, Message: &t.Message},
		ExecutionInfo: &types.ExportTaskExecutionInfo{CreationTime: &t.Created},
	}
	if t.Name != "" {
		d.TaskName = &t.Name
	}
	if t.Ended != 0 {
		d.ExecutionInfo.CompletionTime = aws.Int64(t.Ended)
	}
	return d
}

// scopeOf returns where the caller's tasks are.
func scopeOf(ctx context.Context) catalog.Scope {
	c := caller.From(ctx)
	return catalog.Scope{Account: c.Account, Region: c.Region, Kind: taskKind}
}

func decoded(e catalog.Entry) (*task, error) {
	t := new(task)
	if err := json.Unmarshal(e.Value, t); err != nil {
		return nil, fault.Internal(fmt.Errorf("read %s: %w", e.Key, err))
	}
	return t, nil
}

func encoded(k catalog.Key, t *task) (catalog.Entry, error) {
	value, err := json.Marshal(t)
	if err != nil {
		return catalog.Entry{}, fault.Internal(fmt.Errorf("write %s: %w", k, err))
	}
	e := catalog.Entry{Key: k, Value: value, Peaks: catalog.Peaks{t.Created}}
	if !t.ended() {
		e.Terms[0] = activeTerm
	}
	return e, nil
}

// conflictTries is how often a change is tried again when somebody else was faster.
const conflictTries = 20

// change lets f alter the task of k, which it may do several times, and writes it. It returns the task as it then is.
func (s *Service) change(ctx context.Context, k catalog.Key, f func(*task) error) (*task, error) {
	for range conflictTries {
		e, err := s.opts.Catalog.Get(ctx, k)
		if fault.Is(err, fault.NotFound) {
			return nil, missing()
		}
		if err != nil {
			return nil, refuse.Internal("read export task", err)
		}
		t, err := decoded(e)
		if err != nil {
			return nil, err
		}
		if err := f(t); err != nil {
			return nil, err
		}
		next, err := encoded(k, t)
		if err != nil {
			return nil, err
		}
		_, err = s.opts.Catalog.Write(ctx, catalog.Put(next, e.Version))
		if err == nil {
			return t, nil
		}
		if !fault.Is(err, fault.Conflict) {
			return nil, refuse.Internal("change export task", err)
		}
	}
	return nil, refuse.Aborted()
}

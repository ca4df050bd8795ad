package exports

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// maxPage is how many tasks a page has, at most and if the request does not say (DescribeExportTasks in the API reference).
const maxPage = 50

// DescribeExportTasks lists the caller's tasks, newest first [R], or one of them.
func (s *Service) DescribeExportTasks(ctx context.Context, in *cloudwatchlogs.DescribeExportTasksInput) (*cloudwatchlogs.DescribeExportTasksOutput, error) {
	if in.TaskId != nil {
		return s.describeOne(ctx, in)
	}
	limit := maxPage
	if in.Limit != nil {
		limit = min(limit, int(*in.Limit))
	}
	c := caller.From(ctx)
	q := catalog.Query{Scope: scopeOf(ctx), ByPeak: true, Descending: true}
	purpose, place := "DescribeExportTasks\x00"+string(in.StatusCode), c.Account+"/"+c.Region
	if in.NextToken != nil {
		payload, err := s.opts.Sealer.Open(purpose, place, *in.NextToken)
		if err != nil || json.Unmarshal(payload, &q.After) != nil {
			return nil, refuse.BadToken()
		}
	}
	out := &cloudwatchlogs.DescribeExportTasksOutput{ExportTasks: []types.ExportTask{}}
	last := catalog.Cursor{}
	for e, err := range catalog.All(ctx, s.opts.Catalog, q) {
		if err != nil {
			return nil, refuse.Internal("list export tasks", err)
		}
		t, err := decoded(e)
		if err != nil {
			return nil, err
		}
		if in.StatusCode != "" && t.Status != in.StatusCode {
			continue
		}
		if len(out.ExportTasks) == limit {
			payload, err := json.Marshal(last)
			if err != nil {
				panic("BUG: no JSON of a token: " + err.Error())
			}
			out.NextToken = aws.String(s.opts.Sealer.Seal(purpose, place, payload))
			break
		}
		out.ExportTasks, last = append(out.ExportTasks, t.described()), q.Cursor(e)
	}
	return out, nil
}

// describeOne describes the task that in names.
func (s *Service) describeOne(ctx context.Context, in *cloudwatchlogs.DescribeExportTasksInput) (*cloudwatchlogs.DescribeExportTasksOutput, error) {
	k := scopeOf(ctx).Key(*in.TaskId)
	if k.Check() != nil {
		return nil, missing()
	}
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
	out := &cloudwatchlogs.DescribeExportTasksOutput{ExportTasks: []types.ExportTask{}}
	if in.StatusCode == "" || in.StatusCode == t.Status {
		out.ExportTasks = append(out.ExportTasks, t.described())
	}
	return out, nil
}

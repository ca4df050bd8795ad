package scheduled

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A run is what the catalog keeps of one run of a query, by the time when it was due.
type run struct {
	Due          int64                             `json:"due"` // ms
	QueryID      string                            `json:"queryId,omitempty"`
	Status       types.ExecutionStatus             `json:"status"`
	Message      string                            `json:"message,omitempty"`
	Destinations []types.ScheduledQueryDestination `json:"destinations,omitempty"`
}

const runKind catalog.Kind = "log-scheduled-run"

// runName returns the name of a run: they go by time.
func runName(due int64) string { return fmt.Sprintf("%015d", due) }

// runs returns where the history of a query is.
func (s *Service) runs(ctx context.Context, q query) catalog.Scope {
	scope := s.queries.Scope(ctx)
	scope.Kind, scope.Parent = runKind, q.Number
	return scope
}

// notes returns what writes down what is known of runs.
func (s *Service) notes(ctx context.Context, q query, runs []run) ([]catalog.Change, error) {
	var notes []catalog.Change
	for _, r := range runs {
		value, err := json.Marshal(r)
		if err != nil {
			return nil, fault.Internal(fmt.Errorf("write run of scheduled query: %w", err))
		}
		notes = append(notes, catalog.Put(catalog.Entry{Key: s.runs(ctx, q).Key(runName(r.Due)), Value: value}, catalog.Any))
	}
	return notes, nil
}

// history returns the runs of a query that were due from one time to another, in milliseconds, both inclusive; oldest first.
func (s *Service) history(ctx context.Context, q query, from, to int64) ([]run, error) {
	var all []run
	after := ""
	if from > 0 {
		after = runName(from - 1)
	}
	for e, err := range catalog.All(ctx, s.opts.Catalog, catalog.Query{Scope: s.runs(ctx, q), After: catalog.Cursor{Name: after}}) {
		if err != nil {
			return nil, fmt.Errorf("list runs of scheduled query: %w", err)
		}
		var r run
		if err := json.Unmarshal(e.Value, &r); err != nil {
			return nil, fault.Internal(fmt.Errorf("read %s: %w", e.Key, err))
		}
		if r.Due > to {
			break
		}
		all = append(all, r)
	}
	return all, nil
}

// forgetAtOnce is how many runs are forgotten in one write.
const forgetAtOnce = 500

// forget removes the oldest runs of a query, until no more than some are left, and those that are too old.
func (s *Service) forget(ctx context.Context, q query, keep int) error {
	old := runName(max(0, s.opts.Now().Add(-s.limits.KeptFor).UnixMilli()))
	scope := s.runs(ctx, q)
	for {
		n, err := s.opts.Catalog.Count(ctx, catalog.Query{Scope: scope})
		if err != nil {
			return fmt.Errorf("count runs of scheduled query: %w", err)
		}
		page, err := s.opts.Catalog.List(ctx, catalog.Query{Scope: scope, Limit: forgetAtOnce})
		if err != nil {
			return fmt.Errorf("list runs of scheduled query: %w", err)
		}
		var gone []catalog.Change
		for i, e := range page.Entries {
			if n-i > keep || e.Name < old {
				gone = append(gone, catalog.Delete(e.Key, catalog.Any))
			}
		}
		if len(gone) == 0 {
			return nil
		}
		if err := s.queries.Write(ctx, gone...); err != nil {
			return err
		}
	}
}

// GetScheduledQueryHistory lists the runs of a query that were due between two times, newest first ([R]).
func (s *Service) GetScheduledQueryHistory(ctx context.Context, in *cloudwatchlogs.GetScheduledQueryHistoryInput) (*cloudwatchlogs.GetScheduledQueryHistoryOutput, error) {
	from, to := moment(aws.ToInt64(in.StartTime)), moment(aws.ToInt64(in.EndTime))
	if to.Before(from) {
		return nil, refuse.Validation("endTime must not be before startTime.")
	}
	q, _, err := s.find(ctx, aws.ToString(in.Identifier))
	if err != nil {
		return nil, err
	}
	runs, err := s.history(ctx, q, from.UnixMilli(), to.UnixMilli())
	if err != nil {
		return nil, err
	}
	runs = slices.DeleteFunc(runs, func(r run) bool {
		return len(in.ExecutionStatuses) > 0 && !slices.Contains(in.ExecutionStatuses, r.Status)
	})
	slices.Reverse(runs)
	list := documents.List{
		Sealer: s.opts.Sealer, Token: in.NextToken, Limit: documents.Limit(in.MaxResults, pageSize, pageSize),
		Purpose: fmt.Sprintf("GetScheduledQueryHistory\x00%d\x00%d\x00%d\x00%v", q.Number, from.UnixMilli(), to.UnixMilli(), in.ExecutionStatuses),
	}
	runs, next, err := documents.Page(ctx, list, runs, func(r run) string { return runName(lastTime - r.Due) })
	if err != nil {
		return nil, refuse.ValidToken(err)
	}
	out := &cloudwatchlogs.GetScheduledQueryHistoryOutput{
		Name: &q.Name, ScheduledQueryArn: q.arn(ctx), NextToken: next, TriggerHistory: []types.TriggerHistoryRecord{},
	}
	for _, r := range runs {
		out.TriggerHistory = append(out.TriggerHistory, r.wire())
	}
	return out, nil
}

// lastTime is after all times of runs, in milliseconds: the greatest number of runName's digits.
const lastTime = 999_999_999_999_999

func (r run) wire() types.TriggerHistoryRecord {
	w := types.TriggerHistoryRecord{TriggeredTimestamp: &r.Due, ExecutionStatus: r.Status, Destinations: r.Destinations}
	if r.QueryID != "" {
		w.QueryId = &r.QueryID
	}
	if r.Message != "" {
		w.ErrorMessage = &r.Message
	}
	return w
}

// String returns r for errors and tests.
func (r run) String() string { return strconv.FormatInt(r.Due, 10) + " " + string(r.Status) }

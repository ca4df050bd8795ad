package app

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/queries"
	"github.com/groundwatch/groundwatch/internal/scheduled"
)

// askedQueries are the queries for services beside them: lookup tables, which queries need themselves, and scheduled queries.
type askedQueries struct{ queries *queries.Service }

func (a *askedQueries) results(ctx context.Context, id string) (columns []string, rows [][]string, err error) {
	return a.queries.Results(ctx, id)
}

func (a *askedQueries) Check(ctx context.Context, text string, groups []string) error {
	return a.queries.Check(ctx, text, groups)
}

func (a *askedQueries) StartQuery(ctx context.Context, in *cloudwatchlogs.StartQueryInput) (*cloudwatchlogs.StartQueryOutput, error) {
	return a.queries.StartQuery(ctx, in)
}

// Answer waits for the end of a query. One that somebody stopped did not run to its end.
func (a *askedQueries) Answer(ctx context.Context, id string) (scheduled.Answer, error) {
	if err := a.queries.Wait(ctx, id); err != nil {
		return scheduled.Answer{}, err
	}
	found, err := a.queries.Answer(ctx, id)
	out := scheduled.Answer{
		Complete: found.Status == types.QueryStatusComplete, Late: found.IsTimeout(), Failure: found.Failure, Columns: found.Columns, Rows: found.Rows,
	}
	if found.Status == types.QueryStatusCancelled {
		out.Failure = "The query was stopped."
	}
	return out, err
}

// indexedFields returns the fields of a group that are indexed: none, if its class has no indexes.
func (w *world) indexedFields(ctx context.Context, group string) ([]string, error) {
	g, err := w.findPoliced(ctx, group)
	if err != nil {
		return nil, err
	}
	return w.policies.Indexed(ctx, g)
}

func (o *observer) scheduledHooks() scheduled.Hooks {
	return scheduled.Hooks{
		Ended: func(e scheduled.Ended) {
			attrs := []any{"query", e.Query, "queryId", e.QueryID, "status", string(e.Status)}
			if e.Message != "" {
				attrs = append(attrs, "error", e.Message)
			}
			o.events.Info("scheduled_query_ended", attrs...)
		},
		Failed: func(act string, err error) {
			o.failed.WithLabelValues("scheduled").Inc()
			o.events.Error("scheduled_query_state_not_kept", "work", act, "error", err.Error())
		},
	}
}

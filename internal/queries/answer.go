package queries

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// An Answer is what a query has found, for other services.
type Answer struct {
	Status  types.QueryStatus
	Failure string // why it was ended; "" if it was not, or was stopped
	Columns []string
	Rows    [][]*string // nil where there is no value; without @ptr
}

// Wait returns when the caller's query of that id has ended, or ctx has.
func (s *Service) Wait(ctx context.Context, id string) error {
	q, err := s.query(ctx, &id)
	if err != nil {
		return err
	}
	select {
	case <-q.ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Answer returns what the caller's query of that id has found; no rows before it has ended.
func (s *Service) Answer(ctx context.Context, id string) (Answer, error) {
	q, err := s.query(ctx, &id)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Status: q.status()}
	if isOpen(a.Status) {
		return a, nil
	}
	select {
	case <-q.ended:
	case <-ctx.Done():
		return a, context.Cause(ctx)
	}
	q.mu.Lock()
	r := q.mu.result
	if a.Status == types.QueryStatusFailed && q.mu.failure != nil {
		a.Failure = q.mu.failure.Error()
	}
	q.mu.Unlock()
	if r == nil {
		return a, nil
	}
	columns := len(r.Columns)
	if r.LogRows {
		columns-- // @ptr
	}
	a.Columns = r.Columns[:columns]
	a.Rows = make([][]*string, r.Rows.Len)
	for i := range a.Rows {
		a.Rows[i] = make([]*string, columns)
		for c := range columns {
			if v := r.Rows.Columns[c].Value(i); !v.IsNull() {
				text := v.Text()
				a.Rows[i][c] = &text
			}
		}
	}
	return a, nil
}

// Check refuses a text that is no query which can be run now, with a *types.MalformedQueryException, and one that StartQuery would refuse for the
// log groups that logGroupIdentifiers has, with a *types.InvalidParameterException. It looks at no log groups: they need not be there.
func (s *Service) Check(ctx context.Context, text string, groups []string) error {
	q := &query{caller: caller.From(ctx), text: text, created: s.opts.Now()}
	if err := s.compile(ctx, q); err != nil {
		return err
	}
	return q.checkNamed("logGroupIdentifiers", groups)
}

// IsTimeout tells whether a query was ended because it took too long.
func (a Answer) IsTimeout() bool { return a.Failure == errTimeout.Error() }

// Results returns what the caller's query of that id has found, which must have been completed or stopped.
func (s *Service) Results(ctx context.Context, id string) (columns []string, rows [][]string, err error) {
	a, err := s.Answer(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if a.Status != types.QueryStatusComplete && a.Status != types.QueryStatusCancelled {
		return nil, nil, refuse.InvalidParameter("The query has the status %s, which is neither Complete nor Cancelled.", a.Status)
	}
	return a.Columns, a.Texts(), nil
}

// Texts returns the rows with "" where there is no value.
func (a Answer) Texts() [][]string {
	rows := make([][]string, len(a.Rows))
	for i, row := range a.Rows {
		rows[i] = make([]string, len(row))
		for c, text := range row {
			rows[i][c] = aws.ToString(text)
		}
	}
	return rows
}

package queries

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// query returns the caller's query of that id.
func (s *Service) query(ctx context.Context, id *string) (*query, error) {
	s.mu.Lock()
	q := s.mu.kept.byID[aws.ToString(id)]
	s.mu.Unlock()
	if q == nil || q.place() != placeOf(ctx) || s.old(q, s.opts.Now()) {
		return nil, refuse.NotFound(textQueryMissing)
	}
	return q, nil
}

func placeOf(ctx context.Context) place {
	c := caller.From(ctx)
	return place{c.Account, c.Region}
}

// GetQueryResults returns a page of what a query has found, and how much it has read. While it runs that is what it would answer if
// there were no more events; of one that was stopped or has failed, what it had found by then. Timeouts are failures: Grafana
// knows no status Timeout and would ask for ever.
func (s *Service) GetQueryResults(ctx context.Context, in *cloudwatchlogs.GetQueryResultsInput) (*cloudwatchlogs.GetQueryResultsOutput, error) {
	q, err := s.query(ctx, in.QueryId)
	if err != nil {
		return nil, err
	}
	limit := s.limits.PageRows
	if in.MaxItems != nil && *in.MaxItems > 0 {
		limit = min(limit, int(*in.MaxItems))
	}
	purpose := "GetQueryResults\x00" + q.id
	from, err := openToken[int](ctx, s, purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	status, result, err := q.look(ctx)
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.GetQueryResultsOutput{
		QueryLanguage: types.QueryLanguageCwli, Status: status,
		Results: [][]types.ResultField{}, Statistics: q.statistics(result),
	}
	if result == nil {
		return out, nil
	}
	begun, to := time.Now(), min(result.Rows.Len, from+limit)
	for row := from; row < to; row++ {
		out.Results = append(out.Results, q.cells(result, row, caller.From(ctx).IsOurs()))
	}
	if to < result.Rows.Len && !isOpen(status) {
		out.NextToken = sealToken(ctx, s, purpose, to)
	}
	return out, s.pace.rest(ctx, encoding*time.Since(begun))
}

// encoding is how many times longer it takes to put a page together and to write it out as JSON than the first alone.
const encoding = 4

// patience is how long an answer waits for a query that runs: most end by then, and their callers need not ask again.
const patience = 20 * time.Millisecond

// look returns the status and the rows of q, nil if there are none to be seen. If it was stopped just now it waits for its end.
func (q *query) look(ctx context.Context) (types.QueryStatus, *exec.Result, error) {
	soon := time.NewTimer(patience)
	defer soon.Stop()
	select {
	case <-q.ended:
	case <-soon.C:
	case <-ctx.Done():
		return "", nil, context.Cause(ctx)
	}
	status := q.status()
	if status == types.QueryStatusRunning {
		r := q.shown(ctx)
		if status = q.status(); isOpen(status) { // else the look took until the end
			return status, r, nil
		}
	}
	if isOpen(status) {
		return status, nil, nil
	}
	select {
	case <-q.ended:
	case <-ctx.Done():
		return status, nil, context.Cause(ctx)
	}
	return status, q.mu.result, nil
}

// statistics returns what q has read, matched and found. How many bytes is known only for the scans that have ended. What could not be
// read counts as skipped, the only sign that the API has for a result that lacks something ([R]).
func (q *query) statistics(r *exec.Result) *types.QueryStatistics {
	st := &types.QueryStatistics{
		RecordsScanned: float64(q.read.rows.Load()), BytesScanned: float64(q.read.bytes.Load()),
		LogGroupsScanned: float64(q.groups()), RecordsMatched: float64(q.progress.Matched()),
	}
	if r != nil {
		st.ResultCount = float64(r.Rows.Len)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	st.EstimatedRecordsSkipped = float64(len(q.mu.problems))
	return st
}

// groups returns how many log groups q reads.
func (q *query) groups() int {
	n := 0
	for _, src := range q.sources {
		n += len(src.groups)
	}
	return n
}

// kindsField is a cell that our own clients get at the end of each row: a letter for the kind of each cell before it. The API has
// texts alone, of which a client cannot tell the text "7" from the number.
const kindsField = "@kinds"

// kindLetters are those letters.
var kindLetters = map[column.Kind]byte{
	column.Bool: 'b', column.Int64: 'i', column.Float64: 'f', column.String: 's', column.Timestamp: 't', column.JSON: 'j',
}

// cells returns a row: a cell for each column that is not null in it, @ptr last, and with kinds those behind it.
func (q *query) cells(r *exec.Result, row int, kinds bool) []types.ResultField {
	cells := []types.ResultField{}
	var letters []byte
	for i, name := range r.Columns {
		v := r.Rows.Columns[i].Value(row)
		if v.IsNull() {
			continue
		}
		text := ""
		if r.LogRows && i == len(r.Columns)-1 {
			text = q.sources[q.plan.Source].pointer(v.Int(), r.Times.Value(row).Int(), r.Numbers[row])
		} else {
			text = v.Text()
			letters = append(letters, kindLetters[v.Kind()])
		}
		cells = append(cells, types.ResultField{Field: &name, Value: &text})
	}
	if kinds {
		cells = append(cells, types.ResultField{Field: aws.String(kindsField), Value: aws.String(string(letters))})
	}
	return cells
}

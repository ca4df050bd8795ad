package remote

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A Question is a query to be answered.
type Question struct {
	Text     string
	Groups   []string // names, at most QueryGroups; nil if the text names them
	From, To int64    // epoch milliseconds, both inclusive; AWS takes whole seconds
	Limit    int32    // rows; 0 means that the service decides
}

// QueryGroups is how many groups a query may name beside its text (StartQuery).
const QueryGroups = 50

// An Answer is what a query has found so far.
type Answer struct {
	Status     types.QueryStatus
	Rows       [][]types.ResultField
	Statistics types.QueryStatistics
}

// How often an answer is asked for: often while it may be a short query, then so often that a quota of five a second is kept.
const (
	firstLook = 10 * time.Millisecond
	lastLook  = 500 * time.Millisecond
)

// stopWithin is how long stopping a query and a last look at it may take: people who press Ctrl-C feel more. If the service takes longer,
// what it said before is the answer; it has been told to stop.
const stopWithin = 80 * time.Millisecond

// Ask lets the service answer a query, and tells progress how far it is. If ctx ends, the query is stopped, and what is known to have been
// found is returned with the error, as it is if the query fails.
func (c *Client) Ask(ctx context.Context, q Question, progress func(*Answer)) (*Answer, error) {
	in := &cloudwatchlogs.StartQueryInput{QueryString: aws.String(q.Text), LogGroupNames: q.Groups, StartTime: aws.Int64(q.From), EndTime: aws.Int64(q.To)}
	if !c.bareHost() {
		in.StartTime, in.EndTime = aws.Int64(q.From/1000), aws.Int64(q.To/1000)
	}
	if q.Limit > 0 {
		in.Limit = aws.Int32(q.Limit)
	}
	started, err := c.Logs.StartQuery(ctx, in)
	if err != nil {
		return nil, c.Explain(err)
	}
	id := aws.ToString(started.QueryId)
	so := &Answer{Status: types.QueryStatusRunning} // what was found so far
	for wait := firstLook; ; wait = min(2*wait, lastLook) {
		a, err := c.look(ctx, id)
		switch {
		case ctx.Err() != nil:
			return c.stop(ctx, id, so)
		case err != nil:
			return nil, err
		}
		switch so = a; a.Status {
		case types.QueryStatusComplete:
			return a, nil
		case types.QueryStatusScheduled, types.QueryStatusRunning:
			progress(a)
		default:
			return a, fmt.Errorf("the query has ended with status %s: it took too long or more memory than one may take, or something it needs could not be read; what is shown is what it had found", a.Status)
		}
		if !pause(ctx, wait) {
			return c.stop(ctx, id, so)
		}
	}
}

// stop ends a query and returns what it had found: so, if the service does not answer in time.
func (c *Client) stop(ctx context.Context, id string, so *Answer) (*Answer, error) {
	cause := context.Cause(ctx)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	_, err := c.Logs.StopQuery(ctx, &cloudwatchlogs.StopQueryInput{QueryId: aws.String(id)})
	if ended := (*types.InvalidParameterException)(nil); err != nil && !errors.As(err, &ended) { // unless it has just ended
		if ctx.Err() == nil {
			return so, errors.Join(cause, c.Explain(err))
		}
		return so, cause
	}
	a := &Answer{}
	if _, err := c.page(ctx, id, &cloudwatchlogs.GetQueryResultsInput{MaxItems: aws.Int32(stoppedRows)}, a); err == nil {
		so = a
	}
	return so, cause
}

// How many rows are fetched of a query that runs, which is looked at again and again, and of one that was stopped, which people wait for.
const (
	runningRows = 100
	stoppedRows = 1000
)

// look returns what a query has found: all, if it has ended, else its first rows.
func (c *Client) look(ctx context.Context, id string) (*Answer, error) {
	a := &Answer{}
	next, err := c.page(ctx, id, &cloudwatchlogs.GetQueryResultsInput{MaxItems: aws.Int32(runningRows)}, a)
	running := a.Status == types.QueryStatusScheduled || a.Status == types.QueryStatusRunning
	for err == nil && next != nil && !running {
		next, err = c.page(ctx, id, &cloudwatchlogs.GetQueryResultsInput{NextToken: next}, a)
	}
	return a, err
}

// page adds a page of what a query has found to a, and returns the token of the next one.
func (c *Client) page(ctx context.Context, id string, in *cloudwatchlogs.GetQueryResultsInput, a *Answer) (next *string, err error) {
	in.QueryId = aws.String(id)
	out, err := c.Logs.GetQueryResults(ctx, in)
	if err != nil {
		return nil, c.Explain(err)
	}
	a.Status = out.Status
	a.Rows = append(a.Rows, out.Results...)
	if out.Statistics != nil {
		a.Statistics = *out.Statistics
	}
	return out.NextToken, nil
}

// Save stores a query under a name, in the place of one that has it.
func (c *Client) Save(ctx context.Context, name, text string, groups []string) error {
	in := &cloudwatchlogs.PutQueryDefinitionInput{Name: aws.String(name), QueryString: aws.String(text), LogGroupNames: groups}
	known := &cloudwatchlogs.DescribeQueryDefinitionsInput{QueryDefinitionNamePrefix: aws.String(name)}
	for {
		page, err := c.Logs.DescribeQueryDefinitions(ctx, known)
		if err != nil {
			return c.Explain(err)
		}
		for _, d := range page.QueryDefinitions {
			if aws.ToString(d.Name) == name {
				in.QueryDefinitionId = d.QueryDefinitionId
			}
		}
		if known.NextToken = page.NextToken; known.NextToken == nil {
			break
		}
	}
	_, err := c.Logs.PutQueryDefinition(ctx, in)
	return c.Explain(err)
}

// MistakeAt returns where in a query the service says that a mistake is, from 0 and in characters; ok is false if it does not.
func MistakeAt(err error) (start int, ok bool) {
	var malformed *types.MalformedQueryException
	if !errors.As(err, &malformed) || malformed.QueryCompileError == nil || malformed.QueryCompileError.Location == nil {
		return 0, false
	}
	return int(aws.ToInt32(malformed.QueryCompileError.Location.StartCharOffset)), true
}

// BeforeGroups tells whether the service refuses a query because its time ends before its groups were made, or before what they keep. That
// has AWS's code for a mistake in the query, and only its text tells it from one.
func BeforeGroups(err error) bool {
	return Code(err) == "MalformedQueryException" && strings.Contains(err.Error(), "log groups creation time")
}

package scheduled

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// ask runs the query of a turn, delivers what it has found, and returns how it went.
func (s *Service) ask(t turn) run {
	r := run{Due: t.due.UnixMilli(), Status: types.ExecutionStatusFailed}
	from, to := t.query.window(t.due)
	started, err := s.opts.Queries.StartQuery(t.ctx, &cloudwatchlogs.StartQueryInput{
		QueryLanguage: t.query.Language, QueryString: &t.query.Text, LogGroupIdentifiers: t.query.Groups, StartTime: &from, EndTime: &to,
	})
	if err != nil {
		r.Message = s.told(t.ctx, "start a scheduled query", err)
		if m, ok := errors.AsType[*types.MalformedQueryException](err); ok {
			r.Status, r.Message = types.ExecutionStatusInvalidQuery, aws.ToString(m.Message)
		}
		return r
	}
	r.QueryID = aws.ToString(started.QueryId)
	a, err := s.opts.Queries.Answer(t.ctx, r.QueryID)
	switch {
	case err != nil:
		r.Message = s.told(t.ctx, "wait for a scheduled query", err)
	case a.Late:
		r.Status, r.Message = types.ExecutionStatusTimeout, a.Failure
	case !a.Complete:
		r.Message = a.Failure
	default:
		r.Status, r.Destinations = types.ExecutionStatusComplete, s.deliver(t, r.QueryID, a)
	}
	return r
}

// deliver hands what a query has found to each of its destinations.
func (s *Service) deliver(t turn, queryID string, a Answer) []types.ScheduledQueryDestination {
	var all []types.ScheduledQueryDestination
	if t.query.Destination == nil {
		return nil
	}
	if c := t.query.Destination.S3Configuration; c != nil {
		at, err := s.putObject(t, queryID, c, a)
		all = append(all, s.delivered(t.ctx, types.ScheduledQueryDestinationTypeS3, aws.ToString(c.DestinationIdentifier), at, err))
	}
	if c := t.query.Destination.LookupTableConfiguration; c != nil {
		at, err := s.opts.PutTable(t.ctx, *c, a.Columns, texts(a.Rows))
		all = append(all, s.delivered(t.ctx, types.ScheduledQueryDestinationTypeLookupTable, aws.ToString(c.TableName), at, err))
	}
	return all
}

// delivered returns how a delivery went. What the user can mend is a CLIENT_ERROR.
func (s *Service) delivered(ctx context.Context, to types.ScheduledQueryDestinationType, destination, at string, err error) types.ScheduledQueryDestination {
	d := types.ScheduledQueryDestination{DestinationType: to, DestinationIdentifier: &destination, Status: types.ActionStatusComplete}
	if err == nil {
		d.ProcessedIdentifier = &at
		return d
	}
	d.Status, d.ErrorMessage = types.ActionStatusFailed, aws.String(s.told(ctx, "deliver what a scheduled query found", err))
	_, invalid := errors.AsType[*types.InvalidParameterException](err)
	if invalid || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) {
		d.Status = types.ActionStatusClientError
	}
	return d
}

// told returns what the history says of err, which everybody sees who may see the query: paths and addresses are for the operator alone.
func (s *Service) told(ctx context.Context, act string, err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode() + ": " + api.ErrorMessage()
	}
	s.failed(ctx, act, err)
	return fault.Of(err).Message
}

// errNoBuckets is why nothing can be delivered to S3.
var errNoBuckets = fault.New(fault.Unavailable, "", "the server has no place for S3 objects: start it with --s3-endpoint or --export-dir")

// putObject stores the rows as a JSON array of objects. [R] AWS does not document its key: here it is the URI's, the query's name,
// the day and hour when it was due, and the query's id.
func (s *Service) putObject(t turn, queryID string, c *types.S3Configuration, a Answer) (string, error) {
	if s.opts.Buckets == nil {
		return "", errNoBuckets
	}
	bucket, prefix, _ := strings.Cut(strings.TrimPrefix(aws.ToString(c.DestinationIdentifier), "s3://"), "/")
	key := path.Join(strings.Trim(prefix, "/"), keyPart(t.query.Name), t.due.UTC().Format("2006/01/02/15"), queryID+".json")
	body, err := rowsJSON(a)
	if err != nil {
		return "", err
	}
	return "s3://" + bucket + "/" + key, s.put(t.ctx, bucket, key, body)
}

// deliveryTime is how long one delivery may take.
const deliveryTime = 2 * time.Minute

func (s *Service) put(ctx context.Context, bucket, key string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, deliveryTime)
	defer cancel()
	return s.opts.Buckets.Put(ctx, bucket, key, body)
}

// keyPart returns a name as one part of a key.
func keyPart(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' {
			return '_'
		}
		return r
	}, strings.TrimLeft(name, "."))
}

// rowsJSON returns the rows as a JSON array of objects, without what has no value.
func rowsJSON(a Answer) ([]byte, error) {
	rows := make([]map[string]string, len(a.Rows))
	for i, row := range a.Rows {
		rows[i] = map[string]string{}
		for c, text := range row {
			if text != nil {
				rows[i][a.Columns[c]] = *text
			}
		}
	}
	body, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("write rows: %w", err)
	}
	return body, nil
}

// texts returns rows with "" where there is no value.
func texts(rows [][]*string) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = make([]string, len(row))
		for c, text := range row {
			out[i][c] = aws.ToString(text)
		}
	}
	return out
}

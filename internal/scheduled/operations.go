package scheduled

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/schedule"
)

// historySequence numbers the scheduled queries for their histories.
const historySequence = "log-scheduled-query"

// CreateScheduledQuery makes a query that is run when its schedule is due. The query must be one that can be run now.
func (s *Service) CreateScheduledQuery(ctx context.Context, in *cloudwatchlogs.CreateScheduledQueryInput) (*cloudwatchlogs.CreateScheduledQueryOutput, error) {
	now := s.opts.Now()
	q := query{
		Name: aws.ToString(in.Name), Description: in.Description, Language: in.QueryLanguage, Text: aws.ToString(in.QueryString),
		Groups: in.LogGroupIdentifiers, Expression: aws.ToString(in.ScheduleExpression), Zone: aws.ToString(in.Timezone),
		StartOffset: in.StartTimeOffset, EndOffset: in.EndTimeOffset, Destination: in.DestinationConfiguration,
		From: in.ScheduleStartTime, Until: in.ScheduleEndTime, Role: aws.ToString(in.ExecutionRoleArn),
		State: cmp.Or(in.State, types.ScheduledQueryStateEnabled), Tags: in.Tags,
		Created: now.UnixMilli(), Updated: now.UnixMilli(), Counted: now.UnixMilli(),
	}
	if err := s.check(ctx, q); err != nil {
		return nil, err
	}
	var err error
	if q.ID, err = newID(s.opts.Random); err != nil {
		return nil, err
	}
	if q.Number, err = s.opts.Catalog.NextNumber(ctx, historySequence); err != nil {
		return nil, fmt.Errorf("number scheduled query: %w", err)
	}
	q.Due = q.next(now)
	s.making.Lock()
	defer s.making.Unlock()
	n, err := s.queries.Count(ctx, s.limits.Queries)
	if err == nil && n >= s.limits.Queries {
		err = refuse.QuotaExceeded(textLimit)
	}
	if err == nil {
		err = refused(s.queries.Put(ctx, q.Name, q, catalog.Absent))
	}
	if err != nil {
		return nil, err
	}
	s.changed()
	return &cloudwatchlogs.CreateScheduledQueryOutput{ScheduledQueryArn: q.arn(ctx), State: q.State}, nil
}

// newID returns a random UUID.
func newID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fault.Internal(fmt.Errorf("make scheduled query id: %w", err))
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// check refuses a query that can never be run. [R] The rules are those that AWS documents for the same members elsewhere.
func (s *Service) check(ctx context.Context, q query) error {
	plan, _, err := q.plan()
	if err != nil {
		return refuse.Validation("%v", err)
	}
	_, once := plan.(schedule.At)
	start, end := aws.ToInt64(q.StartOffset), aws.ToInt64(q.EndOffset)
	switch {
	case q.Language != types.QueryLanguageCwli:
		return refuse.Validation("Value '%s' at 'queryLanguage' failed to satisfy constraint: Member must satisfy enum value set: [CWLI]", q.Language)
	case arn.Is(q.Name):
		return refuse.Validation("name must not begin as an ARN does.")
	case refuse.ReservedTag(q.Tags), refuse.ReservedTag(q.tableTags()):
		return refuse.Validation(refuse.TextReservedTag)
	case once:
		return refuse.Validation("schedule %q: want cron(...) or rate(...)", q.Expression)
	case start < 0 || end < 0:
		return refuse.Validation("startTimeOffset and endTimeOffset must not be negative.")
	case q.StartOffset != nil && end >= start:
		return refuse.Validation("endTimeOffset must be less than startTimeOffset.")
	case q.From != nil && q.Until != nil && moment(*q.Until).Before(moment(*q.From)):
		return refuse.Validation("scheduleEndTime must not be before scheduleStartTime.")
	}
	err = s.opts.Queries.Check(ctx, q.Text, q.Groups)
	if m, ok := errors.AsType[*types.MalformedQueryException](err); ok {
		return refuse.Validation("The query is malformed: %s", aws.ToString(m.Message))
	}
	if m, ok := errors.AsType[*types.InvalidParameterException](err); ok {
		return refuse.Validation("%s", aws.ToString(m.Message))
	}
	return nil
}

// tableTags returns the tags of the lookup table that q makes.
func (q query) tableTags() map[string]string {
	if q.Destination == nil || q.Destination.LookupTableConfiguration == nil {
		return nil
	}
	return q.Destination.LookupTableConfiguration.Tags
}

// changed lets Run look again at what is due.
func (s *Service) changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.due = time.Time{}
}

// find returns the caller's query of a name or an ARN.
func (s *Service) find(ctx context.Context, identifier string) (query, catalog.Version, error) {
	if !arn.Is(identifier) {
		q, version, err := s.queries.Get(ctx, identifier)
		return q, version, refused(err)
	}
	for q, err := range s.queries.All(ctx, "") {
		if err != nil {
			return q, catalog.Absent, err
		}
		if *q.arn(ctx) == identifier {
			q, version, err := s.queries.Get(ctx, q.Name)
			return q, version, refused(err)
		}
	}
	return query{}, catalog.Absent, missing()
}

// changeTries is how often a query is written that others change at the same time.
const changeTries = 10

// change lets edit change a query, which is read again if others changed it meanwhile.
func (s *Service) change(ctx context.Context, identifier string, edit func(q *query) error) (query, error) {
	return s.changeWith(ctx, identifier, func(q *query) ([]run, error) { return nil, edit(q) })
}

// changeWith lets edit change a query and note runs of it: both are done, or neither.
func (s *Service) changeWith(ctx context.Context, identifier string, edit func(q *query) ([]run, error)) (query, error) {
	for range changeTries {
		q, version, err := s.find(ctx, identifier)
		if err != nil {
			return q, err
		}
		runs, err := edit(&q)
		if err != nil {
			return q, err
		}
		notes, err := s.notes(ctx, q, runs)
		if err != nil {
			return q, err
		}
		if err := s.queries.Put(ctx, q.Name, q, version, notes...); !fault.Is(err, fault.Conflict) {
			return q, refused(err)
		}
	}
	return query{}, refused(fault.New(fault.Conflict, "", "changed all the time"))
}

// GetScheduledQuery returns a query by its name or ARN.
func (s *Service) GetScheduledQuery(ctx context.Context, in *cloudwatchlogs.GetScheduledQueryInput) (*cloudwatchlogs.GetScheduledQueryOutput, error) {
	q, _, err := s.find(ctx, aws.ToString(in.Identifier))
	if err != nil {
		return nil, err
	}
	return q.wire(ctx), nil
}

// UpdateScheduledQuery replaces all of a query but its name, tags and history. [R] A state that the request does not name stays.
func (s *Service) UpdateScheduledQuery(ctx context.Context, in *cloudwatchlogs.UpdateScheduledQueryInput) (*cloudwatchlogs.UpdateScheduledQueryOutput, error) {
	q, err := s.change(ctx, aws.ToString(in.Identifier), func(q *query) error {
		now := s.opts.Now()
		if q.Expression != aws.ToString(in.ScheduleExpression) {
			q.Counted = now.UnixMilli()
		}
		q.Description, q.Language, q.Text, q.Groups = in.Description, in.QueryLanguage, aws.ToString(in.QueryString), in.LogGroupIdentifiers
		q.Expression, q.Zone = aws.ToString(in.ScheduleExpression), aws.ToString(in.Timezone)
		q.StartOffset, q.EndOffset, q.Destination = in.StartTimeOffset, in.EndTimeOffset, in.DestinationConfiguration
		q.From, q.Until, q.Role = in.ScheduleStartTime, in.ScheduleEndTime, aws.ToString(in.ExecutionRoleArn)
		q.State, q.Updated = cmp.Or(in.State, q.State), now.UnixMilli()
		q.Due = q.next(now)
		return s.check(ctx, *q)
	})
	if err != nil {
		return nil, err
	}
	s.changed()
	w := q.wire(ctx)
	return &cloudwatchlogs.UpdateScheduledQueryOutput{
		ScheduledQueryArn: w.ScheduledQueryArn, Name: w.Name, Description: w.Description, QueryLanguage: w.QueryLanguage, QueryString: w.QueryString,
		LogGroupIdentifiers: w.LogGroupIdentifiers, ScheduleExpression: w.ScheduleExpression, Timezone: w.Timezone,
		StartTimeOffset: w.StartTimeOffset, EndTimeOffset: w.EndTimeOffset, DestinationConfiguration: w.DestinationConfiguration,
		State: w.State, ScheduleType: w.ScheduleType, LastTriggeredTime: w.LastTriggeredTime, LastExecutionStatus: w.LastExecutionStatus,
		ScheduleStartTime: w.ScheduleStartTime, ScheduleEndTime: w.ScheduleEndTime, ExecutionRoleArn: w.ExecutionRoleArn,
		CreationTime: w.CreationTime, LastUpdatedTime: w.LastUpdatedTime,
	}, nil
}

// DeleteScheduledQuery deletes a query with its history. A run that is under way ends.
func (s *Service) DeleteScheduledQuery(ctx context.Context, in *cloudwatchlogs.DeleteScheduledQueryInput) (*cloudwatchlogs.DeleteScheduledQueryOutput, error) {
	q, _, err := s.find(ctx, aws.ToString(in.Identifier))
	if err != nil {
		return nil, err
	}
	if err := s.queries.Delete(ctx, q.Name); err != nil {
		return nil, refused(err)
	}
	return &cloudwatchlogs.DeleteScheduledQueryOutput{}, s.forget(ctx, q, 0)
}

// Tag lets change alter the tags of one of the caller's queries, and returns them as they then are: without a change, as they are. mine is
// false for an ARN of another kind.
func (s *Service) Tag(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error) {
	if !strings.HasPrefix(resource, *query{}.arn(ctx)) {
		return nil, false, nil
	}
	if change == nil {
		q, _, err := s.find(ctx, resource)
		return q.Tags, true, err
	}
	q, err := s.change(ctx, resource, func(q *query) (err error) {
		q.Tags, err = change(q.Tags)
		return err
	})
	return q.Tags, true, err
}

// pageSize is how many items a page has, at most and if the request does not say.
const pageSize = 1000

// ListScheduledQueries lists queries by name. All of them are CUSTOMER_MANAGED.
func (s *Service) ListScheduledQueries(ctx context.Context, in *cloudwatchlogs.ListScheduledQueriesInput) (*cloudwatchlogs.ListScheduledQueriesOutput, error) {
	var found []query
	for q, err := range s.queries.All(ctx, "") {
		if err != nil {
			return nil, err
		}
		if (in.State == "" || in.State == q.State) && in.ScheduleType != types.ScheduleTypeAwsManaged {
			found = append(found, q)
		}
	}
	list := documents.List{
		Sealer: s.opts.Sealer, Purpose: strings.Join([]string{"ListScheduledQueries", string(in.State), string(in.ScheduleType)}, "\x00"),
		Token: in.NextToken, Limit: documents.Limit(in.MaxResults, pageSize, pageSize),
	}
	found, next, err := documents.Page(ctx, list, found, func(q query) string { return q.Name })
	if err != nil {
		return nil, refuse.ValidToken(err)
	}
	out := &cloudwatchlogs.ListScheduledQueriesOutput{ScheduledQueries: []types.ScheduledQuerySummary{}, NextToken: next}
	for _, q := range found {
		out.ScheduledQueries = append(out.ScheduledQueries, q.summary(ctx))
	}
	return out, nil
}

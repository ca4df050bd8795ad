package scheduled

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/schedule"
)

// A query is what the catalog keeps of a scheduled query, by its name. Times are in milliseconds.
type query struct {
	Name        string                          `json:"name"`
	ID          string                          `json:"id"`     // in its ARN
	Number      int64                           `json:"number"` // the parent of its history
	Description *string                         `json:"description,omitempty"`
	Language    types.QueryLanguage             `json:"language"`
	Text        string                          `json:"query"`
	Groups      []string                        `json:"groups,omitempty"`
	Expression  string                          `json:"schedule"`
	Zone        string                          `json:"zone,omitempty"`
	StartOffset *int64                          `json:"startOffset,omitempty"` // s
	EndOffset   *int64                          `json:"endOffset,omitempty"`   // s
	Destination *types.DestinationConfiguration `json:"destination,omitempty"`
	From        *int64                          `json:"from,omitempty"`  // as sent
	Until       *int64                          `json:"until,omitempty"` // as sent
	Role        string                          `json:"role"`
	State       types.ScheduledQueryState       `json:"state"`
	Tags        map[string]string               `json:"tags,omitempty"`
	Created     int64                           `json:"created"`
	Updated     int64                           `json:"updated"`
	Counted     int64                           `json:"counted"`       // from when rates count
	Due         int64                           `json:"due,omitempty"` // when it is run next; 0: never
	Triggered   *int64                          `json:"triggered,omitempty"`
	Status      types.ExecutionStatus           `json:"status,omitempty"` // of the last run
}

// longAgo is from when on a number is a time in milliseconds, not in seconds: 5138-11-16 as seconds, 1973-03-03 as milliseconds. [R] The
// model says "Unix epoch format" of the times in requests.
const longAgo = 100_000_000_000

// moment returns a time of a request.
func moment(n int64) time.Time {
	if n < longAgo {
		return time.Unix(n, 0)
	}
	return time.UnixMilli(n)
}

// plan reads the schedule of q.
func (q query) plan() (schedule.Schedule, *time.Location, error) {
	plan, err := schedule.Parse(q.Expression)
	if err != nil {
		return nil, nil, err
	}
	place, err := time.LoadLocation(q.Zone) // UTC for ""
	return plan, place, err
}

// next returns when q is due for the first time after a time, in milliseconds; 0 for never.
func (q query) next(after time.Time) int64 {
	if q.State == types.ScheduledQueryStateDisabled {
		return 0
	}
	if q.From != nil && after.Before(moment(*q.From)) {
		after = moment(*q.From).Add(-time.Millisecond)
	}
	due := q.following(after)
	if q.Until != nil && due > moment(*q.Until).UnixMilli() {
		return 0
	}
	return due
}

// following returns the first time of q's schedule after a time, whether q is run then or not, in milliseconds; 0 for never.
func (q query) following(after time.Time) int64 {
	plan, place, err := q.plan()
	if err != nil {
		return 0
	}
	due, ok := plan.Next(after, time.UnixMilli(q.Counted), place)
	if !ok {
		return 0
	}
	return due.UnixMilli()
}

// past returns the last n times up to now at which q was due and was not run, oldest first, and whether there were others before. It looks for
// the first of them by halves: to go through all would take minutes after a year.
func (q query) past(now time.Time, n int) (times []int64, earlier bool) {
	after := func(from time.Time) []int64 { // up to n+1 times
		due := q.Due
		if from.UnixMilli() >= due {
			due = q.next(from)
		}
		var times []int64
		for ; due != 0 && due <= now.UnixMilli() && len(times) <= n; due = q.next(time.UnixMilli(due)) {
			times = append(times, due)
		}
		return times
	}
	more, enough := time.UnixMilli(q.Due-1), now // after the one are more than n times, after the other not
	if times = after(more); len(times) <= n {
		return times, false
	}
	for enough.Sub(more) > time.Minute { // no schedule is due more often
		half := more.Add(enough.Sub(more) / 2)
		if len(after(half)) > n {
			more = half
		} else {
			enough = half
		}
	}
	return after(enough), true
}

// window returns the times that a run looks at, in seconds, both inclusive as StartQuery's: the second of the end is not in it, as the next run
// begins with that. [R] Without a start offset it goes back as far as
// the next run is ahead, and if there is none, an hour.
func (q query) window(due time.Time) (from, to int64) {
	back := int64(time.Hour / time.Second)
	if next := q.following(due); next != 0 {
		back = (next - due.UnixMilli()) / 1000
	}
	end := due.Unix() - aws.ToInt64(q.EndOffset)
	if q.StartOffset != nil {
		return due.Unix() - *q.StartOffset, end - 1
	}
	return end - back, end - 1
}

const queryResource = "scheduled-query:"

// arn returns the ARN of the caller's query.
func (q query) arn(ctx context.Context) *string {
	c := caller.From(ctx)
	a := arn.ARN{Partition: arn.Partition(c.Region), Service: "logs", Region: c.Region, Account: c.Account, Resource: queryResource + q.ID}
	return aws.String(a.String())
}

// wire returns q as GetScheduledQuery has it.
func (q query) wire(ctx context.Context) *cloudwatchlogs.GetScheduledQueryOutput {
	out := &cloudwatchlogs.GetScheduledQueryOutput{
		ScheduledQueryArn: q.arn(ctx), Name: &q.Name, Description: q.Description, QueryLanguage: q.Language, QueryString: &q.Text,
		LogGroupIdentifiers: q.Groups, ScheduleExpression: &q.Expression, StartTimeOffset: q.StartOffset, EndTimeOffset: q.EndOffset,
		DestinationConfiguration: q.Destination, ScheduleStartTime: q.From, ScheduleEndTime: q.Until, ExecutionRoleArn: &q.Role, State: q.State,
		ScheduleType: types.ScheduleTypeCustomerManaged, CreationTime: &q.Created, LastUpdatedTime: &q.Updated,
		LastTriggeredTime: q.Triggered, LastExecutionStatus: q.Status,
	}
	if q.Zone != "" {
		out.Timezone = &q.Zone
	}
	return out
}

// summary returns q as ListScheduledQueries has it.
func (q query) summary(ctx context.Context) types.ScheduledQuerySummary {
	w := q.wire(ctx)
	return types.ScheduledQuerySummary{
		ScheduledQueryArn: w.ScheduledQueryArn, Name: w.Name, State: w.State, ScheduleType: w.ScheduleType, LastTriggeredTime: w.LastTriggeredTime,
		LastExecutionStatus: w.LastExecutionStatus, ScheduleExpression: w.ScheduleExpression, Timezone: w.Timezone,
		DestinationConfiguration: w.DestinationConfiguration, CreationTime: w.CreationTime, LastUpdatedTime: w.LastUpdatedTime,
	}
}

package scheduled

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func TestCreateScheduledQuery(t *testing.T) {
	l := newLab(t, Limits{Queries: 2})
	for _, tt := range []struct {
		name, query, text string
		change            func(in *cloudwatchlogs.CreateScheduledQueryInput)
		want              string
	}{
		{"a query", "q", "fields a", nil, "<nil>"},
		{"the same name", "q", "fields a", nil, "ConflictException: A scheduled query with that name already exists."},
		{"a query that cannot be run", "r", "bad", nil, "ValidationException: The query is malformed: 1:1: bad"},
		{"a query without log groups", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.LogGroupIdentifiers = nil },
			"ValidationException: no groups"},
		{"no schedule", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.ScheduleExpression = aws.String("daily") },
			`ValidationException: schedule "daily": want cron(...), rate(...) or at(...)`},
		{"a schedule of one time", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.ScheduleExpression = aws.String("at(2027-01-01T00:00:00)")
		},
			`ValidationException: schedule "at(2027-01-01T00:00:00)": want cron(...) or rate(...)`},
		{"a place that there is not", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.Timezone = aws.String("Mars/Base") },
			"ValidationException: unknown time zone Mars/Base"},
		{"another language", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.QueryLanguage = types.QueryLanguageSql },
			"ValidationException: Value 'SQL' at 'queryLanguage' failed to satisfy constraint: Member must satisfy enum value set: [CWLI]"},
		{"offsets in the wrong order", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.StartTimeOffset, in.EndTimeOffset = aws.Int64(60), aws.Int64(60)
		},
			"ValidationException: endTimeOffset must be less than startTimeOffset."},
		{"a negative offset", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.EndTimeOffset = aws.Int64(-1) },
			"ValidationException: startTimeOffset and endTimeOffset must not be negative."},
		{"an end before the start", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.ScheduleStartTime, in.ScheduleEndTime = aws.Int64(9), aws.Int64(8)
		},
			"ValidationException: scheduleEndTime must not be before scheduleStartTime."},
		{"a tag of AWS's", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.Tags = map[string]string{"aws:x": "y"} },
			"ValidationException: " + refuse.TextReservedTag},
		{"a tag of AWS's for its table", "r", "a", func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.DestinationConfiguration = &types.DestinationConfiguration{LookupTableConfiguration: &types.LookupTableConfiguration{
				TableName: aws.String("t"), RoleArn: aws.String("r"), Tags: map[string]string{"aws:x": "y"},
			}}
		}, "ValidationException: " + refuse.TextReservedTag},
		{"a name that looks like an ARN", "arn:x", "a", nil, "ValidationException: name must not begin as an ARN does."},
		{"the last one that may be", "r", "a", nil, "<nil>"},
		{"one too many", "s", "a", nil, "ServiceQuotaExceededException: The maximum number of scheduled queries is reached."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.create(tt.query, tt.text, tt.change); got != tt.want {
				t.Errorf("CreateScheduledQuery = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestUpdateScheduledQuery(t *testing.T) {
	l := newLab(t, Limits{})
	l.create("q", "fields a", func(in *cloudwatchlogs.CreateScheduledQueryInput) {
		in.Description, in.State = aws.String("d"), types.ScheduledQueryStateDisabled
	})
	before, err := l.GetScheduledQuery(l.ctx, &cloudwatchlogs.GetScheduledQueryInput{Identifier: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	l.move(time.Minute)
	in := &cloudwatchlogs.UpdateScheduledQueryInput{
		Identifier: before.ScheduledQueryArn, QueryString: aws.String("fields b"), QueryLanguage: types.QueryLanguageCwli, LogGroupIdentifiers: []string{"g2"},
		ScheduleExpression: aws.String("rate(1 hour)"), ExecutionRoleArn: aws.String("other"),
	}
	if out, err := l.UpdateScheduledQuery(l.ctx, in); err != nil || out.State != types.ScheduledQueryStateDisabled {
		t.Errorf("UpdateScheduledQuery = %+v, %v, want the state that it had", out, err)
	}
	in.State = types.ScheduledQueryStateEnabled
	out, err := l.UpdateScheduledQuery(l.ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(*out.Name, out.Description, out.State, *out.QueryString, out.LogGroupIdentifiers, *out.ScheduleExpression, *out.LastUpdatedTime-*out.CreationTime)
	if want := "q<nil>ENABLEDfields b[g2]rate(1 hour)60000"; got != want {
		t.Errorf("UpdateScheduledQuery = %s, want %s", got, want)
	}
	l.pass(59 * time.Minute)
	l.pass(time.Minute)
	if got := l.runsOf("q", nil); got != "13:01 Complete" {
		t.Errorf("history = %s, want a run an hour after the change", got)
	}
	in.QueryString = aws.String("bad")
	if _, err := l.UpdateScheduledQuery(l.ctx, in); servicetest.ErrorText(err) != "ValidationException: The query is malformed: 1:1: bad" {
		t.Errorf("UpdateScheduledQuery to what cannot be run = %s", servicetest.ErrorText(err))
	}
	in.QueryString, in.LogGroupIdentifiers = aws.String("a"), nil
	if _, err := l.UpdateScheduledQuery(l.ctx, in); servicetest.ErrorText(err) != "ValidationException: no groups" {
		t.Errorf("UpdateScheduledQuery to no log groups = %s", servicetest.ErrorText(err))
	}
}

func TestScheduledQueriesOfOthers(t *testing.T) {
	l := newLab(t, Limits{})
	l.create("q", "fields a", nil)
	own := l.ctx
	q, err := l.GetScheduledQuery(own, &cloudwatchlogs.GetScheduledQueryInput{Identifier: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	l.ctx = caller.With(t.Context(), caller.Caller{Account: "444455556666", Region: "eu-central-1"})
	missing := "ResourceNotFoundException: The specified scheduled query does not exist."
	for _, id := range []string{"q", *q.ScheduledQueryArn} {
		if _, err := l.GetScheduledQuery(l.ctx, &cloudwatchlogs.GetScheduledQueryInput{Identifier: &id}); servicetest.ErrorText(err) != missing {
			t.Errorf("GetScheduledQuery(%s) = %s, want %s", id, servicetest.ErrorText(err), missing)
		}
		if _, err := l.DeleteScheduledQuery(l.ctx, &cloudwatchlogs.DeleteScheduledQueryInput{Identifier: &id}); servicetest.ErrorText(err) != missing {
			t.Errorf("DeleteScheduledQuery(%s) = %s, want %s", id, servicetest.ErrorText(err), missing)
		}
		if got := l.runsOf(id, nil); got != missing {
			t.Errorf("GetScheduledQueryHistory(%s) = %s, want %s", id, got, missing)
		}
	}
	if out, err := l.DeleteScheduledQuery(own, &cloudwatchlogs.DeleteScheduledQueryInput{Identifier: q.ScheduledQueryArn}); err != nil {
		t.Errorf("DeleteScheduledQuery by ARN = %v, %v", out, err)
	}
}

func TestListScheduledQueries(t *testing.T) {
	l := newLab(t, Limits{})
	for _, name := range []string{"c", "a", "b"} {
		l.create(name, "fields a", func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			if name == "b" {
				in.State = types.ScheduledQueryStateDisabled
			}
		})
	}
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.ListScheduledQueriesInput
		want string
	}{
		{"all", cloudwatchlogs.ListScheduledQueriesInput{}, "a b c"},
		{"one a page", cloudwatchlogs.ListScheduledQueriesInput{MaxResults: aws.Int32(1)}, "a b c"},
		{"those that run", cloudwatchlogs.ListScheduledQueriesInput{State: types.ScheduledQueryStateEnabled}, "a c"},
		{"those of AWS", cloudwatchlogs.ListScheduledQueriesInput{ScheduleType: types.ScheduleTypeAwsManaged}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var seen []string
			for in := tt.in; ; {
				out, err := l.ListScheduledQueries(l.ctx, &in)
				if err != nil {
					t.Fatal(err)
				}
				for _, q := range out.ScheduledQueries {
					seen = append(seen, *q.Name)
				}
				if in.NextToken = out.NextToken; in.NextToken == nil {
					break
				}
			}
			if got := strings.Join(seen, " "); got != tt.want {
				t.Errorf("ListScheduledQueries = %s, want %s", got, tt.want)
			}
		})
	}
	want := "ValidationException: The specified nextToken is invalid."
	if _, err := l.ListScheduledQueries(l.ctx, &cloudwatchlogs.ListScheduledQueriesInput{NextToken: aws.String("x")}); servicetest.ErrorText(err) != want {
		t.Errorf("ListScheduledQueries of no token = %s, want %s", servicetest.ErrorText(err), want)
	}
}

func TestGetScheduledQueryHistory(t *testing.T) {
	l := newLab(t, Limits{})
	l.create("q", "q", nil)
	for range 3 {
		l.pass(10 * time.Minute)
	}
	for _, tt := range []struct {
		name   string
		change func(in *cloudwatchlogs.GetScheduledQueryHistoryInput)
		want   string
	}{
		{"one a page", func(in *cloudwatchlogs.GetScheduledQueryHistoryInput) { in.MaxResults = aws.Int32(1) }, "12:30 Complete; 12:20 Complete; 12:10 Complete"},
		{"both ends belong to it", func(in *cloudwatchlogs.GetScheduledQueryHistoryInput) {
			in.StartTime, in.EndTime = aws.Int64(labStart.Unix()+600), aws.Int64(labStart.Add(20*time.Minute).UnixMilli())
		}, "12:20 Complete; 12:10 Complete"},
		{"a status", func(in *cloudwatchlogs.GetScheduledQueryHistoryInput) {
			in.ExecutionStatuses = []types.ExecutionStatus{types.ExecutionStatusFailed}
		}, ""},
		{"the end before the start", func(in *cloudwatchlogs.GetScheduledQueryHistoryInput) {
			in.StartTime, in.EndTime = aws.Int64(2), aws.Int64(1)
		},
			"ValidationException: endTime must not be before startTime."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.runsOf("q", tt.change); got != tt.want {
				t.Errorf("GetScheduledQueryHistory = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestTag(t *testing.T) {
	l := newLab(t, Limits{})
	l.create("q", "fields a", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.Tags = map[string]string{"a": "1"} })
	q, err := l.GetScheduledQuery(l.ctx, &cloudwatchlogs.GetScheduledQueryInput{Identifier: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	add := func(had map[string]string) (map[string]string, error) {
		return map[string]string{"a": had["a"], "b": "2"}, nil
	}
	if tags, mine, err := l.Tag(l.ctx, *q.ScheduledQueryArn, add); fmt.Sprint(tags) != "map[a:1 b:2]" || !mine || err != nil {
		t.Errorf("Tag = %v, %t, %v, want both tags", tags, mine, err)
	}
	if tags, mine, err := l.Tag(l.ctx, *q.ScheduledQueryArn, nil); fmt.Sprint(tags) != "map[a:1 b:2]" || !mine || err != nil {
		t.Errorf("Tag without a change = %v, %t, %v, want both tags", tags, mine, err)
	}
	if _, mine, err := l.Tag(l.ctx, *q.ScheduledQueryArn+"x", add); !mine || servicetest.ErrorText(err) != "ResourceNotFoundException: "+textMissing {
		t.Errorf("Tag of no query = %t, %v, want that it is missing", mine, err)
	}
	if _, mine, err := l.Tag(l.ctx, "arn:aws:logs:eu-central-1:111122223333:log-group:q", add); mine || err != nil {
		t.Errorf("Tag of a group = %t, %v, want that it is another's", mine, err)
	}
}

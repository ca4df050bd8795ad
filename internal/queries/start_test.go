package queries

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

const missing = "ResourceNotFoundException: Log group 'gone' does not exist for account ID '111122223333' " +
	"(Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: R1; Proxy: null)"

func TestStartQueryRefuses(t *testing.T) {
	l := newStill(t, Limits{})
	l.group("app")
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprintf("g%d", i)
	}
	for _, tt := range []struct {
		name   string
		change func(in *cloudwatchlogs.StartQueryInput)
		want   string
	}{
		{"a group that does not exist", func(in *cloudwatchlogs.StartQueryInput) { in.LogGroupNames = []string{"app", "gone"} }, missing},
		{"a SOURCE that does not exist", func(in *cloudwatchlogs.StartQueryInput) {
			in.LogGroupNames, in.QueryString = nil, aws.String("SOURCE 'gone' | limit 1")
		}, missing},
		{"a SOURCE inside a query that does not exist", func(in *cloudwatchlogs.StartQueryInput) {
			in.QueryString = aws.String("filter a in (SOURCE 'gone' | fields a)")
		}, missing},
		{"no group", func(in *cloudwatchlogs.StartQueryInput) { in.LogGroupNames = nil },
			"InvalidParameterException: Either logGroupName, logGroupNames, logGroupIdentifiers or SOURCE in the query must be specified."},
		{"groups twice", func(in *cloudwatchlogs.StartQueryInput) { in.LogGroupName = aws.String("app") },
			"InvalidParameterException: Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified."},
		{"groups in both places", func(in *cloudwatchlogs.StartQueryInput) { in.QueryString = aws.String("SOURCE 'app' | limit 1") },
			"InvalidParameterException: Log groups cannot be specified in both the request and SOURCE of the query."},
		{"too many groups", func(in *cloudwatchlogs.StartQueryInput) { in.LogGroupNames = many },
			"InvalidParameterException: 1 validation error detected: Value '[" + strings.Join(many, ", ") + "]' at 'logGroupNames' failed to satisfy constraint: Member must have length less than or equal to 50"},
		{"another language", func(in *cloudwatchlogs.StartQueryInput) { in.QueryLanguage = types.QueryLanguagePpl },
			"InvalidParameterException: 1 validation error detected: Value 'PPL' at 'queryLanguage' failed to satisfy constraint: Member must satisfy enum value set: [CWLI]"},
		{"times the wrong way round", func(in *cloudwatchlogs.StartQueryInput) { in.StartTime, in.EndTime = in.EndTime, in.StartTime },
			"InvalidParameterException: End time should not be less than Start time."},
		{"a limit of 0", func(in *cloudwatchlogs.StartQueryInput) { in.Limit = aws.Int32(0) },
			"InvalidParameterException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"a limit of 100,001", func(in *cloudwatchlogs.StartQueryInput) { in.Limit = aws.Int32(100_001) },
			"InvalidParameterException: 1 validation error detected: Value '100001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100000"},
		{"a time before any event could be", func(in *cloudwatchlogs.StartQueryInput) { in.StartTime, in.EndTime = aws.Int64(1), aws.Int64(2) },
			"MalformedQueryException: Query's end date and time is either before the log groups creation time or exceeds the log groups log retention settings ([0,7])"},
		{"a text of 10,001 characters", func(in *cloudwatchlogs.StartQueryInput) { in.QueryString = aws.String(strings.Repeat("ü", 10_001)) },
			"InvalidParameterException: 1 validation error detected: Value '" + strings.Repeat("ü", 10_001) + "' at 'queryString' failed to satisfy constraint: Member must have length less than or equal to 10000"},
		{"no more than it can count", func(in *cloudwatchlogs.StartQueryInput) { in.EndTime = aws.Int64(1<<63 - 1) }, "<nil>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := input("limit 5", "app")
			tt.change(in)
			if _, err := l.StartQuery(l.ctx, in); servicetest.ErrorText(err) != tt.want {
				t.Errorf("StartQuery: error %q, want %q", servicetest.ErrorText(err), tt.want)
			}
		})
	}
}

func TestMistakesHaveAPlace(t *testing.T) {
	l := newStill(t, Limits{})
	l.group("app")
	for _, tt := range []struct {
		name, text string
		start, end int32
		want       string
	}{
		{"an unknown command", "fields a | count()", 11, 16, "unexpected symbol found count at line 1 and position 11: "},
		{"an empty stage", "fields a |", 10, 10, "unexpected symbol found <EOF> at line 1 and position 10: "},
		{"on the second line, behind other letters", "# ü\nfields ü ü", 13, 14, "unexpected symbol found ü at line 2 and position 9: "},
		{"an unknown name after stats", "stats count(*) by a | stats sum(b) by c", 32, 33, "Unknown symbols found in or after stats: b\n1:39: Unknown symbols found in or after stats: c"},
		{"an unknown table", "lookup users id as user OUTPUT name", 0, 35, "lookup table"},
		{"a saved query", "$Errors()", 0, 9, "there is no saved query"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.StartQuery(l.ctx, input(tt.text, "app"))
			var e *types.MalformedQueryException
			if !errors.As(err, &e) {
				t.Fatalf("StartQuery(%q) = %v, want a MalformedQueryException", tt.text, err)
			}
			at := e.QueryCompileError.Location
			if *at.StartCharOffset != tt.start || *at.EndCharOffset != tt.end || !strings.HasPrefix(*e.Message, tt.want) || *e.Message != *e.QueryCompileError.Message {
				t.Errorf("StartQuery(%q) = %q at %d-%d, want %q at %d-%d", tt.text, *e.Message, *at.StartCharOffset, *at.EndCharOffset, tt.want, tt.start, tt.end)
			}
		})
	}
}

func TestGroupsOfAQuery(t *testing.T) {
	l := newLab(t, Limits{})
	l.move(time.Minute)
	for _, name := range []string{"app/a", "app/b", "web"} {
		l.put(l.group(name), "s", `{"g":"`+name+`"}`)
	}
	const arn = "arn:aws:logs:eu-central-1:111122223333:log-group:"
	for _, tt := range []struct {
		name, text string
		groups     []string
		want       string
	}{
		{"names", "", []string{"app/a", "web"}, "g=app/a g=web"},
		{"one twice", "", []string{"web", "web"}, "g=web"},
		{"ARNs, as Grafana and DescribeLogGroups write them", "", []string{arn + "app/a", arn + "app/b:", arn + "web:*"}, "g=app/a g=app/b g=web"},
		{"SOURCE with a name", "SOURCE 'web' | ", nil, "g=web"},
		{"SOURCE with names in several commands", "SOURCE 'web' | SOURCE 'app/a' | ", nil, "g=app/a g=web"},
		{"SOURCE with a prefix", `SOURCE logGroups(namePrefix: ["app/"]) | `, nil, "g=app/a g=app/b"},
		{"SOURCE with a prefix and a name", `SOURCE logGroups(namePrefix: ["app/"]) | SOURCE 'app/a' | `, nil, "g=app/a g=app/b"},
		{"SOURCE with a prefix of no group", `SOURCE logGroups(namePrefix: ["none"]) | `, nil, ""},
		{"SOURCE with all groups", "SOURCE logGroups() | ", nil, "g=app/a g=app/b g=web"},
		{"SOURCE with another account", `SOURCE logGroups(accountIdentifiers: ["444455556666"]) | `, nil, ""},
		{"SOURCE with a time behind the events", "SOURCE 'web' START=-1s END=now | ", nil, ""},
		{"SOURCE with a time around the events", "SOURCE 'web' START=-2h END=now | ", nil, "g=web"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l.t = t
			in := input(tt.text+"fields g | sort g asc", tt.groups...)
			if got := strings.ReplaceAll(l.answer(in), "\n", " "); got != tt.want {
				t.Errorf("query(%q over %v) = %q, want %q", *in.QueryString, tt.groups, got, tt.want)
			}
		})
	}
}

func TestWindowIsInclusive(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s", numbered(5)...)
	for _, tt := range []struct {
		name       string
		start, end int64
		want       string
	}{
		{"a second", labStart.Unix() + 1, labStart.Unix() + 1, "1"},
		{"two seconds", labStart.Unix() + 1, labStart.Unix() + 2, "2"},
		{"milliseconds up to an event", labStart.UnixMilli(), labStart.UnixMilli() + 3000, "4"},
		{"milliseconds up to just before it", labStart.UnixMilli(), labStart.UnixMilli() + 2999, "3"},
		{"everything", 0, 1<<63 - 1, "5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := input("stats count(*) as n", "app")
			in.StartTime, in.EndTime = &tt.start, &tt.end
			if got := l.answer(in); got != "n="+tt.want {
				t.Errorf("query from %d to %d = %q, want n=%s", tt.start, tt.end, got, tt.want)
			}
		})
	}
}

func TestTooManyQueries(t *testing.T) {
	l := newLab(t, Limits{Account: 3, Running: 2})
	l.put(l.group("app"), "s", numbered(1)...)
	open := l.table.shut(0)
	defer open()
	var ids []string
	for range 3 {
		ids = append(ids, l.start(input("limit 1", "app")))
	}
	if _, err := l.StartQuery(l.ctx, input("limit 1", "app")); servicetest.ErrorText(err) != "LimitExceededException: Account maximum query concurrency limit of [3] reached." {
		t.Errorf("StartQuery beyond the limit: %v", err)
	}
	l.until(ids[1], func(out *cloudwatchlogs.GetQueryResultsOutput) bool { return out.Status == types.QueryStatusRunning })
	if out := l.results(&cloudwatchlogs.GetQueryResultsInput{QueryId: &ids[2]}); out.Status != types.QueryStatusScheduled {
		t.Errorf("third query of two that run: status %s, want Scheduled", out.Status)
	}
	open()
	for _, id := range ids {
		if out := l.wait(id); out.Status != types.QueryStatusComplete {
			t.Errorf("query %s: status %s, want Complete", id, out.Status)
		}
	}
	l.start(input("limit 1", "app"))
}

func TestCheckOfGroups(t *testing.T) {
	l := newLab(t, Limits{})
	for _, tt := range []struct {
		text   string
		groups []string
		want   string
	}{
		{"limit 5", []string{"not there"}, "<nil>"},
		{"SOURCE 'not there' | limit 5", nil, "<nil>"},
		{"limit 5", nil, "InvalidParameterException: Either logGroupIdentifiers or SOURCE in the query must be specified."},
		{"filter a in (SOURCE 'x' | fields a)", nil, "InvalidParameterException: Either logGroupIdentifiers or SOURCE in the query must be specified."},
		{"SOURCE 'x' | limit 5", []string{"x"}, "InvalidParameterException: Log groups cannot be specified in both the request and SOURCE of the query."},
	} {
		if got := servicetest.ErrorText(l.Check(l.ctx, tt.text, tt.groups)); got != tt.want {
			t.Errorf("Check(%s, %v) = %s, want %s", tt.text, tt.groups, got, tt.want)
		}
	}
}

package queries

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// described returns the texts behind "| " of the queries that DescribeQueries lists, over all pages.
func (l *lab) described(in cloudwatchlogs.DescribeQueriesInput) string {
	l.t.Helper()
	var texts []string
	for {
		out, err := l.DescribeQueries(l.ctx, &in)
		if err != nil {
			l.t.Fatalf("DescribeQueries = %v", err)
		}
		for _, q := range out.Queries {
			_, text, _ := strings.Cut(*q.QueryString, "| ")
			texts = append(texts, text)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return strings.Join(texts, ", ")
		}
	}
}

func TestDescribeQueries(t *testing.T) {
	l := newStill(t, Limits{})
	l.group("app")
	l.group("web")
	var ids []string
	for i, group := range []string{"app", "web", "app", "web"} {
		ids = append(ids, l.start(input(fmt.Sprintf("limit %d", i+1), group)))
	}
	if _, err := l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: &ids[1]}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.DescribeQueriesInput
		want string
	}{
		{"all, newest first", cloudwatchlogs.DescribeQueriesInput{}, "limit 4, limit 3, limit 2, limit 1"},
		{"of a group", cloudwatchlogs.DescribeQueriesInput{LogGroupName: aws.String("web")}, "limit 4, limit 2"},
		{"of a status", cloudwatchlogs.DescribeQueriesInput{Status: types.QueryStatusCancelled}, "limit 2"},
		{"of a language", cloudwatchlogs.DescribeQueriesInput{QueryLanguage: types.QueryLanguageSql}, ""},
		{"in pages of one", cloudwatchlogs.DescribeQueriesInput{MaxResults: aws.Int32(1)}, "limit 4, limit 3, limit 2, limit 1"},
		{"in pages of three", cloudwatchlogs.DescribeQueriesInput{MaxResults: aws.Int32(3)}, "limit 4, limit 3, limit 2, limit 1"},
		{"in pages of two of a group", cloudwatchlogs.DescribeQueriesInput{MaxResults: aws.Int32(2), LogGroupName: aws.String("app")}, "limit 3, limit 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.described(tt.in); got != tt.want {
				t.Errorf("DescribeQueries = %q, want %q", got, tt.want)
			}
		})
	}
	out, err := l.DescribeQueries(l.ctx, &cloudwatchlogs.DescribeQueriesInput{MaxResults: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	q := out.Queries[0]
	want := fmt.Sprintf(`SOURCE "web" START=%d000 END=%d999 | limit 4`, labStart.Unix()-60, labStart.Unix()+3600)
	if *q.QueryString != want || *q.CreateTime != labStart.UnixMilli() || *q.LogGroupName != "web" || q.Status != types.QueryStatusScheduled {
		t.Errorf("DescribeQueries = %+v %q, want %q", q, *q.QueryString, want)
	}
}

func TestListLogGroupsForQuery(t *testing.T) {
	l := newStill(t, Limits{})
	for _, name := range []string{"c", "a", "b"} {
		l.group(name)
	}
	id := l.start(input("filter x in (SOURCE 'a' | fields x)", "b", "c"))
	in := &cloudwatchlogs.ListLogGroupsForQueryInput{QueryId: &id, MaxResults: aws.Int32(2)}
	var got []string
	for {
		out, err := l.ListLogGroupsForQuery(l.ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, out.LogGroupIdentifiers...)
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	const arn = "arn:aws:logs:eu-central-1:111122223333:log-group:"
	if want := []string{arn + "a", arn + "b", arn + "c"}; !slices.Equal(got, want) {
		t.Errorf("ListLogGroupsForQuery = %v, want %v", got, want)
	}
}

func TestOldQueriesAreForgotten(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s", numbered(1)...)
	id := l.start(input("limit 1", "app"))
	l.wait(id)
	l.move(7 * 24 * time.Hour)
	l.results(&cloudwatchlogs.GetQueryResultsInput{QueryId: &id})
	l.move(time.Millisecond)
	if _, err := l.GetQueryResults(l.ctx, &cloudwatchlogs.GetQueryResultsInput{QueryId: &id}); servicetest.ErrorText(err) != "ResourceNotFoundException: The specified query does not exist." {
		t.Errorf("GetQueryResults after 7 days: %v", err)
	}
	l.expire()
	if n := len(l.Service.mu.kept.byID); n != 0 {
		t.Errorf("after expire %d queries are kept, want none", n)
	}
}

func TestResultsHaveBoundedMemory(t *testing.T) {
	const kept = 200 << 10
	l := newLab(t, Limits{Kept: kept})
	l.put(l.group("app"), "s", strings.Repeat("x", 40<<10))
	var ids []string
	for range 12 {
		ids = append(ids, l.start(input("fields @message", "app")))
		l.wait(ids[len(ids)-1])
	}
	l.start(input("limit 1", "app")) // what was forgotten for the one before is forgotten by now
	total := int64(0)
	l.Service.mu.Lock()
	for _, q := range l.Service.mu.kept.order {
		total += q.bytes()
	}
	_, oldest := l.Service.mu.kept.byID[ids[0]]
	_, newest := l.Service.mu.kept.byID[ids[11]]
	l.Service.mu.Unlock()
	if total > kept+(50<<10) || oldest || !newest {
		t.Errorf("kept %d bytes, the oldest %v, the newest %v; want about %d, false, true", total, oldest, newest, kept)
	}
}

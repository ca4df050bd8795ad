package queries

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func TestResults(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s1", `{"level":"error","ms":30,"ok":true}`, "plain")
	l.put(l.group("web"), "s2", `{"level":"info","ms":2.5}`)
	plain := l.group("rare")
	plain.facts.Class = types.LogGroupClassInfrequentAccess
	l.put(plain, "s3", `{"level":"error"}`)
	old := l.group("old")
	old.facts.Oldest = labStart.UnixMilli() + 1000
	l.put(old, "s4", numbered(3)...)
	lambda := l.group("/aws/lambda/pay")
	lambda.kind = discover.Lambda
	l.put(lambda, "s5", "REPORT RequestId: 3f1a2b4c-0000-1111-2222-abcdefabcdef\tDuration: 1394.60 ms\tBilled Duration: 1395 ms\tMemory Size: 128 MB\tMax Memory Used: 79 MB\t")
	for _, tt := range []struct{ name, text, groups, want string }{
		{"without fields: time and text, newest first", "limit 10", "app",
			"@timestamp=2026-11-21 12:00:01.000 @message=plain\n@timestamp=2026-11-21 12:00:00.000 @message={\"level\":\"error\",\"ms\":30,\"ok\":true}"},
		{"what is null is left out", "fields level, ms, ok", "app", "\nlevel=error ms=30 ok=1"},
		{"system fields of several groups", "fields @log, @logStream | sort @log asc, @timestamp asc", "app web",
			"@log=111122223333:app @logStream=s1\n@log=111122223333:app @logStream=s1\n@log=111122223333:web @logStream=s2"},
		{"the time of ingestion", "fields @ingestionTime | limit 1", "web", "@ingestionTime=2026-11-21 12:00:00.000"},
		{"groups", "stats count(*) as n, avg(ms) by level | sort n desc, level asc", "app web", "n=1\nlevel=error n=1 avg(ms)=30\nlevel=info n=1 avg(ms)=2.5"},
		{"no fields are found in other classes", "filter level = 'error' | stats count(*)", "app rare", "count(*)=1"},
		{"retention is exact", "fields n | sort n asc", "old", "n=1\nn=2"},
		{"Lambda's lines", "fields @type, @billedDuration, @memorySize", "/aws/lambda/pay", "@type=REPORT @billedDuration=1395 @memorySize=128000000"},
		{"@ptr is no field", "fields @ptr as p, strlen(@ptr) as n", "web", ""},
		{"bytes of a query", "estimate", "app web", "estimatedBytes=65"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l.t = t
			if got := l.answer(input(tt.text, strings.Fields(tt.groups)...)); got != tt.want {
				t.Errorf("query(%q over %s) =\n%s\nwant\n%s", tt.text, tt.groups, got, tt.want)
			}
		})
	}
}

func TestLogRowsPointToTheirEvents(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s1", numbered(3)...)
	l.put(l.group("web"), "s1", numbered(1)...)
	g := l.groups["web"]
	l.put(g, "s2", `{"list":[1,2]}`)
	out := l.wait(l.start(input("fields n, jsonParse(@message).list as l | filter @logStream = 's2' or n = 2 | unnest l into x | fields x", "app", "web")))
	at := labStart.UnixMilli()
	want := []string{
		fmt.Sprintf("app/1/%d/%d", at+2000, 1<<40+3),
		fmt.Sprintf("web/2/%d/%d", at, 1<<40+5), fmt.Sprintf("web/2/%d/%d", at, 1<<40+5),
	}
	var got []string
	for _, row := range out.Results {
		last := row[len(row)-1]
		if *last.Field != "@ptr" {
			t.Errorf("last cell of a row is %s, want @ptr", *last.Field)
		}
		got = append(got, *last.Value)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("@ptr of the rows = %v, want %v", got, want)
	}
	for _, row := range l.wait(l.start(input("stats count(*) by n", "app"))).Results {
		if name := *row[len(row)-1].Field; name == "@ptr" {
			t.Errorf("a row of stats has %s", name)
		}
	}
}

func TestDeletedStreamsAreLeftOut(t *testing.T) {
	l := newLab(t, Limits{})
	g := l.group("app")
	l.put(g, "kept", numbered(2)...)
	l.put(g, "gone", numbered(5)...)
	g.streams[1] = ""
	for _, tt := range []struct{ text, want string }{
		{"stats count(*)", "count(*)=2"},
		{"stats count(*) by @logStream", "@logStream=kept count(*)=2"},
		{"fields n | sort n asc", "n=0\nn=1"},
		{"stats count(*) as c by n | sort n asc", "n=0 c=1\nn=1 c=1"},
		{"filter n > 0 | stats sum(n) as s", "s=1"},
		{"filter n > 0 | stats sum(n) as s by @log, @logStream", "@log=111122223333:app @logStream=kept s=1"},
	} {
		if got := l.answer(input(tt.text, "app")); got != tt.want {
			t.Errorf("query(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestStatisticsAndRowsGrow(t *testing.T) {
	for _, tt := range []struct{ name, text, some, all string }{
		{"texts of log rows", "fields @message, n as m | sort @timestamp asc | limit 2", "@message={\"n\":0} m=0\n@message={\"n\":1} m=1", "@message={\"n\":0} m=0\n@message={\"n\":1} m=1"},
		{"log rows", "filter n % 2 = 0 | fields n | sort n asc | limit 2", "n=0\nn=2", "n=0\nn=2"},
		{"groups", "stats count(*) as c by n % 2 as odd | sort odd asc", "odd=0 c=256\nodd=1 c=256", "odd=0 c=500\nodd=1 c=500"},
		{"patterns", "pattern @message | display @sampleCount", "@sampleCount=512", "@sampleCount=1000"},
		{"stats of stats show nothing before the first has ended", "stats count(*) as c by n | stats sum(c) as s", "", "s=1000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, Limits{})
			l.put(l.group("app"), "s", numbered(1000)...)
			open := l.table.shut(1) // of 512 rows
			defer open()
			id := l.start(input(tt.text, "app"))
			out := l.until(id, func(out *cloudwatchlogs.GetQueryResultsOutput) bool {
				return out.Statistics.RecordsScanned > 0 && rowTexts(out) == tt.some
			})
			if out.Status != types.QueryStatusRunning || out.Statistics.RecordsScanned != 512 || out.Statistics.BytesScanned == 0 || out.Statistics.RecordsMatched == 0 {
				t.Errorf("while it runs: %s, %+v, want 512 records", out.Status, out.Statistics)
			}
			open()
			out = l.wait(id)
			if got := rowTexts(out); out.Status != types.QueryStatusComplete || got != tt.all {
				t.Errorf("in the end: %s\n%s\nwant\n%s", out.Status, got, tt.all)
			}
			size, _ := l.table.Size(l.ctx, 1)
			if st := out.Statistics; st.RecordsScanned != 1000 || st.BytesScanned != float64(size.Bytes) || st.LogGroupsScanned != 1 || int(st.ResultCount) != len(out.Results) {
				t.Errorf("in the end: %+v, want 1000 records of %d bytes", st, size.Bytes)
			}
		})
	}
}

func TestManyTextsAreReadInASecondScan(t *testing.T) {
	l := newLab(t, Limits{})
	const n = 3 * fewPlaces
	l.put(l.group("app"), "s", numbered(n)...)
	for _, rows := range []int{1, fewPlaces, fewPlaces + 1, n} {
		out := l.wait(l.start(input(fmt.Sprintf("fields @message, n | sort @timestamp asc | limit %d", rows), "app")))
		var want []string
		for i := range rows {
			want = append(want, fmt.Sprintf(`@message={"n":%d} n=%d`, i, i))
		}
		if got := rowTexts(out); got != strings.Join(want, "\n") {
			t.Errorf("first %d texts = %s", rows, got)
		}
		if st := out.Statistics; st.RecordsScanned != n || st.RecordsMatched != n || int(st.ResultCount) != rows {
			t.Errorf("first %d texts: %+v, want %d records, all matched", rows, st, n)
		}
	}
}

func TestStopQuery(t *testing.T) {
	l := newLab(t, Limits{Running: 1})
	l.put(l.group("app"), "s", numbered(1000)...)
	defer l.table.shut(1)()
	running, waiting := l.start(input("fields n | sort n asc | limit 1", "app")), l.start(input("limit 1", "app"))
	l.until(running, func(out *cloudwatchlogs.GetQueryResultsOutput) bool { return len(out.Results) > 0 })
	for _, id := range []string{waiting, running} {
		if out, err := l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: &id}); err != nil || !out.Success {
			t.Errorf("StopQuery = %+v, %v, want success", out, err)
		}
		if _, err := l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: &id}); servicetest.ErrorText(err) != "InvalidParameterException: The specified query is not running." {
			t.Errorf("StopQuery again: %v", err)
		}
	}
	if out := l.wait(running); out.Status != types.QueryStatusCancelled || rowTexts(out) != "n=0" {
		t.Errorf("stopped query: %s, %q, want Cancelled with what it had found", out.Status, rowTexts(out))
	}
	if out := l.wait(waiting); out.Status != types.QueryStatusCancelled || len(out.Results) > 0 {
		t.Errorf("query stopped before it ran: %s, %d rows, want Cancelled without", out.Status, len(out.Results))
	}
	if _, err := l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: aws.String("none")}); servicetest.ErrorText(err) != "ResourceNotFoundException: The specified query does not exist." {
		t.Errorf("StopQuery of no query: %v", err)
	}
}

func TestQueriesThatFail(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		limits           Limits
	}{
		{"too long a time", "fields n | sort n asc | limit 1", errTimeout.Error(), Limits{Time: time.Millisecond}},
		{"too much memory", "stats count(*) by n, @message", "stats needs more than the 1000 bytes that a query may hold; narrow the time range, filter more, or raise the limit", Limits{Memory: 1000}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.limits)
			l.put(l.group("app"), "s", numbered(1000)...)
			if tt.limits.Time > 0 {
				defer l.table.shut(1)()
			}
			if out := l.wait(l.start(input(tt.text, "app"))); out.Status != types.QueryStatusFailed {
				t.Errorf("query(%q): status %s, want Failed", tt.text, out.Status)
			}
			l.answer(input("limit 1 | fields 1", "app")) // the hook is told before the next query begins
			l.mu.Lock()
			defer l.mu.Unlock()
			if got := fmt.Sprint(l.ended[0].Err); got != tt.want || l.ended[0].Status != "Failed" {
				t.Errorf("query(%q): hook told %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestWhatCouldNotBeReadIsTold(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s", numbered(1)...)
	l.table.problems = []string{"part 1: checksum"}
	if out := l.wait(l.start(input("limit 1", "app"))); out.Statistics.EstimatedRecordsSkipped != 1 || out.Status != types.QueryStatusComplete {
		t.Errorf("query over a damaged part: %s, %+v, want Complete with something skipped", out.Status, out.Statistics)
	}
}

func TestResultsComeInPages(t *testing.T) {
	l := newLab(t, Limits{PageRows: 4})
	l.put(l.group("app"), "s", numbered(10)...)
	in := input("fields n | sort n asc", "app")
	id, other := l.start(in), l.start(in)
	l.wait(id)
	for _, tt := range []struct {
		items *int32
		want  string
	}{{nil, "4 4 2"}, {aws.Int32(3), "3 3 3 1"}, {aws.Int32(10), "4 4 2"}, {aws.Int32(5000), "4 4 2"}} {
		var sizes, rows []string
		page := &cloudwatchlogs.GetQueryResultsInput{QueryId: &id, MaxItems: tt.items}
		for {
			out := l.results(page)
			sizes, rows = append(sizes, fmt.Sprint(len(out.Results))), append(rows, rowTexts(out))
			if out.Statistics.ResultCount != 10 {
				t.Errorf("ResultCount = %v, want 10", out.Statistics.ResultCount)
			}
			if page.NextToken = out.NextToken; page.NextToken == nil {
				break
			}
			foreign := &cloudwatchlogs.GetQueryResultsInput{QueryId: &other, NextToken: page.NextToken}
			if _, err := l.GetQueryResults(l.ctx, foreign); servicetest.ErrorText(err) != "InvalidParameterException: The specified nextToken is invalid." {
				t.Errorf("GetQueryResults with another query's token: %v", err)
			}
		}
		if got := strings.Join(sizes, " "); got != tt.want {
			t.Errorf("pages have %s rows, want %s", got, tt.want)
		}
		if got := strings.Join(rows, "\n"); got != "n=0\nn=1\nn=2\nn=3\nn=4\nn=5\nn=6\nn=7\nn=8\nn=9" {
			t.Errorf("all pages have %q", got)
		}
	}
}

func TestResultsAreTheirAccounts(t *testing.T) {
	l := newLab(t, Limits{})
	l.group("app")
	id := l.start(input("limit 1", "app"))
	l.wait(id)
	for _, c := range []caller.Caller{{Account: "444455556666", Region: "eu-central-1"}, {Account: "111122223333", Region: "us-east-1"}} {
		ctx := caller.With(l.ctx, c)
		if _, err := l.GetQueryResults(ctx, &cloudwatchlogs.GetQueryResultsInput{QueryId: &id}); servicetest.ErrorText(err) != "ResourceNotFoundException: The specified query does not exist." {
			t.Errorf("GetQueryResults as %s in %s: %v", c.Account, c.Region, err)
		}
		if out, err := l.DescribeQueries(ctx, &cloudwatchlogs.DescribeQueriesInput{}); err != nil || len(out.Queries) > 0 {
			t.Errorf("DescribeQueries as %s in %s = %+v, %v, want none", c.Account, c.Region, out, err)
		}
	}
}

func TestManyQueriesAtOnce(t *testing.T) {
	l := newLab(t, Limits{Account: 100, Running: 8})
	l.put(l.group("app"), "s", numbered(2000)...)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			id := l.start(input(fmt.Sprintf("filter n < %d | stats count(*) as c by n %% 7", 10*i+10), "app"))
			if i%5 == 0 {
				_, _ = l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: &id}) // it may have ended
			}
			out := l.wait(id)
			if i%5 != 0 && (out.Status != types.QueryStatusComplete || out.Statistics.RecordsMatched != float64(10*i+10)) {
				t.Errorf("query %d: %s, %+v, want %d matched", i, out.Status, out.Statistics, 10*i+10)
			}
		})
	}
	all.Wait()
}

package app

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// grafanaPrefix is what Grafana's data source puts in front of every query.
const grafanaPrefix = "fields @timestamp,ltrim(@log) as __log__grafana_internal__,ltrim(@logStream) as __logstream__grafana_internal__|"

// grafanaLayout is how it reads times.
const grafanaLayout = "2006-01-02 15:04:05.000"

// A grafana sends what Grafana's CloudWatch data source sends, and reads the answers as it does.
type grafana struct {
	t *testing.T
	c *cloudwatchlogs.Client
}

// A frame is what a panel gets: a column of times, numbers or texts for each field.
type frame struct {
	names   []string
	columns map[string][]any
	stats   types.QueryStatistics
}

// query runs a query over the groups' ARNs as DescribeLogGroups gives them, without the star at the end.
func (g grafana) query(text string, groups ...string) frame {
	g.t.Helper()
	var identifiers []string
	for _, name := range groups {
		out, err := g.c.DescribeLogGroups(g.t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name, Limit: aws.Int32(50)})
		if err != nil || len(out.LogGroups) == 0 {
			g.t.Fatalf("DescribeLogGroups(%q) = %v, %v", name, out, err)
		}
		identifiers = append(identifiers, strings.TrimSuffix(*out.LogGroups[0].Arn, "*"))
	}
	now := time.Now()
	started, err := g.c.StartQuery(g.t.Context(), &cloudwatchlogs.StartQueryInput{
		QueryLanguage: types.QueryLanguageCwli, QueryString: aws.String(grafanaPrefix + text), LogGroupIdentifiers: identifiers,
		StartTime: aws.Int64(now.Add(-time.Hour).Unix()), EndTime: aws.Int64(now.Add(time.Minute).Unix()),
	})
	if err != nil {
		g.t.Fatalf("StartQuery(%q) = %v", text, err)
	}
	return g.results(*started.QueryId)
}

// results asks until a query has ended.
func (g grafana) results(id string) frame {
	g.t.Helper()
	for {
		out, err := g.c.GetQueryResults(g.t.Context(), &cloudwatchlogs.GetQueryResultsInput{QueryId: &id})
		if err != nil {
			g.t.Fatalf("GetQueryResults(%q) = %v", id, err)
		}
		switch out.Status {
		case types.QueryStatusComplete:
			return g.frame(out)
		case types.QueryStatusFailed, types.QueryStatusCancelled, types.QueryStatusTimeout:
			g.t.Fatalf("GetQueryResults(%q): status %s, want Complete", id, out.Status)
		}
		g.t.Logf("status %s, %v records", out.Status, out.Statistics.RecordsScanned)
	}
}

// frame reads the rows of an answer: it looks into every pointer without asking, drops rows without fields, or with a time alone,
// drops @ptr, and takes a column for what its first value looks like.
func (g grafana) frame(out *cloudwatchlogs.GetQueryResultsOutput) frame {
	g.t.Helper()
	f := frame{columns: map[string][]any{}, stats: *out.Statistics}
	for _, row := range out.Results {
		if len(row) == 0 || len(row) == 1 && *row[0].Field == "@timestamp" {
			continue
		}
		for _, cell := range row {
			name, value := *cell.Field, *cell.Value
			if name == "@ptr" {
				continue
			}
			if _, known := f.columns[name]; !known {
				f.names = append(f.names, name)
			}
			f.columns[name] = append(f.columns[name], g.value(f.columns[name], name, value))
		}
	}
	return f
}

// value reads one value; those of a column must all be of the kind of its first.
func (g grafana) value(column []any, name, text string) any {
	g.t.Helper()
	var v any = text
	if at, err := time.Parse(grafanaLayout, text); err == nil {
		v = at
	} else if n, err := strconv.ParseFloat(text, 64); err == nil {
		v = n
	}
	if len(column) > 0 && fmt.Sprintf("%T", column[0]) != fmt.Sprintf("%T", v) {
		g.t.Fatalf("column %q: %q is a %T, the values before are a %T", name, text, v, column[0])
	}
	return v
}

func TestGrafana(t *testing.T) {
	t.Parallel()
	server := start(t, settings(t, forTests))
	g := grafana{t, server.client("key", "secret")}
	put(t, g.c, "/app/x", "one", `{"level":"error","ms":30}`, `{"level":"info","ms":3.5}`)
	put(t, g.c, "/app/y", "two", `{"level":"error","ms":12}`, "plain text")

	for _, tt := range []struct{ name, text, want string }{
		{
			"log rows name their group and stream", "fields level | filter ispresent(level) | sort ms asc",
			"__log__grafana_internal__ [123456789012:/app/x 123456789012:/app/y 123456789012:/app/x], __logstream__grafana_internal__ [one two one], level [info error error]",
		},
		{"numbers are numbers", "stats count(*) as n, max(ms), avg(ms) by level | filter ispresent(level) | sort n asc", "level [info error], n [1 2], max(ms) [3.5 30], avg(ms) [3.5 21]"},
		{"a message is a text", "display @message | filter @message like /plain/", "@message [plain text]"},
		{"nothing is found", "filter level = 'none'", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := grafana{t, g.c}.query(tt.text, "/app/x", "/app/y")
			if got := f.String(); got != tt.want {
				t.Errorf("query(%q) = %s, want %s", tt.text, got, tt.want)
			}
			if f.stats.RecordsScanned != 4 || f.stats.LogGroupsScanned != 2 || f.stats.BytesScanned != 85 {
				t.Errorf("query(%q): statistics %+v, want 4 records, 85 bytes, 2 groups", tt.text, f.stats)
			}
		})
	}
	t.Run("an empty query is told by its code", func(t *testing.T) {
		_, err := g.c.StartQuery(t.Context(), &cloudwatchlogs.StartQueryInput{
			QueryLanguage: types.QueryLanguageCwli, QueryString: aws.String(grafanaPrefix), LogGroupNames: []string{"/app/x"}, StartTime: aws.Int64(1), EndTime: aws.Int64(2),
		})
		if _, ok := errors.AsType[*types.MalformedQueryException](err); !ok {
			t.Errorf("StartQuery of nothing = %v, want MalformedQueryException", err)
		}
	})
	t.Run("a row leads to what was logged around it", func(t *testing.T) {
		f := grafana{t, g.c}.query("filter ms = 12", "/app/x", "/app/y")
		_, name, _ := strings.Cut(f.columns["__log__grafana_internal__"][0].(string), ":")
		stream, at := f.columns["__logstream__grafana_internal__"][0].(string), f.columns["@timestamp"][0].(time.Time)
		out, err := g.c.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{
			LogGroupName: &name, LogStreamName: &stream, StartTime: aws.Int64(at.UnixMilli()), StartFromHead: aws.Bool(true), Limit: aws.Int32(10),
		})
		if err != nil || len(out.Events) == 0 || *out.Events[0].Message != `{"level":"error","ms":12}` || *out.Events[0].Timestamp != at.UnixMilli() {
			t.Errorf("GetLogEvents(%s, %s, %s) = %+v, %v, want the row's event", name, stream, at, out, err)
		}
	})
	t.Run("a query that is left is stopped", func(t *testing.T) {
		in := &cloudwatchlogs.StartQueryInput{
			QueryLanguage: types.QueryLanguageCwli, QueryString: aws.String(grafanaPrefix + "limit 1"), LogGroupNames: []string{"/app/x"},
			StartTime: aws.Int64(time.Now().Add(-time.Hour).Unix()), EndTime: aws.Int64(time.Now().Unix()),
		}
		started, err := g.c.StartQuery(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		stopped, err := g.c.StopQuery(t.Context(), &cloudwatchlogs.StopQueryInput{QueryId: started.QueryId})
		if _, ended := errors.AsType[*types.InvalidParameterException](err); !ended && (err != nil || !stopped.Success) {
			t.Errorf("StopQuery = %+v, %v, want success, or that it has ended", stopped, err)
		}
	})
	t.Run("times are times", func(t *testing.T) {
		f := grafana{t, g.c}.query("stats count(*) by bin(1h)", "/app/x", "/app/y")
		if _, ok := f.columns["bin(1h)"][0].(time.Time); !ok || f.names[1] != "count(*)" {
			t.Errorf("query(stats by bin) = %v %v, want times", f.names, f.columns)
		}
	})
}

// String writes the columns but @timestamp, whose values differ from run to run.
func (f frame) String() string {
	var columns []string
	for _, name := range f.names {
		if name != "@timestamp" {
			columns = append(columns, fmt.Sprint(name, " ", f.columns[name]))
		}
	}
	return strings.Join(columns, ", ")
}

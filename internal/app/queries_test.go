package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// ask runs a query to its end and returns its rows, a map of cells each. groups may be none, for SOURCE.
func ask(t *testing.T, c *cloudwatchlogs.Client, text string, groups ...string) (rows []map[string]string, id string) {
	t.Helper()
	now := time.Now()
	started, err := c.StartQuery(t.Context(), &cloudwatchlogs.StartQueryInput{
		QueryString: &text, LogGroupNames: groups, StartTime: aws.Int64(now.Add(-time.Hour).Unix()), EndTime: aws.Int64(now.Add(time.Minute).Unix()),
	})
	if err != nil {
		t.Fatalf("StartQuery(%q) = %v", text, err)
	}
	for {
		out, err := c.GetQueryResults(t.Context(), &cloudwatchlogs.GetQueryResultsInput{QueryId: started.QueryId})
		if err != nil {
			t.Fatalf("GetQueryResults(%q) = %v", text, err)
		}
		if out.Status == types.QueryStatusRunning || out.Status == types.QueryStatusScheduled {
			continue
		}
		if out.Status != types.QueryStatusComplete {
			t.Fatalf("query(%q) ended as %s", text, out.Status)
		}
		for _, row := range out.Results {
			cells := map[string]string{}
			for _, cell := range row {
				cells[*cell.Field] = *cell.Value
			}
			rows = append(rows, cells)
		}
		return rows, *started.QueryId
	}
}

// texts returns the cells of one field, joined by blanks.
func texts(rows []map[string]string, field string) string {
	var all []string
	for _, row := range rows {
		all = append(all, row[field])
	}
	return strings.Join(all, " ")
}

func TestQueriesChooseGroups(t *testing.T) {
	t.Parallel()
	c := start(t, settings(t, forTests)).client("key", "secret")
	for _, g := range []struct {
		name  string
		class types.LogGroupClass
		tags  map[string]string
	}{
		{"/a/one", types.LogGroupClassStandard, map[string]string{"team": "labels"}},
		{"/a/two", types.LogGroupClassInfrequentAccess, nil},
		{"/b/one", "", map[string]string{"team": "lists", "stage": "test"}},
	} {
		if _, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &g.name, LogGroupClass: g.class, Tags: g.tags}); err != nil {
			t.Fatal(err)
		}
		put(t, c, g.name, "s", `{"g":"`+g.name+`"}`)
	}
	for _, tt := range []struct{ source, want string }{
		{`SOURCE logGroups()`, "/a/one /b/one"},
		{`SOURCE logGroups(namePrefix: ["/a"])`, "/a/one"},
		{`SOURCE logGroups(namePrefix: ["/a", "/a/o", "/b"])`, "/a/one /b/one"},
		{`SOURCE logGroups(namePrefix: ["/a"], class: ["INFREQUENT_ACCESS"])`, "/a/two"},
		{`SOURCE logGroupTags([{"key":"team","values":["l*"]}])`, "/a/one /b/one"},
		{`SOURCE logGroupTags([{"key":"team","values":["l*"]},{"key":"stage","values":["test"]}])`, "/b/one"},
		{`SOURCE "/a/two" | SOURCE "/b/one"`, "/a/two /b/one"},
	} {
		rows, _ := ask(t, c, tt.source+" | fields @log | sort @log asc")
		if got := strings.ReplaceAll(texts(rows, "@log"), "123456789012:", ""); got != tt.want {
			t.Errorf("query(%s) reads %q, want %q", tt.source, got, tt.want)
		}
	}
	if rows, _ := ask(t, c, "filter ispresent(g) | fields g | sort g asc", "/a/one", "/a/two"); texts(rows, "g") != "/a/one" {
		t.Errorf("fields of groups of two classes = %v, want those of the Standard one", rows)
	}
}

// TestQueriesOverARestart checks what a restart leaves: events and the pointers to them, not the queries; and what a deleted stream does.
func TestQueriesOverARestart(t *testing.T) {
	t.Parallel()
	cfg := settings(t)
	server := start(t, cfg)
	c := server.client("key", "secret")
	put(t, c, "/app", "kept", `{"n":1}`, `{"n":2}`)
	put(t, c, "/app", "deleted", `{"n":3}`)
	rows, id := ask(t, c, "fields n, @logStream | sort n asc", "/app")
	if texts(rows, "n") != "1 2 3" || texts(rows, "@logStream") != "kept kept deleted" {
		t.Fatalf("query = %v", rows)
	}
	if err := server.stop(); err != nil {
		t.Fatal(err)
	}
	c = start(t, cfg).client("key", "secret")
	var gone *types.ResourceNotFoundException
	if _, err := c.GetQueryResults(t.Context(), &cloudwatchlogs.GetQueryResultsInput{QueryId: &id}); !errors.As(err, &gone) {
		t.Errorf("GetQueryResults after a restart: %v, want ResourceNotFoundException", err)
	}
	if _, err := c.DeleteLogStream(t.Context(), &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: aws.String("/app"), LogStreamName: aws.String("deleted")}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"1", "2", ""} {
		out, err := c.GetLogRecord(t.Context(), &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: aws.String(rows[i]["@ptr"])})
		switch {
		case want == "" && !errors.As(err, &gone):
			t.Errorf("GetLogRecord of a deleted stream: %v, %v, want ResourceNotFoundException", out, err)
		case want != "" && (err != nil || out.LogRecord["n"] != want):
			t.Errorf("GetLogRecord of row %d = %v, %v, want n=%s", i, out, err, want)
		}
	}
	if rows, _ := ask(t, c, "stats count(*) as n", "/app"); texts(rows, "n") != "2" {
		t.Errorf("events after a stream was deleted = %v, want 2", rows)
	}
	if rows, _ := ask(t, c, "fields n | sort n asc", "/app"); texts(rows, "n") != "1 2" {
		t.Errorf("events after a stream was deleted = %v, want 1 and 2", rows)
	}
}

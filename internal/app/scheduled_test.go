package app

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/config"
)

// TestScheduledQueries lets a query run every minute by a clock that goes ahead, and reads what it delivered: a lookup table that the next
// query uses, and an object.
func TestScheduledQueries(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "reports"), 0o777); err != nil {
		t.Fatal(err)
	}
	var ahead atomic.Int64 // ns
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	cfg := settings(t, func(c *config.Server) { c.ExportDir = folder })
	server := startAt(t, cfg, now)
	c, ctx := server.client("key", "secret"), t.Context()
	put(t, c, "/app", "s", `{"user":"u1"}`, `{"user":"u2"}`, `{"user":"u1"}`)
	name := aws.String("per user")
	made, err := c.CreateScheduledQuery(ctx, &cloudwatchlogs.CreateScheduledQueryInput{
		Name: name, QueryLanguage: types.QueryLanguageCwli, QueryString: aws.String("stats count(*) as n by user"), LogGroupIdentifiers: []string{"/app"},
		ScheduleExpression: aws.String("cron(* * * * ? *)"), StartTimeOffset: aws.Int64(3600), ExecutionRoleArn: aws.String("arn:aws:iam::123456789012:role/r"),
		DestinationConfiguration: &types.DestinationConfiguration{
			S3Configuration:          &types.S3Configuration{DestinationIdentifier: aws.String("s3://reports/daily"), RoleArn: aws.String("r")},
			LookupTableConfiguration: &types.LookupTableConfiguration{TableName: aws.String("counts"), RoleArn: aws.String("r")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(2 * time.Minute))
	history := func(c *cloudwatchlogs.Client) []types.TriggerHistoryRecord {
		out, err := c.GetScheduledQueryHistory(ctx, &cloudwatchlogs.GetScheduledQueryHistoryInput{
			Identifier: made.ScheduledQueryArn, StartTime: aws.Int64(0), EndTime: aws.Int64(now().UnixMilli()),
			ExecutionStatuses: []types.ExecutionStatus{types.ExecutionStatusComplete},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.TriggerHistory
	}
	var runs []types.TriggerHistoryRecord
	for len(runs) == 0 {
		runs = history(c)
	}
	for _, d := range runs[0].Destinations {
		if d.Status != types.ActionStatusComplete {
			t.Errorf("delivery to %s %s = %s, %s, want COMPLETE", d.DestinationType, *d.DestinationIdentifier, d.Status, aws.ToString(d.ErrorMessage))
		}
		if at, ok := strings.CutPrefix(aws.ToString(d.ProcessedIdentifier), "s3://"); ok {
			text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(at)))
			if err != nil || !strings.Contains(string(text), `{"n":"2","user":"u1"}`) {
				t.Errorf("object = %s, %v, want the rows", text, err)
			}
		}
	}
	if len(runs[0].Destinations) != 2 {
		t.Errorf("%d deliveries, want 2", len(runs[0].Destinations))
	}
	if rows, _ := ask(t, c, "lookup counts user OUTPUT n | fields n | sort n asc", "/app"); texts(rows, "n") != "1 2 2" {
		t.Errorf("query over the table that was delivered = %v, want 1 2 2", rows)
	}
	if err := server.stop(); err != nil {
		t.Fatal(err)
	}
	c = startAt(t, cfg, now).client("key", "secret")
	if again := history(c); len(again) < len(runs) {
		t.Errorf("history after a restart has %d runs, want %d at least", len(again), len(runs))
	}
	if _, err := c.DeleteScheduledQuery(ctx, &cloudwatchlogs.DeleteScheduledQueryInput{Identifier: name}); err != nil {
		t.Error(err)
	}
}

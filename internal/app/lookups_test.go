package app

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"
)

// TestSavedQueriesAndLookupTables saves a query with a parameter, calls it, makes tables of CSV and of what a query found, and looks
// into them, also after a restart.
func TestSavedQueriesAndLookupTables(t *testing.T) {
	t.Parallel()
	cfg := settings(t)
	server := start(t, cfg)
	c, ctx := server.client("key", "secret"), t.Context()
	put(t, c, "/app", "s", `{"user":"u1","ms":3}`, `{"user":"u2","ms":30}`, `{"user":"u1","ms":40}`)
	saved, err := c.PutQueryDefinition(ctx, &cloudwatchlogs.PutQueryDefinitionInput{
		Name: aws.String("Slow"), QueryString: aws.String("filter ms > {{least}}"),
		Parameters: []types.QueryParameter{{Name: aws.String("least"), DefaultValue: aws.String("35"), Description: aws.String("milliseconds")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for call, want := range map[string]string{"$Slow()": "40", "$Slow(least = 29)": "30 40"} {
		if rows, _ := ask(t, c, call+" | fields ms | sort ms asc", "/app"); texts(rows, "ms") != want {
			t.Errorf("query(%s) = %s, want %s", call, texts(rows, "ms"), want)
		}
	}
	if _, err := c.CreateLookupTable(ctx, &cloudwatchlogs.CreateLookupTableInput{
		LookupTableName: aws.String("users"), TableBody: aws.String("id,name\nu1,Ann\nu2,Bob\n"), Tags: map[string]string{"team": "labels"},
	}); err != nil {
		t.Fatal(err)
	}
	_, id := ask(t, c, "stats count(*) as n by user", "/app")
	counts, err := c.CreateLookupTable(ctx, &cloudwatchlogs.CreateLookupTableInput{LookupTableName: aws.String("counts"), QueryId: &id})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.stop(); err != nil {
		t.Fatal(err)
	}
	c = start(t, cfg).client("key", "secret")
	query := "$Slow(least = 20) | lookup users id as user OUTPUT name | lookup counts user OUTPUT n | fields name, n | sort name asc"
	if rows, _ := ask(t, c, query, "/app"); texts(rows, "name") != "Ann Bob" || texts(rows, "n") != "2 1" {
		t.Errorf("query(%s) = %v, want Ann 2, Bob 1", query, rows)
	}
	listed, err := c.DescribeLookupTables(ctx, &cloudwatchlogs.DescribeLookupTablesInput{LookupTableNamePrefix: aws.String("c")})
	if err != nil || len(listed.LookupTables) != 1 || *listed.LookupTables[0].LookupTableArn != *counts.LookupTableArn {
		t.Errorf("DescribeLookupTables = %+v, %v, want counts", listed, err)
	}
	tags, err := c.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: aws.String(strings.Replace(*counts.LookupTableArn, ":counts", ":users", 1))})
	if err != nil || tags.Tags["team"] != "labels" {
		t.Errorf("ListTagsForResource(users) = %+v, %v, want team labels", tags, err)
	}
	if _, err := c.DeleteLookupTable(ctx, &cloudwatchlogs.DeleteLookupTableInput{LookupTableArn: counts.LookupTableArn}); err != nil {
		t.Error(err)
	}
	if _, err := c.DeleteQueryDefinition(ctx, &cloudwatchlogs.DeleteQueryDefinitionInput{QueryDefinitionId: saved.QueryDefinitionId}); err != nil {
		t.Error(err)
	}
	_, err = c.StartQuery(ctx, &cloudwatchlogs.StartQueryInput{
		QueryString: &query, LogGroupNames: []string{"/app"}, StartTime: aws.Int64(1), EndTime: aws.Int64(2_000_000_000),
	})
	if malformed, ok := errors.AsType[*types.MalformedQueryException](err); !ok || *malformed.QueryCompileError.Location.EndCharOffset != 17 {
		t.Errorf("StartQuery of what is gone = %v, want MalformedQueryException with the place of the call", err)
	}
}

// TestTheLargestLookupTable sends a table of 10 MiB, and one of a byte more.
func TestTheLargestLookupTable(t *testing.T) {
	t.Parallel()
	c := start(t, settings(t, forTests)).client("key", "secret")
	const limit = 10 << 20
	row := "\"id\"," + strings.Repeat("x", 57) + "\n"
	body := strings.Repeat(row, limit/len(row)+1)[:limit]
	body = body[:strings.LastIndexByte(body, '\n')+1]
	body = "a,b\n" + body[len(row):]
	body += "y," + strings.Repeat("z", limit-len(body)-2)
	if _, err := c.CreateLookupTable(t.Context(), &cloudwatchlogs.CreateLookupTableInput{LookupTableName: aws.String("most"), TableBody: &body}); err != nil {
		t.Fatalf("CreateLookupTable of %d bytes = %.300v", len(body), err)
	}
	put(t, c, "/app", "s", `{"k":"y"}`)
	if rows, _ := ask(t, c, "lookup most a as k OUTPUT b | fields strlen(b) as n", "/app"); texts(rows, "n") == "" {
		t.Errorf("query over the largest table = %v, want the last row", rows)
	}
	body += "z"
	_, err := c.CreateLookupTable(t.Context(), &cloudwatchlogs.CreateLookupTableInput{LookupTableName: aws.String("more"), TableBody: &body})
	if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != "SerializationException" { // no text of a request is longer
		t.Errorf("CreateLookupTable of %d bytes = %.300v, want SerializationException", len(body), err)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// client returns a client of the SDK that signs with a key and asks once.
func (s *server) client(key string) *cloudwatchlogs.Client {
	return cloudwatchlogs.New(cloudwatchlogs.Options{
		BaseEndpoint: aws.String(s.url), Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: key, SecretAccessKey: secret}, nil
		}),
	})
}

// startQuery starts a query over all events of the group.
func startQuery(ctx context.Context, c *cloudwatchlogs.Client, text string) (*string, error) {
	out, err := c.StartQuery(ctx, &cloudwatchlogs.StartQueryInput{
		LogGroupName: aws.String(group), QueryString: &text,
		StartTime: aws.Int64(time.Now().Add(-7 * 24 * time.Hour).Unix()), EndTime: aws.Int64(time.Now().Add(time.Hour).Unix()),
	})
	if err != nil {
		return nil, err
	}
	return out.QueryId, nil
}

// results asks for the results of a query, with so long between two calls, until enough says that they are what is waited for.
func results(ctx context.Context, c *cloudwatchlogs.Client, id *string, every time.Duration, enough func(*cloudwatchlogs.GetQueryResultsOutput) bool) (*cloudwatchlogs.GetQueryResultsOutput, error) {
	for {
		out, err := c.GetQueryResults(ctx, &cloudwatchlogs.GetQueryResultsInput{QueryId: id})
		if err != nil || enough(out) {
			return out, err
		}
		time.Sleep(every)
	}
}

// ended tells that a query does not run any more.
func ended(out *cloudwatchlogs.GetQueryResultsOutput) bool {
	return out.Status != types.QueryStatusScheduled && out.Status != types.QueryStatusRunning
}

// refused tells that there were too many queries.
func refused(err error) bool {
	_, ok := errors.AsType[*types.LimitExceededException](err)
	return ok
}

// ran returns how long all queries that have ended ran, as the server tells in its metrics.
func (s *server) ran(ctx context.Context) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/metrics", http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), "} "); strings.HasPrefix(name, "groundwatch_query_seconds_sum{") {
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 0, fmt.Errorf("read metrics: %w", err)
			}
			sum += seconds
		}
	}
	return time.Duration(sum * float64(time.Second)), nil
}

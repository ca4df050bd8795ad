package app

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// TestTimesOfFieldIndexes asks for the times of a field that some events have.
func TestTimesOfFieldIndexes(t *testing.T) {
	t.Parallel()
	c, ctx := start(t, settings(t, forTests)).client("111122223333", "x"), t.Context()
	put(t, c, "/app", "s", `{"before":1}`)
	if _, err := c.PutIndexPolicy(ctx, &cloudwatchlogs.PutIndexPolicyInput{LogGroupIdentifier: aws.String("/app"), PolicyDocument: aws.String(`{"Fields":["user","none"]}`)}); err != nil {
		t.Fatal(err)
	}
	began := time.Now().UnixMilli()
	var events []types.InputLogEvent
	for i, m := range []string{`{"n":1}`, `{"user":"u1"}`, `{"user":"u2"}`, `text`} {
		events = append(events, types.InputLogEvent{Message: &m, Timestamp: aws.Int64(began + int64(i))})
	}
	if _, err := c.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("/app"), LogStreamName: aws.String("s"), LogEvents: events}); err != nil {
		t.Fatal(err)
	}
	out, err := c.DescribeFieldIndexes(ctx, &cloudwatchlogs.DescribeFieldIndexesInput{LogGroupIdentifiers: []string{"/app"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range out.FieldIndexes {
		first, last := aws.ToInt64(f.FirstEventTime), aws.ToInt64(f.LastEventTime)
		switch *f.FieldIndexName {
		case "user":
			if first != began+1 || last != began+2 {
				t.Errorf("user is in events of %d to %d, want %d to %d", first, last, began+1, began+2)
			}
		case "@logStream":
			if first == 0 || first > began || last != began+3 {
				t.Errorf("@logStream is in events of %d to %d, want all, up to %d", first, last, began+3)
			}
		default:
			if f.FirstEventTime != nil || f.LastEventTime != nil {
				t.Errorf("%s is in events of %d to %d, want in none", *f.FieldIndexName, first, last)
			}
		}
		if scanned := aws.ToInt64(f.LastScanTime); scanned < began || scanned > time.Now().UnixMilli() {
			t.Errorf("%s was looked for at %d, want when the events were stored, %d", *f.FieldIndexName, scanned, began)
		}
	}
}

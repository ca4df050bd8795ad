package sdk

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go/middleware"
)

func TestPythonLiveTail(t *testing.T) {
	t.Parallel()
	run(t, filepath.Join(python(t), "bin", "python"), "livetail.py")
}

func TestJavaScriptLiveTail(t *testing.T) {
	t.Parallel()
	run(t, node(), "--test", javascript(t, "livetail.mjs"))
}

// clientVariable is set where this test's program is the client of a server.
const clientVariable = "GROUNDWATCH_TEST_CLIENT"

func TestGoLiveTail(t *testing.T) {
	t.Parallel()
	run(t, "env", clientVariable+"=1", os.Args[0], "-test.run=^TestGoLiveTailClient$", "-test.v")
}

// withoutPrefix is what docs/how-to/run-a-server.md tells users of the SDK for Go to do.
func withoutPrefix(o *cloudwatchlogs.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		_, err := stack.Finalize.Remove("EndpointHostPrefix")
		return err
	})
}

// TestGoLiveTailClient is the client of TestGoLiveTail.
func TestGoLiveTailClient(t *testing.T) {
	if os.Getenv(clientVariable) == "" {
		t.Skip("TestGoLiveTail runs it beside a server")
	}
	ctx := t.Context()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		t.Fatal(err)
	}
	logs := cloudwatchlogs.NewFromConfig(cfg)
	group, stream := "/test/tail/go", "web-1"
	made, err := logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group})
	if err != nil {
		t.Fatalf("CreateLogGroup = %+v, %v", made, err)
	}
	if _, err := logs.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream}); err != nil {
		t.Fatal(err)
	}
	groups, err := logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &group})
	if err != nil || len(groups.LogGroups) != 1 {
		t.Fatalf("DescribeLogGroups = %+v, %v", groups, err)
	}
	for round := range 20 { // more sessions than may be open at once: closing one ends it
		// smithy-go 1.28 has one buffer for all sessions of a client: its race detector finds the last session's reader beside the next one's
		tailed(t, cloudwatchlogs.NewFromConfig(cfg), groups.LogGroups[0].LogGroupArn, &group, &stream, fmt.Sprint("häß 🎉 ", round))
	}
}

// tailed starts a live tail, sends a message and waits until it comes.
func tailed(t *testing.T, logs *cloudwatchlogs.Client, arn, group, stream *string, message string) {
	t.Helper()
	started, err := logs.StartLiveTail(t.Context(), &cloudwatchlogs.StartLiveTailInput{LogGroupIdentifiers: []string{*arn}},
		withoutPrefix, func(o *cloudwatchlogs.Options) { o.AppID = "groundwatch" })
	if err != nil {
		t.Fatalf("StartLiveTail = %v", err)
	}
	events := started.GetStream()
	defer events.Close() // a client that leaves does not care how
	if first, ok := (<-events.Events()).(*types.StartLiveTailResponseStreamMemberSessionStart); !ok {
		t.Fatalf("first event = %#v, want a session start", first)
	}
	_, err = logs.PutLogEvents(t.Context(), &cloudwatchlogs.PutLogEventsInput{
		LogGroupName: group, LogStreamName: stream,
		LogEvents: []types.InputLogEvent{{Message: &message, Timestamp: aws.Int64(time.Now().UnixMilli())}},
	})
	if err != nil {
		t.Fatalf("PutLogEvents = %v", err)
	}
	acknowledged := time.Now()
	for event := range events.Events() {
		u, ok := event.(*types.StartLiveTailResponseStreamMemberSessionUpdate)
		if !ok || len(u.Value.SessionResults) == 0 {
			continue
		}
		if got := *u.Value.SessionResults[0].Message; got != message {
			t.Fatalf("message = %q, want %q", got, message)
		}
		t.Logf("seen %v after it was acknowledged", time.Since(acknowledged))
		return
	}
	t.Fatalf("the stream ended: %v", events.Err())
}

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// TestAnomaliesAreFound trains a detector, moves the clock, and waits for what it finds.
func TestAnomaliesAreFound(t *testing.T) {
	var ahead atomic.Int64 // of the real clock, ns
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	s, err := Open(t.Context(), Options{Config: settings(t, forTests), Now: now, Events: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Run() = %v", err)
		}
	})
	c := (&running{Server: s}).client("111122223333", "x")
	put(t, c, "/labels/web", "host-1", "begin")
	write := func(messages ...string) {
		t.Helper()
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("/labels/web"), LogStreamName: aws.String("host-1")}
		for _, m := range messages {
			in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: &m, Timestamp: aws.Int64(now().UnixMilli())})
		}
		if _, err := c.PutLogEvents(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	var usual []string
	for i := range 200 {
		usual = append(usual, fmt.Sprintf(`{"level":"info","tag":"label_created","ms":%d}`, i))
	}
	write(usual...)
	ahead.Add(int64(time.Hour))
	made, err := c.CreateLogAnomalyDetector(t.Context(), &cloudwatchlogs.CreateLogAnomalyDetectorInput{
		LogGroupArnList: []string{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web"}, EvaluationFrequency: types.EvaluationFrequencyOneMin,
	})
	if err != nil {
		t.Fatalf("CreateLogAnomalyDetector() = %v", err)
	}
	for status := types.AnomalyDetectorStatus(""); status != types.AnomalyDetectorStatusAnalyzing; {
		d, err := c.GetLogAnomalyDetector(t.Context(), &cloudwatchlogs.GetLogAnomalyDetectorInput{AnomalyDetectorArn: made.AnomalyDetectorArn})
		if err != nil || d.AnomalyDetectorStatus == types.AnomalyDetectorStatusFailed {
			t.Fatalf("GetLogAnomalyDetector() = %+v, %v", d, err)
		}
		status = d.AnomalyDetectorStatus
	}
	write(append(usual[:10], `{"level":"error","tag":"printer_on_fire","ms":7}`)...)
	ahead.Add(int64(10 * time.Minute))
	if _, err := c.UpdateLogAnomalyDetector(t.Context(), &cloudwatchlogs.UpdateLogAnomalyDetectorInput{AnomalyDetectorArn: made.AnomalyDetectorArn, Enabled: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	for {
		out, err := c.ListAnomalies(t.Context(), &cloudwatchlogs.ListAnomaliesInput{AnomalyDetectorArn: made.AnomalyDetectorArn})
		if err != nil {
			t.Fatalf("ListAnomalies() = %v", err)
		}
		if len(out.Anomalies) == 0 {
			continue
		}
		a := out.Anomalies[0]
		if *a.PatternString != `{"level":"error","tag":"printer_on_fire","ms":<*>}` || *a.Priority != "HIGH" || len(out.Anomalies) != 1 {
			t.Errorf("ListAnomalies() = %d, the first %s of priority %s", len(out.Anomalies), *a.PatternString, *a.Priority)
		}
		return
	}
}

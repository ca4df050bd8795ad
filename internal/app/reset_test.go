package app

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// TestResetsAmongPuts sends events without retries while worlds come and go: a put is stored, or its group is gone.
func TestResetsAmongPuts(t *testing.T) {
	r := start(t, settings(t, forTests))
	c := r.client("1", "x")
	var over atomic.Bool
	var stored atomic.Int64
	var senders sync.WaitGroup
	once := func(o *cloudwatchlogs.Options) { o.RetryMaxAttempts = 1 }
	for range 16 {
		senders.Go(func() {
			for !over.Load() {
				in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"),
					LogEvents: []types.InputLogEvent{{Message: aws.String("m"), Timestamp: aws.Int64(time.Now().UnixMilli())}}}
				_, err := c.PutLogEvents(t.Context(), in, once)
				if gone := new(types.ResourceNotFoundException); err != nil && !errors.As(err, &gone) {
					t.Errorf("PutLogEvents = %v, want none or ResourceNotFoundException", err)
				} else if err == nil {
					stored.Add(1)
				}
			}
		})
	}
	for range 40 {
		put(t, c, "g", "s", "first")
		resp, err := http.Post(r.URL()+"/moto-api/reset", "", nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("POST /moto-api/reset = %v, %v", resp, err)
		}
		_ = resp.Body.Close()
	}
	over.Store(true)
	senders.Wait()
	t.Logf("%d puts stored", stored.Load())
}

package awsjson

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// putLogEvents returns a table with the one operation.
func putLogEvents(t testing.TB) *wire.Table {
	t.Helper()
	s, err := model.Load("cloudwatchlogs")
	if err != nil {
		t.Fatal(err)
	}
	table, err := wire.NewTable([]*model.Service{s}, []op.Operation{
		op.New[cloudwatchlogs.PutLogEventsInput, cloudwatchlogs.PutLogEventsOutput]("PutLogEvents", nil),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// batch returns a request of n events, each a JSON message of some 240 bytes as a web server writes it.
func batch(t testing.TB, c *Codec, n int) (*wire.Operation, *wire.Request) {
	t.Helper()
	in := cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("/app/web"), LogStreamName: aws.String("host-1")}
	for i := range n {
		in.LogEvents = append(in.LogEvents, logstypes.InputLogEvent{
			Timestamp: aws.Int64(1_790_000_000_000 + int64(i)),
			Message: aws.String(fmt.Sprintf(`{"time":"2026-11-21T16:05:%02d.%03dZ","level":"info","message":"request","method":"GET",`+
				`"path":"/api/v1/items/%d","status":200,"duration_ms":%d.25,"trace_id":"1-67891233-abcdef012345678912345678",`+
				`"user_agent":"Mozilla/5.0 (X11; Linux x86_64)"}`, i%60, i%1000, i, i%90)),
		})
	}
	r := request("Logs_20140328.PutLogEvents", "application/x-amz-json-1.1", "")
	o, err := c.Match(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Body, err = bodyOf(o, &in)
	if err != nil {
		t.Fatal(err)
	}
	return o, r
}

// BenchmarkDecodePutLogEvents decodes 1,000 events, by hand and as the walker does.
func BenchmarkDecodePutLogEvents(b *testing.B) {
	c := New(putLogEvents(b))
	o, r := batch(b, c, 1000)
	b.Run("by-hand", func(b *testing.B) {
		b.SetBytes(int64(len(r.Body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Decode(o, r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("walker", func(b *testing.B) {
		b.SetBytes(int64(len(r.Body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := walked(o, r.Body); err != nil {
				b.Fatal(err)
			}
		}
	})
}

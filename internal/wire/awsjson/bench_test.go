package awsjson

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/generate"
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

// batch returns a request of n events as a web server writes them, JSON of some 390 bytes each.
func batch(t testing.TB, c *Codec, n int) (*wire.Operation, *wire.Request) {
	t.Helper()
	var lines bytes.Buffer
	if err := generate.Write(t.Context(), &lines, generate.Options{Seed: 1, Count: n}); err != nil {
		t.Fatal(err)
	}
	in := cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("/app/web"), LogStreamName: aws.String("host-1")}
	for i, line := range strings.Split(strings.TrimSuffix(lines.String(), "\n"), "\n") {
		in.LogEvents = append(in.LogEvents, logstypes.InputLogEvent{Timestamp: aws.Int64(1_790_000_000_000 + int64(i)), Message: &line})
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

// messageBytes returns how long a batch's messages are.
func messageBytes(b *testing.B, o *wire.Operation, r *wire.Request) (n int64) {
	b.Helper()
	in, err := walked(o, r.Body)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range in.LogEvents {
		n += int64(len(*e.Message))
	}
	return n
}

// BenchmarkDecodePutLogEvents decodes 1,000 events, by hand and as the walker does. Its speed is that of the messages.
func BenchmarkDecodePutLogEvents(b *testing.B) {
	c := New(putLogEvents(b))
	o, r := batch(b, c, 1000)
	n := messageBytes(b, o, r)
	b.Run("by-hand", func(b *testing.B) {
		b.SetBytes(n)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Decode(o, r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("walker", func(b *testing.B) {
		b.SetBytes(n)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := walked(o, r.Body); err != nil {
				b.Fatal(err)
			}
		}
	})
}

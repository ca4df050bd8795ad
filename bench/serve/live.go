package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go/middleware"
)

// What is sent while a live tail is measured: 5,000 events a second, by ten clients that send fifty at a time.
const (
	liveClients = 10
	liveBatch   = 50
	liveEvery   = 100 * time.Millisecond
)

// A watch notes when batches were acknowledged and when their events came.
type watch struct {
	mu    sync.Mutex
	acked map[string]time.Time
	came  map[string][]time.Time
}

// live measures how long after its acknowledgement an event comes to a client that watches.
func (b *bench) live(ctx context.Context, lasts time.Duration) error {
	if err := b.build(ctx); err != nil {
		return err
	}
	data := filepath.Join(b.dir, "live")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	s, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer s.kill()
	client := cloudwatchlogs.New(cloudwatchlogs.Options{
		BaseEndpoint: aws.String(s.url), Region: "us-east-1", AppID: "groundwatch",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: key, SecretAccessKey: secret}, nil
		}),
	})
	stream, err := tail(ctx, client)
	if err != nil {
		return err
	}
	w := &watch{acked: map[string]time.Time{}, came: map[string][]time.Time{}}
	var watching, sending sync.WaitGroup
	watching.Go(func() { w.receive(stream) })
	failed := make(chan error, liveClients)
	for n := range liveClients {
		sending.Go(func() { failed <- w.send(ctx, client, fmt.Sprint("c", n), time.Now().Add(lasts)) })
	}
	sending.Wait()
	time.Sleep(time.Second) // what is under way comes
	_ = stream.Close()      // nothing is left to be lost
	watching.Wait()
	for range liveClients {
		if err := <-failed; err != nil {
			return err
		}
	}
	w.print(lasts)
	return nil
}

// tail makes the group and its streams, and begins a live tail.
func tail(ctx context.Context, client *cloudwatchlogs.Client) (*cloudwatchlogs.StartLiveTailEventStream, error) {
	if _, err := client.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(group)}); err != nil {
		return nil, err
	}
	for n := range liveClients {
		_, err := client.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String(group), LogStreamName: aws.String(fmt.Sprint("c", n))})
		if err != nil {
			return nil, err
		}
	}
	groups, err := client.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String(group)})
	if err != nil {
		return nil, err
	}
	in := &cloudwatchlogs.StartLiveTailInput{LogGroupIdentifiers: []string{aws.ToString(groups.LogGroups[0].LogGroupArn)}}
	out, err := client.StartLiveTail(ctx, in, func(o *cloudwatchlogs.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Finalize.Remove("EndpointHostPrefix")
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	stream := out.GetStream()
	<-stream.Events() // that the session has begun
	return stream, nil
}

// send sends batches until a time.
func (w *watch) send(ctx context.Context, client *cloudwatchlogs.Client, name string, until time.Time) error {
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for n := 0; time.Now().Before(until); n++ {
		<-tick.C
		id := fmt.Sprintf("%s-%d", name, n)
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String(group), LogStreamName: &name}
		for i := range liveBatch {
			message := fmt.Sprintf(`{"batch":"%s","n":%d,"level":"info","msg":"shipping label created","path":"/v1/labels","durationMs":218.6,"pad":"%s"}`, id, i, strings.Repeat("x", 250))
			in.LogEvents = append(in.LogEvents, types.InputLogEvent{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: &message})
		}
		if _, err := client.PutLogEvents(ctx, in); err != nil {
			return err
		}
		at := time.Now()
		w.mu.Lock()
		w.acked[id] = at
		w.mu.Unlock()
	}
	return nil
}

// receive notes what comes until the session ends.
func (w *watch) receive(stream *cloudwatchlogs.StartLiveTailEventStream) {
	for e := range stream.Events() {
		at := time.Now()
		update, ok := e.(*types.StartLiveTailResponseStreamMemberSessionUpdate)
		if !ok {
			continue
		}
		w.mu.Lock()
		for _, r := range update.Value.SessionResults {
			_, rest, _ := strings.Cut(aws.ToString(r.Message), `:"`)
			id, _, _ := strings.Cut(rest, `"`)
			w.came[id] = append(w.came[id], at)
		}
		w.mu.Unlock()
	}
}

// print tells how long events took; one that comes before its acknowledgement took no time.
func (w *watch) print(lasts time.Duration) {
	var took []time.Duration
	for id, acked := range w.acked {
		for _, at := range w.came[id] {
			took = append(took, max(at.Sub(acked), 0))
		}
	}
	slices.Sort(took)
	sent := len(w.acked) * liveBatch
	if len(took) == 0 {
		fmt.Printf("none of %d events came\n", sent)
		return
	}
	at := func(p float64) float64 { return took[int(p*float64(len(took)-1))].Seconds() * 1e3 }
	fmt.Printf("%d events in %s (%.0f a second), %d came; from ack to client: p50 %.1f ms, p99 %.1f ms, largest %.1f ms\n",
		sent, lasts, float64(sent)/lasts.Seconds(), len(took), at(0.5), at(0.99), at(1))
}

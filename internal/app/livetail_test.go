package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/groundwatch/groundwatch/internal/config"
)

// withoutPrefix is what docs/how-to/run-a-server.md tells users of the SDK for Go to do.
func withoutPrefix(o *cloudwatchlogs.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		_, err := stack.Finalize.Remove("EndpointHostPrefix")
		return err
	})
}

// ourClient returns a client that gets events at once.
func (r *running) ourClient() *cloudwatchlogs.Client {
	return cloudwatchlogs.New(cloudwatchlogs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(r.URL()), RetryMaxAttempts: 1, AppID: "groundwatch",
		Credentials: credentials.NewStaticCredentialsProvider(config.TestAccount, "x", ""),
	})
}

// tail starts a live tail of a group, with a client of its own as package remote does, and returns when it has begun.
func tail(t *testing.T, c *cloudwatchlogs.Client, group string, change ...func(*cloudwatchlogs.StartLiveTailInput)) *cloudwatchlogs.StartLiveTailEventStream {
	t.Helper()
	in := &cloudwatchlogs.StartLiveTailInput{LogGroupIdentifiers: []string{"arn:aws:logs:eu-west-1:" + config.TestAccount + ":log-group:" + group}}
	for _, f := range change {
		f(in)
	}
	out, err := cloudwatchlogs.New(c.Options()).StartLiveTail(t.Context(), in, withoutPrefix)
	if err != nil {
		t.Fatalf("StartLiveTail(%q) = %v", group, err)
	}
	events := out.GetStream()
	if first, ok := (<-events.Events()).(*types.StartLiveTailResponseStreamMemberSessionStart); !ok || first.Value.LogGroupIdentifiers[0] != in.LogGroupIdentifiers[0] {
		t.Fatalf("first event = %#v, want a session start for %q", first, group)
	}
	return events
}

// tailed returns the next n messages.
func tailed(t *testing.T, from *cloudwatchlogs.StartLiveTailEventStream, n int) []string {
	t.Helper()
	var messages []string
	for len(messages) < n {
		event, more := <-from.Events()
		if !more {
			t.Fatalf("the stream ended after %q: %v", messages, from.Err())
		}
		if u, ok := event.(*types.StartLiveTailResponseStreamMemberSessionUpdate); ok {
			for _, e := range u.Value.SessionResults {
				messages = append(messages, *e.Message)
			}
		}
	}
	return messages
}

func TestLiveTail(t *testing.T) {
	s := start(t, settings(t, forTests))
	for who, c := range map[string]*cloudwatchlogs.Client{"theirs": s.client(config.TestAccount, "x"), "ours": s.ourClient()} {
		group := "/live/" + who
		put(t, c, group, "web-1", "before")
		all := tail(t, c, group)
		some := tail(t, c, group, func(in *cloudwatchlogs.StartLiveTailInput) {
			in.LogStreamNamePrefixes, in.LogEventFilterPattern = []string{"web-"}, aws.String("{ $.status = 500 }")
		})
		put(t, c, group, "web-2", `{"status":200}`, `{"status":500,"who":"häß 🎉"}`)
		put(t, c, group, "db", `{"status":500}`)
		if got := strings.Join(tailed(t, all, 3), " "); got != `{"status":200} {"status":500,"who":"häß 🎉"} {"status":500}` {
			t.Errorf("%s: messages = %s, want all three", who, got)
		}
		put(t, c, group, "web-1", `{"status":500,"last":true}`)
		if got := strings.Join(tailed(t, some, 2), " "); got != `{"status":500,"who":"häß 🎉"} {"status":500,"last":true}` {
			t.Errorf("%s: filtered messages = %s, want those of web-… with status 500", who, got)
		}
		for _, events := range []*cloudwatchlogs.StartLiveTailEventStream{all, some} {
			if err := events.Close(); err != nil {
				t.Errorf("%s: Close = %v", who, err)
			}
		}
	}
}

func TestLiveTailIsRefused(t *testing.T) {
	s := start(t, settings(t, forTests))
	c := s.client(config.TestAccount, "x")
	put(t, c, "g", "s", "x")
	for _, tt := range []struct {
		name string
		ids  []string
		want string
	}{
		{"eleven groups", make([]string, 11), "InvalidParameterException"},
		{"no group", []string{}, "InvalidParameterException"},
		{"a group that is not there", []string{"arn:aws:logs:eu-west-1:" + config.TestAccount + ":log-group:none"}, "ResourceNotFoundException"},
		{"a group of another account", []string{"arn:aws:logs:eu-west-1:999999999999:log-group:g"}, "ResourceNotFoundException"},
	} {
		for i := range tt.ids {
			if tt.ids[i] == "" {
				tt.ids[i] = fmt.Sprint("arn:aws:logs:eu-west-1:"+config.TestAccount+":log-group:g", i)
			}
		}
		_, err := c.StartLiveTail(t.Context(), &cloudwatchlogs.StartLiveTailInput{LogGroupIdentifiers: tt.ids}, withoutPrefix)
		if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != tt.want {
			t.Errorf("StartLiveTail of %s = %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestLiveTailEndsWithTheServer(t *testing.T) {
	s := start(t, settings(t, forTests, func(c *config.Server) { c.Drain = time.Hour })) // which would be waited for
	c := s.client(config.TestAccount, "x")
	put(t, c, "g", "s", "x")
	events := tail(t, c, "g")
	if err := s.stop(); err != nil {
		t.Fatalf("Run = %v", err)
	}
	for range events.Events() {
	}
	if api, ok := errors.AsType[smithy.APIError](events.Err()); !ok || api.ErrorCode() != "SessionStreamingException" {
		t.Errorf("the stream ended with %v, want SessionStreamingException", events.Err())
	}
}

func TestLiveTailEndsWithAReset(t *testing.T) {
	s := start(t, settings(t, forTests))
	c := s.client(config.TestAccount, "x")
	put(t, c, "g", "s", "x")
	events := tail(t, c, "g")
	answer, err := http.Post(s.URL()+"/moto-api/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	for range events.Events() {
	}
	if api, ok := errors.AsType[smithy.APIError](events.Err()); !ok || api.ErrorCode() != "SessionStreamingException" {
		t.Errorf("the stream ended with %v, want SessionStreamingException", events.Err())
	}
	put(t, c, "g", "s", "x") // of the new world
	_ = tail(t, c, "g").Close()
}

func TestLiveTailsAreMeasured(t *testing.T) {
	s := start(t, settings(t, forTests))
	c := s.ourClient()
	put(t, c, "g", "s", "x")
	events := tail(t, c, "g")
	put(t, c, "g", "s", "one", "two")
	tailed(t, events, 2)
	if got := s.metric(t, "groundwatch_live_tail_sessions"); got != "1" {
		t.Errorf("sessions = %s, want 1", got)
	}
	if err := events.Close(); err != nil {
		t.Fatal(err)
	}
	for s.metric(t, `groundwatch_live_tail_events_total{outcome="sent"}`) != "2" { // the server learns that its client left
		if t.Context().Err() != nil {
			t.Fatal("the session did not end")
		}
	}
}

// metric returns a value of /metrics.
func (r *running) metric(t *testing.T, name string) string {
	t.Helper()
	answer, err := http.Get(r.URL() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// BenchmarkLiveTail measures from an acknowledged PutLogEvents of ten events to the last of them at a client of ours.
func BenchmarkLiveTail(b *testing.B) {
	cfg := config.Defaults(b.TempDir())
	cfg.Listen, cfg.Test = "127.0.0.1:0", true
	if err := cfg.Check(); err != nil {
		b.Fatal(err)
	}
	s, err := Open(b.Context(), Options{Config: cfg, Now: time.Now, Events: io.Discard, Version: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	r := &running{Server: s}
	benchTail(b, r.ourClient())
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}

func benchTail(b *testing.B, c *cloudwatchlogs.Client) {
	b.Helper()
	group, stream := "g", "s"
	if _, err := c.CreateLogGroup(b.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group}); err != nil {
		b.Fatal(err)
	}
	if _, err := c.CreateLogStream(b.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream}); err != nil {
		b.Fatal(err)
	}
	out, err := c.StartLiveTail(b.Context(), &cloudwatchlogs.StartLiveTailInput{
		LogGroupIdentifiers: []string{"arn:aws:logs:eu-west-1:" + config.TestAccount + ":log-group:g"},
	}, withoutPrefix)
	if err != nil {
		b.Fatal(err)
	}
	events := out.GetStream()
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream}
	text := strings.Repeat("x", 400)
	for range 10 {
		in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: &text, Timestamp: aws.Int64(time.Now().UnixMilli())})
	}
	var waited, worst time.Duration
	b.SetBytes(int64(10 * len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.PutLogEvents(b.Context(), in); err != nil {
			b.Fatal(err)
		}
		acked := time.Now()
		for n := 0; n < 10; {
			if u, ok := (<-events.Events()).(*types.StartLiveTailResponseStreamMemberSessionUpdate); ok {
				n += len(u.Value.SessionResults)
			}
		}
		waited, worst = waited+time.Since(acked), max(worst, time.Since(acked))
	}
	b.ReportMetric(float64(waited.Microseconds())/float64(b.N), "µs-late/op")
	b.ReportMetric(float64(worst.Microseconds()), "µs-worst")
	_ = events.Close()
}

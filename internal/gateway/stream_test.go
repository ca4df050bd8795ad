package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/awsjson"
	"github.com/groundwatch/groundwatch/internal/wire/rpccbor"
)

type (
	tailInput = cloudwatchlogs.StartLiveTailInput
	sendEvent = func(logtypes.StartLiveTailResponseStream) error
)

// serveStream starts a server whose one operation streams, and returns where each of its calls ends.
func serveStream(t *testing.T, ending <-chan struct{}, run func(context.Context, *tailInput, sendEvent) error) (*server, <-chan Call) {
	t.Helper()
	service, err := model.Load("cloudwatchlogs")
	if err != nil {
		t.Fatal(err)
	}
	table, err := wire.NewTable([]*model.Service{service}, []op.Operation{
		op.NewStream[tailInput, cloudwatchlogs.StartLiveTailOutput]("StartLiveTail", run),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan Call, 1)
	return serve(t, true, func(o *Options) {
		o.Table, o.Codecs, o.Ending = table, []wire.Codec{awsjson.New(table), rpccbor.New(table)}, ending
		o.Finished = func(c Call) { ended <- c }
	}), ended
}

// withoutPrefix lets a client call the host as it is.
func withoutPrefix(o *cloudwatchlogs.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		_, err := stack.Finalize.Remove("EndpointHostPrefix")
		return err
	})
}

// tail starts a live tail with the SDK.
func (s *server) tail(ctx context.Context) (*cloudwatchlogs.StartLiveTailEventStream, error) {
	out, err := s.logs(sender{}).StartLiveTail(ctx, &tailInput{LogGroupIdentifiers: []string{"g"}}, withoutPrefix)
	if err != nil {
		return nil, err
	}
	return out.GetStream(), nil
}

func started(id string) logtypes.StartLiveTailResponseStream {
	return &logtypes.StartLiveTailResponseStreamMemberSessionStart{Value: logtypes.LiveTailSessionStart{SessionId: &id}}
}

func updated(messages ...string) logtypes.StartLiveTailResponseStream {
	u := logtypes.LiveTailSessionUpdate{SessionMetadata: &logtypes.LiveTailSessionMetadata{}, SessionResults: []logtypes.LiveTailSessionLogEvent{}}
	for _, m := range messages {
		u.SessionResults = append(u.SessionResults, logtypes.LiveTailSessionLogEvent{Message: &m})
	}
	return &logtypes.StartLiveTailResponseStreamMemberSessionUpdate{Value: u}
}

// texts returns the messages of all events, each event's in one text.
func texts(t *testing.T, from *cloudwatchlogs.StartLiveTailEventStream) string {
	t.Helper()
	var b strings.Builder
	for event := range from.Events() {
		switch event := event.(type) {
		case *logtypes.StartLiveTailResponseStreamMemberSessionStart:
			b.WriteString("start " + aws.ToString(event.Value.SessionId))
		case *logtypes.StartLiveTailResponseStreamMemberSessionUpdate:
			b.WriteString(" |")
			for _, e := range event.Value.SessionResults {
				b.WriteString(" " + *e.Message)
			}
		}
	}
	return b.String()
}

func TestStreamsEnd(t *testing.T) {
	for _, tt := range []struct {
		name   string
		run    func(context.Context, *tailInput, sendEvent) error
		events string
		code   string // that the client sees
		status int    // that the call has
		panics bool
	}{
		{"of itself", func(_ context.Context, _ *tailInput, send sendEvent) error {
			return errors.Join(send(started("1")), send(updated("a", "b")), send(updated()), send(updated(strings.Repeat("x", 1<<20))))
		}, "start 1 | a b | | " + strings.Repeat("x", 1<<20), "", 200, false},
		{"before any event", func(context.Context, *tailInput, sendEvent) error { return nil }, "", "", 200, false},
		{"with an error of the stream", func(_ context.Context, _ *tailInput, send sendEvent) error {
			return errors.Join(send(started("1")), &logtypes.SessionTimeoutException{Message: aws.String("over")})
		}, "start 1", "SessionTimeoutException", 400, false},
		{"with an error of ours", func(_ context.Context, _ *tailInput, send sendEvent) error {
			return errors.Join(send(started("1")), errors.New("disk 7"))
		}, "start 1", "InternalFailure", 500, false},
		{"with a panic", func(_ context.Context, _ *tailInput, send sendEvent) error {
			_ = send(started("1"))
			panic("BUG: on purpose")
		}, "start 1", "InternalFailure", 500, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, ended := serveStream(t, nil, tt.run)
			events, err := s.tail(t.Context())
			if err != nil {
				t.Fatalf("StartLiveTail = %v", err)
			}
			if got := texts(t, events); got != tt.events {
				t.Errorf("events = %.200q, want %.200q", got, tt.events)
			}
			if err := events.Err(); code(err) != tt.code {
				t.Errorf("Err = %v, want %q", err, tt.code)
			}
			call := <-ended
			if call.Code != tt.code || call.Status != tt.status || call.Operation != "StartLiveTail" || call.Out == 0 || (call.Stack != nil) != tt.panics {
				t.Errorf("call = %+v, want code %q and status %d", call, tt.code, tt.status)
			}
		})
	}
}

func TestErrorBeforeTheFirstEventIsAnAnswer(t *testing.T) {
	s, ended := serveStream(t, nil, func(context.Context, *tailInput, sendEvent) error {
		return &logtypes.LimitExceededException{Message: aws.String("too many")}
	})
	_, err := s.tail(t.Context())
	if code(err) != "LimitExceededException" {
		t.Errorf("StartLiveTail = %v, want LimitExceededException", err)
	}
	if call := <-ended; call.Status != http.StatusBadRequest || call.Code != "LimitExceededException" {
		t.Errorf("call = %+v, want status 400", call)
	}
}

func TestStreamEndsWhenItsClientLeaves(t *testing.T) {
	cause := make(chan error, 1)
	s, ended := serveStream(t, nil, func(ctx context.Context, _ *tailInput, send sendEvent) error {
		if err := send(started("1")); err != nil {
			return err
		}
		<-ctx.Done()
		cause <- context.Cause(ctx)
		return &logtypes.SessionStreamingException{}
	})
	events, err := s.tail(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	<-events.Events()
	if err := events.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-cause; !errors.Is(err, context.Canceled) || errors.Is(err, ErrEnding) {
		t.Errorf("cause = %v, want that the client left", err)
	}
	if call := <-ended; call.Err != nil || call.Status != http.StatusOK {
		t.Errorf("call = %+v, want no error", call)
	}
}

func TestStreamsEndWithTheServer(t *testing.T) {
	t.Run("one that waits for events", func(t *testing.T) {
		ending := make(chan struct{})
		s, ended := serveStream(t, ending, func(ctx context.Context, _ *tailInput, send sendEvent) error {
			err := send(started("1"))
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), ErrEnding) {
				t.Errorf("cause = %v, want %v", context.Cause(ctx), ErrEnding)
			}
			return errors.Join(err, &logtypes.SessionStreamingException{Message: aws.String("stopping")})
		})
		events, err := s.tail(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		<-events.Events()
		close(ending)
		<-ended
		if _, more := <-events.Events(); more || code(events.Err()) != "SessionStreamingException" {
			t.Errorf("stream goes on: %t, Err = %v, want SessionStreamingException", more, events.Err())
		}
	})
	t.Run("one whose client reads nothing", func(t *testing.T) {
		ending, full := make(chan struct{}), make(chan struct{}, 1)
		s, ended := serveStream(t, ending, func(ctx context.Context, _ *tailInput, send sendEvent) error {
			large := updated(strings.Repeat("x", 1<<20))
			for n := 0; ; n++ {
				if n == 2 {
					full <- struct{}{}
				}
				if err := send(large); err != nil {
					return err
				}
			}
		})
		client := s.logs(sender{client: changing(func(*http.Request) {})})
		out, err := client.StartLiveTail(t.Context(), &tailInput{LogGroupIdentifiers: []string{"g"}}, withoutPrefix)
		if err != nil {
			t.Fatal(err)
		}
		<-full // what is sent from now on fills the connection, for nobody asks for events
		close(ending)
		<-ended
		_ = out.GetStream().Close() // the stream is broken: that is what it says
	})
}

func TestOtherProtocolsHaveNoStreams(t *testing.T) {
	s, ended := serveStream(t, nil, func(context.Context, *tailInput, sendEvent) error { return nil })
	s.gateway.o.Verifier = nil
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/service/Logs_20140328/operation/StartLiveTail", strings.NewReader("\xa1\x73logGroupIdentifiers\x81\x61g"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	r.Header.Set("Content-Type", "application/cbor")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if call := <-ended; err != nil || call.Code != "UnknownOperationException" || answer.StatusCode/100 != 4 {
		t.Errorf("status %d, %q, %v, call %+v, want UnknownOperationException", answer.StatusCode, body, err, call)
	}
}

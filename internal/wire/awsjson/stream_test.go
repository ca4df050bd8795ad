package awsjson

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go/eventstream"
	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// liveTail returns a codec and the one operation it knows.
func liveTail(t *testing.T) (*Codec, *wire.Operation) {
	t.Helper()
	service, err := model.Load("cloudwatchlogs")
	if err != nil {
		t.Fatal(err)
	}
	none := func(context.Context, *cloudwatchlogs.StartLiveTailInput, func(logstypes.StartLiveTailResponseStream) error) error {
		return nil
	}
	table, err := wire.NewTable([]*model.Service{service}, []op.Operation{
		op.NewStream[cloudwatchlogs.StartLiveTailInput, cloudwatchlogs.StartLiveTailOutput]("StartLiveTail", none),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := table.Find(service, "StartLiveTail")
	if err != nil {
		t.Fatal(err)
	}
	return New(table), o
}

// messages returns what b holds: of each message its headers and its payload.
func messages(t *testing.T, b []byte) []string {
	t.Helper()
	var list []string
	for r := bytes.NewReader(b); r.Len() > 0; {
		m, err := eventstream.NewDecoder().Decode(r, nil)
		if err != nil {
			t.Fatalf("message %d: %v", len(list), err)
		}
		var headers []string
		for _, h := range m.Headers {
			headers = append(headers, h.Name+"="+h.Value.String())
		}
		list = append(list, strings.Join(headers, " ")+" "+string(m.Payload))
	}
	return list
}

const typed = " :content-type=application/x-amz-json-1.1 "

func TestEventsAreFramed(t *testing.T) {
	c, o := liveTail(t)
	r := request("Logs_20140328.StartLiveTail", "application/x-amz-json-1.1", "{}")
	head, err := c.OpenStream(o, r)
	if err != nil || head.Status != 200 || head.Header.Get("Content-Type") != "application/vnd.amazon.eventstream" {
		t.Fatalf("OpenStream = %+v, %v", head, err)
	}
	b := head.Body
	for _, event := range []logstypes.StartLiveTailResponseStream{
		&logstypes.StartLiveTailResponseStreamMemberSessionStart{Value: logstypes.LiveTailSessionStart{SessionId: aws.String("ä")}},
		&logstypes.StartLiveTailResponseStreamMemberSessionUpdate{Value: logstypes.LiveTailSessionUpdate{
			SessionMetadata: &logstypes.LiveTailSessionMetadata{Sampled: true},
			SessionResults:  []logstypes.LiveTailSessionLogEvent{{Message: aws.String("a\nb"), Timestamp: aws.Int64(1700000000000)}},
		}},
		&logstypes.StartLiveTailResponseStreamMemberSessionUpdate{Value: logstypes.LiveTailSessionUpdate{
			SessionMetadata: &logstypes.LiveTailSessionMetadata{}, SessionResults: []logstypes.LiveTailSessionLogEvent{},
		}},
	} {
		if b, err = c.AppendEvent(b, o, r, event); err != nil {
			t.Fatalf("AppendEvent(%T) = %v", event, err)
		}
	}
	want := []string{
		":message-type=event :event-type=initial-response" + typed + "{}",
		":message-type=event :event-type=sessionStart" + typed + `{"sessionId":"ä"}`,
		":message-type=event :event-type=sessionUpdate" + typed +
			`{"sessionMetadata":{"sampled":true},"sessionResults":[{"message":"a\nb","timestamp":1700000000000}]}`,
		":message-type=event :event-type=sessionUpdate" + typed + `{"sessionMetadata":{"sampled":false},"sessionResults":[]}`,
	}
	if d := cmp.Diff(want, messages(t, b)); d != "" {
		t.Errorf("messages (-want +got):\n%s", d)
	}
}

func TestErrorsEndStreams(t *testing.T) {
	c, o := liveTail(t)
	r := request("Logs_20140328.StartLiveTail", "application/x-amz-json-1.1", "{}")
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{
			"one of the stream's", &logstypes.SessionTimeoutException{Message: aws.String("three hours")},
			":message-type=exception :exception-type=SessionTimeoutException" + typed + `{"__type":"SessionTimeoutException","message":"three hours"}`,
		},
		{
			"one of AWS's that is none of the stream's", &logstypes.LimitExceededException{Message: aws.String("too many")},
			":message-type=error :error-code=LimitExceededException :error-message=too many ",
		},
		{"a failure of ours, which tells nothing", errors.New("disk 7"), ":message-type=error :error-code=InternalFailure :error-message="},
		{
			"a text longer than a header can be", &logstypes.LimitExceededException{Message: aws.String(strings.Repeat("x", 4095) + "ä")},
			":message-type=error :error-code=LimitExceededException :error-message=" + strings.Repeat("x", 4095) + " ",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := messages(t, c.AppendException(nil, o, r, tt.err))
			if len(got) != 1 || !strings.HasPrefix(got[0], tt.want) || strings.Contains(got[0], "disk 7") {
				t.Errorf("AppendException(%v) = %q, want %q", tt.err, got, tt.want)
			}
		})
	}
}

func TestWhatIsNoEvent(t *testing.T) {
	c, o := liveTail(t)
	r := request("Logs_20140328.StartLiveTail", "application/x-amz-json-1.1", "{}")
	var none *logstypes.StartLiveTailResponseStreamMemberSessionStart
	for _, event := range []any{nil, 7, none, &logstypes.UnknownUnionMember{Tag: "x"}} {
		if b, err := c.AppendEvent([]byte("before"), o, r, event); err == nil || string(b) != "before" {
			t.Errorf("AppendEvent(%T) = %q, %v, want an error and nothing appended", event, b, err)
		}
	}
}

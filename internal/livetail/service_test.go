package livetail

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRefused(t *testing.T) {
	streams := func(in *cloudwatchlogs.StartLiveTailInput, names, prefixes []string) *cloudwatchlogs.StartLiveTailInput {
		in.LogStreamNames, in.LogStreamNamePrefixes = names, prefixes
		return in
	}
	named := func(id string) *cloudwatchlogs.StartLiveTailInput {
		return &cloudwatchlogs.StartLiveTailInput{LogGroupIdentifiers: []string{id}}
	}
	wrong := input("a")
	wrong.LogEventFilterPattern = aws.String("{ $.a = }")
	for _, tt := range []struct {
		name string
		in   *cloudwatchlogs.StartLiveTailInput
		want string
		text string
	}{
		{"a name instead of an ARN", named("a"), "InvalidParameterException", "is not an ARN"},
		{"an ARN with an asterisk", named(groupARN("a:*")), "InvalidParameterException", "asterisk"},
		{"a group that is not there", input("a", "missing"), "ResourceNotFoundException", "does not exist"},
		{"a group of another account", named(strings.Replace(groupARN("a"), account, "999999999999", 1)), "ResourceNotFoundException", "does not exist"},
		{"a group of another region", named(strings.Replace(groupARN("a"), region, "us-east-1", 1)), "ResourceNotFoundException", "does not exist"},
		{"a group of a class without live tails", input("rare"), "InvalidOperationException", "INFREQUENT_ACCESS"},
		{"streams and prefixes", streams(input("a"), []string{"s"}, []string{"p"}), "InvalidParameterException", "mutually exclusive"},
		{"streams of two groups", streams(input("a", "b"), []string{"s"}, nil), "InvalidParameterException", "exactly one log group"},
		{"prefixes of two groups", streams(input("a", "b"), nil, []string{"p"}), "InvalidParameterException", "exactly one log group"},
		{"a pattern that cannot be read", wrong, "InvalidParameterException", "Invalid filter pattern"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := newService().StartLiveTail(as(t.Context(), account, theirs), tt.in, func(types.StartLiveTailResponseStream) error {
				t.Error("an event was sent")
				return nil
			})
			if code(err) != tt.want || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("StartLiveTail = %v, want %s with %q", err, tt.want, tt.text)
			}
		})
	}
}

func TestSessionsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(func(o *Options) { o.Limits.Sessions = 17 })
		var open []*watcher
		for range 15 {
			open = append(open, watch(s, theirs, input("a")))
		}
		start := func(account string) error {
			ctx, cancel := context.WithCancel(as(t.Context(), account, theirs))
			cancel() // one that is let in ends at once
			in := &cloudwatchlogs.StartLiveTailInput{LogGroupIdentifiers: []string{strings.Replace(groupARN("a"), "111122223333", account, 1)}}
			return s.StartLiveTail(ctx, in, func(types.StartLiveTailResponseStream) error { return nil })
		}
		if err := start(account); code(err) != "LimitExceededException" || !strings.Contains(err.Error(), "[15]") {
			t.Errorf("16th StartLiveTail = %v, want LimitExceededException", err)
		}
		if err := start("222222222222"); code(err) != "SessionStreamingException" {
			t.Errorf("StartLiveTail of another account = %v, want that it begins", err)
		}
		_ = open[0].stop()
		if err := start(account); code(err) != "SessionStreamingException" {
			t.Errorf("StartLiveTail after one ended = %v, want that it begins", err)
		}
		for _, w := range open[1:] {
			_ = w.stop()
		}
		if h := &s.hub.mu; len(h.groups)+len(h.accounts)+h.sessions != 0 || s.room.left.Load() != s.limits.Bytes {
			t.Errorf("after all ended: %v, room %d, want nothing", h, s.room.left.Load())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := newService(func(o *Options) { o.Limits.Sessions = 1 })
		w := watch(s, theirs, input("a"))
		other := watch(s, theirs, input("b"))
		if err := <-other.ended; code(err) != "LimitExceededException" {
			t.Errorf("StartLiveTail beyond the limit of all accounts = %v, want LimitExceededException", err)
		}
		_ = w.stop()
	})
}

func TestASessionTellsWhatItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := input("a")
		in.LogStreamNamePrefixes, in.LogEventFilterPattern = []string{"web-"}, aws.String("ERROR")
		w := watch(newService(), theirs, in)
		want := &types.LiveTailSessionStart{
			RequestId: aws.String("request-1"), SessionId: aws.String("00000000-0000-4000-8000-000000000000"),
			LogGroupIdentifiers: []string{groupARN("a")}, LogStreamNamePrefixes: []string{"web-"}, LogEventFilterPattern: aws.String("ERROR"),
		}
		if d := cmp.Diff(want, w.start, cmpopts.IgnoreUnexported(types.LiveTailSessionStart{})); d != "" {
			t.Errorf("session start (-want +got):\n%s", d)
		}
		_ = w.stop()
	})
}

func TestWhatASessionSees(t *testing.T) {
	for _, tt := range []struct {
		name     string
		groups   []string
		streams  []string
		prefixes []string
		pattern  string
		want     string
	}{
		{"all of one group", []string{"a"}, nil, nil, "", "1 2 3 ä 🎉"},
		{"two groups, one of them twice", []string{"a", "b", "a"}, nil, nil, "", "1 2 3 b1 ä 🎉"},
		{"streams by name", []string{"a"}, []string{"db", "web-2"}, nil, "", "3 ä 🎉"},
		{"a stream that is not there yet", []string{"a"}, []string{"web"}, nil, "", ""},
		{"streams by prefix", []string{"a"}, nil, []string{"x", "web-"}, "", "1 2 3"},
		{"events by pattern", []string{"a", "b"}, nil, nil, "?2 ?b1", "2 b1"},
		{"a group where nothing happens", []string{"c"}, nil, nil, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				in := input(tt.groups...)
				in.LogStreamNames, in.LogStreamNamePrefixes, in.LogEventFilterPattern = tt.streams, tt.prefixes, &tt.pattern
				for _, agent := range []string{theirs, ours} {
					s.Publish(texts("a", "web-1", "before the session"))
					w := watch(s, agent, in)
					s.Publish(texts("a", "web-1", "1", "2"))
					s.Publish(texts("b", "web-1", "b1"))
					s.Publish(texts("a", "web-2", "3"))
					s.Publish(texts("a", "db", "ä 🎉"))
					foreign := texts("a", "web-1", "of another account")
					foreign.Group.Account = "999999999999"
					s.Publish(foreign)
					time.Sleep(time.Second)
					synctest.Wait()
					_ = w.stop()
					got := slices.Concat(w.messages()...)
					slices.Sort(got)
					if strings.Join(got, " ") != tt.want {
						t.Errorf("messages seen by %q = %q, want %q", agent, got, tt.want)
					}
				}
			})
		})
	}
}

func TestAnEventIsComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		w := watch(s, theirs, input("a"))
		s.Publish(Batch{Group: Group{account, region, "a"}, Stream: "web", Times: []int64{5, 6}, Messages: []string{"x", "y"}, Ingested: 7})
		time.Sleep(time.Second)
		synctest.Wait()
		_ = w.stop()
		event := func(at int64, message string) types.LiveTailSessionLogEvent {
			return types.LiveTailSessionLogEvent{
				LogGroupIdentifier: aws.String(account + ":a"), LogStreamName: aws.String("web"),
				Message: &message, Timestamp: &at, IngestionTime: aws.Int64(7),
			}
		}
		want := []types.LiveTailSessionLogEvent{event(5, "x"), event(6, "y")}
		if d := cmp.Diff(want, w.updates[0].SessionResults, cmpopts.IgnoreUnexported(types.LiveTailSessionLogEvent{})); d != "" {
			t.Errorf("events (-want +got):\n%s", d)
		}
	})
}

package scheduled

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
)

func TestRunsWhenDue(t *testing.T) {
	l := newLab(t, Limits{})
	for name, change := range map[string]func(in *cloudwatchlogs.CreateScheduledQueryInput){
		"plain": nil,
		"offsets": func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.StartTimeOffset, in.EndTimeOffset = aws.Int64(3600), aws.Int64(60)
		},
		"rate": func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.ScheduleExpression = aws.String("rate(15 minutes)")
		},
		"disabled": func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.State = types.ScheduledQueryStateDisabled },
		"later": func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.ScheduleStartTime = aws.Int64(labStart.Add(20 * time.Minute).Unix())
		},
		"over": func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.ScheduleEndTime = aws.Int64(labStart.Add(15 * time.Minute).UnixMilli())
		},
		"tokyo": func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.ScheduleExpression, in.Timezone = aws.String("cron(20 21 * * ? *)"), aws.String("Asia/Tokyo")
		},
	} {
		if err := l.create(name, name, change); err != "<nil>" {
			t.Fatalf("CreateScheduledQuery(%s) = %s", name, err)
		}
	}
	for range 30 {
		l.pass(time.Minute)
	}
	for name, want := range map[string]string{
		"plain":    "12:30 Complete; 12:20 Complete; 12:10 Complete",
		"offsets":  "12:30 Complete; 12:20 Complete; 12:10 Complete",
		"rate":     "12:30 Complete; 12:15 Complete",
		"disabled": "",
		"later":    "12:30 Complete; 12:20 Complete",
		"over":     "12:10 Complete",
		"tokyo":    "12:20 Complete",
	} {
		if got := l.runsOf(name, nil); got != want {
			t.Errorf("history of %s = %s, want %s", name, got, want)
		}
	}
	for _, want := range []string{"111122223333 plain [g] 600-1", "111122223333 offsets [g] 3600-61", "111122223333 rate [g] 900-1"} {
		if all := strings.Join(l.asked, "\n"); !strings.Contains(all, want+"\n") {
			t.Errorf("asked:\n%s\nwant %s too", all, want)
		}
	}
	if l.failed != nil {
		t.Errorf("failed: %v", l.failed)
	}
}

func TestHowRunsEnd(t *testing.T) {
	for text, want := range map[string]string{
		"fine":     "12:10 Complete",
		"spoilt":   "12:10 InvalidQuery (1:1: spoilt)",
		"no group": "12:10 Failed (ResourceNotFoundException: no group)",
		"late":     "12:10 Timeout (too late)",
		"broken":   "12:10 Failed (no disk)",
		"lost":     "12:10 Failed (The request could not be processed because of an internal failure.)",
	} {
		t.Run(text, func(t *testing.T) {
			l := newLab(t, Limits{})
			l.create(text, text, nil)
			l.pass(10 * time.Minute)
			if got := l.runsOf(text, nil); got != want {
				t.Errorf("history = %s, want %s", got, want)
			}
			out, err := l.GetScheduledQuery(l.ctx, &cloudwatchlogs.GetScheduledQueryInput{Identifier: &text})
			if err != nil || !strings.Contains(want, " "+string(out.LastExecutionStatus)) || *out.LastTriggeredTime != l.clock.UnixMilli() {
				t.Errorf("GetScheduledQuery = %+v, %v, want the status and time of the run", out, err)
			}
			if len(l.ended) != 1 || l.ended[0].Query != text || l.ended[0].Message == "" && text != "fine" {
				t.Errorf("ended %+v, want one run, with what went wrong", l.ended)
			}
		})
	}
}

func TestDeliveries(t *testing.T) {
	s3 := func(uri string) *types.DestinationConfiguration {
		return &types.DestinationConfiguration{S3Configuration: &types.S3Configuration{DestinationIdentifier: &uri, RoleArn: aws.String("r")}}
	}
	both := s3("s3://here/reports/")
	both.LookupTableConfiguration = &types.LookupTableConfiguration{TableName: aws.String("t"), RoleArn: aws.String("r")}
	const key = "2026/11/21/12/id of q.json"
	for _, tt := range []struct {
		name        string
		destination *types.DestinationConfiguration
		buckets     bool
		want        string
		operator    string // what is in the hook's error; "" if it is not called
	}{
		{"nowhere", nil, true, "", ""},
		{"a bucket", s3("s3://here"), true, "S3 s3://here COMPLETE s3://here/my_query/" + key, ""},
		{"a bucket and a table", both, true, "S3 s3://here/reports/ COMPLETE s3://here/reports/my_query/" + key + "; LOOKUP_TABLE t COMPLETE arn of t", ""},
		{"a bucket that there is not", s3("s3://nowhere/x"), true, "S3 s3://nowhere/x CLIENT_ERROR no bucket nowhere", "no bucket nowhere"},
		{"a bucket that cannot be reached", s3("s3://broken/x"), true, "S3 s3://broken/x FAILED The request could not be processed because of an internal failure.", "connection refused"},
		{"no place for buckets", s3("s3://here/x"), false, "S3 s3://here/x FAILED the server has no place for S3 objects: start it with --s3-endpoint or --export-dir", "no place for S3 objects"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, Limits{})
			if !tt.buckets {
				l.o.Buckets = nil
				l.Service = New(l.o)
			}
			l.create("my/query", "q", func(in *cloudwatchlogs.CreateScheduledQueryInput) { in.DestinationConfiguration = tt.destination })
			l.pass(10 * time.Minute)
			out, err := l.GetScheduledQueryHistory(l.ctx, &cloudwatchlogs.GetScheduledQueryHistoryInput{
				Identifier: aws.String("my/query"), StartTime: aws.Int64(0), EndTime: aws.Int64(l.clock.Unix()),
			})
			if err != nil || len(out.TriggerHistory) != 1 || out.TriggerHistory[0].ExecutionStatus != types.ExecutionStatusComplete {
				t.Fatalf("history = %+v, %v, want one complete run", out, err)
			}
			var got []string
			for _, d := range out.TriggerHistory[0].Destinations {
				got = append(got, fmt.Sprint(d.DestinationType, " ", *d.DestinationIdentifier, " ", d.Status, " ", aws.ToString(d.ProcessedIdentifier)+aws.ToString(d.ErrorMessage)))
			}
			if text := strings.Join(got, "; "); text != tt.want {
				t.Errorf("deliveries = %s, want %s", text, tt.want)
			}
			if text := strings.Join(l.failed, "; "); !strings.Contains(text, tt.operator) || tt.operator == "" && text != "" {
				t.Errorf("the operator reads %q, want %q", text, tt.operator)
			}
			if tt.destination == both {
				if got, want := l.objects["here reports/my_query/"+key], `[{"a":"x","n":"1"},{"a":"y"}]`; got != want {
					t.Errorf("object = %s, want %s", got, want)
				}
				if got, want := l.tables["t"], `["a" "n"] [["x" "1"] ["y" ""]]`; got != want {
					t.Errorf("table = %s, want %s", got, want)
				}
			}
		})
	}
}

func TestMissedRuns(t *testing.T) {
	l := newLab(t, Limits{Missed: 2})
	l.create("q", "q", nil)
	l.Service = New(l.o)
	l.pass(55 * time.Minute) // 12:10 to 12:50 have passed
	want := "12:50 Complete; 12:40 Failed (Missed: the server did not run at that time.); " +
		"12:30 Failed (Missed, as were those before: the server did not run at that time.)"
	if got := l.runsOf("q", nil); got != want {
		t.Errorf("history = %s, want %s", got, want)
	}
	if want := "[111122223333 q [g] 900-301]"; fmt.Sprint(l.asked) != want {
		t.Errorf("asked %v, want %s: once, with the window of its time", l.asked, want)
	}
	l.pass(4 * time.Minute)
	l.pass(time.Minute)
	if got := l.runsOf("q", nil); !strings.HasPrefix(got, "13:00 Complete; 12:50") {
		t.Errorf("history = %s, want the next run in its time", got)
	}
}

// TestLongAbsence lets a server come back after years to queries of every minute, of every day and of once a year, in a place with a clock of
// its own. To go through each minute would take minutes.
func TestLongAbsence(t *testing.T) {
	l := newLab(t, Limits{Missed: 2, KeptFor: 10 * 365 * 24 * time.Hour})
	for name, schedule := range map[string]string{
		"minutes": "cron(* * * * ? *)", "rate": "rate(1 minute)", "days": "cron(0 9 * * ? *)", "years": "cron(0 0 1 1 ? *)", "over": "cron(* * * * ? 2027)",
	} {
		if err := l.create(name, name, func(in *cloudwatchlogs.CreateScheduledQueryInput) {
			in.ScheduleExpression, in.Timezone = &schedule, aws.String("Europe/Berlin")
		}); err != "<nil>" {
			t.Fatalf("CreateScheduledQuery(%s) = %s", name, err)
		}
	}
	l.pass(5 * 365 * 24 * time.Hour) // to 2031-11-20 12:00
	const missed, earlier = "Failed (Missed: the server did not run at that time.)", "Failed (Missed, as were those before: the server did not run at that time.)"
	for name, want := range map[string]string{
		"minutes": "12:00 Complete; 11:59 " + missed + "; 11:58 " + earlier,
		"rate":    "12:00 Complete; 11:59 " + missed + "; 11:58 " + earlier,
		"days":    "08:00 Complete; 08:00 " + missed + "; 08:00 " + earlier,
		"years":   "23:00 Complete; 23:00 " + missed + "; 23:00 " + earlier,
		"over":    "22:59 Complete; 22:58 " + missed + "; 22:57 " + earlier,
	} {
		if got := l.runsOf(name, nil); got != want {
			t.Errorf("history of %s = %s, want %s", name, got, want)
		}
	}
	for name, want := range map[string]bool{"minutes": true, "rate": true, "days": true, "years": true, "over": false} {
		if q, _, err := l.find(l.ctx, name); err != nil || (q.Due > l.clock.UnixMilli()) != want {
			t.Errorf("%s is due at %d, %v; it is due again: want %t", name, q.Due, err, want)
		}
	}
}

// TestLastRunLooksBackAsTheOthers checks the window of the run behind which there is none.
func TestLastRunLooksBackAsTheOthers(t *testing.T) {
	l := newLab(t, Limits{})
	l.create("q", "q", func(in *cloudwatchlogs.CreateScheduledQueryInput) {
		in.ScheduleExpression, in.ScheduleEndTime = aws.String("rate(1 day)"), aws.Int64(labStart.Add(25*time.Hour).Unix())
	})
	l.pass(24 * time.Hour)
	if want := "[111122223333 q [g] 86400-1]"; fmt.Sprint(l.asked) != want {
		t.Errorf("asked %v, want %s: the whole day", l.asked, want)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	l := newLab(t, Limits{History: 5, KeptFor: 35 * time.Minute})
	l.create("q", "q", nil)
	for range 8 {
		l.pass(10 * time.Minute)
	}
	if got, want := l.runsOf("q", nil), "13:20 Complete; 13:10 Complete; 13:00 Complete; 12:50 Complete"; got != want {
		t.Errorf("history = %s, want those of 35 minutes: %s", got, want)
	}
	l = newLab(t, Limits{History: 2})
	l.create("q", "q", nil)
	for range 4 {
		l.pass(10 * time.Minute)
	}
	if got, want := l.runsOf("q", nil), "12:40 Complete; 12:30 Complete"; got != want {
		t.Errorf("history = %s, want two: %s", got, want)
	}
	q, _, err := l.find(l.ctx, "q")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.DeleteScheduledQuery(l.ctx, &cloudwatchlogs.DeleteScheduledQueryInput{Identifier: aws.String("q")}); err != nil {
		t.Fatal(err)
	}
	if runs, err := l.history(l.ctx, q, 0, lastTime); len(runs) != 0 || err != nil {
		t.Errorf("runs of a deleted query = %v, %v, want none", runs, err)
	}
}

// TestRun lets the service run by itself, stops it in the middle of a run, and starts it again.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, Limits{Running: 1})
		l.o.Now = time.Now
		start := func() (stop func()) {
			l.Service = New(l.o)
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			go func() { done <- l.Run(ctx) }()
			return func() {
				cancel()
				if err := <-done; !errors.Is(err, context.Canceled) {
					t.Errorf("Run() = %v, want that its context ended", err)
				}
			}
		}
		stop := start()
		own := l.ctx
		l.create("fine", "fine", nil)
		l.ctx = caller.With(t.Context(), caller.Caller{Account: "444455556666", Region: "us-east-1"})
		l.create("slow", "slow", nil)
		time.Sleep(11 * time.Minute)
		if got := l.runsOf("slow", nil); !strings.HasSuffix(got, " Running") {
			t.Errorf("history of a query that runs = %s, want Running", got)
		}
		stop()
		stop = start()
		time.Sleep(time.Minute)
		stop()
		if got := l.runsOf("slow", nil); !strings.HasSuffix(got, " Failed (The server ended while the query ran.)") {
			t.Errorf("history of a query that the end of the server cut off = %s", got)
		}
		l.ctx = own
		if got := l.runsOf("fine", nil); !strings.HasSuffix(got, " Complete") && !strings.HasSuffix(got, " Failed (The server ended while the query ran.)") {
			t.Errorf("history of another account's query = %s", got)
		}
		if len(l.failed) > 0 {
			t.Errorf("failed: %v", l.failed)
		}
	})
}

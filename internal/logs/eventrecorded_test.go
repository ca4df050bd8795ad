package logs

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// recordedOfEvents makes, for each error that was recorded on AWS for an operation on events, the calls that get it. The lab has
// group "g" with stream "s".
var recordedOfEvents = map[string][]func(l *lab) error{
	"error-invalid-stream": {func(l *lab) error {
		_, err := l.PutLogEvents(l.ctx, putInput("g", "none", event(l.ms(0), "x")))
		return err
	}},
	"error-wrong-order": {func(l *lab) error {
		_, err := l.PutLogEvents(l.ctx, putInput("g", "s", event(l.ms(0), "x"), event(l.ms(0)-1, "y")))
		return err
	}},
	"error-invalid-token": {func(l *lab) error {
		in := getInput("g", "s")
		in.NextToken = aws.String("invalid-token")
		_, err := l.GetLogEvents(l.ctx, in)
		return err
	}},
	"error-limit-exceeded": {func(l *lab) error {
		in := getInput("g", "s")
		in.Limit = aws.Int32(10_001)
		_, err := l.GetLogEvents(l.ctx, in)
		return err
	}},
	"error-log-group-does-not-exist": {
		func(l *lab) error {
			_, err := l.PutLogEvents(l.ctx, putInput("none", "s", event(l.ms(0), "x")))
			return err
		},
		func(l *lab) error {
			_, err := l.GetLogEvents(l.ctx, getInput("none", "s"))
			return err
		},
		func(l *lab) error {
			_, err := l.FilterLogEvents(l.ctx, filterInput("none"))
			return err
		},
		func(l *lab) error {
			_, err := l.GetLogGroupFields(l.ctx, &cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: aws.String("none")})
			return err
		},
	},
}

func TestRecordedErrorsOfEvents(t *testing.T) {
	text, err := os.ReadFile("testdata/aws-error-messages.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Test, Key, Code, Message string }
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range cases {
		if !hasAnyPrefix(c.Test, []string{"TestLogsEvents::", "TestLogsEventsErrors::"}) {
			continue
		}
		seen++
		t.Run(c.Test, func(t *testing.T) {
			l := newLab(t)
			l.addStream(l.addGroup("g", nil), "s")
			for _, call := range recordedOfEvents[c.Key] {
				servicetest.WantError(t, c.Test, call(l), c.Code+": "+c.Message)
			}
		})
	}
	if seen != len(recordedOfEvents) {
		t.Errorf("%d recorded errors of events, want %d", seen, len(recordedOfEvents))
	}
}

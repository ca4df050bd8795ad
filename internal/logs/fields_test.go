package logs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// fields returns the answer of GetLogGroupFields without the system's fields, as name=percent.
func (l *lab) fields(in *cloudwatchlogs.GetLogGroupFieldsInput) string {
	l.t.Helper()
	out, err := l.GetLogGroupFields(l.ctx, in)
	l.must(err)
	if len(out.LogGroupFields) == 0 {
		return "none"
	}
	var found []string
	for i, f := range out.LogGroupFields {
		if i >= len(ownFields) {
			found = append(found, fmt.Sprintf("%s=%d", *f.Name, f.Percent))
		} else if *f.Name != ownFields[i] || f.Percent != 100 {
			l.t.Errorf("field %d is %s with %d percent, want %s with 100", i, *f.Name, f.Percent, ownFields[i])
		}
	}
	return strings.Join(found, " ")
}

func TestGetLogGroupFields(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	l.addStream(g, "s")
	for i := range 1000 {
		m := fmt.Sprintf(`{"b":%d,"a":{"x":1}}`, i)
		switch {
		case i == 0:
			m = `{"b":0,"a":{"x":1},"once":1}`
		case i < 259:
			m = fmt.Sprintf(`{"b":%d,"some":1}`, i)
		case i > 997:
			m = "text"
		}
		l.put("g", "s", event(l.ms(0), m))
	}
	if got, want := l.fields(&cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: aws.String("g")}), "b=99 a.x=74 some=25 once=1"; got != want {
		t.Errorf("fields %s, want %s", got, want)
	}
}

func TestGetLogGroupFieldsTimes(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name   string
		age    time.Duration
		center time.Duration // from now; forever in the future: none
		want   bool
	}{
		{"now", 0, -1, true},
		{"15 minutes ago", 15 * time.Minute, -1, true},
		{"a millisecond more", 15*time.Minute + ms, -1, false},
		{"in the future", -ms, -1, false},
		{"8 minutes before a time", time.Hour + 8*time.Minute, time.Hour, true},
		{"a millisecond more before a time", time.Hour + 8*time.Minute + ms, time.Hour, false},
		{"8 minutes after a time", time.Hour - 8*time.Minute, time.Hour, true},
		{"a millisecond more after a time", time.Hour - 8*time.Minute - ms, time.Hour, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.addStream(l.addGroup("g", nil), "s")
			l.put("g", "s", event(l.ms(-tt.age), `{"a":1}`))
			in := &cloudwatchlogs.GetLogGroupFieldsInput{LogGroupIdentifier: aws.String("g")}
			if tt.center >= 0 {
				in.Time = aws.Int64(l.ms(-tt.center) / 1000)
			}
			want := "none"
			if tt.want {
				want = "a=100"
			}
			if got := l.fields(in); got != want {
				t.Errorf("fields of an event %s old around %s = %s, want %s", tt.age, tt.center, got, want)
			}
		})
	}
	l := newLab(t)
	l.addGroup("g", nil)
	for _, center := range []int64{-1 << 63, -1, 0, 1<<63 - 1} {
		if got := l.fields(&cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: aws.String("g"), Time: &center}); got != "none" {
			t.Errorf("fields around %d = %s, want none", center, got)
		}
	}
}

func TestGetLogGroupFieldsOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(l *lab)
		want string
	}{
		{"a group without events", func(l *lab) { l.addGroup("g", nil) }, "none"},
		{"deleted streams", func(l *lab) {
			g := l.addGroup("g", nil)
			gone := l.addStream(g, "s")
			l.addStream(g, "kept")
			l.putTexts("g", "s", `{"old":1}`, `{"old":2}`)
			l.putTexts("g", "kept", `{"new":1}`)
			l.dropStream(g, gone)
		}, "new=100"},
		{"a class without discovery", func(l *lab) {
			l.addStream(l.addGroup("g", func(f *groupFacts) { f.Class = types.LogGroupClassInfrequentAccess }), "s")
			l.putTexts("g", "s", `{"a":1}`)
		}, ""},
		{"the newest 10,000 events", func(l *lab) {
			l.addStream(l.addGroup("g", nil), "s")
			l.put("g", "s", event(l.ms(-time.Second), `{"old":1}`))
			for range 2 {
				l.putTexts("g", "s", strings.Split(strings.Repeat(`{"a":1} `, 5000-1)+`{"a":1}`, " ")...)
			}
			l.clock = l.clock.Add(time.Minute)
		}, "a=100"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			tt.make(l)
			if got := l.fields(&cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: aws.String("g")}); got != tt.want {
				t.Errorf("fields = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestGetLogGroupFieldsRefuses(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.GetLogGroupFieldsInput
		want string
	}{
		{"a group that is not there", cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: aws.String("nope")}, "ResourceNotFoundException: The specified log group does not exist."},
		{"no group", cloudwatchlogs.GetLogGroupFieldsInput{}, "ValidationException: Either LogGroup name or LogGroup ARN must be specified."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.GetLogGroupFields(l.ctx, &tt.in)
			servicetest.WantError(t, "GetLogGroupFields", err, tt.want)
		})
	}
}

package logs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/servicetest"
	"github.com/groundwatch/groundwatch/internal/table"
)

const (
	maxMessage = 1<<20 - eventOverhead
	day        = 24 * time.Hour
)

func TestPutLogEventsRefuses(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	l.addStream(l.addGroup("short", func(f *groupFacts) { f.RetentionDays = 1 }), "s")
	now := l.ms(0)
	many := func(n int) []types.InputLogEvent {
		events := make([]types.InputLogEvent, n)
		for i := range events {
			events[i] = event(now, "x")
		}
		return events
	}
	for _, tt := range []struct {
		name, group, stream string
		events              []types.InputLogEvent
		want                string // "" if it is taken
	}{
		{"a group that is not there", "nope", "s", many(1), "ResourceNotFoundException: The specified log group does not exist."},
		{"a stream that is not there", "g", "nope", many(1), "ResourceNotFoundException: The specified log stream does not exist."},
		{"no events", "g", "s", nil, "InvalidParameterException: 1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"9,999 events", "g", "s", many(9_999), ""},
		{"10,000 events", "g", "s", many(10_000), ""},
		{"10,001 events", "g", "s", many(10_001), "InvalidParameterException: 1 validation error detected: Value '[10001 events]' at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000"},
		{"an event without a time", "g", "s", []types.InputLogEvent{event(now, "x"), {Message: aws.String("x")}}, "InvalidParameterException: 1 validation error detected: Value null at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must not be null"},
		{"an event without a message", "g", "s", []types.InputLogEvent{{Timestamp: &now}}, "InvalidParameterException: 1 validation error detected: Value null at 'logEvents.1.member.message' failed to satisfy constraint: Member must not be null"},
		{"an empty message", "g", "s", []types.InputLogEvent{event(now, "")}, "InvalidParameterException: 1 validation error detected: Value '' at 'logEvents.1.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"a time before 1970", "g", "s", []types.InputLogEvent{event(-1, "x")}, "InvalidParameterException: 1 validation error detected: Value '-1' at 'logEvents.1.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{"times in order, some equal", "g", "s", []types.InputLogEvent{event(now, "a"), event(now, "b"), event(now+1, "c")}, ""},
		{"times out of order", "g", "s", []types.InputLogEvent{event(now, "a"), event(now-1, "b")}, "InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order."},
		{"a message of one byte less than the limit", "g", "s", []types.InputLogEvent{event(now, strings.Repeat("x", maxMessage-1))}, ""},
		{"a message at the limit", "g", "s", []types.InputLogEvent{event(now, strings.Repeat("x", maxMessage))}, ""},
		{"a message of one byte more", "g", "s", []types.InputLogEvent{event(now, strings.Repeat("x", maxMessage+1))}, "InvalidParameterException: Log event too large: 1048577 bytes exceeds limit of 1048576"},
		{"a message of few characters and many bytes", "g", "s", []types.InputLogEvent{event(now, strings.Repeat("ü", maxMessage/2+1))}, "InvalidParameterException: Log event too large: 1048578 bytes exceeds limit of 1048576"},
		{"a batch of one byte less than the limit", "g", "s", []types.InputLogEvent{event(now, strings.Repeat("x", maxMessage-28)), event(now, "x")}, ""},
		{"a batch at the limit", "g", "s", []types.InputLogEvent{event(now, strings.Repeat("x", maxMessage-27)), event(now, "x")}, ""},
		{"a batch of one byte more", "g", "s", []types.InputLogEvent{event(now, strings.Repeat("x", maxMessage-26)), event(now, "x")}, "InvalidParameterException: Upload too large: 1048577 bytes exceeds limit of 1048576"},
		{"events that span a day", "g", "s", []types.InputLogEvent{event(l.ms(-day), "a"), event(now, "b")}, ""},
		{"events that span a millisecond more, though retention would drop the first", "short", "s", []types.InputLogEvent{event(l.ms(-day)-1, "a"), event(now, "b")}, "InvalidParameterException: The batch of log events in a single PutLogEvents request cannot span more than 24 hours."},
		{"events that span a millisecond more", "g", "s", []types.InputLogEvent{event(l.ms(-day)-1, "a"), event(now, "b")}, "InvalidParameterException: The batch of log events in a single PutLogEvents request cannot span more than 24 hours."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, err := l.events.Size(l.ctx, 1)
			l.must(err)
			out, err := l.PutLogEvents(l.ctx, putInput(tt.group, tt.stream, tt.events...))
			if tt.want != "" {
				servicetest.WantError(t, "PutLogEvents", err, tt.want)
			} else if err != nil || out.RejectedLogEventsInfo != nil {
				t.Errorf("PutLogEvents = %+v, %v, want all taken", out, err)
			}
			after, err := l.events.Size(l.ctx, 1)
			l.must(err)
			if stored := after.Rows - before.Rows; tt.want != "" && stored != 0 || tt.want == "" && stored != int64(len(tt.events)) {
				t.Errorf("PutLogEvents stored %d of %d events, error %v", stored, len(tt.events), err)
			}
		})
	}
}

func TestPutLogEventsRejects(t *testing.T) {
	old, new := 14*day, 2*time.Hour
	const ms = time.Millisecond
	for _, tt := range []struct {
		name      string
		retention int32 // days
		ages      []time.Duration
		want      *types.RejectedLogEventsInfo
		stored    string
	}{
		{"nothing", 0, []time.Duration{time.Hour, 0, -time.Hour}, nil, "0 1 2"},
		{"nothing at the oldest time", 0, []time.Duration{old}, nil, "0"},
		{"an event older by a millisecond", 0, []time.Duration{old + ms, old}, &types.RejectedLogEventsInfo{TooOldLogEventEndIndex: aws.Int32(1)}, "1"},
		{"nothing at the newest time", 0, []time.Duration{0, -new}, nil, "0 1"},
		{"an event newer by a millisecond", 0, []time.Duration{0, -new, -new - ms}, &types.RejectedLogEventsInfo{TooNewLogEventStartIndex: aws.Int32(2)}, "0 1"},
		{"nothing where retention begins", 3, []time.Duration{3 * day}, nil, "0"},
		{"what retention has ended for", 3, []time.Duration{3*day + 2*ms, 3*day + ms, 3 * day}, &types.RejectedLogEventsInfo{ExpiredLogEventEndIndex: aws.Int32(2)}, "2"},
		{"what is too old and expired as well", 3, []time.Duration{old + ms, 3*day + ms, 3 * day}, &types.RejectedLogEventsInfo{TooOldLogEventEndIndex: aws.Int32(1), ExpiredLogEventEndIndex: aws.Int32(2)}, "2"},
		{"both ends, whatever they span", 0, []time.Duration{365 * day, 20 * day, 0, -new - ms}, &types.RejectedLogEventsInfo{TooOldLogEventEndIndex: aws.Int32(2), TooNewLogEventStartIndex: aws.Int32(3)}, "2"},
		{"all as too old", 0, []time.Duration{20 * day, 20 * day}, &types.RejectedLogEventsInfo{TooOldLogEventEndIndex: aws.Int32(2)}, ""},
		{"all as too new", 0, []time.Duration{-3 * time.Hour}, &types.RejectedLogEventsInfo{TooNewLogEventStartIndex: aws.Int32(0)}, ""},
		{"all, old and new", 0, []time.Duration{20 * day, -3 * time.Hour}, &types.RejectedLogEventsInfo{TooOldLogEventEndIndex: aws.Int32(1), TooNewLogEventStartIndex: aws.Int32(1)}, ""},
		{"retention longer than two weeks", 30, []time.Duration{old + ms}, &types.RejectedLogEventsInfo{TooOldLogEventEndIndex: aws.Int32(1)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.addStream(l.addGroup("g", func(f *groupFacts) { f.RetentionDays = tt.retention }), "s")
			var events []types.InputLogEvent
			for i, age := range tt.ages {
				events = append(events, event(l.ms(-age), string(rune('0'+i))))
			}
			out, err := l.PutLogEvents(l.ctx, putInput("g", "s", events...))
			l.must(err)
			if diff := cmp.Diff(tt.want, out.RejectedLogEventsInfo, cmpopts.IgnoreUnexported(types.RejectedLogEventsInfo{})); diff != "" {
				t.Errorf("rejectedLogEventsInfo of ages %v (-want +got):\n%s", tt.ages, diff)
			}
			if len(aws.ToString(out.NextSequenceToken)) != numberDigits {
				t.Errorf("nextSequenceToken %q, want %d digits", aws.ToString(out.NextSequenceToken), numberDigits)
			}
			if got := l.filtered(filterInput("g")); got != tt.stored {
				t.Errorf("events stored: %q, want %q", got, tt.stored)
			}
		})
	}
}

func TestPutLogEventsKeepsEveryByte(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	texts := []string{"ünï €😀\u0000", "\xff\xfe no UTF-8", "line\n", " ", `{"a":1}`, strings.Repeat("😀", maxMessage/8), "\u2028"}
	l.putTexts("g", "s", texts...)
	_, out := l.got(getInput("g", "s"))
	for i, want := range texts {
		if got := *out.Events[i].Message; got != want {
			t.Errorf("message %d came back as %.40q (%d bytes), want %.40q (%d)", i, got, len(got), want, len(want))
		}
	}
	for i, e := range l.filterAll(filterInput("g")) {
		if *e.Message != texts[i] {
			t.Errorf("message %d came back filtered as %.40q, want %.40q", i, *e.Message, texts[i])
		}
	}
}

func TestPutLogEventsTellsFiltersWhatWasTaken(t *testing.T) {
	l := newLab(t)
	var told []int64
	l.opts.Metrics = func(_ context.Context, data []MetricDatum) error {
		for _, d := range data {
			told = append(told, d.Time)
		}
		return errors.New("metrics are down") // the events are stored all the same
	}
	l.restart()
	l.addStream(l.addGroup("g", nil), "s")
	_, err := l.PutMetricFilter(l.ctx, metricInput("g", "f", ""))
	l.must(err)
	_, err = l.PutLogEvents(l.ctx, putInput("g", "s", event(l.ms(-20*day), "old"), event(l.ms(0), "taken"), event(l.ms(3*time.Hour), "new")))
	if err != nil || !slices.Equal(told, []int64{l.ms(0)}) {
		t.Errorf("PutLogEvents: %v, and metric filters saw events at %v, want %d alone", err, told, l.ms(0))
	}
}

func TestPutLogEventsIgnoresTheSequenceToken(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	in := putInput("g", "s", event(l.ms(0), "x"))
	in.SequenceToken = aws.String("49590302184354")
	out, err := l.PutLogEvents(l.ctx, in)
	l.must(err)
	again, err := l.PutLogEvents(l.ctx, in)
	l.must(err)
	if *again.NextSequenceToken <= *out.NextSequenceToken {
		t.Errorf("nextSequenceToken %s, then %s, want it to grow", *out.NextSequenceToken, *again.NextSequenceToken)
	}
	if got := l.filtered(filterInput("g")); got != "x x" {
		t.Errorf("events %q, want both: nothing says that the second is a repetition", got)
	}
}

func TestPutLogEventsAgain(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	l.addStream(g, "s")
	l.addStream(g, "s2")
	from := func(key, invocation string) context.Context {
		return caller.With(l.ctx, caller.Caller{Account: "111122223333", Region: "eu-central-1", AccessKeyID: key, InvocationID: invocation})
	}
	now := l.ms(0)
	for _, tt := range []struct {
		name, key, invocation, stream string
		events                        []types.InputLogEvent
		restart                       bool
		stored                        int
	}{
		{"a call", "k", "1", "s", []types.InputLogEvent{event(now, "a"), event(now, "b")}, false, 2},
		{"the same call", "k", "1", "s", []types.InputLogEvent{event(now, "a"), event(now, "b")}, false, 0},
		{"the same call after a restart", "k", "1", "s", []types.InputLogEvent{event(now, "a"), event(now, "b")}, true, 0},
		{"another call with the same events", "k", "2", "s", []types.InputLogEvent{event(now, "a"), event(now, "b")}, false, 2},
		{"another user's call", "k2", "1", "s", []types.InputLogEvent{event(now, "a"), event(now, "b")}, false, 2},
		{"another stream", "k", "1", "s2", []types.InputLogEvent{event(now, "a"), event(now, "b")}, false, 2},
		{"another text", "k", "1", "s", []types.InputLogEvent{event(now, "a"), event(now, "c")}, false, 2},
		{"the same text cut elsewhere", "k", "1", "s", []types.InputLogEvent{event(now, "ab")}, false, 1},
		{"another time", "k", "1", "s", []types.InputLogEvent{event(now, "a"), event(now+1, "b")}, false, 2},
		{"no invocation id", "k", "", "s", []types.InputLogEvent{event(now, "a")}, false, 1},
		{"no invocation id again", "k", "", "s", []types.InputLogEvent{event(now, "a")}, false, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.restart {
				l.restart()
			}
			before, err := l.events.Size(l.ctx, g.Partition)
			l.must(err)
			_, err = l.PutLogEvents(from(tt.key, tt.invocation), putInput("g", tt.stream, tt.events...))
			l.must(err)
			after, err := l.events.Size(l.ctx, g.Partition)
			l.must(err)
			if got := int(after.Rows - before.Rows); got != tt.stored {
				t.Errorf("PutLogEvents stored %d events, want %d", got, tt.stored)
			}
		})
	}
}

func TestPutLogEventsAgainTellsNobodyTwice(t *testing.T) {
	l := newLab(t)
	told := 0
	l.opts.Metrics = func(_ context.Context, data []MetricDatum) error { told += len(data); return nil }
	l.restart()
	l.addStream(l.addGroup("g", nil), "s")
	_, err := l.PutMetricFilter(l.ctx, metricInput("g", "f", "ERROR"))
	l.must(err)
	ctx := caller.With(l.ctx, caller.Caller{Account: "111122223333", Region: "eu-central-1", InvocationID: "1"})
	for i, want := range []int{1, 1} {
		if _, err := l.PutLogEvents(ctx, putInput("g", "s", event(l.ms(0), "ERROR"), event(l.ms(0), "ok"))); err != nil || told != want {
			t.Errorf("PutLogEvents, attempt %d: %v, and metric filters found %d events in all, want %d", i+1, err, told, want)
		}
	}
}

// A badTable fails appends as it is told.
type badTable struct {
	table.Table
	append func(ctx context.Context) error
}

func (b badTable) Append(ctx context.Context, p table.Partition, rows table.Rows) (table.Receipt, error) {
	if err := b.append(ctx); err != nil {
		return table.Receipt{}, err
	}
	return b.Table.Append(ctx, p, rows)
}

func TestPutLogEventsThatCannotBeStored(t *testing.T) {
	const retry = "ServiceUnavailableException: The service cannot store log events at the moment."
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"a full disk", fault.New(fault.Unavailable, "", "disk full"), retry},
		{"a group that is deleted meanwhile", table.Dropped(1), "ResourceNotFoundException: The specified log group does not exist."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.opts.Events = badTable{l.opts.Events, func(context.Context) error { return tt.err }}
			l.restart()
			l.addStream(l.addGroup("g", nil), "s")
			_, err := l.PutLogEvents(l.ctx, putInput("g", "s", event(l.ms(0), "x")))
			servicetest.WantError(t, "PutLogEvents", err, tt.want)
			if tt.want == retry && !errors.Is(err, tt.err) {
				t.Errorf("PutLogEvents: error %v does not tell the operator why", err)
			}
			if got := l.filtered(filterInput("g")); got != "" {
				t.Errorf("events %q, want none", got)
			}
		})
	}
	t.Run("a fault of ours", func(t *testing.T) {
		l := newLab(t)
		l.opts.Events = badTable{l.opts.Events, func(context.Context) error { return errors.New("boom") }}
		l.restart()
		l.addStream(l.addGroup("g", nil), "s")
		if _, err := l.PutLogEvents(l.ctx, putInput("g", "s", event(l.ms(0), "x"))); !fault.Is(err, fault.InternalFailure) {
			t.Errorf("PutLogEvents: error %v, want an internal failure", err)
		}
	})
}

func TestPutLogEventsOfAClientThatGoesAway(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	ctx, cancel := context.WithCancel(l.ctx)
	l.opts.Events = badTable{l.opts.Events, func(ctx context.Context) error { cancel(); return ctx.Err() }}
	l.restart()
	if _, err := l.PutLogEvents(ctx, putInput("g", "s", event(l.ms(0), "x"))); err != nil {
		t.Errorf("PutLogEvents with a context that ends meanwhile: %v, want it to go on", err)
	}
	if got := l.filtered(filterInput("g")); got != "x" {
		t.Errorf("events %q, want x", got)
	}
}

func TestPutLogEventsOnAStalledDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.addStream(l.addGroup("g", nil), "s")
		l.opts.Events = badTable{l.opts.Events, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		l.restart()
		start := time.Now()
		_, err := l.PutLogEvents(l.ctx, putInput("g", "s", event(l.ms(0), "x")))
		servicetest.WantError(t, "PutLogEvents", err, "ServiceUnavailableException: The service cannot store log events at the moment.")
		if took := time.Since(start); took != appendPatience {
			t.Errorf("PutLogEvents took %s, want %s", took, appendPatience)
		}
	})
}

func TestPutLogEventsTellsTheTimesOfTheStream(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	l.addStream(g, "s")
	times := func() Stream {
		for s, err := range l.eachStream(l.ctx, g, "s") {
			l.must(err)
			return Stream{FirstEvent: s.FirstEvent, LastEvent: s.LastEvent, LastIngestion: s.LastIngestion}
		}
		return Stream{}
	}
	if got := times(); got != (Stream{}) {
		t.Errorf("times of an empty stream %+v, want none", got)
	}
	first := l.ms(0)
	l.put("g", "s", event(first-5, "a"), event(first-3, "b"))
	if got, want := times(), (Stream{FirstEvent: first - 5, LastEvent: first - 3, LastIngestion: first}); got != want {
		t.Errorf("times %+v, want %+v", got, want)
	}
	l.clock = l.clock.Add(time.Minute)
	l.put("g", "s", event(first-9, "c"))
	if got, want := times(), (Stream{FirstEvent: first - 9, LastEvent: first - 3, LastIngestion: l.ms(0)}); got != want {
		t.Errorf("times after an older event %+v, want %+v", got, want)
	}
}

func TestPutLogEventsEntity(t *testing.T) {
	standard, rare := types.LogGroupClassStandard, types.LogGroupClassInfrequentAccess
	for _, tt := range []struct {
		name  string
		class types.LogGroupClass
		keys  map[string]string
		want  types.EntityRejectionErrorType
	}{
		{"a service", standard, map[string]string{"Type": "Service", "Name": "api", "Environment": "prod"}, ""},
		{"a resource", standard, map[string]string{"Type": "AWS::Resource", "ResourceType": "AWS::EC2::Instance", "Identifier": "i-1"}, ""},
		{"no keys", standard, nil, types.EntityRejectionErrorTypeMissingRequiredFields},
		{"no type", standard, map[string]string{"Name": "api", "Environment": "prod"}, types.EntityRejectionErrorTypeMissingRequiredFields},
		{"only a type", standard, map[string]string{"Type": "Service"}, types.EntityRejectionErrorTypeMissingRequiredFields},
		{"a type that is none", standard, map[string]string{"Type": "Thing", "Name": "api"}, types.EntityRejectionErrorTypeInvalidTypeValue},
		{"a key that is none", standard, map[string]string{"Type": "Service", "name": "api"}, types.EntityRejectionErrorTypeInvalidKeyAttribute},
		{"a class without entities", rare, map[string]string{"Type": "Service", "Name": "api"}, types.EntityRejectionErrorTypeUnsupportedLogGroupType},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.addStream(l.addGroup("g", func(f *groupFacts) { f.Class = tt.class }), "s")
			in := putInput("g", "s", event(l.ms(0), "x"))
			in.Entity = &types.Entity{KeyAttributes: tt.keys}
			out, err := l.PutLogEvents(l.ctx, in)
			l.must(err)
			var got types.EntityRejectionErrorType
			if out.RejectedEntityInfo != nil {
				got = out.RejectedEntityInfo.ErrorType
			}
			if got != tt.want {
				t.Errorf("PutLogEvents with entity %v: rejected as %q, want %q", tt.keys, got, tt.want)
			}
			if text, _ := l.got(getInput("g", "s")); text != "x" {
				t.Errorf("events %q, want x whatever the entity is", text)
			}
		})
	}
}

func TestWhyEventsCannotBeStoredIsSaidOnce(t *testing.T) {
	below := fault.New(fault.Unavailable, "ServiceUnavailableException", "The service cannot store data at the moment.")
	below.Err = errors.New("the tables are closing")
	const want = "store log events: ServiceUnavailableException: The service cannot store log events at the moment.: the tables are closing"
	if got := appendError(below).Error(); got != want {
		t.Errorf("appendError(%v) = %q, want %q", below, got, want)
	}
}

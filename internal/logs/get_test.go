package logs

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/servicetest"
	"github.com/groundwatch/groundwatch/internal/table"
)

func TestGetLogEventsRange(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	l.addStream(g, "s")
	l.addStream(g, "other")
	l.putTexts("g", "s", "0", "1", "2", "3", "4")
	l.putTexts("g", "other", "x", "y")
	at := func(i int64) *int64 { return aws.Int64(l.ms(0) + i) }
	for _, tt := range []struct {
		name       string
		start, end *int64
		limit      int32
		head       *bool
		want       string
	}{
		{"everything", nil, nil, 0, nil, "0 1 2 3 4"},
		{"the start belongs", at(2), nil, 0, nil, "2 3 4"},
		{"the end does not", nil, at(2), 0, nil, "0 1"},
		{"start and end", at(1), at(4), 0, nil, "1 2 3"},
		{"an empty range", at(2), at(2), 0, nil, ""},
		{"a range that is the wrong way around", at(3), at(1), 0, nil, ""},
		{"before everything", nil, at(0), 0, nil, ""},
		{"behind everything", at(5), nil, 0, nil, ""},
		{"without startFromHead the newest page, oldest first", nil, nil, 2, nil, "3 4"},
		{"startFromHead false is the same", nil, nil, 2, aws.Bool(false), "3 4"},
		{"startFromHead true", nil, nil, 2, aws.Bool(true), "0 1"},
		{"the newest of a range", nil, at(3), 2, nil, "1 2"},
		{"the oldest of a range", at(1), nil, 2, aws.Bool(true), "1 2"},
		{"a limit of exactly what there is", nil, nil, 5, nil, "0 1 2 3 4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := getInput("g", "s")
			in.StartTime, in.EndTime, in.StartFromHead = tt.start, tt.end, tt.head
			if tt.limit > 0 {
				in.Limit = &tt.limit
			}
			got, out := l.got(in)
			if got != tt.want {
				t.Errorf("GetLogEvents = %q, want %q", got, tt.want)
			}
			if out.Events == nil || out.NextForwardToken == nil || out.NextBackwardToken == nil {
				t.Errorf("GetLogEvents = %+v, want a list and two tokens whatever there is", out)
			}
		})
	}
}

func TestGetLogEventsShowsWhenAnEventCame(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	l.put("g", "s", event(l.ms(-time.Hour), "x"))
	_, out := l.got(getInput("g", "s"))
	if e := out.Events[0]; *e.Timestamp != l.ms(-time.Hour) || *e.IngestionTime != l.ms(0) || *e.Message != "x" {
		t.Errorf("event %d, ingested %d, %q; want %d, %d, x", *e.Timestamp, *e.IngestionTime, *e.Message, l.ms(-time.Hour), l.ms(0))
	}
}

func TestGetLogEventsRefuses(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	l.addStream(g, "s")
	l.addStream(g, "other")
	l.putTexts("g", "s", "0", "1")
	l.putTexts("g", "other", "0", "1")
	_, out := l.got(getInput("g", "s"))
	_, other := l.got(getInput("g", "other"))
	token := *out.NextForwardToken
	changed := func(i int) string { return token[:i] + string('0'+(token[i]-'0'+1)%10) + token[i+1:] }
	const bad = "InvalidParameterException: The specified nextToken is invalid."
	for _, tt := range []struct {
		name   string
		change func(in *cloudwatchlogs.GetLogEventsInput)
		want   string
	}{
		{"a group that is not there", func(in *cloudwatchlogs.GetLogEventsInput) { in.LogGroupName = aws.String("nope") }, "ResourceNotFoundException: The specified log group does not exist."},
		{"a stream that is not there", func(in *cloudwatchlogs.GetLogEventsInput) { in.LogStreamName = aws.String("nope") }, "ResourceNotFoundException: The specified log stream does not exist."},
		{"no stream", func(in *cloudwatchlogs.GetLogEventsInput) { in.LogStreamName = nil }, "ResourceNotFoundException: The specified log stream does not exist."},
		{"name and identifier", func(in *cloudwatchlogs.GetLogEventsInput) { in.LogGroupIdentifier = aws.String("g") }, "ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters."},
		{"neither name nor identifier", func(in *cloudwatchlogs.GetLogEventsInput) { in.LogGroupName = nil }, "ValidationException: Either LogGroup name or LogGroup ARN must be specified."},
		{"a limit of 0", func(in *cloudwatchlogs.GetLogEventsInput) { in.Limit = aws.Int32(0) }, "InvalidParameterException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"a limit of 10,001", func(in *cloudwatchlogs.GetLogEventsInput) { in.Limit = aws.Int32(10_001) }, "InvalidParameterException: 1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000"},
		{"any text as token", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String("abc") }, bad},
		{"an empty token", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String("") }, bad},
		{"a token turned around", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String("b" + token[1:]) }, bad},
		{"a token of no direction", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String("x" + token[1:]) }, bad},
		{"a token without its end", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String(token[:len(token)-2]) }, bad},
		{"a token of another stream", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = other.NextForwardToken }, bad},
		{"a token with another time", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String(changed(10)) }, bad},
		{"a token with another sequence", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String(changed(25)) }, bad},
		{"a token with another signature", func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken = aws.String(changed(57)) }, bad},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := getInput("g", "s")
			tt.change(in)
			_, err := l.GetLogEvents(l.ctx, in)
			servicetest.WantError(t, "GetLogEvents", err, tt.want)
		})
	}
}

func TestGetLogEventsLimits(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	for range 2 {
		l.putTexts("g", "s", strings.Split(strings.Repeat("x", 6000), "")...)
	}
	for _, tt := range []struct {
		limit *int32
		want  int
	}{{nil, 10_000}, {aws.Int32(1), 1}, {aws.Int32(9_999), 9_999}, {aws.Int32(10_000), 10_000}} {
		in := getInput("g", "s")
		in.Limit = tt.limit
		if _, out := l.got(in); len(out.Events) != tt.want {
			t.Errorf("GetLogEvents with limit %v = %d events, want %d", tt.limit, len(out.Events), tt.want)
		}
	}
}

func TestGetLogEventsBytes(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	half := strings.Repeat("h", 1<<19)
	for i, m := range []string{half, half, "x", strings.Repeat("m", maxMessage), strings.Repeat("y", 26)} {
		l.put("g", "s", event(l.ms(0)+int64(i), m))
	}
	in := getInput("g", "s")
	in.StartFromHead = aws.Bool(true)
	var pages []int
	for range maxPages {
		_, out := l.got(in)
		if len(out.Events) == 0 {
			break
		}
		pages = append(pages, len(out.Events))
		in.NextToken = out.NextForwardToken
	}
	if got, want := fmt.Sprint(pages), "[2 2 1]"; got != want { // 2^20 bytes; then one byte too many for three
		t.Errorf("events in pages %s, want %s", got, want)
	}
}

func TestGetLogEventsTokens(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	l.putTexts("g", "s", "0", "1", "2", "3", "4")
	in := getInput("g", "s")
	in.Limit, in.StartFromHead = aws.Int32(2), aws.Bool(true)
	step := func(token *string, want string) *cloudwatchlogs.GetLogEventsOutput {
		t.Helper()
		in.NextToken = token
		got, out := l.got(in)
		if got != want {
			t.Errorf("page of token %s = %q, want %q", aws.ToString(token), got, want)
		}
		return out
	}
	first := step(nil, "0 1")
	second := step(first.NextForwardToken, "2 3")
	last := step(second.NextForwardToken, "4")
	step(last.NextBackwardToken, "2 3")
	step(second.NextBackwardToken, "0 1")
	start := step(first.NextBackwardToken, "")
	step(start.NextForwardToken, "0 1")
	if a, b := *first.NextBackwardToken, *start.NextBackwardToken; a != b {
		t.Errorf("backward token at the start %s, want the same as before, %s", b, a)
	}
	end := step(last.NextForwardToken, "")
	if a, b := *last.NextForwardToken, *end.NextForwardToken; a != b {
		t.Errorf("forward token at the end %s, want the same as before, %s", b, a)
	}
	step(end.NextBackwardToken, "3 4")

	l.restart()
	l.clock = l.clock.Add(25 * time.Hour)
	step(first.NextForwardToken, "2 3")
	l.putTexts("g", "s", "5")
	step(end.NextForwardToken, "5")
	for _, token := range []*string{first.NextForwardToken, first.NextBackwardToken, end.NextForwardToken} {
		if len(*token) != 60 || !strings.HasSuffix(*token, "/s") {
			t.Errorf("token %s, want AWS's form: f/, 56 digits, /s", *token)
		}
	}
}

func TestGetLogEventsOfAnEmptyStream(t *testing.T) {
	for _, tt := range []struct {
		name  string
		start time.Duration // from the clock; 0 none
		head  bool
	}{
		{"from the head", 0, true},
		{"from the tail", 0, false},
		{"from the head of a range", -time.Hour, true},
		{"from the tail of a range", -time.Hour, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.addStream(l.addGroup("g", nil), "s")
			in := getInput("g", "s")
			in.StartFromHead = &tt.head
			if tt.start != 0 {
				in.StartTime = aws.Int64(l.ms(tt.start))
			}
			_, out := l.got(in)
			for range 2 {
				in.NextToken = out.NextForwardToken
				got, again := l.got(in)
				if got != "" || *again.NextForwardToken != *out.NextForwardToken {
					t.Errorf("forward token %s of an empty stream gives %q, then %s", *out.NextForwardToken, got, *again.NextForwardToken)
				}
			}
			in.NextToken = out.NextBackwardToken
			got, again := l.got(in)
			if got != "" || *again.NextBackwardToken != *out.NextBackwardToken {
				t.Errorf("backward token %s of an empty stream gives %q, then %s", *out.NextBackwardToken, got, *again.NextBackwardToken)
			}
			l.putTexts("g", "s", "new")
			in.NextToken = out.NextForwardToken
			if got, _ := l.got(in); got != "new" {
				t.Errorf("forward token of an empty stream gives %q after a put, want new", got)
			}
			in.NextToken = out.NextBackwardToken
			if got, _ := l.got(in); got != "" {
				t.Errorf("backward token of an empty stream gives %q after a put, want nothing", got)
			}
		})
	}
}

func TestGetLogEventsKeepsToRetention(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", func(f *groupFacts) { f.RetentionDays = 1 }), "s")
	l.put("g", "s", event(l.ms(-day), "old"), event(l.ms(0), "new"))
	for _, tt := range []struct {
		name string
		move time.Duration
		want string
	}{
		{"at the last millisecond", 0, "old new"},
		{"one later", time.Millisecond, "new"},
		{"after a day and a millisecond more", day, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l.clock = l.clock.Add(tt.move)
			if got, _ := l.got(getInput("g", "s")); got != tt.want {
				t.Errorf("GetLogEvents = %q, want %q", got, tt.want)
			}
			if got := l.filtered(filterInput("g")); got != tt.want {
				t.Errorf("FilterLogEvents = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGetLogEventsByARN(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("/app/x", nil), "s")
	l.putTexts("/app/x", "s", "x")
	const arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/app/x"
	for _, id := range []string{"/app/x", arn, arn + ":", arn + ":*"} {
		in := &cloudwatchlogs.GetLogEventsInput{LogGroupIdentifier: &id, LogStreamName: aws.String("s")}
		if got, _ := l.got(in); got != "x" {
			t.Errorf("GetLogEvents of %s = %q, want x", id, got)
		}
		if got := l.filtered(&cloudwatchlogs.FilterLogEventsInput{LogGroupIdentifier: &id}); got != "x" {
			t.Errorf("FilterLogEvents of %s = %q, want x", id, got)
		}
	}
}

// TestTokensAreNoUseToOthers checks every token against another account, another region, another key and another group of the
// same name.
func TestTokensAreNoUseToOthers(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	stream := l.addStream(g, "s")
	l.putTexts("g", "s", "0", "1", "2")
	_, got := l.got(getInput("g", "s"))
	first := filterInput("g")
	first.Limit = aws.Int32(1)
	filtered, err := l.FilterLogEvents(l.ctx, first)
	l.must(err)
	record := l.pointerText(g.tenant, pointer{g.Partition, stream.Number, before(tableCursor(got, 0)).start(0), "g"})

	inTenant := func(account, region string) func() {
		return func() {
			l.ctx = caller.With(context.Background(), caller.Caller{Account: account, Region: region})
			l.addStream(l.addGroup("g", nil), "s")
		}
	}
	for _, tt := range []struct {
		name   string
		change func()
	}{
		{"another account", inTenant("444455556666", "eu-central-1")},
		{"another region", inTenant("111122223333", "eu-west-1")},
		{"another group of that name", func() { l.addStream(l.addGroup("g", nil), "s") }},
		{"another server's key", func() { l.opts.Sealer = page.NewSealer([32]byte{8}, l.opts.Now); l.restart() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kept := *l
			defer func() { *l = kept }()
			tt.change()
			get, filter := getInput("g", "s"), filterInput("g")
			get.NextToken, filter.NextToken = got.NextForwardToken, filtered.NextToken
			_, err := l.GetLogEvents(l.ctx, get)
			servicetest.WantError(t, "GetLogEvents", err, "InvalidParameterException: The specified nextToken is invalid.")
			_, err = l.FilterLogEvents(l.ctx, filter)
			servicetest.WantError(t, "FilterLogEvents", err, "InvalidParameterException: The specified nextToken is invalid.")
			if out, err := l.GetLogRecord(l.ctx, &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: &record}); err == nil {
				t.Errorf("GetLogRecord = %v, want an error", out.LogRecord)
			}
		})
	}
}

// A lateTable has events of which it does not promise yet that none will come up among them.
type lateTable struct {
	table.Table
	last table.Bound
}

func (l *lateTable) Last(context.Context) (table.Bound, error) { return l.last, nil }

func TestReadersStopWhereMoreMayComeUp(t *testing.T) {
	l := newLab(t)
	late := &lateTable{Table: l.opts.Events}
	l.opts.Events = late
	l.restart()
	l.addStream(l.addGroup("g", nil), "s")
	l.putTexts("g", "s", "0", "1", "2")
	late.last = table.Bound{1<<40 + 2, 2<<40 + 9} // another writer has come further
	if got, _ := l.got(getInput("g", "s")); got != "0 1" {
		t.Errorf("GetLogEvents = %q, want 0 1", got)
	}
	if got := l.filtered(filterInput("g")); got != "0 1" {
		t.Errorf("FilterLogEvents = %q, want 0 1", got)
	}
}

package logs

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/servicetest"
	"github.com/groundwatch/groundwatch/internal/table"
)

type filterChange = func(in *cloudwatchlogs.FilterLogEventsInput)

func TestFilterLogEvents(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	for _, name := range []string{"a1", "a2", "b"} {
		l.addStream(g, name)
	}
	now := l.ms(0)
	l.put("g", "a1", event(now, "e0"), event(now+2, "e2"), event(now+4, "e4 ERROR"))
	l.put("g", "a2", event(now+1, "e1"), event(now+3, `{"n":3}`))
	l.put("g", "b", event(now+2, "e2b ERROR"))
	for _, tt := range []struct {
		name   string
		change filterChange
		want   string
	}{
		{"all streams by time, then by sequence", nil, `e0 e1 e2 e2b ERROR {"n":3} e4 ERROR`},
		{"start and end belong", func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.StartTime, in.EndTime = aws.Int64(now+1), aws.Int64(now+2)
		}, "e1 e2 e2b ERROR"},
		{"the greatest end", func(in *cloudwatchlogs.FilterLogEventsInput) { in.EndTime = aws.Int64(1<<63 - 1) }, `e0 e1 e2 e2b ERROR {"n":3} e4 ERROR`},
		{"a term", func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String("ERROR") }, "e2b ERROR e4 ERROR"},
		{"JSON", func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String("{ $.n = 3 }") }, `{"n":3}`},
		{"a pattern that nothing matches", func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String("nope") }, ""},
		{"an empty pattern", func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String("") }, `e0 e1 e2 e2b ERROR {"n":3} e4 ERROR`},
		{"named streams", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNames = []string{"b", "a2", "b"} }, `e1 e2b ERROR {"n":3}`},
		{"a prefix", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNamePrefix = aws.String("a") }, `e0 e1 e2 {"n":3} e4 ERROR`},
		{"a prefix and a pattern", func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.LogStreamNamePrefix, in.FilterPattern = aws.String("a"), aws.String("ERROR")
		}, "e4 ERROR"},
		{"a prefix that no stream has", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNamePrefix = aws.String("z") }, ""},
		{"newest first", func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.StartFromHead, in.StartTime = aws.Bool(false), aws.Int64(now)
		}, `e4 ERROR {"n":3} e2b ERROR e2 e1 e0`},
		//lint:ignore SA1019 clients may still send it
		{"interleaved false counts for nothing", func(in *cloudwatchlogs.FilterLogEventsInput) { in.Interleaved = aws.Bool(false) }, `e0 e1 e2 e2b ERROR {"n":3} e4 ERROR`},
	} {
		for _, limit := range []int32{1, 2, 6, 7, 10_000} {
			t.Run(fmt.Sprintf("%s, %d a page", tt.name, limit), func(t *testing.T) {
				in := filterInput("g")
				if tt.change != nil {
					tt.change(in)
				}
				in.Limit = &limit
				if got := l.filtered(in); got != tt.want {
					t.Errorf("FilterLogEvents = %q, want %q", got, tt.want)
				}
			})
		}
	}
}

func TestFilterLogEventsAnswer(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	l.put("g", "s", event(l.ms(-time.Hour), "x"), event(l.ms(-time.Hour), "x"))
	out, err := l.FilterLogEvents(l.ctx, filterInput("g"))
	l.must(err)
	if out.SearchedLogStreams == nil || len(out.SearchedLogStreams) != 0 || out.NextToken != nil {
		t.Errorf("FilterLogEvents = %+v, want an empty searchedLogStreams and no token", out)
	}
	a, b := out.Events[0], out.Events[1]
	if *a.Timestamp != l.ms(-time.Hour) || *a.IngestionTime != l.ms(0) || *a.LogStreamName != "s" || *a.Message != "x" {
		t.Errorf("event %d, ingested %d, stream %s, %q", *a.Timestamp, *a.IngestionTime, *a.LogStreamName, *a.Message)
	}
	if *a.EventId >= *b.EventId || len(*a.EventId) != numberDigits {
		t.Errorf("event ids %s and %s, want %d digits each, growing", *a.EventId, *b.EventId, numberDigits)
	}
	empty := filterInput("g")
	empty.EndTime = aws.Int64(0)
	if out, err = l.FilterLogEvents(l.ctx, empty); err != nil || out.Events == nil || len(out.Events) != 0 {
		t.Errorf("FilterLogEvents of nothing = %+v, %v, want an empty list", out, err)
	}
}

func TestFilterLogEventsRefuses(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	l.addGroup("rare", func(f *groupFacts) { f.Class = types.LogGroupClassInfrequentAccess })
	l.putTexts("g", "s", "0", "1")
	names := func(n int) []string { return strings.Split(strings.Repeat("s ", n-1)+"s", " ") }
	const tail = "InvalidParameterException: Setting startFromHead to false is supported only when startTime is on or after 2024-01-01T00:00:00Z."
	for _, tt := range []struct {
		name   string
		change filterChange
		want   string
	}{
		{"a group that is not there", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogGroupName = aws.String("nope") }, "ResourceNotFoundException: The specified log group does not exist."},
		{"name and identifier", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogGroupIdentifier = aws.String("g") }, "ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters."},
		{"neither name nor identifier", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogGroupName = nil }, "ValidationException: Either LogGroup name or LogGroup ARN must be specified."},
		{"a stream that is not there", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNames = []string{"s", "nope"} }, "ResourceNotFoundException: The specified log stream does not exist."},
		{"names and prefix", func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.LogStreamNames, in.LogStreamNamePrefix = []string{"s"}, aws.String("s")
		}, "InvalidParameterException: LogStream names and LogStream name prefix are mutually exclusive parameters."},
		{"no name in the list", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNames = []string{} }, "InvalidParameterException: 1 validation error detected: Value '[]' at 'logStreamNames' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"100 names", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNames = names(100) }, ""},
		{"101 names", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogStreamNames = names(101) }, "InvalidParameterException: 1 validation error detected: Value '[" + strings.Join(names(101), ", ") + "]' at 'logStreamNames' failed to satisfy constraint: Member must have length less than or equal to 100"},
		{"a limit of 0", func(in *cloudwatchlogs.FilterLogEventsInput) { in.Limit = aws.Int32(0) }, "InvalidParameterException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"a limit of 10,001", func(in *cloudwatchlogs.FilterLogEventsInput) { in.Limit = aws.Int32(10_001) }, "InvalidParameterException: 1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000"},
		{"a token that is none", func(in *cloudwatchlogs.FilterLogEventsInput) { in.NextToken = aws.String("abc") }, "InvalidParameterException: The specified nextToken is invalid."},
		{"a pattern with a character that needs quotes", func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String("worker/*") }, "InvalidParameterException: Invalid character(s) in term 'worker/*'"},
		{"a pattern that does not end", func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String("{ $.n = 1") }, "InvalidParameterException: If a filter pattern starts with '{' it must end with '}'"},
		{"any other wrong pattern", func(in *cloudwatchlogs.FilterLogEventsInput) { in.FilterPattern = aws.String(`"open`) }, `InvalidParameterException: Invalid filter pattern: character 1: the quote is not closed (write "…", and \" for a quote inside)`},
		{"a pattern of 1,025 characters", func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.FilterPattern = aws.String(strings.Repeat("X", 1025))
		}, "InvalidParameterException: 1 validation error detected: Value '" + strings.Repeat("X", 1025) + "' at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to 1024"},
		{"a class that cannot be filtered", func(in *cloudwatchlogs.FilterLogEventsInput) { in.LogGroupName = aws.String("rare") }, "InvalidOperationException: The log group rare is of log-group-class INFREQUENT_ACCESS. FilterLogEvents is not supported for this log class."},
		{"the newest first of all time", func(in *cloudwatchlogs.FilterLogEventsInput) { in.StartFromHead = aws.Bool(false) }, tail},
		{"the newest first from before 2024", func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.StartFromHead, in.StartTime = aws.Bool(false), aws.Int64(1_704_067_200_000-1)
		}, tail},
		{"the newest first from 2024 on", func(in *cloudwatchlogs.FilterLogEventsInput) {
			in.StartFromHead, in.StartTime = aws.Bool(false), aws.Int64(1_704_067_200_000)
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := filterInput("g")
			tt.change(in)
			_, err := l.FilterLogEvents(l.ctx, in)
			if tt.want != "" {
				servicetest.WantError(t, "FilterLogEvents", err, tt.want)
			} else if err != nil {
				t.Errorf("FilterLogEvents: %v", err)
			}
		})
	}
}

func TestFilterLogEventsListsHoldStill(t *testing.T) {
	for _, tt := range []struct {
		name string
		head bool
		want string
	}{
		{"oldest first", true, "0 1 2 3"},
		{"newest first", false, "3 2 1 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			g := l.addGroup("g", nil)
			l.addStream(g, "s")
			l.putTexts("g", "s", "0", "1", "2", "3")
			in := filterInput("g")
			in.Limit, in.StartFromHead, in.StartTime = aws.Int32(1), &tt.head, aws.Int64(l.ms(-time.Hour))
			var got []string
			for range 10 {
				out, err := l.FilterLogEvents(l.ctx, in)
				l.must(err)
				for _, e := range out.Events {
					got = append(got, *e.Message)
				}
				if in.NextToken = out.NextToken; in.NextToken == nil {
					break
				}
				in.StartFromHead = nil // the token's direction counts
				later := fmt.Sprintf("stream %d", len(got))
				l.addStream(g, later)
				l.put("g", "s", event(l.ms(-time.Minute), "late"), event(l.ms(0)+2, "late"))
				l.put("g", later, event(l.ms(0)+1, "late"))
				l.restart()
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("FilterLogEvents while others write = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestFilterLogEventsTokenExpires(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	l.putTexts("g", "s", "0", "1")
	in := filterInput("g")
	in.Limit = aws.Int32(1)
	out, err := l.FilterLogEvents(l.ctx, in)
	l.must(err)
	in.NextToken = out.NextToken
	l.clock = l.clock.Add(day)
	if _, err := l.FilterLogEvents(l.ctx, in); err != nil {
		t.Errorf("FilterLogEvents with a token of 24 hours: %v", err)
	}
	l.clock = l.clock.Add(time.Second)
	_, err = l.FilterLogEvents(l.ctx, in)
	servicetest.WantError(t, "FilterLogEvents", err, "InvalidParameterException: The specified nextToken is invalid.")
}

func TestFilterLogEventsHidesDeletedStreams(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	gone := l.addStream(g, "s")
	l.addStream(g, "kept")
	l.putTexts("g", "s", "0", "1")
	l.putTexts("g", "kept", "k")
	l.dropStream(g, gone)
	if got := l.filtered(filterInput("g")); got != "k" {
		t.Errorf("FilterLogEvents = %q, want k", got)
	}
	l.addStream(g, "s")
	l.putTexts("g", "s", "new")
	if got := l.filtered(filterInput("g")); got != "k new" {
		t.Errorf("FilterLogEvents after the stream was made again = %q, want k new", got)
	}
	if got, _ := l.got(getInput("g", "s")); got != "new" {
		t.Errorf("GetLogEvents of the stream made again = %q, want new", got)
	}
}

// A countingTable counts pages.
type countingTable struct {
	table.Table
	pages int
}

func (c *countingTable) Page(ctx context.Context, p table.Page) (*column.Batch, table.Stats, error) {
	c.pages++
	return c.Table.Page(ctx, p)
}

func TestFilterLogEventsPassesDeletedStreamsInLargeSteps(t *testing.T) {
	l := newLab(t)
	counting := &countingTable{Table: l.opts.Events}
	l.opts.Events = counting
	l.restart()
	g := l.addGroup("g", nil)
	gone := l.addStream(g, "gone")
	l.addStream(g, "s")
	l.putTexts("g", "gone", strings.Split(strings.Repeat("x", 5000), "")...)
	l.clock = l.clock.Add(time.Minute)
	l.putTexts("g", "s", "found")
	l.dropStream(g, gone)
	in := filterInput("g")
	in.Limit = aws.Int32(1)
	out, err := l.FilterLogEvents(l.ctx, in)
	l.must(err)
	if len(out.Events) != 1 || counting.pages > 20 {
		t.Errorf("FilterLogEvents read %d pages for %d events behind 5000 of a deleted stream, want 1 in few pages", counting.pages, len(out.Events))
	}
}

func TestFilterLogEventsReadsAFullPageOnce(t *testing.T) {
	l := newLab(t)
	counting := &countingTable{Table: l.opts.Events}
	l.opts.Events = counting
	l.restart()
	l.addStream(l.addGroup("g", nil), "s")
	for i := range 2 {
		l.put("g", "s", event(l.ms(0)+int64(i), strings.Repeat("x", 700_000)))
	}
	out, err := l.FilterLogEvents(l.ctx, filterInput("g"))
	l.must(err)
	if len(out.Events) != 1 || out.NextToken == nil || counting.pages != 1 {
		t.Errorf("FilterLogEvents read %d pages for %d events, token %t; want 1, 1, true", counting.pages, len(out.Events), out.NextToken != nil)
	}
}

// TestFilterLogEventsIsBounded checks that a call that finds nothing ends with a token long before the end of a large group.
func TestFilterLogEventsIsBounded(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	large := strings.Repeat("x", maxMessage)
	const n = maxLookedBytes/maxMessage + 10
	for i := range n {
		l.put("g", "s", event(l.ms(0)+int64(i), large))
	}
	l.putTexts("g", "s", "needle") // by time the first but one
	l.put("g", "s", event(l.ms(time.Hour), "needle"))
	in := filterInput("g")
	in.FilterPattern = aws.String("needle")
	if got, want := l.pageSizes(in), "[1 1]"; got != want {
		t.Errorf("events in pages %s, want %s", got, want)
	}
}

func TestFilterLogEventsBytes(t *testing.T) {
	l := newLab(t)
	l.addStream(l.addGroup("g", nil), "s")
	half := strings.Repeat("h", 1<<19)
	for i, m := range []string{half, half, "x", strings.Repeat("m", maxMessage), strings.Repeat("y", 26)} {
		l.put("g", "s", event(l.ms(0)+int64(i), m))
	}
	in := filterInput("g")
	if got, want := l.pageSizes(in), "[2 2 1]"; got != want {
		t.Errorf("events in pages %s, want %s", got, want)
	}
}

func TestFilterLogEventsOfManyStreamsWithAPrefix(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	for i := range maxPrefixStreams + 2 {
		l.addStream(g, fmt.Sprintf("a%05d", i))
	}
	l.addStream(g, "b")
	last := fmt.Sprintf("a%05d", maxPrefixStreams+1)
	l.putTexts("g", last, "last")
	l.putTexts("g", "a00000", "first")
	l.putTexts("g", "b", "other")
	in := filterInput("g")
	in.LogStreamNamePrefix = aws.String("a")
	if got := l.filtered(in); got != "last first" {
		t.Errorf("FilterLogEvents with a prefix of %d streams = %q, want last first", maxPrefixStreams+2, got)
	}
}

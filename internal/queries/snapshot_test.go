package queries

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights/exec"
)

// TestStatisticsGrowWithoutRows looks at queries that have nothing to show while they run.
func TestStatisticsGrowWithoutRows(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		matched    float64
	}{
		{"a number that is nowhere", "filter n > 5000", 0},
		{"rows that wait for others", "stats count(*) as c by n | stats sum(c) as s", 512},
		{"the other side of a join", "join left=l right=r where l.n = r.n (SOURCE 'other' | fields n) | stats count(*) as c", 512},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, Limits{})
			l.put(l.group("app"), "s", numbered(1000)...)
			l.put(l.group("other"), "s", numbered(1000)...)
			open := l.table.shut(1)
			defer open()
			id := l.start(input(tt.text, "app"))
			out := l.until(id, func(out *cloudwatchlogs.GetQueryResultsOutput) bool {
				return out.Statistics.RecordsScanned >= 512 && out.Statistics.RecordsMatched >= tt.matched
			})
			if st := out.Statistics; out.Status != types.QueryStatusRunning || len(out.Results) > 0 || st.BytesScanned == 0 || st.RecordsMatched != tt.matched {
				t.Errorf("while it runs: %s with %d rows, %+v, want none, and %v matched", out.Status, len(out.Results), st, tt.matched)
			}
		})
	}
}

// TestRowsOfARunningQueryAreBounded checks how many rows are shown while a query runs, and that all are in the end.
func TestRowsOfARunningQueryAreBounded(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s", numbered(3000)...)
	open := l.table.shut(4) // of 512 rows
	defer open()
	in := input("fields n | sort n asc", "app")
	in.Limit = aws.Int32(2500)
	id := l.start(in)
	out := l.until(id, func(out *cloudwatchlogs.GetQueryResultsOutput) bool { return len(out.Results) >= shownRows })
	if len(out.Results) != shownRows || out.NextToken != nil || *out.Results[shownRows-1][0].Value != "999" {
		t.Errorf("%d rows while it runs, next token %v, want the first %d in order", len(out.Results), out.NextToken, shownRows)
	}
	open()
	if out := l.wait(id); len(out.Results) != 2500 {
		t.Errorf("%d rows in the end, want 2500", len(out.Results))
	}
}

// TestStoppedQueriesKeepTheirRows stops queries at several places. How many rows there is time for depends on the machine: never fewer than
// were shown.
func TestStoppedQueriesKeepTheirRows(t *testing.T) {
	const all = 101_000
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s", numbered(all)...)
	for _, tt := range []struct {
		name, text     string
		scans, batches int // that are done
		matched        float64
		shown, most    int // rows: at least, before it is stopped and then; at most, then
	}{
		{"many groups", "stats count(*) by n", 0, 197, 197 * 512, shownRows, 10_000},
		{"many groups to be sorted", "stats count(*) by n, n + 1 as m | sort n | limit 100000", 0, 197, 197 * 512, shownRows, 100_000},
		{"log rows", "filter n >= 0 | fields n | limit 100000", 0, 100, 100 * 512, shownRows, 100 * 512},
		{"texts that are read in their places", "fields @message | limit 100000", 0, 100, 100 * 512, firstPlaces, 100 * 512},
		{"texts that are read next", "fields @message, n | limit 100000", 1, 0, 100_000, firstPlaces, 100_000},
		{"texts that are being read", "fields @message, n | limit 100000", 1, 100, 100_000, shownRows, 100 * 512},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l.t = t
			defer l.table.shutAfter(tt.scans, tt.batches)()
			in := input(tt.text, "app")
			in.EndTime = aws.Int64(labStart.Unix() + 2*all)
			id := l.start(in)
			l.until(id, func(out *cloudwatchlogs.GetQueryResultsOutput) bool {
				return out.Statistics.RecordsMatched >= tt.matched && len(out.Results) >= tt.shown
			})
			if _, err := l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: &id}); err != nil {
				t.Fatal(err)
			}
			out := l.wait(id)
			if rows := int(out.Statistics.ResultCount); out.Status != types.QueryStatusCancelled || rows < tt.shown || rows > tt.most {
				t.Errorf("stopped query: %s, %d rows, want Cancelled with %d to %d", out.Status, rows, tt.shown, tt.most)
			}
			if out.Statistics.RecordsMatched < tt.matched {
				t.Errorf("stopped query: %v matched, and %v before", out.Statistics.RecordsMatched, tt.matched)
			}
		})
	}
}

// TestRowsDoNotVanish asks for queries again and again until they have ended.
func TestRowsDoNotVanish(t *testing.T) {
	const all = 20_000
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s", numbered(all)...)
	for _, text := range []string{
		"stats count(*) as c by n, @message | sort c | limit 5", "sort @message | limit 100000", "fields @message, n | limit 100000", "pattern @message",
	} {
		in := input(text, "app")
		in.EndTime = aws.Int64(labStart.Unix() + 2*all)
		id, before := l.start(in), &cloudwatchlogs.GetQueryResultsOutput{Statistics: &types.QueryStatistics{}}
		l.until(id, func(out *cloudwatchlogs.GetQueryResultsOutput) bool {
			now, was := out.Statistics, before.Statistics
			if len(out.Results) < min(len(before.Results), 1) {
				t.Errorf("%q: %s with %d rows, and %d before", text, out.Status, len(out.Results), len(before.Results))
			}
			if now.RecordsMatched < was.RecordsMatched || now.RecordsScanned < was.RecordsScanned || now.BytesScanned < was.BytesScanned {
				t.Errorf("%q: %+v, and %+v before", text, now, was)
			}
			before = out
			return !isOpen(out.Status)
		})
	}
}

// TestLooksAreRare asks for a query's rows again and again while a look is not due.
func TestLooksAreRare(t *testing.T) {
	q := &query{}
	q.snapshot.running = t.Context()
	seen := &exec.Result{}
	q.snapshot.mu.result, q.snapshot.mu.due = seen, time.Now().Add(time.Hour)
	if got := q.shown(t.Context()); got != seen {
		t.Errorf("shown before a look is due = %v, want what was seen", got)
	}
	q.snapshot.mu.due = time.Time{}
	q.snapshot.look.Lock()
	if got := q.shown(t.Context()); got != seen {
		t.Errorf("shown while somebody looks = %v, want what was seen", got)
	}
	q.snapshot.look.Unlock()
	if got := q.shown(t.Context()); got != seen || q.snapshot.mu.due.IsZero() {
		t.Errorf("shown = %v when there is nothing to see, due at %v, want what was seen and a time", got, q.snapshot.mu.due)
	}
	q.snapshot.forget()
	if got := q.snapshot.last(); got != nil {
		t.Errorf("last = %v when it was forgotten, want nothing", got)
	}
}

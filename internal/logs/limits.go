package logs

import "time"

// Limits are the quotas of an account in a region, except where a comment says otherwise. A zero field means AWS's default,
// which the comment gives (CloudWatch Logs quotas and API reference, November 2026).
type Limits struct {
	Groups        int // log groups; 1,000,000
	MetricFilters int // of a log group; 100
	Subscriptions int // subscription filters of a log group; 2
	RegexFilters  int // metric and subscription filters with a regular expression, of a log group; 5
	Tags          int // of a resource; 50

	BatchEvents int           // of a PutLogEvents; 10,000
	BatchBytes  int           // of a PutLogEvents, each event's message with 26 bytes more; 1,048,576
	EventBytes  int           // of one message; 1,048,576 less those 26
	BatchSpan   time.Duration // from the first to the last event of a PutLogEvents; 24 h
	OldEvents   time.Duration // how far an event may lie in the past; 14 days
	NewEvents   time.Duration // how far an event may lie in the future; 2 h
	PageEvents  int           // of GetLogEvents and FilterLogEvents; 10,000
	PageBytes   int           // of GetLogEvents and FilterLogEvents; 1,048,576
}

// withDefaults returns l with AWS's numbers where it has none.
func (l Limits) withDefaults() Limits {
	for _, n := range []struct {
		field *int
		aws   int
	}{
		{&l.Groups, 1_000_000},
		{&l.MetricFilters, 100},
		{&l.Subscriptions, 2},
		{&l.RegexFilters, 5},
		{&l.Tags, 50},
		{&l.BatchEvents, 10_000},
		{&l.BatchBytes, 1 << 20},
		{&l.EventBytes, 1<<20 - 26},
		{&l.PageEvents, 10_000},
		{&l.PageBytes, 1 << 20},
	} {
		if *n.field == 0 {
			*n.field = n.aws
		}
	}
	for _, d := range []struct {
		field *time.Duration
		aws   time.Duration
	}{
		{&l.BatchSpan, 24 * time.Hour},
		{&l.OldEvents, 14 * 24 * time.Hour},
		{&l.NewEvents, 2 * time.Hour},
	} {
		if *d.field == 0 {
			*d.field = d.aws
		}
	}
	return l
}

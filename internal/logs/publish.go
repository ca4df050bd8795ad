package logs

import (
	"context"
	"maps"
	"sync"
	"time"
)

// A MetricDatum is one value that a metric filter found in an event.
type MetricDatum struct {
	Account, Region string
	Namespace, Name string
	Unit            string            // as CloudWatch's
	Dimensions      map[string]string // up to three
	Time            int64             // the event's, ms
	Value           float64
}

// Accepted is events of one stream that were stored.
type Accepted struct {
	Group    *Group
	Stream   string
	Times    []int64  // ms, rising
	Messages []string // without what is sensitive
	Ingested int64    // ms
}

// An acceptedBatch is the same for filters.
type acceptedBatch struct {
	group    *Group
	stream   string
	times    []int64 // ms
	messages []string
	id       func(i int) string // the id of event i, as readers see it

	transformed []string // what filters see that are to see transformed events
}

// seen returns what a filter sees.
func (b *acceptedBatch) seen(transformed bool) []string {
	if transformed {
		return b.transformed
	}
	return b.messages
}

// applyFilters gives a batch to the metric and subscription filters of its group. What goes wrong there is told to the hooks: the
// events are stored, and PutLogEvents succeeds.
func (s *Service) applyFilters(ctx context.Context, b acceptedBatch) {
	if b.group.MetricFilters+b.group.Subscriptions == 0 {
		return
	}
	c, err := s.filters(ctx, b.group)
	if err != nil {
		s.sinkFailed(b.group.Name, "", err)
		return
	}
	for _, f := range c.metrics {
		s.publish(ctx, b.group, f.Name, s.measured(f, b))
	}
	for _, f := range c.subscriptions {
		s.deliver(ctx, f, b)
	}
}

func (s *Service) sinkFailed(group, filter string, err error) {
	if s.opts.Hooks.SinkFailed != nil {
		s.opts.Hooks.SinkFailed(group, filter, err)
	}
}

// publish gives data to the sink.
func (s *Service) publish(ctx context.Context, g *Group, filter string, data []MetricDatum) {
	if len(data) == 0 || s.opts.Metrics == nil {
		return
	}
	if err := s.opts.Metrics(ctx, data); err != nil {
		s.sinkFailed(g.Name, filter, err)
	}
}

// measured returns what f finds in b, and keeps in mind the minutes in which it found nothing.
func (s *Service) measured(f compiledMetric, b acceptedBatch) []MetricDatum {
	var data []MetricDatum
	for i, message := range b.seen(f.Transformed) {
		matches := f.pattern.MatchString(message)
		if f.Default != nil {
			s.defaults.saw(f, b.group, b.times[i], s.now(), matches)
		}
		if !matches {
			continue
		}
		if d, ok := f.datum(b.group, b.times[i], []byte(message)); ok {
			data = append(data, d)
		}
	}
	return data
}

// datum returns what f finds in an event that its pattern matches. An event without a number for the value, or without one of the
// dimensions, gives none.
func (f compiledMetric) datum(g *Group, at int64, event []byte) (MetricDatum, bool) {
	d := f.unvalued(g, at)
	var ok bool
	if d.Value, ok = f.value.Float(event); !ok {
		return d, false
	}
	for _, dim := range f.dimensions {
		text, ok := dim.value.Text(event)
		if !ok {
			return d, false
		}
		d.Dimensions[dim.name] = text
	}
	return d, true
}

// unvalued returns a datum of f without a value and without dimensions from an event.
func (f compiledMetric) unvalued(g *Group, at int64) MetricDatum {
	d := MetricDatum{Account: g.account, Region: g.region, Namespace: f.Namespace, Name: f.Metric, Unit: string(f.Unit), Dimensions: map[string]string{}, Time: at}
	if d.Unit == "" {
		d.Unit = "None"
	}
	for _, field := range f.SystemFields {
		d.Dimensions[field] = map[string]string{"@aws.account": g.account, "@aws.region": g.region}[field]
	}
	return d
}

// quietMinutes keeps the minutes of events for filters with a default value, which publish it for a minute with events of which
// none matched. A crash forgets them. A minute whose events come in over more than a minute may get both.
type quietMinutes struct {
	mu struct {
		sync.Mutex
		minutes map[filterMinute]quiet
	}
}

type filterMinute struct {
	group  int64
	filter string
	minute int64 // ms of its beginning
}

type quiet struct {
	matched bool
	since   int64         // ms: when its first event came
	datum   []MetricDatum // one: what it publishes if nothing matched
	group   *Group
}

// maxQuietMinutes bounds the memory for minutes of old events: some 30 MB. What comes on top publishes no default.
const maxQuietMinutes = 100_000

// saw keeps in mind that f saw an event of the time at, now; both in ms.
func (q *quietMinutes) saw(f compiledMetric, g *Group, at, now int64, matched bool) {
	key := filterMinute{int64(g.Partition), f.Name, at - at%60_000}
	q.mu.Lock()
	defer q.mu.Unlock()
	m, known := q.mu.minutes[key]
	if !known {
		if len(q.mu.minutes) >= maxQuietMinutes {
			return
		}
		d := f.unvalued(g, key.minute)
		d.Value = *f.Default
		m = quiet{since: now, datum: []MetricDatum{d}, group: g}
	}
	m.matched = m.matched || matched
	if q.mu.minutes == nil {
		q.mu.minutes = map[filterMinute]quiet{}
	}
	q.mu.minutes[key] = m
}

// ended takes out the minutes that were seen first at least a minute before now.
func (q *quietMinutes) ended(now time.Time) map[filterMinute]quiet {
	q.mu.Lock()
	defer q.mu.Unlock()
	ended := map[filterMinute]quiet{}
	for key, m := range q.mu.minutes {
		if m.since+60_000 <= now.UnixMilli() {
			ended[key] = m
		}
	}
	maps.DeleteFunc(q.mu.minutes, func(key filterMinute, _ quiet) bool { _, gone := ended[key]; return gone })
	return ended
}

// publishDefaults publishes the default values of the minutes that have ended by now.
func (s *Service) publishDefaults(ctx context.Context, now time.Time) {
	for key, m := range s.defaults.ended(now) {
		if !m.matched {
			s.publish(ctx, m.group, key.filter, m.datum)
		}
	}
}

package logs

import "context"

// A MetricDatum is one value that a metric filter found in an event.
type MetricDatum struct {
	Account, Region string
	Namespace, Name string
	Unit            string            // as CloudWatch's; "None" if the filter has none
	Dimensions      map[string]string // up to five
	Time            int64             // the event's, ms
	Value           float64
}

// An acceptedBatch is events of one stream that were stored.
type acceptedBatch struct {
	group    *Group
	stream   string
	times    []int64 // ms
	messages []string
	id       func(i int) string // the id of event i, as readers see it
}

// applyFilters gives a batch to the metric and subscription filters of its group. What goes wrong there is told to the hooks: the
// events are stored, and PutLogEvents succeeds.
func (s *Service) applyFilters(ctx context.Context, b acceptedBatch) {
	if b.group.MetricFilters+b.group.Subscriptions == 0 {
		return
	}
}

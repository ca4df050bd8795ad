package emf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// Put records a value with the values of the metric's dimensions, in the order of their definition. Below a unit of
// work the value is written at the unit's end, else at once. What cannot become a metric (NaN, an infinity, a dimension
// too many or too few, an empty or too long one, more bytes than an event may have, a name that eventlog's Options.Keys
// give to a field of the head) is written as an event with metrics_error, and OnProblem is told.
func (m *Metric) Put(ctx context.Context, value float64, dimensions ...string) {
	if m.meter.opts.Disabled {
		return
	}
	if err := m.check(value, dimensions); err != nil {
		m.refuse(ctx, value, dimensions, err)
		return
	}
	if b := m.meter.batchOf(ctx); b != nil && b.add(ctx, m, value, dimensions) {
		return
	}
	d := newDocument(m, dimensions)
	d.add(m, value)
	d.write(ctx)
}

// PutMs records a duration as a number of milliseconds.
func (m *Metric) PutMs(ctx context.Context, d time.Duration, dimensions ...string) {
	m.Put(ctx, float64(d)/float64(time.Millisecond), dimensions...)
}

func (m *Metric) check(value float64, dimensions []string) error {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("value %v is not finite", value)
	}
	if len(dimensions) != len(m.dimensions) {
		return fmt.Errorf("%d dimension values, want %d: %q", len(dimensions), len(m.dimensions), m.dimensions)
	}
	for i, v := range dimensions {
		if err := checkDimensionValue(m.dimensions[i], v); err != nil {
			return err
		}
	}
	return nil
}

// checkReserved checks that log's events have room for the names of m and its dimensions.
func (m *Metric) checkReserved(log *eventlog.Logger) error {
	names := append([]string{m.name}, m.dimensions...)
	for _, d := range m.meter.opts.Dimensions {
		names = append(names, d.Name)
	}
	for _, name := range names {
		if log.Reserved(name) {
			return fmt.Errorf("name %q is that of a field every event of this logger has: see eventlog's Options.Keys", name)
		}
	}
	return nil
}

// refuse writes a value that is no metric as an event, so that it is not lost.
func (m *Metric) refuse(ctx context.Context, value float64, dimensions []string, err error) {
	err = fmt.Errorf("metric %q: %w", m.name, err)
	if m.meter.opts.OnProblem != nil {
		m.meter.opts.OnProblem(err)
	}
	attrs := []slog.Attr{slog.String("metrics_error", err.Error()), slog.Float64(m.name, value)}
	for i, v := range dimensions {
		if i < len(m.dimensions) {
			attrs = append(attrs, slog.String(m.dimensions[i], v))
		}
	}
	eventlog.Emit(ctx, slog.LevelWarn, m.meter.opts.Tag, attrs...)
}

// A batch is what a unit of work has gathered for one meter. A nil batch gathers nothing.
type batch struct {
	mu        sync.Mutex
	documents map[string]*document // by dimension names and values
	order     []*document
	written   bool
}

// batchOf returns the batch of ctx's unit of work, or nil outside of one.
func (m *Meter) batchOf(ctx context.Context) *batch {
	unit := eventlog.Current(ctx)
	if unit == nil {
		return nil
	}
	if b, ok := m.batches.Load(unit); ok {
		return b.(*batch)
	}
	b, there := m.batches.LoadOrStore(unit, &batch{documents: map[string]*document{}})
	if !there {
		unit.AtEnd(func(ctx context.Context) {
			m.batches.Delete(unit)
			b.(*batch).write(ctx)
		})
	}
	return b.(*batch)
}

// add puts a value into the batch, and writes a document that is full. It reports false when the unit is over: the value
// then goes out alone.
func (b *batch) add(ctx context.Context, m *Metric, value float64, dimensions []string) bool {
	full, ok := b.put(m, value, dimensions)
	if full != nil {
		full.write(ctx)
	}
	return ok
}

// put is add without the writing: it returns the document that was full.
func (b *batch) put(m *Metric, value float64, dimensions []string) (full *document, ok bool) {
	key := strings.Join(m.dimensions, "\x00") + "\x01" + strings.Join(dimensions, "\x00")
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written {
		return nil, false
	}
	d := b.documents[key]
	if d == nil {
		d = newDocument(m, dimensions)
		b.documents[key] = d
		b.order = append(b.order, d)
	}
	if d.add(m, value) {
		return nil, true
	}
	full = new(document)
	*full, *d = *d, *newDocument(m, dimensions)
	d.add(m, value)
	return full, true
}

// write writes what was gathered.
func (b *batch) write(ctx context.Context) {
	b.mu.Lock()
	b.written = true
	b.mu.Unlock()
	for _, d := range b.order { // nobody else has them any more
		d.write(ctx)
	}
}

// FromUnit makes metrics of the event of ctx's unit of work itself: each of the metrics names a field that the event
// has as a number, and each of the metric's dimensions one that it has as a string; nothing is written twice. All
// metrics must have the same dimensions. The meter's own dimensions are set as fields of the unit. The event is then
// written whatever the logger's level.
func (m *Meter) FromUnit(ctx context.Context, metrics ...*Metric) error {
	unit := eventlog.Current(ctx)
	switch {
	case m.opts.Disabled:
		return nil
	case unit == nil:
		return errors.New("metrics from a unit of work: the context has none (see eventlog.Begin)")
	case len(metrics) == 0 || len(metrics) > MaxMetrics:
		return fmt.Errorf("metrics from a unit of work: %d metrics, want 1 to %d", len(metrics), MaxMetrics)
	}
	d := newDocument(metrics[0], nil)
	for _, x := range metrics {
		if x.meter != m || strings.Join(x.dimensions, "\x00") != strings.Join(d.names, "\x00") {
			return fmt.Errorf("metric %q: of another meter or with other dimensions than metric %q", x.name, metrics[0].name)
		}
		if err := x.checkReserved(eventlog.From(ctx)); err != nil {
			return fmt.Errorf("metric %q: %w", x.name, err)
		}
		d.metrics = append(d.metrics, series{metric: x})
	}
	attrs := []slog.Attr{eventlog.JSON("_aws", d.meta())}
	for _, x := range m.opts.Dimensions {
		attrs = append(attrs, slog.String(x.Name, x.Value))
	}
	unit.Set(attrs...)
	unit.Always()
	return nil
}

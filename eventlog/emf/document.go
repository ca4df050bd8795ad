package emf

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A document is one EMF document while it gathers: metrics that share their dimensions' values.
type document struct {
	meter   *Meter
	at      time.Time
	names   []string // of the metrics' own dimensions
	values  []string // of names
	metrics []series // in the order of their first value
}

// A series is a metric and its values in a document.
type series struct {
	metric *Metric
	values []float64
}

func newDocument(m *Metric, dimensions []string) *document {
	return &document{meter: m.meter, at: m.meter.opts.Now(), names: m.dimensions, values: dimensions}
}

// add adds a value. It reports false when the document has no room for it.
func (d *document) add(m *Metric, value float64) bool {
	for i := range d.metrics {
		if s := &d.metrics[i]; s.metric.name == m.name && s.metric.unit == m.unit {
			if len(s.values) == MaxValues {
				return false
			}
			s.values = append(s.values, value)
			return true
		}
	}
	for i := range d.metrics {
		if d.metrics[i].metric.name == m.name {
			return false // one member cannot have two units
		}
	}
	if len(d.metrics) == MaxMetrics {
		return false
	}
	d.metrics = append(d.metrics, series{m, []float64{value}})
	return true
}

// write writes the document as an event, or as several if it is too large for one. Its members are a logger's own
// fields, since those stand before all others: a field of the context that has a metric's or a dimension's name gives
// way. A single value that has no room with its dimensions is refused, and so are the metrics of names that the
// logger's head has.
func (d *document) write(ctx context.Context) {
	log, tag := eventlog.From(ctx), d.meter.opts.Tag
	if d.refuseReserved(ctx, log); len(d.metrics) == 0 {
		return
	}
	attrs := d.attrs()
	if room, need := log.Room(tag), size(attrs); need > room {
		if a, b := d.halves(); a != nil {
			a.write(ctx)
			b.write(ctx)
			return
		}
		s := d.metrics[0]
		s.metric.refuse(ctx, s.values[0], d.values, fmt.Errorf("%d bytes with its dimensions, room for %d: see eventlog's Options.MaxBytes", need, room))
		return
	}
	log.With(attrs...).Emit(ctx, slog.LevelInfo, tag)
}

// refuseReserved takes the metrics out of the document that log's events cannot have.
func (d *document) refuseReserved(ctx context.Context, log *eventlog.Logger) {
	var left []series
	for _, s := range d.metrics {
		err := s.metric.checkReserved(log)
		if err == nil {
			left = append(left, s)
			continue
		}
		for _, v := range s.values {
			s.metric.refuse(ctx, v, d.values, err)
		}
	}
	d.metrics = left
}

// attrs returns the document's members.
func (d *document) attrs() []slog.Attr {
	attrs := []slog.Attr{eventlog.JSON("_aws", d.meta())}
	for _, x := range d.meter.opts.Dimensions {
		attrs = append(attrs, slog.String(x.Name, x.Value))
	}
	for i, name := range d.names {
		attrs = append(attrs, slog.String(name, d.values[i]))
	}
	for _, s := range d.metrics {
		if len(s.values) == 1 {
			attrs = append(attrs, slog.Float64(s.metric.name, s.values[0]))
			continue
		}
		attrs = append(attrs, eventlog.JSON(s.metric.name, numbers(s.values)))
	}
	return attrs
}

// halves parts a document in two: its metrics, or the values of its only one. A document of one value has no halves.
func (d *document) halves() (a, b *document) {
	first, second := *d, *d
	if n := len(d.metrics); n > 1 {
		first.metrics, second.metrics = d.metrics[:n/2], d.metrics[n/2:]
		return &first, &second
	}
	s := d.metrics[0]
	n := len(s.values)
	if n == 1 {
		return nil, nil
	}
	first.metrics, second.metrics = []series{{s.metric, s.values[:n/2]}}, []series{{s.metric, s.values[n/2:]}}
	return &first, &second
}

// size returns how many bytes members have at most, with a comma each.
func size(attrs []slog.Attr) int {
	n := 0
	for _, a := range attrs {
		n += len(",:") + textSize(a.Key)
		switch v := a.Value; v.Kind() {
		case slog.KindString:
			n += textSize(v.String())
		case slog.KindFloat64:
			n += maxNumber
		default:
			n += len(v.Any().(json.RawMessage))
		}
	}
	return n
}

// maxNumber is the size of the longest float64 as JSON, as in -0.0000012345678901234567.
const maxNumber = 25

func textSize(s string) int {
	text, err := json.Marshal(s)
	if err != nil {
		panic("BUG: JSON of a string: " + err.Error())
	}
	return len(text)
}

func numbers(values []float64) []byte {
	b := []byte{'['}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
	}
	return append(b, ']')
}

// The member _aws of a document, as the embedded metric format specification has it.
type (
	metadata struct {
		Timestamp         int64 // milliseconds since 1970
		CloudWatchMetrics []directive
	}
	directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []definition
	}
	definition struct {
		Name              string
		Unit              Unit `json:",omitempty"`
		StorageResolution int  `json:",omitempty"` // 1: by the second
	}
)

// meta returns the member _aws.
func (d *document) meta() []byte {
	set := []string{} // never null
	for _, x := range d.meter.opts.Dimensions {
		set = append(set, x.Name)
	}
	m := directive{Namespace: d.meter.opts.Namespace, Dimensions: [][]string{append(set, d.names...)}}
	for _, s := range d.metrics {
		def := definition{Name: s.metric.name, Unit: s.metric.unit}
		if d.meter.opts.HighResolution {
			def.StorageResolution = highResolutionSecs
		}
		m.Metrics = append(m.Metrics, def)
	}
	text, err := json.Marshal(metadata{Timestamp: d.at.UnixMilli(), CloudWatchMetrics: []directive{m}})
	if err != nil {
		panic("BUG: metadata of strings and numbers: " + err.Error())
	}
	return text
}

// Package emf turns measurements into CloudWatch metrics: JSON documents in CloudWatch's embedded metric format (EMF),
// written as events among the other events. It leaves aggregation and alarms to whoever reads the log.
//
// A [Meter] stands for a namespace and its fixed dimensions, a [Metric] for one metric of it. Both are checked when
// they are made, so that a call to [Metric.Put] can only be wrong in its values. Below a unit of work (see
// eventlog.Begin) values are gathered and written once, at the unit's end; elsewhere each is written at once.
//
//	meter := emf.Must(emf.New(emf.Options{Namespace: "Labels"}))
//	created := emf.Must(meter.Metric("labels_created", emf.Count, "carrier"))
//	…
//	created.Put(ctx, 1, "dhl")
//
// Documents are written whatever the logger's level. One that is larger than the logger's events may be (eventlog's
// Options.MaxBytes) is parted, so that no metric is cut off. CloudWatch reads a document at least once, so a metric may
// count twice after a retry of the shipper.
package emf

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Limits of a document (the embedded metric format specification; name lengths are those of a MetricDatum).
const (
	MaxMetrics         = 100  // metric definitions of a document
	MaxValues          = 100  // values of a metric in a document
	MaxDimensions      = 30   // keys of a dimension set
	maxName            = 255  // characters of a namespace, a metric's name, a dimension's name
	maxDimensionValue  = 1024 // characters
	defaultTag         = "metrics_recorded"
	highResolutionSecs = 1
)

// A Dimension is a name and its value, the same for every value of a meter.
type Dimension struct{ Name, Value string }

// Options tune a [Meter].
type Options struct {
	// Namespace is where the metrics stand. "" means POWERTOOLS_METRICS_NAMESPACE; one of the two is needed.
	Namespace string
	// Dimensions are on every metric. Nil means one, service, if POWERTOOLS_SERVICE_NAME is set.
	Dimensions []Dimension
	// HighResolution keeps metrics by the second, not by the minute.
	HighResolution bool
	// Disabled writes nothing. POWERTOOLS_METRICS_DISABLED=true does the same.
	Disabled bool
	// Tag is the tag of the documents. "" means metrics_recorded.
	Tag string
	// OnProblem is told of a value that cannot become a metric; the value is still written, as an event without
	// metrics whose metrics_error says why. Nil means nobody is told. It may be called by several goroutines at once.
	OnProblem func(error)
	// Now tells the time of a document. Nil means time.Now.
	Now func() time.Time
	// Getenv reads the environment. Nil means os.Getenv.
	Getenv func(string) string
}

// A Meter makes the metrics of a namespace. Its methods are safe for concurrent use.
type Meter struct {
	opts    Options
	batches sync.Map // *eventlog.Unit to *batch: what a unit of work has gathered
}

// New returns a meter, or every mistake in o.
func New(o Options) (*Meter, error) {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Namespace == "" {
		o.Namespace = o.Getenv("POWERTOOLS_METRICS_NAMESPACE")
	}
	if o.Dimensions == nil {
		if service := o.Getenv("POWERTOOLS_SERVICE_NAME"); service != "" {
			o.Dimensions = []Dimension{{"service", service}}
		}
	}
	if o.Tag == "" {
		o.Tag = defaultTag
	}
	if strings.EqualFold(o.Getenv("POWERTOOLS_METRICS_DISABLED"), "true") {
		o.Disabled = true
	}
	errs := []error{checkNamespace(o.Namespace)}
	if len(o.Dimensions) > MaxDimensions {
		errs = append(errs, fmt.Errorf("%d dimensions, at most %d", len(o.Dimensions), MaxDimensions))
	}
	seen := map[string]bool{}
	for _, d := range o.Dimensions {
		errs = append(errs, checkDimensionName(d.Name), checkDimensionValue(d.Name, d.Value))
		if seen[d.Name] {
			errs = append(errs, fmt.Errorf("dimension %q is there twice", d.Name))
		}
		seen[d.Name] = true
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("meter %q: %w", o.Namespace, err)
	}
	return &Meter{opts: o}, nil
}

// Must returns v, or panics with err: for variables of a package and for tests.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("BUG: %v", err))
	}
	return v
}

// A Metric is one metric of a meter's namespace, with the names of its own dimensions.
type Metric struct {
	meter      *Meter
	name       string
	unit       Unit
	dimensions []string
}

// Metric defines a metric: a name of 1 to 255 characters, one of CloudWatch's units, and the names of dimensions
// whose values come with each call of Put. With the meter's own there are at most 30 dimensions. All of them are members
// of one JSON object: no two may have the same name, and none that of a field which every event may have.
func (m *Meter) Metric(name string, unit Unit, dimensions ...string) (*Metric, error) {
	errs := []error{checkMetricName(name), unit.check()}
	if n := len(m.opts.Dimensions) + len(dimensions); n > MaxDimensions {
		errs = append(errs, fmt.Errorf("%d dimensions with the meter's own, at most %d", n, MaxDimensions))
	}
	seen := map[string]bool{name: true}
	for _, d := range m.opts.Dimensions {
		if d.Name == name {
			errs = append(errs, errors.New("the name is taken, by a dimension of the meter"))
		}
		seen[d.Name] = true
	}
	for _, d := range dimensions {
		errs = append(errs, checkDimensionName(d))
		if seen[d] {
			errs = append(errs, fmt.Errorf("dimension %q: the name is taken, by the metric or another dimension", d))
		}
		seen[d] = true
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("metric %q: %w", name, err)
	}
	return &Metric{meter: m, name: name, unit: unit, dimensions: dimensions}, nil
}

// reserved are members that every event may have: a metric or a dimension of that name would stand twice, or under
// another name than _aws says.
var reserved = map[string]bool{
	"time": true, "level": true, "tag": true, "msg": true, "timestamp": true, "message": true, "fn": true, "pkg": true,
	"truncated": true, "truncated_keys": true, "_aws": true, "metrics_error": true,
}

// checkName checks what the names of metrics and dimensions have in common.
func checkName(s string) error {
	if reserved[s] {
		return fmt.Errorf("name %q belongs to every event: choose another", s)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("name %q is not UTF-8", s)
	}
	return nil
}

func checkNamespace(s string) error {
	switch {
	case s == "":
		return errors.New("no namespace: set Options.Namespace or POWERTOOLS_METRICS_NAMESPACE")
	case utf8.RuneCountInString(s) > maxName:
		return fmt.Errorf("namespace of %d characters, at most %d", utf8.RuneCountInString(s), maxName)
	case strings.HasPrefix(s, ":"):
		return fmt.Errorf("namespace %q begins with a colon", s)
	}
	return nil
}

func checkMetricName(s string) error {
	if n := utf8.RuneCountInString(s); n < 1 || n > maxName {
		return fmt.Errorf("name of %d characters, want 1 to %d", n, maxName)
	}
	return checkName(s)
}

func checkDimensionName(s string) error {
	switch n := utf8.RuneCountInString(s); {
	case n < 1 || n > maxName:
		return fmt.Errorf("dimension name of %d characters, want 1 to %d", n, maxName)
	case strings.HasPrefix(s, ":"):
		return fmt.Errorf("dimension name %q begins with a colon", s)
	}
	if err := checkName(s); err != nil {
		return fmt.Errorf("dimension %w", err)
	}
	return nil
}

func checkDimensionValue(name, value string) error {
	if n := utf8.RuneCountInString(value); n < 1 || n > maxDimensionValue {
		return fmt.Errorf("dimension %q: value of %d characters, want 1 to %d", name, n, maxDimensionValue)
	}
	return nil
}

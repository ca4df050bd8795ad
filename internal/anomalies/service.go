// Package anomalies finds unusual log events: detectors learn which patterns the events of a log group have, and compare with them what
// comes. Mining patterns it leaves to insights/pattern, reading events to who makes a Service.
package anomalies

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Options say what a service works with. All but Limit and Hooks must be set.
type Options struct {
	Catalog catalog.Catalog // of detectors and what they found; this process is the only one that writes them
	Events  Events
	Sealer  *page.Sealer     // of the tokens of lists
	Now     func() time.Time // of everything, also of when detectors run
	Random  io.Reader        // of ids: crypto/rand's
	Limit   int              // detectors of an account and region; 0 means 500 [R]
	Hooks   Hooks
}

// Events are the log events of the caller that the context carries. Errors are the SDK's or a *fault.Error.
type Events interface {
	// Group returns the group that an ARN names, or fails with a *types.ResourceNotFoundException.
	Group(ctx context.Context, arn string) (Group, error)

	// Each calls f with the group's events with from <= time < to, in milliseconds, in no order and one at a time. It stops at an error of f,
	// and returns it.
	Each(ctx context.Context, group string, from, to int64, f func(at int64, message string) error) error
}

// A Group names a log group.
type Group struct {
	Name string
	ARN  string // without ":*"
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	Evaluated func(Evaluated)
	Failed    func(detector string, err error) // a run that is tried again
}

// Evaluated is what one run of a detector was.
type Evaluated struct {
	Detector string
	Took     time.Duration // by Options.Now
	Events   int64
	Found    int // anomalies, known ones too
}

// A Service has detectors. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return the
// SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts      Options
	detectors documents.Kind[detector]
	models    documents.Kind[model]   // by the detector's id
	habits    documents.Kind[habits]  // by the detector's id
	anomalies documents.Kind[anomaly] // by the detector's id, a slash, the anomaly's
	making    sync.Mutex              // held while detectors are counted and one is made
	changing  sync.Mutex              // held while anomalies are changed: by a run, or by who suppresses them
	wake      chan struct{}
}

// New returns a service.
func New(o Options) *Service {
	if o.Limit == 0 {
		o.Limit = 500
	}
	return &Service{
		opts:      o,
		detectors: documents.Kind[detector]{Catalog: o.Catalog, Name: "log-anomaly-detector"},
		models:    documents.Kind[model]{Catalog: o.Catalog, Name: "log-anomaly-model"},
		habits:    documents.Kind[habits]{Catalog: o.Catalog, Name: "log-anomaly-habits"},
		anomalies: documents.Kind[anomaly]{Catalog: o.Catalog, Name: "log-anomaly"},
		wake:      make(chan struct{}, 1),
	}
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("CreateLogAnomalyDetector", s.CreateLogAnomalyDetector),
		op.New("DeleteLogAnomalyDetector", s.DeleteLogAnomalyDetector),
		op.New("GetLogAnomalyDetector", s.GetLogAnomalyDetector),
		op.New("ListAnomalies", s.ListAnomalies),
		op.New("ListLogAnomalyDetectors", s.ListLogAnomalyDetectors),
		op.New("UpdateAnomaly", s.UpdateAnomaly),
		op.New("UpdateLogAnomalyDetector", s.UpdateLogAnomalyDetector),
	}
}

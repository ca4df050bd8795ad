package anomalies

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// lookEvery is how often it is looked which detectors have to run: AWS's least time between two runs is a minute.
const lookEvery = 10 * time.Second

// Run lets detectors run when they are due, one at a time, until ctx ends. It returns the context's error.
func (s *Service) Run(ctx context.Context) error {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		s.runAll(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.wake:
		case <-every.C:
		}
	}
}

// lookSoon lets Run look which detectors are due.
func (s *Service) lookSoon() {
	select {
	case s.wake <- struct{}{}:
	default: // it will
	}
}

// runAll runs all detectors that are due.
func (s *Service) runAll(ctx context.Context) {
	callers, err := s.detectors.Callers(ctx)
	s.failed(ctx, "", err)
	for _, c := range callers {
		as := caller.With(ctx, c)
		for d, err := range s.detectors.All(as, "") {
			if err != nil {
				s.failed(ctx, "", err)
				break
			}
			if ctx.Err() == nil && d.due(s.opts.Now()) {
				s.failed(ctx, d.ID, s.runOne(as, d.ID))
			}
		}
	}
}

// failed tells the owner, unless the service is about to end.
func (s *Service) failed(ctx context.Context, detector string, err error) {
	if err != nil && ctx.Err() == nil && s.opts.Hooks.Failed != nil {
		s.opts.Hooks.Failed(detector, err)
	}
}

// runOne runs a detector. One that cannot be run says so, and runs again when it is due; one without a log group runs no more.
func (s *Service) runOne(ctx context.Context, id string) error {
	d, version, err := s.detectors.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil // it was deleted
	}
	if err != nil {
		return err
	}
	r, err := s.newRun(d, version)
	if err != nil {
		return err
	}
	began := s.opts.Now()
	found, err := r.run(ctx, horizon(began))
	_, groupGone := errors.AsType[*types.ResourceNotFoundException](err)
	switch {
	case groupGone:
		d.Gone = true
		err = s.detectors.Put(ctx, id, d, version)
		if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
			err = nil // the next look decides anew
		}
		return err
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.NotFound):
		return nil // it was changed or deleted: the next look decides anew
	case err != nil && ctx.Err() == nil:
		d.Failed, d.Tried = true, began.UnixMilli()
		return errors.Join(err, s.detectors.Put(ctx, id, d, version))
	case err != nil:
		return err
	}
	if s.opts.Hooks.Evaluated != nil {
		s.opts.Hooks.Evaluated(Evaluated{Detector: id, Took: s.opts.Now().Sub(began), Events: r.events, Found: found})
	}
	return nil
}

// run trains the detector if it did not run yet, else looks at what came. It returns how many anomalies it saw.
func (r *run) run(ctx context.Context, to int64) (int, error) {
	s := r.service
	if r.d.Through == 0 {
		o, err := r.train(ctx, to)
		if err != nil {
			return 0, err
		}
		return 0, r.keep(ctx, o, nil, to)
	}
	m, h, err := s.modelOf(ctx, r.d.ID)
	if err != nil {
		return 0, err
	}
	known, err := s.all(ctx, r.d.ID)
	if err != nil {
		return 0, err
	}
	o, err := r.evaluate(ctx, m, h, known, to)
	if err != nil {
		return 0, err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	if known, err = s.all(ctx, r.d.ID); err != nil { // some may have been suppressed meanwhile
		return 0, err
	}
	return len(o.found), r.keep(ctx, o, known, to)
}

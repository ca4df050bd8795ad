package exports

import (
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// Run carries out tasks until ctx ends. Tasks that an earlier process left running go on where it was; those that waited run. It returns
// the context's error.
func (s *Service) Run(ctx context.Context) error {
	s.told(ctx, "look after export tasks of an earlier run", s.recover(ctx))
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { s.work(ctx) })
	}
	wg.Wait()
	return ctx.Err()
}

// recover starts what an earlier process left running or waiting, and ends what it left to be cancelled.
func (s *Service) recover(ctx context.Context) error {
	scopes, err := s.opts.Catalog.Scopes(ctx, taskKind)
	if err != nil {
		return err
	}
	var failed error
	for _, scope := range scopes {
		for e, err := range catalog.All(ctx, s.opts.Catalog, catalog.Query{Scope: scope, Terms: catalog.Terms{activeTerm}}) {
			if err != nil {
				return err
			}
			t, err := decoded(e)
			if err == nil && t.Status != types.ExportTaskStatusCodePendingCancel {
				s.start(e.Key)
				continue
			}
			_, err = s.change(ctx, e.Key, func(t *task) error {
				t.end(s.opts.Now().UnixMilli(), types.ExportTaskStatusCodeCancelled, saysCancelled)
				return nil
			})
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// start lets the task of k run, once.
func (s *Service) start(k catalog.Key) {
	s.mu.Lock()
	for _, waiting := range s.mu.queue {
		if waiting == k {
			s.mu.Unlock()
			return
		}
	}
	s.mu.queue = append(s.mu.queue, k)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default: // all are awake
	}
}

// next takes a task out of the queue; false if there is none.
func (s *Service) next() (k catalog.Key, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.mu.queue) == 0 {
		return k, false
	}
	k, s.mu.queue = s.mu.queue[0], s.mu.queue[1:]
	return k, true
}

// work carries out tasks until ctx ends.
func (s *Service) work(ctx context.Context) {
	for ctx.Err() == nil {
		if k, ok := s.next(); ok {
			s.told(ctx, "keep the state of an export task", s.carryOut(ctx, k))
			continue
		}
		select {
		case <-ctx.Done():
		case <-s.wake:
		}
	}
}

// errNotWaiting says that a task does not wait to be run any more.
var errNotWaiting = errors.New("the task does not wait")

// carryOut runs the task of k if it still waits, or is left of an earlier process. Its error is one of keeping the task's state.
func (s *Service) carryOut(ctx context.Context, k catalog.Key) error {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	s.mu.running[k] = cancel
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.mu.running, k)
	}()
	t, err := s.change(ctx, k, func(t *task) error {
		switch t.Status {
		case types.ExportTaskStatusCodePending, types.ExportTaskStatusCodeRunning:
			t.Status, t.Message = types.ExportTaskStatusCodeRunning, saysStarted
			return nil
		case types.ExportTaskStatusCodePendingCancel:
			t.end(s.opts.Now().UnixMilli(), types.ExportTaskStatusCodeCancelled, saysCancelled)
			return nil
		}
		return errNotWaiting
	})
	if errors.Is(err, errNotWaiting) {
		return nil
	}
	if err != nil || t.ended() {
		return err
	}
	began := s.opts.Now()
	w := &writing{task: t, events: s.opts.Events, buckets: s.opts.Buckets, keep: func(ctx context.Context, p progress) error {
		_, err := s.change(ctx, k, func(t *task) error {
			t.Progress = &p
			return nil
		})
		return err
	}}
	failed := errNoBuckets
	if w.buckets != nil {
		failed = w.run(caller.With(running, caller.Caller{Account: k.Account, Region: k.Region}))
	}
	if ctx.Err() != nil {
		return nil // the next process goes on with it: see recover
	}
	t, err = s.change(ctx, k, func(t *task) error {
		now := s.opts.Now().UnixMilli()
		switch {
		case t.Status == types.ExportTaskStatusCodePendingCancel:
			t.end(now, types.ExportTaskStatusCodeCancelled, saysCancelled)
		case failed != nil:
			t.end(now, types.ExportTaskStatusCodeFailed, saysFailedPrefix+reason(failed))
		default:
			t.end(now, types.ExportTaskStatusCodeCompleted, saysCompleted)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.opts.Hooks.Ended != nil {
		s.opts.Hooks.Ended(Ended{
			Task: t.ID, Status: string(t.Status), Took: s.opts.Now().Sub(began),
			Events: w.written, Objects: w.objects, Bytes: w.bytes, Err: failed,
		})
	}
	return nil
}

// errNoBuckets says that a task waited in a server that has no place for objects any more.
var errNoBuckets = refuse.InvalidParameter(textNoBuckets)

// reason returns what the owner of a task is told about an error: AWS's own words, or that it is the server's affair.
func reason(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	if errors.Is(err, errBucket) {
		return textBucketRefused
	}
	return "the events could not be read."
}

package scheduled

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
)

// lookEvery is how often Run looks whether a query is due: schedules have minutes.
const lookEvery = time.Second

// Run runs queries when they are due until ctx ends. Of the times that passed while nobody ran it, it makes up for the last one of
// each query, and notes the others as failed. It returns the context's error.
func (s *Service) Run(ctx context.Context) error {
	s.endInterrupted(ctx)
	var all sync.WaitGroup
	places := make(chan struct{}, s.limits.Running)
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for ctx.Err() == nil {
		for _, t := range s.take(ctx) {
			all.Go(func() {
				select {
				case places <- struct{}{}:
					s.execute(t)
					<-places
				case <-ctx.Done():
				}
			})
		}
		select {
		case <-ctx.Done():
		case <-every.C:
		}
	}
	all.Wait()
	return ctx.Err()
}

// each calls f for every query of all callers, with the caller in the context.
func (s *Service) each(ctx context.Context, f func(ctx context.Context, q query)) error {
	callers, err := s.queries.Callers(ctx)
	for _, c := range callers {
		own := caller.With(ctx, c)
		for q, err := range s.queries.All(own, "") {
			if err != nil {
				return err
			}
			f(own, q)
		}
	}
	return err
}

// failed tells the owner of what could not be read or written.
func (s *Service) failed(ctx context.Context, act string, err error) {
	if err != nil && ctx.Err() == nil && s.opts.Hooks.Failed != nil {
		s.opts.Hooks.Failed(act, err)
	}
}

// endInterrupted ends the runs that were under way when the server ended.
func (s *Service) endInterrupted(ctx context.Context) {
	err := s.each(ctx, func(ctx context.Context, q query) {
		if q.Status != types.ExecutionStatusRunning {
			return
		}
		_, err := s.changeWith(ctx, q.Name, func(q *query) ([]run, error) {
			runs, err := s.history(ctx, *q, 0, math.MaxInt64)
			if err != nil {
				return nil, err
			}
			runs = slices.DeleteFunc(runs, func(r run) bool { return r.Status != types.ExecutionStatusRunning })
			for i := range runs {
				runs[i].Status, runs[i].Message = types.ExecutionStatusFailed, "The server ended while the query ran."
			}
			q.Status = types.ExecutionStatusFailed
			return runs, nil
		})
		s.failed(ctx, "end interrupted runs", err)
	})
	s.failed(ctx, "end interrupted runs", err)
}

// A turn is a query that is to be run.
type turn struct {
	ctx   context.Context // with the caller
	query query
	due   time.Time
}

// take returns the queries that are due, each once, and remembers that they were taken.
func (s *Service) take(ctx context.Context) []turn {
	now := s.opts.Now()
	if !s.look(now) {
		return nil
	}
	var turns []turn
	err := s.each(ctx, func(ctx context.Context, q query) {
		if q.Due == 0 {
			return
		}
		if q.Due > now.UnixMilli() {
			s.sooner(time.UnixMilli(q.Due))
			return
		}
		t, err := s.trigger(ctx, q.Name, now)
		if err != nil {
			s.changed()
			s.failed(ctx, "run scheduled query", err)
			return
		}
		if t.query.Due != 0 {
			s.sooner(time.UnixMilli(t.query.Due))
		}
		if !t.due.IsZero() {
			turns = append(turns, t)
		}
	})
	if err != nil {
		s.changed()
		s.failed(ctx, "list scheduled queries", err)
	}
	return turns
}

// look tells whether something may be due. If so, the next look is in an hour, unless something is due earlier or changes.
func (s *Service) look(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mu.due.IsZero() && now.Before(s.mu.due) {
		return false
	}
	s.mu.due = now.Add(time.Hour)
	return true
}

// sooner remembers that a query is due at a time.
func (s *Service) sooner(due time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mu.due.IsZero() && due.Before(s.mu.due) {
		s.mu.due = due
	}
}

// trigger notes that a query is run now, and those of its times that were missed: all at once, so that no crash leaves a time out.
func (s *Service) trigger(ctx context.Context, name string, now time.Time) (turn, error) {
	t := turn{ctx: ctx}
	q, err := s.changeWith(ctx, name, func(q *query) ([]run, error) {
		t.due = time.Time{}
		if q.Due == 0 || q.Due > now.UnixMilli() {
			return nil, nil
		}
		missed, earlier := q.past(now, s.limits.Missed+1)
		if q.Due = q.next(now); len(missed) == 0 {
			return nil, nil
		}
		var runs []run
		for i, due := range missed[:len(missed)-1] {
			text := "Missed: the server did not run at that time."
			if i == 0 && earlier {
				text = "Missed, as were those before: the server did not run at that time."
			}
			runs = append(runs, run{Due: due, Status: types.ExecutionStatusFailed, Message: text})
		}
		last := missed[len(missed)-1]
		q.Triggered, q.Status, t.due = &last, types.ExecutionStatusRunning, time.UnixMilli(last)
		return append(runs, run{Due: last, Status: types.ExecutionStatusRunning}), nil
	})
	t.query = q
	return t, err
}

// execute runs a query and delivers what it has found.
func (s *Service) execute(t turn) {
	r := s.ask(t)
	if t.ctx.Err() != nil {
		return // the next start of the server ends the run
	}
	_, err := s.changeWith(t.ctx, t.query.Name, func(q *query) ([]run, error) {
		if q.Number != t.query.Number { // another one of that name
			return nil, missing()
		}
		if q.Triggered != nil && *q.Triggered == r.Due {
			q.Status = r.Status
		}
		return []run{r}, nil
	})
	if _, deleted := errors.AsType[*types.ResourceNotFoundException](err); deleted {
		err = s.forget(t.ctx, t.query, 0)
	}
	if err == nil {
		err = s.forget(t.ctx, t.query, s.limits.History)
	}
	s.failed(t.ctx, "note run of scheduled query", err)
	if s.opts.Hooks.Ended != nil {
		s.opts.Hooks.Ended(Ended{Query: t.query.Name, QueryID: r.QueryID, Status: r.Status, Message: r.problem()})
	}
}

// problem returns what went wrong with a run: with the query, or with a delivery.
func (r run) problem() string {
	if r.Message != "" {
		return r.Message
	}
	for _, d := range r.Destinations {
		if d.ErrorMessage != nil {
			return *d.ErrorMessage
		}
	}
	return ""
}

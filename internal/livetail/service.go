// Package livetail lets clients watch events come in: it hands what was stored to the sessions of StartLiveTail that want it, and keeps
// some of it for those that are slow. It stores nothing and finds no log group itself, and how events travel is for the gateway.
package livetail

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/op"
)

// A Group names a log group. Made again after it was deleted, it is the same one to whoever watches it.
type Group struct {
	Account, Region string
	Name            string
}

// A Batch is events of one stream that were stored, in the order of their times.
type Batch struct {
	Group    Group
	Stream   string
	Times    []int64 // ms
	Messages []string
	Ingested int64 // ms
}

// Options say what a service works with. Find, Now and Random must be set.
type Options struct {
	// Find returns the group of the caller's that an ARN names, and its class. Its error is the sender's.
	Find func(ctx context.Context, identifier string) (Group, types.LogGroupClass, error)

	Now    func() time.Time
	Random io.Reader // of the ids of sessions: crypto/rand's
	Limits Limits
	Hooks  Hooks
}

// Limits bound what sessions take. The zero value of a field means AWS's, or what its comment says.
type Limits struct {
	Account  int           // sessions of an account in a region at once: 15
	Sessions int           // of all accounts: 1,000; ours, against accounts without number
	Time     time.Duration // of a session: 3 hours
	Bytes    int64         // of the events that wait for all clients together: 256 MiB; ours. A session may have 16 MiB of it
}

func (l Limits) withDefaults() Limits {
	if l.Account == 0 {
		l.Account = 15
	}
	if l.Sessions == 0 {
		l.Sessions = 1000
	}
	if l.Time == 0 {
		l.Time = 3 * time.Hour
	}
	if l.Bytes == 0 {
		l.Bytes = 256 << 20
	}
	return l
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	Started func()
	Ended   func(Ended)
}

// Ended is what a session was.
type Ended struct {
	Took    time.Duration // by Options.Now
	Sent    int64         // events
	Sampled int64         // events left out because there were more than AWS shows in a second
	Dropped int64         // events left out because the client was slow, or memory was short
}

// A Service has sessions. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return the
// SDK's error types.
type Service struct {
	opts   Options
	limits Limits
	room   room
	hub    hub
}

// New returns a service.
func New(o Options) *Service {
	s := &Service{opts: o, limits: o.Limits.withDefaults()}
	s.room.left.Store(s.limits.Bytes)
	s.hub.mu.groups = map[Group][]*session{}
	s.hub.mu.accounts = map[Group]int{}
	return s
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.NewStream[cloudwatchlogs.StartLiveTailInput, cloudwatchlogs.StartLiveTailOutput]("StartLiveTail", s.StartLiveTail),
	}
}

// Publish hands events to the sessions that want them. It never waits for a client. The batch is not kept.
func (s *Service) Publish(b Batch) {
	watching := s.hub.watching(b.Group)
	if len(watching) == 0 {
		return
	}
	now := s.opts.Now()
	for _, w := range watching {
		w.offer(now, b)
	}
}

// StartLiveTail sends the events of log groups as they are stored, from now on and until ctx ends, the client leaves or the time is over.
func (s *Service) StartLiveTail(ctx context.Context, in *cloudwatchlogs.StartLiveTailInput, send func(types.StartLiveTailResponseStream) error) error {
	w, err := s.newSession(ctx, in)
	if err != nil {
		return err
	}
	if err := s.hub.enter(w, s.limits); err != nil {
		return err
	}
	started := s.opts.Now()
	if s.opts.Hooks.Started != nil {
		s.opts.Hooks.Started()
	}
	defer func() {
		s.hub.leave(w)
		ended := w.close()
		ended.Took = s.opts.Now().Sub(started)
		if s.opts.Hooks.Ended != nil {
			s.opts.Hooks.Ended(ended)
		}
	}()
	start := types.LiveTailSessionStart{
		RequestId: &w.request, SessionId: &w.id, LogGroupIdentifiers: in.LogGroupIdentifiers,
		LogStreamNames: in.LogStreamNames, LogStreamNamePrefixes: in.LogStreamNamePrefixes, LogEventFilterPattern: in.LogEventFilterPattern,
	}
	if err := send(&types.StartLiveTailResponseStreamMemberSessionStart{Value: start}); err != nil {
		return err
	}
	return w.run(ctx, s.limits.Time, send)
}

// newSession checks a request and returns the session that it asks for.
func (s *Service) newSession(ctx context.Context, in *cloudwatchlogs.StartLiveTailInput) (*session, error) {
	c := caller.From(ctx)
	w := &session{request: c.RequestID, wake: make(chan struct{}, 1)}
	var err error
	if w.choice, err = newChoice(in); err != nil {
		return nil, err
	}
	if w.groups, err = s.find(ctx, in.LogGroupIdentifiers); err != nil {
		return nil, err
	}
	if w.id, err = newID(s.opts.Random); err != nil {
		return nil, err
	}
	w.mu.buffer = newSampler(&s.room, w.id)
	if c.IsOurs() {
		w.prompt, w.mu.buffer = true, newRing(&s.room)
	}
	return w, nil
}

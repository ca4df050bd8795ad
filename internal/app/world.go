package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/gateway"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/policies"
	"github.com/groundwatch/groundwatch/internal/preferences"
	"github.com/groundwatch/groundwatch/internal/queries"
	"github.com/groundwatch/groundwatch/internal/sigv4"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/awsjson"
	"github.com/groundwatch/groundwatch/internal/wire/awsquery"
	"github.com/groundwatch/groundwatch/internal/wire/restjson"
	"github.com/groundwatch/groundwatch/internal/wire/rpccbor"
)

// A world is a storage with the services on it. A server has one, and while a reset replaces it, two.
type world struct {
	storage     *storage
	logs        *logs.Service // which doors and other services ask too
	policies    *policies.Service
	queries     *queries.Service
	preferences *preferences.Service // which the syslog listener asks
	services    []service
	handler     http.Handler

	requests sync.WaitGroup // on their way through handler
	over     chan struct{}  // closed when another took its place
	ending   chan struct{}  // closed by endTails
	endTails func()         // ends what would go on as long as its client wants; it can be called again
}

func (s *Server) newWorld(ctx context.Context) (*world, error) {
	var st *storage
	var err error
	if s.cfg.Test {
		st, err = memoryStorage(&s.cfg, s.now, s.observer)
	} else {
		st, err = openStorage(ctx, &s.cfg, s.now, s.observer)
	}
	if err != nil {
		return nil, err
	}
	w := &world{storage: st, over: make(chan struct{}), ending: make(chan struct{})}
	w.endTails = sync.OnceFunc(func() { close(w.ending) })
	s.addServices(w)
	w.handler, err = s.newHandler(w)
	return w, err
}

// spoken are the services whose protocols the server speaks, if only to say that it lacks an operation.
func spoken() ([]*model.Service, error) {
	var all []*model.Service
	for _, id := range model.IDs() {
		service, err := model.Load(id)
		if err != nil {
			return nil, err
		}
		all = append(all, service)
	}
	return all, nil
}

func (s *Server) newHandler(w *world) (http.Handler, error) {
	known, err := spoken()
	if err != nil {
		return nil, err
	}
	table, err := wire.NewTable(known, w.operations(), nil)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(s.cfg.Listen)
	if err != nil {
		return nil, err
	}
	o := gateway.Options{
		Table:   table,
		Codecs:  []wire.Codec{awsjson.New(table), rpccbor.New(table), awsquery.New(table), restjson.New(table)},
		Account: s.cfg.Account, Region: s.cfg.Region,
		Doors:    s.doors(w),
		Loopback: config.Loopback(host), Hosts: s.cfg.Hosts,
		Now: s.now, Random: random, Finished: s.observer.called, Ending: w.ending,
	}
	if s.keys != nil {
		o.Verifier = sigv4.New(s.keys, sigv4.Options{Now: s.now, Service: gateway.SigningName})
		o.Tokens = s.keys.bearer
	}
	return gateway.New(o)
}

// run keeps the world going until ctx ends or another took its place.
func (w *world) run(ctx context.Context) error {
	serving, stopServing := context.WithCancel(ctx)
	defer stopServing()
	storing, stopStoring := context.WithCancel(context.WithoutCancel(ctx))
	defer stopStoring()
	served := make(chan error, 1)
	go func() { served <- together(serving, w.runs()...) }()
	stored := make(chan error, 1)
	go func() { stored <- together(storing, w.storage.run) }()
	select {
	case <-ctx.Done():
	case <-w.over:
		w.emptied(leaveTime)
	case err := <-stored: // only if it cannot go on
		stopServing()
		return errors.Join(err, <-served)
	}
	stopServing()
	err := <-served
	stopStoring()
	return errors.Join(err, <-stored)
}

// leaveTime is how long requests on their way may take when a reset comes between; then those that store something are told to
// try again.
const leaveTime = 2 * time.Second

// emptied waits until no request is on its way any more, but not for long.
func (w *world) emptied(patience time.Duration) {
	empty := make(chan struct{})
	go func() {
		w.requests.Wait()
		close(empty)
	}()
	select {
	case <-empty:
	case <-time.After(patience):
	}
}

// enter returns the world of the moment with one more request on its way.
func (s *Server) enter() *world {
	s.turn.RLock()
	defer s.turn.RUnlock()
	w := s.world.Load()
	w.requests.Add(1)
	return w
}

// replace makes next the world of the moment and returns the last one, which no more requests enter.
func (s *Server) replace(next *world) *world {
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.world.Swap(next)
}

// runWorlds runs the world of the moment, and the next one after a reset, until ctx ends.
func (s *Server) runWorlds(ctx context.Context) error {
	for {
		w := s.world.Load()
		if err := w.run(ctx); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// Package app puts the server together by hand: storage, services, protocols, and the port that they are behind. What they do
// is theirs; what a server can be told is config's.
package app

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/syslog"
)

// Options say what a server is.
type Options struct {
	Config  config.Server // checked
	Now     func() time.Time
	Events  io.Writer // of the server's own events, a line of JSON each
	Version string
}

// A Server is one server, its port open.
type Server struct {
	cfg      config.Server
	now      func() time.Time
	version  string
	events   *slog.Logger
	observer *observer
	keys     *keyring // nil if nobody has to sign

	listener net.Listener
	syslog   *syslog.Listener // without doors if there are none
	started  time.Time
	ready    atomic.Bool
	world    atomic.Pointer[world]
	turn     sync.RWMutex // held alone by who puts another in its place
}

// Limits of what a client may take time for (reference figures of security: slow senders must not hold the server).
const (
	headerTime  = 5 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 32 << 10
)

// Open opens the port and the data. Requests wait until Run. It fails if the port is taken, if another server works in
// the same folder, or if what is there cannot be read.
func Open(ctx context.Context, o Options) (_ *Server, err error) {
	s := &Server{cfg: o.Config, now: o.Now, version: o.Version, events: newEvents(o.Events), started: o.Now()}
	s.observer = newObserver(s.events)
	if s.cfg.Auth == config.AuthSigV4 {
		file, err := config.ReadKeys(s.cfg.KeysFile)
		if err != nil {
			return nil, err
		}
		s.keys = newKeyring(file, s.cfg.Account, s.cfg.Region)
	}
	if s.listener, err = s.listen(ctx); err != nil {
		return nil, err
	}
	if s.syslog, err = s.openSyslog(ctx); err != nil {
		return nil, errors.Join(err, s.listener.Close())
	}
	w, err := s.newWorld(ctx)
	if err != nil {
		return nil, errors.Join(err, s.syslog.Close(), s.listener.Close())
	}
	s.world.Store(w)
	return s, nil
}

func (s *Server) listen(ctx context.Context) (net.Listener, error) {
	secret, err := s.secrets("h2", "http/1.1")
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w", s.cfg.Listen, err)
	}
	if secret != nil {
		l = tls.NewListener(l, secret)
	}
	return l, nil
}

// secrets returns what TLS needs, with what is spoken inside; nil if the server has no certificate.
func (s *Server) secrets(protocols ...string) (*tls.Config, error) {
	if s.cfg.TLSCert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(s.cfg.TLSCert, s.cfg.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert %s, --tls-key %s: %w", s.cfg.TLSCert, s.cfg.TLSKey, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: protocols}, nil
}

// URL returns where clients on this machine find the server.
func (s *Server) URL() string {
	scheme := "http"
	if s.cfg.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		panic("BUG: " + err.Error())
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// Run serves until ctx ends. Then it takes no more connections, lets requests in flight end for as long as the
// configuration says, and writes what is in memory. It returns what went wrong; ending with ctx is well. It runs once.
func (s *Server) Run(ctx context.Context) error {
	boundMemory()
	server := &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(httpProblems{s.events.Handler()}, slog.LevelWarn),
	}
	server.RegisterOnShutdown(func() { s.world.Load().endTails() })
	storing, stopStoring := context.WithCancel(context.WithoutCancel(ctx))
	defer stopStoring()
	stored := make(chan error, 1)
	go func() { stored <- s.runWorlds(storing) }()
	served := make(chan error, 1)
	go func() { served <- server.Serve(s.listener) }()
	stopSyslog := s.runSyslog(storing)
	s.ready.Store(true)
	s.events.Info("server_started", "address", s.listener.Addr().String(), "version", s.version, "auth", string(s.cfg.Auth),
		"durability", s.durability(), "data", s.cfg.Data, "inMemory", s.cfg.Test, "took", s.now().Sub(s.started))

	var failed error
	running := true
	select {
	case <-ctx.Done():
	case failed = <-stored:
		running = false
	case err := <-served:
		failed = fmt.Errorf("serve: %w", err)
	}
	s.ready.Store(false)
	drain, stopDraining := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Drain)
	defer stopDraining()
	if err := server.Shutdown(drain); err != nil {
		s.events.Warn("requests_cut_off", "error", err.Error())
		failed = errors.Join(failed, server.Close())
	}
	stopSyslog()
	stopStoring()
	if running {
		failed = errors.Join(failed, <-stored)
	}
	s.events.Info("server_stopped", "ran", s.now().Sub(s.started))
	return failed
}

// serve hands a request to the world of the moment.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	at := s.enter()
	defer at.requests.Done()
	at.handler.ServeHTTP(w, r)
}

// random is where ids and tokens come from.
var random = rand.Reader

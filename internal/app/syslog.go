package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/syslog"
)

// openSyslog opens the ports for syslog messages.
func (s *Server) openSyslog(ctx context.Context) (*syslog.Listener, error) {
	wanted, err := s.cfg.SyslogPorts()
	if err != nil {
		return nil, err
	}
	o := syslog.Options{
		Store: syslogStore{s}, Now: s.now, Hooks: s.observer.syslogHooks(),
		Zone: time.Local, // of this machine, as syslog daemons have it
		Random: func(b []byte) {
			_, _ = io.ReadFull(random, b) // never fails, or the program ends
		},
	}
	for _, w := range wanted {
		port := syslog.Port{Address: w.Listen, Endpoint: w.Endpoint}
		if w.TLS {
			if port.TLS, err = s.secrets(); err != nil {
				return nil, err
			}
		}
		o.Ports = append(o.Ports, port)
	}
	return syslog.Open(ctx, o)
}

// runSyslog takes syslog messages until the function that it returns is called, which waits until they are stored.
func (s *Server) runSyslog(ctx context.Context) (stop func()) {
	ports, _ := s.cfg.SyslogPorts() // checked
	for i, at := range s.syslog.Addresses() {
		s.events.Info("syslog_listening", "address", at.String(), "tls", ports[i].TLS, "vpcEndpointId", ports[i].Endpoint)
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.syslog.Run(ctx, s.cfg.Drain)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// A syslogStore stores syslog messages in the world of the moment. [R] They belong to the server's account: nobody signs them, and no other account may
// ask for them.
type syslogStore struct{ s *Server }

func (t syslogStore) Routes(ctx context.Context, endpoint string) ([]syslog.Route, error) {
	w := t.s.enter()
	defer w.requests.Done()
	found, err := w.preferences.SyslogRoutes(ctx, t.s.cfg.Account, endpoint)
	var routes []syslog.Route
	for _, f := range found {
		routes = append(routes, syslog.Route{Account: f.Owner.Account, Region: f.Owner.Region, Group: f.Group, Endpoint: f.Endpoint})
	}
	return routes, err
}

func (t syslogStore) Put(ctx context.Context, to syslog.Route, id string, events []types.InputLogEvent) (*types.RejectedLogEventsInfo, error) {
	w := t.s.enter()
	defer w.requests.Done()
	ctx = caller.With(ctx, caller.Caller{Account: to.Account, Region: to.Region, InvocationID: id})
	g, err := w.logs.Find(ctx, to.Group)
	if err != nil {
		return nil, goneOr(err)
	}
	stream := syslogStream(to)
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: &g.Name, LogStreamName: &stream, LogEvents: events}
	out, err := w.logs.PutLogEvents(ctx, in)
	if refuse.IsMissing(err) {
		_, err = w.logs.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &g.Name, LogStreamName: &stream})
		if _, exists := errors.AsType[*types.ResourceAlreadyExistsException](err); err == nil || exists {
			out, err = w.logs.PutLogEvents(ctx, in)
		}
	}
	if err != nil {
		return nil, goneOr(err)
	}
	return out.RejectedLogEventsInfo, nil
}

// syslogStream returns the log stream that AWS makes for an endpoint (Setting up syslog ingestion); without one, the name without it [R].
func syslogStream(to syslog.Route) string {
	if to.Endpoint == "" {
		return "Syslog_" + to.Region
	}
	return to.Endpoint + "_Syslog_" + to.Region
}

// goneOr returns err as a syslog.Store's.
func goneOr(err error) error {
	if refuse.IsMissing(err) {
		return fmt.Errorf("%w: %w", syslog.ErrGone, err)
	}
	return err
}

// syslogHooks counts what comes by syslog, and tells of what is lost: senders are not told, by the protocol.
func (o *observer) syslogHooks() syslog.Hooks {
	counters := func(name, help, label string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "groundwatch_syslog_" + name, Help: help}, []string{label})
		o.registry.MustRegister(c)
		return c
	}
	received := counters("messages_total", "Messages that came by syslog.", "network")
	dropped := counters("dropped_messages_total", "Messages that came by syslog and were not stored.", "reason")
	rejected := counters("rejected_connections_total", "Connections for syslog that were not taken.", "reason")
	connections := prometheus.NewGauge(prometheus.GaugeOpts{Name: "groundwatch_syslog_connections", Help: "Connections for syslog that are open."})
	o.registry.MustRegister(connections)
	return syslog.Hooks{
		Received:    func(network string, n int) { received.WithLabelValues(network).Add(float64(n)) },
		Dropped:     func(r syslog.Reason, n int) { dropped.WithLabelValues(string(r)).Add(float64(n)) },
		Rejected:    func(r syslog.Reason) { rejected.WithLabelValues(string(r)).Inc() },
		Connections: func(n int) { connections.Add(float64(n)) },
		Lost: func(port string, r syslog.Reason, n int) {
			o.events.Error("syslog_messages_dropped", "address", port, "reason", string(r), "messages", n)
		},
		Refused: func(port string, r syslog.Reason, n int) {
			o.events.Error("syslog_connections_rejected", "address", port, "reason", string(r), "connections", n)
		},
		Retrying: func(port string, err error) {
			o.failed.WithLabelValues("syslog").Inc()
			o.events.Error("background_work_failed", "work", "syslog", "address", port, "error", err.Error())
		},
		Failed: func(port, peer string, err error) {
			o.events.Warn("syslog_connection_failed", "address", port, "peer", peer, "error", err.Error())
		},
	}
}

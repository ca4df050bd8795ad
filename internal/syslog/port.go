package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// A port is a Port that is open.
type port struct {
	Port
	o     *Options
	tcp   net.Listener
	udp   *net.UDPConn // nil with TLS
	queue *queue
	large chan struct{}
	tally tally // of messages

	rejections tally // of connections

	mu       sync.Mutex
	until    time.Time // while the port is being closed: when all reading ends
	conns    map[net.Conn]struct{}
	sessions sync.WaitGroup
}

// A Listener has its ports open.
type Listener struct {
	ports []*port
}

// Open opens the ports. Messages wait until Run, as far as the operating system lets them.
func Open(ctx context.Context, o Options) (*Listener, error) {
	o.Limits = o.Limits.withDefaults()
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	l := &Listener{}
	for _, at := range o.Ports {
		p := &port{
			Port: at, o: &o, queue: newQueue(o.Limits.Queue), large: make(chan struct{}, o.Limits.Large),
			conns: map[net.Conn]struct{}{},
		}
		if at.TLS != nil {
			p.TLS = silent(at.TLS)
		}
		p.tally = p.counting(o.Hooks.Lost)
		p.rejections = p.counting(o.Hooks.Refused)
		if err := p.open(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("listen for syslog on %s: %w", at.Address, err), l.Close())
		}
		l.ports = append(l.ports, p)
	}
	return l, nil
}

// counting returns a tally that is reported with the port's name.
func (p *port) counting(report func(port string, r Reason, n int)) tally {
	return tally{every: p.o.Limits.Tell, now: p.o.Now, report: func(r Reason, n int) {
		if report != nil {
			report(p.name(), r, n)
		}
	}}
}

// silent returns a configuration with which clients are told nothing behind the handshake. Senders of syslog do not read, and a client that closes
// a connection of which it has not read all resets it: what it said before might be lost then.
func silent(c *tls.Config) *tls.Config {
	c = c.Clone()
	c.SessionTicketsDisabled = true
	return c
}

// Addresses returns where the ports are, in their order.
func (l *Listener) Addresses() []net.Addr {
	var all []net.Addr
	for _, p := range l.ports {
		all = append(all, p.tcp.Addr())
	}
	return all
}

// Close closes the ports of a listener that is not run.
func (l *Listener) Close() error {
	var errs []error
	for _, p := range l.ports {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// samePort is how often another free port is looked for when one is free for TCP and not for UDP.
const samePort = 10

// receiveBuffer is what the kernel shall keep of datagrams that were not read yet; it may take less.
const receiveBuffer = 8 << 20

func (p *port) open(ctx context.Context) (err error) {
	for range samePort {
		if p.tcp, err = new(net.ListenConfig).Listen(ctx, "tcp", p.Address); err != nil || p.TLS != nil {
			return err
		}
		var udp net.PacketConn
		if udp, err = new(net.ListenConfig).ListenPacket(ctx, "udp", p.tcp.Addr().String()); err == nil {
			p.udp = udp.(*net.UDPConn)
			enlarge(p.udp)
			_ = countUnread(p.udp) // a system that cannot leaves them uncounted
			return nil
		}
		if closed := p.tcp.Close(); closed != nil {
			return errors.Join(err, closed)
		}
		if _, number, bad := net.SplitHostPort(p.Address); bad != nil || number != "0" {
			return err
		}
	}
	return err
}

func (p *port) close() error {
	err := p.tcp.Close()
	if p.udp != nil {
		err = errors.Join(err, p.udp.Close())
	}
	return err
}

// name is what the port is called in reports: its address.
func (p *port) name() string { return p.tcp.Addr().String() }

func (p *port) network() string {
	if p.TLS != nil {
		return "tls"
	}
	return "tcp"
}

// Run takes messages until ctx ends. Then it takes what has reached this machine already, stores it, and returns when all is stored or after
// patience, whichever comes first. It runs once.
func (l *Listener) Run(ctx context.Context, patience time.Duration) {
	var ports sync.WaitGroup
	for _, p := range l.ports {
		ports.Go(func() { p.run(ctx, patience) })
	}
	ports.Wait()
}

func (p *port) run(ctx context.Context, patience time.Duration) {
	storing, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	var readers, storers sync.WaitGroup
	storers.Go(func() { p.deliver(storing) })
	readers.Go(func() { p.accept(ctx) })
	if p.udp != nil {
		readers.Go(func() { p.datagrams(ctx) })
	}
	telling, stopTelling := context.WithCancel(context.WithoutCancel(ctx))
	storers.Go(func() { p.tally.run(telling) })
	storers.Go(func() { p.rejections.run(telling) })

	<-ctx.Done()
	timer := time.AfterFunc(patience, giveUp)
	defer timer.Stop()
	p.end()
	readers.Wait()
	p.sessions.Wait()
	p.queue.close()
	stopTelling()
	storers.Wait()
	p.tally.flush()
	p.rejections.flush()
}

// How long a port that is being closed looks for what has already come [R]: until nothing comes for lastLook, as senders that never pause shall not
// hold it, at most for lastReading.
const (
	lastLook    = 250 * time.Millisecond
	lastReading = 2 * time.Second
)

// end lets nobody in any more, and has those who read take what is there.
func (p *port) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = time.Now().Add(lastReading)
	if tcp, ok := p.tcp.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(p.soon()) // fails only when it is closed, as those below
	}
	if p.udp != nil {
		_ = p.udp.SetReadDeadline(p.soon())
	}
	for c := range p.conns {
		_ = c.SetReadDeadline(p.soon())
	}
}

// soon returns when a port that is being closed has waited long enough for more. p.mu is held.
func (p *port) soon() time.Time {
	if t := time.Now().Add(lastLook); t.Before(p.until) {
		return t
	}
	return p.until
}

// isEnding tells whether the port is being closed.
func (p *port) isEnding() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.until.IsZero()
}

// drop counts messages that are not stored.
func (p *port) drop(r Reason, messages int) {
	if p.o.Hooks.Dropped != nil {
		p.o.Hooks.Dropped(r, messages)
	}
	p.tally.add(r, messages)
}

// reject ends a connection that is not taken, and counts it.
func (p *port) reject(c net.Conn, r Reason) {
	reset(c)
	if p.o.Hooks.Rejected != nil {
		p.o.Hooks.Rejected(r)
	}
	p.rejections.add(r, 1)
}

func (p *port) received(network string) {
	if p.o.Hooks.Received != nil {
		p.o.Hooks.Received(network, 1)
	}
}

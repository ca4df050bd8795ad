package syslog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// A door is an open Door.
type door struct {
	Door
	o     *Options
	tcp   net.Listener
	udp   *net.UDPConn // nil with TLS
	queue *queue
	large chan struct{}
	tally tally

	mu       sync.Mutex
	until    time.Time // while the door is being closed: when all reading ends
	conns    map[net.Conn]struct{}
	sessions sync.WaitGroup
}

// A Listener has its doors open.
type Listener struct {
	doors []*door
}

// Open opens the doors. Messages wait until Run, as far as the operating system lets them.
func Open(ctx context.Context, o Options) (*Listener, error) {
	o.Limits = o.Limits.withDefaults()
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	l := &Listener{}
	for _, at := range o.Doors {
		d := &door{
			Door: at, o: &o, queue: newQueue(o.Limits.Queue), large: make(chan struct{}, o.Limits.Large),
			conns: map[net.Conn]struct{}{},
		}
		d.tally = tally{every: o.Limits.Tell, now: o.Now, report: func(r Reason, n int) {
			if o.Hooks.Lost != nil {
				o.Hooks.Lost(d.name(), r, n)
			}
		}}
		if err := d.open(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("listen for syslog on %s: %w", at.Address, err), l.Close())
		}
		l.doors = append(l.doors, d)
	}
	return l, nil
}

// Addresses returns where the doors are, in their order.
func (l *Listener) Addresses() []net.Addr {
	var all []net.Addr
	for _, d := range l.doors {
		all = append(all, d.tcp.Addr())
	}
	return all
}

// Close closes the doors of a listener that is not run.
func (l *Listener) Close() error {
	var errs []error
	for _, d := range l.doors {
		errs = append(errs, d.close())
	}
	return errors.Join(errs...)
}

// samePort is how often a port is taken anew that is free for TCP and not for UDP.
const samePort = 10

// receiveBuffer is what the kernel shall keep of datagrams that were not read yet; it may take less.
const receiveBuffer = 8 << 20

func (d *door) open(ctx context.Context) (err error) {
	for range samePort {
		if d.tcp, err = new(net.ListenConfig).Listen(ctx, "tcp", d.Address); err != nil || d.TLS != nil {
			return err
		}
		var udp net.PacketConn
		if udp, err = new(net.ListenConfig).ListenPacket(ctx, "udp", d.tcp.Addr().String()); err == nil {
			d.udp = udp.(*net.UDPConn)
			return d.enlarge()
		}
		if closed := d.tcp.Close(); closed != nil {
			return errors.Join(err, closed)
		}
		if _, port, bad := net.SplitHostPort(d.Address); bad != nil || port != "0" {
			return err
		}
	}
	return err
}

// enlarge asks for room for datagrams, by halves until the system agrees.
func (d *door) enlarge() (err error) {
	for n := receiveBuffer; n >= 64<<10; n /= 2 {
		if err = d.udp.SetReadBuffer(n); err == nil {
			return nil
		}
	}
	return err
}

func (d *door) close() error {
	err := d.tcp.Close()
	if d.udp != nil {
		err = errors.Join(err, d.udp.Close())
	}
	return err
}

// name is what the door is called in reports.
func (d *door) name() string { return d.tcp.Addr().String() }

func (d *door) network() string {
	if d.TLS != nil {
		return "tls"
	}
	return "tcp"
}

// Run takes messages until ctx ends. Then it takes what has reached this machine already, stores it, and returns when all is stored or after
// patience, whichever comes first. It runs once.
func (l *Listener) Run(ctx context.Context, patience time.Duration) {
	var doors sync.WaitGroup
	for _, d := range l.doors {
		doors.Go(func() { d.run(ctx, patience) })
	}
	doors.Wait()
}

func (d *door) run(ctx context.Context, patience time.Duration) {
	storing, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	var readers, storers sync.WaitGroup
	storers.Go(func() { d.deliver(storing) })
	readers.Go(func() { d.accept(ctx) })
	if d.udp != nil {
		readers.Go(func() { d.datagrams(ctx) })
	}
	telling, stopTelling := context.WithCancel(context.WithoutCancel(ctx))
	storers.Go(func() { d.tally.run(telling) })

	<-ctx.Done()
	timer := time.AfterFunc(patience, giveUp)
	defer timer.Stop()
	d.end()
	readers.Wait()
	d.sessions.Wait()
	d.queue.close()
	stopTelling()
	storers.Wait()
	d.tally.flush()
}

// How long a door that is being closed looks for what has already come [R]: until nothing comes for lastLook, as senders that never pause shall not
// hold it, at most for lastReading.
const (
	lastLook    = 100 * time.Millisecond
	lastReading = 2 * time.Second
)

// end lets nobody in any more, and has those who read take what is there.
func (d *door) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.until = time.Now().Add(lastReading)
	if tcp, ok := d.tcp.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(d.soon()) // fails only when it is closed, as those below
	}
	if d.udp != nil {
		_ = d.udp.SetReadDeadline(d.soon())
	}
	for c := range d.conns {
		_ = c.SetReadDeadline(d.soon())
	}
}

// soon returns when a door that is being closed has waited long enough for more. d.mu is held.
func (d *door) soon() time.Time {
	if t := time.Now().Add(lastLook); t.Before(d.until) {
		return t
	}
	return d.until
}

// isEnding tells whether the door is being closed.
func (d *door) isEnding() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.until.IsZero()
}

// drop counts messages that are not stored.
func (d *door) drop(r Reason, messages int) {
	if d.o.Hooks.Dropped != nil {
		d.o.Hooks.Dropped(r, messages)
	}
	d.tally.add(r, messages)
}

func (d *door) received(network string) {
	if d.o.Hooks.Received != nil {
		d.o.Hooks.Received(network, 1)
	}
}

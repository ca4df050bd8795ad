package syslog

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// datagrams takes messages over UDP, one a datagram (RFC 5426), until the deadline that end sets. What finds no room is dropped: there is
// nobody to hold back.
func (d *door) datagrams(ctx context.Context) {
	defer func() { _ = d.udp.Close() }()
	k, b := maker{zone: d.o.Zone}, make([]byte, 64<<10)
	var last netip.Addr
	peer := ""
	for {
		n, from, err := d.udp.ReadFromUDPAddrPort(b)
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			d.pause(ctx)
			continue
		}
		if from.Addr() != last {
			last = from.Addr()
			peer = last.Unmap().String()
		}
		d.take(&k, b[:n], "udp", peer, d.queue.offer)
		if ctx.Err() != nil && d.isEnding() {
			d.deadline(d.udp, 0)
		}
	}
}

// take has a message put into the queue, by a put that may find no room.
func (d *door) take(k *maker, text []byte, network, peer string, put func(event) bool) {
	e, ok := k.event(text, peer, d.o.Now())
	if ok && e.text == "" {
		return
	}
	d.received(network)
	switch {
	case !ok:
		d.drop(OverSize, 1)
	case !put(e):
		d.drop(Overrun, 1)
	}
}

// pause waits a little for what may go better then.
func (d *door) pause(ctx context.Context) {
	t := time.NewTimer(d.o.Limits.Patience)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// accept takes connections until the deadline that end sets.
func (d *door) accept(ctx context.Context) {
	defer func() { _ = d.tcp.Close() }()
	for {
		c, err := d.tcp.Accept()
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // no file handles, mostly
			d.pause(ctx)
			continue
		}
		if r, ok := d.admit(c); !ok {
			reset(c)
			if d.o.Hooks.Rejected != nil {
				d.o.Hooks.Rejected(r)
			}
			continue
		}
		d.sessions.Go(func() { d.session(ctx, c) })
	}
}

// admit takes a connection up if there is room for it.
func (d *door) admit(c net.Conn) (Reason, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.conns) >= d.o.Limits.Connections {
		return Overrun, false
	}
	d.conns[c] = struct{}{}
	return "", true
}

// deadline sets when c must have said something: soon, while the door is being closed.
func (d *door) deadline(c net.Conn, within time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := time.Now().Add(within)
	if !d.until.IsZero() {
		t = d.soon()
	}
	_ = c.SetReadDeadline(t) // an error shows when it is read
}

// reset ends a connection so that its client sees an error rather than an end: as AWS does when it cannot deliver.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

// reset ends all connections: nobody takes what they say, and their clients shall know.
func (d *door) reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.conns {
		reset(c)
	}
}

// session takes the messages of a connection until it ends.
func (d *door) session(ctx context.Context, c net.Conn) {
	change := func(n int) {
		if d.o.Hooks.Connections != nil {
			d.o.Hooks.Connections(n)
		}
	}
	change(1)
	defer change(-1)
	defer func() {
		d.mu.Lock()
		delete(d.conns, c)
		d.mu.Unlock()
		_ = c.Close()
	}()
	peer := peerOf(c)
	if routes, err := d.o.Store.Routes(ctx, d.Endpoint); err == nil && len(routes) == 0 {
		reset(c)
		if d.o.Hooks.Rejected != nil {
			d.o.Hooks.Rejected(NoConfiguration)
		}
		return
	}
	if err := d.converse(ctx, c, peer); err != nil && d.o.Hooks.Failed != nil {
		d.o.Hooks.Failed(d.name(), peer, err)
	}
}

// converse agrees on TLS, if the door has it, and takes messages.
func (d *door) converse(ctx context.Context, c net.Conn, peer string) error {
	if d.TLS == nil {
		return d.messages(c, c, peer)
	}
	d.deadline(c, d.o.Limits.Frames)
	secret := tls.Server(c, d.TLS)
	if err := secret.HandshakeContext(context.WithoutCancel(ctx)); err != nil {
		return d.ended(err)
	}
	return d.messages(c, secret, peer)
}

func peerOf(c net.Conn) string {
	if a, err := netip.ParseAddrPort(c.RemoteAddr().String()); err == nil {
		return a.Addr().Unmap().String()
	}
	return c.RemoteAddr().String()
}

// messages takes what in says, which is c, perhaps behind TLS. A full queue holds it back, and so its client.
func (d *door) messages(c, in net.Conn, peer string) error {
	k := maker{zone: d.o.Zone}
	f := &framer{
		in: bufio.NewReaderSize(in, 16<<10), most: d.o.Limits.Frame, large: d.large,
		idle:    func() { d.deadline(c, d.o.Limits.Idle) },
		partial: func() { d.deadline(c, d.o.Limits.Frames) },
	}
	defer f.release()
	for {
		text, over, err := f.next()
		if len(text) > 0 {
			d.take(&k, text, d.network(), peer, d.queue.put)
		}
		if over {
			d.received(d.network())
			d.drop(OverSize, 1)
		}
		if err != nil {
			return d.ended(err)
		}
	}
}

// ended returns err if a connection should not have ended with it.
func (d *door) ended(err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.until.IsZero() || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) {
		return nil
	}
	return err
}

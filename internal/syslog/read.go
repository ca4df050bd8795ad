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
func (p *port) datagrams(ctx context.Context) {
	defer func() { _ = p.udp.Close() }()
	k, b, beside := maker{zone: p.o.Zone}, make([]byte, 64<<10), make([]byte, besideRoom)
	var last netip.Addr
	peer, lost := "", uint32(0)
	for {
		n, told, _, from, err := p.udp.ReadMsgUDPAddrPort(b, beside)
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			p.pause(ctx)
			continue
		}
		if all := unread(beside[:told]); all != lost && told > 0 {
			p.drop(Unread, int(all-lost))
			lost = all
		}
		if from.Addr() != last {
			last = from.Addr()
			peer = last.Unmap().String()
		}
		p.take(&k, b[:n], "udp", peer, p.queue.offer)
		if ctx.Err() != nil && p.isEnding() {
			p.deadline(p.udp, 0)
		}
	}
}

// take has a message put into the queue, by a put that may find no room.
func (p *port) take(k *maker, text []byte, network, peer string, put func(event) bool) {
	e, ok := k.event(text, peer, p.o.Now())
	if ok && e.text == "" {
		return
	}
	p.received(network)
	switch {
	case !ok:
		p.drop(OverSize, 1)
	case !put(e):
		p.drop(Overrun, 1)
	}
}

// pause waits a little for what may go better then.
func (p *port) pause(ctx context.Context) {
	t := time.NewTimer(p.o.Limits.Patience)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// accept takes connections until the deadline that end sets.
func (p *port) accept(ctx context.Context) {
	defer func() { _ = p.tcp.Close() }()
	for {
		c, err := p.tcp.Accept()
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // no file handles, mostly
			p.pause(ctx)
			continue
		}
		if r, ok := p.admit(c); !ok {
			p.reject(c, r)
			continue
		}
		p.sessions.Go(func() { p.session(ctx, c) })
	}
}

// admit takes a connection up if there is room for it.
func (p *port) admit(c net.Conn) (Reason, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.conns) >= p.o.Limits.Connections {
		return Overrun, false
	}
	p.conns[c] = struct{}{}
	return "", true
}

// deadline sets when c must have said something: soon, while the port is being closed.
func (p *port) deadline(c net.Conn, within time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := time.Now().Add(within)
	if !p.until.IsZero() {
		t = p.soon()
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
func (p *port) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		reset(c)
	}
}

// session takes the messages of a connection until it ends.
func (p *port) session(ctx context.Context, c net.Conn) {
	change := func(n int) {
		if p.o.Hooks.Connections != nil {
			p.o.Hooks.Connections(n)
		}
	}
	change(1)
	defer change(-1)
	defer func() {
		p.mu.Lock()
		delete(p.conns, c)
		p.mu.Unlock()
		_ = c.Close()
	}()
	peer := peerOf(c)
	if routes, err := p.o.Store.Routes(ctx, p.Endpoint); err == nil && len(routes) == 0 {
		p.reject(c, NoConfiguration)
		return
	}
	if err := p.converse(ctx, c, peer); err != nil && p.o.Hooks.Failed != nil {
		p.o.Hooks.Failed(p.name(), peer, err)
	}
}

// converse agrees on TLS, if the port has it, and takes messages.
func (p *port) converse(ctx context.Context, c net.Conn, peer string) error {
	if p.TLS == nil {
		return p.messages(c, c, peer)
	}
	p.deadline(c, p.o.Limits.Frames)
	secret := tls.Server(c, p.TLS)
	if err := secret.HandshakeContext(context.WithoutCancel(ctx)); err != nil {
		return p.ended(err)
	}
	return p.messages(c, secret, peer)
}

func peerOf(c net.Conn) string {
	if a, err := netip.ParseAddrPort(c.RemoteAddr().String()); err == nil {
		return a.Addr().Unmap().String()
	}
	return c.RemoteAddr().String()
}

// messages takes what in says, which is c, perhaps behind TLS. A full queue holds it back, and so its client.
func (p *port) messages(c, in net.Conn, peer string) error {
	k := maker{zone: p.o.Zone}
	f := &framer{
		in: bufio.NewReaderSize(in, 16<<10), most: p.o.Limits.Frame, large: p.large,
		idle:    func() { p.deadline(c, p.o.Limits.Idle) },
		partial: func() { p.deadline(c, p.o.Limits.Frames) },
	}
	defer f.release()
	for {
		text, over, err := f.next()
		if len(text) > 0 {
			p.take(&k, text, p.network(), peer, p.queue.put)
		}
		if over {
			p.received(p.network())
			p.drop(OverSize, 1)
		}
		if err != nil {
			return p.ended(err)
		}
	}
}

// ended returns err if a connection should not have ended with it.
func (p *port) ended(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.until.IsZero() || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) {
		return nil
	}
	return err
}

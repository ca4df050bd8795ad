package syslog

import (
	"context"
	"crypto/rand"
	"net"
	"testing"
	"time"
)

// TestWhatTheKernelDropsIsTold sends more datagrams than wait for a reader, and counts all of them again.
func TestWhatTheKernelDropsIsTold(t *testing.T) {
	kept := &memory{routes: []Route{{Group: "g"}}, got: map[string][]string{}}
	dropped := make(chan int, 1000)
	l, err := Open(t.Context(), Options{
		Ports: []Port{{Address: "127.0.0.1:0"}}, Store: kept, Now: time.Now, Random: func(b []byte) { _, _ = rand.Read(b) },
		Hooks: Hooks{Dropped: func(r Reason, n int) {
			if r != Unread {
				t.Errorf("Dropped(%s, %d), want %s", r, n, Unread)
			}
			dropped <- n
		}},
	})
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	if err := l.ports[0].udp.SetReadBuffer(1); err != nil { // the kernel's least: a few datagrams
		t.Fatal(err)
	}
	c, err := net.Dial("udp", l.Addresses()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	const burst = 500
	for range burst {
		say(t, c, "<13>x")
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx, 20*time.Second)
	}()
	sent, lost := burst, 0
	again := time.NewTicker(20 * time.Millisecond) // the kernel tells with the next datagram that it takes
	defer again.Stop()
	for late := time.After(time.Minute); lost == 0; {
		select {
		case lost = <-dropped:
		case <-again.C:
			say(t, c, "<13>x")
			sent++
		case <-late:
			t.Fatalf("%d datagrams were sent and nothing was dropped, want a part of them", sent)
		}
	}
	cancel()
	<-ended
	close(dropped)
	for n := range dropped {
		lost += n
	}
	if got := len(kept.texts("g")); got+lost != sent {
		t.Errorf("%d datagrams were sent, %d stored and %d told to be dropped, want all of them", sent, got, lost)
	}
}

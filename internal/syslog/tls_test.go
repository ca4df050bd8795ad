package syslog

import (
	"crypto/tls"
	"io"
	"testing"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// A ticketless is a cache of a client that must not be given tickets.
type ticketless struct{ t *testing.T }

func (ticketless) Get(string) (*tls.ClientSessionState, bool) { return nil, false }

func (c ticketless) Put(string, *tls.ClientSessionState) {
	c.t.Error("the client was sent a ticket, want nothing that it would have to read")
}

// TestClientsNeedNotRead checks that nothing is sent to those who have a message: many never read, and would reset the connection with their last
// messages if something were left to be read.
func TestClientsNeedNotRead(t *testing.T) {
	server, client := servicetest.Certificate(t)
	for name, version := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		h := open(t, func(o *Options, _ *memory) { o.Ports[0].TLS = &tls.Config{Certificates: []tls.Certificate{server}} })
		client := client.Clone()
		client.MaxVersion, client.ClientSessionCache = version, ticketless{t}
		c, err := tls.Dial("tcp", h.address(), client)
		if err != nil {
			t.Fatal(err)
		}
		say(t, c, "<13>a\n")
		if err := c.CloseWrite(); err != nil {
			t.Error(err)
		}
		if got, err := io.ReadAll(c); len(got) > 0 {
			t.Errorf("TLS %s: the client read %q, %v, want nothing", name, got, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		h.stop()
		if got := h.said("g"); got != "a" {
			t.Errorf("TLS %s: stored %q, want a", name, got)
		}
	}
}

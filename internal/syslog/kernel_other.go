//go:build !linux

package syslog

import (
	"errors"
	"net"
)

// besideRoom: there is nothing beside datagrams.
var besideRoom = 0

// countUnread says that the system does not count datagrams that it drops.
func countUnread(*net.UDPConn) error { return errors.ErrUnsupported }

func unread([]byte) uint32 { return 0 }

// enlarge asks for room for datagrams, by halves until the system agrees, if it does.
func enlarge(c *net.UDPConn) {
	for n := receiveBuffer; n >= 64<<10; n /= 2 {
		if c.SetReadBuffer(n) == nil {
			return
		}
	}
}

package syslog

import (
	"encoding/binary"
	"errors"
	"net"
	"syscall"
)

// besideRoom is how many bytes the kernel's count takes beside a datagram.
var besideRoom = syscall.CmsgSpace(4)

// countUnread has the kernel tell with datagrams how many it dropped. An error means that it does not.
func countUnread(c *net.UDPConn) error {
	return setOption(c, syscall.SO_RXQ_OVFL, 1)
}

// unread returns how many datagrams the kernel had dropped when one came, by what it tells beside that: all of the socket, modulo 2^32. It
// tells nothing until it has dropped one.
func unread(beside []byte) uint32 {
	told, err := syscall.ParseSocketControlMessage(beside)
	if err != nil {
		return 0
	}
	for _, m := range told {
		if m.Header.Level == syscall.SOL_SOCKET && m.Header.Type == syscall.SO_RXQ_OVFL && len(m.Data) >= 4 {
			return binary.NativeEndian.Uint32(m.Data)
		}
	}
	return 0
}

// enlarge asks for room for datagrams: beyond net.core.rmem_max if this process has CAP_NET_ADMIN, else as much of it as that allows.
func enlarge(c *net.UDPConn) {
	if setOption(c, syscall.SO_RCVBUFFORCE, receiveBuffer) != nil {
		_ = c.SetReadBuffer(receiveBuffer) // the kernel takes less for more
	}
}

func setOption(c *net.UDPConn, option, value int) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	err = raw.Control(func(fd uintptr) { refused = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, option, value) })
	return errors.Join(err, refused)
}

package eventhttp

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientIP returns the address that a request came from. Where the peer is a trusted proxy, that is the last address
// in X-Forwarded-For that is none: what stands before it could be anybody's invention. trusted may be empty.
func clientIP(r *http.Request, trusted []netip.Prefix) string {
	peer := hostOf(r.RemoteAddr)
	if len(trusted) == 0 || !within(trusted, peer) {
		return peer
	}
	client := peer
	lines := r.Header["X-Forwarded-For"]
	for i := len(lines) - 1; i >= 0; i-- {
		for rest := lines[i]; rest != ""; {
			comma := strings.LastIndexByte(rest, ',')
			hop := strings.TrimSpace(rest[comma+1:])
			rest = rest[:max(comma, 0)]
			if hop = addressOf(hop); hop == "" {
				return client
			}
			if client = hop; !within(trusted, hop) {
				return client
			}
		}
	}
	return client
}

// addressOf returns the address in a list member, which some proxies write with a port, or "".
func addressOf(hop string) string {
	addr, err := netip.ParseAddr(hop)
	if err != nil {
		withPort, err := netip.ParseAddrPort(hop)
		if err != nil {
			return ""
		}
		addr, hop = withPort.Addr(), hostOf(hop)
	}
	if addr.Zone() != "" { // any text, and of no use elsewhere
		return ""
	}
	return hop
}

// hostOf returns the part before the port, without brackets. Some handlers put an address without a port into
// RemoteAddr.
func hostOf(address string) string {
	if i := strings.LastIndexByte(address, ':'); i >= 0 && (address[0] == '[' || strings.IndexByte(address, ':') == i) {
		address = address[:i]
	}
	return strings.TrimSuffix(strings.TrimPrefix(address, "["), "]")
}

func within(prefixes []netip.Prefix, host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

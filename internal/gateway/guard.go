package gateway

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// guard refuses what a browser was tricked into sending: requests to a name that is not ours, and requests on behalf of
// another site. SDKs and tools send none of the headers that tell of a site.
func (g *gateway) guard(r *http.Request) error {
	if err := g.guardHost(r); err != nil {
		return err
	}
	if !sameSite(r) {
		return refuse(http.StatusForbidden, fault.Denied, "AccessDeniedException", "Requests from other sites are refused")
	}
	return nil
}

// guardHost refuses names that are not ours while we listen on this machine alone: a stranger's name that resolves to it
// is how another site gets around the browser.
func (g *gateway) guardHost(r *http.Request) error {
	if !g.o.Loopback || g.isOurs(hostOf(r.Host)) {
		return nil
	}
	return refuse(http.StatusMisdirectedRequest, fault.Denied, "AccessDeniedException", "Host %.100q is not one of ours", r.Host)
}

// hostPrefixes are what SDKs put before the host's name for some operations.
var hostPrefixes = []string{"stream-", "streaming-"}

// isOurs tells whether a name means this machine or is configured.
func (g *gateway) isOurs(host string) bool {
	for _, prefix := range hostPrefixes {
		if rest, ok := strings.CutPrefix(host, prefix); ok && g.isOurs(rest) {
			return true
		}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsLoopback() || slices.Contains(g.o.Hosts, host)
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(g.o.Hosts, host)
}

// hostOf returns the name in a Host header: without a port, brackets or the root's dot, in small letters.
func hostOf(hostPort string) string {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostPort, "["), "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// sameSite tells whether r comes from a page of ours, or from no page. All methods count: an operation may be called by GET.
func sameSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return false
	}
	page := r.Header.Get("Origin")
	if page == "" {
		page = r.Header.Get("Referer")
	}
	if page == "" {
		return true
	}
	u, err := url.Parse(page)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

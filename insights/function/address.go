package function

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// addressFunctions are the IP address functions (operations-functions).
var addressFunctions = []Scalar{
	{Name: "isValidIp", Min: 1, Max: 1, Usage: "isValidIp(s)", Doc: "1 if s is an IPv4 or IPv6 address, else 0.",
		Eval: ofAddress(func(netip.Addr) bool { return true })},
	{Name: "isValidIpV4", Min: 1, Max: 1, Usage: "isValidIpV4(s)", Doc: "1 if s is an IPv4 address, else 0.", Eval: ofAddress(netip.Addr.Is4)},
	{Name: "isValidIpV6", Min: 1, Max: 1, Usage: "isValidIpV6(s)", Doc: "1 if s is an IPv6 address, else 0.", Eval: ofAddress(netip.Addr.Is6)},
	{Name: "isIpInSubnet", Min: 2, Max: 2, Usage: "isIpInSubnet(s, subnet)", Doc: "1 if s is an address in a subnet such as 10.0.0.0/8 or 2001:db8::/32, else 0.",
		Check: checkSubnet, Bind: bindSubnet(anyFamily), Eval: unbound(bindSubnet(anyFamily))},
	{Name: "isIpv4InSubnet", Min: 2, Max: 2, Usage: "isIpv4InSubnet(s, subnet)", Doc: "1 if s is an IPv4 address in a subnet such as 10.0.0.0/8, else 0.",
		Check: checkSubnet, Bind: bindSubnet(netip.Addr.Is4), Eval: unbound(bindSubnet(netip.Addr.Is4))},
	{Name: "isIpv6InSubnet", Min: 2, Max: 2, Usage: "isIpv6InSubnet(s, subnet)", Doc: "1 if s is an IPv6 address in a subnet such as 2001:db8::/32, else 0.",
		Check: checkSubnet, Bind: bindSubnet(netip.Addr.Is6), Eval: unbound(bindSubnet(netip.Addr.Is6))},
	{Name: "ipv4ToNumber", Min: 1, Max: 1, Usage: "ipv4ToNumber(s)", Doc: "The IPv4 address s as a number; nothing if it is none.", Eval: ofText(ipv4ToNumber)},
	{Name: "isPrivateIP", Min: 1, Max: 1, Usage: "isPrivateIP(s)", Doc: "1 if s is a private address (RFC 1918, RFC 4193), else 0.", Eval: ofAddress(netip.Addr.IsPrivate)},
	{Name: "isPublicIP", Min: 1, Max: 1, Usage: "isPublicIP(s)",
		Doc: "1 if s is an address that is neither private, reserved, loopback, link-local nor multicast, else 0.", Eval: ofAddress(isPublic)},
	{Name: "isReservedIP", Min: 1, Max: 1, Usage: "isReservedIP(s)",
		Doc: "1 if s is an address of a range that IANA reserves for special purposes other than private, loopback, link-local and multicast use, else 0.", Eval: ofAddress(isReserved)},
}

// ofAddress makes an Eval of a question about an address; the answer for other text is no.
func ofAddress(is func(netip.Addr) bool) evaluator {
	return ofText(func(s string) column.Value {
		a, ok := addressOf(s)
		return column.BoolValue(ok && is(a))
	})
}

// addressOf reads an address; one with a zone (fe80::1%eth0) is none.
func addressOf(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Zone() == ""
}

func anyFamily(netip.Addr) bool { return true }

func checkSubnet(args []*column.Value) error {
	text, ok := literalText(args, 1)
	if !ok {
		return nil
	}
	if _, err := netip.ParsePrefix(text); err != nil {
		return fmt.Errorf("subnet: got %q, want an address and the length of its prefix, such as 10.0.0.0/8", text)
	}
	return nil
}

// bindSubnet reads a literal subnet once. No address is in a subnet that is none.
func bindSubnet(family func(netip.Addr) bool) func([]*column.Value) func(*Env, []column.Value) column.Value {
	return func(literals []*column.Value) func(*Env, []column.Value) column.Value {
		var bound netip.Prefix
		if text, ok := literalText(literals, 1); ok {
			bound, _ = netip.ParsePrefix(text)
		}
		return ofTexts(func(s, text string) column.Value {
			subnet := bound
			if !subnet.IsValid() {
				subnet, _ = netip.ParsePrefix(text)
			}
			a, ok := addressOf(s)
			return column.BoolValue(ok && family(a) && subnet.Contains(a))
		})
	}
}

func ipv4ToNumber(s string) column.Value {
	a, ok := addressOf(s)
	if !ok || !a.Is4() {
		return column.Value{}
	}
	four := a.As4()
	return column.IntValue(int64(binary.BigEndian.Uint32(four[:])))
}

// isPublic leaves out all ranges that do not stand for one host on the Internet ([R] §7.6).
func isPublic(a netip.Addr) bool {
	return !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsMulticast() && !isReserved(a)
}

// reserved are the special-purpose ranges of IANA (RFC 6890 and its registries) that have no predicate of their
// own ([R] §7.6).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/128"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

func isReserved(a netip.Addr) bool {
	return slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

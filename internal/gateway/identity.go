package gateway

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/sigv4"
)

// signedFor returns what r says of its signature, unverified; nothing if it has none.
func signedFor(r *http.Request) sigv4.Request {
	s, _ := sigv4.Scope(r)
	return s
}

// invocationHeader has what SDKs call a call by, in all attempts; maxInvocation is more than any SDK's, a UUID.
const (
	invocationHeader = "Amz-Sdk-Invocation-Id"
	maxInvocation    = 128
)

// callerOf returns what is known of r's sender without a signature.
func callerOf(r *http.Request, requestID string) caller.Caller {
	c := caller.Caller{RequestID: requestID, SourceIP: sourceIP(r), UserAgent: r.UserAgent()}
	if id := r.Header.Get(invocationHeader); len(id) <= maxInvocation {
		c.InvocationID = id
	}
	return c
}

// sourceIP returns the address of r's sender, or of the last proxy.
func sourceIP(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return at.Addr().Unmap().WithZone("").String()
}

// identify finds out who the caller is: whoever signed the request, or with nobody to verify that, whoever it says.
func (x *exchange) identify() error {
	if x.g.o.Verifier == nil {
		x.trust()
		return nil
	}
	service := ""
	if x.op != nil {
		service = x.op.Service.SigningName
	}
	verified, err := x.g.verify(x.r, service, x.raw)
	if err != nil {
		return err
	}
	x.signed = verified
	c := &x.call.Caller
	c.Account, c.Region, c.AccessKeyID = verified.Account, verified.Region, verified.AccessKeyID
	if x.op == nil {
		return nil // confirm tells
	}
	return x.agree(service)
}

// verify finds out who signed a request for a service, unless its sender failed at that too often.
func (g *gateway) verify(r *http.Request, signingName string, body []byte) (sigv4.Request, error) {
	from := suspect{ip: sourceIP(r), key: signedFor(r).AccessKeyID}
	if err := g.failures.refuse(from, g.o.Now()); err != nil {
		return sigv4.Request{}, err
	}
	verified, err := g.o.Verifier.Verify(forService(r, signingName), body)
	if err != nil {
		g.failures.note(from, g.o.Now())
	}
	return verified, err
}

// confirm checks that a request whose operation was only found in its body was signed for that service.
func (x *exchange) confirm() error {
	if service := x.op.Service.SigningName; x.g.o.Verifier != nil && x.signed.Service != service {
		if _, err := x.g.verify(x.r, service, x.raw); err != nil {
			return err
		}
		return x.agree(service)
	}
	return nil
}

// agree is the last word on whether the verified signature is for the service, should the verifier not have been asked.
func (x *exchange) agree(service string) error {
	if x.signed.Service != service {
		return fault.New(fault.Denied, "InvalidSignatureException", "Credential should be scoped to correct service: '%s'.", service)
	}
	return nil
}

// trust takes the caller's word: the region is that of the signature's scope, the account the access key if it is one.
// Whoever says nothing gets the defaults.
func (x *exchange) trust() { x.g.trust(x.signed, x.call) }

func (g *gateway) trust(signed sigv4.Request, call *Call) {
	c := &call.Caller
	c.Account, c.Region, c.AccessKeyID = g.o.Account, g.o.Region, signed.AccessKeyID
	if isAccount(signed.AccessKeyID) {
		c.Account = signed.AccessKeyID
	}
	if isRegion(signed.Region) {
		c.Region = signed.Region
	}
}

// isAccount tells whether s has the form of an account: twelve digits.
func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// maxRegion is more than any region's name has: those of AWS end at 15 characters.
const maxRegion = 32

// isRegion tells whether s has the form of a region, "us-gov-east-1". It becomes part of ARNs and keys.
func isRegion(s string) bool {
	return s != "" && len(s) <= maxRegion && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// A Door is a path that speaks none of AWS's protocols. Its handler finds the caller in the request's context.
type Door struct {
	Pattern string // a path, "/livez", or all below one, "/console/"; the longest that fits wins
	Handler http.Handler
	Auth    Auth
	Service string // the signing name that requests must be signed for, "" with Open

	// BodyBytes is how large a body may be, as sent and unpacked. The handler gets it whole, unpacked and without its
	// Content-Encoding. 0 leaves reading to the handler; then one that is signed may have 10 MiB.
	BodyBytes int

	// Refuse answers a request that may not pass, or whose handler panicked. Retry-After and WWW-Authenticate are set. nil: in plain text.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, code, message string)
}

// Auth is who may pass a door.
type Auth uint8

// The kinds of Auth. Without a Verifier the last two let everybody in as they say they are.
const (
	Open          Auth = iota // everybody; the caller has no account
	Signed                    // whoever signs with SigV4
	SignedOrToken             // also whoever shows a bearer token; the handler must check what it is good for
)

// door returns the door for a path, nil if there is none.
func (g *gateway) door(path string) *Door {
	var best *Door
	for i := range g.o.Doors {
		d := &g.o.Doors[i]
		fits := path == d.Pattern || strings.HasSuffix(d.Pattern, "/") && strings.HasPrefix(path, d.Pattern)
		if fits && (best == nil || len(d.Pattern) > len(best.Pattern)) {
			best = d
		}
	}
	return best
}

// serveDoor lets a request through d. A handler that panics before it has written anything answers 500.
func (g *gateway) serveDoor(d *Door, w http.ResponseWriter, r *http.Request, call *Call) {
	call.Door, call.Service = d.Pattern, d.Service
	out := &counting{ResponseWriter: w}
	in := &countingBody{ReadCloser: r.Body}
	r.Body = in
	defer func() {
		if p := recover(); p != nil {
			call.Err, call.Stack = fmt.Errorf("panic: %v", p), debug.Stack()
			if out.status == 0 {
				d.refuse(out, r, http.StatusInternalServerError, fault.Of(call.Err))
			}
		}
		call.In, call.Out, call.Status = in.n, out.n, out.status
		if out.status == 0 {
			call.Status = http.StatusOK
		}
	}()
	mine := share{room: &g.bodies}
	defer mine.release()
	if err := g.pass(d, out, r, call, &mine); err != nil {
		refuseAtDoor(d, out, r, err, call)
		return
	}
	d.Handler.ServeHTTP(out, r.WithContext(caller.With(r.Context(), call.Caller)))
}

// refuse answers with f: in plain text unless d says otherwise, as who knocks at a door need not speak AWS's protocols.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, status int, f *fault.Error) {
	if d.Refuse != nil {
		d.Refuse(w, r, status, f.Code, f.Message)
		return
	}
	http.Error(w, f.Code+": "+f.Message, status)
}

// refuseAtDoor tells an error. Where tokens are good, whoever is not known gets 401 (HTTP endpoints in the CloudWatch Logs user
// guide), else 403.
func refuseAtDoor(d *Door, w http.ResponseWriter, r *http.Request, err error, call *Call) {
	f := fault.Of(err)
	call.Err, call.Code = err, f.Code
	status := f.Kind.HTTPStatus()
	if own, ok := errors.AsType[*refusal](err); ok {
		status = own.status
	} else if f.Kind == fault.Denied {
		status = http.StatusForbidden
		if d.Auth == SignedOrToken {
			status = http.StatusUnauthorized
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
	}
	if f.Kind == fault.Throttled {
		status = http.StatusTooManyRequests
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	d.refuse(w, r, status, f)
}

// pass checks whether r may pass d, and who sent it. Reading a page from elsewhere is no harm; changing something is.
func (g *gateway) pass(d *Door, w http.ResponseWriter, r *http.Request, call *Call, mine *share) error {
	if err := g.guardHost(r); err != nil && !isProbe(d, r) {
		return err
	}
	if err := new(http.CrossOriginProtection).Check(r); err != nil {
		return refuse(http.StatusForbidden, fault.Denied, "AccessDeniedException", "Requests from other sites are refused")
	}
	if d.BodyBytes == 0 && (d.Auth == Open || g.o.Verifier == nil) {
		g.trustAtDoor(d, r, call)
		return nil
	}
	token, hasToken := tokenOf(r)
	byToken := g.o.Verifier != nil && d.Auth == SignedOrToken && hasToken
	if byToken {
		if err := g.checkToken(token, call); err != nil || d.BodyBytes == 0 {
			return err
		}
	}
	limit := d.BodyBytes
	if limit == 0 {
		limit = largestBody
	}
	body, err := g.readBody(w, r, limit, mine)
	if err != nil {
		return err
	}
	switch {
	case d.Auth == Open || g.o.Verifier == nil:
		g.trustAtDoor(d, r, call)
	case !byToken:
		if err := g.verifyAtDoor(d, r, body, call); err != nil {
			return err
		}
	}
	if d.BodyBytes != 0 {
		if body, err = unpack(r.Header, body, limit, mine); err != nil {
			return err
		}
		r.Header.Del("Content-Encoding")
		r.ContentLength = int64(len(body))
	}
	if in, ok := r.Body.(*countingBody); ok {
		in.ReadCloser = again{bytes.NewReader(body)}
	}
	return nil
}

// isProbe tells whether r is a read without a Host of what is open to everybody: load balancers ask in HTTP/1.0 whether we live. A
// browser always names a host.
func isProbe(d *Door, r *http.Request) bool {
	return r.Host == "" && d.Auth == Open && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// An again is a body that was read, to be read again.
type again struct{ *bytes.Reader }

// Close does nothing: the body of the connection is closed by the server.
func (again) Close() error { return nil }

// trustAtDoor takes the caller's word for who it is, unless nobody has to be known.
func (g *gateway) trustAtDoor(d *Door, r *http.Request, call *Call) {
	if d.Auth != Open {
		g.trust(signedFor(r), call)
	}
}

// tokenOf returns the token that r shows instead of a signature. Senders of events in Splunk's form have a scheme of their own
// for it; whether AWS takes that is not documented [R].
func tokenOf(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "Splunk")
}

// checkToken finds out whose token it is. A right one always passes, as one sender with a wrong one may share its address with others.
func (g *gateway) checkToken(token string, call *Call) error {
	owner, known := caller.Caller{}, false
	if g.o.Tokens != nil && token != "" {
		owner, known = g.o.Tokens(token)
	}
	if !known {
		from := suspect{ip: call.Caller.SourceIP}
		if err := g.failures.refuse(from, g.o.Now()); err != nil {
			return err
		}
		g.failures.note(from, g.o.Now())
		return fault.New(fault.Denied, "UnrecognizedClientException", "The bearer token included in the request is invalid.")
	}
	c := &call.Caller
	c.Account, c.Region, c.ByToken = owner.Account, owner.Region, true
	return nil
}

// verifyAtDoor checks the signature, which is over the body.
func (g *gateway) verifyAtDoor(d *Door, r *http.Request, body []byte, call *Call) error {
	verified, err := g.verify(r, d.Service, body)
	if err != nil {
		return err
	}
	if verified.Service != d.Service {
		return fault.New(fault.Denied, "InvalidSignatureException", "Credential should be scoped to correct service: '%s'.", d.Service)
	}
	call.Caller.Account, call.Caller.Region, call.Caller.AccessKeyID = verified.Account, verified.Region, verified.AccessKeyID
	return nil
}

// counting notes the status and the length of an answer. What the writer below can do besides is found by
// http.ResponseController.
type counting struct {
	http.ResponseWriter
	status int // 0 as long as nothing is written
	n      int64
}

func (c *counting) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *counting) WriteHeader(status int) {
	if c.status == 0 && status >= 200 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counting) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(p)
	c.n += int64(n)
	return n, err
}

// countingBody counts what is read of a request, once.
type countingBody struct {
	io.ReadCloser
	n int64
}

func (c *countingBody) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if _, counted := c.ReadCloser.(again); !counted {
		c.n += int64(n)
	}
	return n, err
}

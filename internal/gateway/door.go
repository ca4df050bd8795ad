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
}

// Auth is who may pass a door.
type Auth uint8

// The kinds of Auth. Without a Verifier the last two let everybody in as they say they are.
const (
	Open          Auth = iota // everybody; the caller has no account
	Signed                    // whoever signs with SigV4
	SignedOrToken             // also requests with an Authorization of another scheme: the caller has no account, and the handler must check it
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
				http.Error(out, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
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
		refuseAtDoor(out, err, call)
		return
	}
	d.Handler.ServeHTTP(out, r.WithContext(caller.With(r.Context(), call.Caller)))
}

// refuseAtDoor tells an error in plain text: who knocks at a door need not speak AWS's protocols.
func refuseAtDoor(w http.ResponseWriter, err error, call *Call) {
	f := fault.Of(err)
	call.Err, call.Code = err, f.Code
	status := f.Kind.HTTPStatus()
	if own, ok := errors.AsType[*refusal](err); ok {
		status = own.status
	} else if f.Kind == fault.Denied {
		status = http.StatusForbidden
	}
	http.Error(w, f.Code+": "+f.Message, status)
}

// pass checks whether r may pass d, and who sent it. Reading a page from elsewhere is no harm; changing something is.
func (g *gateway) pass(d *Door, w http.ResponseWriter, r *http.Request, call *Call, mine *share) error {
	if err := g.guardHost(r); err != nil {
		return err
	}
	if err := new(http.CrossOriginProtection).Check(r); err != nil {
		return refuse(http.StatusForbidden, fault.Denied, "AccessDeniedException", "Requests from other sites are refused")
	}
	if d.Auth == Open {
		return nil
	}
	if d.Auth == SignedOrToken && hasToken(r) {
		return nil
	}
	if g.o.Verifier == nil {
		g.trust(signedFor(r), call)
		return nil
	}
	return g.verifyAtDoor(d, w, r, call, mine)
}

// hasToken tells whether r is authorized by something else than a signature.
func hasToken(r *http.Request) bool {
	a := r.Header.Get("Authorization")
	return a != "" && !strings.HasPrefix(a, "AWS4-")
}

// verifyAtDoor reads the body, which the signature is over, and gives r a copy.
func (g *gateway) verifyAtDoor(d *Door, w http.ResponseWriter, r *http.Request, call *Call, mine *share) error {
	body, err := g.readBody(w, r, largestBody, mine)
	if err != nil {
		return err
	}
	verified, err := g.o.Verifier.Verify(forService(r, d.Service), body)
	if err != nil {
		return err
	}
	if verified.Service != d.Service {
		return fault.New(fault.Denied, "InvalidSignatureException", "Credential should be scoped to correct service: '%s'.", d.Service)
	}
	call.Caller.Account, call.Caller.Region, call.Caller.AccessKeyID = verified.Account, verified.Region, verified.AccessKeyID
	if in, ok := r.Body.(*countingBody); ok {
		in.ReadCloser, in.n = io.NopCloser(bytes.NewReader(body)), 0
	}
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

// countingBody counts what is read of a request.
type countingBody struct {
	io.ReadCloser
	n int64
}

func (c *countingBody) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.n += int64(n)
	return n, err
}

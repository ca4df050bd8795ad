// Package gateway is the one door of all services: it takes HTTP requests in any of AWS's protocols, finds out who sent
// them and what for, and has the operation answer. How a protocol's bytes look is for the codecs, what an operation does for
// the services, and listening for whoever owns the server.
//
// A request goes through these steps: Host and origin, body (bounded in size and time), signature, unpacking, codec and
// operation, input, constraints, operation, answer. Nothing is unpacked or decoded for a sender who is not known.
package gateway

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/sigv4"
	"github.com/groundwatch/groundwatch/internal/validate"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// Options are what a gateway serves, and how. Table, Codecs, Account and Region must be set.
type Options struct {
	Table    *wire.Table     // all operations there are
	Codecs   []wire.Codec    // in the order in which they are asked; the first also answers what none recognizes
	Verifier *sigv4.Verifier // of signatures, made with SigningName as its Service; nil lets everybody in
	Tokens   Tokens          // of those who cannot sign, asked while there is a Verifier; nil knows none
	Account  string          // of whoever does not tell, while everybody is let in
	Region   string          // likewise
	Doors    []Door          // more than AWS's protocols; they go first

	Loopback bool     // we listen on this machine alone: refuse names of other machines, which a browser may be tricked into
	Hosts    []string // with Loopback, more names that are ours, without ports

	BodyBytes int64 // memory for all bodies at once, packed and unpacked; what exceeds it is answered 503. 0 means 256 MiB

	Now      func() time.Time // nil means time.Now
	Random   io.Reader        // for request ids; nil means crypto/rand
	Finished func(Call)       // told of every finished call before its last byte is sent; it must not block. nil tells nobody

	// Ending, once closed, has all answers that are streams of events end soon, also those whose client reads no more. nil lets
	// them go on.
	Ending <-chan struct{}
}

// Tokens returns whose account and region a bearer token is for, false if it is nobody's.
type Tokens func(token string) (caller.Caller, bool)

// A Call is what a finished request was.
type Call struct {
	Caller    caller.Caller // without an account if the request was refused before it was known
	Service   string        // the signing name: "logs"; "" if it never came to that
	Operation string        // AWS's: "PutLogEvents"; "" as well
	Lacking   Lacking       // what was asked for and is not there; empty if the operation is, and for doors
	Door      string        // the pattern of the door it went through; "" for AWS's protocols
	Status    int           // of HTTP; of a stream that ended with an error, what such an error has elsewhere
	Code      string        // of the error; "" if all went well, and for doors
	Err       error         // why, for the operator; nil if all went well
	Stack     []byte        // of a panic, else nil
	Started   time.Time
	Duration  time.Duration
	In, Out   int64 // bytes of the bodies on the wire
}

// Lacking names an operation that the server lacks as the request does, at most maxName characters of each.
type Lacking struct {
	Service   string // that it is signed for: "s3"; "" if it is not signed
	Operation string // its X-Amz-Target or Action; the method alone if a signed one has none, since paths name things
}

// New returns the handler of all services and doors. It is an error if an operation's constraints cannot be checked.
func New(o Options) (http.Handler, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.BodyBytes == 0 {
		o.BodyBytes = 256 << 20
	}
	if o.Finished == nil {
		o.Finished = func(Call) {}
	}
	g := &gateway{o: o, checks: map[*wire.Operation]*validate.Checks{}, pace: defaultPace}
	g.bodies.left.Store(o.BodyBytes)
	for _, s := range o.Table.Services() {
		for name := range s.Operations {
			op, err := o.Table.Find(s, name)
			if err != nil {
				continue // the model knows it, we do not
			}
			if g.checks[op], err = validate.New(op); err != nil {
				return nil, fmt.Errorf("gateway: %w", err)
			}
		}
	}
	return g, nil
}

type gateway struct {
	o        Options
	checks   map[*wire.Operation]*validate.Checks
	pace     pace
	bodies   room
	failures failures
}

// Headers of every answer. AWS spells the first one like this, and a shipper looks for it in the raw text.
const (
	requestIDHeader = "x-amzn-RequestId"
	dateHeader      = "Date"
)

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := g.o.Now()
	id := g.requestID()
	h := w.Header()
	h[requestIDHeader] = []string{id}
	h[dateHeader] = []string{started.UTC().Format(http.TimeFormat)} // SDKs set their clock by it
	call := Call{Started: started, Caller: callerOf(r, id)}
	finish := func() {
		call.Duration = g.o.Now().Sub(started)
		g.o.Finished(call)
	}
	if d := g.door(r.URL.Path); d != nil {
		defer finish()
		g.serveDoor(d, w, r, &call)
		return
	}
	x := &exchange{g: g, w: w, r: r, call: &call, signed: signedFor(r), share: share{room: &g.bodies}}
	defer x.share.release()
	x.req = wire.Request{ID: id, Method: r.Method, URL: r.URL, Header: header(r, x.signed)}
	answer := x.answer()
	if answer == nil {
		if call.Out = x.events.sent; call.Status == 0 {
			call.Status = http.StatusOK
		}
		finish()
		return
	}
	call.Status, call.Out = answer.Status, int64(len(answer.Body))
	finish()
	write(w, answer)
}

// targetHeader names the operation in awsJson.
const targetHeader = "X-Amz-Target"

// header returns r's header. Who presigns a request moves what says X-Amz to the query; the operation is moved back.
func header(r *http.Request, signed sigv4.Request) http.Header {
	if !signed.Presigned || r.Header.Get(targetHeader) != "" {
		return r.Header
	}
	target := r.URL.Query().Get(targetHeader)
	if target == "" {
		return r.Header
	}
	h := r.Header.Clone()
	h.Set(targetHeader, target)
	return h
}

// write sends a whole answer. Its error is the sender's loss: there is nobody left to tell.
func write(w http.ResponseWriter, answer *wire.Response) {
	h := w.Header()
	for name, values := range answer.Header {
		h[name] = values
	}
	h.Set("Content-Length", strconv.Itoa(len(answer.Body)))
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

// requestID returns a random UUID, as AWS's request ids are.
func (g *gateway) requestID() string {
	var b [16]byte
	if _, err := io.ReadFull(g.o.Random, b[:]); err != nil {
		panic("BUG: no randomness: " + err.Error())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // version 4
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

type signingNameKey struct{}

// SigningName returns the signing name of the service that a request being verified was found to be for, "" if that is not
// known yet. It is for sigv4.Options.Service.
func SigningName(r *http.Request) string {
	name, _ := r.Context().Value(signingNameKey{}).(string)
	return name
}

// forService returns r with what SigningName tells of it.
func forService(r *http.Request, signingName string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), signingNameKey{}, signingName))
}

// mediaType returns the type of a request's body without parameters, in small letters.
func mediaType(h http.Header) string {
	t, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// isForm tells whether r's body may name its operation, so that nothing is known before it is read.
func isForm(r *http.Request) bool {
	return r.Method == http.MethodPost && mediaType(r.Header) == "application/x-www-form-urlencoded"
}

// encodings returns what a body was packed with, in order.
func encodings(h http.Header) []string {
	var list []string
	for _, line := range h.Values("Content-Encoding") {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
				list = append(list, name)
			}
		}
	}
	return slices.Clip(list)
}

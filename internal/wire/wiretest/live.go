package wiretest

import (
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// Exchange calls every operation of a service over HTTP, with the SDK's client on one side and the codec on the other,
// all members set: the input must arrive and the output return as they were. It returns how many did.
func Exchange[C any](t *testing.T, newClient func(aws.Config) *C, newCodec func(*wire.Table) wire.Codec) (passed int) {
	t.Helper()
	d := &door{}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	s := connect(t, newClient, aws.Config{HTTPClient: server.Client(), BaseEndpoint: &server.URL})
	d.codec = newCodec(s.Table)
	for _, name := range slices.Sorted(maps.Keys(s.Table.Services()[0].Operations)) {
		if slices.Contains(s.Skipped, name) {
			continue
		}
		o := s.Operation(t, name)
		in, out := reflect.New(o.In), reflect.New(o.Out)
		Populate(o.Input, in.Elem())
		Populate(o.Output, out.Elem())
		d.answer(out.Interface())
		got, err := s.call(name, in)
		for again := 0; again < patience && errors.Is(err, net.ErrClosed); again++ {
			got, err = s.call(name, in)
		}
		operation, arrived, failure := d.result()
		if err != nil || failure != nil {
			t.Errorf("%s.%s = %v; the server: %v", s.Service, name, err, failure)
			continue
		}
		a := cmp.Diff(in.Interface(), arrived, members)
		b := cmp.Diff(out.Interface(), got, members)
		if operation != name || a != "" || b != "" {
			t.Errorf("%s.%s arrives as %s; input (-sent +arrived):\n%s\noutput (-sent +arrived):\n%s",
				s.Service, name, operation, a, b)
			continue
		}
		passed++
	}
	return passed
}

// patience is how often a call is tried again whose connection the client closed itself: the SDK closes a request's body when
// the head of the answer is there, and its HTTP client, if it has not noted yet that the body was sent, takes that for a failure.
const patience = 3

// members leaves out of a comparison what is in the SDK's types and on no wire.
var members = cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && (f.Name() == "ResultMetadata" || f.Name() == "noSmithyDocumentSerde")
}, cmp.Ignore())

// A door answers requests by a codec.
type door struct {
	codec wire.Codec

	mu struct {
		sync.Mutex
		out       any // of the next request
		operation string
		in        any // of the last one
		err       error
	}
}

func (d *door) answer(out any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mu.out, d.mu.operation, d.mu.in, d.mu.err = out, "", nil, nil
}

func (d *door) result() (operation string, in any, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mu.operation, d.mu.in, d.mu.err
}

func (d *door) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	body, err := io.ReadAll(q.Body)
	if err != nil {
		d.mu.err = err
		return
	}
	r := &wire.Request{ID: "id", Method: q.Method, URL: q.URL, Header: q.Header, Body: body}
	answer, err := d.call(r)
	if err != nil {
		d.mu.err = err
		answer = d.codec.EncodeError(nil, r, err)
	}
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // a client that is gone has its own error
}

// call is the path of a request. d is locked.
func (d *door) call(r *wire.Request) (*wire.Response, error) {
	o, err := d.codec.Match(r)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, errors.New("no request of this protocol")
	}
	d.mu.operation = o.Name
	if d.mu.in, err = d.codec.Decode(o, r); err != nil {
		return nil, err
	}
	return d.codec.Encode(o, r, d.mu.out)
}

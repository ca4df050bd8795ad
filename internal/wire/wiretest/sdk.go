package wiretest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// An SDK is a client of the SDK whose requests go nowhere.
type SDK struct {
	Service string
	Table   *wire.Table // all operations that the model and the SDK share
	Skipped []string    // operations of the model that the SDK lacks, or that stream

	client reflect.Value
	wire   *roundTrip
}

// roundTrip is what a client takes for the network.
type roundTrip struct {
	request *http.Request // the last one
	body    []byte        // of it
	answer  http.Response // to the next one
	text    []byte        // of it
}

func (r *roundTrip) Do(q *http.Request) (*http.Response, error) {
	r.request, r.body = q, nil
	if q.Body != nil {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return nil, err
		}
		r.body = body
	}
	answer := r.answer
	answer.Request, answer.Body, answer.ContentLength = q, io.NopCloser(bytes.NewReader(r.text)), int64(len(r.text))
	return &answer, nil
}

// New returns the SDK's client for a service: newClient is its package's NewFromConfig without options.
func New[C any](t *testing.T, newClient func(aws.Config) *C) *SDK {
	t.Helper()
	net := &roundTrip{}
	s := connect(t, newClient, aws.Config{HTTPClient: net})
	s.wire = net
	return s
}

// connect returns a client with that configuration, completed.
func connect[C any](t *testing.T, newClient func(aws.Config) *C, c aws.Config) *SDK {
	t.Helper()
	c.Region, c.RetryMaxAttempts, c.DisableRequestCompression = "us-east-1", 1, true
	c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
	})
	client := newClient(c)
	s := &SDK{client: reflect.ValueOf(client)}
	path := s.client.Type().Elem().PkgPath()
	s.Service = path[strings.LastIndexByte(path, '/')+1:]
	facts, err := model.Load(s.Service)
	if err != nil {
		t.Fatal(err)
	}
	var ops []op.Operation
	for name, o := range facts.Operations {
		m, ok := s.client.Type().MethodByName(name)
		if !ok || o.Streaming {
			s.Skipped = append(s.Skipped, name)
			continue
		}
		ops = append(ops, op.Operation{
			Service: s.Service, Name: name, In: m.Type.In(2).Elem(), Out: m.Type.Out(0).Elem(),
		})
	}
	if s.Table, err = wire.NewTable([]*model.Service{facts}, ops, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// Operation returns the planned operation of that name.
func (s *SDK) Operation(t *testing.T, name string) *wire.Operation {
	t.Helper()
	o, err := s.Table.Find(s.Table.Services()[0], name)
	if err != nil {
		t.Fatalf("operation %s: %v", name, err)
	}
	return o
}

// Send returns the request that the SDK writes for in.
func (s *SDK) Send(operation string, in any) *wire.Request {
	s.wire.answer, s.wire.text = http.Response{StatusCode: http.StatusOK, Header: http.Header{}}, nil
	s.call(operation, reflect.ValueOf(in)) // its error is of the answer, which nobody reads
	q := s.wire.request
	return &wire.Request{ID: "id", Method: q.Method, URL: q.URL, Header: q.Header, Body: s.wire.body}
}

// Receive returns what the SDK reads from an answer. The input is made up so that it passes the client's checks.
func (s *SDK) Receive(operation string, in any, status int, h http.Header, body []byte) (out any, err error) {
	s.wire.answer, s.wire.text = http.Response{StatusCode: status, Header: h}, body
	return s.call(operation, reflect.ValueOf(in))
}

func (s *SDK) call(operation string, in reflect.Value) (any, error) {
	out := s.client.MethodByName(operation).Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	if err, ok := out[1].Interface().(error); ok {
		return nil, err
	}
	return out[0].Interface(), nil
}

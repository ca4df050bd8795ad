package awsjson

import (
	"context"
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	transport "github.com/aws/smithy-go/endpoints"
	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// sdks are the services of this protocol whose modules carry snapshots, with how many they carry at least.
func sdks(t *testing.T) []struct {
	*wiretest.SDK
	requests, responses, errors int
} {
	t.Helper()
	return []struct {
		*wiretest.SDK
		requests, responses, errors int
	}{
		{wiretest.New(t, func(c aws.Config) *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c) }), 116, 116, 18},
		{wiretest.New(t, func(c aws.Config) *eventbridge.Client {
			return eventbridge.NewFromConfig(c, func(o *eventbridge.Options) { o.EndpointResolverV2 = anywhere{} })
		}), 57, 57, 13},
		{wiretest.New(t, func(c aws.Config) *kms.Client { return kms.NewFromConfig(c) }), 56, 56, 48},
	}
}

// anywhere resolves every endpoint, also for the snapshots' names that no host could have.
type anywhere struct{}

func (anywhere) ResolveEndpoint(context.Context, eventbridge.EndpointParameters) (transport.Endpoint, error) {
	return transport.Endpoint{URI: url.URL{Scheme: "https", Host: "test.example.com"}}, nil
}

// TestRequestSnapshots decodes every request that ships with the SDK and lets the SDK write it again.
func TestRequestSnapshots(t *testing.T) {
	for _, s := range sdks(t) {
		passed := 0
		for _, snap := range wiretest.Requests(t, s.Service) {
			if slices.Contains(s.Skipped, snap.Operation) {
				t.Logf("%s.%s: not planned", s.Service, snap.Operation)
				continue
			}
			if in := decode(t, s.SDK, snap.Request(), snap.Operation); in != nil {
				again := s.Send(snap.Operation, in)
				if d := cmp.Diff(tree(t, snap.Body), tree(t, again.Body)); d != "" {
					t.Errorf("%s.%s: the SDK writes what was decoded as another request (-want +got):\n%s", s.Service, snap.Operation, d)
					continue
				}
				passed++
			}
		}
		if t.Logf("%s: %d request snapshots", s.Service, passed); passed < s.requests {
			t.Errorf("%s: %d request snapshots passed, want %d", s.Service, passed, s.requests)
		}
	}
}

// decode returns the input of r, nil after an error.
func decode(t *testing.T, s *wiretest.SDK, r *wire.Request, operation string) any {
	t.Helper()
	c := New(s.Table)
	o, err := c.Match(r)
	if err != nil || o == nil || o.Name != operation {
		t.Errorf("%s: Match(%s) = %v, %v", s.Service, operation, o, err)
		return nil
	}
	in, err := c.Decode(o, r)
	if err != nil {
		t.Errorf("%s: Decode(%s, %s) = %v", s.Service, operation, r.Body, err)
		return nil
	}
	return in
}

// TestResponseSnapshots lets the SDK read every answer that ships with it and encodes what it read.
func TestResponseSnapshots(t *testing.T) {
	for _, s := range sdks(t) {
		passed := 0
		inputs := inputs(t, s.SDK)
		for _, snap := range wiretest.Responses(t, s.Service) {
			if slices.Contains(s.Skipped, snap.Operation) {
				t.Logf("%s.%s: not planned", s.Service, snap.Operation)
				continue
			}
			out, err := s.Receive(snap.Operation, inputs[snap.Operation], snap.Status, snap.Header, snap.Body)
			if err != nil {
				t.Errorf("%s.%s: the SDK reads its snapshot: %v", s.Service, snap.Operation, err)
				continue
			}
			got, err := New(s.Table).Encode(s.Operation(t, snap.Operation), snap.Request(), out)
			if err != nil {
				t.Errorf("%s: Encode(%s) = %v", s.Service, snap.Operation, err)
				continue
			}
			if got.Status != snap.Status || got.Header.Get("Content-Type") != snap.Header.Get("Content-Type") {
				t.Errorf("%s: Encode(%s) = %d %v, want %d %v", s.Service, snap.Operation, got.Status, got.Header, snap.Status, snap.Header)
			}
			if d := cmp.Diff(tree(t, snap.Body), tree(t, got.Body)); d != "" {
				t.Errorf("%s: Encode(%s) (-want +got):\n%s", s.Service, snap.Operation, d)
				continue
			}
			passed++
		}
		if t.Logf("%s: %d response snapshots", s.Service, passed); passed < s.responses {
			t.Errorf("%s: %d response snapshots passed, want %d", s.Service, passed, s.responses)
		}
	}
}

// inputs returns an input of each operation that passes the SDK's checks: the one its request snapshot holds.
func inputs(t *testing.T, s *wiretest.SDK) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, snap := range wiretest.Requests(t, s.Service) {
		if !slices.Contains(s.Skipped, snap.Operation) {
			all[snap.Operation] = decode(t, s, snap.Request(), snap.Operation)
		}
	}
	return all
}

// TestErrorSnapshots lets the SDK read every error that ships with it and encodes the error that it made of it.
func TestErrorSnapshots(t *testing.T) {
	for _, s := range sdks(t) {
		passed := 0
		inputs := inputs(t, s.SDK)
		for _, snap := range wiretest.Errors(t, s.Service) {
			_, readErr := s.Receive(snap.Operation, inputs[snap.Operation], snap.Status, snap.Header, snap.Body)
			if readErr == nil {
				t.Errorf("%s.%s: the SDK reads %s as no error", s.Service, snap.Operation, snap.Error)
				continue
			}
			got := New(s.Table).EncodeError(s.Operation(t, snap.Operation), snap.Request(), readErr)
			if got.Status != snap.Status {
				t.Errorf("%s: EncodeError(%s) = %d, want %d", s.Service, snap.Error, got.Status, snap.Status)
				continue
			}
			if d := cmp.Diff(tree(t, snap.Body), tree(t, got.Body)); d != "" {
				t.Errorf("%s: EncodeError(%s) (-want +got):\n%s", s.Service, snap.Error, d)
				continue
			}
			passed++
		}
		if t.Logf("%s: %d error snapshots", s.Service, passed); passed < s.errors {
			t.Errorf("%s: %d error snapshots passed, want %d", s.Service, passed, s.errors)
		}
	}
}

// tree returns JSON text as a tree in which the order of members does not count.
func tree(t *testing.T, text []byte) any {
	t.Helper()
	if len(text) == 0 {
		return nil
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if reflect.DeepEqual(v, map[string]any{}) {
		return nil // AWS sends {} and nothing for an empty output
	}
	return v
}

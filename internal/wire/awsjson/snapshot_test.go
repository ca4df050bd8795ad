package awsjson

import (
	"context"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	transport "github.com/aws/smithy-go/endpoints"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// anywhere resolves every endpoint, also for the snapshots' names that no host could have.
type anywhere struct{}

func (anywhere) ResolveEndpoint(context.Context, eventbridge.EndpointParameters) (transport.Endpoint, error) {
	return transport.Endpoint{URI: url.URL{Scheme: "https", Host: "test.example.com"}}, nil
}

func logs(c aws.Config) *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c) }

// TestSnapshots passes every message of this protocol that ships with the SDK through the codec and the SDK itself.
// The counts are those of the versions that we build with; a newer one has as many or more.
func TestSnapshots(t *testing.T) {
	for _, s := range []struct {
		*wiretest.SDK
		requests, responses, errors int
	}{
		{wiretest.New(t, logs), 116, 116, 18},
		{wiretest.New(t, func(c aws.Config) *eventbridge.Client {
			return eventbridge.NewFromConfig(c, func(o *eventbridge.Options) { o.EndpointResolverV2 = anywhere{} })
		}), 57, 57, 13},
		{wiretest.New(t, func(c aws.Config) *kms.Client { return kms.NewFromConfig(c) }), 56, 56, 48},
	} {
		t.Run(s.Service, func(t *testing.T) {
			c := New(s.Table)
			tree := emptyIsNothing
			if n := s.CheckRequests(t, c, tree); n < s.requests {
				t.Errorf("%d request snapshots pass, want %d", n, s.requests)
			}
			if n := s.CheckResponses(t, c, tree); n < s.responses {
				t.Errorf("%d response snapshots pass, want %d", n, s.responses)
			}
			if n := s.CheckErrors(t, c, tree); n < s.errors {
				t.Errorf("%d error snapshots pass, want %d", n, s.errors)
			}
		})
	}
}

// TestClients calls every operation of the SDK's clients that speak this protocol.
func TestClients(t *testing.T) {
	codec := func(t *wire.Table) wire.Codec { return New(t) }
	if n := wiretest.Exchange(t, logs, codec); n != 116 {
		t.Errorf("logs: %d operations pass, want 116", n)
	}
	if n := wiretest.Exchange(t, func(c aws.Config) *kms.Client { return kms.NewFromConfig(c) }, codec); n != 56 {
		t.Errorf("kms: %d operations pass, want 56", n)
	}
	if n := wiretest.Exchange(t, func(c aws.Config) *cloudtrail.Client { return cloudtrail.NewFromConfig(c) }, codec); n != 60 {
		t.Errorf("cloudtrail: %d operations pass, want 60", n)
	}
}

// emptyIsNothing is tree, with {} as good as nothing: the snapshots have it for operations without an output, for which
// Smithy's suite has nothing.
func emptyIsNothing(t *testing.T, text []byte) any {
	t.Helper()
	if string(text) == "{}" {
		return nil
	}
	return tree(t, text)
}

// tree is a wiretest.Tree of JSON text.
func tree(t *testing.T, text []byte) any {
	t.Helper()
	if len(text) == 0 {
		return nil
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

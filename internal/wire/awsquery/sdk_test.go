package awsquery

import (
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

func topics(c aws.Config) *sns.Client { return sns.NewFromConfig(c) }

func tokens(c aws.Config) *sts.Client { return sts.NewFromConfig(c) }

// TestSnapshots passes every request of this protocol that ships with the SDK through the codec and the SDK itself. No
// answers ship in it.
func TestSnapshots(t *testing.T) {
	for _, s := range []struct {
		*wiretest.SDK
		requests int
	}{
		{wiretest.New(t, topics), 42},
		{wiretest.New(t, tokens), 11},
	} {
		if n := s.CheckRequests(t, New(s.Table), formTree); n < s.requests {
			t.Errorf("%s: %d request snapshots pass, want %d", s.Service, n, s.requests)
		}
	}
}

// formTree is a wiretest.Tree of a form.
func formTree(t *testing.T, text []byte) any {
	t.Helper()
	values, err := url.ParseQuery(string(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return values
}

// TestClients calls every operation of the SDK's clients that speak this protocol.
func TestClients(t *testing.T) {
	codec := func(t *wire.Table) wire.Codec { return New(t) }
	if n := wiretest.Exchange(t, topics, codec); n != 42 {
		t.Errorf("sns: %d operations pass, want 42", n)
	}
	if n := wiretest.Exchange(t, tokens, codec); n != 11 {
		t.Errorf("sts: %d operations pass, want 11", n)
	}
}

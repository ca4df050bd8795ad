package rpccbor

import (
	"fmt"
	"math"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// TestSnapshots passes every message of this protocol that ships with the SDK through the codec and the SDK itself.
func TestSnapshots(t *testing.T) {
	s := wiretest.New(t, func(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) })
	c := New(s.Table)
	if n, want := s.CheckRequests(t, c, tree), 55; n < want {
		t.Errorf("%d request snapshots pass, want %d", n, want)
	}
	if n, want := s.CheckResponses(t, c, tree), 55; n < want {
		t.Errorf("%d response snapshots pass, want %d", n, want)
	}
	if n, want := s.CheckErrors(t, c, tree), 19; n < want {
		t.Errorf("%d error snapshots pass, want %d", n, want)
	}
}

// TestClients calls every operation of the SDK's client that speaks this protocol.
func TestClients(t *testing.T) {
	if n := wiretest.Exchange(t, metrics, func(t *wire.Table) wire.Codec { return New(t) }); n != 55 {
		t.Errorf("cloudwatch: %d operations pass, want 55", n)
	}
}

// tree is a wiretest.Tree of one CBOR item, read by the SDK's own decoder.
func tree(t *testing.T, b []byte) any {
	t.Helper()
	if len(b) == 0 {
		return nil
	}
	v, err := cbor.Decode(b)
	if err != nil {
		t.Fatalf("%x: %v", b, err)
	}
	return plain(v)
}

// plain turns the SDK's values into Go's, and all numbers into one type: the protocol lets a sender choose.
func plain(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.Map:
		m := map[string]any{}
		for k, e := range v {
			m[k] = plain(e)
		}
		return m
	case cbor.List:
		l := []any{}
		for _, e := range v {
			l = append(l, plain(e))
		}
		return l
	case *cbor.Tag:
		return fmt.Sprintf("tag %d: %v", v.ID, plain(v.Value))
	case cbor.Uint:
		return float64(v)
	case cbor.NegInt:
		return -float64(v)
	case cbor.Float32:
		return number(float64(v))
	case cbor.Float64:
		return number(float64(v))
	}
	return v
}

// number makes NaN equal to itself.
func number(f float64) any {
	if math.IsNaN(f) {
		return "NaN"
	}
	return f
}

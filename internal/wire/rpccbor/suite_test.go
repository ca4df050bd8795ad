package rpccbor

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// TestSuite runs Smithy's tests of the protocol, and says which of them are none for a server's codec.
func TestSuite(t *testing.T) {
	s := wiretest.LoadSuite(t, "testdata/rpcv2Cbor.json.gz")
	used, unused := s.Run(t, wiretest.Protocol{Codec: New(s.Table), Tree: tree, Body: wiretest.Base64})
	want := map[string]int{
		"for clients only": 24,
		"about defaults: our copy of the suite's shapes lacks their members": 2,
	}
	if d := cmp.Diff(want, unused); used != 66 || d != "" {
		t.Errorf("%d cases used, want 66; unused (-want +got):\n%s", used, d)
	}
}

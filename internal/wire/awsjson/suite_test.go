package awsjson

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// Why a case is left out.
const (
	forClients = "for clients only"
	noShapes   = "about defaults: our copy of the suite's shapes lacks their members"
	gateways   = "the request's ID is the gateway's"
	noTarget   = "about the host's name or the body's encoding: names no operation"
	strange    = "an answer with a header of requests"
)

// TestSuites runs Smithy's tests of both versions, and says which of them are none for a server's codec.
func TestSuites(t *testing.T) {
	for _, tt := range []struct {
		file   string
		used   int
		unused map[string]int
	}{
		{"testdata/awsJson1_0.json.gz", 41, map[string]int{forClients: 27, noShapes: 4, noTarget: 4}},
		{"testdata/awsJson1_1.json.gz", 98, map[string]int{forClients: 20, noTarget: 3, strange: 1, gateways: 1}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			s := wiretest.LoadSuite(t, tt.file)
			used, unused := s.Run(t, wiretest.Protocol{
				Codec: New(s.Table), Tree: tree, Body: wiretest.RawText, Unusable: unusable,
			})
			if d := cmp.Diff(tt.unused, unused); used != tt.used || d != "" {
				t.Errorf("%d cases used, want %d; unused (-want +got):\n%s", used, tt.used, d)
			}
		})
	}
}

func unusable(c *wiretest.Case) string {
	if c.Kind == "request" && c.Headers["X-Amz-Target"] == "" {
		return noTarget
	}
	if c.Kind == "response" && c.Headers["X-Amz-Target"] != "" {
		return strange
	}
	return ""
}

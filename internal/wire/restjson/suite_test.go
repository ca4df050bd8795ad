package restjson

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// TestSuite runs Smithy's tests of the protocol, and says which of them are none for a server's codec.
func TestSuite(t *testing.T) {
	s := wiretest.LoadSuite(t, "testdata/restJson1.json.gz")
	used, unused := s.Run(t, wiretest.Protocol{
		Codec: New(s.Table), Tree: tree, Body: wiretest.RawText, Unusable: unusable,
	})
	want := map[string]int{
		"for clients only": 46, constraints: 125, "about defaults: our copy of the suite's shapes lacks their members": 4,
		noBody: 2, notSent: 1, emptyPayload: 2, noType: 1, length: 1,
	}
	if d := cmp.Diff(want, unused); used != 746 || d != "" {
		t.Errorf("%d cases used, want 746; unused (-want +got):\n%s", used, d)
	}
}

// Why a case is left out.
const (
	constraints  = "about constraints: their check is validate's"
	noBody       = "about the body's encoding: the case has no body"
	notSent      = "a client sends nothing for an empty list in a query"
	emptyPayload = "a client sends the same for an empty payload and for none"
	noType       = "old SDKs send JSON without a type, and AWS takes it"
	length       = "the body's length is the HTTP server's"
)

func unusable(c *wiretest.Case) string {
	if c.Kind == "malformed" && strings.Contains(c.Op, "validation#") {
		return constraints
	}
	switch c.ID {
	case "SDKAppliedContentEncoding_restJson1", "SDKAppendedGzipAfterProvidedEncoding_restJson1":
		return noBody
	case "RestJsonOmitsEmptyListQueryValues":
		return notSent
	case "RestJsonHttpWithEmptyStructurePayload", "RestJsonHttpWithHeadersButNoPayload":
		return emptyPayload
	case "RestJsonWithBodyExpectsApplicationJsonContentTypeNoHeaders":
		return noType
	case "RestJsonHttpPayloadWithUnsetUnion":
		if c.Kind == "response" {
			return length
		}
	}
	return ""
}

// tree is a wiretest.Tree of JSON text. Other text is itself.
func tree(_ *testing.T, text []byte) any {
	if len(text) == 0 {
		return nil
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return string(text)
	}
	return v
}

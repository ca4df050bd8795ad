package awsquery

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// TestSuite runs Smithy's tests of the protocol, and says which of them are none for a server's codec.
func TestSuite(t *testing.T) {
	s := wiretest.LoadSuite(t, "testdata/awsQuery.json.gz")
	used, unused := s.Run(t, wiretest.Protocol{
		Codec: New(s.Table), Tree: tree, Body: wiretest.RawText, Unusable: unusable,
	})
	want := map[string]int{"for clients only": 11, noNamespaces: 1, noBody: 2, notSent: 1}
	if d := cmp.Diff(want, unused); used != 62 || d != "" {
		t.Errorf("%d cases used, want 62; unused (-want +got):\n%s", used, d)
	}
}

// Why a case is left out.
const (
	noNamespaces = "our copy of the suite's shapes lacks the namespaces of keys and values"
	noBody       = "about the body's encoding: the case has no body"
	notSent      = "a client sends nothing for an empty map"
)

func unusable(c *wiretest.Case) string {
	switch {
	case c.ID == "QueryQueryFlattenedXmlMapWithXmlNamespace":
		return noNamespaces
	case c.Kind == "request" && c.Body == nil:
		return noBody
	case c.ID == "QueryEmptyQueryMaps":
		return notSent
	}
	return ""
}

// An element is an XML element without what differs from answer to answer.
type element struct {
	Name  string
	Attrs []string
	Text  string
	Parts []*element
}

// tree is a wiretest.Tree of an XML document. The order of different elements does not show in it, nor that of pairs, nor
// does the ID of a request, nor the namespace of the whole.
func tree(t *testing.T, text []byte) any {
	t.Helper()
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	root, err := parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	root.Parts = slices.DeleteFunc(root.Parts, func(e *element) bool { return e.Name == "ResponseMetadata" || e.Name == "RequestId" })
	root.sort()
	root.Attrs = nil // the suite has a namespace there, or none
	return root
}

// rank is what elements are ordered by.
func (e *element) rank() string {
	if len(e.Parts) == 2 {
		return e.Name + " " + e.Parts[0].Text
	}
	return e.Name
}

func (e *element) sort() {
	for _, p := range e.Parts {
		p.sort()
	}
	slices.SortStableFunc(e.Parts, func(a, b *element) int { return strings.Compare(a.rank(), b.rank()) })
}

func parse(text []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	above := []*element{{}}
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := above[len(above)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			e := &element{Name: tok.Name.Local}
			for _, a := range tok.Attr {
				e.Attrs = append(e.Attrs, a.Name.Space+":"+a.Name.Local+"="+a.Value)
			}
			top.Parts = append(top.Parts, e)
			above = append(above, e)
		case xml.EndElement:
			if tok.Name.Local != top.Name {
				return nil, errors.New(tok.Name.Local + " ends " + top.Name)
			}
			if len(top.Parts) > 0 {
				top.Text = strings.TrimSpace(top.Text)
			}
			above = above[:len(above)-1]
		case xml.CharData:
			top.Text += string(tok)
		}
	}
	if len(above) != 1 || len(above[0].Parts) != 1 {
		return nil, errors.New("not one document")
	}
	return above[0].Parts[0], nil
}

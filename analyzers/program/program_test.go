package program

import (
	"bytes"
	"encoding/gob"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

func TestChecks(t *testing.T) {
	cfg := dictionary.Default()
	cfg.Keys.Alias = map[string][]string{"email": {"email_to", "email_address"}}
	testdata, err := filepath.Abs(filepath.Join("..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	suite := New(cfg)
	all := &analysis.Analyzer{Name: "all", Doc: "every check at once", Requires: []*analysis.Analyzer{suite.Collector}}
	all.Run = func(pass *analysis.Pass) (any, error) {
		for _, c := range suite.Checks {
			named := *pass
			named.Report = func(d analysis.Diagnostic) {
				d.Message = d.Category + ": " + d.Message
				pass.Report(d)
			}
			if _, err := c.Run(&named); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
	analysistest.Run(t, testdata, all, "program/users", "program/mail", "program/app", "program/again", "program/quiet")
}

func TestOffChecksAreLeftOut(t *testing.T) {
	cfg := dictionary.Default()
	cfg.Off = []string{KeyAlias}
	for _, c := range New(cfg).Checks {
		if c.Name == KeyAlias {
			t.Errorf("New with %s off has it all the same", KeyAlias)
		}
	}
}

// The go command keeps facts in its cache by their bytes.
func TestFactsHaveOneForm(t *testing.T) {
	encode := func(imports ...string) []byte {
		var in []imported
		for _, path := range imports {
			in = append(in, imported{path, writes(t, path, "1 tag x_done", "2 key n number", "3 key email string", "together a b")})
		}
		_, all := find("main", writes(t, "main", "1 key n string"), in, newNames(agreedKeys))
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(all); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if one, two := encode("a", "b", "c"), encode("c", "b", "a"); !bytes.Equal(one, two) {
		t.Errorf("the same imports in another order make another fact:\n%q\n%q", one, two)
	}
}

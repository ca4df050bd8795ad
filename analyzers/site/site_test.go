package site_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/groundwatch/groundwatch/analyzers/site"
)

// printer reports each site as one line.
var printer = &analysis.Analyzer{
	Name:     "printsites",
	Doc:      "report each site as one line",
	Requires: []*analysis.Analyzer{site.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		for _, s := range pass.ResultOf[site.Analyzer].(*site.Result).Sites {
			pass.Reportf(s.Pos, "%s", line(s))
		}
		return nil, nil
	},
}

func line(s site.Site) string {
	words := []string{s.Func + ":", s.Callee, s.Level}
	if s.Level == "" {
		words[2] = "-"
	}
	for _, t := range s.Tags {
		name := t.Name
		if !t.Const {
			name = "?"
		}
		words = append(words, fmt.Sprintf("[%s %s]", name, t.Role))
	}
	for _, w := range []struct {
		is   bool
		word string
	}{{s.Forwards, "forwards"}, {s.Message != nil, "message"}} {
		if w.is {
			words = append(words, w.word)
		}
	}
	for _, a := range s.Attrs {
		words = append(words, a.Key+":"+string(a.Class))
		if a.Via != "" {
			words = append(words, "by "+a.Via)
		}
	}
	if !s.Complete {
		words = append(words, "hidden")
	}
	if s.Inner {
		words = append(words, "inner")
	}
	return strings.Join(words, " ")
}

func TestSites(t *testing.T) {
	data, err := filepath.Abs(filepath.Join("..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, data, printer, "site/calls")
}

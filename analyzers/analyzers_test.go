package analyzers_test

import (
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/groundwatch/groundwatch/analyzers"
	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

// bundle returns one analyzer that runs all checks and puts their names before what they say: the test
// data is loaded once, and the near misses of one check are seen by all others.
func bundle(cfg dictionary.Config) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     "eventlint",
		Doc:      "run all checks",
		Requires: []*analysis.Analyzer{site.Analyzer},
		Run: func(p *analysis.Pass) (any, error) {
			for _, a := range analyzers.All(cfg) {
				own := *p
				own.Analyzer = a
				own.Report = func(d analysis.Diagnostic) {
					d.Message = a.Name + ": " + d.Message
					p.Report(d)
				}
				if _, err := a.Run(&own); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
	}
}

// TestChecks runs every check over the planted faults and near misses of all of them.
func TestChecks(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), bundle(dictionary.Default()), "checks/...")
}

func TestAllIsInOrderOfGravity(t *testing.T) {
	last := -1
	for _, a := range analyzers.All(dictionary.Default()) {
		rank := analyzers.Rank(a.Name)
		if rank <= last || rank >= len(analyzers.Names()) {
			t.Errorf("All has %s (rank %d) after rank %d, want each once and the gravest first", a.Name, rank, last)
		}
		last = rank
	}
	if got, want := analyzers.Rank("nothing"), len(analyzers.Names()); got != want {
		t.Errorf("Rank(%q) = %d, want %d", "nothing", got, want)
	}
}

func TestChecksAreSwitchedOff(t *testing.T) {
	cfg := dictionary.Default()
	cfg.Off = []string{"tagpast"}
	all := analyzers.All(cfg)
	if got, want := len(all), len(analyzers.All(dictionary.Default()))-1; got != want {
		t.Errorf("All without tagpast has %d checks, want %d", got, want)
	}
	if slices.ContainsFunc(all, func(a *analysis.Analyzer) bool { return a.Name == "tagpast" }) {
		t.Error("All has tagpast, which is switched off")
	}
}

func TestAnalyzersAreValid(t *testing.T) {
	if err := analysis.Validate(analyzers.All(dictionary.Default())); err != nil {
		t.Errorf("Validate: %v", err)
	}
}

// TestConfigured runs every check by a dictionary that differs from the default in each part.
func TestConfigured(t *testing.T) {
	cfg, err := dictionary.Parse([]byte(`{
		"off": ["keyunit"],
		"tests": true,
		"tags": {"style": "kebab", "maxWords": 4, "past": ["dlq"], "required": true},
		"keys": {"style": "camel", "reserved": ["shard"], "allow": ["X-Legacy"]},
		"secrets": {"words": ["plate"], "personal": ["email"], "allow": ["publicToken"]}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, analysistest.TestData(), bundle(cfg), "configured")
}

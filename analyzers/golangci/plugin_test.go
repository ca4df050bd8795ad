package golangci

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
)

// built returns the analyzers of the plugin that is registered, with settings.
func built(t *testing.T, settings any) []*analysis.Analyzer {
	t.Helper()
	newPlugin, err := register.GetPlugin(Name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlugin(settings)
	if err != nil {
		t.Fatalf("New(%v): %v", settings, err)
	}
	if got := p.GetLoadMode(); got != register.LoadModeTypesInfo {
		t.Errorf("GetLoadMode() = %s, want %s", got, register.LoadModeTypesInfo)
	}
	all, err := p.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	if err := analysis.Validate(all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRegisteredPluginFinds(t *testing.T) {
	ran := map[string]bool{}
	for _, a := range built(t, nil) {
		ran[a.Name] = true
		if a.Name == "tagunique" || a.Name == "keytype" {
			analysistest.Run(t, analysistest.TestData(), a, a.Name)
		}
	}
	if !ran["tagunique"] || !ran["keytype"] || !ran["secret"] {
		t.Errorf("BuildAnalyzers() = %v, want all checks", ran)
	}
}

func TestSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.json")
	if err := os.WriteFile(file, []byte(`{"off": ["tagunique"]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		settings any
	}{
		{"a file", map[string]any{"config": file}},
		{"in place", map[string]any{"dictionary": map[string]any{"off": []any{"tagunique"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, a := range built(t, tt.settings) {
				if a.Name == "tagunique" {
					t.Errorf("settings %v: tagunique is there, want it off", tt.settings)
				}
			}
		})
	}
}

func TestSettingsThatAreWrong(t *testing.T) {
	for _, tt := range []struct {
		name     string
		settings any
		want     string
	}{
		{"unknown", map[string]any{"konfig": "x"}, "konfig"},
		{"unknown inside", map[string]any{"dictionary": map[string]any{"of": []any{}}}, `"of"`},
		{"no file", map[string]any{"config": "missing.json"}, "missing.json"},
		{"both", map[string]any{"config": "x.json", "dictionary": map[string]any{}}, "want one of them"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := New(tt.settings); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New(%v): error %v, want one about %s", tt.settings, err, tt.want)
			}
		})
	}
}

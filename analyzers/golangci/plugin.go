// Package golangci makes eventlint a module plugin of golangci-lint. It has no checks of its own: they are
// in the packages around it. It is a module of its own, so that nobody who uses the checks alone gets its
// dependency.
package golangci

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers"
	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/program"
)

// Name is what the plugin is called in golangci-lint's settings.
const Name = "eventlint"

// golangci-lint finds plugins by what their init registers; there is no other way in.
func init() { register.Plugin(Name, New) }

// Settings are what golangci-lint's file may say of eventlint. Without any, the nearest .eventlint.json
// from the working directory upwards holds, or else the default.
type Settings struct {
	Config     string         `json:"config"`     // a dictionary's file
	Dictionary map[string]any `json:"dictionary"` // the dictionary itself, as in that file
}

// New returns the plugin with settings, as golangci-lint decoded them. A setting that does not exist is an
// error.
func New(settings any) (register.LinterPlugin, error) {
	s := Settings{}
	if settings != nil {
		var err error
		if s, err = register.DecodeSettings[Settings](settings); err != nil {
			return nil, fmt.Errorf("%s: %w", Name, err)
		}
	}
	cfg, err := s.config()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Name, err)
	}
	return plugin{cfg}, nil
}

// config returns the dictionary that s names or holds.
func (s Settings) config() (dictionary.Config, error) {
	switch {
	case s.Config != "" && s.Dictionary != nil:
		return dictionary.Config{}, errors.New("settings have config and dictionary, want one of them")
	case s.Config != "":
		return dictionary.Read(s.Config)
	case s.Dictionary != nil:
		text, err := json.Marshal(s.Dictionary)
		if err != nil {
			return dictionary.Config{}, err
		}
		return dictionary.Parse(text)
	}
	file, err := dictionary.Find(".")
	if err != nil || file == "" {
		return dictionary.Default(), err
	}
	return dictionary.Read(file)
}

type plugin struct{ cfg dictionary.Config }

// BuildAnalyzers returns every check, the gravest first: golangci-lint shows the first finding of a line
// only, unless issues.uniq-by-line is off.
func (p plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	all := slices.Concat(analyzers.All(p.cfg), program.New(p.cfg).Checks)
	slices.SortStableFunc(all, func(a, b *analysis.Analyzer) int { return analyzers.Rank(a.Name) - analyzers.Rank(b.Name) })
	return all, nil
}

// GetLoadMode tells that the checks need types.
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

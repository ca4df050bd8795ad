// Package groundwatch_test checks the whole module: who imports whom, how big things are, and the
// few constructs that no package may use.
package groundwatch_test

import (
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// module is the import path that every package of ours starts with.
const module = "github.com/groundwatch/groundwatch"

//go:embed layers.txt
var layers string

// A listed is what go list tells about one package of the module.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// name returns the package's path inside the module, "" for the root.
func (p listed) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// listPackages asks the go command for every package of the module. A package that does not compile
// is listed all the same: that is for the compiler to report.
func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...").Output()
	if err != nil {
		t.Fatalf("go list ./...: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("go list ./...: %v", err)
		}
		all = append(all, p)
	}
}

// TestLayers checks every import inside the module against layers.txt. A name there whose package
// does not exist yet is no mistake: the policy may come first.
func TestLayers(t *testing.T) {
	below, forbidden := parseLayers(t, layers)
	for _, p := range listPackages(t) {
		name := p.name()
		if name == "" {
			continue
		}
		if below[name] == nil {
			t.Errorf("%s is not in layers.txt", name)
			continue
		}
		for _, imp := range p.Imports {
			dep, ours := strings.CutPrefix(imp, module+"/")
			if ours && !below[name][dep] {
				t.Errorf("%s may not import %s", name, dep)
			}
		}
	}
	for _, f := range forbidden {
		if below[f[1]][f[0]] {
			t.Errorf("layers.txt lets %s import %s, which it also forbids", f[1], f[0])
		}
	}
}

// parseLayers returns, for each name, everything it may import.
func parseLayers(t *testing.T, text string) (below map[string]map[string]bool, forbidden [][2]string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		lines = append(lines, strings.TrimSpace(line))
	}
	below = map[string]map[string]bool{"NONE": {}}
	for _, rule := range strings.Split(strings.Join(lines, " "), ";") {
		if a, b, ok := strings.Cut(rule, "!<"); ok {
			forbidden = append(forbidden, [2]string{strings.TrimSpace(a), strings.TrimSpace(b)})
			continue
		}
		steps := strings.Split(rule, "<")
		for i := 1; i < len(steps); i++ {
			for _, upper := range layerNames(steps[i]) {
				if below[upper] != nil {
					t.Fatalf("%s is defined twice in layers.txt", upper)
				}
				below[upper] = reach(t, below, layerNames(steps[i-1]))
			}
		}
	}
	return below, forbidden
}

// reach returns lower and everything below it.
func reach(t *testing.T, below map[string]map[string]bool, lower []string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, name := range lower {
		if below[name] == nil {
			t.Fatalf("%s is used before it is defined in layers.txt", name)
		}
		all[name] = true
		for x := range below[name] {
			all[x] = true
		}
	}
	return all
}

func layerNames(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// TestLayersRefuses checks that the policy's reader finds what it is there to find.
func TestLayersRefuses(t *testing.T) {
	below, forbidden := parseLayers(t, "NONE < a, b; # rest\na < c < d;\nd !< a;")
	for _, tt := range []struct {
		upper, lower string
		want         bool
	}{
		{"c", "a", true},
		{"d", "a", true},
		{"d", "c", true},
		{"c", "b", false},
		{"a", "c", false},
	} {
		if got := below[tt.upper][tt.lower]; got != tt.want {
			t.Errorf("%s may import %s: %t, want %t", tt.upper, tt.lower, got, tt.want)
		}
	}
	if len(forbidden) != 1 || forbidden[0] != [2]string{"d", "a"} {
		t.Errorf("forbidden = %q, want [d a]", forbidden)
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file writes text to a file of its own.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.go")
	if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestApply(t *testing.T) {
	const before = "package x\n\nvar a, b = 1, 2\n"
	at := func(s, text string) edit {
		i := strings.Index(before, s)
		return edit{Start: i, End: i + len(s), New: text}
	}
	for _, tt := range []struct {
		name  string
		fixes [][]edit
		want  string
		fixed int
	}{
		{"none", nil, before, 0},
		{"one", [][]edit{{at("1", "3")}}, "package x\n\nvar a, b = 3, 2\n", 1},
		{"two, the later place first", [][]edit{{at("2", "4")}, {at("1", "3")}}, "package x\n\nvar a, b = 3, 4\n", 2},
		{"two edits of one fix", [][]edit{{at("a,", "aa,"), at("1", "11")}}, "package x\n\nvar aa, b = 11, 2\n", 1},
		{"what another fix changes is left", [][]edit{{at("a, b", "c, d")}, {at("b", "e")}}, "package x\n\nvar c, d = 1, 2\n", 1},
		{"a fix is done as a whole or not", [][]edit{{at("1", "3")}, {at("2", "4"), at("1", "5")}}, "package x\n\nvar a, b = 3, 2\n", 1},
		{"the same fix twice is one", [][]edit{{at("1", "3")}, {at("1", "3")}}, "package x\n\nvar a, b = 3, 2\n", 2},
		{"neighbours do not touch", [][]edit{{at("1", "3")}, {at(", 2", ", 4")}}, "package x\n\nvar a, b = 3, 4\n", 2},
		{"inserted and removed", [][]edit{{{Start: 11, End: 11, New: "// c\n"}}, {at(" = 1, 2", " int")}}, "package x\n\n// c\nvar a, b int\n", 2},
		{"formatted", [][]edit{{at("1", "  3")}}, "package x\n\nvar a, b = 3, 2\n", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := file(t, before)
			findings := []finding{{File: name, Check: "tagunique"}} // has no fix
			for _, edits := range tt.fixes {
				for i := range edits {
					edits[i].File = name
				}
				findings = append(findings, finding{File: name, Fix: &fix{Edits: edits}})
			}
			if err := apply(findings); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("apply: file is %q, want %q", got, tt.want)
			}
			fixed := 0
			for _, f := range findings {
				if f.Fixed {
					fixed++
				}
			}
			if fixed != tt.fixed {
				t.Errorf("apply: %d findings are fixed, want %d", fixed, tt.fixed)
			}
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("apply: mode %v, %v, want -rw-r-----", info.Mode(), err)
			}
		})
	}
}

func TestApplyLeavesFilesWhenTheResultIsNoGo(t *testing.T) {
	good, bad := file(t, "package x\n"), file(t, "package y\n")
	findings := []finding{
		{File: good, Fix: &fix{Edits: []edit{{File: good, Start: 8, End: 9, New: "z"}}}},
		{File: bad, Fix: &fix{Edits: []edit{{File: bad, Start: 0, End: 7, New: "("}}}},
		{File: bad, Fix: &fix{Edits: []edit{{File: bad, Start: 90, End: 91}}}},
	}
	if err := apply(findings); err == nil {
		t.Error("apply: no error, want one for the file that is no Go")
	}
	if text, err := os.ReadFile(good); err != nil || string(text) != "package x\n" {
		t.Errorf("the other file is %q, %v, want it as it was", text, err)
	}
	for i, f := range findings {
		if f.Fixed {
			t.Errorf("finding %d is marked as fixed, but nothing was written", i)
		}
	}
}

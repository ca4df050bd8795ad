package app

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/compat.md")

//go:generate go test -run TestCompatPageIsCurrent -update .

func TestCompatPageIsCurrent(t *testing.T) {
	want, err := CompatPage()
	if err != nil {
		t.Fatal(err)
	}
	page := filepath.Join("..", "..", "docs", "compat.md")
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(page); err != nil || string(got) != want {
		t.Errorf("%s is not what the server has (%v); run go generate ./internal/app", page, err)
	}
}

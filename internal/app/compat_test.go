package app

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
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

func TestCompatIsServed(t *testing.T) {
	r := start(t, settings(t))
	code, body := get(t, r.URL()+"/api/v1/compat")
	var got []support
	if err := json.Unmarshal([]byte(body), &got); err != nil || code != 200 {
		t.Fatalf("GET /api/v1/compat = %d %.100s, %v", code, body, err)
	}
	i := slices.IndexFunc(got, func(s support) bool { return s.Service == "CloudWatch Logs" })
	if i < 0 || !slices.Contains(got[i].Works, "PutLogEvents") || slices.Contains(got[i].Lacks, "PutLogEvents") {
		t.Errorf("GET /api/v1/compat = %+v, want CloudWatch Logs to have PutLogEvents", got)
	}
	if i >= 0 && (!slices.Contains(got[i].Elsewhere, "PutIntegration") || slices.Contains(got[i].Works, "PutIntegration")) {
		t.Errorf("GET /api/v1/compat = %+v, want PutIntegration to be elsewhere", got[i])
	}
}

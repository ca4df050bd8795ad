package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

var guide = filepath.Join("..", "..", "docs", "how-to", "check-events-with-eventlint.md")

// blocks returns the texts of the guide's blocks of one kind: "sh", "json".
func blocks(t *testing.T, kind string) []string {
	t.Helper()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for i, part := range strings.Split("\n"+string(text), "\n```") {
		if body, found := strings.CutPrefix(part, kind+"\n"); i%2 == 1 && found {
			all = append(all, body)
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no %s block", guide, kind)
	}
	return all
}

// TestGuideCommands runs the guide's calls of eventlint over a small program. What goes through the go
// command is tested by a script.
func TestGuideCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs all commands of the guide")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module example.com/shop\n\ngo 1.26.0\n",
		"shop.go": "package shop\n\nimport \"log/slog\"\n\nfunc Open() { slog.Info(\"shop_opened\", \"shopName\", 1) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for _, b := range blocks(t, "sh") {
		for line := range strings.Lines(b) {
			if !strings.HasPrefix(line, "eventlint ") {
				continue
			}
			ran++
			cmd := exec.Command("sh", "-c", line)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
			if out, err := cmd.CombinedOutput(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != exitWell && cmd.ProcessState.ExitCode() != exitFindings {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
		}
	}
	if ran < 7 {
		t.Errorf("%s: %d commands ran, want at least 7", guide, ran)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "shop.go")); err != nil || !strings.Contains(string(after), `"shop_name"`) {
		t.Errorf("after eventlint --fix the file is %q, %v, want the key shop_name", after, err)
	}
	if list, err := os.ReadFile(filepath.Join(dir, "events.json")); err != nil || !strings.Contains(string(list), `"tag": "shop_opened"`) {
		t.Errorf("events.json is %q, %v, want the tag shop_opened", list, err)
	}
}

func TestGuideDictionary(t *testing.T) {
	for _, b := range blocks(t, "json") {
		if _, err := dictionary.Parse([]byte(b)); err != nil {
			t.Errorf("%s: %v in\n%s", guide, err, b)
		}
	}
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// build builds a program of the repository and returns the folder it is in.
func build(t *testing.T, programs ...string) string {
	t.Helper()
	bin := t.TempDir()
	for _, p := range programs {
		cmd := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "./cmd/"+p)
		cmd.Dir = filepath.Join("..", "..")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go build %s: %v\n%s", p, err, out)
		}
	}
	return bin
}

// answers are parts of what the commands of the README print, by a part of the command.
var answers = map[string][]string{
	"sum(labels_created)":  {"dhl", "postnl", "ups"},
	`user_id = "u-003"`:    {"request_served", "label_created", "parcel_registered"},
	"status >= 400":        {"invalid order: weight 0 kg", "carrier refused the parcel: 31.5 kg", "502"},
	"request_id in":        {"carrier_call_failed", "parcel_registration_failed", "request_failed"},
	"pct(duration_ms, 99)": {"/v1/labels ", "/v1/labels/{tracking}"},
	"label-mails":          {"ok", "failed"},
}

func TestCommandsOfTheReadme(t *testing.T) {
	bin := build(t, "groundwatch")
	dir := t.TempDir()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, block := range strings.Split(string(text), "```sh\n")[1:] {
		command, _, _ := strings.Cut(block, "\n```")
		if strings.HasPrefix(command, "go run .") {
			command = strings.Replace(command, "labels.ndjson", filepath.Join(dir, "labels.ndjson"), 1)
			runCommand(t, ".", bin, command)
			continue
		}
		out := runCommand(t, dir, bin, command)
		for part, want := range answers {
			if !strings.Contains(command, part) {
				continue
			}
			asked++
			for _, w := range want {
				if !strings.Contains(out, w) {
					t.Errorf("%s: no %q in\n%s", command, w, out)
				}
			}
		}
	}
	if asked != len(answers) {
		t.Errorf("%d of %d questions asked", asked, len(answers))
	}
}

func runCommand(t *testing.T, dir, bin, command string) string {
	t.Helper()
	cmd := exec.Command("sh", "-ec", command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, out, stderr.String())
	}
	return string(out)
}

func TestEventlintFindsNothing(t *testing.T) {
	bin := build(t, "eventlint")
	cmd := exec.Command("go", "vet", "-vettool="+filepath.Join(bin, "eventlint"), "./...")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go vet -vettool=eventlint: %v\n%s", err, out)
	}
}

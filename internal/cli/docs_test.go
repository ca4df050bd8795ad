package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// samples makes what the documents' commands read.
const samples = `
mkdir -p build logs/a
groundwatch generate logs --shape lambda --format s3export --count 3000 --dir export
groundwatch generate logs --count 500 > app.ndjson
cp app.ndjson logs/a/one.ndjson; gzip -c app.ndjson > logs/a/two.gz; cp logs/a/two.gz app.log.gz; cp logs/a/two.gz app.ndjson.gz
cp app.ndjson extra.ndjson; cp app.ndjson app.log; cp app.ndjson access.log
echo 'stats count(*) by fn' > slow.query
printf 'key email hash\n' > rules.txt
printf '%s\n' '{"time":"2026-11-21T10:00:00Z","level":"info","tag":"label_created"}' '{"time":"2026-11-21T10:00:01Z","level":"info","msg":"label created"}' > labels.ndjson
`

// TestDocuments runs every command of the documents that people are told to type.
func TestDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("runs all commands of the documents")
	}
	root := filepath.Join("..", "..")
	documents, err := filepath.Glob(filepath.Join(root, "docs", "how-to", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	documents = append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "docs", "quick-start.md"))
	for _, d := range documents {
		t.Run(filepath.Base(d), func(t *testing.T) {
			text, err := os.ReadFile(d)
			if err != nil {
				t.Fatal(err)
			}
			commands := shellCommands(string(text))
			if len(commands) == 0 && !strings.Contains(string(text), "```sh server\n") {
				t.Fatalf("%s has no command", d)
			}
			runDocument(t, commands)
		})
	}
}

// shellCommands returns the lines of sh blocks that call groundwatch, joined where they end in \.
// What waits for ever is left out; what needs a server stands in blocks of another name, which test/sdk runs.
func shellCommands(text string) []string {
	var commands []string
	inside, joined := false, ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh"
		case inside && strings.HasSuffix(line, `\`):
			joined += strings.TrimSuffix(line, `\`)
		case inside:
			line = joined + line
			joined = ""
			if strings.Contains(line, "groundwatch ") && !strings.Contains(line, "tail -f") && !strings.Contains(line, "groundwatch serve") {
				commands = append(commands, line)
			}
		}
	}
	return commands
}

// runDocument runs commands in a folder of their own. Exit code 8 is well: documents show broken input.
func runDocument(t *testing.T, commands []string) {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "groundwatch")); err != nil {
		t.Fatal(err)
	}
	for _, c := range append([]string{samples}, commands...) {
		cmd := exec.Command("sh", "-ec", c)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if code := fmt.Sprint(err); err != nil && code != "exit status 8" {
			t.Errorf("%s\n%v\n%s", c, err, out)
		}
	}
}

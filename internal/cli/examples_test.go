package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// groupSamples makes what the examples of commands that talk to a service are about.
const groupSamples = `
groundwatch put /labels/web host-1 app.ndjson --create -q
echo '{"level":"error","requestId":"r","ms":900,"msg":"label not made: timed out"}' | groundwatch put /labels/web host-1 -q
echo '{"level":"warn","msg":"slow"}' | groundwatch put /aws/lambda/pay 2026/x --create -q
mkdir -p logs export; cp app.ndjson logs/a.ndjson; cp app.ndjson export/a.ndjson; gzip -k app.ndjson; cp app.ndjson app.log; gzip -k app.log; echo 'stats count(*) by level' > slow.query
`

// TestExamples runs the examples of the commands that work with log groups, each of which has three or more, beside a server. What waits for
// ever, or needs an account of AWS, is left out.
func TestExamples(t *testing.T) {
	root := (&Program{}).root()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "groundwatch")); err != nil {
		t.Fatal(err)
	}
	script := "groundwatch generate logs --count 200 --start 2h --span 1h > app.ndjson" + groupSamples
	for _, name := range []string{"tail", "query", "get", "groups ls", "groups create", "streams ls", "streams create", "streams delete", "groups delete"} {
		cmd, _, err := root.Find(strings.Fields(name))
		if err != nil {
			t.Fatal(err)
		}
		script += exampleLines(t, cmd)
	}
	cmd := exec.CommandContext(t.Context(), "groundwatch", "run", "--", "sh", "-exc", script)
	cmd.Path = filepath.Join(dir, "groundwatch")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// exampleLines returns the examples of a command that can be run here.
func exampleLines(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(cmd.Example), "\n")
	if len(lines) < 3 {
		t.Errorf("%s has %d examples, want 3", cmd.CommandPath(), len(lines))
	}
	out := ""
	for _, line := range lines {
		if !strings.Contains(line, "tail -f") && !strings.Contains(line, "--profile") {
			out += strings.TrimSpace(line) + "\n"
		}
	}
	return out
}

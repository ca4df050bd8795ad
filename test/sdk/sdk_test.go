package sdk

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/test/built"
)

// root is the folder of the repository.
var root = built.Root()

// program builds groundwatch once for all suites.
var program = sync.OnceValues(func() (string, error) { return built.Program("sdk") })

// run runs a command against a fresh server, and fails with its output if it does.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	groundwatch, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(groundwatch, append([]string{"run", "--", name}, args...)...)
	cmd.Dir = filepath.Join(root, "test", "sdk", "testdata")
	exports := t.TempDir()
	if err := os.Mkdir(filepath.Join(exports, "archive"), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "GROUNDWATCH_EXPORT_DIR="+exports, "AWS_PAGER=", "PYTHONDONTWRITEBYTECODE=1",
		"AWS_CONFIG_FILE="+filepath.Join(t.TempDir(), "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(t.TempDir(), "none"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	t.Logf("%s", out)
}

// installed returns a folder below build/sdk that holds clients, which install fetches if it must: in CI, or when
// GROUNDWATCH_INSTALL is set. Elsewhere a test whose clients are missing is skipped.
func installed(t *testing.T, name, wants string, install func(dir string) *exec.Cmd) string {
	t.Helper()
	dir := filepath.Join(root, "build", "sdk", name)
	list := filepath.Join(root, "test", "sdk", "testdata", wants)
	want, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	// What is installed is remembered, so that a newer list is installed again.
	if got, err := os.ReadFile(filepath.Join(dir, wants+".done")); err == nil && string(got) == string(want) {
		return dir
	}
	if os.Getenv("CI") == "" && os.Getenv("GROUNDWATCH_INSTALL") == "" {
		t.Skipf("the clients of %s are not installed; make sdk does it", wants)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for attempt := 1; ; attempt++ {
		out, err := install(dir).CombinedOutput()
		if err == nil {
			break
		}
		if attempt == 3 {
			t.Fatalf("install %s: %v\n%s", wants, err, out)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, wants+".done"), want, 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// python returns the folder of a Python environment with boto3 and AWS's command line.
func python(t *testing.T) string {
	return installed(t, "python", "requirements.txt", func(dir string) *exec.Cmd {
		script := `python3 -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2"`
		return exec.Command("sh", "-ec", script, "sh", dir, filepath.Join(root, "test", "sdk", "testdata", "requirements.txt"))
	})
}

func TestPython(t *testing.T) {
	t.Parallel()
	dir := python(t)
	run(t, filepath.Join(dir, "bin", "python"), "suite.py")
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	bin := filepath.Join(python(t), "bin")
	run(t, "sh", "-c", fmt.Sprintf("PATH=%q:$PATH exec sh cli.sh /test/cli", bin))
}

func TestJavaScript(t *testing.T) {
	t.Parallel()
	run(t, node(), "--test", javascript(t, "suite.mjs"))
}

// javascript returns the path of a script of testdata beside AWS's SDK for JavaScript.
func javascript(t *testing.T, name string) string {
	t.Helper()
	dir := installed(t, "javascript", "package.json", func(dir string) *exec.Cmd {
		script := `cp "$2" "$1/package.json" && npm install --silent --no-audit --no-fund --no-package-lock --prefix "$1"`
		return exec.Command("sh", "-ec", script, "sh", dir, filepath.Join(root, "test", "sdk", "testdata", "package.json"))
	})
	// Node finds packages in folders above the script.
	suite, err := os.ReadFile(filepath.Join(root, "test", "sdk", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, name)
	if err := os.WriteFile(script, suite, 0o666); err != nil {
		t.Fatal(err)
	}
	return script
}

// node returns the Node to run: the one that .ci/install fetched because the system's is too old, else the system's.
func node() string {
	if path := filepath.Join(root, "build", "sdk", "node", "node_modules", "node", "bin", "node"); isFile(path) {
		return path
	}
	return "node"
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// TestTerraform applies, plans again and destroys: a second plan that wants to change something means that a read does
// not give back what a write brought.
func TestTerraform(t *testing.T) {
	t.Parallel()
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	mirror := providerMirror()
	if mirror == "" {
		t.Skip("no mirror with Terraform's AWS provider; set GROUNDWATCH_TERRAFORM_MIRROR to one")
	}
	dir := t.TempDir()
	config, err := os.ReadFile(filepath.Join(root, "test", "sdk", "testdata", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main.tf"), string(config))
	write(t, filepath.Join(dir, "rc"), fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror { path = %q }\n}\n", mirror))
	script := `cd "$1"; export TF_CLI_CONFIG_FILE="$1/rc" TF_IN_AUTOMATION=1 TF_VAR_endpoint="$AWS_ENDPOINT_URL"
"$2" init -no-color -input=false
"$2" apply -no-color -input=false -auto-approve
"$2" plan -no-color -input=false -detailed-exitcode
"$2" destroy -no-color -input=false -auto-approve`
	start := time.Now()
	run(t, "sh", "-ec", script, "sh", dir, terraform)
	t.Logf("applied, planned and destroyed in %v", time.Since(start))
}

// providerMirror returns a folder with Terraform's AWS provider, or "": the one that the environment names, or one where
// Terraform itself or packagers put them.
func providerMirror() string {
	candidates := []string{os.Getenv("GROUNDWATCH_TERRAFORM_MIRROR"), "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins"}
	if home, err := os.UserHomeDir(); err == nil {
		candidates = append(candidates, filepath.Join(home, ".terraform.d", "plugins"))
	}
	others, _ := filepath.Glob("/opt/*") // fails only for a pattern that is none
	for _, dir := range append(candidates, others...) {
		if dir == "" {
			continue
		}
		// A mirror holds HOST/NAMESPACE/TYPE.
		if found, _ := filepath.Glob(filepath.Join(dir, "*.*", "hashicorp", "aws", "*")); len(found) > 0 {
			return dir
		}
	}
	return ""
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestSuitesAreComplete keeps a suite from being forgotten: each file of testdata belongs to a test.
func TestSuitesAreComplete(t *testing.T) {
	var self []byte
	for _, name := range []string{"sdk_test.go", "livetail_test.go"} {
		text, err := os.ReadFile(filepath.Join(root, "test", "sdk", name))
		if err != nil {
			t.Fatal(err)
		}
		self = append(self, text...)
	}
	files, err := os.ReadDir(filepath.Join(root, "test", "sdk", "testdata"))
	if err != nil || len(files) == 0 {
		t.Fatalf("ReadDir(testdata) = %v, %v", files, err)
	}
	for _, f := range files {
		if !strings.Contains(string(self), f.Name()) {
			t.Errorf("testdata/%s: no test runs it", f.Name())
		}
	}
}

// TestDocuments types what the documents tell people to type beside a server, in one shell for each document.
func TestDocuments(t *testing.T) {
	t.Parallel()
	aws := filepath.Join(python(t), "bin")
	groundwatch, err := program()
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs", "how-to", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, d := range append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "docs", "quick-start.md")) {
		text, err := os.ReadFile(d)
		if err != nil {
			t.Fatal(err)
		}
		commands := serverCommands(string(text))
		if commands == "" {
			continue
		}
		tried++
		t.Run(filepath.Base(d), func(t *testing.T) {
			path := filepath.Dir(groundwatch) + string(os.PathListSeparator) + aws
			run(t, "sh", "-c", fmt.Sprintf("cd %q && PATH=%q:$PATH && set -eux\n%s", t.TempDir(), path, commands))
		})
	}
	if tried < 2 {
		t.Errorf("%d documents have commands beside a server, want README.md and run-a-server.md at least", tried)
	}
}

// serverCommands returns the lines of blocks marked "sh server". The one that would lead to the usual address is left out:
// the shell already knows where the server is.
func serverCommands(text string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = strings.TrimSpace(line) == "```sh server"
		case inside && !strings.HasPrefix(line, "eval "):
			b.WriteString(line)
		}
	}
	return b.String()
}

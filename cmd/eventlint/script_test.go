package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

// TestMain lets scripts, and the go command that they call, run this test's program as eventlint.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"eventlint": main})
}

// TestScripts runs testdata/*.txtar: commands as people type them, and what they print. Each has the
// logger's signatures in eventlog, as a module.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command many times")
	}
	goEnv := goEnvironment(t)
	stub, err := os.ReadFile(filepath.Join("..", "..", "analyzers", "testdata", "src", "github.com", "groundwatch", "groundwatch", "eventlog", "eventlog.go"))
	if err != nil {
		t.Fatal(err)
	}
	tool, err := exec.LookPath("eventlint")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, append(goEnv, "EVENTLINT="+tool)...)
			dir := filepath.Join(env.WorkDir, "eventlog")
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module github.com/groundwatch/groundwatch/eventlog\n\ngo 1.26.0\n"), 0o666); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "eventlog.go"), stub, 0o666)
		},
	})
}

// goEnvironment returns what the go command needs to work as it does outside of a script.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOROOT"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	env := []string{"GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off"}
	for i, value := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		env = append(env, names[i]+"="+value)
	}
	return env
}

// exits runs a program and checks its exit code: exits 3 eventlint ./...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program argument...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if e, ok := err.(interface{ ExitCode() int }); ok {
		got = strconv.Itoa(e.ExitCode())
	} else if err != nil {
		ts.Fatalf("%v: %v", args[1:], err)
	}
	if got != args[0] {
		ts.Fatalf("%v exits with %s, want %s", args[1:], got, args[0])
	}
}

package cli

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run this test's program as groundwatch.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"groundwatch": func() {
		p := &Program{
			Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.Getenv, Version: "test",
			Now: func() time.Time { return time.Date(2026, 1, 6, 0, 0, 0, 0, time.UTC) },
		}
		os.Exit(p.Run(context.Background(), os.Args[1:]))
	}})
}

// TestScripts runs testdata/*.txtar: commands as people type them, and what they print.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits runs groundwatch and checks its exit code: exits 5 query ...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code argument...")
	}
	err := ts.Exec("groundwatch", args[1:]...)
	got := "0"
	if e, ok := err.(interface{ ExitCode() int }); ok {
		got = strconv.Itoa(e.ExitCode())
	} else if err != nil {
		ts.Fatalf("groundwatch %v: %v", args[1:], err)
	}
	if got != args[0] {
		ts.Fatalf("groundwatch %v exits with %s, want %s", args[1:], got, args[0])
	}
}

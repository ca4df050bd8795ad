package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
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
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "bytes": writeBytes, "pack": pack},
		Condition:           isRoot,
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

// isRoot is the condition [root]: nothing is unreadable then.
func isRoot(name string) (bool, error) {
	if name != "root" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return os.Geteuid() == 0, nil
}

// writeBytes appends texts with the escapes of Go to a file, each as often as said: bytes FILE TEXT TIMES ...
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args)%2 != 1 {
		ts.Fatalf("usage: bytes FILE TEXT TIMES...")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	ts.Check(err)
	for i := 1; i < len(args); i += 2 {
		text, err := strconv.Unquote("\"" + strings.ReplaceAll(args[i], `"`, `\"`) + "\"")
		ts.Check(err)
		times, err := strconv.Atoi(args[i+1])
		ts.Check(err)
		_, err = f.WriteString(strings.Repeat(text, times))
		ts.Check(err)
	}
	ts.Check(f.Close())
}

// pack writes a file as gzip, of which it keeps some percent: pack FROM TO 50.
func pack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: pack FROM TO PERCENT")
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(w.Close())
	keep, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), packed.Bytes()[:packed.Len()*keep/100], 0o666))
}

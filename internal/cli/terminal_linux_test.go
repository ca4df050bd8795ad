package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// TestTerminal runs testdata/terminal/*.txtar: what people see of commands on a terminal.
func TestTerminal(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/terminal",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"bytes": writeBytes, "onTerminal": onTerminal},
	})
}

// onTerminal runs a command with its output and messages on a terminal, whatever its exit code, and puts what is seen
// into the file "seen". It fails if that has a character which a terminal obeys or does not show: onTerminal
// groundwatch query ...
func onTerminal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: onTerminal command...")
	}
	text, err := seen(ts, args)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("seen"), []byte(text), 0o666))
	ts.Logf("%s", strings.ToValidUTF8(text, "\uFFFD"))
	if text == "" {
		ts.Fatalf("%q shows nothing", args)
	}
	for i, r := range text {
		switch {
		case r == '\n', r == '\t', r >= ' ' && r < 0x7f:
		case r < 0xa0, unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp), r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			ts.Fatalf("%q shows %U at %d of %q", args, r, i, text)
		}
	}
}

// seen returns what a command writes to a terminal.
func seen(ts *testscript.TestScript, args []string) (string, error) {
	screen, terminal, err := openTerminal()
	if err != nil {
		return "", err
	}
	defer screen.Close()
	cmd := exec.Command("sh", append([]string{"-c", `exec "$@"`, "sh"}, args...)...) // finds it in the script's PATH
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME"), "NO_COLOR=1"}
	cmd.Stdout, cmd.Stderr = terminal, terminal
	if err := cmd.Start(); err != nil {
		terminal.Close()
		return "", err
	}
	terminal.Close()
	var text bytes.Buffer
	_, _ = io.Copy(&text, screen)                               // ends with an error once no one has the terminal open
	_ = cmd.Wait()                                              // the exit code is no matter here
	return strings.ReplaceAll(text.String(), "\r\n", "\n"), nil // as terminals end lines
}

// openTerminal returns a new terminal and its screen, from which what is written to the terminal can be read.
func openTerminal() (screen, terminal *os.File, err error) {
	screen, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, err
	}
	number, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		return nil, nil, err
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	return screen, terminal, err
}

// TestPromptOnATerminal asks over a file with the keys of a real terminal: a completed command, Ctrl-C, and the end.
func TestPromptOnATerminal(t *testing.T) {
	screen, terminal, err := openTerminal()
	if err != nil {
		t.Skip(err)
	}
	defer screen.Close()
	file := filepath.Join(t.TempDir(), "app.ndjson")
	appendTo(t, file, `{"level":"error","ms":41}`)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "groundwatch")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, link, "query", "-i", file)
	cmd.Env = []string{"HOME=" + t.TempDir(), "NO_COLOR=1", "TERM=xterm"}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	var seen strings.Builder
	buf := make([]byte, 4096)
	from := 0
	for _, step := range []struct{ waitFor, keys string }{
		{"groundwatch> ", "dropped\x03"}, {"groundwatch> ", "sta\tmax(ms) as most;\r"}, {"-- 1 row; 1 of 1 events matched", ""}, {"groundwatch> ", "\\q\r"},
	} {
		for !strings.Contains(seen.String()[from:], step.waitFor) {
			n, err := screen.Read(buf)
			if err != nil {
				t.Fatalf("%v before %q; seen %q", err, step.waitFor, &seen)
			}
			seen.Write(buf[:n])
		}
		from += strings.Index(seen.String()[from:], step.waitFor) + len(step.waitFor)
		if _, err := io.WriteString(screen, step.keys); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = io.Copy(&seen, screen) // ends with an error once no one has the terminal open
	if err := cmd.Wait(); err != nil || !strings.Contains(seen.String(), "most\r\n  41\r\n") {
		t.Errorf("it ends with %v; seen %q", err, &seen)
	}
}

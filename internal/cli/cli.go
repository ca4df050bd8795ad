// Package cli is Groundwatch's command line: it reads flags, calls the packages that do the work, and
// shows what they say. Data goes to standard output, everything else to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/output"
)

// Exit codes. They are part of the interface: docs/reference/exit-codes.md.
const (
	ExitOK          = 0
	ExitFailure     = 1   // something went wrong while running
	ExitUsage       = 2   // wrong flags or arguments
	ExitFindings    = 3   // a check found something
	ExitNoMatch     = 4   // nothing matched, with --fail-if-empty
	ExitSyntax      = 5   // a query or pattern is not valid
	ExitPartial     = 8   // some input could not be read; the data on standard output is valid
	ExitInterrupted = 130 // Ctrl-C
	ExitPipe        = 141 // the reader of standard output went away
)

// A Program is one run of the command line. All fields but Version are required.
type Program struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Env            func(string) string
	Now            func() time.Time
	Version        string

	command string          // the one that runs, as messages name it
	fromEnv map[string]bool // flags that only the environment gives
	flags   struct {
		output, color, timeZone, errorFormat string
		quiet                                bool
	}
}

// An exitError is an error with the exit code it leads to. A nil err exits silently.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage returns an error about how a command was called.
func usage(format string, args ...any) error {
	return &exitError{ExitUsage, fmt.Errorf(format, args...)}
}

// Run runs the command that args name and returns the exit code.
func (p *Program) Run(ctx context.Context, args []string) int {
	ballast := newBallast()
	defer runtime.KeepAlive(ballast)
	root := p.root()
	root.SetArgs(args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return ExitOK
	}
	code := exitCode(ctx, err)
	if code != ExitPipe {
		p.readErrorFormat(root, args)
		p.printError(cmd, err)
	}
	return code
}

// exitCode maps an error to the code the process ends with.
func exitCode(ctx context.Context, err error) int {
	var e *exitError
	var query syntax.Errors
	var pattern *filterpattern.Error
	switch {
	case errors.As(err, &e):
		return e.code
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return ExitPipe
	case errors.As(err, &query), errors.As(err, &pattern):
		return ExitSyntax
	case ctx.Err() != nil:
		return ExitInterrupted
	}
	return ExitFailure
}

// stdoutTTY reports whether people read standard output on a terminal, and how wide it is in columns.
func (p *Program) stdoutTTY() (width int, tty bool) { return terminal(p.Stdout) }

// stderrTTY reports the same of standard error.
func (p *Program) stderrTTY() (width int, tty bool) { return terminal(p.Stderr) }

func terminal(w io.Writer) (width int, tty bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	return width, true
}

// colour reports whether to colour what goes to standard output.
func (p *Program) colour() bool {
	_, tty := p.stdoutTTY()
	return output.Colour(p.flags.color, tty, p.Env)
}

// zone returns the zone of --time-zone: UTC unless said otherwise.
func (p *Program) zone() (*time.Location, error) {
	name := p.flags.timeZone
	switch name {
	case "", "UTC":
		return time.UTC, nil
	case "local":
		return time.Local, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, usage("--time-zone: unknown zone %q; want UTC, local, or a name such as Europe/Berlin", name)
	}
	return zone, nil
}

// noArgs refuses arguments to commands that take none, with a word about what was found.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("found %q, want no arguments", args[0])
	}
	return nil
}

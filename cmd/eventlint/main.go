// Command eventlint checks that a Go program's events are named and written well, and lists them. It
// works alone, and as the tool of go vet -vettool.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes, as docs/reference/exit-codes.md has them for all programs of ours.
const (
	exitWell     = 0
	exitFailed   = 1 // packages that cannot be loaded, files that cannot be written
	exitUsage    = 2
	exitFindings = 3
)

func main() {
	if isVet(os.Args[1:]) {
		vet(os.Args[1:]) // ends the process
	}
	l := &linter{stdout: show(os.Stdout), stderr: show(os.Stderr)}
	os.Exit(l.run(os.Args[1:]))
}

// A linter is one run of the program.
type linter struct {
	stdout, stderr io.Writer
	dir            string // where patterns and files are looked for; "" means the current directory
	options        options
}

// options are what the command line says.
type options struct {
	config   string
	tags     string
	only     string
	fix      bool
	json     bool
	patterns []string
}

// errUsage marks a command line that cannot be understood.
var errUsage = errors.New("wrong command line")

func (l *linter) run(args []string) int {
	command := l.check
	switch {
	case len(args) > 0 && args[0] == "help":
		command = l.help
		args = args[1:]
	case len(args) > 0 && args[0] == "catalog":
		command = l.catalog
		args = args[1:]
	}
	if err := l.parse(args); errors.Is(err, flag.ErrHelp) {
		return exitWell
	} else if err != nil {
		fmt.Fprintf(l.stderr, "eventlint: %v\n\nSee eventlint --help.\n", err)
		return exitUsage
	}
	code, err := command()
	if err != nil {
		fmt.Fprintf(l.stderr, "eventlint: %v\n", err)
		return max(code, exitFailed)
	}
	return code
}

// parse reads flags, also those that stand behind patterns.
func (l *linter) parse(args []string) error {
	o := &l.options
	flags := flag.NewFlagSet("eventlint", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.config, "config", "", "")
	flags.StringVar(&o.tags, "tags", "", "")
	flags.StringVar(&o.only, "only", "", "")
	flags.BoolVar(&o.fix, "fix", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	for len(args) > 0 {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(l.stdout, usage)
			return err
		} else if err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		args = flags.Args()
		for len(args) > 0 && (args[0] == "" || !strings.HasPrefix(args[0], "-")) {
			o.patterns = append(o.patterns, args[0])
			args = args[1:]
		}
	}
	return nil
}

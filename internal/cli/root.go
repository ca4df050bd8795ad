package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// root returns the command tree.
func (p *Program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "groundwatch",
		Short: "Ask questions of your logs",
		Long: `Groundwatch is CloudWatch on your own ground. It answers CloudWatch Logs Insights queries over log
files: S3 exports, NDJSON, gzip, zstd, Parquet, standard input.`,
		Example: `  groundwatch query 'filter level = "error" | stats count(*) by bin(1h)' ./export/
  groundwatch clean ./export/ -o ./clean --to parquet
  groundwatch tail app.log --level warn`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.fromEnvironment(cmd) },
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	f := root.PersistentFlags()
	f.StringVarP(&p.flags.output, "output", "o", "", "how to show results: table, json, jsonarray, csv, tsv, md, parquet")
	f.StringVar(&p.flags.color, "color", "auto", "colours: auto, always, never")
	f.StringVar(&p.flags.timeZone, "time-zone", "UTC", "zone of the times read and shown: UTC, local, Europe/Berlin")
	f.StringVar(&p.flags.errorFormat, "error-format", "text", "how to show errors: text, json")
	f.BoolVarP(&p.flags.quiet, "quiet", "q", false, "say nothing but errors on standard error")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exitError{ExitUsage, err} })
	root.AddCommand(p.query(), p.tail(), p.clean(), p.generate(), p.pattern(),
		p.completion(root), p.man(root), p.version())
	root.SetHelpCommand(p.help(root))
	return root
}

// unknownCommand says that there is no such command and which one may have been meant.
func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if s := syntax.Suggest(name, names); s != "" {
		return usage("unknown command %q (did you mean %q?)", name, s)
	}
	return usage("unknown command %q; the commands are %s", name, strings.Join(names, ", "))
}

// fromEnvironment sets flags that were not given from GROUNDWATCH_<FLAG> and checks those with few
// values.
func (p *Program) fromEnvironment(cmd *cobra.Command) error {
	var problem error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := "GROUNDWATCH_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v := p.Env(name); v != "" && !f.Changed && problem == nil {
			if err := cmd.Flags().Set(f.Name, v); err != nil {
				problem = usage("%s: %v", name, err)
			}
		}
	})
	if problem != nil {
		return problem
	}
	if err := oneOf("--color", p.flags.color, "auto", "always", "never"); err != nil {
		return err
	}
	return oneOf("--error-format", p.flags.errorFormat, "text", "json")
}

// oneOf checks a flag that has few values.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	hint := ""
	if s := syntax.Suggest(value, allowed); s != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", s)
	}
	return usage("%s: unknown value %q, want %s%s", flag, value, strings.Join(allowed, ", "), hint)
}

// A problemJSON is one error as --error-format json shows it. Line and Column are 1-based and 0
// where an error has no place.
type problemJSON struct {
	Command string `json:"command"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

// printError shows why a command failed.
func (p *Program) printError(cmd *cobra.Command, err error) {
	var e *exitError
	if errors.As(err, &e) && e.err == nil {
		return
	}
	if p.flags.errorFormat == "json" {
		for _, item := range problemsJSON(cmd.Name(), err) {
			line, _ := json.Marshal(item) // strings and numbers always encode
			fmt.Fprintf(p.Stderr, "%s\n", line)
		}
		return
	}
	var text *textError
	if errors.As(err, &text) {
		fmt.Fprintf(p.Stderr, "groundwatch: %s: %s\n", cmd.Name(), strings.TrimSpace(text.shown()))
	} else {
		fmt.Fprintf(p.Stderr, "groundwatch: %s: %s\n", cmd.Name(), strings.TrimSpace(err.Error()))
	}
	if errors.As(err, &e) && e.code == ExitUsage {
		fmt.Fprintf(p.Stderr, "see: %s --help\n", cmd.CommandPath())
	}
}

func problemsJSON(command string, err error) []problemJSON {
	var mistakes syntax.Errors
	if errors.As(err, &mistakes) {
		var all []problemJSON
		for _, m := range mistakes {
			all = append(all, problemJSON{command, m.Msg, m.Hint, m.Span.Start.Line, m.Span.Start.Col})
		}
		return all
	}
	return []problemJSON{{Command: command, Message: err.Error()}}
}

// A textError is a mistake in a query or pattern, with the text it is in.
type textError struct {
	text string
	err  error
}

func (e *textError) Error() string { return e.err.Error() }
func (e *textError) Unwrap() error { return e.err }

// shown returns the message and below it the text with a mark under each mistake.
func (e *textError) shown() string {
	var mistakes syntax.Errors
	if errors.As(e.err, &mistakes) {
		return mistakes.Caret(e.text)
	}
	var pattern *filterpattern.Error
	if errors.As(e.err, &pattern) {
		return pattern.Error() + "\n" + pattern.Caret(e.text)
	}
	return e.err.Error()
}

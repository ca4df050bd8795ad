package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/output"
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
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              onlyCommands,
		RunE:              showHelp,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.fromEnvironment(cmd) },
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	f := root.PersistentFlags()
	f.StringVarP(&p.flags.output, "output", "o", "", "how to show results: table, json, jsonarray, csv, tsv, md, expanded, parquet")
	f.StringVar(&p.flags.color, "color", "auto", "colours: auto, always, never")
	f.StringVar(&p.flags.timeZone, "time-zone", "UTC", "zone of the times read and shown: UTC, local, Europe/Berlin")
	f.StringVar(&p.flags.errorFormat, "error-format", "text", "how to show errors, problems and notes: text, json")
	f.BoolVarP(&p.flags.quiet, "quiet", "q", false, "say nothing but errors on standard error")
	offerOf(root, "output", func(cmd *cobra.Command) []string { return outputs(commandName(cmd)) })
	offer(root, "color", colorModes...)
	offer(root, "time-zone", "UTC", "local")
	offer(root, "error-format", errorFormats...)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(p.query(), p.tail(), p.clean(), p.generate(), p.pattern(),
		p.serve(), p.run(), p.put(), p.get(), p.groups(), p.streams(), p.env(), p.check(),
		p.completion(root), p.man(root), p.version())
	root.SetHelpCommand(p.help(root))
	offerNoFiles(root)
	return root
}

// Values of flags of all commands.
var (
	colorModes   = []string{"auto", "always", "never"}
	errorFormats = []string{"text", "json"}
)

// showHelp is what a command does that only holds others.
func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// onlyCommands refuses arguments to a command that only holds others.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownCommand(cmd, args[0])
}

// flagError says what is wrong with a flag and which one may have been meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if s := syntax.Suggest(unknown.GetSpecifiedName(), names); s != "" {
			return usage("unknown flag --%s (did you mean --%s?)", unknown.GetSpecifiedName(), s)
		}
	case errors.As(err, &value):
		f := value.GetFlag()
		return usage("--%s: found %q, want %s", f.Name, value.GetValue(), valueNames[f.Value.Type()])
	}
	return &exitError{ExitUsage, err}
}

// valueNames say what flags of a type take.
var valueNames = map[string]string{
	"bool": "true or false", "duration": "a duration such as 90m or 24h",
	"int": "a whole number", "int64": "a whole number", "uint64": "a whole number from 0",
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
// values. A flag of one command that has the name of a global one, as -o of clean, is not set so.
func (p *Program) fromEnvironment(cmd *cobra.Command) error {
	p.command = commandName(cmd)
	p.fromEnv = map[string]bool{}
	var problem error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if cmd.Root().PersistentFlags().Lookup(f.Name) != nil && cmd.Root().PersistentFlags().Lookup(f.Name) != f {
			return
		}
		name := variable(f.Name)
		if v := p.Env(name); v != "" && !f.Changed && problem == nil {
			if err := cmd.Flags().Set(f.Name, v); err != nil {
				problem = usage("%s: %w", name, flagError(cmd, err))
			}
			p.fromEnv[f.Name] = true
		}
	})
	if problem != nil {
		return problem
	}
	if err := oneOf("--color", p.flags.color, colorModes...); err != nil {
		return err
	}
	if err := oneOf("--error-format", p.flags.errorFormat, errorFormats...); err != nil {
		return err
	}
	return p.checkOutput(cmd)
}

// outputs are the values of --output that a command takes, its default first; none for those whose results have one
// form.
func outputs(command string) []string {
	switch command {
	case "query":
		return output.Formats()
	case "tail":
		return []string{"table", "json"}
	case "get":
		return []string{"text", "table", "json"}
	case "groups ls", "streams ls":
		return output.Formats()
	case "pattern test", "version", "check data":
		return []string{"text", "json"}
	}
	return nil
}

// checkOutput refuses a value of --output that the command does not take. The environment's is for those that do.
func (p *Program) checkOutput(cmd *cobra.Command) error {
	name, value := commandName(cmd), p.flags.output
	known := append(output.Formats(), "text")
	switch {
	case value == "", slices.Contains(outputs(name), value):
		return nil
	case p.fromEnv["output"] && slices.Contains(known, value):
		p.flags.output = ""
		return nil
	case p.fromEnv["output"]:
		return oneOf("GROUNDWATCH_OUTPUT", value, known...)
	case outputs(name) == nil:
		return usage("--output: found %q, but what %s prints has one form", value, cmd.CommandPath())
	}
	return oneOf("--output", value, outputs(name)...)
}

// oneOf checks a flag that has few values. The empty text stands for a flag that was not given.
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
	shown := slices.DeleteFunc(slices.Clone(allowed), func(a string) bool { return a == "" })
	return usage("%s: unknown value %q, want %s%s", flag, value, strings.Join(shown, ", "), hint)
}

// printError shows why a command failed.
func (p *Program) printError(cmd *cobra.Command, err error) {
	var e *exitError
	if errors.As(err, &e) && e.err == nil {
		return
	}
	name := commandName(cmd)
	if p.flags.errorFormat == "json" {
		for _, m := range errorMessages(name, err) {
			p.printJSON(m)
		}
		return
	}
	var text *textError
	if errors.As(err, &text) {
		p.say(name, text.shown())
	} else {
		p.say(name, err.Error())
	}
	if errors.As(err, &e) && e.code == ExitUsage {
		fmt.Fprintf(p.Stderr, "see: %s --help\n", cmd.CommandPath())
	}
}

// readErrorFormat finds --error-format where a mistake in the arguments kept it from being read.
func (p *Program) readErrorFormat(root *cobra.Command, args []string) {
	const name = "error-format"
	if root.PersistentFlags().Lookup(name).Changed {
		return
	}
	format := p.Env(variable(name))
	for i, a := range args {
		if a == "--" {
			break
		}
		if v, ok := strings.CutPrefix(a, "--"+name+"="); ok {
			format = v
		} else if a == "--"+name && i+1 < len(args) {
			format = args[i+1]
		}
	}
	if format != "" {
		p.flags.errorFormat = format
	}
}

// variable returns the name of the environment variable for a flag.
func variable(flag string) string {
	return "GROUNDWATCH_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// commandName returns what a command is called in messages: "pattern test", and "" for the program.
func commandName(cmd *cobra.Command) string {
	_, name, _ := strings.Cut(cmd.CommandPath(), " ")
	return name
}

// say shows a message with the command it is from, once.
func (p *Program) say(command, message string) {
	message = strings.TrimSpace(message)
	if command != "" && !strings.HasPrefix(message, command+": ") {
		message = command + ": " + message
	}
	p.printText("groundwatch: " + message + "\n")
}

// errorMessages returns the mistakes in a query one by one, any other error as one message.
func errorMessages(command string, err error) []messageJSON {
	var mistakes syntax.Errors
	if errors.As(err, &mistakes) {
		var all []messageJSON
		for _, m := range mistakes {
			all = append(all, messageJSON{Command: command, Message: m.Msg, Hint: m.Hint, Line: int64(m.Span.Start.Line), Column: m.Span.Start.Col})
		}
		return all
	}
	var pattern *filterpattern.Error
	var text *textError
	if errors.As(err, &pattern) && errors.As(err, &text) {
		line, column := text.place(pattern.Pos)
		return []messageJSON{{Command: command, Message: pattern.Msg, Hint: pattern.Hint, Line: line, Column: column}}
	}
	return []messageJSON{{Command: command, Message: err.Error()}}
}

// A textError is a mistake in a query or pattern, with the text it is in.
type textError struct {
	text string
	err  error
}

func (e *textError) Error() string { return e.err.Error() }
func (e *textError) Unwrap() error { return e.err }

// place returns the line and column, from 1, of the character at pos, from 0.
func (e *textError) place(pos int) (line int64, column int) {
	line, column = 1, 1
	for _, r := range []rune(e.text)[:min(pos, utf8.RuneCountInString(e.text))] {
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

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

package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/output"
)

func (p *Program) pattern() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pattern",
		Short: "Work with CloudWatch filter patterns",
		Args:  onlyCommands,
		RunE:  showHelp,
	}
	cmd.AddCommand(p.patternTest())
	return cmd
}

func (p *Program) patternTest() *cobra.Command {
	var event string
	var failEmpty bool
	cmd := &cobra.Command{
		Use:   "test PATTERN [FILE|-]",
		Short: "Show which events a filter pattern matches, and why",
		Long: `Reads events, one per line, and shows for each whether the filter pattern matches it and what each term
or condition of the pattern saw there.`,
		Example: `  groundwatch pattern test '{ $.level = "error" && $.status >= 500 }' app.ndjson
  groundwatch pattern test 'ERROR -timeout' --event 'ERROR: disk full'
  groundwatch pattern test '[ip, user, ..., status = 5*]' access.log`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usage("found %s, want a pattern and at most one file", plural(len(args), "argument"))
			}
			pattern, err := filterpattern.Parse(args[0])
			if err != nil {
				return &textError{args[0], err}
			}
			in, err := p.eventInput(event, args[1:])
			if err != nil {
				return err
			}
			defer in.Close()
			matched, err := p.testPattern(pattern, in)
			if err == nil && matched == 0 && failEmpty {
				return &exitError{ExitNoMatch, nil}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&event, "event", "", "test this event instead of a file")
	cmd.Flags().BoolVar(&failEmpty, "fail-if-empty", false, "exit with 4 if no event matches")
	return cmd
}

// eventInput opens what the events are read from.
func (p *Program) eventInput(event string, args []string) (io.ReadCloser, error) {
	switch {
	case event != "" && len(args) > 0:
		return nil, usage("give --event or a file, not both")
	case event != "":
		return io.NopCloser(strings.NewReader(event)), nil
	case len(args) == 0 || args[0] == "-":
		return io.NopCloser(p.Stdin), nil
	}
	return os.Open(args[0])
}

// testPattern explains each line and returns how many matched.
func (p *Program) testPattern(pattern *filterpattern.Pattern, in io.Reader) (matched int, err error) {
	out := bufio.NewWriter(p.Stdout)
	fmt.Fprintf(out, "%s pattern: %s\n", pattern.Kind(), output.Visible(pattern.String()))
	lines := bufio.NewReaderSize(in, 1<<20)
	total := 0
	for {
		line, readErr := lines.ReadBytes('\n')
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			total++
			if p.explainEvent(out, pattern, total, line) {
				matched++
			}
		}
		if errors.Is(readErr, io.EOF) {
			break
		}
		if readErr != nil {
			return matched, readErr
		}
	}
	if err := out.Flush(); err != nil {
		return matched, err
	}
	p.note("%d of %d events match", matched, total)
	return matched, nil
}

// explainEvent shows one event, whether it matches, and what each step saw.
func (p *Program) explainEvent(out io.Writer, pattern *filterpattern.Pattern, number int, event []byte) bool {
	held := pattern.Match(event)
	fmt.Fprintf(out, "\n%d %s  %s\n", number, verdict(held, "match", "no match"), output.Visible(string(event)))
	for _, s := range pattern.Explain(event) {
		mark := verdict(s.Held, "yes", "no")
		if s.Ignored {
			mark = "ignored"
		}
		fmt.Fprintf(out, "  %-7s  %s", mark, output.Visible(s.Text))
		if s.Saw != "" {
			fmt.Fprintf(out, "  saw %s", output.Visible(s.Saw))
		}
		if s.Note != "" {
			fmt.Fprintf(out, "  (%s)", output.Visible(s.Note))
		}
		fmt.Fprintln(out)
	}
	values, _ := pattern.Extract(event)
	for _, v := range values {
		fmt.Fprintf(out, "  %s = %s\n", output.Visible(v.Name), output.Visible(v.Value))
	}
	return held
}

func verdict(held bool, yes, no string) string {
	if held {
		return yes
	}
	return no
}

package cli

import (
	"bufio"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/files"
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
		Long: `Reads the events of files, as query does, and shows for each whether the filter pattern matches it and
what each term or condition of the pattern saw there.`,
		Example: `  groundwatch pattern test '{ $.level = "error" && $.status >= 500 }' app.ndjson
  groundwatch pattern test 'ERROR -timeout' --event 'ERROR: disk full'
  groundwatch pattern test '[ip, user, ..., status = 5*]' access.log`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usage("found %s, want a pattern and at most one file", plural(len(args), "argument"))
			}
			pattern, err := filterpattern.Parse(args[0])
			if err != nil {
				return &textError{args[0], err}
			}
			t := &patternTest{pattern: pattern, out: bufio.NewWriter(p.Stdout)}
			fmt.Fprintf(t.out, "%s pattern: %s\n", pattern.Kind(), output.Visible(pattern.String()))
			switch {
			case event != "" && len(args) > 1:
				return usage("give --event or a file, not both")
			case event != "":
				t.explain([]byte(event))
				err = t.out.Flush()
			default:
				err = p.testFiles(cmd.Context(), t, args[1:])
			}
			if err != nil {
				return err
			}
			p.note("%d of %d events match", t.matched, t.total)
			switch {
			case t.partial:
				return &exitError{ExitPartial, nil}
			case t.matched == 0 && failEmpty:
				return &exitError{ExitNoMatch, nil}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&event, "event", "", "test this event instead of a file")
	cmd.Flags().BoolVar(&failEmpty, "fail-if-empty", false, "exit with 4 if no event matches")
	return cmd
}

// A patternTest explains events one after another.
type patternTest struct {
	pattern        *filterpattern.Pattern
	out            *bufio.Writer
	matched, total int
	partial        bool // some of the events could not be read
}

// testFiles explains the events that args name, those of standard input if there are no args.
func (p *Program) testFiles(ctx context.Context, t *patternTest, args []string) error {
	if len(args) == 0 {
		args = []string{files.Stdin}
	}
	in, err := p.open(&sourceFlags{format: files.Auto.String()}, args)
	if err != nil {
		return err
	}
	for _, file := range in.source.Inputs {
		err := files.Events(ctx, file, in.source.Options, func(ev *files.Event) error {
			t.explain(ev.Message)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := t.out.Flush(); err != nil {
		return err
	}
	in.report(p)
	t.partial = in.lost()
	return nil
}

// explain shows one event, whether it matches, and what each step saw.
func (t *patternTest) explain(event []byte) {
	t.total++
	held := t.pattern.Match(event)
	if held {
		t.matched++
	}
	fmt.Fprintf(t.out, "\n%d %s  %s\n", t.total, verdict(held, "match", "no match"), output.Visible(string(event)))
	for _, s := range t.pattern.Explain(event) {
		mark := verdict(s.Held, "yes", "no")
		if s.Ignored {
			mark = "ignored"
		}
		fmt.Fprintf(t.out, "  %-7s  %s", mark, output.Visible(s.Text))
		if s.Saw != "" {
			fmt.Fprintf(t.out, "  saw %s", output.Visible(s.Saw))
		}
		if s.Note != "" {
			fmt.Fprintf(t.out, "  (%s)", output.Visible(s.Note))
		}
		fmt.Fprintln(t.out)
	}
	values, _ := t.pattern.Extract(event)
	for _, v := range values {
		fmt.Fprintf(t.out, "  %s = %s\n", output.Visible(v.Name), output.Visible(v.Value))
	}
}

func verdict(held bool, yes, no string) string {
	if held {
		return yes
	}
	return no
}

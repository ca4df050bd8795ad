package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strings"

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
what each term or condition of the pattern saw there. With -o json there is one object per event and line.`,
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
			if event != "" && len(args) > 1 {
				return usage("give --event or a file, not both")
			}
			t := p.newPatternTest(pattern)
			switch {
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
	offer(cmd, "event")
	cmd.Flags().BoolVar(&failEmpty, "fail-if-empty", false, "exit with 4 if no event matches")
	return cmd
}

// A patternTest explains events one after another.
type patternTest struct {
	pattern        *filterpattern.Pattern
	out            *bufio.Writer
	json, terminal bool // show objects; people see out
	matched, total int
	partial        bool // some of the events could not be read
}

// newPatternTest returns the test of a pattern, which it shows first where people read.
func (p *Program) newPatternTest(pattern *filterpattern.Pattern) *patternTest {
	_, tty := p.stdoutTTY()
	t := &patternTest{pattern: pattern, out: bufio.NewWriter(p.Stdout), json: p.flags.output == "json", terminal: tty}
	if !t.json {
		fmt.Fprintf(t.out, "%s pattern: %s\n", pattern.Kind(), output.Visible(pattern.String()))
	}
	return t
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
	if t.json {
		t.object(event, held)
		return
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

// A testedJSON is an event with --output json.
type testedJSON struct {
	Event  string      `json:"event"`
	Match  bool        `json:"match"`
	Steps  []stepJSON  `json:"steps"`            // in the order of the pattern
	Values []valueJSON `json:"values,omitempty"` // of a space-delimited pattern or a selector
}

// A stepJSON is a term or condition of the pattern.
type stepJSON struct {
	Text    string `json:"text"`
	Held    bool   `json:"held"`
	Ignored bool   `json:"ignored,omitempty"`
	Saw     string `json:"saw,omitempty"`
	Note    string `json:"note,omitempty"`
}

type valueJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// object shows one event as an object on a line.
func (t *patternTest) object(event []byte, held bool) {
	tested := testedJSON{Event: string(event), Match: held, Steps: []stepJSON{}}
	for _, s := range t.pattern.Explain(event) {
		tested.Steps = append(tested.Steps, stepJSON{s.Text, s.Held, s.Ignored, s.Saw, s.Note})
	}
	values, _ := t.pattern.Extract(event)
	for _, v := range values {
		tested.Values = append(tested.Values, valueJSON{v.Name, v.Value})
	}
	var line strings.Builder
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(tested) // texts always encode
	text := line.String()
	if t.terminal {
		text = output.TerminalJSON(text)
	}
	t.out.WriteString(text) // Flush returns the error
}

func verdict(held bool, yes, no string) string {
	if held {
		return yes
	}
	return no
}

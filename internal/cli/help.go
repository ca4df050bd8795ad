package cli

import (
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/insights"
)

//go:embed topics/*.txt
var topics embed.FS

// topicNames are the help topics that belong to no command.
var topicNames = []string{"time", "filter", "cwli", "functions", "output", "exit-codes", "environment"}

// help shows the help of a command or of a topic.
func (p *Program) help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:       "help [COMMAND|TOPIC]",
		Short:     "Help about a command or a topic: " + strings.Join(topicNames, ", "),
		ValidArgs: topicNames,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "functions" {
				return p.helpFunctions()
			}
			if len(args) == 1 {
				if text, err := topics.ReadFile("topics/" + args[0] + ".txt"); err == nil {
					_, err := p.Stdout.Write(text)
					return err
				}
			}
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return usage("no help for %q; topics are %s", strings.Join(args, " "), strings.Join(topicNames, ", "))
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// helpFunctions lists the functions of the query language.
func (p *Program) helpFunctions() error {
	var b strings.Builder
	b.WriteString("Functions of the query language\n")
	aggregates := false
	for _, f := range insights.Functions() {
		if f.Aggregate && !aggregates {
			aggregates = true
			b.WriteString("\nAggregates, for stats\n")
		}
		fmt.Fprintf(&b, "  %-44s %s\n", f.Usage, f.Doc)
	}
	_, err := io.WriteString(p.Stdout, b.String())
	return err
}

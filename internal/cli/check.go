package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/app"
)

func (p *Program) check() *cobra.Command {
	cmd := &cobra.Command{Use: "check", Short: "Check what the server keeps", Args: onlyCommands, RunE: showHelp}
	cmd.AddCommand(p.checkData())
	return cmd
}

func (p *Program) checkData() *cobra.Command {
	return &cobra.Command{
		Use:   "data DIR",
		Short: "Read everything in a data folder and tell what is damaged",
		Long: `Reads everything that a server keeps in its data folder, while none works there: the log, every part with its
checksums and texts, the catalog, and whether events and log groups belong together. Exit code 3 means that something is wrong.`,
		Example: `  groundwatch check data ~/.local/share/groundwatch
  groundwatch check data /var/lib/groundwatch -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("found %s, want one folder: that of serve --data", plural(len(args), "argument"))
			}
			r, err := app.CheckData(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := p.showCheck(r); err != nil {
				return err
			}
			if len(r.Problems) > 0 {
				return &exitError{code: ExitFindings}
			}
			return nil
		},
	}
}

// showCheck shows what a check found.
func (p *Program) showCheck(r *app.DataReport) error {
	if p.flags.output == "json" {
		text, err := json.Marshal(r)
		if err != nil {
			return err
		}
		return p.showJSON(string(text) + "\n")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "catalog  %s, %s, %d deleted and still to be removed\n", plural(r.Groups, "group"), plural(r.Streams, "stream"), r.Deleted)
	fmt.Fprintf(&b, "parts    %s with %d rows, %d bytes of text in %d\n", plural(r.Parts, "file"), r.Rows, r.Text, r.Bytes)
	fmt.Fprintf(&b, "log      %d rows that are in no part\n", r.Logged)
	for _, problem := range r.Problems {
		fmt.Fprintf(&b, "problem  %s\n", problem)
	}
	if len(r.Problems) == 0 {
		b.WriteString("all is well\n")
	}
	return p.show(b.String())
}

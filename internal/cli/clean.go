package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/clean"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/redact"
)

// cleanFlags are the flags of groundwatch clean that need reading.
type cleanFlags struct {
	format, report, ddl, table string
	redact, redactFiles        []string
}

func (p *Program) clean() *cobra.Command {
	var o clean.Options
	var f cleanFlags
	cmd := &cobra.Command{
		Use:   "clean INPUT... -o DIR",
		Short: "Turn log files into clean NDJSON, CSV or Parquet",
		Long: `Reads log files of any format and writes clean events to one folder: no timestamp prefixes, no platform
lines, one event per line or row. A run that was stopped goes on where it was when it is started again; no half
file is ever seen. A report says what was kept and dropped, and why.`,
		Example: `  groundwatch clean ./export/ -o ./clean
  groundwatch clean ./export/ -o ./clean --to parquet --split day --ddl athena
  groundwatch clean app.log.gz -o ./clean --platform events --redact 'key email hash' --dedupe`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("which files? groundwatch clean ./export/ -o ./clean")
			}
			if o.Dir == "" {
				return usage("where to? give a folder with -o")
			}
			o.Inputs = args
			return p.runClean(cmd.Context(), o, &f)
		},
	}
	p.cleanFlags(cmd, &o, &f)
	return cmd
}

func (p *Program) cleanFlags(cmd *cobra.Command, o *clean.Options, f *cleanFlags) {
	list := func(names []string) string { return strings.Join(names, ", ") }
	fl := cmd.Flags()
	fl.StringVarP(&o.Dir, "output", "o", "", "the folder to write to")
	fl.StringVar(&o.To, "to", "ndjson", "what to write: "+list(clean.Formats()))
	fl.StringVar(&o.Split, "split", "none", "how to lay it out: "+list(clean.Splits()))
	fl.StringVar(&o.Compress, "compress", "none", "how to pack NDJSON and CSV: "+list(clean.Compressions()))
	fl.StringVar(&o.Platform, "platform", "drop", "lines that Lambda itself writes: "+list(clean.PlatformModes()))
	fl.StringVar(&o.Text, "text", "keep", "events that are not JSON: "+list(clean.TextModes()))
	fl.BoolVar(&o.AddSource, "add-source", false, "give every event its time, log group and stream")
	fl.BoolVar(&o.Dedupe, "dedupe", false, "keep only the first of equal events")
	fl.BoolVar(&o.Restart, "restart", false, "delete what an earlier run wrote and start anew")
	fl.IntVar(&o.Columns, "columns", 1000, "the most columns of CSV and Parquet; the rest goes into one more")
	fl.IntVar(&o.Workers, "workers", runtime.GOMAXPROCS(0), "how many CPUs to use")
	fl.StringVar(&f.format, "format", "auto", "how the files are read: "+list(formatNames()))
	fl.StringArrayVar(&f.redact, "redact", nil, "hide values by a rule: 'key email hash', 'value card drop' (repeatable)")
	fl.StringArrayVar(&f.redactFiles, "redact-file", nil, "hide values by the rules in this file (repeatable)")
	fl.StringVar(&f.report, "report", "text", "how to report: text, json, none")
	fl.StringVar(&f.table, "table", "logs", "the table that --ddl names")
	fl.StringVar(&f.ddl, "ddl", "", "print the statement that reads the result: "+list(clean.Engines()))
	for _, c := range cleanChoices(o, f) {
		offer(cmd, c.flag, c.allowed...)
	}
	offer(cmd, "redact", "key", "value", "regex", "hash-key")
	offer(cmd, "table")
	_ = cmd.MarkFlagDirname("output") // fails only for a flag that there is not
}

// A choice is a flag that has few values.
type choice struct {
	flag    string
	value   *string
	allowed []string
}

// cleanChoices are the flags of clean that have few values. --ddl may be left out.
func cleanChoices(o *clean.Options, f *cleanFlags) []choice {
	return []choice{
		{"to", &o.To, clean.Formats()},
		{"split", &o.Split, clean.Splits()},
		{"compress", &o.Compress, clean.Compressions()},
		{"platform", &o.Platform, clean.PlatformModes()},
		{"text", &o.Text, clean.TextModes()},
		{"format", &f.format, formatNames()},
		{"report", &f.report, []string{"text", "json", "none"}},
		{"ddl", &f.ddl, clean.Engines()},
	}
}

// runClean cleans and reports. The statement of --ddl is data and goes to standard output; the report
// goes to standard error, as JSON to standard output if that is free.
func (p *Program) runClean(ctx context.Context, o clean.Options, f *cleanFlags) error {
	if err := p.checkClean(&o, f); err != nil {
		return err
	}
	o.Stdin, o.Progress, o.Survey = p.Stdin, &clean.Progress{}, f.ddl != ""
	stop := p.draw(func() progress {
		return progress{read: o.Progress.Read.Bytes.Load(), events: o.Progress.Read.Events.Load(), size: o.Progress.Total.Load()}
	})
	report, err := clean.Run(ctx, o)
	stop()
	if err != nil {
		return err
	}
	var problems []inputProblem
	for x := range report.AllProblems {
		problems = append(problems, inputProblem{x.Path, x.Kind, x.What, x.Line, x.Count, x.Lost, x.String()})
	}
	p.problems(problems) // what was skipped is in the report
	if err := p.reportClean(report, f); err != nil {
		return err
	}
	p.sumUp(problems)
	if f.ddl != "" {
		statement, err := report.DDL(f.ddl, f.table)
		if err != nil {
			return err
		}
		if err := p.show(statement + "\n"); err != nil {
			return err
		}
	}
	if report.Partial() {
		return &exitError{ExitPartial, nil}
	}
	return nil
}

func (p *Program) checkClean(o *clean.Options, f *cleanFlags) error {
	for _, c := range cleanChoices(o, f) {
		if c.flag == "ddl" && f.ddl == "" {
			continue
		}
		if err := oneOf("--"+c.flag, *c.value, c.allowed...); err != nil {
			return err
		}
	}
	if o.To == "parquet" && o.Compress != "none" {
		return usage("--compress %s with --to parquet, which is compressed in itself", o.Compress)
	}
	if err := checkFolder(o.Dir); err != nil {
		return err
	}
	if f.report == "json" && f.ddl != "" {
		return usage("--report json and --ddl both write to standard output; give one of them")
	}
	o.Format, _ = files.ParseFormat(f.format) // checked above
	var rules []redact.Text
	for _, name := range f.redactFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			return usage("--redact-file: %v", err)
		}
		rules = append(rules, redact.Text{Name: name, Text: string(text)})
	}
	for _, r := range f.redact {
		rules = append(rules, redact.Text{Name: "--redact", Text: r})
	}
	if len(rules) > 0 {
		var err error
		if o.Redact, err = redact.Parse(rules...); err != nil {
			return &exitError{ExitUsage, err}
		}
	}
	return nil
}

// checkFolder refuses a folder that cannot be made because a file has its name, or that of one above it.
// "-" is refused, because it stands for standard output elsewhere; "./-" is a folder.
func checkFolder(dir string) error {
	if dir == "-" {
		return usage("-o -: results are files in a folder and cannot go to standard output")
	}
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case err == nil && !info.IsDir() && at == filepath.Clean(dir):
			return usage("-o %s: is a file, want a folder", dir)
		case err == nil && !info.IsDir():
			return usage("-o %s: %s is a file, want a folder", dir, at)
		case err == nil, at == filepath.Dir(at):
			return nil
		}
	}
}

// reportClean shows the report.
func (p *Program) reportClean(r *clean.Report, f *cleanFlags) error {
	switch {
	case f.report == "json":
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r); err != nil {
			return err
		}
		return p.showJSON(b.String())
	case f.report == "text" && !p.flags.quiet:
		var b strings.Builder
		if err := r.WriteText(&b); err != nil {
			return err
		}
		p.printText(b.String())
	}
	return nil
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/groupquery"
	"github.com/groundwatch/groundwatch/internal/output"
)

// queryFlags are the flags of groundwatch query.
type queryFlags struct {
	remoteFlags
	sourceFlags
	file                           string
	limit                          int
	explain, stats, raw, failEmpty bool
	interactive                    bool
	chart                          string
	lookups                        []string
	memory                         int64
}

// defaultQuery is what is asked when there are only sources.
const defaultQuery = "fields @timestamp, @message"

func (p *Program) query() *cobra.Command {
	var f queryFlags
	cmd := &cobra.Command{
		Use:   "query [QUERY] SOURCE...",
		Short: "Answer a CloudWatch Logs Insights query over files or log groups",
		Long: `Answers a CloudWatch Logs Insights query over log files: files, globs, folders (with all that is in
them), or - for standard input; compression and format are detected file by file. Or over log groups: names, globs, ARNs, or those that
the query names with SOURCE. ` + sourceRule + `

Without QUERY, the newest events are shown. Without a limit in the query or --limit, at most 10,000 rows are
shown, as CloudWatch does.`,
		Example: `  groundwatch query 'filter level = "error" | stats count(*) by bin(1h)' ./export/
  groundwatch query 'stats pct(durationMs, 99) by fn' app.ndjson.gz --output csv
  zcat app.log.gz | groundwatch query 'filter @message like /timeout/' -
  groundwatch query -f slow.query ./export/ --since 2026-01-01 --until 2026-02-01
  groundwatch query 'filter level = "error" | stats count(*) by @log' '/aws/lambda/*' --since 1h`,
		ValidArgsFunction: p.offerGroups(&f.remoteFlags),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(cmd.Flags().Changed("limit")); err != nil {
				return err
			}
			_, tty := p.stdoutTTY()
			if f.interactive || len(args) == 0 && f.file == "" && p.stdinTTY() && tty {
				return remotely(p.prompt(cmd.Context(), &f, args))
			}
			return p.runQuery(cmd.Context(), &f, args)
		},
	}
	f.remoteFlags.add(cmd)
	f.sourceFlags.add(cmd)
	fl := cmd.Flags()
	fl.StringVarP(&f.file, "file", "f", "", "read the query from this file; all arguments are sources then")
	fl.IntVar(&f.limit, "limit", 0, "the most rows to show; 0 for all; without it the query's own limit, or 10,000")
	fl.BoolVarP(&f.interactive, "interactive", "i", false, "ask for queries, with history and completion; all arguments are sources then")
	fl.BoolVar(&f.explain, "explain", false, "show how the query would be run, and do not run it")
	fl.BoolVar(&f.stats, "stats", false, "say afterwards what was read, on standard error")
	fl.BoolVar(&f.raw, "raw", false, "let terminal escapes in events reach the terminal")
	fl.BoolVar(&f.failEmpty, "fail-if-empty", false, "exit with 4 if there is no row")
	fl.StringVar(&f.chart, "chart", "", "draw stats ... by bin() instead of a table: auto, bar, line")
	fl.Lookup("chart").NoOptDefVal = "auto"
	fl.StringArrayVar(&f.lookups, "lookup", nil, "a lookup table: name=file.csv (repeatable)")
	fl.Int64Var(&f.memory, "memory", 1024, "the most MiB of rows and groups to hold")
	offer(cmd, "chart", chartStyles...)
	return cmd
}

// check refuses numbers that mean nothing. limited says that --limit was given, where 0 is all.
func (f *queryFlags) check(limited bool) error {
	switch {
	case f.limit < 0:
		return usage("--limit: found %d, want a number from 0", f.limit)
	case f.memory < 1 || f.memory > math.MaxInt64>>20:
		return usage("--memory: found %d, want a number of MiB from 1", f.memory)
	case f.workers < 1:
		return usage("--workers: found %d, want a number from 1", f.workers)
	}
	if limited && f.limit == 0 {
		f.limit = allRows
	}
	return nil
}

// allRows is the limit of insights.Options that shows every row.
const allRows = -1

// runQuery answers one query.
func (p *Program) runQuery(ctx context.Context, f *queryFlags, args []string) error {
	text, sources, err := p.queryText(ctx, f, args)
	if err != nil {
		return err
	}
	if err := f.checkSources(sources); err != nil {
		return err
	}
	if p.areGroups(ctx, &f.remoteFlags, sources) || len(sources) == 0 && groupquery.NamesGroups(text) {
		return remotely(p.queryGroups(ctx, f, text, sources))
	}
	zone, err := p.zone()
	if err != nil {
		return err
	}
	run, err := p.execOptions(f)
	if err != nil {
		return err
	}
	opts := insights.Options{Limit: f.limit, Exec: run}
	compiled, err := insights.Compile(text, opts)
	if err != nil {
		if file := missingFile(f, args); file != "" {
			return &exitError{ExitFailure, fmt.Errorf("%s: no such file, and no query either", file)}
		}
		return &textError{text, err}
	}
	if f.explain {
		return p.show(plan.Explain(compiled))
	}
	out, err := p.resultWriter(f, zone)
	if err != nil {
		return err
	}
	if len(sources) == 0 {
		return usage("which files or log groups? name files, folders or - for standard input")
	}
	err = p.answer(ctx, f, compiled, opts.Exec, sources, out)
	if mistakes := (syntax.Errors)(nil); errors.As(err, &mistakes) { // found out while it ran
		return &textError{text, err}
	}
	return err
}

// execOptions returns how queries over files are run.
func (p *Program) execOptions(f *queryFlags) (exec.Options, error) {
	zone, err := p.zone()
	if err != nil {
		return exec.Options{}, err
	}
	window, err := f.window(p.Now(), zone)
	if err != nil {
		return exec.Options{}, err
	}
	tables, err := lookupTables(f.lookups)
	return exec.Options{Table: tables, Env: window, Workers: f.workers, Memory: f.memory << 20}, err
}

// answer runs the plan over the sources and shows the result.
func (p *Program) answer(ctx context.Context, f *queryFlags, compiled *plan.Plan, opts exec.Options, sources []string, show resultShower) error {
	in, err := p.open(&f.sourceFlags, sources)
	if err != nil {
		return err
	}
	if f.chart != "" {
		if err := checkChartable(compiled, in.source.Inputs); err != nil {
			return err
		}
	}
	opts.Source = in.source
	opts.Named = in.named
	stop := p.watch(in)
	begin := p.Now()
	result, err := exec.Run(ctx, compiled, opts)
	stop()
	in.report(p)
	p.noteMixed(ctx, &f.remoteFlags, sources)
	var tooMuch *exec.MemoryError
	if errors.As(err, &tooMuch) {
		return fmt.Errorf("%w with --memory, which is %d MiB", err, f.memory)
	}
	if err != nil {
		return err
	}
	if err := show(p.untilInterrupted(ctx), result); err != nil {
		return cut(ctx, err)
	}
	p.afterwards(f, in, result, p.Now().Sub(begin))
	switch {
	case in.lost():
		return &exitError{ExitPartial, nil}
	case f.failEmpty && result.Rows.Len == 0:
		return &exitError{ExitNoMatch, nil}
	}
	return nil
}

// afterwards says on standard error what people may not see in the rows.
func (p *Program) afterwards(f *queryFlags, in *input, r *exec.Result, took time.Duration) {
	for _, w := range r.Warnings {
		p.note("warning: %s", w)
	}
	if r.Limited {
		p.note("only the first %d rows are shown; --limit 0 shows all, or end the query with limit N", r.Rows.Len)
	}
	if r.Rows.Len == 0 {
		p.note("no rows: %s", in.emptyHint(r))
	}
	if f.stats {
		s := r.Stats
		rate := float64(s.BytesScanned) / max(took.Seconds(), 1e-9)
		p.tell("stats", "", fmt.Sprintf("%s; %d of %s matched; %s scanned in %s (%s/s); %s",
			plural(r.Rows.Len, "row"), s.RecordsMatched, plural(int(s.RecordsScanned), "event"), output.Bytes(s.BytesScanned), took.Round(time.Millisecond), output.Bytes(int64(rate)), plural(in.files, "file")))
	}
}

// queryText tells the query from the sources among the arguments.
func (p *Program) queryText(ctx context.Context, f *queryFlags, args []string) (text string, sources []string, err error) {
	switch {
	case f.file == "-":
		data, err := io.ReadAll(p.Stdin)
		return string(data), args, err
	case f.file != "":
		data, err := os.ReadFile(f.file)
		if err != nil {
			return "", nil, usage("-f: %v", err)
		}
		return string(data), args, nil
	case len(args) == 0:
		return "", nil, usage("which files? groundwatch query 'filter level = \"error\"' app.log")
	case isSource(args[0]):
		return defaultQuery, args, nil
	case len(args) == 1 && !p.stdinTTY() && !p.asksGroups(ctx, f, args[0]):
		return args[0], []string{files.Stdin}, nil
	}
	return args[0], args[1:], nil
}

// asksGroups tells whether a query without sources is about log groups rather than standard input: flags name a service, or the
// environment does and the query names groups.
func (p *Program) asksGroups(ctx context.Context, f *queryFlags, text string) bool {
	return f.remoteFlags.given() || groupquery.NamesGroups(text) && p.knowsService(ctx, &f.remoteFlags)
}

// missingFile returns the first argument if it reads like the name of a file: one word with a dot or a
// slash, which no query is.
func missingFile(f *queryFlags, args []string) string {
	if f.file == "" && len(args) > 0 && strings.ContainsAny(args[0], "./") && !strings.ContainsAny(args[0], " |\t\n") {
		return output.Visible(args[0])
	}
	return ""
}

// isSource reports whether an argument names something rather than being a query: a file, a folder, a glob that is no query and that
// files fit, or what begins as no query does: with a slash, or as an ARN.
func isSource(arg string) bool {
	if arg == files.Stdin {
		return true
	}
	if _, err := os.Stat(arg); err == nil || strings.HasPrefix(arg, "/") || strings.HasPrefix(arg, "arn:") {
		return true
	}
	if !strings.ContainsAny(arg, "*?[") {
		return false
	}
	if _, err := syntax.ParseQuery(arg); err == nil {
		return false
	}
	found, _ := files.Find([]string{arg})
	return len(found) > 0
}

func (p *Program) stdinTTY() bool {
	f, ok := p.Stdin.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A resultShower shows a result.
type resultShower func(to io.Writer, r *exec.Result) error

// resultWriter returns what shows the result: a table, another format, or a chart.
func (p *Program) resultWriter(f *queryFlags, zone *time.Location) (resultShower, error) {
	width, tty := p.stdoutTTY()
	opt := output.Options{Zone: zone, Width: width, Terminal: tty, Raw: f.raw, Colour: p.colour()}
	if err := p.checkChart(f); err != nil {
		return nil, err
	}
	if f.chart != "" {
		return func(to io.Writer, r *exec.Result) error { return p.chart(to, f.chart, opt, r) }, nil
	}
	format := p.flags.output
	if format == "" {
		format = "table"
	}
	if _, err := output.New(format, io.Discard, opt); err != nil {
		return nil, err
	}
	return func(to io.Writer, r *exec.Result) error {
		w, err := output.New(format, to, opt)
		if err != nil {
			return err
		}
		if err := w.Write(r.Columns, r.Rows); err != nil {
			return err
		}
		return w.Close()
	}, nil
}

// sourceFlags choose what to read. Query and clean share them.
type sourceFlags struct {
	format, filterPattern, since, until string
	workers                             int
}

func (f *sourceFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "auto", "how the files are read: "+strings.Join(formatNames(), ", "))
	fl.StringVar(&f.filterPattern, "filter-pattern", "", "keep only events that match this CloudWatch filter pattern")
	fl.StringVar(&f.since, "since", "", "from when: 15m, 2h30m, 3d, yesterday, 2026-01-31, RFC 3339, epoch")
	fl.StringVar(&f.until, "until", "", "until when, as --since")
	fl.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "how many CPUs to use")
	offer(cmd, "format", formatNames()...)
	for _, name := range []string{"filter-pattern", "since", "until"} {
		offer(cmd, name)
	}
}

// window returns the times of the query; both bounds are 0 when neither is given.
func (f *sourceFlags) window(now time.Time, zone *time.Location) (function.Env, error) {
	env := function.Env{Now: now.UnixMilli()}
	if f.since == "" && f.until == "" {
		return env, nil
	}
	env.Start, env.End = math.MinInt64, math.MaxInt64
	for _, b := range []struct {
		flag, text string
		to         *int64
	}{{"--since", f.since, &env.Start}, {"--until", f.until, &env.End}} {
		if b.text == "" {
			continue
		}
		t, err := parseWhen(b.text, now, zone)
		if err != nil {
			return env, usage("%s: %v", b.flag, err)
		}
		*b.to = t.UnixMilli()
	}
	if env.Start > env.End {
		return env, usage("--since %s is after --until %s", f.since, f.until)
	}
	return env, nil
}

// pattern returns the compiled --filter-pattern, or nil.
func (f *sourceFlags) pattern() (*filterpattern.Pattern, error) {
	if f.filterPattern == "" {
		return nil, nil
	}
	pattern, err := filterpattern.Parse(f.filterPattern)
	if err != nil {
		return nil, &textError{f.filterPattern, err}
	}
	return pattern, nil
}

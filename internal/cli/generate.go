package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/generate"
)

func (p *Program) generate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Make sample data",
		Args:  onlyCommands,
		RunE:  showHelp,
	}
	cmd.AddCommand(p.generateLogs())
	return cmd
}

func (p *Program) generateLogs() *cobra.Command {
	var o generate.Options
	var start, dir string
	cmd := &cobra.Command{
		Use:   "logs",
		Short: "Write sample log events; equal seeds give equal events",
		Example: `  groundwatch generate logs --count 100000 > app.ndjson
  groundwatch generate logs --shape lambda --format s3export --dir ./export
  groundwatch generate logs --shape hostile --seed 7 | groundwatch query 'stats count(*)' -`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if start != "" {
				zone, err := p.zone()
				if err != nil {
					return err
				}
				if o.Start, err = parseWhen(start, p.Now(), zone); err != nil {
					return usage("--start: %v", err)
				}
			}
			return p.writeSample(cmd.Context(), o, dir)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Shape, "shape", "web", "what writes the events: "+strings.Join(generate.Shapes(), ", "))
	f.StringVar(&o.Format, "format", "ndjson", "how they are laid out: "+strings.Join(generate.Formats(), ", "))
	f.Uint64Var(&o.Seed, "seed", 1, "equal seeds give equal events")
	f.IntVar(&o.Count, "count", 10_000, "how many events")
	f.StringVar(&start, "start", "", "time of the first event, as query --since; default 2026-01-05")
	f.DurationVar(&o.Span, "span", 24*time.Hour, "time from the first event to the last")
	f.BoolVar(&o.Huge, "huge", false, "let shape hostile write lines of up to 10 MB")
	f.StringVar(&dir, "dir", "", "folder for format s3export")
	offer(cmd, "shape", generate.Shapes()...)
	offer(cmd, "format", generate.Formats()...)
	offer(cmd, "start")
	_ = cmd.MarkFlagDirname("dir") // fails only for a flag that there is not
	return cmd
}

// writeSample writes sample data to standard output or below dir.
func (p *Program) writeSample(ctx context.Context, o generate.Options, dir string) error {
	for _, check := range []error{
		oneOf("--shape", o.Shape, generate.Shapes()...),
		oneOf("--format", o.Format, generate.Formats()...),
	} {
		if check != nil {
			return check
		}
	}
	if o.Count < 1 {
		return usage("--count: want a number from 1, found %d", o.Count)
	}
	if o.Format != "s3export" {
		if dir != "" {
			return usage("--dir goes with --format s3export; the others are written to standard output")
		}
		return p.showSample(func(w io.Writer) error { return generate.Write(ctx, w, o) })
	}
	if dir == "" {
		return usage("--format s3export needs --dir: a folder to write to")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return generate.WriteExport(ctx, dir, o)
}

// showSample has write write lines to standard output; on a terminal without what that would obey or hide.
func (p *Program) showSample(write func(io.Writer) error) error {
	if _, tty := p.stdoutTTY(); !tty {
		return write(p.Stdout)
	}
	lines := &shownLines{show: p.show}
	if err := write(lines); err != nil {
		return err
	}
	return p.show(string(lines.rest))
}

// A shownLines shows what is written to it, by whole lines.
type shownLines struct {
	show func(text string) error
	rest []byte // the beginning of a line
}

func (l *shownLines) Write(text []byte) (int, error) {
	l.rest = append(l.rest, text...)
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	if end == 0 {
		return len(text), nil
	}
	if err := l.show(string(l.rest[:end])); err != nil {
		return 0, err
	}
	l.rest = append(l.rest[:0], l.rest[end:]...)
	return len(text), nil
}

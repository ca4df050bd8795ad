package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// getFlags are the flags of groundwatch get.
type getFlags struct {
	remoteFlags
	sourceFlags
	streams      []string
	streamPrefix string
	limit        int
	parallel     int
	outputFile   string
	state        string
	failIfEmpty  bool
}

func (p *Program) get() *cobra.Command {
	var f getFlags
	cmd := &cobra.Command{
		Use:   "get GROUP...",
		Short: "Fetch log events",
		Long: `Fetches the events of log groups, oldest first. A group is a name, a glob or an ARN, with :STREAM behind it for
streams of that name or glob. With -o text, which pipes get, an event is
its text and nothing else; with -o json it is one object with all that the service says of it.`,
		Example: `  groundwatch get /labels/web --since 1h
  groundwatch get '/aws/lambda/*' --since 1d --filter-pattern ERROR -o json
  groundwatch get '/aws/lambda/*' --parallel 4 --output-file lambda.ndjson.zst --state lambda.state
  groundwatch get /labels/web | groundwatch query 'stats count(*) by level' -`,
		ValidArgsFunction: p.offerGroups(&f.remoteFlags),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("which group? groundwatch get /labels/web --since 1h")
			case f.limit < 0:
				return usage("--limit: found %d, want a number from 0", f.limit)
			case len(f.streams) > 0 && f.streamPrefix != "":
				return usage("--stream and --stream-prefix: found both, want one")
			}
			if err := f.checkDownload(); err != nil {
				return err
			}
			return remotely(p.runGet(cmd.Context(), &f, args))
		},
	}
	f.remoteFlags.add(cmd)
	fl := cmd.Flags()
	fl.StringArrayVar(&f.streams, "stream", nil, "only events of this stream (repeatable)")
	fl.StringVar(&f.streamPrefix, "stream-prefix", "", "only events of streams whose names begin so")
	fl.StringVar(&f.filterPattern, "filter-pattern", "", "only events that match this CloudWatch filter pattern")
	fl.StringVar(&f.since, "since", "", "from when, as query --since; default: all there is")
	fl.StringVar(&f.until, "until", "", "until when")
	fl.IntVar(&f.limit, "limit", 0, "how many events at most; 0 means all")
	fl.IntVar(&f.parallel, "parallel", 1, "how many parts of the time to fetch at once")
	fl.StringVar(&f.outputFile, "output-file", "", "write to this file; .gz and .zst compress; .json and .ndjson mean -o json")
	fl.StringVar(&f.state, "state", "", "a file that says how far a download is: with it the same command goes on, or adds what is new")
	fl.BoolVar(&f.failIfEmpty, "fail-if-empty", false, "exit with code 4 if there is no event")
	for _, name := range []string{"stream", "stream-prefix", "filter-pattern", "since", "until"} {
		offer(cmd, name)
	}
	return cmd
}

func (p *Program) runGet(ctx context.Context, f *getFlags, globs []string) error {
	c, err := p.client(ctx, &f.remoteFlags)
	if err != nil {
		return err
	}
	s, err := p.selection(ctx, c, f, globs)
	if err != nil {
		return err
	}
	count, err := p.fetch(ctx, c, s, f)
	if err != nil && ctx.Err() != nil {
		how := map[bool]string{true: "; the same command goes on"}[f.state != ""]
		p.note("interrupted after %s%s", plural(count, "event"), how)
		return &exitError{ExitInterrupted, nil}
	}
	if err != nil {
		return err
	}
	if count == 0 {
		if err := p.whyNone(ctx, c, &s); err != nil {
			return err
		}
		if f.failIfEmpty {
			return &exitError{ExitNoMatch, nil}
		}
	} else if f.outputFile != "" {
		p.note("%s in %s", plural(count, "event"), f.outputFile)
	}
	return nil
}

// whyNone says where there are events, if none were fetched.
func (p *Program) whyNone(ctx context.Context, c *remote.Client, s *remote.Selection) error {
	if p.flags.quiet {
		return nil
	}
	n, err := c.Newest(ctx, s.Places)
	if err != nil {
		return err
	}
	where, at := remote.Where(s.Places), time.UnixMilli(n.At).UTC().Format(time.RFC3339)
	switch none := remote.NoStream(s.Places); {
	case none != "" && !n.Streams:
		p.note("%s", none)
	case n.At == 0:
		p.note("there is no event in %s", where)
	case n.Group == where:
		p.note("there is no such event in %s; the newest one is of %s", where, at)
	default:
		p.note("there is no such event in %s; the newest one, in %s, is of %s", where, n.Group, at)
	}
	return nil
}

// fetch shows the events of a selection and returns how many.
func (p *Program) fetch(ctx context.Context, c *remote.Client, s remote.Selection, f *getFlags) (count int, err error) {
	if f.downloads() {
		return p.download(ctx, c, s, f)
	}
	show, flush, err := p.eventWriter(p.Stdout, "")
	if err != nil {
		return 0, err
	}
	for ev, err := range c.Events(ctx, s) {
		if err != nil {
			return count, joined(flush(), err)
		}
		if f.limit > 0 && count == f.limit {
			p.note("stopped after %s; --limit 0 fetches all", plural(count, "event"))
			break
		}
		count++
		if err := show(&ev); err != nil {
			return count, err
		}
	}
	return count, flush()
}

// joined returns the first error.
func joined(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// selection finds the groups that globs name, and reads the flags.
func (p *Program) selection(ctx context.Context, c *remote.Client, f *getFlags, globs []string) (remote.Selection, error) {
	s := remote.Selection{Streams: f.streams, StreamPrefix: f.streamPrefix, Filter: f.filterPattern}
	if _, err := f.pattern(); err != nil {
		return s, err
	}
	zone, err := p.zone()
	if err != nil {
		return s, err
	}
	window, err := f.window(p.Now(), zone)
	if err != nil {
		return s, err
	}
	if f.since != "" {
		s.From = max(window.Start, 0)
	}
	if f.until != "" {
		s.To = max(window.End, 1)
	}
	wanted, err := targets(globs)
	if err != nil {
		return s, err
	}
	s.Places, err = c.Find(ctx, wanted)
	return s, p.missing(ctx, c, err, "")
}

// A fetchedJSON is an event with -o json: AWS's names, and the group.
type fetchedJSON struct {
	Group     string `json:"logGroupName"`
	Stream    string `json:"logStreamName"`
	Time      int64  `json:"timestamp"`
	Ingestion int64  `json:"ingestionTime"`
	Message   string `json:"message"`
	ID        string `json:"eventId"`
}

// flushBytes is how much is shown at once.
const flushBytes = 1 << 16

// eventWriter returns what shows an event in the form of --output, and what shows the rest. A file's name may say the form.
func (p *Program) eventWriter(to io.Writer, file string) (show func(*remote.Fetched) error, flush func() error, err error) {
	zone, err := p.zone()
	if err != nil {
		return nil, nil, err
	}
	format := p.flags.output
	_, tty := terminal(to)
	if format == "" {
		format = "text"
		if strings.Contains(file, ".json") || strings.Contains(file, ".ndjson") {
			format = "json"
		} else if tty {
			format = "table"
		}
	}
	var b bytes.Buffer
	look := eventline.Options{Zone: zone, Colour: p.colour() && file == ""}
	if tty {
		look.Whole = "-o text"
	}
	line := eventline.New(look)
	flush = func() error {
		text := b.String()
		if tty && format == "json" {
			text = output.TerminalJSON(text)
		} else if tty && format == "text" {
			text = output.VisibleLines(text)
		}
		_, err := io.WriteString(to, text)
		b.Reset()
		return err
	}
	show = func(ev *remote.Fetched) error {
		switch format {
		case "json":
			row := fetchedJSON{ev.Group, aws.ToString(ev.LogStreamName), aws.ToInt64(ev.Timestamp), aws.ToInt64(ev.IngestionTime), aws.ToString(ev.Message), aws.ToString(ev.EventId)}
			encoder := json.NewEncoder(&b)
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(row); err != nil {
				return err
			}
		case "table":
			message := []byte(aws.ToString(ev.Message))
			b.Write(line.Append(nil, &eventline.Event{Message: message, Time: aws.ToInt64(ev.Timestamp), HasTime: true}))
		default:
			b.WriteString(aws.ToString(ev.Message))
			b.WriteByte('\n')
		}
		if b.Len() < flushBytes {
			return nil
		}
		return flush()
	}
	return show, flush, nil
}

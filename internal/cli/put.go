package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/logtime"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

func (p *Program) put() *cobra.Command {
	var f remoteFlags
	var create, now bool
	cmd := &cobra.Command{
		Use:   "put GROUP STREAM [FILE...|-]",
		Short: "Send lines as log events",
		Long: `Sends events to a log stream: the lines of standard input as they come, or the events of files in any format
that query reads. An event has the time that it says itself, else the time of sending.`,
		Example: `  echo '{"tag":"label_created"}' | groundwatch put /labels/web host-1 --create
  ./app 2>&1 | groundwatch put /labels/web host-1
  groundwatch put /labels/web host-1 app.ndjson`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage("where to? groundwatch put /labels/web host-1 app.ndjson")
			}
			c, err := p.client(cmd.Context(), &f)
			if err != nil {
				return err
			}
			s := &sending{p: p, now: now, Sender: remote.Sender{Client: c, Group: args[0], Stream: args[1], Create: create}}
			if len(args) == 2 || len(args) == 3 && args[2] == files.Stdin {
				err = s.lines(cmd.Context(), p.Stdin)
			} else {
				err = s.files(cmd.Context(), args[2:])
			}
			return s.report(remotely(err))
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&create, "create", false, "make the group and the stream if they are missing")
	cmd.Flags().BoolVar(&now, "now", false, "give every event the time of sending, whatever it says itself")
	return cmd
}

// A sending is one run of put.
type sending struct {
	remote.Sender
	p     *Program
	now   bool // give all events the time of sending
	times logtime.Parser
	input *input // of files
}

// flushAfter is how long a line waits for others to go with.
const flushAfter = 500 * time.Millisecond

// lines sends what r says, line by line, as it comes.
func (s *sending) lines(ctx context.Context, r io.Reader) error {
	lines := make(chan string, 1024)
	broken := make(chan error, 1)
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { broken <- readLines(stop, r, lines) }()
	timer := time.NewTicker(flushAfter)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.Flush(context.WithoutCancel(ctx)))
		case <-timer.C:
			if err := s.Flush(ctx); err != nil {
				return err
			}
		case line, ok := <-lines:
			if !ok {
				return errors.Join(s.Flush(ctx), <-broken)
			}
			if err := s.Add(ctx, remote.Event{Time: s.time([]byte(line)), Message: line}); err != nil {
				return err
			}
		}
	}
}

// readLines gives the lines of r, without their ends, until it or ctx ends; then it closes to.
func readLines(ctx context.Context, r io.Reader, to chan<- string) error {
	defer close(to)
	buffer := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := buffer.ReadString('\n')
		if n := len(line); n > 0 && line[n-1] == '\n' {
			line = line[:n-1]
		}
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		if line != "" {
			select {
			case to <- line:
			case <-ctx.Done():
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// time returns the time that a line says, else now.
func (s *sending) time(line []byte) int64 {
	if !s.now {
		read := s.times.Leading
		if line[0] == '{' {
			read = func(line []byte) (int64, bool) { return s.times.JSON(line, logtime.Field{}) }
		}
		if ms, ok := read(line); ok {
			return ms
		}
	}
	return s.p.Now().UnixMilli()
}

// files sends the events of files, file by file.
func (s *sending) files(ctx context.Context, names []string) error {
	in, err := s.p.open(&sourceFlags{format: "auto"}, names)
	if err != nil {
		return err
	}
	s.input = in
	for _, file := range in.source.Inputs {
		err := files.Events(ctx, file, in.source.Options, func(ev *files.Event) error {
			at := s.p.Now().UnixMilli()
			if ev.HasTime && !s.now {
				at = ev.Time
			}
			return s.Add(ctx, remote.Event{Time: at, Message: string(ev.Message)})
		})
		if err != nil {
			return err
		}
	}
	return s.Flush(ctx)
}

// report says what was sent, and what was not. err is how the sending ended.
func (s *sending) report(err error) error {
	r := &s.Report
	where := output.Visible(s.Group + ", stream " + s.Stream)
	if r.CreatedGroup {
		s.p.note("made log group %s", output.Visible(s.Group))
	}
	for _, refused := range []struct {
		n   int64
		why string
	}{
		{r.TooOld, "more than 14 days old"}, {r.Expired, "older than the group's retention"},
		{r.TooNew, "more than 2 hours ahead of the service's clock"}, {r.Empty, "without text"},
	} {
		if refused.n > 0 {
			s.p.tell("refused", "groundwatch: ", plural(int(refused.n), "event")+" not stored: "+refused.why)
		}
	}
	if r.Split > 0 {
		s.p.note("%s longer than 1 MB went in pieces", plural(int(r.Split), "event"))
	}
	if r.Replaced > 0 {
		s.p.note("%s that are not UTF-8 went with U+FFFD in place of what is wrong", plural(int(r.Replaced), "event"))
	}
	if s.Waiting() > 0 {
		s.p.tell("refused", "groundwatch: ", plural(s.Waiting(), "event")+" not sent")
	}
	s.p.note("%s stored in %s", plural(int(r.Sent), "event"), where)
	lost := false
	if s.input != nil {
		s.input.report(s.p)
		lost = s.input.lost()
	}
	if err == nil && (r.Refused() > 0 || lost) {
		return &exitError{ExitPartial, nil}
	}
	return err
}

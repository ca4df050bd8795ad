package cli

import (
	"bytes"
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
that query reads. An event has the time that it says itself, else the time of sending. On Ctrl-C it goes on until standard
input ends, for 2 s at most, and sends what it has read; a second Ctrl-C ends it at once.`,
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
			s := &sending{p: p, now: now, linger: lingerRead, Sender: remote.Sender{Client: c, Group: args[0], Stream: args[1], Create: create}}
			if len(args) == 2 || len(args) == 3 && args[2] == files.Stdin {
				err = s.lines(cmd.Context(), p.Stdin)
			} else {
				err = s.files(cmd.Context(), args[2:])
			}
			return s.report(cmd.Context(), remotely(err))
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
	p       *Program
	now     bool          // give all events the time of sending
	linger  time.Duration // how long standard input is read on after an interruption
	partial []byte        // a line whose end has not come
	times   logtime.Parser
	input   *input // of files
}

const (
	flushAfter = 500 * time.Millisecond // how long a line waits for others to go with

	// After Ctrl-C, whoever writes to us has got it too and says its last words; what was read then has time to be sent. A second
	// Ctrl-C ends the program at once.
	lingerRead = 2 * time.Second
	lingerSend = 10 * time.Second
)

// lingering returns a context that outlives ctx by lingerSend.
func lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lingerSend, cancel) })
	return longer, func() { stop(); cancel() }
}

// lines sends what r says, line by line, as it comes. When ctx ends it goes on until r does, or for s.linger.
func (s *sending) lines(ctx context.Context, r io.Reader) error {
	to, cancel := lingering(ctx)
	defer cancel()
	chunks := make(chan []byte, 16)
	broken := make(chan error, 1)
	go func() { broken <- readChunks(to, r, chunks) }()
	timer := time.NewTicker(flushAfter)
	defer timer.Stop()
	interrupted := ctx.Done()
	var over <-chan time.Time
	for {
		select {
		case <-interrupted:
			interrupted, over = nil, time.After(s.linger)
		case <-over:
			return s.end(to, chunks)
		case <-timer.C:
			if err := s.Flush(to); err != nil {
				return err
			}
		case chunk, ok := <-chunks:
			if !ok {
				return errors.Join(s.end(to, nil), <-broken)
			}
			if err := s.take(to, chunk); err != nil {
				return err
			}
		}
	}
}

// end sends what was read and not yet taken, also a line whose end never came.
func (s *sending) end(ctx context.Context, chunks <-chan []byte) error {
	for {
		select {
		case chunk := <-chunks:
			if err := s.take(ctx, chunk); err != nil || chunk == nil {
				return errors.Join(err, s.line(ctx, s.partial), s.End(ctx))
			}
		default:
			return errors.Join(s.line(ctx, s.partial), s.End(ctx))
		}
	}
}

// readChunks gives what r says as it comes, until it or ctx ends; then it closes to.
func readChunks(ctx context.Context, r io.Reader, to chan<- []byte) error {
	defer close(to)
	buffer := make([]byte, 1<<16)
	for {
		n, err := r.Read(buffer)
		if n > 0 {
			select {
			case to <- bytes.Clone(buffer[:n]):
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

// take adds the lines that end in chunk, and keeps the rest for the next one.
func (s *sending) take(ctx context.Context, chunk []byte) error {
	for {
		line, rest, ended := bytes.Cut(chunk, []byte("\n"))
		if !ended {
			s.partial = append(s.partial, chunk...)
			return nil
		}
		if len(s.partial) > 0 {
			line = append(s.partial, line...)
			s.partial = line[:0]
		}
		if err := s.line(ctx, line); err != nil {
			return err
		}
		chunk = rest
	}
}

// line adds a line, unless it is empty.
func (s *sending) line(ctx context.Context, line []byte) error {
	if line = bytes.TrimSuffix(line, []byte("\r")); len(line) == 0 {
		return nil
	}
	return s.Add(ctx, remote.Event{Time: s.time(line), Message: string(line)})
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

// files sends the events of files, file by file. When ctx ends it sends what it has read.
func (s *sending) files(ctx context.Context, names []string) error {
	to, cancel := lingering(ctx)
	defer cancel()
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
			return s.Add(to, remote.Event{Time: at, Message: string(ev.Message)})
		})
		switch {
		case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
			return s.End(to)
		case err != nil:
			return err
		}
	}
	return s.End(to)
}

// report says what was sent, and what was not. err is how the sending ended, which ctx may have made it do.
func (s *sending) report(ctx context.Context, err error) error {
	r := &s.Report
	where := output.Visible(s.Group + ", stream " + s.Stream)
	if r.CreatedGroup {
		s.p.note("made log group %s", output.Visible(s.Group))
	}
	for _, refused := range []struct {
		n   int64
		why string
	}{
		{r.TooOld, "more than 14 days old; --now gives them the time of sending"}, {r.Expired, "older than the group's retention"},
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
		s.p.note("%s not in UTF-8: sent with U+FFFD in place of what is wrong", plural(int(r.Replaced), "event"))
	}
	if s.Waiting() > 0 {
		s.p.tell("refused", "groundwatch: ", plural(s.Waiting(), "event")+" not acknowledged")
	}
	s.p.note("%s stored in %s", plural(int(r.Sent), "event"), where)
	lost := false
	if s.input != nil {
		s.input.report(s.p)
		lost = s.input.lost()
	}
	switch {
	case err == nil && ctx.Err() != nil:
		return &exitError{ExitInterrupted, nil}
	case err == nil && (r.Refused() > 0 || lost):
		return &exitError{ExitPartial, nil}
	}
	return err
}

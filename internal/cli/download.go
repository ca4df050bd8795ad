package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/groundwatch/groundwatch/internal/download"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// downloads tells whether events are fetched in slices of time.
func (f *getFlags) downloads() bool { return f.parallel > 1 || f.outputFile != "" || f.state != "" }

// checkDownload refuses flags that do not go together.
func (f *getFlags) checkDownload() error {
	switch {
	case f.parallel < 1 || f.parallel > maxParallel:
		return usage("--parallel: found %d, want a number from 1 to %d", f.parallel, maxParallel)
	case f.state != "" && f.outputFile == "":
		return usage("--state needs --output-file: what was printed cannot be gone on with")
	case f.limit > 0 && f.downloads():
		return usage("--limit: does not go with --parallel, --output-file and --state")
	}
	return nil
}

// maxParallel bounds what one command asks of a service at a time: AWS allows 5 to 25 calls a second of an account.
const maxParallel = 32

// download fetches the events of a selection in slices, to standard output or a file.
func (p *Program) download(ctx context.Context, c *remote.Client, s remote.Selection, f *getFlags) (count int, err error) {
	asked := fmt.Sprintf("%s, streams %q, %s*, pattern %q, from %d", c.Endpoint, s.Streams, s.StreamPrefix, s.Filter, s.From)
	for _, place := range s.Places {
		asked += fmt.Sprintf(", %s:%s", place.Group, strings.Join(place.Streams, ","))
	}
	if s.From == 0 {
		s.From = remote.Begin(s.Places)
	}
	if s.To == 0 {
		s.To = p.Now().UnixMilli()
	}
	var out io.Writer = p.Stdout
	file, end := (*download.File)(nil), func(error) error { return nil }
	if f.outputFile != "" {
		if file, err = download.Create(f.outputFile, f.state, asked, p.Now); err != nil {
			return 0, err
		}
		out, s.From = file, max(s.From, file.Through()+1)
		end = func(failed error) error {
			if failed != nil {
				return file.Close()
			}
			return file.End(max(s.To, file.Through()))
		}
	}
	count, err = p.slices(ctx, c, s, f, out, file)
	return count, errors.Join(err, end(err))
}

// slices does so from s.From to s.To.
func (p *Program) slices(ctx context.Context, c *remote.Client, s remote.Selection, f *getFlags, out io.Writer, file *download.File) (count int, err error) {
	show, flush, err := p.eventWriter(out, f.outputFile)
	if err != nil {
		return 0, err
	}
	var read, events atomic.Int64
	if _, tty := terminal(out); !tty { // else the events themselves tell
		defer p.draw(func() progress { return progress{read: read.Load(), events: events.Load()} })()
	}
	each := func(piece []remote.Fetched) error {
		for i := range piece {
			count++
			events.Add(1)
			read.Add(int64(len(aws.ToString(piece[i].Message))))
			if err := show(&piece[i]); err != nil {
				return err
			}
		}
		return nil
	}
	done := func(through int64) error {
		if err := flush(); err != nil || file == nil {
			return err
		}
		return file.Done(through)
	}
	err = c.Download(ctx, s, f.parallel, each, done)
	return count, errors.Join(err, flush())
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// ExitUnreachable is the exit code when no service answers, ExitDenied when it refuses the caller.
const (
	ExitDenied      = 6
	ExitUnreachable = 7
)

// remoteFlags say which log service to talk to.
type remoteFlags struct{ o remote.Options }

func (f *remoteFlags) add(cmd *cobra.Command) {
	fl := cmd.PersistentFlags()
	fl.StringVar(&f.o.EndpointURL, "endpoint-url", "", "URL of the service; default: AWS_ENDPOINT_URL, else AWS itself")
	fl.StringVar(&f.o.Region, "region", "", "region; default as the AWS SDK finds it")
	fl.StringVar(&f.o.Profile, "profile", "", "profile of the AWS configuration")
	for _, name := range []string{"endpoint-url", "region", "profile"} {
		offer(cmd, name)
	}
}

// client returns a client of that service.
func (p *Program) client(ctx context.Context, f *remoteFlags) (*remote.Client, error) {
	c, err := remote.Open(ctx, f.o, p.Env)
	if err != nil {
		return nil, &exitError{ExitUsage, err}
	}
	return c, nil
}

// remotely gives an error from a service the exit code that belongs to it.
func remotely(err error) error {
	var known *exitError
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case remote.Unreachable(err):
		return &exitError{ExitUnreachable, err}
	case remote.Denied(err):
		return &exitError{ExitDenied, err}
	}
	return err
}

// forEach does something with each of names, whether it fails with others or not, and says what was done.
func (p *Program) forEach(c *remote.Client, names []string, done string, do func(name string) error) error {
	var failed error
	for _, name := range names {
		if err := c.Explain(do(name)); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", output.Visible(name), err))
			continue
		}
		p.note("%s %s", done, name)
	}
	return remotely(failed)
}

// noneOf says that there is no such thing in a place, or none that fits a glob.
func noneOf(thing, glob, place string) string {
	switch {
	case glob == "":
		return fmt.Sprintf("there is no %s in %s", thing, place)
	case remote.IsGlob(glob):
		return fmt.Sprintf("no %s in %s fits %s", thing, place, glob)
	}
	return fmt.Sprintf("there is no %s %s in %s", thing, glob, place)
}

// A listing shows rows as they come.
type listing struct {
	names   []string
	builder []column.Builder
	out     output.Writer
	rows    int
	width   int // of the terminal that the first rows have to fit; 0 means that nothing is left out
	note    func(format string, args ...any)
}

// listing returns what shows rows with these columns in the form of --output.
func (p *Program) listing(names ...string) (*listing, error) {
	format := p.flags.output
	if format == "" {
		format = "table"
	}
	zone, err := p.zone()
	if err != nil {
		return nil, err
	}
	width, tty := p.stdoutTTY()
	out, err := output.New(format, p.Stdout, output.Options{Zone: zone, Terminal: tty, Colour: p.colour()})
	if err != nil {
		return nil, err
	}
	if format != "table" {
		width = 0
	}
	return &listing{names: names, builder: make([]column.Builder, len(names)), out: out, width: width, note: p.note}, nil
}

// add takes a row: one value for each column.
func (l *listing) add(values ...column.Value) error {
	for i, v := range values {
		l.builder[i].Value(v)
	}
	l.rows++
	if l.builder[0].Len() < 1000 {
		return nil
	}
	return l.flush()
}

func (l *listing) flush() error {
	b := &column.Batch{Len: l.builder[0].Len()}
	if b.Len == 0 && l.rows > 0 {
		return nil
	}
	for i := range l.builder {
		b.Columns = append(b.Columns, l.builder[i].Column())
	}
	l.fit(b)
	b.Columns = b.Columns[:len(l.names)]
	err := l.out.Write(l.names, b)
	for i := range l.builder {
		l.builder[i].Reset()
	}
	return err
}

// fit leaves out the last columns until the lines fit the terminal: half a name is of no use, and all that there is -o expanded shows.
func (l *listing) fit(b *column.Batch) {
	if l.width == 0 {
		return
	}
	columns, room := 0, l.width
	for i, c := range b.Columns {
		widest := len(l.names[i])
		for row := range b.Len {
			widest = max(widest, output.TextWidth(c.Value(row).Text()))
		}
		if room -= widest; room < 0 {
			break
		}
		room -= len("  ")
		columns++
	}
	columns = max(columns, 1)
	if left := l.names[columns:]; len(left) > 0 {
		l.note("this terminal has no room for %s; -o expanded shows all", strings.Join(left, ", "))
	}
	l.names, l.width = l.names[:columns], 0
}

func (l *listing) close() error { return errors.Join(l.flush(), l.out.Close()) }

// text returns the value of a text that may be absent.
func text(s *string) column.Value {
	if s == nil {
		return column.Value{}
	}
	return column.StringValue(*s)
}

// moment returns the value of epoch milliseconds that may be absent.
func moment(ms *int64) column.Value {
	if ms == nil {
		return column.Value{}
	}
	return column.TimeValue(*ms)
}

// number returns the value of a whole number that may be absent.
func number[N int32 | int64](n *N) column.Value {
	if n == nil {
		return column.Value{}
	}
	return column.IntValue(int64(*n))
}

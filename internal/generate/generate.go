// Package generate writes sample logs: the same bytes for the same seed, in the shapes and file
// formats that people bring. It reads nothing and keeps nothing; what the events mean is for others.
package generate

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Options say what to write. The zero value gives ten thousand web events as NDJSON.
type Options struct {
	Shape  string        // one of Shapes; "" means web
	Format string        // one of Formats; "" means ndjson
	Seed   uint64        // equal seeds give equal events
	Count  int           // events; 0 means 10,000. Shape lambda finishes its last invocation, so may write a few more
	Start  time.Time     // of the first event; zero means 2026-01-05T00:00:00Z, a Monday
	Span   time.Duration // from the first event to the last; 0 means 24 h
	Huge   bool          // lets shape hostile write lines of up to 10 MB, else 64 KB
}

// Formats are the ways events are laid out. Format s3export is a folder tree, written by WriteExport.
func Formats() []string { return []string{"ndjson", "filter-log-events", "s3export"} }

// Shapes are the kinds of sample logs.
func Shapes() []string { return []string{"web", "lambda", "worker", "hostile"} }

// defaultStart is where time begins when nobody says: a fixed day, so that equal options give equal bytes.
var defaultStart = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// withDefaults returns o with every zero field filled in, or what is wrong with o.
func (o Options) withDefaults() (Options, error) {
	if o.Shape == "" {
		o.Shape = "web"
	}
	if o.Format == "" {
		o.Format = "ndjson"
	}
	if o.Count == 0 {
		o.Count = 10_000
	}
	if o.Start.IsZero() {
		o.Start = defaultStart
	}
	if o.Span == 0 {
		o.Span = 24 * time.Hour
	}
	switch {
	case !slices.Contains(Shapes(), o.Shape):
		return o, fmt.Errorf("generate: shape %q, want one of %s", o.Shape, strings.Join(Shapes(), ", "))
	case !slices.Contains(Formats(), o.Format):
		return o, fmt.Errorf("generate: format %q, want one of %s", o.Format, strings.Join(Formats(), ", "))
	case o.Count < 0:
		return o, fmt.Errorf("generate: count %d, want a positive number", o.Count)
	case o.Span < 0:
		return o, fmt.Errorf("generate: span %s, want a positive duration", o.Span)
	}
	return o, nil
}

// Write writes events to w in a format that is one file. It stops with the context's cause when ctx ends.
func Write(ctx context.Context, w io.Writer, o Options) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	var out sink
	switch o.Format {
	case "ndjson":
		out = newLines(w)
	case "filter-log-events":
		out = newFiltered(w)
	default:
		return fmt.Errorf("generate: format %s is a folder, not one file", o.Format)
	}
	return run(ctx, o, out)
}

// WriteExport writes events below dir as a CloudWatch Logs export task leaves them in S3:
//
//	dir/aws-logs-write-test
//	dir/<task id>/<stream name with - for />/000000.gz
//
// Each log group is a task of its own. Lines begin with the event's time and a blank. The text is the
// same for equal options; the bytes of the gzip files also depend on the version of Go.
func WriteExport(ctx context.Context, dir string, o Options) error {
	o.Format = "s3export"
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	out, err := newExport(dir, o.Seed)
	if err != nil {
		return err
	}
	return run(ctx, o, out)
}

// run writes the events of o to out and closes it, also after an error.
func run(ctx context.Context, o Options, out sink) error {
	p := &producer{ctx: ctx, out: out, random: newRandom(o.Seed), clock: newClock(o), opts: o}
	var err error
	switch o.Shape {
	case "web":
		err = p.web()
	case "lambda":
		err = p.lambda()
	case "worker":
		err = p.worker()
	case "hostile":
		err = p.hostile()
	}
	if cerr := out.close(); err == nil {
		err = cerr
	}
	return err
}

// A producer makes the events of one run, one after the other.
type producer struct {
	ctx    context.Context
	out    sink
	random *random
	clock  *clock
	opts   Options

	made int    // events so far
	text []byte // the event in the making
}

// more reports whether another event is wanted. It looks at the context now and then.
func (p *producer) more() (bool, error) {
	if p.made&1023 == 0 && p.ctx.Err() != nil {
		return false, context.Cause(p.ctx)
	}
	return p.made < p.opts.Count, nil
}

// emit hands on the event in the making.
func (p *producer) emit(s *stream, ms int64) error {
	p.made++
	return p.out.event(s, ms, p.text)
}

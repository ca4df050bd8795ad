package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/groupquery"
	"github.com/groundwatch/groundwatch/internal/output"
)

// groupEngine finds the groups that sources name. Without any, queries have to name them.
func (p *Program) groupEngine(ctx context.Context, f *queryFlags, sources []string) (*groupquery.Engine, error) {
	for flag, given := range map[string]bool{"--filter-pattern": f.filterPattern != "", "--lookup": len(f.lookups) > 0, "--format": f.format != "auto"} {
		if given {
			return nil, usage("%s is for files; a query over log groups says all itself", flag)
		}
	}
	if f.limit > plan.MaxLimit {
		return nil, usage("--limit: found %d, want at most %d of log groups", f.limit, plan.MaxLimit)
	}
	wanted, err := targets(sources)
	if err != nil {
		return nil, err
	}
	for _, t := range wanted {
		if t.Stream != "" {
			return nil, usage("found %s:%s, want log groups alone; the query can say: filter @logStream = %q", t.Group, t.Stream, t.Stream)
		}
	}
	zone, err := p.zone()
	if err != nil {
		return nil, err
	}
	window, err := f.window(p.Now(), zone)
	if err != nil {
		return nil, err
	}
	c, err := p.client(ctx, &f.remoteFlags)
	if err != nil {
		return nil, err
	}
	e := &groupquery.Engine{Client: c, From: window.Start, To: window.End, Limit: f.limit, Now: p.Now, Note: func(s string) { p.note("%s", s) }}
	places, err := c.Find(ctx, wanted)
	if err != nil {
		return nil, p.missing(ctx, c, err, noFile)
	}
	if err := e.Over(places, sources); err != nil {
		return nil, usage("%w", err)
	}
	return e, nil
}

// queryGroups answers one query over log groups.
func (p *Program) queryGroups(ctx context.Context, f *queryFlags, text string, sources []string) error {
	e, err := p.groupEngine(ctx, f, sources)
	if err != nil {
		return err
	}
	if f.explain {
		text, err := e.Explain(text)
		if err != nil {
			return inText(text, err)
		}
		return p.show(text)
	}
	zone, err := p.zone()
	if err != nil {
		return err
	}
	show, err := p.resultWriter(f, zone)
	if err != nil {
		return err
	}
	begin := p.Now()
	stop := p.drawGroups(e)
	r, failed := e.Answer(ctx, text)
	stop()
	if r == nil {
		return inText(text, failed)
	}
	if err := show(p.untilInterrupted(ctx), r); err != nil {
		return cut(ctx, err)
	}
	p.afterGroups(e, f, r, p.Now().Sub(begin), failed == nil)
	switch {
	case ctx.Err() != nil && r.Rows.Len == 0:
		p.note("the query was stopped; it had found no rows")
		return &exitError{ExitInterrupted, nil}
	case ctx.Err() != nil:
		p.note("the query was stopped; these are the rows that it had found")
		return &exitError{ExitInterrupted, nil}
	case errors.Is(failed, groupquery.ErrPartial):
		return &exitError{ExitPartial, failed}
	case failed != nil:
		return failed
	case f.failEmpty && r.Rows.Len == 0:
		return &exitError{ExitNoMatch, nil}
	}
	return nil
}

// drawGroups draws how far a query is.
func (p *Program) drawGroups(e *groupquery.Engine) (stop func()) {
	return p.draw(func() progress {
		bytes, events := e.Progress()
		return progress{read: bytes, events: events, waits: e.Waits()}
	})
}

// afterGroups says on standard error what people may not see in the rows.
func (p *Program) afterGroups(e *groupquery.Engine, f *queryFlags, r *exec.Result, took time.Duration, complete bool) {
	s := r.Stats
	if r.Rows.Len == plan.DefaultLimit && f.limit == 0 || r.Rows.Len == plan.MaxLimit {
		p.note("these are %d rows, the most that are given; there may be more: end the query with limit N, or narrow the time", r.Rows.Len)
	}
	if r.Rows.Len == 0 && complete {
		p.note("no rows: %s", output.Visible(e.WhyEmpty(s)))
	}
	if f.stats {
		p.tell("stats", "", fmt.Sprintf("%s; %d of %s matched; %s scanned in %s; %s",
			plural(r.Rows.Len, "row"), s.RecordsMatched, plural(int(s.RecordsScanned), "event"), output.Bytes(s.BytesScanned), took.Round(time.Millisecond), plural(s.LogGroups, "group")))
	}
}

// inText returns the error of a query with its text, if it is a mistake in that.
func inText(text string, err error) error {
	if mistakes := (syntax.Errors)(nil); errors.As(err, &mistakes) {
		return &textError{text, err}
	}
	if mistake := (*groupquery.Mistake)(nil); errors.As(err, &mistake) {
		return &exitError{ExitSyntax, err}
	}
	return err
}

package clean

import (
	"context"
	"sync"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/redact"
)

// A pass reads the inputs of one unit in order and makes JSON objects of their events.
type pass struct {
	run    *run
	conv   *converter
	redact *redact.Redactor
	joiner joiner

	// The file at hand.
	input    *files.Input
	number   int   // of the input
	event    int64 // number of the event in it
	counts   counts
	problems []files.Problem

	// take is given each event that is kept, before duplicates are dropped; obj is valid during
	// the call. It says what became of the event.
	take func(e *files.Event, obj object, o outcome) (outcome, error)
}

func newPass(r *run) *pass {
	p := &pass{run: r, conv: newConverter(r.opts), redact: redact.New(r.opts.Redact, r.key)}
	p.joiner.emit = p.one
	return p
}

// read reads input number n.
func (p *pass) read(ctx context.Context, n int, in files.Input) error {
	p.input, p.number, p.event = &in, n, 0
	p.counts, p.problems = counts{}, nil
	p.conv.begin()
	o := p.run.opts
	opt := files.Options{
		Format: o.Format, MaxEvent: o.MaxEvent, Stdin: o.Stdin, Progress: &o.Progress.Read,
		Problem: func(problem files.Problem) { p.problems = append(p.problems, problem) },
	}
	source := in
	if in.Path == files.Stdin && p.run.stdin != "" {
		source.Path = p.run.stdin
	}
	if err := files.Events(ctx, source, opt, p.joiner.add); err != nil {
		return err
	}
	return p.joiner.flush()
}

// one takes an event, whole after joining.
func (p *pass) one(e *files.Event) error {
	obj, o := p.conv.convert(e)
	if !o.dropped() {
		if p.redact != nil {
			obj = object{text: p.redact.Object(obj.text)}
		}
		var err error
		if o, err = p.take(e, obj, o); err != nil {
			return err
		}
	}
	p.counts.add(o, len(e.Message))
	p.event++
	return nil
}

// survey reads all inputs to find the columns of tables, if columns is set, and duplicates.
func (r *run) survey(ctx context.Context, columns bool) error {
	if r.opts.Dedupe {
		r.dups = newDuplicates(r.opts.fs, r.opts.Dir, len(r.inputs))
	}
	found := newOrdered(newGathering(r.opts.Columns))
	err := eachUnit(ctx, r.opts.Workers, r.units, func(ctx context.Context, u unit) error {
		s, err := r.surveyUnit(ctx, u, columns)
		if err == nil {
			found.add(u.number, s)
		}
		return err
	})
	if err != nil {
		return err
	}
	if r.dups != nil {
		if err := r.dups.resolve(); err != nil {
			return err
		}
	}
	if !columns {
		return nil
	}
	r.state.schema = found.all.schema()
	return r.state.append(&stateLine{Survey: r.state.schema})
}

// surveyUnit surveys one unit.
func (r *run) surveyUnit(ctx context.Context, u unit, columns bool) (*survey, error) {
	s := newSurvey(r.opts.Columns)
	p := newPass(r)
	if !columns {
		p.redact = nil // duplicates are told by what they were
	}
	var scratch []byte
	p.take = func(e *files.Event, obj object, o outcome) (_ outcome, err error) {
		if columns {
			s.add(obj)
		}
		if r.dups != nil {
			scratch, err = r.dups.add(p.number, p.event, p.input, e, scratch)
		}
		return o, err
	}
	for i, in := range u.inputs {
		if err := p.read(ctx, u.first+i, in); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// ordered gathers surveys in the order of their units, whichever is done first.
type ordered struct {
	mu   sync.Mutex
	all  *gathering
	next int
	wait map[int]*survey
}

func newOrdered(all *gathering) *ordered { return &ordered{all: all, wait: map[int]*survey{}} }

func (o *ordered) add(unit int, s *survey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wait[unit] = s
	for s := o.wait[o.next]; s != nil; s = o.wait[o.next] {
		o.all.add(s)
		delete(o.wait, o.next)
		o.next++
	}
}

// clean writes the results of one unit and makes them visible.
func (r *run) clean(ctx context.Context, u unit) error {
	out := newOutputs(r.opts, r.state.schema, u.number)
	rec, err := r.cleanUnit(ctx, u, out)
	if err == nil {
		rec.Outputs, err = out.close()
	}
	if err != nil {
		out.abandon()
		return err
	}
	return r.state.commit(rec)
}

// cleanUnit writes the events of one unit.
func (r *run) cleanUnit(ctx context.Context, u unit, out *outputs) (*unitRecord, error) {
	rec := &unitRecord{Unit: u.number}
	p := newPass(r)
	p.take = func(e *files.Event, obj object, o outcome) (outcome, error) {
		if r.dups.dropped(p.number, p.event) {
			return droppedDuplicate, nil
		}
		return o, out.add(r.day(e), obj)
	}
	for i, in := range u.inputs {
		if err := p.read(ctx, u.first+i, in); err != nil {
			return nil, err
		}
		rec.Files = append(rec.Files, newFileReport(in.Path, &p.counts, p.problems))
	}
	rec.Counts.Repaired = p.conv.repaired
	if out.row != nil {
		rec.Counts.Rest = out.row.moved
	}
	if p.redact != nil {
		rec.Counts.Rules = p.redact.Counts()
	}
	return rec, nil
}

// day returns the day whose file an event goes to; noDay for all if results are not split.
func (r *run) day(e *files.Event) int64 {
	if r.opts.Split != "day" || !e.HasTime {
		return noDay
	}
	return dayOf(e.Time)
}

package clean

import (
	"context"
	"errors"

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
	text     int64 // bytes of the events so far
	counts   counts
	problems []files.Problem

	// most is how much of a file is read, in bytes of its events' text; 0 means all.
	most int64

	// take is given each event that is kept, before duplicates are dropped; obj is valid during
	// the call. It says what became of the event.
	take func(e *files.Event, obj object, o outcome) (outcome, error)
}

func newPass(r *run) *pass {
	p := &pass{run: r, conv: newConverter(r.opts), redact: redact.New(r.opts.Redact, r.key)}
	p.joiner.emit = p.one
	return p
}

// errEnough says that p.most of a file has been read.
var errEnough = errors.New("enough was read")

// read reads input number n. cut is true if it stopped before the end because of p.most.
func (p *pass) read(ctx context.Context, n int, in files.Input) (cut bool, err error) {
	p.input, p.number, p.event, p.text = &in, n, 0, 0
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
	if err = files.Events(ctx, source, opt, p.joiner.add); err == nil {
		err = p.joiner.flush()
	}
	if errors.Is(err, errEnough) {
		return true, nil
	}
	return false, err
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
	if p.text += int64(len(e.Message)); p.most > 0 && p.text >= p.most {
		return errEnough
	}
	return nil
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
	rec := &unitRecord{Unit: u.number, Survey: r.state.schema.version()}
	p := newPass(r)
	p.take = func(e *files.Event, obj object, o outcome) (outcome, error) {
		if r.dups.dropped(p.number, p.event) {
			return droppedDuplicate, nil
		}
		return o, out.add(r.day(e), obj)
	}
	for i, in := range u.inputs {
		if _, err := p.read(ctx, u.first+i, in); err != nil {
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

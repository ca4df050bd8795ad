package clean

import (
	"context"
	"sync"

	"github.com/groundwatch/groundwatch/internal/files"
)

// survey reads units to find the columns of tables, which go to found unless that is nil, and duplicates.
// With sample it reads no more than the start of each input. cut is true if there was more.
func (r *run) survey(ctx context.Context, units []unit, found *gathering, sample bool) (cut bool, err error) {
	if r.opts.Dedupe {
		r.dups = newDuplicates(r.opts.fs, r.opts.Dir, len(r.inputs))
	}
	all := newOrdered(found, units)
	err = eachUnit(ctx, r.opts.Workers, units, func(ctx context.Context, u unit) error {
		s, err := r.surveyUnit(ctx, u, found != nil, sample)
		if err == nil {
			all.add(u.number, s)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	if r.dups != nil {
		err = r.dups.resolve()
	}
	return all.cut, err
}

// surveyUnit surveys one unit.
func (r *run) surveyUnit(ctx context.Context, u unit, columns, sample bool) (*survey, error) {
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
		if sample {
			p.most = r.sampleBytes(in.Size)
		}
		cut, err := p.read(ctx, u.first+i, in)
		if err != nil {
			return nil, err
		}
		s.cut = s.cut || cut
	}
	return s, nil
}

// ordered gathers surveys in the order of their units, whichever is done first.
type ordered struct {
	mu    sync.Mutex
	all   *gathering // nil: columns are not gathered
	units []unit     // those to come
	wait  map[int]*survey
	cut   bool
}

func newOrdered(all *gathering, units []unit) *ordered {
	return &ordered{all: all, units: units, wait: map[int]*survey{}}
}

func (o *ordered) add(unit int, s *survey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cut = o.cut || s.cut
	if o.all == nil {
		return
	}
	for o.wait[unit] = s; len(o.units) > 0 && o.wait[o.units[0].number] != nil; o.units = o.units[1:] {
		next := o.units[0].number
		o.all.add(o.wait[next])
		delete(o.wait, next)
	}
}

package clean

import (
	"context"
	"errors"
)

// How much of an input's text the survey of a table reads, so that the second pass can begin with a draft
// of the columns: a megabyte are some thousand events, in which all columns but rare ones occur, and
// next to nothing to read. Of a large input it is a part of its bytes as stored, which for plain text
// costs two percent of the time. Inputs that are no longer than that, such as the streams of most
// Lambda functions, are read whole, and their columns are no draft.
const (
	minSample   = 1 << 20
	sampleShare = 16
)

// sampleBytes returns how much text of an input of that size is a sample of it.
func (r *run) sampleBytes(size int64) int64 {
	if r.opts.sample > 0 {
		return r.opts.sample
	}
	return max(minSample, size/sampleShare)
}

// findColumns surveys the inputs for columns, and for duplicates if those are dropped, which takes all of the
// inputs. NDJSON has no use for a draft: what is found is told in the report.
//
// A draft saves a quarter of the time, and costs up to half as much again if it has to be revised late. What has
// been seen once tells how much has not been seen (Good and Turing): where a column has a single
// value in all samples there are likely more such columns to come, and all is surveyed at once.
func (r *run) findColumns(ctx context.Context) error {
	found := newGathering(r.opts.Columns)
	draft, err := r.survey(ctx, r.units, found, r.opts.table() && !r.opts.Dedupe)
	if err != nil {
		return err
	}
	s := found.schema()
	if s.Draft = draft; s.Draft && (s.Rest || found.rare()) {
		if s, err = r.findAllColumns(ctx, s.Version); err != nil {
			return err
		}
	}
	return r.state.survey(s)
}

// findAllColumns surveys all of the inputs. A table with a restColumn takes it: any value fits such a
// table, so that no misfit would show what is wrong with a draft.
func (r *run) findAllColumns(ctx context.Context, version int) (*schema, error) {
	r.expect(r.units, r.units)
	found := newGathering(r.opts.Columns)
	_, err := r.survey(ctx, r.units, found, false)
	s := found.schema()
	s.Version = version
	return s, err
}

// cleanAll writes the results of all units that have none.
//
// With a draft of the columns, the results stay hidden until every event was seen to fit. If one does
// not, because it has another column or a value of another type, the draft is revised and everything
// is written again. The columns are the same in the end as if all had been surveyed at first, but for their
// order, and so are their types: a type is widened for a value that does not fit only, and nothing lossy
// fits.
func (r *run) cleanAll(ctx context.Context) error {
	for {
		todo := r.unfinished()
		r.expect(todo)
		err := eachUnit(ctx, r.opts.Workers, todo, r.clean)
		switch {
		case !r.state.schema.isDraft():
			return err
		case err == nil:
			return r.state.settle()
		case !errors.Is(err, errNoRest):
			return err
		}
		if err := r.revise(ctx); err != nil {
			return err
		}
	}
}

// revise surveys the units that have not been seen to fit the draft, and starts over with what it finds.
// At most as much as is written by then is lost; the rest is written once, as it would be
// without a draft.
func (r *run) revise(ctx context.Context) error {
	was := r.state.schema
	todo := r.unfinished()
	r.expect(todo, r.units)
	found := regather(was, r.opts.Columns)
	if _, err := r.survey(ctx, todo, found, false); err != nil {
		return err
	}
	s := found.schema()
	s.Draft, s.Version = true, was.Version+1
	if s.Rest {
		var err error
		if s, err = r.findAllColumns(ctx, s.Version); err != nil {
			return err
		}
	} else if s.equal(was) {
		return errNoRest // an input changed in between
	}
	r.todo = r.units
	return r.state.survey(s)
}

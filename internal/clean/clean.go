// Package clean turns log files into data that SQL engines read as it is: one JSON event a line, or a
// table, without the platform's lines. Reading the inputs is left to internal/files, Parquet to
// internal/part.
//
// A run goes in up to two passes. The first, the survey, is only for tables, whose columns must be known
// before the first row, and for dropping duplicates. For tables it reads the start of each input, and the
// second pass begins with a draft of the columns; see draft. The second pass writes results under hidden
// names, unit by unit, and gives a unit's files their names once all of them are complete; see state for
// how that survives a kill. Inputs are read by as many workers as there are cores; memory does not grow
// with the inputs.
package clean

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/groundwatch/groundwatch/internal/files"
)

// Run cleans the inputs of o into o.Dir and returns what became of their events. A run that was
// killed, or failed, is taken up where it stopped when it is run again with the same options; what is
// finished is not read again. If the options or the inputs have changed since, the error is a
// *ChangedError. What is wrong with inputs is in the report and no error: see Report.Partial.
func Run(ctx context.Context, o Options) (*Report, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	r := &run{opts: &o}
	if err := r.find(); err != nil {
		return nil, err
	}
	if err := o.fs.MkdirAll(o.Dir); err != nil {
		return nil, fmt.Errorf("clean: %w", err)
	}
	lock, err := o.fs.Lock(filepath.Join(o.Dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("clean: %s: %w", o.Dir, err)
	}
	err = r.run(ctx)
	if r.state != nil {
		err = errors.Join(err, r.state.close())
	}
	if err = errors.Join(err, lock.Close()); err != nil {
		return nil, err
	}
	return r.report(), nil
}

// A run is one call of Run.
type run struct {
	opts     *Options
	inputs   []files.Input
	units    []unit
	todo     []unit // those that this run has to clean
	problems []files.Problem
	state    *state
	key      []byte // of hashes
	stdin    string // where standard input was put to be read twice
	dups     *duplicates
}

// find finds the inputs.
func (r *run) find() error {
	inputs, problems := files.Find(r.opts.Inputs)
	inputs, inside := outside(inputs, r.opts.Dir)
	if inside > 0 {
		problems = append(problems, files.Problem{Path: r.opts.Dir, Kind: files.Skipped, Count: int64(inside),
			What: "left out: it is where the results go"})
	}
	if len(inputs) == 0 {
		err := errors.New("clean: no inputs found")
		for _, p := range problems {
			err = errors.Join(err, errors.New(p.String()))
		}
		return err
	}
	limit := r.opts.unitBytes
	if limit == 0 {
		limit = unitLimit(inputs)
	}
	r.inputs, r.problems, r.units = inputs, problems, planUnits(inputs, limit)
	return nil
}

// run does what is left to do in the locked folder.
func (r *run) run(ctx context.Context) error {
	if err := r.open(); err != nil {
		return err
	}
	r.todo = r.unfinished()
	if err := r.prepare(ctx); err != nil {
		return err
	}
	if err := r.cleanAll(ctx); err != nil {
		return err
	}
	return errors.Join(
		removeTemps(r.opts.fs, r.opts.Dir, nil),
		r.opts.fs.Remove(filepath.Join(r.opts.Dir, keyName)))
}

// open reads the state of an earlier run, or starts anew.
func (r *run) open() error {
	o := r.opts
	now := header{Format: stateFormat, Settings: o.settings(), Inputs: describe(r.inputs)}
	s, err := loadState(o.fs, o.Dir)
	if err != nil && !o.Restart {
		return fmt.Errorf("clean: %w", err)
	}
	if s != nil && o.Restart {
		if err := s.clear(); err != nil {
			return err
		}
		s = nil
	}
	if s == nil {
		s = &state{fs: o.fs, dir: o.Dir, units: map[int]*unitRecord{}, header: now}
	} else if changes := s.header.changes(&now); len(changes) > 0 {
		return &ChangedError{o.Dir, changes}
	}
	s.header.Format = stateFormat
	r.state = s
	if err := s.open(); err != nil {
		return fmt.Errorf("clean: %w", err)
	}
	return s.recover()
}

// prepare does what comes before the first result: the key of hashes, standard input, the survey.
func (r *run) prepare(ctx context.Context) error {
	columns := r.opts.wantsColumns() && r.state.schema == nil
	survey := columns || r.opts.Dedupe && len(r.todo) > 0
	if survey {
		r.expect(r.units, r.todo)
	} else {
		r.expect(r.todo)
	}
	if !survey && len(r.todo) == 0 {
		return nil
	}
	if err := r.hashKey(); err != nil {
		return err
	}
	if !survey {
		return nil
	}
	if err := r.spool(ctx); err != nil {
		return err
	}
	if columns {
		return r.findColumns(ctx)
	}
	_, err := r.survey(ctx, r.units, nil, false) // for duplicates
	return err
}

// expect says how much there is to read from here on.
func (r *run) expect(passes ...[]unit) {
	total := r.opts.Progress.Read.Bytes.Load()
	for _, units := range passes {
		for _, u := range units {
			for _, in := range u.inputs {
				total += max(in.Size, 0)
			}
		}
	}
	r.opts.Progress.Total.Store(total)
}

// unfinished returns the units without valid results.
func (r *run) unfinished() []unit {
	var units []unit
	for _, u := range r.units {
		if !r.state.finished(u.number) {
			units = append(units, u)
		}
	}
	return units
}

// hashKeyBytes is how long a generated key is: that of the hash.
const hashKeyBytes = 32

// hashKey finds or makes the key of hashes. One that was made stays in the folder, for its owner's
// eyes only, until all results are there, so that a killed run can go on.
func (r *run) hashKey() error {
	rules := r.opts.Redact
	if !rules.Hashes() {
		return nil
	}
	if r.key = rules.Key(); r.key != nil {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(r.opts.Dir, keyName))
	if err == nil {
		r.key, err = hex.DecodeString(string(text))
		return err
	}
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(r.todo) < len(r.units) {
		return fmt.Errorf("clean: %s: the key of the hashes in it is no longer there; start over", r.opts.Dir)
	}
	r.key = make([]byte, hashKeyBytes)
	rand.Read(r.key) // never fails
	return writeFile(r.opts.fs, r.opts.Dir, keyName, []byte(hex.EncodeToString(r.key)), true)
}

// spool puts standard input into a hidden file, to be read twice.
func (r *run) spool(ctx context.Context) error {
	stdin := false
	for _, in := range r.inputs {
		stdin = stdin || in.Path == files.Stdin
	}
	if !stdin || r.opts.Stdin == nil {
		return nil
	}
	r.stdin = filepath.Join(r.opts.Dir, tempName(stateName+"-stdin"))
	f, err := r.opts.fs.Create(r.stdin, true)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, writeBytes)
	_, err = io.Copy(w, contextReader{ctx, r.opts.Stdin})
	return errors.Join(err, w.Flush(), f.Close())
}

// A contextReader ends when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}

// eachUnit calls do for all units, for several at once and in their order. It stops at the first
// error and returns it once every call has returned.
func eachUnit(ctx context.Context, workers int, units []unit, do func(context.Context, unit) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan unit)
	var wg sync.WaitGroup
	for range min(workers, len(units)) {
		wg.Go(func() {
			for u := range next {
				if err := do(ctx, u); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	for _, u := range units {
		select {
		case next <- u:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	wg.Wait()
	return context.Cause(ctx)
}

// report puts together what the records of all units say.
func (r *run) report() *Report {
	o := r.opts
	out := &Report{Dir: o.Dir, To: o.To, Split: o.Split, Extension: o.extension()}
	if s := r.state.schema; o.table() {
		out.Columns = s.all()
	} else if s != nil {
		out.Columns = s.Columns
	}
	for _, rule := range o.Redact.List() {
		out.Redactions = append(out.Redactions, RuleCount{Rule: rule})
	}
	if o.Redact.Hashes() {
		out.HashKey = "given"
		if o.Redact.Key() == nil {
			out.HashKey = "generated"
		}
	}
	for _, u := range r.units {
		out.addUnit(r.state.units[u.number])
	}
	for _, u := range r.units {
		out.Skipped += len(u.inputs)
	}
	for _, u := range r.todo {
		out.Skipped -= len(u.inputs)
	}
	for _, p := range r.problems {
		out.Problems = append(out.Problems, newProblem(p))
	}
	out.sort()
	return out
}

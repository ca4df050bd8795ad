package exec

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// Options tell how to run a plan. Source is required unless every query names its own with SOURCE.
type Options struct {
	// Source gives the rows of a query without SOURCE.
	Source Source
	// Named gives the rows of a query with SOURCE; nil refuses such queries.
	Named func(*syntax.Source) (Source, error)
	// Table gives lookup tables; nil means there is none.
	Table func(name string) (*lookup.Table, error)
	// Env is the time of the query and its window.
	Env function.Env
	// Workers is how many goroutines scan; 0 means one per CPU.
	Workers int
	// SubqueryTime bounds how long a query inside filter ... in may run; 0 means as long as the whole.
	SubqueryTime time.Duration
	// Memory bounds the bytes of rows, groups and patterns that a query holds; 0 means 1 GiB.
	Memory int64
	// Host, if set, is asked for room beside other queries.
	Host Host
	// Progress, if set, can be asked how far the query is while it runs.
	Progress *Progress
}

// A Result is the answer of a query.
type Result struct {
	Columns []string
	Rows    *column.Batch // one column for each of Columns
	// LogRows says that the rows are log events, not groups or patterns.
	LogRows bool
	// Times and Numbers are those of the events that the rows were made of, as their source had them; nil
	// unless LogRows.
	Times   *column.Column
	Numbers []int64
	// Limited says that the default limit cut the result: there are more rows.
	Limited  bool
	Stats    Stats
	Warnings []string
}

// Stats tells what a query read and kept.
type Stats struct {
	RecordsScanned int64 // events read
	RecordsMatched int64 // events that passed the filters before the first stats
	BytesScanned   int64 // bytes of the messages read
	LogGroups      int
}

// A MemoryError says that a query held too much at once.
type MemoryError struct {
	What  string // which part of the query
	Limit int64  // bytes
}

func (e *MemoryError) Error() string {
	limit := fmt.Sprintf("%d MiB", e.Limit>>20)
	if e.Limit < 1<<20 {
		limit = fmt.Sprintf("%d bytes", e.Limit)
	}
	return fmt.Sprintf("%s needs more than the %s that a query may hold; narrow the time range, filter more, or raise the limit", e.What, limit)
}

// defaultMemory is the bound of Options.Memory: it holds 100,000 large events or some million groups.
const defaultMemory = 1 << 30

// Run runs p. It reads the sources from several goroutines, none of which is left when it returns.
func Run(ctx context.Context, p *plan.Plan, opts Options) (*Result, error) {
	run := newRun(ctx, p, opts)
	opts.Progress.start(run)
	r, err := run.plan(p)
	if err != nil {
		return nil, err
	}
	return run.result(p, r), nil
}

func newRun(ctx context.Context, p *plan.Plan, opts Options) *run {
	if opts.Workers == 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	if opts.Memory == 0 {
		opts.Memory = defaultMemory
	}
	run := &run{ctx: ctx, opts: opts, memory: &budget{limit: opts.Memory}, whole: p}
	run.main = run.breath()
	return run
}

// result returns rows as the answer of p.
func (run *run) result(p *plan.Plan, r *rows) *Result {
	out := &Result{
		Rows: &column.Batch{Len: r.n}, LogRows: p.LogRows, Limited: run.limited,
		Stats: run.stats, Warnings: p.Warnings,
	}
	for _, c := range p.Output {
		out.Columns = append(out.Columns, c.Name)
		out.Rows.Columns = append(out.Rows.Columns, shown(r.col(c.Slot)))
	}
	if p.LogRows {
		out.Times, out.Numbers = r.col(p.Time), r.seq
	}
	return out
}

// shown returns a column as results have it: booleans are the numbers 1 and 0 (§4).
func shown(c *column.Column) *column.Column {
	switch c.Kind {
	case column.Bool:
		out := *c
		out.Kind = column.Int64
		return &out
	case column.Mixed:
		return makeColumn(c.Len, func(i int) column.Value {
			if v := c.Values[i]; v.Kind() != column.Bool {
				return v
			}
			return column.IntValue(c.Values[i].Int())
		})
	}
	return c
}

// A run is one query being run.
type run struct {
	ctx     context.Context
	opts    Options
	main    *breath // of the goroutine that runs all but the scans
	memory  *budget
	stats   Stats
	limited bool
	matched atomic.Int64
	whole   *plan.Plan          // the query itself, not one inside it
	sets    map[*plan.Plan]*set // the values of subqueries
}

// A worker is what one scanning goroutine has to itself.
type worker struct {
	id     int
	run    *run
	env    *function.Env
	breath *breath
	piece  int // how many rows it works on before it looks up

	constants constants
}

// A budget counts the memory that a query holds.
type budget struct {
	limit int64
	used  atomic.Int64
}

// add counts n bytes more, or fewer when n is negative, for what.
func (b *budget) add(n int64, what string) error {
	if b.used.Add(n) > b.limit && n > 0 {
		return &MemoryError{What: what, Limit: b.limit}
	}
	return nil
}

// plan runs p and returns its rows, with the slots that p.Output names.
func (run *run) plan(p *plan.Plan) (*rows, error) {
	if p.Estimate {
		return run.estimate(p)
	}
	if err := run.subqueries(p.Steps); err != nil {
		return nil, err
	}
	head, rest, err := run.split(p)
	if err != nil {
		return nil, err
	}
	if p == run.whole {
		run.opts.Progress.show(head, nil, rest)
	}
	if err := run.scan(p, p.Scan, head); err != nil {
		return nil, err
	}
	if p == run.whole {
		run.opts.Progress.end(head, rest, run.main)
		if err := run.err(); err != nil {
			return nil, err
		}
	}
	if again, ok := head.sink.(rescanner); ok {
		if err := again.rescan(p, head); err != nil {
			return nil, err
		}
	}
	r, err := head.sink.finish()
	if err != nil {
		return nil, err
	}
	if p == run.whole && !run.main.ended() {
		run.opts.Progress.show(nil, r, rest)
	}
	if err := run.err(); err != nil {
		return nil, err
	}
	return run.tail(rest, r)
}

// A rescanner is a sink that needs to see the source a second time, over another window.
type rescanner interface {
	rescan(p *plan.Plan, h *head) error
}

// A head is the part of a plan that runs side by side: row steps and the sink behind them.
type head struct {
	steps []rowStep
	sink  sink
}

// split cuts a plan into its head and the steps after it.
func (run *run) split(p *plan.Plan) (*head, []plan.Step, error) {
	h := &head{}
	steps := p.Steps
	for len(steps) > 0 {
		s := run.rowStep(steps[0])
		if s == nil {
			break
		}
		if err := prepare(s); err != nil {
			return nil, nil, err
		}
		h.steps = append(h.steps, s)
		steps = steps[1:]
	}
	if len(steps) > 0 {
		if h.sink = run.newSink(steps[0]); h.sink != nil {
			return h, steps[1:], nil
		}
	}
	var used int
	h.sink, used = newCollect(run, p, steps)
	return h, steps[used:], nil
}

// A preparer is a step with work to do before the first row: reading a table, running another query.
type preparer interface{ prepare() error }

func prepare(s any) error {
	if p, ok := s.(preparer); ok {
		return p.prepare()
	}
	return nil
}

// tail runs steps over rows, one after the other.
func (run *run) tail(steps []plan.Step, r *rows) (*rows, error) {
	w := run.worker(0)
	w.breath = run.main
	for _, s := range steps {
		var err error
		if r, err = run.tailStep(w, s, r); err != nil {
			return nil, err
		}
		if err := run.err(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (run *run) tailStep(w *worker, s plan.Step, r *rows) (*rows, error) {
	if rs := run.rowStep(s); rs != nil {
		if err := prepare(rs); err != nil {
			return nil, err
		}
		return inPieces(w, rs, r)
	}
	if ts := run.tableStep(s); ts != nil {
		return ts.table(run, r)
	}
	sink := run.newSink(s)
	if sink == nil {
		panic(fmt.Sprintf("BUG: no way to run step %T", s))
	}
	for from := 0; from < r.n && w.breath.draw(); from += tailPiece {
		if err := sink.add(w, r.slice(from, min(from+tailPiece, r.n))); err != nil {
			return nil, err
		}
	}
	return sink.finish()
}

// tailPiece is how many rows a step behind a scan works on at a time: as many as a batch of a table has.
const tailPiece = 8192

// inPieces runs a step over many rows.
func inPieces(w *worker, s rowStep, r *rows) (*rows, error) {
	if r.n <= tailPiece {
		return s.batch(w, r)
	}
	var parts []*rows
	for from := 0; from < r.n && w.breath.draw(); from += tailPiece {
		part, err := s.batch(w, r.slice(from, min(from+tailPiece, r.n)))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return concat(w.breath, parts), nil
}

func (run *run) worker(id int) *worker {
	env := run.opts.Env
	return &worker{id: id, run: run, env: &env, constants: constants{}, breath: run.breath(), piece: firstPiece}
}

// source returns where p reads.
func (run *run) source(p *plan.Plan) (Source, error) {
	switch {
	case p.Source == nil && run.opts.Source != nil:
		return run.opts.Source, nil
	case p.Source == nil:
		return nil, errors.New("the query has no source to read")
	case run.opts.Named == nil:
		return nil, mistake(p.Source.Span, "leave SOURCE out", "SOURCE: there are no log groups to choose from here")
	}
	return run.opts.Named(p.Source)
}

// mistake returns the error of a query that turned out to be wrong while it ran.
func mistake(at syntax.Span, hint, format string, args ...any) error {
	return syntax.Errors{{Span: at, Msg: fmt.Sprintf(format, args...), Hint: hint}}
}

// scan reads s and sends its rows through h.
func (run *run) scan(p *plan.Plan, s plan.Scan, h *head) error {
	src, err := run.source(p)
	if err != nil {
		return err
	}
	s.From, s.To = shift(s.From, p.Back), shift(s.To, p.Back)
	workers := make([]*worker, run.opts.Workers)
	for i := range workers {
		workers[i] = run.worker(i)
	}
	stats, err := src.Scan(run.ctx, s, len(workers), func(id int, b *column.Batch) error {
		if err := run.err(); err != nil {
			return err
		}
		return run.feed(workers[id], h, fromBatch(p, b))
	})
	run.stats.RecordsScanned += stats.Records
	run.stats.BytesScanned += stats.Bytes
	run.stats.LogGroups += stats.Groups
	run.stats.RecordsMatched = run.matched.Load()
	return err
}

// A worker looks up every few milliseconds: it begins with firstPiece rows of a batch at a time, and takes twice as many or half when a piece
// took less or more than that. There are never fewer than leastPiece.
const (
	firstPiece = 1024
	leastPiece = 64
	pieceTime  = 5 * time.Millisecond
)

// feed sends one batch through the head, piece by piece.
func (run *run) feed(w *worker, h *head, r *rows) error {
	for from := 0; from < r.n; {
		if err := w.breath.hold(); err != nil {
			return err
		}
		to := min(from+w.piece, r.n)
		begun := time.Now()
		if err := run.feedPiece(w, h, r.slice(from, to)); err != nil {
			return err
		}
		switch took := time.Since(begun); {
		case took > 2*pieceTime:
			w.piece = max(w.piece/2, leastPiece)
		case took < pieceTime && to-from == w.piece:
			w.piece *= 2
		}
		if !w.breath.draw() {
			return run.err()
		}
		from = to
	}
	return nil
}

// feedPiece sends rows through the head.
func (run *run) feedPiece(w *worker, h *head, r *rows) error {
	if err := run.opts.Progress.enter(run.ctx); err != nil {
		return err
	}
	defer run.opts.Progress.leave()
	var err error
	for _, s := range h.steps {
		if r.n == 0 {
			return nil
		}
		if r, err = s.batch(w, r); err != nil {
			return err
		}
	}
	run.matched.Add(r.events())
	if r.n == 0 {
		return nil
	}
	return h.sink.add(w, r)
}

// fromBatch puts the columns of a scan into their slots.
func fromBatch(p *plan.Plan, b *column.Batch) *rows {
	r := &rows{n: b.Len, cols: make([]*column.Column, p.Slots), seq: b.Numbers}
	for i, slot := range p.ScanSlots {
		r.cols[slot] = b.Columns[i]
	}
	if r.seq != nil {
		return r
	}
	r.seq = make([]int64, b.Len)
	for i := range r.seq {
		r.seq[i] = b.First + int64(i)
	}
	return r
}

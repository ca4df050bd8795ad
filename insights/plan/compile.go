package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// DefaultLimit is how many rows a query gives that names no limit; MaxLimit is the most it may
// name (CloudWatch Logs Insights, limit).
const (
	DefaultLimit = 10_000
	MaxLimit     = 100_000
)

// Options tell a plan about the world it will run in. The zero value is right for a query that
// uses no lookup table.
type Options struct {
	// From and To bound @timestamp in epoch milliseconds, both inclusive; both 0 means all time.
	From, To int64
	// Limit is the most rows the result may have; 0 means DefaultLimit, negative means no limit. A smaller
	// limit in the query wins ([R] §10.1).
	Limit int
	// Events adds the column @ptr to the result if its rows are log events: what the source gives for
	// ScanField.Event.
	Events bool
	// Table returns the columns of a lookup table; nil means there is none.
	Table func(name string) (columns []string, err error)
}

// Compile plans a parsed query. Its error is a syntax.Errors with every mistake.
func Compile(q *syntax.Query, opts Options) (*Plan, error) {
	if opts.From == 0 && opts.To == 0 {
		opts.From, opts.To = math.MinInt64, math.MaxInt64
	}
	c := &compiler{opts: opts, scope: newScope()}
	return c.query(q)
}

// A compiler turns the commands of one query into steps.
type compiler struct {
	opts     Options
	scope    *scope
	steps    []Step
	errs     syntax.Errors
	warnings []string
	missing  []*syntax.Field // names after stats that nothing is behind

	agg      *aggregation // the stats command being compiled, outside its aggregates
	before   *beforeStats // what the last stats replaced
	join     *joined      // the query's join
	inner    bool         // this is a subquery
	inFilter bool         // the expression being resolved is that of a filter
	sorting  bool         // the expression being resolved is a key of sort
	right    bool         // this is the right side of a join
	source   *syntax.Source
	scan     *scope // the scope that the scan fills

	finishers []func() // run after the last command

	statsSeen int
	back      Shift
	logRows   bool
	estimate  bool
	indexed   []string // the fields of filterIndex
	unmask    bool     // all fields are wanted as they were logged
	unmasking bool     // those are that are named now
}

// beforeStats is the place just before a stats command, where a later filter may belong.
type beforeStats struct {
	scope *scope
	at    int // index of the stats step
}

// query compiles all commands and finishes the plan.
func (c *compiler) query(q *syntax.Query) (*Plan, error) {
	c.commands(q)
	if len(c.errs) > 0 {
		return nil, c.errs.Sorted()
	}
	return c.finish(), nil
}

func (c *compiler) commands(q *syntax.Query) {
	c.scan, c.logRows = c.scope, true
	c.checkOrder(q.Commands)
	for _, cmd := range q.Commands {
		c.command(cmd)
		c.unknownNames()
	}
	for _, finish := range c.finishers {
		finish()
	}
}

// finish makes the plan of what was compiled.
func (c *compiler) finish() *Plan {
	p := &Plan{
		Source: c.source, Output: c.scope.visible(), LogRows: c.logRows,
		Estimate: c.estimate, Warnings: c.warnings, Indexed: c.indexed,
		Time: c.scan.field(ScanField{Name: "@timestamp"}),
	}
	if c.opts.Events && c.logRows && !c.estimate && !c.inner && !c.right {
		p.Output = withEvent(p.Output, c.scan.field(ScanField{Name: eventColumn, Event: true}))
	}
	p.Steps = limitEarly(c.withLimit())
	p.Slots = c.scan.slots
	p.Scan = Scan{Fields: c.scan.raw.fields, From: c.opts.From, To: c.opts.To, Unmask: c.unmask}
	p.Scan.restrict(c.steps, c.scan)
	p.Scan.Unnumbered = unnumbered(p.Steps)
	p.ScanSlots = c.scan.raw.slots
	p.Back = c.back
	markLive(p)
	return p
}

// eventColumn is the last column of log rows in GetQueryResults. It is none that a query can name.
const eventColumn = "@ptr"

// withEvent makes slot the column of events, in place of any other of its name.
func withEvent(columns []Column, slot int) []Column {
	columns = slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return c.Name == eventColumn })
	return append(columns, Column{Name: eventColumn, Slot: slot})
}

// withLimit appends the limit of the result unless the query's own is smaller.
func (c *compiler) withLimit() []Step {
	n, isDefault := c.opts.Limit, false
	if n == 0 {
		n, isDefault = DefaultLimit, true
	}
	if n < 0 {
		return c.steps
	}
	named := false
	for _, s := range c.steps {
		switch l, ok := s.(*Limit); {
		case ok && (isDefault || l.N <= n):
			named = true
		case addsRows(s) && !isDefault:
			named = false
		}
	}
	if named {
		return c.steps
	}
	return append(c.steps[:len(c.steps):len(c.steps)], &Limit{N: n, Default: isDefault})
}

// addsRows reports whether more rows can come out of a step than go in.
func addsRows(s Step) bool {
	switch s := s.(type) {
	case *Unnest, *Join, *FillMissing:
		return true
	case *Parse:
		return s.Multi
	case *AddTotals:
		return s.Col
	}
	return false
}

// unknownNames refuses the names noted as missing, in the words of AWS.
func (c *compiler) unknownNames() {
	if len(c.missing) == 0 {
		return
	}
	var names []string
	for _, f := range c.missing {
		names = append(names, f.Name())
	}
	hint := ""
	if s := syntax.Suggest(names[0], c.scope.names()); s != "" {
		hint = fmt.Sprintf("did you mean %q?", s)
	}
	c.fail(c.missing[0].Span, hint, "Unknown symbols found in or after stats: %s", strings.Join(names, ", "))
	c.missing = nil
}

// errNoTable is the answer for a lookup table where there is none.
var errNoTable = errors.New("there is no lookup table of that name")

// limitEarly moves a limit before the steps that neither drop, add nor reorder rows, so that
// they run for the rows that stay only.
func limitEarly(steps []Step) []Step {
	out := append([]Step{}, steps...)
	for i := 1; i < len(out); i++ {
		if _, ok := out[i].(*Limit); !ok {
			continue
		}
		for j := i; j > 0; j-- {
			if _, ok := out[j-1].(*Compute); !ok {
				break
			}
			out[j-1], out[j] = out[j], out[j-1]
		}
	}
	return out
}

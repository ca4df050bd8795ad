package plan

import (
	"fmt"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// command compiles one command.
func (c *compiler) command(cmd syntax.Command) {
	switch cmd := cmd.(type) {
	case *syntax.Source:
		c.readFrom(cmd)
	case *syntax.Fields:
		c.fieldsCommand(cmd)
	case *syntax.Display:
		c.displayCommand(cmd)
	case *syntax.Filter:
		c.filter(cmd)
	case *syntax.FilterIndex:
		c.filterIndex(cmd)
	case *syntax.Stats:
		c.stats(cmd)
		c.logRows = false
	case *syntax.Sort:
		c.sort(cmd)
	case *syntax.Limit:
		c.limit(cmd)
	case *syntax.Dedup:
		c.dedup(cmd)
	case *syntax.Parse:
		c.parse(cmd)
	case *syntax.JSONField:
		c.jsonField(cmd)
	case *syntax.Unmask: // [R] of a field it means the whole event too
		c.unmask = true
		if cmd.Expr != nil {
			c.expr(cmd.Expr)
		}
	case *syntax.Unnest:
		c.unnest(cmd)
	case *syntax.Expand:
		c.expand(cmd)
	case *syntax.Estimate:
		c.estimate = true
		c.replaceRows("estimatedBytes") // [R] the name
	case *syntax.Invoke:
		c.fail(cmd.Span, "", "there is no saved query %q", cmd.Name)
	default:
		c.rowsCommand(cmd)
	}
}

// rowsCommand compiles the commands that look at several rows or at other data.
func (c *compiler) rowsCommand(cmd syntax.Command) {
	switch cmd := cmd.(type) {
	case *syntax.Pattern:
		c.pattern(cmd)
	case *syntax.Diff:
		c.diff(cmd.Span, diffShift(cmd.Against))
	case *syntax.LogCompare:
		c.logCompare(cmd)
	case *syntax.Anomaly:
		c.anomaly(cmd)
	case *syntax.Join:
		c.joinCommand(cmd)
	case *syntax.Lookup:
		c.lookup(cmd)
	case *syntax.CIDRLookup:
		c.cidrLookup(cmd)
	case *syntax.AddTotals:
		c.addTotals(cmd)
	case *syntax.Accum:
		c.accum(cmd)
	case *syntax.Autoregress:
		c.autoregress(cmd)
	case *syntax.AppendCols:
		c.appendCols(cmd)
	case *syntax.CountFrequent:
		c.countFrequent(cmd)
	case *syntax.FillDown:
		c.fillDown(cmd)
	case *syntax.FillMissing:
		c.fillMissing(cmd)
	case *syntax.Outlier:
		c.outlier(cmd)
	case *syntax.RelevantFields:
		c.relevantFields(cmd)
	case *syntax.Sessionize:
		c.sessionize(cmd)
	default:
		panic(fmt.Sprintf("BUG: command %T", cmd))
	}
}

// readFrom notes where to read. Several SOURCE commands add up.
func (c *compiler) readFrom(cmd *syntax.Source) {
	if c.source == nil {
		c.source = cmd
		return
	}
	both := *c.source
	both.Items = append(append([]syntax.SourceItem{}, both.Items...), cmd.Items...)
	if cmd.Start != nil {
		both.Start = cmd.Start
	}
	if cmd.End != nil {
		both.End = cmd.End
	}
	c.source = &both
}

// compute appends assignments, to the Compute step before if there is one and they do not read
// what it makes; steps run their assignments in order, so they may.
func (c *compiler) compute(as ...Assign) {
	if n := len(c.steps); n > 0 {
		if last, ok := c.steps[n-1].(*Compute); ok {
			last.Assigns = append(last.Assigns, as...)
			return
		}
	}
	c.steps = append(c.steps, &Compute{Assigns: as})
}

// slotFor returns the slot of x, computing it into a new one unless x is a slot itself.
func (c *compiler) slotFor(x Expr) int {
	if s, ok := x.(Slot); ok {
		return int(s)
	}
	slot := c.scope.slot()
	c.compute(Assign{slot, x})
	c.scope.info[slot] = infoOf(c.scope, x)
	return slot
}

// infoOf tells what is known of the values of x.
func infoOf(s *scope, x Expr) slotInfo {
	switch x := x.(type) {
	case Slot:
		return s.info[int(x)]
	case *Member, *Coalesce:
		return slotInfo{tree: true}
	case *Bin:
		return slotInfo{bin: x}
	case *Call:
		switch x.Fn.Name {
		case "if", "case", "coalesce":
			return slotInfo{tree: true}
		}
		return slotInfo{tree: makesWhole(x), whole: makesWhole(x)}
	case *Const:
		return slotInfo{tree: x.Value.Kind() == column.JSON, whole: x.Value.Kind() == column.JSON}
	}
	return slotInfo{}
}

// project compiles the projections of fields and display and returns their columns.
func (c *compiler) project(projs []syntax.Proj) []Column {
	var cols []Column
	for i := range projs {
		p := &projs[i]
		x := c.expr(p.Expr)
		slot := c.slotFor(x)
		name := columnName(p)
		if p.As != nil || !isField(p.Expr) {
			c.scope.define(name, slot, infoOf(c.scope, x))
		}
		if p.As == nil && !isField(p.Expr) { // an alias hides the text
			c.scope.defineText(p.Expr, slot)
		}
		cols = append(cols, Column{name, slot})
	}
	return cols
}

func isField(e syntax.Expr) bool { _, ok := e.(*syntax.Field); return ok }

func (c *compiler) fieldsCommand(cmd *syntax.Fields) {
	for _, col := range c.project(cmd.Projs) {
		c.scope.fields = show(c.scope.fields, col)
	}
}

func (c *compiler) displayCommand(cmd *syntax.Display) {
	var shown []Column
	for _, col := range c.project(cmd.Projs) {
		shown = show(shown, col)
	}
	c.scope.display = shown
}

// filter compiles a filter. After one stats, a filter that names only fields which stats
// dropped runs before it, as AWS's own samples expect ([R] §5.13).
func (c *compiler) filter(cmd *syntax.Filter) {
	if s, ok := cmd.Cond.(*syntax.String); ok {
		c.warn("filter %s looks at no field: write filter @message like %s", s, s)
	}
	errs, warnings, steps := len(c.errs), len(c.warnings), len(c.steps)
	c.inFilter = true
	cond := c.expr(cmd.Cond)
	defer func() { c.inFilter = false }()
	if len(c.missing) == 0 || len(c.errs) > errs || c.statsSeen != 1 || c.before == nil {
		c.steps = append(c.steps, &Where{Cond: cond})
		return
	}
	if c.namesMade(cmd.Cond) || !groupsKept(c.steps[c.before.at+1:]) {
		return // a mix: the missing names are refused by the caller
	}
	c.missing, c.warnings = nil, c.warnings[:warnings]
	after, tail := c.scope, append([]Step{}, c.steps[c.before.at:steps]...)
	c.scope, c.steps = c.before.scope, c.steps[:c.before.at]
	c.steps = append(c.steps, &Where{Cond: c.expr(cmd.Cond)})
	c.before.at = len(c.steps)
	c.scope, c.steps = after, append(c.steps, tail...)
}

// namesMade reports whether e uses a column that stats or a later command made: an aggregate or an alias. A group key
// under its own name is the same before and after.
func (c *compiler) namesMade(e syntax.Expr) bool {
	made := false
	syntax.Walk(e, func(n any) bool {
		switch n := n.(type) {
		case *syntax.Field:
			slot, _, known := c.scope.resolved(n)
			key, isKey := c.scope.plainKeys[n.Name()]
			made = made || known && !(isKey && key == slot)
		case *syntax.Call:
			made = made || isAggregate(n)
		case *syntax.Query:
			return false
		}
		return !made
	})
	return made
}

// groupsKept reports whether each group that stats made is still there, alone and as it was: only then may a filter run
// before the stats instead of after it.
func groupsKept(after []Step) bool {
	for _, s := range after {
		switch s.(type) {
		case *Compute, *Where, *Sort:
		default:
			return false
		}
	}
	return true
}

// filterIndex is a filter, and lets a source skip what has no index of the field; files have none to skip by.
func (c *compiler) filterIndex(cmd *syntax.FilterIndex) {
	c.indexed = append(c.indexed, cmd.Field.Name())
	in := &In{X: c.field(cmd.Field)}
	for _, v := range cmd.Values {
		in.List = append(in.List, c.expr(v))
	}
	c.steps = append(c.steps, &Where{Cond: in})
}

// sort compiles the keys. A name that nothing is behind is no error after stats: @timestamp means the
// time the groups were made by, and any other such key is null for all rows ([R] §5.13).
func (c *compiler) sort(cmd *syntax.Sort) {
	step := &Sort{}
	for _, k := range cmd.Keys {
		c.sorting = true
		x := c.expr(k.Expr)
		c.sorting = false
		c.refuseWhole(k.Expr, x, "sort")
		if _, ok := Literal(x); ok {
			continue // it orders nothing
		}
		slot := c.slotFor(x)
		if k.As != nil {
			c.scope.define(k.As.Name(), slot, infoOf(c.scope, x))
		}
		step.Keys = append(step.Keys, SortKey{slot, k.Desc})
	}
	c.steps = append(c.steps, step)
}

// sortName returns what a name in a sort key means that is gone after stats.
func (c *compiler) sortName(f *syntax.Field) Expr {
	name := f.Name()
	if name == "@timestamp" && c.scope.timeSlot >= 0 {
		return Slot(c.scope.timeSlot)
	}
	if slot, ok := c.scope.groupBy[name]; ok {
		return Slot(slot)
	}
	c.warn("sort: there is no column %q after stats; it orders nothing", name)
	return null
}

func (c *compiler) limit(cmd *syntax.Limit) {
	if cmd.N < 1 || cmd.N > MaxLimit {
		c.fail(cmd.Span, "", "limit takes a number from 1 to %d, found %d", MaxLimit, cmd.N)
		return
	}
	c.steps = append(c.steps, &Limit{N: int(cmd.N), Any: cmd.Any, Tail: cmd.Tail})
}

func (c *compiler) dedup(cmd *syntax.Dedup) {
	step := &Dedup{}
	for _, f := range cmd.Fields {
		x := c.field(f)
		c.refuseWhole(f, x, "dedup")
		step.Slots = append(step.Slots, c.slotFor(x))
	}
	c.steps = append(c.steps, step)
}

// jsonField compiles json field=f "a.b" as x.
func (c *compiler) jsonField(cmd *syntax.JSONField) {
	slot := c.scope.slot()
	path := jsonPath(cmd.Path.Value)
	c.compute(Assign{slot, &Member{X: c.treeField(cmd.Field), Path: path, Text: true}})
	c.scope.add(cmd.As.Name(), slot, slotInfo{tree: true})
}

// treeField resolves a name that may stand for an inner node of the event.
func (c *compiler) treeField(f *syntax.Field) Expr {
	if _, _, ok := c.scope.resolved(f); ok || c.scope.raw == nil || c.join != nil {
		return c.field(f)
	}
	return Slot(c.scope.field(ScanField{Name: f.Name(), Tree: true}))
}

func (c *compiler) unnest(cmd *syntax.Unnest) {
	var x Expr
	if f, ok := cmd.Expr.(*syntax.Field); ok {
		x = c.treeField(f)
	} else {
		x = c.expr(cmd.Expr)
	}
	slot := c.scope.slot()
	c.steps = append(c.steps, &Unnest{X: x, Out: slot})
	c.scope.add(cmd.Into.Name(), slot, slotInfo{tree: true})
}

func (c *compiler) expand(cmd *syntax.Expand) {
	x := c.treeField(cmd.Field)
	slot := c.scope.slot()
	c.steps = append(c.steps, &Unnest{X: x, Out: slot, Expand: true})
	c.scope.add(cmd.Field.Name(), slot, slotInfo{tree: true})
}

// maxDuration bounds durations at some hundred years, so that times do not overflow.
const maxDuration = 200 * 366 * 24 * 60 * 60 * 1000

// duration returns the length of a period that stands for a span of time, or notes that it is none. The caps on numbers
// (60 s, 60 m, 24 h) are those of bins and do not hold here ([R] §7.3: they are documented for bin).
func (c *compiler) duration(p *syntax.Period, what string) Shift {
	one := syntax.Period{N: 1, Unit: p.Unit}
	unit, err := function.ParsePeriod(one.String())
	if err != nil {
		panic("BUG: " + err.Error())
	}
	ms, fixed := unit.Millis()
	most := maxDuration / max(ms, 1)
	if !fixed {
		most = 200 * 12 / int64(months(unit))
	}
	switch {
	case p.N < 1 || p.N > most:
		c.fail(p.Span, "", "%s: period %s: got %d, want 1 to %d", what, p, p.N, most)
		return Shift{}
	case fixed:
		return Shift{Millis: p.N * ms}
	}
	return Shift{Months: int(p.N) * months(unit)}
}

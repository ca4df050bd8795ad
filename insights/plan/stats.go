package plan

import (
	"fmt"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// maxStats is how many stats commands a query may have (CloudWatch Logs Insights, stats).
const maxStats = 10

// stats compiles one stats command: keys and arguments in the scope so far, everything
// outside an aggregate in the scope it makes.
func (c *compiler) stats(cmd *syntax.Stats) {
	if c.statsSeen++; c.statsSeen == maxStats+1 {
		c.fail(cmd.Span, "", "a query has at most %d stats commands", maxStats)
	}
	before := c.scope
	a := &aggregation{before: before, after: grouping(), step: &Stats{Time: c.timeOf(before)}, seen: map[string]int{}}
	for i := range cmd.By {
		c.groupKey(a, &cmd.By[i], cmd.Offset)
	}
	c.unknownNames()
	if cmd.Offset != nil && (a.after.period == nil || before.raw == nil) {
		c.fail(cmd.Offset.Span, "stats ... by bin(1h) offset 1h", "offset shifts the bins of log events: it needs by bin()")
	}
	for i := range cmd.Aggs {
		c.aggregate(a, &cmd.Aggs[i])
	}
	c.checkTopK(a, cmd)
	a.bindPeriod()
	a.step.Slots = a.after.slots
	c.before = &beforeStats{scope: before, at: len(c.steps)}
	c.steps = append(c.steps, a.step)
	c.scope = a.after
}

// timeOf returns the slot of the time that orders rows in scope s, or -1.
func (c *compiler) timeOf(s *scope) int {
	if s.raw != nil {
		return s.field(ScanField{Name: "@timestamp"})
	}
	return -1
}

// groupKey compiles one key after by.
func (c *compiler) groupKey(a *aggregation, p *syntax.Proj, offset *syntax.Period) {
	key := c.expr(p.Expr)
	c.refuseWhole(p.Expr, key, "stats")
	info := infoOf(c.scope, key)
	if offset != nil && info.bin != nil {
		info.bin = c.shiftBin(*info.bin, offset)
		key = info.bin
	}
	slot := a.after.slot()
	name := columnName(p)
	a.step.Keys = append(a.step.Keys, Assign{slot, key})
	a.after.define(name, slot, slotInfo{tree: info.tree, bin: info.bin})
	a.after.defineText(p.Expr, slot)
	a.after.fields = show(a.after.fields, Column{name, slot})
	a.after.keys = append(a.after.keys, slot)
	if f, ok := p.Expr.(*syntax.Field); ok && p.As != nil {
		a.after.groupBy[f.Name()] = slot
	} else if ok {
		a.after.plainKeys[f.Name()] = slot
	}
	if info.bin != nil && a.after.timeSlot < 0 {
		a.after.timeSlot, a.after.period = slot, info.bin
	}
}

// shiftBin applies the offset of stats to a bin of the group keys: [R] the query reads the window
// moved back by the offset and labels its bins with the time as if it were not.
func (c *compiler) shiftBin(bin Bin, offset *syntax.Period) *Bin {
	back := c.duration(offset, "offset")
	if back.Months > 0 {
		c.fail(offset.Span, "use days or weeks", "offset: a period of calendar months has no fixed length")
		return &bin
	}
	bin.Shift, c.back = back.Millis, back
	return &bin
}

// aggregate compiles one result of stats.
func (c *compiler) aggregate(a *aggregation, p *syntax.Proj) {
	c.agg = a
	x := c.expr(p.Expr)
	c.agg = nil
	c.unknownNames()
	slot, ok := x.(Slot)
	if !ok || a.taken(int(slot)) {
		s := a.after.slot()
		a.step.Post = append(a.step.Post, Assign{s, x})
		slot = Slot(s)
	}
	name := columnName(p)
	a.after.define(name, int(slot), infoOf(a.after, x))
	a.after.defineText(p.Expr, int(slot))
	a.after.fields = show(a.after.fields, Column{name, int(slot)})
}

// checkTopK refuses topk beside other aggregates and keys.
func (c *compiler) checkTopK(a *aggregation, cmd *syntax.Stats) {
	for _, agg := range a.step.Aggs {
		if agg.Fn.Name != "topk" {
			continue
		}
		if len(a.step.Keys) > 0 {
			c.fail(cmd.By[0].Span, "", "topk cannot be grouped: found by")
		}
		if len(cmd.Aggs) > 1 {
			c.fail(cmd.Aggs[1].Span, "", "topk stands alone in stats, found another result")
		}
		return
	}
}

// bindPeriod gives the aggregates that ask for it the length of the groups' bins.
func (a *aggregation) bindPeriod() {
	var period *column.Value
	if bin := a.after.period; bin != nil {
		v := column.StringValue(bin.Text)
		period = &v
	}
	for i := range a.step.Aggs {
		if agg := &a.step.Aggs[i]; agg.Fn.Binned {
			agg.Literals = append(agg.Literals, period)
		}
	}
}

// An aggregation is a stats command being compiled.
type aggregation struct {
	before, after *scope
	step          *Stats
	seen          map[string]int // aggregate calls by the key of their text
}

// taken reports whether a column already shows slot.
func (a *aggregation) taken(slot int) bool {
	for _, c := range a.after.fields {
		if c.Slot == slot {
			return true
		}
	}
	return false
}

// field resolves a name outside the aggregates: an alias of the same stats or a group key.
func (a *aggregation) field(c *compiler, f *syntax.Field) Expr {
	if slot, ok := a.after.byName[f.Name()]; ok {
		return Slot(slot)
	}
	if slot, ok := a.after.groupBy[f.Name()]; ok {
		return Slot(slot)
	}
	if v, ok := boolean(f); ok {
		return &Const{v}
	}
	if a.before.raw == nil {
		if _, _, ok := a.before.resolved(f); !ok {
			c.missing = append(c.missing, f)
			return null
		}
	}
	c.outsideAggregate(f.Span, f)
	return null
}

// outsideAggregate refuses what has a value for each row only.
func (c *compiler) outsideAggregate(at syntax.Span, e syntax.Expr) {
	c.fail(at, "group by it, or take max("+e.String()+")", "%s stands outside an aggregate and is no group key", e)
}

// call resolves an aggregate: its arguments belong to the rows before stats.
func (a *aggregation) call(c *compiler, e *syntax.Call, fn *function.Aggregate) Expr {
	key := syntax.NameKey((&syntax.Call{Name: e.Name, Args: e.Args, Star: e.Star}).String())
	if slot, ok := a.seen[key]; ok {
		return Slot(slot)
	}
	if !c.arity(e, fn.Min, fn.Max, fn.Usage, fn.Star) {
		return null
	}
	c.agg = nil
	args, literals := c.args(e.Name, e.Args)
	c.unknownNames()
	c.agg = a
	for i, x := range args {
		c.refuseWhole(e.Args[i], x, e.Name)
	}
	if fn.Check != nil {
		if err := fn.Check(literals); err != nil {
			c.fail(e.Span, "", "%v", err)
			return null
		}
	}
	slot := a.after.slot()
	a.seen[key] = slot
	a.step.Aggs = append(a.step.Aggs, Agg{Fn: fn, Args: args, Literals: literals, Slot: slot})
	a.after.info[slot] = slotInfo{tree: givesValues(fn)}
	return Slot(slot)
}

// givesValues reports whether an aggregate gives a list, a map, or a value as a field has it, which may be one.
func givesValues(fn *function.Aggregate) bool {
	switch fn.Name {
	case "values", "topk", "histogram", "earliest", "latest", "sortsFirst", "sortsLast":
		return true
	}
	return false
}

// refuseWhole refuses a map or list where only scalars can be: in dedup, pattern, sort and stats.
func (c *compiler) refuseWhole(e syntax.Expr, x Expr, where string) {
	whole := false
	switch x := x.(type) {
	case Slot:
		whole = c.scope.info[int(x)].whole
	case *Call:
		whole = makesWhole(x)
	}
	if whole {
		c.fail(e.Where(), fmt.Sprintf("name one of its members, such as %s.name", e), "%s cannot take a map or list", where)
	}
}

// makesWhole reports whether a call surely gives a map or list.
func makesWhole(x *Call) bool { return x.Fn.Name == "jsonParse" || x.Fn.Name == "split" }

// columnName names the column of a projection: its alias, a lone field's name, or its text as typed.
func columnName(p *syntax.Proj) string {
	if p.As != nil {
		return p.As.Name()
	}
	if f, ok := p.Expr.(*syntax.Field); ok {
		return f.Name()
	}
	return p.Text
}

// exprKey is the form by which later commands may refer to an unaliased column.
func exprKey(e syntax.Expr) string { return syntax.NameKey(e.String()) }

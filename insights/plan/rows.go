package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// Defaults of commands, as documented for each.
const (
	defaultTotal      = "Total"      // addtotals fieldname
	defaultSession    = "session_id" // sessionize as
	defaultSessionGap = 30 * 60_000  // sessionize maxspan, in milliseconds
	defaultOutlier    = 2.5          // outlier param
	defaultAppendMax  = 10_000       // appendcols max, at most MaxLimit
)

func (c *compiler) accum(cmd *syntax.Accum) {
	in := c.slotFor(c.field(cmd.Field))
	out := c.scope.slot()
	c.steps = append(c.steps, &Accum{in, out})
	name := cmd.As
	if name == nil {
		name = cmd.Field // [R] without an alias the field itself is replaced
	}
	c.scope.add(name.Name(), out, slotInfo{})
}

func (c *compiler) autoregress(cmd *syntax.Autoregress) {
	from, to := cmd.From, cmd.To
	if from == 0 && to == 0 {
		from, to = 1, 1
	}
	if from < 1 || to < from || to > MaxLimit {
		c.fail(cmd.Span, "p=1 or p=1-4", "autoregress takes a lag p of at least 1 and a range that rises, found %d-%d", from, to)
		return
	}
	step := &Autoregress{In: c.slotFor(c.field(cmd.Field)), From: from}
	for p := from; p <= to; p++ {
		slot := c.scope.slot()
		name := fmt.Sprintf("%s_p%d", cmd.Field.Name(), p)
		if cmd.As != nil && from == to {
			name = cmd.As.Name() // [R] with an alias and one lag the alias is the name
		} else if cmd.As != nil {
			name = fmt.Sprintf("%s_p%d", cmd.As.Name(), p)
		}
		step.Out = append(step.Out, slot)
		c.scope.add(name, slot, slotInfo{})
	}
	c.steps = append(c.steps, step)
}

func (c *compiler) addTotals(cmd *syntax.AddTotals) {
	step := &AddTotals{Out: -1, Col: cmd.Col != nil && *cmd.Col}
	if len(cmd.Fields) == 0 {
		step.Columns = c.scope.visible()
	}
	for _, f := range cmd.Fields {
		step.Slots = append(step.Slots, c.slotFor(c.field(f)))
	}
	if cmd.Row == nil || *cmd.Row {
		name := cmd.FieldName
		if name == "" {
			name = defaultTotal
		}
		step.Out = c.scope.slot()
		c.scope.add(name, step.Out, slotInfo{})
	}
	c.steps = append(c.steps, step)
}

// countFrequent is a count by the fields, most frequent first.
func (c *compiler) countFrequent(cmd *syntax.CountFrequent) {
	fn, ok := function.LookupAggregate("count")
	if !ok {
		panic("BUG: there is no count")
	}
	after := grouping()
	step := &Stats{Time: c.timeOf(c.scope)}
	for _, f := range cmd.Fields {
		slot := after.slot()
		x := c.field(f)
		c.refuseWhole(f, x, "countFrequent")
		step.Keys = append(step.Keys, Assign{slot, x})
		after.define(f.Name(), slot, slotInfo{})
		after.fields = show(after.fields, Column{f.Name(), slot})
	}
	slot := after.slot()
	step.Aggs = []Agg{{Fn: fn, Slot: slot}}
	step.Slots = after.slots
	after.define("_approxcount", slot, slotInfo{})
	after.fields = show(after.fields, Column{"_approxcount", slot})
	c.steps = append(c.steps, step, &Sort{Keys: []SortKey{{slot, true}}})
	c.scope, c.logRows, c.before = after, false, nil
}

// fillDown fills the columns shown so far, or those of them that fit a name with *. A name without * may also be
// that of a field which is not shown.
func (c *compiler) fillDown(cmd *syntax.FillDown) {
	step := &FillDown{}
	shown := c.scope.visible()
	done := map[string]bool{}
	fill := func(col Column) {
		if !done[col.Name] {
			done[col.Name] = true
			step.Slots = append(step.Slots, c.slotForCopy(col))
		}
	}
	for _, name := range cmd.Names {
		if f := fieldNamed(name, cmd.Span); f != nil {
			if x := c.field(f); len(c.missing) == 0 {
				fill(Column{name, c.slotFor(x)})
			}
			continue
		}
		fits := false
		for _, col := range shown {
			if wild(name, col.Name) {
				fits = true
				fill(col)
			}
		}
		if !fits {
			c.fail(cmd.Span, "name the columns with fields before it", "filldown: no column fits %s", name)
		}
	}
	if len(cmd.Names) == 0 {
		for _, col := range shown {
			fill(col)
		}
	}
	c.steps = append(c.steps, step)
}

// fieldNamed returns the field of a name as Field.Name gives it, or nil for a name with *.
func fieldNamed(name string, at syntax.Span) *syntax.Field {
	if strings.Contains(name, "*") {
		return nil
	}
	f := &syntax.Field{Span: at}
	for _, part := range strings.Split(name, ".") {
		f.Parts = append(f.Parts, syntax.Part{Name: part})
	}
	return f
}

// slotForCopy gives a column a slot of its own, which a command may overwrite while other
// uses of the field keep their nulls.
func (c *compiler) slotForCopy(col Column) int {
	slot := c.scope.slot()
	c.compute(Assign{slot, Slot(col.Slot)})
	c.scope.define(col.Name, slot, c.scope.info[col.Slot])
	return slot
}

func (c *compiler) fillMissing(cmd *syntax.FillMissing) {
	s := c.scope
	if !s.grouped || s.timeSlot < 0 {
		c.fail(cmd.Span, "stats count(*) as n by bin(5m) | fillmissing with 0 for n", "fillmissing needs stats ... by bin() before it")
		return
	}
	step := &FillMissing{Time: s.timeSlot, Period: s.period.Period, Span: cmd.Span}
	for _, k := range s.keys {
		if k != s.timeSlot {
			step.Keys = append(step.Keys, k)
		}
	}
	for _, v := range cmd.Values {
		x := c.expr(v.Value)
		value, ok := Literal(x)
		if !ok {
			c.fail(v.Value.Where(), "with 0 for n", "fillmissing takes a literal, found %s", v.Value)
			continue
		}
		step.Values = append(step.Values, FillValue{c.slotFor(c.field(v.Field)), value})
	}
	c.steps = append(c.steps, step)
}

func (c *compiler) outlier(cmd *syntax.Outlier) {
	step := &Outlier{
		Remove: cmd.Action == "remove", Param: defaultOutlier,
		UseLower: cmd.UseLower != nil && *cmd.UseLower,
	}
	if cmd.Param != nil {
		step.Param = *cmd.Param
	}
	if step.Param < 0 {
		c.fail(cmd.Span, "", "outlier takes a param of at least 0, found %g", step.Param)
	}
	for _, f := range cmd.Fields {
		step.Slots = append(step.Slots, c.slotFor(c.field(f)))
		slot := c.scope.slot()
		step.Out = append(step.Out, slot)
		c.scope.add(f.Name(), slot, slotInfo{})
		if cmd.Mark != nil && *cmd.Mark {
			mark := c.scope.slot()
			step.Mark = append(step.Mark, mark)
			c.scope.add("isOutlier_"+f.Name(), mark, slotInfo{}) // [R] the name
		}
	}
	c.steps = append(c.steps, step)
}

func (c *compiler) sessionize(cmd *syntax.Sessionize) {
	step := &Sessionize{Time: -1}
	for _, f := range cmd.Fields {
		step.Ids = append(step.Ids, c.slotFor(c.field(f)))
	}
	switch slot, ok := c.scope.byName["@timestamp"]; {
	case ok:
		step.Time = slot
	case c.scope.raw != nil:
		step.Time = c.timeOf(c.scope)
	case c.scope.timeSlot >= 0:
		step.Time = c.scope.timeSlot
	default:
		c.fail(cmd.Span, "", "sessionize needs @timestamp, which is gone after stats")
		return
	}
	gap := Shift{Millis: defaultSessionGap}
	if cmd.MaxSpan != nil {
		gap = c.duration(cmd.MaxSpan, "maxspan")
	}
	step.Gap, step.Out = gap, c.scope.slot()
	name := defaultSession
	if cmd.As != nil {
		name = cmd.As.Name()
	}
	c.steps = append(c.steps, step)
	c.scope.add(name, step.Out, slotInfo{})
}

// relevantFields ranks named fields, or all that events have.
func (c *compiler) relevantFields(cmd *syntax.RelevantFields) {
	step := &Relevant{Cond: c.expr(cmd.Cond), All: -1}
	for _, f := range cmd.Fields {
		step.Fields = append(step.Fields, Column{f.Name(), c.slotFor(c.field(f))})
	}
	if len(cmd.Fields) == 0 {
		if c.scope.raw == nil {
			step.Fields = c.scope.visible()
		} else {
			step.All = c.scope.field(ScanField{Name: "*", All: true})
		}
	}
	c.steps = append(c.steps, step)
	c.replaceRows("@fieldName", "@relevanceScore", "@topRelevanceContributors", "@conditionalMedian", "@baselineMedian")
}

// replaceRows begins a new numbering with these columns.
func (c *compiler) replaceRows(names ...string) {
	after := grouping()
	for _, n := range names {
		slot := after.slot()
		after.define(n, slot, slotInfo{})
		after.fields = append(after.fields, Column{n, slot})
	}
	c.scope, c.logRows, c.before = after, false, nil
}

func (c *compiler) pattern(cmd *syntax.Pattern) {
	x := c.expr(cmd.Expr)
	c.refuseWhole(cmd.Expr, x, "pattern")
	c.steps = append(c.steps, &Pattern{X: x, Time: c.timeOf(c.scope)})
	c.replaceRows("@pattern", "@ratio", "@sampleCount", "@severityLabel")
}

// diffShift says how far back diff looks: by default one window.
func diffShift(against string) Shift {
	switch against {
	case "previousDay":
		return Shift{Millis: 24 * 60 * 60 * 1000}
	case "previousWeek":
		return Shift{Millis: 7 * 24 * 60 * 60 * 1000}
	case "previousMonth":
		return Shift{Months: 1}
	}
	return Shift{Window: true}
}

func (c *compiler) logCompare(cmd *syntax.LogCompare) {
	c.diff(cmd.Span, c.duration(cmd.Timeshift, "timeshift"))
}

// months returns the length of a calendar period: how far the bucket after that of January 1970 is.
func months(p function.Period) int {
	next := time.UnixMilli(p.Next(0)).UTC()
	return (next.Year()-1970)*12 + int(next.Month()) - 1
}

// diff compares the patterns of @message, or of what a pattern command just before it names.
func (c *compiler) diff(at syntax.Span, back Shift) {
	step := &Diff{Back: back, Span: at}
	before := c.steps
	if n := len(c.steps); n > 0 {
		if p, ok := c.steps[n-1].(*Pattern); ok {
			step.X, step.Time, before = p.X, p.Time, c.steps[:n-1]
		}
	}
	if slices.ContainsFunc(before, func(s Step) bool { return !rowByRow(s) }) || step.X == nil && c.scope.raw == nil {
		c.fail(at, "put it before them", "diff reads events a second time, so it cannot follow commands that reorder, cut or group them")
		return
	}
	if step.X == nil {
		step.X, step.Time = Slot(c.scope.column("@message").Slot), c.timeOf(c.scope)
	}
	c.steps = append(before[:len(before):len(before)], step)
	c.replaceRows(diffColumns...)
}

// rowByRow reports whether a step works on each row by itself.
func rowByRow(s Step) bool {
	switch s.(type) {
	case *Compute, *Where, *Parse, *Unnest, *Lookup, *Join:
		return true
	}
	return false
}

// diffColumns are the columns of diff and logcompare ([R] §6: AWS does not document them).
var diffColumns = []string{"@pattern", "@sampleCount", "@previousSampleCount", "@differenceCount", "@differenceDescription", "@severityLabel"}

func (c *compiler) anomaly(cmd *syntax.Anomaly) {
	s := c.scope
	slot := func(name string) int {
		if slot, ok := s.byName[name]; ok {
			return slot
		}
		return -1
	}
	step := &Anomaly{slot("@pattern"), slot("@ratio"), slot("@sampleCount"), slot("@severityLabel"), [3]int{}}
	if step.Pattern < 0 {
		c.fail(cmd.Span, "pattern @message | anomaly", "anomaly needs patterns: put pattern before it")
		return
	}
	for i, n := range []string{"@anomaly", "@anomalyType", "@anomalyReason"} { // [R] the names
		step.Out[i] = s.slot()
		s.add(n, step.Out[i], slotInfo{})
	}
	c.steps = append(c.steps, step)
}

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// subquery compiles filter ... in (query). It is not correlated and does not nest.
func (c *compiler) subquery(q *syntax.Query) *Plan {
	if c.inner || c.right {
		c.fail(q.Span, "", "a subquery cannot hold another subquery")
		return nil
	}
	if !c.inFilter {
		c.fail(q.Span, "filter a in (...)", "a subquery stands only in filter")
		return nil
	}
	inner := &compiler{opts: c.opts, scope: newScope(), inner: true}
	inner.opts.Limit = -1
	p := c.adopt(inner, q)
	if p != nil && !inner.scope.named() {
		c.fail(q.Span, "end it with fields name", "a subquery must name the column to look among")
		return nil
	}
	if p != nil {
		c.oneColumn(q, p)
	}
	return p
}

// oneColumn makes the column that a subquery looks among its only output: the one that fields selects, else the
// only one that there is. Several are refused: the documentation shows subqueries that end with fields and one
// name, after stats with more columns too, and does not say what others mean (spec §6.3 [R]). Looking among
// the wrong column would answer another question.
func (c *compiler) oneColumn(q *syntax.Query, p *Plan) {
	selected := selectedColumns(q)
	columns := slices.DeleteFunc(slices.Clone(p.Output), func(col Column) bool { return !slices.Contains(selected, col.Name) })
	if len(columns) == 0 {
		columns = p.Output
	}
	if len(columns) == 1 {
		p.Output = columns
		return
	}
	var names []string
	for _, col := range columns {
		names = append(names, col.Name)
	}
	c.fail(q.Span, "end it with display name", "a subquery gives one column to look among, found %d: %s", len(names), strings.Join(names, ", "))
}

// selectedColumns returns the names of columns that fields has after the last stats.
func selectedColumns(q *syntax.Query) []string {
	var names []string
	for _, cmd := range q.Commands {
		switch cmd := cmd.(type) {
		case *syntax.Stats:
			names = nil
		case *syntax.Fields:
			for i := range cmd.Projs {
				names = append(names, columnName(&cmd.Projs[i]))
			}
		}
	}
	return names
}

// adopt compiles q with another compiler and takes over its mistakes and warnings.
func (c *compiler) adopt(inner *compiler, q *syntax.Query) *Plan {
	p, err := inner.query(q)
	c.errs = append(c.errs, inner.errs...)
	c.warnings = append(c.warnings, inner.warnings...)
	if err != nil {
		return nil
	}
	if p.Estimate {
		c.fail(q.Span, "", "estimate cannot stand inside another query")
		return nil
	}
	return p
}

// A joined is the join of a query: after it Left.x and Right.x name columns.
type joined struct {
	left, right string
	inner       *compiler // the right side, whose scope stays open for Right.x
	step        *Join
	scope       *scope         // whose numbering the joined rows have
	copied      map[string]int // slots here, by full name
}

// joinCommand compiles a join. The right side is compiled now; which of its columns are needed shows
// only later, so its plan is finished at the end.
func (c *compiler) joinCommand(cmd *syntax.Join) {
	if c.inner || c.right {
		c.fail(cmd.Span, "", "a join cannot stand inside a subquery or another join")
		return
	}
	inner := &compiler{opts: c.opts, scope: newScope(), right: true}
	inner.opts.Limit = -1
	inner.commands(cmd.Query)
	if inner.estimate {
		c.fail(cmd.Query.Span, "", "estimate cannot stand inside another query")
	}
	step := &Join{Outer: cmd.Outer, Span: cmd.Span}
	left, right := c.joinKeys(cmd)
	j := &joined{left: cmd.Left, right: cmd.Right, inner: inner, step: step, scope: c.scope, copied: map[string]int{}}
	step.LeftKey = c.field(left)
	key := inner.expr(right)
	inner.unknownNames()
	step.RightKey = inner.slotFor(key)
	c.join = j
	c.steps = append(c.steps, step)
	c.finishers = append(c.finishers, func() {
		c.errs = append(c.errs, inner.errs...)
		c.warnings = append(c.warnings, inner.warnings...)
		if len(inner.errs) > 0 {
			return
		}
		step.Right = inner.finish()
		step.Right.Output = append([]Column{{right.Name(), step.RightKey}}, copies(step.Copy)...)
		markLive(step.Right)
	})
}

func copies(from []Copy) []Column {
	var cols []Column
	for _, c := range from {
		cols = append(cols, Column{fmt.Sprint(c.From), c.From})
	}
	return cols
}

// joinKeys returns the two keys without the names of their sides, left first.
func (c *compiler) joinKeys(cmd *syntax.Join) (left, right *syntax.Field) {
	first, second := cmd.LeftKey, cmd.RightKey
	if side(first) == cmd.Right && side(second) == cmd.Left && cmd.Left != cmd.Right {
		first, second = second, first
	}
	for _, k := range []struct {
		f    *syntax.Field
		want string
	}{{first, cmd.Left}, {second, cmd.Right}} {
		if k.want != "" && side(k.f) != k.want {
			c.fail(k.f.Span, fmt.Sprintf("write %s.%s", k.want, k.f), "join: the key must name its side, found %s", k.f)
		}
	}
	if cmd.Left == "" || cmd.Right == "" {
		c.fail(cmd.Span, "join left=a right=b where a.id = b.id (...)", "join needs names for both sides: left= and right=")
	}
	return cut(first), cut(second)
}

func side(f *syntax.Field) string { return f.Parts[0].Name }

func cut(f *syntax.Field) *syntax.Field {
	if len(f.Parts) < 2 {
		return f
	}
	return &syntax.Field{Span: f.Span, Parts: f.Parts[1:]}
}

// rightField resolves Right.x: a column of the right side, taken over under its full name.
func (c *compiler) rightField(f *syntax.Field, full string) Expr {
	j := c.join
	x := j.inner.expr(f)
	if len(j.inner.missing) > 0 {
		c.missing = append(c.missing, j.inner.missing...)
		j.inner.missing = nil
		return null
	}
	if lit, ok := x.(*Const); ok {
		return lit
	}
	from := j.inner.slotFor(x)
	if slot, ok := j.copied[full]; ok {
		return Slot(slot)
	}
	slot := c.scope.slot()
	j.copied[full] = slot
	j.step.Copy = append(j.step.Copy, Copy{from, slot})
	return Slot(slot)
}

func (c *compiler) appendCols(cmd *syntax.AppendCols) {
	if c.inner || c.right {
		c.fail(cmd.Span, "", "appendcols cannot stand inside another query")
		return
	}
	step := &AppendCols{Max: defaultAppendMax}
	if cmd.Max != nil {
		step.Max = int(*cmd.Max)
	}
	if step.Max < 1 || step.Max > MaxLimit {
		c.fail(cmd.Span, "", "appendcols takes a max from 1 to %d, found %d", MaxLimit, step.Max)
		return
	}
	inner := &compiler{opts: c.opts, scope: newScope(), right: true}
	inner.opts.Limit = step.Max
	if step.Right = c.adopt(inner, cmd.Query); step.Right == nil {
		return
	}
	own := map[string]bool{}
	for _, col := range c.scope.visible() {
		own[col.Name] = true
	}
	override := cmd.Override != nil && *cmd.Override
	for _, col := range step.Right.Output {
		if own[col.Name] && !override {
			continue
		}
		slot := c.scope.slot()
		step.Copy = append(step.Copy, Copy{col.Slot, slot})
		if own[col.Name] {
			c.scope.define(col.Name, slot, slotInfo{})
			continue
		}
		c.scope.add(col.Name, slot, slotInfo{})
	}
	c.steps = append(c.steps, step)
}

func (c *compiler) lookup(cmd *syntax.Lookup) {
	step := &Lookup{Table: cmd.Table, Keep: cmd.Keep, Span: cmd.Span}
	columns := c.tableColumns(cmd.Span, cmd.Table)
	for _, m := range cmd.Match {
		c.needColumn(columns, cmd.Table, m.Column)
		step.Match = append(step.Match, LookupMatch{m.Column.Name(), c.field(m.Field)})
	}
	c.lookupOutput(step, cmd.Output, columns)
}

func (c *compiler) cidrLookup(cmd *syntax.CIDRLookup) {
	step := &Lookup{Table: cmd.Table, CIDR: true, Keep: cmd.Keep, Span: cmd.Span}
	columns := c.tableColumns(cmd.Span, cmd.Table)
	m := LookupMatch{X: c.field(cmd.Match.Field)}
	if cmd.Match.Column != nil {
		c.needColumn(columns, cmd.Table, cmd.Match.Column)
		m.Column = cmd.Match.Column.Name()
	}
	step.Match = []LookupMatch{m}
	c.lookupOutput(step, cmd.Output, columns)
}

func (c *compiler) lookupOutput(step *Lookup, output []syntax.Proj, columns []string) {
	for i := range output {
		p := &output[i]
		f, ok := p.Expr.(*syntax.Field)
		if !ok {
			c.fail(p.Span, "", "lookup: OUTPUT takes names of table columns, found %s", p.Expr)
			continue
		}
		c.needColumn(columns, step.Table, f)
		name := columnName(p)
		out := LookupOut{Column: f.Name()}
		if slot, ok := c.scope.byName[name]; ok {
			out.Old = Slot(slot)
		} else if c.scope.raw != nil && step.Keep {
			out.Old = Slot(c.scope.field(ScanField{Name: name}))
		}
		out.Slot = c.scope.slot()
		step.Out = append(step.Out, out)
		c.scope.add(name, out.Slot, slotInfo{})
	}
	c.steps = append(c.steps, step)
}

// tableColumns returns the columns of a lookup table; a table that is not there is a mistake.
func (c *compiler) tableColumns(at syntax.Span, name string) []string {
	err := errNoTable
	if c.opts.Table != nil {
		var columns []string
		if columns, err = c.opts.Table(name); err == nil {
			return columns
		}
	}
	c.fail(at, "", "lookup table %q: %v", name, err)
	return nil
}

func (c *compiler) needColumn(columns []string, table string, f *syntax.Field) {
	for _, col := range columns {
		if col == f.Name() {
			return
		}
	}
	if columns == nil {
		return // the table is missing, which is said already
	}
	hint := ""
	if s := syntax.Suggest(f.Name(), columns); s != "" {
		hint = fmt.Sprintf("did you mean %q?", s)
	}
	c.fail(f.Span, hint, "lookup table %q has no column %q", table, f.Name())
}

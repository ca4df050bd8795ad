package plan

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// Explain describes a plan for people: what is read, then one line per step. Columns are $0, $1, ...
// until a step begins a new numbering.
func Explain(p *Plan) string {
	var b strings.Builder
	b.WriteString("scan\n")
	for i, f := range p.Scan.Fields {
		note := ""
		switch {
		case f.All:
			note = " (all fields)"
		case f.Tree:
			note = " (with inner nodes)"
		case f.Unmask:
			note = " (unmasked)"
		}
		fmt.Fprintf(&b, "  $%d = %s%s\n", p.ScanSlots[i], f.Name, note)
	}
	fmt.Fprintf(&b, "  window %s to %s\n", bound(p.Scan.From), bound(p.Scan.To))
	for _, t := range p.Scan.Contains {
		fmt.Fprintf(&b, "  only messages that contain %q\n", t)
	}
	for _, t := range p.Scan.Texts {
		fmt.Fprintf(&b, "  only %s of %q\n", p.Scan.Fields[t.Field].Name, t.Any)
	}
	for _, s := range p.Steps {
		b.WriteString(describe(s) + "\n")
		for _, q := range Subqueries(s) {
			b.WriteString(indent(Explain(q)))
		}
	}
	b.WriteString("result\n")
	for _, c := range p.Output {
		fmt.Fprintf(&b, "  %s = $%d\n", c.Name, c.Slot)
	}
	return b.String()
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
}

// bound shows one end of a window.
func bound(ms int64) string {
	if ms == math.MinInt64 || ms == math.MaxInt64 {
		return "any time"
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}

// describe shows one step.
func describe(s Step) string {
	switch s := s.(type) {
	case *Compute:
		return "compute " + assigns(s.Assigns)
	case *Where:
		return "where " + text(s.Cond)
	case *Stats:
		return describeStats(s)
	case *Sort:
		return "sort by " + sortKeys(s.Keys)
	case *Limit:
		return fmt.Sprintf("limit %d%s", s.N, map[bool]string{true: " (default)"}[s.Default])
	case *Parse:
		return fmt.Sprintf("parse %s into %s", text(s.From), slots(s.Out))
	case *Unnest:
		return fmt.Sprintf("unnest %s into $%d", text(s.X), s.Out)
	case *Dedup:
		return "dedup " + slots(s.Slots)
	case *Join:
		return fmt.Sprintf("join where %s = right $%d\n%s", text(s.LeftKey), s.RightKey, indent(Explain(s.Right)))
	case *AppendCols:
		return "appendcols\n" + indent(Explain(s.Right))
	case *Lookup:
		return fmt.Sprintf("lookup in table %s", s.Table)
	}
	reads, writes, _ := s.uses()
	name := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", s), "*plan."))
	return fmt.Sprintf("%s %s into %s", name, slots(reads), slots(writes))
}

func describeStats(s *Stats) string {
	var parts []string
	for _, a := range s.Aggs {
		parts = append(parts, fmt.Sprintf("$%d = %s(%s)", a.Slot, a.Fn.Name, texts(a.Args)))
	}
	out := "stats " + strings.Join(parts, ", ")
	if len(s.Keys) > 0 {
		out += " by " + assigns(s.Keys)
	}
	if len(s.Post) > 0 {
		out += "\ncompute " + assigns(s.Post)
	}
	return out
}

func assigns(as []Assign) string {
	var parts []string
	for _, a := range as {
		parts = append(parts, fmt.Sprintf("$%d = %s", a.Slot, text(a.Expr)))
	}
	return strings.Join(parts, ", ")
}

func sortKeys(keys []SortKey) string {
	var parts []string
	for _, k := range keys {
		parts = append(parts, fmt.Sprintf("$%d%s", k.Slot, map[bool]string{true: " desc"}[k.Desc]))
	}
	return strings.Join(parts, ", ")
}

func slots(s []int) string {
	var parts []string
	for _, slot := range s {
		parts = append(parts, fmt.Sprintf("$%d", slot))
	}
	return strings.Join(parts, ", ")
}

func texts(list []Expr) string {
	var parts []string
	for _, e := range list {
		parts = append(parts, text(e))
	}
	return strings.Join(parts, ", ")
}

var opTexts = [...]string{"?", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^"}

// text shows an expression.
func text(e Expr) string {
	switch e := e.(type) {
	case Slot:
		return fmt.Sprintf("$%d", int(e))
	case *Const:
		if e.Value.IsNull() {
			return "null"
		}
		if e.Value.Kind() == column.String {
			return fmt.Sprintf("%q", e.Value.Str())
		}
		return e.Value.Text()
	case *Call:
		return e.Fn.Name + "(" + texts(e.Args) + ")"
	case *Bin:
		return fmt.Sprintf("%s(%s, %s)", map[bool]string{true: "dateceil", false: "datefloor"}[e.Ceil], text(e.X), periodText(e.Period))
	case *Member:
		return text(e.X) + fmt.Sprint(e.Path)
	case *Coalesce:
		return fmt.Sprintf("coalesce(%s, %s)", text(e.X), text(e.Y))
	case *Logic:
		if e.Op == Not {
			return "not " + text(e.X)
		}
		return fmt.Sprintf("(%s %s %s)", text(e.X), map[LogicOp]string{And: "and", Or: "or"}[e.Op], text(e.Y))
	case *Compare:
		return fmt.Sprintf("%s %s %s", text(e.X), opTexts[e.Op], text(e.Y))
	case *Arith:
		return fmt.Sprintf("(%s %s %s)", text(e.X), opTexts[e.Op], text(e.Y))
	case *Like:
		return text(e.X) + map[bool]string{true: " not"}[e.Not] + " like " + likeText(e)
	case *In:
		in := text(e.X) + map[bool]string{true: " not"}[e.Not] + " in "
		if e.Query != nil {
			return in + "(query)"
		}
		return in + "[" + texts(e.List) + "]"
	}
	return fmt.Sprintf("%T", e)
}

func periodText(p function.Period) string {
	if ms, fixed := p.Millis(); fixed {
		return (time.Duration(ms) * time.Millisecond).String()
	}
	return fmt.Sprintf("%d months", months(p))
}

func likeText(e *Like) string {
	switch {
	case e.Regex != nil:
		return "/" + e.Regex.Regexp().String() + "/"
	case e.Pattern != nil:
		return text(e.Pattern)
	}
	return fmt.Sprintf("%q", e.Text)
}

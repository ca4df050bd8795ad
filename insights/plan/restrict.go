package plan

import (
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// restrict notes what the filters among steps demand of each row, so that a source can leave rows out
// early. Only filters on the rows of the scan count: past a step that looks at several rows, a
// row left out could change another's answer.
func (s *Scan) restrict(steps []Step, scan *scope) {
	for _, step := range steps {
		switch step := step.(type) {
		case *Where:
			s.conjunct(step.Cond, scan)
		case *Compute, *Parse:
		default:
			return
		}
	}
}

// conjunct notes what e demands of a row for which it is true.
func (s *Scan) conjunct(e Expr, scan *scope) {
	switch e := e.(type) {
	case *Logic:
		if e.Op == And {
			s.conjunct(e.X, scan)
			s.conjunct(e.Y, scan)
			return
		}
	case *Like:
		msg, ok := scan.raw.index[ScanField{Name: "@message"}]
		if ok && e.X == Slot(msg) && !e.Not && e.Text != "" && e.Regex == nil && e.Pattern == nil {
			s.Contains = append(s.Contains, e.Text)
			return
		}
	}
	if slot, any := equalTexts(e); any != nil {
		if field := slices.Index(scan.raw.slots, int(slot)); field >= 0 {
			s.Texts = append(s.Texts, ScanTexts{field, any})
		}
	}
}

// equalTexts returns the texts of which a slot must be one for e to be true, if it is a text; nil if e
// is not such a condition.
func equalTexts(e Expr) (slot Slot, any []string) {
	var list []Expr
	switch e := e.(type) {
	case *Compare:
		x, y := e.X, e.Y
		if _, ok := Literal(x); ok {
			x, y = y, x
		}
		if s, ok := x.(Slot); ok && e.Op == function.Eq {
			slot, list = s, []Expr{y}
		}
	case *In:
		if s, ok := e.X.(Slot); ok && !e.Not && e.Query == nil {
			slot, list = s, e.List
		}
	case *Logic:
		x, some := equalTexts(e.X)
		if e.Op != Or || some == nil {
			return 0, nil
		}
		if y, more := equalTexts(e.Y); more != nil && x == y {
			return x, append(some, more...)
		}
	}
	for _, e := range list {
		v, ok := Literal(e)
		if !ok || v.Kind() != column.String {
			return 0, nil
		}
		if mayBeNumber(v.Str()) {
			return 0, nil
		}
		any = append(any, v.Str())
	}
	return slot, any
}

// mayBeNumber reports whether a number of an event can equal s: as a number, or by its characters if it is
// beyond the range of a float, such as 1e999, and so was kept as text.
func mayBeNumber(s string) bool {
	_, number := function.ParseNumber(s)
	return number || s != "" && strings.Trim(s, "+-.0123456789eE") == ""
}

// unnumbered reports whether steps tell rows of one time apart. They do not if they fold all rows into one group, or into groups of which no
// two have rows of one time, as the bins of time alone: groups are ordered by their newest row.
func unnumbered(steps []Step) bool {
	for _, step := range steps {
		switch step := step.(type) {
		case *Where, *Compute:
		case *Stats:
			ordered := func(a Agg) bool { return !a.Fn.Unordered }
			return !slices.ContainsFunc(step.Aggs, ordered) && (len(step.Keys) == 0 || len(step.Keys) == 1 && step.isBin(step.Keys[0].Expr))
		default:
			return false
		}
	}
	return false
}

// isBin reports whether e is a bin of the time that orders rows.
func (s *Stats) isBin(e Expr) bool {
	bin, ok := e.(*Bin)
	return ok && s.Time >= 0 && bin.X == Slot(s.Time)
}

package sqlcat

import (
	"strconv"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// listStatement returns the statement that lists q's entries, and its parameters but the last one, the limit. The text
// depends on what q asks for, never on a text in it, so there are only a few.
func (d *dialect) listStatement(q catalog.Query) (string, []any) {
	where, args := conditions(q)
	order := " ORDER BY name"
	switch {
	case q.ByPeak && q.Descending:
		order = " ORDER BY peak1 DESC, name DESC"
	case q.ByPeak:
		order = " ORDER BY peak1, name"
	case q.Descending:
		order = " ORDER BY name DESC"
	}
	what := columns
	if q.Names {
		what = "name"
	}
	return "SELECT " + what + " FROM " + d.entries(q) + where + order + " LIMIT $" + strconv.Itoa(len(args)+1), args
}

// countStatement returns the statement that counts q's entries, and its parameters.
func (d *dialect) countStatement(q catalog.Query) (string, []any) {
	where, args := conditions(q)
	if q.Limit == 0 {
		return "SELECT count(*) FROM " + d.entries(q) + where, args
	}
	args = append(args, q.Limit)
	return "SELECT count(*) FROM (SELECT 1 FROM " + d.entries(q) + where + " LIMIT $" + strconv.Itoa(len(args)) + ") AS counted", args
}

// entries returns the table, with the index that q needs where the database would not find out.
func (d *dialect) entries(q catalog.Query) string {
	for i, t := range q.Terms {
		if t != "" {
			return "entries" + d.useTerm[i]
		}
	}
	return "entries"
}

// conditions returns which entries are q's, from its cursor on.
func conditions(q catalog.Query) (string, []any) {
	where, args := ofScope, scopeArgs(q.Scope)
	and := func(condition string, arg any) {
		args = append(args, arg)
		where += " AND " + condition + " $" + strconv.Itoa(len(args))
	}
	if q.Terms[0] != "" {
		and("term1 =", []byte(q.Terms[0]))
	}
	if q.Terms[1] != "" {
		and("term2 =", []byte(q.Terms[1]))
	}
	if q.ByPeak {
		return afterPeak(q, where, args)
	}
	low, high := q.Bounds()
	if low != "" {
		and("name >=", []byte(low))
	}
	if high != "" {
		and("name <", []byte(high))
	}
	return where, args
}

// afterPeak adds the cursor of a list by peaks.
func afterPeak(q catalog.Query, where string, args []any) (string, []any) {
	if q.After == (catalog.Cursor{}) {
		return where, args
	}
	than := ">"
	if q.Descending {
		than = "<"
	}
	return where + " AND (peak1, name) " + than + " ($5, $6)", append(args, q.After.Peak, []byte(q.After.Name))
}

package queries

import (
	"fmt"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// checkClasses refuses a query over groups of another class than Standard with a command that their class lacks. at is the SOURCE that has
// chosen them, nil for the groups of the request. [R] AWS's error is not known: the words are those of FilterLogEvents, with the place of the command.
func (q *query) checkClasses(at *syntax.Source, groups []Group) error {
	i := slices.IndexFunc(groups, func(g Group) bool { return g.Facts().Class != "" })
	if i < 0 {
		return nil
	}
	text, err := syntax.ParseQuery(q.expanded.Text)
	if err != nil {
		return err
	}
	f := groups[i].Facts()
	var mistakes syntax.Errors
	eachReader(text, at, func(n any) {
		if name, span := lacking(n); name != "" {
			mistakes = append(mistakes, &syntax.Error{Span: span, Msg: fmt.Sprintf(
				"The log group %s is of log-group-class %s. %s is not supported for this log class.", f.Name, f.Class, name)})
		}
	})
	if mistakes == nil {
		return nil
	}
	return q.malformed(mistakes)
}

// eachReader calls f with the commands and expressions of those queries in text that read the groups of a SOURCE, nil for those of the request.
func eachReader(text *syntax.Query, at *syntax.Source, f func(n any)) {
	reads := at == nil
	for _, c := range text.Commands {
		if s, ok := c.(*syntax.Source); ok {
			reads = at != nil && (reads || s.Span == at.Span) // several are one, in the place of the first
		}
	}
	syntax.Walk(text, func(n any) bool {
		if inner, ok := n.(*syntax.Query); ok && inner != text {
			eachReader(inner, at, f)
			return false
		}
		if reads {
			f(n)
		}
		return true
	})
}

// lacking returns the name and place of a command that groups of other classes than Standard lack (CWL_AnalyzeLogData_Classes in the user
// guide); "" for others. [R] The function unmask is taken for the command.
func lacking(n any) (name string, at syntax.Span) {
	switch n := n.(type) {
	case *syntax.Pattern:
		return "pattern", n.Span
	case *syntax.Diff:
		return "diff", n.Span
	case *syntax.FilterIndex:
		return "filterIndex", n.Span
	case *syntax.Unmask:
		return "unmask", n.Span
	case *syntax.Call:
		if strings.EqualFold(n.Name, "unmask") {
			return "unmask", n.Span
		}
	}
	return "", at
}

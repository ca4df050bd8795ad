package exec

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// unnestStep makes a row of each element of a list. What is no list counts as a list of one, so a null
// gives one row with a null; an empty list leaves no row. With Expand, the text of a JSON array is a list
// too, and what is no list leaves the row as it is.
type unnestStep struct{ *plan.Unnest }

func (s unnestStep) batch(w *worker, r *rows) (*rows, error) {
	in := w.eval(s.X, r)
	which := make([]int32, 0, r.n)
	var b column.Builder
	for row := range r.n {
		list, ok := s.list(in.Value(row))
		if !ok {
			which = append(which, int32(row))
			b.Value(in.Value(row))
			continue
		}
		for it := jsonscan.Members([]byte(list), 0); it.Next(); {
			which = append(which, int32(row))
			b.Value(elementValue(it.Value))
		}
	}
	out := r.take(which, nil)
	out.set(s.Out, b.Column())
	return out, nil
}

// list returns v as the text of a JSON array, if it is one.
func (s unnestStep) list(v column.Value) (string, bool) {
	if s.Expand && v.Kind() == column.String {
		v = function.ParseJSON(v.Str())
	}
	return v.Str(), v.Kind() == column.JSON && strings.HasPrefix(v.Str(), "[")
}

// elementValue returns the value that a JSON text stands for, as access to a member of a list does.
func elementValue(text []byte) column.Value {
	return function.Member(column.JSONValue("["+string(text)+"]"), firstElement)
}

var firstElement = []function.Step{{IsIndex: true}}

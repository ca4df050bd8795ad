// Package insights answers CloudWatch Logs Insights queries over any source of log events.
// The language is in insights/syntax, names and rules in insights/plan, execution in insights/exec; where
// events come from is the caller's matter.
package insights

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// MaxQuery is the most characters a query may have (StartQuery, queryString).
const MaxQuery = 10_000

// Options tell how a query is planned and run. Exec.Source is required unless the query names its own
// sources. Exec.Env gives the time of the query; Start and End of it bound @timestamp when not both are 0.
type Options struct {
	Limit int // the most rows; 0 means 10,000, negative means all
	// Events adds the column @ptr to log rows, of what the source gives for plan.ScanField.Event.
	Events bool
	Exec   exec.Options
}

// Compile parses and plans a query. A mistake in the query comes back as syntax.Errors, which lists all
// of them with their places.
func Compile(text string, opts Options) (*plan.Plan, error) {
	if n := utf8.RuneCountInString(text); n > MaxQuery {
		return nil, fmt.Errorf("query has %d characters, at most %d are allowed", n, MaxQuery)
	}
	q, err := syntax.ParseQuery(text)
	var mistakes syntax.Errors
	if errors.As(err, &mistakes) {
		return nil, append(mistakes, plan.Check(q)...).Sorted()
	}
	p := plan.Options{Limit: opts.Limit, Events: opts.Events, From: opts.Exec.Env.Start, To: opts.Exec.Env.End}
	if table := opts.Exec.Table; table != nil {
		p.Table = func(name string) ([]string, error) {
			t, err := table(name)
			if err != nil {
				return nil, err
			}
			return t.Columns(), nil
		}
	}
	return plan.Compile(q, p)
}

// Run answers a query.
func Run(ctx context.Context, text string, opts Options) (*exec.Result, error) {
	p, err := Compile(text, opts)
	if err != nil {
		return nil, err
	}
	return exec.Run(ctx, p, opts.Exec)
}

// A Function describes one function of the language, for documents and completion.
type Function struct {
	Name, Usage, Doc string
	Aggregate        bool
}

// Functions lists every function, scalars first, each group by name.
func Functions() []Function {
	var all []Function
	for _, f := range function.Scalars() {
		all = append(all, Function{f.Name, f.Usage, f.Doc, false})
	}
	for _, f := range function.Aggregates() {
		all = append(all, Function{f.Name, f.Usage, f.Doc, true})
	}
	return all
}

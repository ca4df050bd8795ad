// Package function is the library of Logs Insights functions: their names, argument counts and
// meaning, and with them how values are coerced, compared and ordered. It knows neither queries
// nor where rows come from.
package function

import "github.com/groundwatch/groundwatch/column"

// Env is what a function may know besides its arguments. All times are epoch milliseconds.
type Env struct {
	Now        int64 // when the query started
	Start, End int64 // the query's window, both inclusive; both 0 or the least and greatest int64 are open ends
}

// A Scalar is one row of the library: a function of one row's values. Eval never sees a wrong
// number of arguments, and must not modify or keep args.
type Scalar struct {
	Name     string   // as documented; names are matched without regard to case
	Aliases  []string // other spellings
	Min, Max int      // number of arguments; Max < 0 means any number
	Usage    string   // the signature as documents show it: round(x [, decimals])
	Doc      string   // one sentence
	Eval     func(env *Env, args []column.Value) column.Value
	// Bind, if not nil, returns a function that answers as Eval does for calls with these literal arguments,
	// given as in Check, and does the work that depends on them alone only once: it compiles a regular expression, say.
	// What it returns may be called by several goroutines at once.
	Bind func(literals []*column.Value) func(env *Env, args []column.Value) column.Value
	// Check, if not nil, judges the arguments that are literals when the query is read; an argument
	// that is not a literal is nil. The error says what is wrong with which one.
	Check func(args []*column.Value) error
	// Volatile functions give another answer for equal arguments in another Env; the rest may be
	// evaluated once for equal arguments.
	Volatile bool
}

// A Period argument (5m) reaches functions as a String of its canonical text, such as "5m";
// ParsePeriod reads it.

// An Aggregate is one row of the library: a function of a group's rows.
type Aggregate struct {
	Name     string
	Aliases  []string
	Min, Max int
	Star     bool // may be called as f(*)
	// Unordered aggregates look at no row's Time or Seq.
	Unordered bool
	Usage     string
	Doc       string
	Check     func(args []*column.Value) error
	// Binned aggregates ask for the length of the groups' bins: New is then given one more literal, the
	// period of by bin(P) as a String, or nil if the groups are not bins.
	Binned bool
	// New returns an empty state for all groups of one stats command. Literal arguments are given
	// as in Check.
	New func(literals []*column.Value) State
}

// Rows are the rows that are folded into a State together.
type Rows struct {
	N      int
	Groups []uint32         // the group of each row
	Args   []*column.Column // one per argument; nil for f(*) and f()
	Time   []int64          // @timestamp in epoch milliseconds, for earliest and latest
	Seq    []int64          // order of ingestion, breaks ties of Time: larger is later
}

// A Counter is a State of an aggregate whose other arguments are literals, and which can take equal numbers together.
type Counter interface {
	State
	// AddCounted folds in what Add would for so many rows.
	AddCounted(c *Counted, n int)
}

// Counted are rows of a Float64 column, all in one group: Times[i] have Numbers[i]. The numbers differ, but for 0 and -0.
type Counted struct {
	Group   uint32
	Numbers []float64
	Times   []uint64
}

// A State holds one aggregate for every group of a stats command. Groups are numbered from 0.
// It is used by one goroutine at a time.
type State interface {
	// Add folds rows in. n is the number of groups so far: every number in r.Groups is below it.
	// The state keeps nothing of r; strings are copied.
	Add(r *Rows, n int)
	// Merge folds in groups of other, which came from the same New: its group from+i, if it has that many, is group to[i] here.
	// The result does not depend on the order in which rows or groups are folded in.
	Merge(other State, from int, to []uint32, n int)
	// Result returns the value of group g. It is called once per group, after the last Add and Merge.
	Result(g int) column.Value
	// Bytes returns about how much memory the state holds.
	Bytes() int64
}

// groupsFrom returns those of groups that a Merge folds in.
func groupsFrom[T any](groups []T, from int, to []uint32) []T {
	from = min(from, len(groups))
	return groups[from:min(from+len(to), len(groups))]
}

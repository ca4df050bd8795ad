package function

import (
	"fmt"
	"math"

	"github.com/groundwatch/groundwatch/column"
)

// generalFunctions are the general functions (operations-functions).
var generalFunctions = []Scalar{
	{Name: "ispresent", Min: 1, Max: 1, Usage: "ispresent(f)", Doc: "1 if the field exists, else 0.",
		Eval: func(_ *Env, args []column.Value) column.Value { return column.BoolValue(!args[0].IsNull()) }},
	{Name: "coalesce", Min: 1, Max: -1, Usage: "coalesce(a, b, ...)", Doc: "The first argument that exists.", Eval: coalesce},
	{Name: "if", Min: 3, Max: 3, Usage: "if(condition, a, b)", Doc: "a if the condition is true, else b; a condition on a missing field is not true.", Eval: choose},
	{Name: "case", Min: 2, Max: -1, Usage: "case(condition1, a, condition2, b, ..., [default])",
		Doc:   "The value behind the first condition that is true, else the default, else nothing; up to 10 conditions.",
		Check: checkCase, Eval: choose},
	{Name: "isNumeric", Min: 1, Max: 1, Usage: "isNumeric(f)", Doc: "1 if f is a number or text that is a complete number, else 0.",
		Eval: func(_ *Env, args []column.Value) column.Value { return column.BoolValue(numberOf(args[0]).ok) }},
	{Name: "messageSize", Min: 1, Max: 1, Usage: "messageSize(f)", Doc: "The number of bytes of f as UTF-8 text.", Eval: messageSize},
	{Name: "queryStartTime", Usage: "queryStartTime()", Doc: "The start of the query's window in epoch milliseconds; nothing if it is open there.", Volatile: true,
		Eval: func(env *Env, _ []column.Value) column.Value { return env.bound(env.Start) }},
	{Name: "queryEndTime", Usage: "queryEndTime()", Doc: "The end of the query's window in epoch milliseconds; nothing if it is open there.", Volatile: true,
		Eval: func(env *Env, _ []column.Value) column.Value { return env.bound(env.End) }},
	{Name: "queryTimeRange", Usage: "queryTimeRange()", Doc: "The length of the query's window in milliseconds; nothing if an end is open.", Volatile: true,
		Eval: func(env *Env, _ []column.Value) column.Value {
			return Arith(Sub, env.bound(env.End), env.bound(env.Start))
		}},
	{Name: "unmask", Min: 1, Max: 1, Usage: "unmask(f)", Doc: "f as it was logged, where a data protection policy hides something; elsewhere f itself.",
		Eval: func(_ *Env, args []column.Value) column.Value { return args[0] }},
}

// bound returns ms, Start or End, as a value; null if the window is open there.
func (env *Env) bound(ms int64) column.Value {
	if env.Start == 0 && env.End == 0 || ms == math.MinInt64 || ms == math.MaxInt64 {
		return column.Value{}
	}
	return column.IntValue(ms)
}

func coalesce(_ *Env, args []column.Value) column.Value {
	for _, v := range args {
		if !v.IsNull() {
			return v
		}
	}
	return column.Value{}
}

// choose returns the value behind the first true condition, or the last argument if it stands alone.
// An unknown condition is not true ([R] §7.2).
func choose(_ *Env, args []column.Value) column.Value {
	for len(args) >= 2 {
		if Truth(args[0]) == True {
			return args[1]
		}
		args = args[2:]
	}
	if len(args) == 1 {
		return args[0]
	}
	return column.Value{}
}

// maxBranches is the documented number of conditions of case.
const maxBranches = 10

func checkCase(args []*column.Value) error {
	if n := len(args) / 2; n > maxBranches {
		return fmt.Errorf("case: got %d conditions, want at most %d", n, maxBranches)
	}
	return nil
}

func messageSize(_ *Env, args []column.Value) column.Value {
	if args[0].IsNull() {
		return column.Value{}
	}
	return column.IntValue(int64(len(args[0].Text())))
}

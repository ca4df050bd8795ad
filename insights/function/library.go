package function

import (
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// scalars is the whole library of functions of one row's values.
var scalars = slices.Concat(numericFunctions, generalFunctions, timeFunctions, textFunctions, encodingFunctions, jsonFunctions, addressFunctions)

// aggregates is the whole library of functions of a group's rows.
var aggregates = slices.Concat(countFunctions, sumFunctions, orderFunctions, spreadFunctions, listFunctions, rateFunctions)

var (
	scalarNames    = index(scalars, func(f *Scalar) (string, []string) { return f.Name, f.Aliases })
	aggregateNames = index(aggregates, func(f *Aggregate) (string, []string) { return f.Name, f.Aliases })
)

// index maps all names in lower case to their rows.
func index[T any](rows []T, names func(*T) (string, []string)) map[string]*T {
	m := make(map[string]*T)
	for i := range rows {
		name, aliases := names(&rows[i])
		for _, s := range append([]string{name}, aliases...) {
			m[strings.ToLower(s)] = &rows[i]
		}
	}
	return m
}

// LookupScalar returns the function of that name; upper and lower case do not matter.
func LookupScalar(name string) (*Scalar, bool) {
	f, ok := scalarNames[strings.ToLower(name)]
	return f, ok
}

// LookupAggregate returns the aggregate of that name; upper and lower case do not matter.
func LookupAggregate(name string) (*Aggregate, bool) {
	f, ok := aggregateNames[strings.ToLower(name)]
	return f, ok
}

// Scalars returns all functions of one row's values, in the order of the documentation.
func Scalars() []*Scalar { return pointers(scalars) }

// Aggregates returns all functions of a group's rows, in the order of the documentation.
func Aggregates() []*Aggregate { return pointers(aggregates) }

func pointers[T any](rows []T) []*T {
	out := make([]*T, len(rows))
	for i := range rows {
		out[i] = &rows[i]
	}
	return out
}

// An evaluator is a function of one row's values.
type evaluator = func(env *Env, args []column.Value) column.Value

// unbound makes an Eval of a Bind for calls without literals.
func unbound(bind func([]*column.Value) func(*Env, []column.Value) column.Value) evaluator {
	return func(env *Env, args []column.Value) column.Value {
		return bind(make([]*column.Value, len(args)))(env, args)
	}
}

// ofNumber makes an Eval that is null unless its argument is a number.
func ofNumber(f func(number) column.Value) evaluator {
	return func(_ *Env, args []column.Value) column.Value {
		n := numberOf(args[0])
		if !n.ok {
			return column.Value{}
		}
		return f(n)
	}
}

// ofText makes an Eval that is null unless its argument has a text (see TextOf).
func ofText(f func(string) column.Value) evaluator {
	return func(_ *Env, args []column.Value) column.Value {
		s, ok := TextOf(args[0])
		if !ok {
			return column.Value{}
		}
		return f(s)
	}
}

// ofTexts makes an Eval that is null unless its two arguments have a text.
func ofTexts(f func(s, t string) column.Value) evaluator {
	return func(_ *Env, args []column.Value) column.Value {
		s, ok := TextOf(args[0])
		t, okay := TextOf(args[1])
		if !ok || !okay {
			return column.Value{}
		}
		return f(s, t)
	}
}

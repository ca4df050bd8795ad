package function

import (
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// env is the time of test queries.
var env = &Env{Now: 1767225600999, Start: 1767225600000, End: 1767229200000}

// call applies a function the way a query does: through Check, then Eval and, if there is one, Bind
// with every choice of literals, which must all agree.
func call(t *testing.T, name string, args ...column.Value) column.Value {
	t.Helper()
	f, ok := LookupScalar(name)
	if !ok {
		t.Fatalf("LookupScalar(%q): no such function", name)
	}
	if len(args) < f.Min || f.Max >= 0 && len(args) > f.Max {
		t.Fatalf("%s: got %d arguments, want %d to %d", name, len(args), f.Min, f.Max)
	}
	want := f.Eval(env, args)
	if f.Bind == nil {
		return want
	}
	for mask := range 1 << len(args) {
		literals := make([]*column.Value, len(args))
		for i := range args {
			if mask>>i&1 != 0 {
				literals[i] = &args[i]
			}
		}
		if got := f.Bind(literals)(env, args); got != want {
			t.Errorf("%s%s with literals %b = %s, want %s", name, showAll(args), mask, show(got), show(want))
		}
	}
	return want
}

func showAll(args []column.Value) string {
	var out []string
	for _, v := range args {
		out = append(out, show(v))
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// A callCase is one line of a table of calls.
type callCase struct {
	name string
	fn   string
	args []column.Value
	want column.Value
}

func args(v ...column.Value) []column.Value { return v }

func runCalls(t *testing.T, cases []callCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.fn+": "+tt.name, func(t *testing.T) {
			if got := call(t, tt.fn, tt.args...); got != tt.want {
				t.Errorf("%s%s = %s, want %s", tt.fn, showAll(tt.args), show(got), show(tt.want))
			}
		})
	}
}

func TestLibraryRowsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	check := func(name string, aliases []string, lo, hi int, usage, doc string) {
		for _, s := range append([]string{name}, aliases...) {
			if key := strings.ToLower(s); seen[key] {
				t.Errorf("%s stands twice", s)
			} else {
				seen[key] = true
			}
		}
		if !strings.Contains(usage, name+"(") {
			t.Errorf("usage of %s is %q, want a call of it", name, usage)
		}
		if !strings.HasSuffix(doc, ".") {
			t.Errorf("doc of %s is %q, want a sentence", name, doc)
		}
		if hi >= 0 && hi < lo {
			t.Errorf("%s takes %d to %d arguments", name, lo, hi)
		}
	}
	for _, f := range Scalars() {
		check(f.Name, f.Aliases, f.Min, f.Max, f.Usage, f.Doc)
		if f.Eval == nil {
			t.Errorf("%s has no Eval", f.Name)
		}
		for _, name := range append(f.Aliases, f.Name, strings.ToUpper(f.Name)) {
			if got, ok := LookupScalar(name); !ok || got != f {
				t.Errorf("LookupScalar(%q) = %v, %v, want %s", name, got, ok, f.Name)
			}
		}
	}
	for _, f := range Aggregates() {
		check(f.Name, f.Aliases, f.Min, f.Max, f.Usage, f.Doc)
		for _, name := range append(f.Aliases, f.Name, strings.ToUpper(f.Name)) {
			if got, ok := LookupAggregate(name); !ok || got != f {
				t.Errorf("LookupAggregate(%q) = %v, %v, want %s", name, got, ok, f.Name)
			}
		}
	}
	if f, ok := LookupScalar("nosuchfn"); ok {
		t.Errorf("LookupScalar(nosuchfn) = %s, want none (X21)", f.Name)
	}
	if f, ok := LookupAggregate("strlen"); ok {
		t.Errorf("LookupAggregate(strlen) = %s, want none", f.Name)
	}
}

// TestScalarsTakeAnything calls every function with arguments of every kind: none may panic, and none
// may give a value that no query may hold.
func TestScalarsTakeAnything(t *testing.T) {
	kinds := args(null, yes, no, i64(0), i64(-1<<63), i64(1<<62), f64(-2.5), f64(1e300), str(""), str("abc"), str("12.5"), str("\xff\u00e9\n"),
		str(strings.Repeat("9", 400)), at(0), at(-1<<63), at(1<<63-1), jsn("{}"), jsn(`[1,"a",null]`), str("[1]"), str("%Y %"), str("yyyy"), str("10.0.0.0/8"), str("5m"), str("("))
	for _, f := range Scalars() {
		most := f.Max
		if most < 0 {
			most = 3
		}
		for n := f.Min; n <= min(most, 3); n++ {
			index := make([]int, n)
			for {
				in := make([]column.Value, n)
				for i, k := range index {
					in[i] = kinds[k]
				}
				out := f.Eval(env, in)
				if out.Kind() == column.Mixed {
					t.Errorf("%s%s = %s", f.Name, showAll(in), show(out))
				}
				if !next(index, len(kinds)) {
					break
				}
			}
		}
		if f.Min > 3 {
			for _, v := range kinds {
				f.Eval(env, args(v, v, v, v))
			}
		}
	}
}

// next counts index up as a number to a base.
func next(index []int, base int) bool {
	for i := range index {
		if index[i]++; index[i] < base {
			return true
		}
		index[i] = 0
	}
	return false
}

// TestNullArguments: a null argument gives null, but for the functions that say otherwise.
func TestNullArguments(t *testing.T) {
	answers := map[string]column.Value{
		"ispresent": no, "isNumeric": no, "isempty": yes, "isblank": yes, "jsonArrayContains": null,
		"now": i64(1767225600), "queryStartTime": i64(1767225600000), "queryEndTime": i64(1767229200000), "queryTimeRange": i64(3600000),
	}
	for _, f := range Scalars() {
		in := make([]column.Value, f.Min)
		want := answers[f.Name]
		if got := f.Eval(env, in); got != want {
			t.Errorf("%s of nulls = %s, want %s", f.Name, show(got), show(want))
		}
	}
}

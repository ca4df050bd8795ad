package exec

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// tables are the lookup tables of the tests.
func tables(name string) (*lookup.Table, error) {
	switch name {
	case "users":
		return table([]string{"id", "org", "name"}, [][]string{
			{"u1", "a", "Ann"}, {"u1", "b", "Bob"}, {"7", "a", "Seven"}, {"u1", "a", "Late"}, {"", "", "Empty"}})
	case "nets":
		return table([]string{"name", "net"}, [][]string{
			{"ten", "10.0.0.0/8"}, {"bad", "no net"}, {"narrow", "10.1.2.3/16"}, {"again", "10.1.0.0/16"},
			{"host", "10.1.2.3"}, {"six", "2001:db8::/32"}, {"mapped", "::ffff:192.0.2.0/120"}})
	case "words":
		return table([]string{"name"}, [][]string{{"no net here"}})
	}
	return nil, fmt.Errorf("there is none of that name")
}

func table(columns []string, rows [][]string) (*lookup.Table, error) {
	b := lookup.NewBuilder(columns, 0, 0)
	for _, row := range rows {
		if err := b.Add(row); err != nil {
			return nil, err
		}
	}
	return b.Table(), nil
}

func lookupRun() *run {
	r := testRun()
	r.opts.Table = tables
	return r
}

func TestLookup(t *testing.T) {
	match := func(column string, s int) plan.LookupMatch { return plan.LookupMatch{Column: column, X: slot(s)} }
	out := func(column string) []plan.LookupOut { return []plan.LookupOut{{Column: column, Slot: 3}} }
	for _, tt := range []struct {
		name string
		step plan.Lookup
		in   *rows
		want []string
	}{
		{"the first row that matches; no match is null", plan.Lookup{Table: "users", Match: []plan.LookupMatch{match("id", 0)}, Out: out("name")},
			events(col("u1", "nobody", nil, 7, js(`{"a":1}`), "")), []string{"Ann", "-", "-", "Seven", "-", "Empty"}},
		{"all columns must agree", plan.Lookup{Table: "users", Match: []plan.LookupMatch{match("id", 0), match("org", 1)}, Out: out("name")},
			events(col("u1", "u1", "u1", "7"), col("b", "a", nil, "b")), []string{"Bob", "Ann", "-", "-"}},
		{"OUTPUT overwrites, with null too", plan.Lookup{Table: "users", Match: []plan.LookupMatch{match("id", 0)},
			Out: []plan.LookupOut{{Column: "name", Slot: 3, Old: slot(1)}}},
			events(col("u1", "x"), col("old", "old")), []string{"Ann", "-"}},
		{"OUTPUTNEW fills what is absent only", plan.Lookup{Table: "users", Keep: true, Match: []plan.LookupMatch{match("id", 0)},
			Out: []plan.LookupOut{{Column: "name", Slot: 3, Old: slot(1)}}},
			events(col("u1", "u1", "x", "x"), col("old", nil, "old", nil)), []string{"old", "Ann", "old", "-"}},
		{"OUTPUTNEW of a field that is not there", plan.Lookup{Table: "users", Keep: true, Match: []plan.LookupMatch{match("id", 0)}, Out: out("org")},
			events(col("u1")), []string{"a"}},
		{"the longest prefix wins", plan.Lookup{Table: "nets", CIDR: true, Match: []plan.LookupMatch{match("net", 0)}, Out: out("name")},
			events(col("10.9.9.9", "10.1.9.9", "10.1.2.3", "11.0.0.1")), []string{"ten", "narrow", "host", "-"}},
		{"without a name the first column of networks", plan.Lookup{Table: "nets", CIDR: true, Match: []plan.LookupMatch{match("", 0)}, Out: out("name")},
			events(col(" 10.9.9.9 ", "2001:db8::1", "2001:db9::1", "::ffff:10.9.9.9", "192.0.2.7", "text", nil, 5)),
			[]string{"ten", "six", "-", "ten", "mapped", "-", "-", "-"}},
		{"dictionary-coded values", plan.Lookup{Table: "users", Match: []plan.LookupMatch{match("id", 0)}, Out: out("name")},
			events(coded("u1", nil, "7", "u1")), []string{"Ann", "-", "Seven", "Ann"}},
		{"no rows", plan.Lookup{Table: "users", Match: []plan.LookupMatch{match("id", 0)}, Out: out("name")}, events(col()), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := lookupRun()
			step := newLookup(run, &tt.step)
			if err := prepare(step); err != nil {
				t.Fatal(err)
			}
			got, err := step.batch(run.worker(0), tt.in)
			check(t, "lookup", got, err, tt.want, 3)
		})
	}
}

func TestLookupMistakesHaveAPlace(t *testing.T) {
	at := syntax.Span{Start: syntax.Pos{Line: 2, Col: 5}}
	for _, tt := range []struct {
		name string
		run  *run
		step plan.Lookup
		want string
	}{
		{"no tables at all", testRun(), plan.Lookup{Table: "users"}, `no lookup table "users"`},
		{"no such table", lookupRun(), plan.Lookup{Table: "other"}, `lookup table "other": there is none`},
		{"no such column to match", lookupRun(), plan.Lookup{Table: "users", Match: []plan.LookupMatch{{Column: "uid", X: slot(0)}}}, `no column "uid"`},
		{"no such column to take", lookupRun(), plan.Lookup{Table: "users", Out: []plan.LookupOut{{Column: "bytes"}}}, `no column "bytes"`},
		{"no column of networks", lookupRun(), plan.Lookup{Table: "words", CIDR: true, Match: []plan.LookupMatch{{X: slot(0)}}}, "no column of networks"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.step.Span = at
			err := prepare(newLookup(tt.run, &tt.step))
			var mistakes syntax.Errors
			if !errors.As(err, &mistakes) || mistakes[0].Span != at || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("prepare: %v, want a mistake at 2:5 with %q", err, tt.want)
			}
		})
	}
}

func TestLookupTableCountsAsMemory(t *testing.T) {
	r := lookupRun()
	r.memory.limit = 50
	s := newLookup(r, &plan.Lookup{Table: "users", Match: []plan.LookupMatch{{Column: "id", X: slot(0)}}})
	if _, ok := errors.AsType[*MemoryError](s.(preparer).prepare()); !ok {
		t.Error("prepare() of a table beyond the limit: want a MemoryError")
	}
}

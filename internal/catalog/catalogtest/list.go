package catalogtest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

func listByName(t *testing.T, c catalog.Catalog) {
	fill(t, c, groups, "b", "a", "/aws/lambda/x", "/aws/lambda/y", "/aws/lambdb", "B", "/aws")
	for _, tt := range []struct {
		prefix string
		want   []string
	}{
		{"", []string{"/aws", "/aws/lambda/x", "/aws/lambda/y", "/aws/lambdb", "B", "a", "b"}},
		{"/aws/lambda", []string{"/aws/lambda/x", "/aws/lambda/y"}},
		{"/aws", []string{"/aws", "/aws/lambda/x", "/aws/lambda/y", "/aws/lambdb"}},
		{"b", []string{"b"}},
		{"bb", nil},
		{"%", nil},
		{"\xff", nil},
	} {
		for limit := range 4 {
			q := catalog.Query{Scope: groups, Prefix: tt.prefix, Limit: limit}
			wantNames(t, c, q, tt.want...)
			q.Names = true
			wantNames(t, c, q, tt.want...)
			q.Descending = true
			reversed := slices.Clone(tt.want)
			slices.Reverse(reversed)
			wantNames(t, c, q, reversed...)
		}
	}
	// A cursor outside of the prefix.
	wantNames(t, c, catalog.Query{Scope: groups, Prefix: "/aws/", After: catalog.Cursor{Name: "/"}}, "/aws/lambda/x", "/aws/lambda/y", "/aws/lambdb")
	wantNames(t, c, catalog.Query{Scope: groups, Prefix: "/aws/", After: catalog.Cursor{Name: "a"}})
	wantNames(t, c, catalog.Query{Scope: groups, Prefix: "/aws/", Descending: true, After: catalog.Cursor{Name: "a"}}, "/aws/lambdb", "/aws/lambda/y", "/aws/lambda/x")
	wantNames(t, c, catalog.Query{Scope: groups, Prefix: "/aws/", Descending: true, After: catalog.Cursor{Name: "/"}})
}

func listNames(t *testing.T, c catalog.Catalog) {
	for _, name := range []string{"a", "b"} {
		e := entry(groups, name)
		e.Value, e.Terms, e.Peaks = []byte("x"), catalog.Terms{"one"}, catalog.Peaks{7}
		write(t, c, catalog.Put(e, catalog.Absent))
	}
	if err := c.Touch(t.Context(), catalog.Touch{Key: groups.Key("b"), Peaks: catalog.Peaks{8}}); err != nil {
		t.Fatalf("Touch = %v", err)
	}
	q := catalog.Query{Scope: groups, Names: true, Terms: catalog.Terms{"one"}}
	page, err := c.List(t.Context(), q)
	want := []catalog.Entry{{Key: groups.Key("a")}, {Key: groups.Key("b")}}
	if !reflect.DeepEqual(page.Entries, want) || err != nil {
		t.Errorf("List of %+v = %+v, %v, want %+v", q, page.Entries, err, want)
	}
}

func listByPeak(t *testing.T, c catalog.Catalog) {
	for name, peak := range map[string]int64{"a": 3, "b": 1, "c": 2, "d": 2, "e": 0} {
		e := entry(streams, name)
		e.Peaks = catalog.Peaks{peak, 9 - peak}
		write(t, c, catalog.Put(e, catalog.Absent))
	}
	for limit := range 4 {
		wantNames(t, c, catalog.Query{Scope: streams, ByPeak: true, Limit: limit}, "e", "b", "c", "d", "a")
		wantNames(t, c, catalog.Query{Scope: streams, ByPeak: true, Descending: true, Limit: limit}, "a", "d", "c", "b", "e")
	}
	if err := c.Touch(t.Context(), catalog.Touch{Key: streams.Key("b"), Peaks: catalog.Peaks{8}}); err != nil {
		t.Fatalf("Touch = %v", err)
	}
	wantNames(t, c, catalog.Query{Scope: streams, ByPeak: true, Descending: true, Limit: 2}, "b", "a", "d", "c", "e")
	if got, err := c.Count(t.Context(), catalog.Query{Scope: streams, ByPeak: true, Descending: true, After: catalog.Cursor{Peak: 3, Name: "a"}}); got != 3 || err != nil {
		t.Errorf("Count after the second = %d, %v, want 3", got, err)
	}
}

func listByTerms(t *testing.T, c catalog.Catalog) {
	put := func(name string, terms catalog.Terms) {
		t.Helper()
		e := entry(groups, name)
		e.Terms = terms
		write(t, c, catalog.Put(e, catalog.Any))
	}
	put("a", catalog.Terms{"x", "1"})
	put("b", catalog.Terms{"x", "2"})
	put("c", catalog.Terms{"", "1"})
	put("d", catalog.Terms{"xx", "x"})
	put("e", catalog.Terms{})
	put("f", catalog.Terms{"x", "1"})
	ask := func(terms catalog.Terms, want ...string) {
		t.Helper()
		for limit := range 3 {
			q := catalog.Query{Scope: groups, Terms: terms, Limit: limit}
			wantNames(t, c, q, want...)
			q.Descending = true
			reversed := slices.Clone(want)
			slices.Reverse(reversed)
			wantNames(t, c, q, reversed...)
		}
	}
	ask(catalog.Terms{"x", ""}, "a", "b", "f")
	ask(catalog.Terms{"", "1"}, "a", "c", "f")
	ask(catalog.Terms{"x", "1"}, "a", "f")
	ask(catalog.Terms{"X", ""})
	ask(catalog.Terms{"1", ""})
	ask(catalog.Terms{}, "a", "b", "c", "d", "e", "f")
	wantNames(t, c, catalog.Query{Scope: groups, Terms: catalog.Terms{"x"}, Prefix: "b"}, "b")
	put("a", catalog.Terms{"", "3"}) // a put replaces them
	write(t, c, catalog.Delete(groups.Key("b"), catalog.Present))
	ask(catalog.Terms{"x", ""}, "f")
	ask(catalog.Terms{"", "3"}, "a")
}

func cursorsLast(t *testing.T, c catalog.Catalog) {
	fill(t, c, groups, "a", "b", "c", "d", "e")
	for _, descending := range []bool{false, true} {
		q := catalog.Query{Scope: groups, Limit: 2, Descending: descending}
		p := page(t, c, q)
		last := p.Entries[1]
		write(t, c, catalog.Delete(last.Key, catalog.Present))
		q.After = p.Next
		if got := page(t, c, q).Entries[0].Name; got != "c" {
			t.Errorf("after %s, which is gone, comes %s, want c", last.Name, got)
		}
		write(t, c, catalog.Put(last, catalog.Absent))
		if got := page(t, c, q).Entries[0].Name; got == last.Name {
			t.Errorf("after %s, which was made again, comes itself", last.Name)
		}
	}
}

// walkWhileWriting walks over entries that stay, while others come and go between them.
func walkWhileWriting(t *testing.T, c catalog.Catalog) {
	stay := numberNames(100, "s%03d")
	fill(t, c, groups, stay...)
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 0; ; i = (i + 37) % 100 {
			select {
			case <-stop:
				return
			default:
			}
			k := groups.Key(fmt.Sprintf("s%03d-guest", i))
			for _, change := range []catalog.Change{catalog.Put(entry(groups, k.Name), catalog.Any), catalog.Delete(k, catalog.Any)} {
				if _, err := c.Write(t.Context(), change); err != nil {
					t.Errorf("Write = %v", err)
					return
				}
			}
		}
	})
	for i := range 20 {
		q := catalog.Query{Scope: groups, Limit: 7, Descending: i%2 == 1}
		got := slices.DeleteFunc(namesOf(t, c, q), func(name string) bool { return strings.HasSuffix(name, "guest") })
		if q.Descending {
			slices.Reverse(got)
		}
		if !slices.Equal(got, stay) {
			t.Errorf("walk %d sees %q, want each that stays once", i, got)
		}
	}
	close(stop)
	writer.Wait()
}

// walks compares random lists with the obvious way to make them.
func walks(t *testing.T, c catalog.Catalog) {
	rng := rand.New(rand.NewPCG(1, 2))
	all := map[string]catalog.Entry{}
	for range 150 {
		name := fmt.Sprint(rng.IntN(60)) + "/" + fmt.Sprint(rng.IntN(3))
		e := entry(streams, name)
		e.Peaks[0], e.Terms[rng.IntN(2)] = rng.Int64N(5), fmt.Sprint(rng.IntN(3))
		if rng.IntN(5) == 0 {
			write(t, c, catalog.Delete(e.Key, catalog.Any))
			delete(all, name)
			continue
		}
		write(t, c, catalog.Put(e, catalog.Any))
		e.Peaks.Raise(all[name].Peaks)
		all[name] = e
	}
	for range 200 {
		q := catalog.Query{Scope: streams, Limit: 1 + rng.IntN(20), Descending: rng.IntN(2) == 0, ByPeak: rng.IntN(3) == 0}
		if !q.ByPeak {
			q.Prefix = []string{"", "1", "2", "5", "59/"}[rng.IntN(5)]
			q.Terms[rng.IntN(2)] = []string{"", "0", "1"}[rng.IntN(3)]
		}
		wantNames(t, c, q, expected(all, q)...)
	}
}

// expected returns the names of q's entries in q's order.
func expected(all map[string]catalog.Entry, q catalog.Query) []string {
	var found []catalog.Entry
	for _, e := range all {
		if strings.HasPrefix(e.Name, q.Prefix) && (q.Terms[0] == "" || q.Terms[0] == e.Terms[0]) && (q.Terms[1] == "" || q.Terms[1] == e.Terms[1]) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b catalog.Entry) int {
		if q.ByPeak && a.Peaks[0] != b.Peaks[0] {
			return cmp.Compare(a.Peaks[0], b.Peaks[0])
		}
		return strings.Compare(a.Name, b.Name)
	})
	if q.Descending {
		slices.Reverse(found)
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name)
	}
	return names
}

func counts(t *testing.T, c catalog.Catalog) {
	fill(t, c, groups, numberNames(1200, "g%04d")...)
	for _, tt := range []struct {
		name string
		q    catalog.Query
		want int
	}{
		{"all, more than a page", catalog.Query{}, 1200},
		{"a prefix", catalog.Query{Prefix: "g00"}, 100},
		{"a prefix of none", catalog.Query{Prefix: "h"}, 0},
		{"a limit below", catalog.Query{Limit: 99}, 99},
		{"a limit of just so many", catalog.Query{Prefix: "g00", Limit: 100}, 100},
		{"a limit above", catalog.Query{Prefix: "g00", Limit: 101}, 100},
		{"from a cursor on", catalog.Query{After: catalog.Cursor{Name: "g1189"}}, 10},
		{"down from a cursor", catalog.Query{After: catalog.Cursor{Name: "g0010"}, Descending: true}, 10},
		{"a term of none", catalog.Query{Terms: catalog.Terms{"x"}}, 0},
	} {
		tt.q.Scope = groups
		if got, err := c.Count(t.Context(), tt.q); got != tt.want || err != nil {
			t.Errorf("%s: Count(%+v) = %d, %v, want %d", tt.name, tt.q, got, err, tt.want)
		}
	}
}

func scopes(t *testing.T, c catalog.Catalog) {
	want := []catalog.Scope{
		{Account: "111111111111", Region: "eu-west-1", Kind: groups.Kind},
		{Account: "111111111111", Region: "us-east-1", Kind: groups.Kind},
		{Account: "222222222222", Region: "ap-east-1", Kind: groups.Kind},
	}
	for _, s := range []catalog.Scope{want[2], want[0], want[1]} {
		fill(t, c, s, "a", "b")
		s.Parent = 5
		fill(t, c, s, "child")
	}
	fill(t, c, catalog.Scope{Account: "000000000000", Region: "eu-west-1", Kind: groups.Kind, Parent: 1}, "only a child")
	fill(t, c, streams, "another kind")
	got, err := c.Scopes(t.Context(), groups.Kind)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Scopes(%s) = %v, %v, want %v", groups.Kind, got, err, want)
	}
	write(t, c, catalog.Delete(want[0].Key("a"), catalog.Any), catalog.Delete(want[0].Key("b"), catalog.Any))
	if got, err := c.Scopes(t.Context(), groups.Kind); err != nil || !slices.Equal(got, want[1:]) {
		t.Errorf("Scopes(%s) = %v, %v after the first was emptied, want %v", groups.Kind, got, err, want[1:])
	}
	if got, err := c.Scopes(t.Context(), "none"); err != nil || len(got) != 0 {
		t.Errorf("Scopes(none) = %v, %v, want none", got, err)
	}
}

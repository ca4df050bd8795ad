// Package catalogtest checks that a catalog keeps the promises of catalog.Catalog: each is a subtest. It knows nothing of
// how a catalog is stored.
package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// Run checks the catalogs that open returns: each time a new, empty one, which open also closes after the test.
func Run(t *testing.T, open func(t *testing.T) catalog.Catalog) {
	for _, promise := range []struct {
		name  string
		check func(t *testing.T, c catalog.Catalog)
	}{
		{"what was put comes back", putGet},
		{"what a write expects is checked", expectations},
		{"a write is done wholly or not at all", allOrNothing},
		{"versions grow and never come back", versions},
		{"the caller may change what it gave and got", ownership},
		{"names are any bytes", names},
		{"scopes are apart", apart},
		{"what no catalog takes is invalid", invalids},
		{"limits are met to the byte", limits},
		{"a list goes by name", listByName},
		{"a list of names has nothing else", listNames},
		{"a list goes by peak", listByPeak},
		{"a list can ask for terms", listByTerms},
		{"a cursor outlives its entry", cursorsLast},
		{"a walk sees what stays exactly once", walkWhileWriting},
		{"every order agrees with a sorted list", walks},
		{"a count counts no further than its limit", counts},
		{"scopes are told by kind", scopes},
		{"touches raise peaks", touches},
		{"a touch is for the entry of its time", touchAndDelete},
		{"numbers are never used twice", numbers},
		{"of writers of one version one wins", race},
		{"a context that ended does nothing", contexts},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.check(t, open(t)) })
	}
}

var (
	groups  = catalog.Scope{Account: "123456789012", Region: "eu-central-1", Kind: "log-group"}
	streams = catalog.Scope{Account: "123456789012", Region: "eu-central-1", Kind: "log-stream", Parent: 7}
)

// entry returns an entry with a value that tells its name.
func entry(s catalog.Scope, name string) catalog.Entry {
	return catalog.Entry{Key: s.Key(name), Value: []byte("value of " + name)}
}

// write does changes that have to succeed.
func write(t *testing.T, c catalog.Catalog, changes ...catalog.Change) catalog.Version {
	t.Helper()
	v, err := c.Write(t.Context(), changes...)
	if err != nil {
		t.Fatalf("Write(%d changes, the first of %s) = %v, want no error", len(changes), changes[0].Entry.Key, err)
	}
	return v
}

// fill puts an entry of each name.
func fill(t *testing.T, c catalog.Catalog, s catalog.Scope, names ...string) {
	t.Helper()
	for part := range slices.Chunk(names, catalog.MaxChanges) {
		var changes []catalog.Change
		for _, name := range part {
			changes = append(changes, catalog.Put(entry(s, name), catalog.Absent))
		}
		write(t, c, changes...)
	}
}

func get(t *testing.T, c catalog.Catalog, k catalog.Key) catalog.Entry {
	t.Helper()
	e, err := c.Get(t.Context(), k)
	if err != nil {
		t.Fatalf("Get(%s) = %v, want an entry", k, err)
	}
	return e
}

func page(t *testing.T, c catalog.Catalog, q catalog.Query) catalog.Page {
	t.Helper()
	p, err := c.List(t.Context(), q)
	if err != nil {
		t.Fatalf("List(%+v) = %v, want a page", q, err)
	}
	return p
}

// namesOf walks all pages of q.
func namesOf(t *testing.T, c catalog.Catalog, q catalog.Query) []string {
	t.Helper()
	var all []string
	for e, err := range catalog.All(t.Context(), c, q) {
		if err != nil {
			t.Fatalf("All(%+v) = %v after %d entries", q, err, len(all))
		}
		all = append(all, e.Name)
	}
	return all
}

func wantNames(t *testing.T, c catalog.Catalog, q catalog.Query, want ...string) {
	t.Helper()
	if got := namesOf(t, c, q); !slices.Equal(got, want) {
		t.Errorf("All(%+v)\n got %q\nwant %q", q, got, want)
	}
}

func wantKind(t *testing.T, call string, err error, want fault.Kind) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Errorf("%s = %v, want an error of kind %s", call, err, want)
	}
}

func wantSame(t *testing.T, got, want catalog.Entry) {
	t.Helper()
	if got.Key != want.Key || string(got.Value) != string(want.Value) || got.Terms != want.Terms || got.Peaks != want.Peaks || got.Version != want.Version {
		t.Errorf("entry\n got %+v\nwant %+v", got, want)
	}
}

func contexts(t *testing.T, c catalog.Catalog) {
	fill(t, c, groups, "a")
	cause := errors.New("the client hung up")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, getErr := c.Get(ctx, groups.Key("a"))
	_, listErr := c.List(ctx, catalog.Query{Scope: groups})
	_, countErr := c.Count(ctx, catalog.Query{Scope: groups})
	_, scopesErr := c.Scopes(ctx, groups.Kind)
	_, writeErr := c.Write(ctx, catalog.Put(entry(groups, "b"), catalog.Absent))
	_, numberErr := c.NextNumber(ctx, "n")
	for name, err := range map[string]error{
		"Get": getErr, "List": listErr, "Count": countErr, "Scopes": scopesErr, "Write": writeErr, "NextNumber": numberErr,
		"Touch": c.Touch(ctx, catalog.Touch{Key: groups.Key("a"), Peaks: catalog.Peaks{9}}),
	} {
		if !errors.Is(err, context.Canceled) && !errors.Is(err, cause) {
			t.Errorf("%s with an ended context = %v, want the context's error", name, err)
		}
	}
	wantNames(t, c, catalog.Query{Scope: groups}, "a")
	if got := get(t, c, groups.Key("a")).Peaks; got != (catalog.Peaks{}) {
		t.Errorf("peaks after a touch with an ended context = %v, want none", got)
	}
}

func numberNames(n int, format string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(format, i)
	}
	return all
}

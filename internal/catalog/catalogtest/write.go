package catalogtest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

func putGet(t *testing.T, c catalog.Catalog) {
	e := catalog.Entry{
		Key: streams.Key("web/1"), Value: []byte{0, 255, 'x'},
		Terms: catalog.Terms{"AWS/Lambda\x00Errors", "é"}, Peaks: catalog.Peaks{5, 0, 1 << 60},
	}
	_, err := c.Get(t.Context(), e.Key)
	wantKind(t, "Get of a missing entry", err, fault.NotFound)
	e.Version = write(t, c, catalog.Put(e, catalog.Absent))
	wantSame(t, get(t, c, e.Key), e)
	if got := page(t, c, catalog.Query{Scope: streams}).Entries; len(got) != 1 {
		t.Fatalf("List gives %d entries, want 1", len(got))
	} else {
		wantSame(t, got[0], e)
	}

	e.Value, e.Terms, e.Peaks = nil, catalog.Terms{"", "b"}, catalog.Peaks{3, 4, 5}
	before := e.Version
	e.Version = write(t, c, catalog.Put(e, before))
	e.Peaks = catalog.Peaks{5, 4, 1 << 60} // a put never lowers them
	wantSame(t, get(t, c, e.Key), e)

	write(t, c, catalog.Delete(e.Key, catalog.Present))
	_, err = c.Get(t.Context(), e.Key)
	wantKind(t, "Get of a deleted entry", err, fault.NotFound)
	wantNames(t, c, catalog.Query{Scope: streams})

	e.Peaks = catalog.Peaks{1}
	e.Version = write(t, c, catalog.Put(e, catalog.Absent))
	wantSame(t, get(t, c, e.Key), e)
}

func expectations(t *testing.T, c catalog.Catalog) {
	here, gone := groups.Key("here"), groups.Key("gone")
	const ok = fault.Kind(255)
	old := write(t, c, catalog.Put(entry(groups, "here"), catalog.Absent))
	for _, tt := range []struct {
		name   string
		key    catalog.Key
		expect catalog.Version
		want   fault.Kind
	}{
		{"none where there is none", gone, catalog.Absent, ok},
		{"none where there is one", here, catalog.Absent, fault.Exists},
		{"one where there is one", here, catalog.Present, ok},
		{"one where there is none", gone, catalog.Present, fault.NotFound},
		{"anything where there is one", here, catalog.Any, ok},
		{"anything where there is none", gone, catalog.Any, ok},
		{"an older version", here, old, fault.Conflict},
		{"a version yet to come", here, old + 1e6, fault.Conflict},
		{"a version where there is none", gone, old, fault.Conflict},
	} {
		for act, change := range map[string]catalog.Change{
			"Put":     catalog.Put(entry(tt.key.Scope, tt.key.Name), tt.expect),
			"Delete":  catalog.Delete(tt.key, tt.expect),
			"Require": catalog.Require(tt.key, tt.expect),
		} {
			write(t, c, catalog.Put(entry(groups, "here"), catalog.Any), catalog.Delete(gone, catalog.Any))
			_, err := c.Write(t.Context(), change)
			if tt.want == ok {
				if err != nil {
					t.Errorf("%s expecting %s = %v, want no error", act, tt.name, err)
				}
				continue
			}
			wantKind(t, act+" expecting "+tt.name, err, tt.want)
		}
	}
}

func allOrNothing(t *testing.T, c catalog.Catalog) {
	fill(t, c, groups, "a", "b")
	version := get(t, c, groups.Key("a")).Version
	changed := entry(groups, "a")
	changed.Value = []byte("changed")
	_, err := c.Write(t.Context(),
		catalog.Put(changed, catalog.Present), catalog.Delete(groups.Key("b"), catalog.Present),
		catalog.Put(entry(streams, "s"), catalog.Absent), catalog.Require(groups.Key("gone"), catalog.Present))
	wantKind(t, "Write whose last change finds nothing", err, fault.NotFound)
	wantNames(t, c, catalog.Query{Scope: groups}, "a", "b")
	wantNames(t, c, catalog.Query{Scope: streams})
	if got := get(t, c, groups.Key("a")); string(got.Value) != "value of a" || got.Version != version {
		t.Errorf("after a failed write: %+v, want the entry as it was", got)
	}

	v := write(t, c, catalog.Put(changed, version), catalog.Delete(groups.Key("b"), catalog.Present),
		catalog.Put(entry(streams, "s"), catalog.Absent), catalog.Require(groups.Key("c"), catalog.Absent))
	wantNames(t, c, catalog.Query{Scope: groups}, "a")
	for _, k := range []catalog.Key{groups.Key("a"), streams.Key("s")} {
		if got := get(t, c, k).Version; got != v {
			t.Errorf("version of %s = %d, want %d as of all in one write", k, got, v)
		}
	}
}

func versions(t *testing.T, c catalog.Catalog) {
	k := groups.Key("a")
	var last catalog.Version
	for range 5 {
		v := write(t, c, catalog.Put(entry(groups, "a"), catalog.Any))
		if v <= last {
			t.Fatalf("Write = version %d after %d, want a greater one", v, last)
		}
		if got := get(t, c, k).Version; got != v {
			t.Fatalf("Get's version = %d, want %d", got, v)
		}
		write(t, c, catalog.Delete(k, v))
		last = v
	}
	write(t, c, catalog.Put(entry(groups, "a"), catalog.Absent))
	_, err := c.Write(t.Context(), catalog.Put(entry(groups, "a"), last))
	wantKind(t, "Put expecting a version from before the entry was made again", err, fault.Conflict)
}

func ownership(t *testing.T, c catalog.Catalog) {
	e := entry(groups, "a")
	write(t, c, catalog.Put(e, catalog.Absent))
	e.Value[0] = 'X'
	got := get(t, c, e.Key)
	got.Value[0] = 'Y'
	listed := page(t, c, catalog.Query{Scope: groups}).Entries[0]
	listed.Value[0] = 'Z'
	if got := string(get(t, c, e.Key).Value); got != "value of a" {
		t.Errorf("value = %q after others changed theirs, want %q", got, "value of a")
	}
}

func names(t *testing.T, c catalog.Catalog) {
	all := []string{
		"\x00", "\x00\x00", " ", "'", "''; DROP TABLE entries; --", "$1", "%", "../../etc/passwd", "A", "Z", "\\", "_", "a", "a\x00", "a\x00b",
		"a b", "aa", "b", "é", "日本", "\U0001F600", "\xed\xa0\x80", "\xff", "\xff\xff", strings.Repeat("\xff", catalog.MaxName),
	}
	slices.Sort(all)
	fill(t, c, groups, all...)
	wantNames(t, c, catalog.Query{Scope: groups, Limit: 3}, all...)
	for _, name := range all {
		if got := get(t, c, groups.Key(name)); got.Name != name || string(got.Value) != "value of "+name {
			t.Errorf("Get(%q) = %+v", name, got)
		}
		var want []string
		for _, other := range all {
			if strings.HasPrefix(other, name) {
				want = append(want, other)
			}
		}
		wantNames(t, c, catalog.Query{Scope: groups, Prefix: name}, want...)
		slices.Reverse(want)
		wantNames(t, c, catalog.Query{Scope: groups, Prefix: name, Descending: true, Limit: 2}, want...)
	}
}

// apart checks that an entry is seen in its own scope only, whichever part of a scope differs.
func apart(t *testing.T, c catalog.Catalog) {
	all := []catalog.Scope{streams, streams, streams, streams, streams}
	all[1].Account = "1234567890123"
	all[2].Region = "eu-central-1a"
	all[3].Kind = "log-stream2"
	all[4].Parent = 8
	for i, s := range all {
		e := entry(s, "same")
		e.Value = fmt.Append(nil, i)
		e.Terms[0], e.Peaks[0] = "term", 1
		write(t, c, catalog.Put(e, catalog.Absent))
		fill(t, c, s, fmt.Sprintf("own %d", i))
	}
	for i, s := range all {
		if got := string(get(t, c, s.Key("same")).Value); got != fmt.Sprint(i) {
			t.Errorf("Get in %s = entry %s, want %d", s, got, i)
		}
		own := fmt.Sprintf("own %d", i)
		wantNames(t, c, catalog.Query{Scope: s}, own, "same")
		wantNames(t, c, catalog.Query{Scope: s, Descending: true, ByPeak: true}, "same", own)
		wantNames(t, c, catalog.Query{Scope: s, Terms: catalog.Terms{"term"}}, "same")
		if got, err := c.Count(t.Context(), catalog.Query{Scope: s}); got != 2 || err != nil {
			t.Errorf("Count(%s) = %d, %v, want 2", s, got, err)
		}
	}
	write(t, c, catalog.Delete(all[0].Key("same"), catalog.Present))
	wantNames(t, c, catalog.Query{Scope: all[1]}, "own 1", "same")
}

// race lets many writers change one entry from the version they read.
func race(t *testing.T, c catalog.Catalog) {
	const writers, rounds = 8, 10
	k := groups.Key("counter")
	write(t, c, catalog.Put(catalog.Entry{Key: k}, catalog.Absent))
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for done := 0; done < rounds; {
				e, err := c.Get(t.Context(), k)
				if err != nil {
					t.Errorf("Get(%s) = %v", k, err)
					return
				}
				e.Value = append(e.Value, 'x')
				_, err = c.Write(t.Context(), catalog.Put(e, e.Version))
				switch {
				case err == nil:
					done++
				case !fault.Is(err, fault.Conflict):
					t.Errorf("Write = %v, want no error or a conflict", err)
					return
				}
			}
		})
	}
	all.Wait()
	if got := len(get(t, c, k).Value); got != writers*rounds {
		t.Errorf("%d writes are left, want all %d", got, writers*rounds)
	}
}

func numbers(t *testing.T, c catalog.Catalog) {
	var mu sync.Mutex
	seen := map[int64]bool{}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			last := int64(0)
			for range 50 {
				n, err := c.NextNumber(t.Context(), "partition")
				if err != nil || n <= last {
					t.Errorf("NextNumber = %d, %v after %d, want a greater one", n, err, last)
					return
				}
				last = n
				mu.Lock()
				if seen[n] {
					t.Errorf("NextNumber = %d twice", n)
				}
				seen[n] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if n, err := c.NextNumber(t.Context(), "other"); n != 1 || err != nil {
		t.Errorf("first NextNumber of another sequence = %d, %v, want 1", n, err)
	}
}

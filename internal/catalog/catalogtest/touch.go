package catalogtest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// touch raises peaks of the streams that are named.
func touch(t *testing.T, c catalog.Catalog, by catalog.Peaks, names ...string) {
	t.Helper()
	var all []catalog.Touch
	for _, name := range names {
		all = append(all, catalog.Touch{Key: streams.Key(name), Peaks: by})
	}
	if err := c.Touch(t.Context(), all...); err != nil {
		t.Fatalf("Touch(%q) = %v, want no error", names, err)
	}
}

// wantPeaks asks in both ways.
func wantPeaks(t *testing.T, c catalog.Catalog, name string, want catalog.Peaks) {
	t.Helper()
	if got := get(t, c, streams.Key(name)).Peaks; got != want {
		t.Errorf("Get(%s).Peaks = %v, want %v", name, got, want)
	}
	for _, byPeak := range []bool{false, true} {
		for _, e := range page(t, c, catalog.Query{Scope: streams, ByPeak: byPeak}).Entries {
			if e.Name == name && e.Peaks != want {
				t.Errorf("List by peak %t: %s has %v, want %v", byPeak, name, e.Peaks, want)
			}
		}
	}
}

func touches(t *testing.T, c catalog.Catalog) {
	fill(t, c, streams, "a", "b")
	version := get(t, c, streams.Key("a")).Version
	touch(t, c, catalog.Peaks{10, 5, 0}, "a", "nobody")
	wantPeaks(t, c, "a", catalog.Peaks{10, 5, 0})
	touch(t, c, catalog.Peaks{9, 6, 0}, "a", "a", "b")
	wantPeaks(t, c, "a", catalog.Peaks{10, 6, 0})
	wantPeaks(t, c, "b", catalog.Peaks{9, 6, 0})
	wantNames(t, c, catalog.Query{Scope: streams, ByPeak: true}, "b", "a")
	if got := get(t, c, streams.Key("a")); got.Version != version || string(got.Value) != "value of a" {
		t.Errorf("touched entry = %+v, want version %d and its value", got, version)
	}
	e := entry(streams, "a")
	e.Peaks = catalog.Peaks{1, 1, 1}
	write(t, c, catalog.Put(e, version))
	wantPeaks(t, c, "a", catalog.Peaks{10, 6, 1})
	fill(t, c, streams, "nobody") // touched before it was there
	wantPeaksAtMost(t, c, "nobody", catalog.Peaks{10, 5, 0})
	touchTogether(t, c)
}

// wantPeaksAtMost allows for a touch that came just before its entry: the promise is only that it is skipped while there is
// no entry.
func wantPeaksAtMost(t *testing.T, c catalog.Catalog, name string, most catalog.Peaks) {
	t.Helper()
	got := get(t, c, streams.Key(name)).Peaks
	raised := got
	if raised.Raise(most); raised != most {
		t.Errorf("Get(%s).Peaks = %v, want at most %v", name, got, most)
	}
}

// touchTogether touches many entries from many sides, while others read.
func touchTogether(t *testing.T, c catalog.Catalog) {
	names := numberNames(50, "t%02d")
	fill(t, c, streams, names...)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range int64(100) {
				name := names[(int(i)*7+worker)%len(names)]
				if err := c.Touch(t.Context(), catalog.Touch{Key: streams.Key(name), Peaks: catalog.Peaks{1000 + i}}); err != nil {
					t.Errorf("Touch = %v", err)
					return
				}
				e, err := c.Get(t.Context(), streams.Key(name))
				if err != nil || e.Peaks[0] < 1000+i {
					t.Errorf("Get after Touch = %v, %v, want a peak of %d or more", e.Peaks, err, 1000+i)
					return
				}
				if i%10 == 0 {
					first, err := c.List(t.Context(), catalog.Query{Scope: streams, ByPeak: true, Descending: true, Limit: 1})
					if err != nil || first.Entries[0].Peaks[0] < 1000+i {
						t.Errorf("first by peak = %+v, %v, want a peak of %d or more", first.Entries, err, 1000+i)
						return
					}
				}
			}
		})
	}
	all.Wait()
}

func touchAndDelete(t *testing.T, c catalog.Catalog) {
	k := streams.Key("a")
	for i := range 20 {
		write(t, c, catalog.Put(entry(streams, "a"), catalog.Absent))
		if got := get(t, c, k).Peaks; got != (catalog.Peaks{}) {
			t.Fatalf("round %d: a new entry has peaks %v, want none", i, got)
		}
		touch(t, c, catalog.Peaks{7}, "a")
		if i%2 == 0 {
			wantNames(t, c, catalog.Query{Scope: streams, ByPeak: true}, "a")
		}
		write(t, c, catalog.Delete(k, catalog.Present))
		if i%3 == 0 {
			if err := c.Touch(t.Context(), catalog.Touch{Key: streams.Key(fmt.Sprint("gone", i)), Peaks: catalog.Peaks{1}}); err != nil {
				t.Fatalf("Touch of nothing = %v, want no error", err)
			}
		}
	}
}

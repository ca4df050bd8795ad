package clean

import (
	"fmt"
	"os"
	"testing"

	"github.com/groundwatch/groundwatch/internal/files"
)

func TestDuplicates(t *testing.T) {
	export := files.Input{Path: "x/5aa0e8d4-0000-0000-0000-000000000000/my-stream/000000.gz", Log: "x", Stream: "my-stream"}
	plain := files.Input{Path: "logs/a.ndjson", Log: "logs", Stream: "a.ndjson"}
	copied := files.Input{Path: "logs/b.ndjson", Log: "logs", Stream: "b.ndjson"}
	at := func(in files.Input, ms int64, log, stream string) *files.Event {
		e := &files.Event{Message: []byte("m"), Time: ms, HasTime: ms > 0, Log: in.Log, Stream: in.Stream}
		if log != "" {
			e.Log = log
		}
		if stream != "" {
			e.Stream = stream
		}
		return e
	}
	for _, tt := range []struct {
		name   string
		ina    files.Input
		a      *files.Event
		inb    files.Input
		b      *files.Event
		equals bool
	}{
		{"the same event twice in a file", plain, at(plain, 1, "", ""), plain, at(plain, 1, "", ""), true},
		{"in a copy of the file", plain, at(plain, 1, "", ""), copied, at(copied, 1, "", ""), true},
		{"without a time", plain, at(plain, 0, "", ""), plain, at(plain, 0, "", ""), true},
		{"one of them without a time", plain, at(plain, 0, "", ""), plain, at(plain, 1, "", ""), false},
		{"at another time", plain, at(plain, 1, "", ""), plain, at(plain, 2, "", ""), false},
		{"of another stream that the format states", plain, at(plain, 1, "", "s"), plain, at(plain, 1, "", "t"), false},
		{"of another group that the format states", plain, at(plain, 1, "g", "s"), plain, at(plain, 1, "h", "s"), false},
		{"group and stream run together", plain, at(plain, 1, "g", "hs"), plain, at(plain, 1, "gh", "s"), false},
		{"of an export's stream and of a plain file", export, at(export, 1, "", ""), plain, at(plain, 1, "", ""), false},
		{"of the same stream in two exports", export, at(export, 1, "", ""), files.Input{Path: "y/000001.gz", Log: "y", Stream: "my-stream"}, at(files.Input{Log: "y", Stream: "my-stream"}, 1, "", ""), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDuplicates(disk{}, t.TempDir(), 2)
			addSightings(t, d, 0, 0, &tt.ina, tt.a)
			addSightings(t, d, 1, 0, &tt.inb, tt.b)
			if err := d.resolve(); err != nil {
				t.Fatal(err)
			}
			if d.dropped(0, 0) || d.dropped(1, 0) != tt.equals {
				t.Errorf("dropped: first %t, second %t, want false, %t", d.dropped(0, 0), d.dropped(1, 0), tt.equals)
			}
		})
	}
}

func addSightings(t *testing.T, d *duplicates, input int, event int64, in *files.Input, e *files.Event) {
	t.Helper()
	if _, err := d.add(input, event, in, e, nil); err != nil {
		t.Fatal(err)
	}
}

func TestDuplicatesBeyondMemory(t *testing.T) {
	dir := t.TempDir()
	d := newDuplicates(disk{}, dir, 3)
	d.max = 4
	in := files.Input{Path: "a", Log: "a", Stream: "a"}
	const events, distinct = 20_000, 7000
	for i := range events { // the last inputs first: the order of reading does not matter
		i = events - 1 - i
		e := &files.Event{Message: fmt.Appendf(nil, "event %d", i%distinct)}
		addSightings(t, d, i/distinct, int64(i%distinct), &in, e)
	}
	spills, _ := os.ReadDir(dir)
	if len(spills) != buckets {
		t.Errorf("%d files of sightings, want %d", len(spills), buckets)
	}
	if err := d.resolve(); err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if got := d.dropped(i/distinct, int64(i%distinct)); got != (i >= distinct) {
			t.Fatalf("event %d of input %d: dropped %t, want %t", i%distinct, i/distinct, got, i >= distinct)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files are left, want none", len(left))
	}
}

func TestBitset(t *testing.T) {
	var s bitset
	if s.has(0) || s.has(1<<40) {
		t.Error("an empty set has something")
	}
	for _, i := range []uint64{0, 63, 64, 1000} {
		s.set(i)
		if !s.has(i) || s.has(i+1) && i != 63 {
			t.Errorf("after set(%d): has %t, next %t", i, s.has(i), s.has(i+1))
		}
	}
}

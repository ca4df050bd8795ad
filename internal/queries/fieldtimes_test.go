package queries

import (
	"fmt"
	"testing"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

func TestFieldTimes(t *testing.T) {
	l := newLab(t, Limits{})
	start := labStart.UnixMilli()
	g := l.group("app")
	l.put(g, "one", `{"a":1}`, `{"a":2,"b.c":"x"}`, `text`, `{"b":{"c":1}}`, `{"a":null,"b":1}`)
	l.put(g, "gone", `{"late":1}`)
	g.mu.Lock()
	g.streams[1] = ""
	g.mu.Unlock()
	hidden := l.group("hidden")
	hidden.facts.Lens = upperLens{}
	l.put(hidden, "one", `{"m":1}`, `T secret`, `{"n":1}`, `{"secret":1}`)
	l.group("empty")
	for _, tt := range []struct {
		group  string
		field  string
		since  int64
		want   string // seconds from the first event on
		stored bool
	}{
		{"app", "a", 0, "0 to 1", true},
		{"app", "b.c", 0, "1 to 3", true},
		{"app", "b", 0, "4 to 4", true},
		{"app", "@logStream", 0, "0 to 4", true},
		{"app", "none", 0, "none", true},
		{"app", "late", 0, "none", true},
		{"app", "a", start + 1_000_000, "none", true},
		{"hidden", "n", 0, "1 to 2", true},
		{"hidden", "from", 0, "1 to 1", true},
		{"hidden", "secret", 0, "none", true},
		{"hidden", "******", 0, "3 to 3", true},
		{"empty", "a", 0, "none", false},
	} {
		times, stored, err := l.FieldTimes(l.ctx, tt.group, []SoughtField{{Name: "no field"}, {tt.field, tt.since}})
		if err != nil || len(times) != 2 || !times[0].Empty() {
			t.Errorf("FieldTimes(%s, %s) = %v, %v", tt.group, tt.field, times, err)
			continue
		}
		got := "none"
		if !times[1].Empty() {
			got = fmt.Sprintf("%d to %d", (times[1].First-start)/1000, (times[1].Last-start)/1000)
		}
		if got != tt.want || stored > 0 != tt.stored {
			t.Errorf("FieldTimes(%s, %s since %d) = %s, newest stored at %d, want %s", tt.group, tt.field, tt.since, got, stored, tt.want)
		}
	}
	if _, _, err := l.FieldTimes(l.ctx, "other", nil); !refuse.IsMissing(err) {
		t.Errorf("FieldTimes(other) = %v, want that there is no such group", err)
	}
}

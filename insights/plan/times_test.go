package plan_test

import (
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestTimes(t *testing.T) {
	for query, want := range map[string]bool{
		"stats count(*) by bin(5m)":                                  true,
		"stats count(*) by level":                                    false,
		"stats count(*)":                                             false,
		"fields level, ms":                                           false,
		"fields @timestamp, ms":                                      true,
		"filter @timestamp > 5 | stats count(*) by level":            false,
		"stats max(ms) by datefloor(start, 1h)":                      true,
		"stats max(fromMillis(start)) by level":                      true,
		"fields fromMillis(start) as t | stats max(t), max(ms)":      true,
		"stats max(@timestamp) as t by level":                        true,
		"stats max(@ingestionTime) as t by level":                    true,
		"stats max(toMillis(start)) by level":                        false,
		"stats max(s) as m by level | fields fromMillis(m) as t, m":  true,
		"filter a > 1 | stats avg(ms), pct(ms, 99) by fn | sort fn":  false,
		"stats count(*) by a | appendcols (SOURCE g | stats max(b))": true,
		"pattern @message":                                           true,
	} {
		p, err := compile(t, query, 0)
		if err != nil {
			t.Fatalf("Compile(%q): %v", query, err)
		}
		if got := plan.Times(p); got != want {
			t.Errorf("Times(%q) = %v, want %v", query, got, want)
		}
	}
}

package plan_test

import "testing"

func TestUnnumbered(t *testing.T) {
	for query, want := range map[string]bool{
		"stats count(*)": true,
		"filter a = 1 | fields b + 1 as c | stats avg(c), pct(c, 99)": true,
		"stats count(*) by bin(1h)":                                   true,
		"stats max(a) by bin(1h) | sort `max(a)`":                     true,
		"stats count(*) by a":                                         false, // the newest row tells the order of groups
		"stats count(*) by bin(1h), a":                                false,
		"stats count(*) by bin(@ingestionTime, 1h)":                   false,
		"stats latest(a) by bin(1h)":                                  false,
		"stats values(a)":                                             false,
		"unnest a into b | stats count(*)":                            false, // numbers tell which rows are of one event
		"fields a":                                                    false,
		"pattern @message":                                            false,
	} {
		p, err := compile(t, query, 0)
		if err != nil {
			t.Errorf("Compile(%q): %v", query, err)
			continue
		}
		if got := p.Scan.Unnumbered; got != want {
			t.Errorf("Compile(%q) has Unnumbered %v, want %v", query, got, want)
		}
	}
}

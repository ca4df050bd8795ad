package filterpattern

import (
	"encoding/json"
	"maps"
	"os"
	"testing"
)

// A workedCase is one row of testdata/cases.json: patterns from AWS's documentation, its client
// libraries and public issues, with what they do.
type workedCase struct {
	ID, Kind, Pattern, Event, Basis string
	Match, Error                    *bool
	ExtractedValues                 map[string]string
}

func workedCases(t testing.TB) []workedCase {
	t.Helper()
	data, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []workedCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestWorkedCases(t *testing.T) {
	cases := workedCases(t)
	if len(cases) != 121 {
		t.Fatalf("testdata/cases.json has %d cases, want 121", len(cases))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			p, err := Parse(c.Pattern)
			if (err != nil) != *c.Error {
				t.Fatalf("Parse(%q) = %v, want an error: %v (%s)", c.Pattern, err, *c.Error, c.Basis)
			}
			if err != nil {
				return
			}
			if got := p.MatchString(c.Event); got != *c.Match {
				t.Errorf("%q matches %q: got %v, want %v (%s)", c.Pattern, c.Event, got, *c.Match, c.Basis)
			}
			fields, ok := p.Extract([]byte(c.Event))
			if ok != *c.Match {
				t.Errorf("Extract(%q) by %q: got %v, want %v", c.Event, c.Pattern, ok, *c.Match)
			}
			if got := asMap(fields); c.ExtractedValues != nil && !maps.Equal(got, c.ExtractedValues) {
				t.Errorf("Extract(%q) by %q: got %q, want %q", c.Event, c.Pattern, got, c.ExtractedValues)
			}
		})
	}
}

// TestPrintedCasesMeanTheSame checks that the canonical form of each worked case has its answer.
func TestPrintedCasesMeanTheSame(t *testing.T) {
	for _, c := range workedCases(t) {
		if *c.Error {
			continue
		}
		text := MustParse(c.Pattern).String()
		p, err := Parse(text)
		if err != nil {
			t.Errorf("%s: Parse(%q), the canonical form of %q: %v", c.ID, text, c.Pattern, err)
			continue
		}
		if got := p.MatchString(c.Event); got != *c.Match {
			t.Errorf("%s: %q matches %q: got %v, want %v", c.ID, text, c.Event, got, *c.Match)
		}
		if again := p.String(); again != text {
			t.Errorf("%s: String() of %q: got %q, want the same", c.ID, text, again)
		}
	}
}

func asMap(fields []Field) map[string]string {
	m := map[string]string{}
	for _, f := range fields {
		m[f.Name] = f.Value
	}
	return m
}

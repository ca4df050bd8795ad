package filterpattern

import (
	"os"
	"strings"
	"testing"
)

// TestReferencePage tries every example of the reference page.
func TestReferencePage(t *testing.T) {
	page, err := os.ReadFile("../docs/reference/filter-patterns.md")
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]int{}
	heading := ""
	for line := range strings.Lines(string(page)) {
		cells := tableCells(line)
		switch {
		case cells == nil:
			heading = ""
		case heading == "":
			heading = strings.Join(cells, " ")
		case strings.HasPrefix(cells[0], "---"):
		case heading == "Pattern Event Matches":
			tried[cells[2]]++
			requireExample(t, cells[0], cells[1], cells[2])
		case heading == "Pattern Message":
			tried["error"]++
			if _, err := Parse(cells[0]); err == nil || asError(t, err).Msg != cells[1] {
				t.Errorf("Parse(%q): got %v, want %s", cells[0], err, cells[1])
			}
		}
	}
	if tried["yes"] < 20 || tried["no"] < 5 || tried["error"] < 5 {
		t.Errorf("the page has %v examples, want at least 20 yes, 5 no and 5 errors", tried)
	}
}

// tableCells returns the cells of a table's row without code marks, nil if the line is none.
func tableCells(line string) []string {
	row, ok := strings.CutPrefix(strings.TrimSpace(line), "|")
	if !ok {
		return nil
	}
	row = strings.ReplaceAll(strings.TrimSuffix(row, "|"), `\|`, "\x00")
	cells := strings.Split(row, "|")
	for i, c := range cells {
		cells[i] = strings.Trim(strings.ReplaceAll(strings.TrimSpace(c), "\x00", "|"), "`")
	}
	return cells
}

func requireExample(t *testing.T, pattern, event, matches string) {
	t.Helper()
	p, err := Parse(pattern)
	if (err != nil) != (matches == "refused") {
		t.Errorf("Parse(%q): got %v, want %s", pattern, err, matches)
		return
	}
	if err == nil && p.MatchString(event) != (matches == "yes") {
		t.Errorf("%q matches %q: got %v, want %s", pattern, event, p.MatchString(event), matches)
	}
}

package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/output"
)

// A listing has the columns that fit the terminal, names whole, and says which ones do not.
func TestListingsFit(t *testing.T) {
	tests := []struct {
		name  string
		width int // 0 for none
		want  string
		left  string
	}{
		{"no terminal", 0, "name    bytes  class", ""},
		{"just enough", 20, "name    bytes  class", ""},
		{"one column less", 19, "name    bytes", "class"},
		{"just the name", 6, "name", "bytes, class"},
		{"not even the name", 1, "name", "bytes, class"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b, said bytes.Buffer
			out, err := output.New("table", &b, output.Options{})
			if err != nil {
				t.Fatal(err)
			}
			l := &listing{
				names: []string{"name", "bytes", "class"}, builder: make([]column.Builder, 3), out: out, width: test.width,
				note: func(format string, args ...any) { fmt.Fprintf(&said, format, args...) },
			}
			if err := l.add(column.StringValue("/läbel"), column.IntValue(7), column.StringValue("x")); err != nil {
				t.Fatal(err)
			}
			if err := l.close(); err != nil {
				t.Fatal(err)
			}
			header, rows, _ := strings.Cut(b.String(), "\n")
			if strings.TrimSpace(header) != test.want || !strings.Contains(rows, "/läbel") {
				t.Errorf("at %d columns it shows\n%s, want %q", test.width, &b, test.want)
			}
			if got := said.String(); test.left == "" && got != "" || !strings.Contains(got, "no room for "+test.left) && test.left != "" {
				t.Errorf("at %d columns it says %q, want %q", test.width, got, test.left)
			}
		})
	}
}

package syntax

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata/*.txt")

// A scriptCase is one query of a script with its answer: the canonical form, or a line
// "fail line:col: message" for each mistake.
type scriptCase struct {
	comment []string // lines with # before it
	query   string
	answer  string
}

// readScript reads cases such as
//
//	# a comment
//	query
//	  FIELDS a
//	print
//	  fields a
//
//	query
//	  fields a |
//	fail 1:11: found end of query, want a command (remove the | before it)
func readScript(t testing.TB, path string) []scriptCase {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []scriptCase
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		var c scriptCase
		var query, answer []string
		in := ""
		for line := range strings.SplitSeq(block, "\n") {
			switch {
			case strings.HasPrefix(line, "#"):
				c.comment = append(c.comment, line)
			case line == "query", line == "print":
				in = line
			case strings.HasPrefix(line, "fail "):
				answer = append(answer, line)
			case strings.HasPrefix(line, "  ") && in == "query":
				query = append(query, line[2:])
			case strings.HasPrefix(line, "  ") && in == "print":
				answer = append(answer, line[2:])
			default:
				t.Fatalf("%s: cannot read line %q", path, line)
			}
		}
		if c.query, c.answer = strings.Join(query, "\n"), strings.Join(answer, "\n"); c.query != "" || answer != nil {
			cases = append(cases, c)
		}
	}
	return cases
}

// writeScript is the reverse of readScript.
func writeScript(t *testing.T, path string, cases []scriptCase) {
	t.Helper()
	var b strings.Builder
	for i, c := range cases {
		if i > 0 {
			b.WriteString("\n")
		}
		for _, line := range c.comment {
			b.WriteString(line + "\n")
		}
		b.WriteString("query\n  " + strings.ReplaceAll(c.query, "\n", "\n  ") + "\n")
		if strings.HasPrefix(c.answer, "fail ") {
			b.WriteString(c.answer + "\n")
		} else {
			b.WriteString("print\n  " + strings.ReplaceAll(c.answer, "\n", "\n  ") + "\n")
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// answer is what a script says about query.
func answer(query string) string {
	q, err := ParseQuery(query)
	if err != nil {
		return "fail " + strings.ReplaceAll(err.Error(), "\n", "\nfail ")
	}
	return q.String()
}

func scripts(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("scripts: %v, %v", paths, err)
	}
	return paths
}

func TestScripts(t *testing.T) {
	for _, path := range scripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			cases := readScript(t, path)
			for i, c := range cases {
				got := answer(c.query)
				if *update {
					cases[i].answer = got
				} else if got != c.answer {
					t.Errorf("ParseQuery(%q)\n got %s\nwant %s", c.query, got, c.answer)
				}
				requireStable(t, c.query)
			}
			if *update {
				writeScript(t, path, cases)
			}
		})
	}
}

// sameTree ignores what printing changes: places and the text of unaliased columns.
var sameTree = cmp.Options{
	cmpopts.IgnoreTypes(Span{}),
	cmpopts.IgnoreFields(Proj{}, "Text"),
	cmpopts.IgnoreFields(SortKey{}, "Text"),
}

// requireStable checks that the canonical form of query, if it has one, reads as the same tree and
// prints as the same text.
func requireStable(t *testing.T, query string) {
	t.Helper()
	q, err := ParseQuery(query)
	if err != nil {
		var errs Errors
		if !errors.As(err, &errs) || len(errs) == 0 {
			t.Fatalf("ParseQuery(%q): error %#v is no Errors", query, err)
		}
		return
	}
	text := q.String()
	again, err := ParseQuery(text)
	if err != nil {
		t.Fatalf("ParseQuery(%q) prints %q, which is refused: %v", query, text, err)
	}
	if diff := cmp.Diff(q, again, sameTree); diff != "" {
		t.Fatalf("ParseQuery(%q) prints %q, which is another tree:\n%s", query, text, diff)
	}
	if got := again.String(); got != text {
		t.Fatalf("ParseQuery(%q) prints %q and then %q", query, text, got)
	}
}

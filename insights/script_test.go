package insights_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata/*.txt")

// TestScripts runs testdata/*.txt. A script is blocks of lines:
//
//	data A            the data set of the queries below, one of insights-cases.json
//	query             the query, in indented lines
//	want              its rows, one indented line each, name="text" for each cell
//	fail LINE:COL: …  its mistakes, one line each
//
// Every query has either want or fail. Lines that begin with # are comments.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	cases := loadCases(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runScript(t, cases, string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// A scriptQuery is one query of a script with the answer the script expects.
type scriptQuery struct {
	line   int
	text   []string
	answer []string
}

// runScript checks every query of a script and returns the script with the answers found.
func runScript(t *testing.T, cases *caseFile, script string) string {
	t.Helper()
	data := "A"
	var out []string
	var q *scriptQuery
	finish := func() {
		if q == nil {
			return
		}
		got := answer(cases, data, strings.Join(q.text, "\n"))
		out = append(out, got...)
		if !*update && strings.Join(got, "\n") != strings.Join(q.answer, "\n") {
			t.Errorf("line %d: query\n%s\ngives\n%s\nwant\n%s", q.line, strings.Join(q.text, "\n"), strings.Join(got, "\n"), strings.Join(q.answer, "\n"))
		}
		q = nil
	}
	for n, line := range strings.Split(strings.TrimRight(script, "\n"), "\n") {
		switch {
		case line == "query":
			finish()
			q = &scriptQuery{line: n + 1}
			out = append(out, line)
		case q != nil && (line == "want" || line == "fail" || strings.HasPrefix(line, "fail ") || len(q.answer) > 0 && strings.HasPrefix(line, "  ")):
			q.answer = append(q.answer, line)
		case q != nil && strings.HasPrefix(line, "  "):
			q.text = append(q.text, strings.TrimPrefix(line, "  "))
			out = append(out, line)
		default:
			finish()
			if name, ok := strings.CutPrefix(line, "data "); ok {
				data = name
			}
			out = append(out, line)
		}
	}
	finish()
	return strings.Join(out, "\n") + "\n"
}

// answer runs a query and returns its answer as scripts write it.
func answer(cases *caseFile, data, query string) []string {
	r, err := insights.Run(context.Background(), query, insights.Options{Exec: cases.options(data, 2)})
	var mistakes syntax.Errors
	switch {
	case errors.As(err, &mistakes):
		var lines []string
		for _, m := range mistakes {
			lines = append(lines, "fail "+m.Error())
		}
		return lines
	case err != nil:
		return []string{"fail " + err.Error()}
	}
	lines := []string{"want"}
	for _, row := range cells(r) {
		lines = append(lines, "  "+row)
	}
	return lines
}

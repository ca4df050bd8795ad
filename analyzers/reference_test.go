package analyzers_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers"
	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/program"
)

var update = flag.Bool("update", false, "write the reference anew")

const referenceHead = `# What eventlint checks

<!-- Generated from the checks themselves by go generate ./analyzers; a test keeps it current. -->

The gravest first; where a tool shows one finding a line, it is the gravest one. Test files and generated files
are left out. How to run the checks: [Check events with eventlint](../how-to/check-events-with-eventlint.md).

A comment silences the findings on its line, or alone on a line those on the next one. It says why:

` + "```go" + `
eventlog.Info(ctx, "OrderPaid") //eventlint:ignore the partner's dashboards know this name

//eventlint:ignore tagcase: this one check only; the partner's dashboards know this name
eventlog.Info(ctx, "OrderSent")
` + "```" + `

The file ` + "`.eventlint.json`" + `, beside the code or above it, changes what a team sees otherwise:

` + "```json" + `
{
  "off": ["keyunit"],
  "tests": false,
  "tags": {"style": "snake", "maxWords": 6, "maxBytes": 48, "past": ["dlq"], "required": false},
  "keys": {"style": "snake", "reserved": ["shard"], "allow": ["X-Legacy"], "units": ["points"], "alias": {"email": ["mail"]}},
  "secrets": {"words": ["licence_key"], "personal": ["email"], "allow": ["public_token"]}
}
` + "```" + `

Every part may be left out. Lists add to those that eventlint brings. A style is snake, camel or kebab. An agreed
key under alias replaces the group that eventlint brings for it or for one of its other names.
`

// TestReference checks that docs/reference/eventlint.md says what the checks say.
func TestReference(t *testing.T) {
	path := filepath.Join("..", "docs", "reference", "eventlint.md")
	want := reference()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the checks say; run go generate ./analyzers", path)
	}
}

// TestReferenceConfiguration checks that the configuration that the reference shows is one.
func TestReferenceConfiguration(t *testing.T) {
	_, rest, _ := strings.Cut(referenceHead, "```json\n")
	text, _, _ := strings.Cut(rest, "```")
	if _, err := dictionary.Parse([]byte(text)); err != nil {
		t.Errorf("the reference's configuration: %v\n%s", err, text)
	}
}

// TestReferenceIsWhole checks that each check tells its rule, why, and what to write.
func TestReferenceIsWhole(t *testing.T) {
	checks := everyCheck()
	if got, want := len(checks), len(analyzers.Names()); got != want {
		t.Errorf("%d checks exist, want %d, as many as have a rank", got, want)
	}
	for _, a := range checks {
		for _, part := range []string{"\n\n", "Instead of\n\n\t", "\nwrite\n\n\t"} {
			if !strings.Contains(a.Doc, part) {
				t.Errorf("%s's documentation has no %q:\n%s", a.Name, part, a.Doc)
			}
		}
	}
}

// everyCheck returns the checks of one package and those of the whole program, gravest first.
func everyCheck() []*analysis.Analyzer {
	cfg := dictionary.Default()
	all := slices.Concat(analyzers.All(cfg), program.New(cfg).Checks)
	slices.SortFunc(all, func(a, b *analysis.Analyzer) int {
		return cmp.Compare(analyzers.Rank(a.Name), analyzers.Rank(b.Name))
	})
	return all
}

func reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, a := range everyCheck() {
		rule, rest, _ := strings.Cut(a.Doc, "\n\n")
		fmt.Fprintf(&b, "\n## %s\n\n**%s.**\n\n%s\n", a.Name, strings.ToUpper(rule[:1])+rule[1:], fenced(rest))
	}
	return b.String()
}

// fenced turns the indented code of a documentation text into Markdown's.
func fenced(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "\n\n") {
		if i > 0 {
			b.WriteString("\n\n")
		}
		if strings.HasPrefix(part, "\t") {
			part = "```go\n" + strings.ReplaceAll(part[1:], "\n\t", "\n") + "\n```"
		} else {
			part = strings.ReplaceAll(part, "*", `\*`)
		}
		b.WriteString(part)
	}
	return b.String()
}

package site

import (
	"bytes"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// An Ignore is a comment that silences findings.
type Ignore struct {
	Pos    token.Pos
	Check  string // the one check that is meant; "" for all of them
	Reason string // "" is a mistake: such a comment silences nothing

	file  string
	lines []int // where it holds
}

var (
	ignoreComment = regexp.MustCompile(`^//\s*eventlint:ignore\b(.*)$`)
	ignoreCheck   = regexp.MustCompile(`^([a-z]+):(.*)$`)
)

// Ignored tells whether a comment "//eventlint:ignore reason" silences check at one of the positions:
// it stands on that line, or alone on the line above. "//eventlint:ignore check: reason" silences
// that check only.
func (r *Result) Ignored(check string, at ...token.Pos) bool {
	if len(r.Ignores) == 0 {
		return false
	}
	return slices.ContainsFunc(at, func(pos token.Pos) bool {
		p := r.fset.Position(pos)
		return slices.ContainsFunc(r.Ignores, func(i Ignore) bool {
			return i.Reason != "" && (i.Check == "" || i.Check == check) &&
				i.file == p.Filename && slices.Contains(i.lines, p.Line)
		})
	})
}

// readIgnores returns the comments of the package's files that silence findings.
func readIgnores(pass *analysis.Pass) []Ignore {
	var all []Ignore
	for _, f := range pass.Files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				if i, ok := readIgnore(pass, c); ok {
					all = append(all, i)
				}
			}
		}
	}
	return all
}

func readIgnore(pass *analysis.Pass, c *ast.Comment) (Ignore, bool) {
	m := ignoreComment.FindStringSubmatch(c.Text)
	if m == nil {
		return Ignore{}, false
	}
	i := Ignore{Pos: c.Pos(), Reason: strings.TrimSpace(m[1])}
	if m := ignoreCheck.FindStringSubmatch(i.Reason); m != nil {
		i.Check, i.Reason = m[1], strings.TrimSpace(m[2])
	}
	if strings.HasPrefix(i.Reason, "//") {
		i.Reason = "" // a comment on the comment says nothing about the line
	}
	at := pass.Fset.Position(c.Pos())
	i.file, i.lines = at.Filename, []int{at.Line}
	if alone(pass, at) {
		i.lines = append(i.lines, at.Line+1)
	}
	return i, true
}

// alone tells whether nothing but space stands before at on its line.
func alone(pass *analysis.Pass, at token.Position) bool {
	text, err := pass.ReadFile(at.Filename)
	if err != nil || at.Offset > len(text) {
		return false
	}
	before := text[:at.Offset]
	return len(bytes.TrimSpace(before[bytes.LastIndexByte(before, '\n')+1:])) == 0
}

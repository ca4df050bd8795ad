package function

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// maxRequired bounds the number of alternative texts that are looked for; each is one more search of the text.
const maxRequired = 16

// requiredText finds texts of which every match of re contains at least one; none if nothing useful is known.
// With fold they are in lower case, and ASCII letters must be taken in either case. only says that
// the reverse holds too: whatever contains one of them matches.
func requiredText(re *regexp.Regexp) (texts []string, fold, only bool) {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return nil, false, false
	}
	tree = tree.Simplify()
	r := reader{fold: folds(tree)}
	f := r.read(tree)
	only = f.exact != nil && !r.loose
	texts = f.required()
	if !only && shortest(texts) < 2 { // a single character is in almost every text
		return nil, false, false
	}
	return texts, r.fold, only
}

// folds reports whether a part of re ignores case.
func folds(re *syntax.Regexp) bool {
	return re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase != 0 || slices.ContainsFunc(re.Sub, folds)
}

// A reader collects what the parts of a regular expression need.
type reader struct {
	fold  bool // all text is taken in lower case
	loose bool // the expression asks for more than the texts say
}

// facts are what is known of a part's matches. The texts in exact and need are never modified.
type facts struct {
	exact []string // all texts it can match; nil: unknown or too many
	need  []string // each match contains one of these; nil: unknown
}

// required returns texts of which every match contains one, or nil.
func (f facts) required() []string {
	if f.exact != nil && better(f.exact, f.need) {
		return f.exact
	}
	return f.need
}

// better reports whether looking for one of a says more than looking for one of b.
func better(a, b []string) bool {
	sa, sb := shortest(a), shortest(b)
	return sa > sb || sa == sb && sa > 0 && len(a) < len(b)
}

// shortest returns the length of the shortest text, 0 if there is none.
func shortest(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	n := len(texts[0])
	for _, s := range texts {
		n = min(n, len(s))
	}
	return n
}

func (r *reader) read(re *syntax.Regexp) facts {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return facts{exact: []string{""}}
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		r.loose = true
		return facts{exact: []string{""}}
	case syntax.OpLiteral:
		return r.literal(re)
	case syntax.OpCharClass:
		return r.class(re)
	case syntax.OpCapture:
		return r.read(re.Sub[0])
	case syntax.OpConcat:
		return r.concat(re.Sub)
	case syntax.OpAlternate:
		return r.alternate(re.Sub)
	case syntax.OpQuest:
		if f := r.read(re.Sub[0]); f.exact != nil && len(f.exact) < maxRequired {
			return facts{exact: append([]string{""}, f.exact...)}
		}
	case syntax.OpPlus:
		return facts{need: r.read(re.Sub[0]).required()}
	}
	return facts{}
}

func (r *reader) literal(re *syntax.Regexp) facts {
	text := string(re.Rune)
	if r.fold {
		if !ascii(text) {
			return facts{}
		}
		lower := strings.ToLower(text)
		if re.Flags&syntax.FoldCase == 0 && (lower != text || strings.ToUpper(text) != text) {
			r.loose = true // it asks for one case
		}
		text = lower
	}
	if strings.ContainsRune(text, '\uFFFD') { // it matches any byte that is no UTF-8
		return facts{}
	}
	return facts{exact: []string{text}}
}

// class takes a class of few characters as that many texts.
func (r *reader) class(re *syntax.Regexp) facts {
	var exact []string
	for i := 0; i+1 < len(re.Rune); i += 2 {
		for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
			if len(exact) == 4 {
				return facts{}
			}
			one := syntax.Regexp{Op: syntax.OpLiteral, Rune: []rune{c}}
			f := r.literal(&one)
			if f.exact == nil {
				return facts{}
			}
			exact = append(exact, f.exact...)
		}
	}
	return facts{exact: exact}
}

// concat joins what stands side by side: texts that are known grow together, and the best of them is
// what the whole needs.
func (r *reader) concat(subs []*syntax.Regexp) facts {
	var best []string
	known := []string{""}
	all := true
	for _, sub := range subs {
		f := r.read(sub)
		if better(f.need, best) {
			best = f.need
		}
		if grown := join(known, f.exact); grown != nil {
			known = grown
			continue
		}
		all = false
		if better(known, best) {
			best = known
		}
		known = f.exact
		if known == nil {
			known = []string{""}
		}
	}
	if all {
		return facts{exact: known}
	}
	if better(known, best) {
		best = known
	}
	return facts{need: best}
}

// join returns each of a followed by each of b, or nil if that is unknown or too many.
func join(a, b []string) []string {
	if b == nil || len(a)*len(b) > maxRequired {
		return nil
	}
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

func (r *reader) alternate(subs []*syntax.Regexp) facts {
	var exact, need []string
	known, needed := true, true
	for _, sub := range subs {
		f := r.read(sub)
		known = known && f.exact != nil
		exact = append(exact, f.exact...)
		req := f.required()
		needed = needed && shortest(req) > 0
		need = append(need, req...)
	}
	var out facts
	if known && len(exact) <= maxRequired {
		out.exact = exact
	}
	if needed && len(need) <= maxRequired {
		out.need = need
	}
	return out
}

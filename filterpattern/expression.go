package filterpattern

import "slices"

// A set is a set of condition numbers. The shortest condition with its operator, $=1||, has five
// characters, so that a pattern of MaxLength characters has fewer than 256.
type set [4]uint64

func (s *set) add(i int)        { s[i>>6] |= 1 << (i & 63) }
func (s *set) has(i int) bool   { return s[i>>6]>>(i&63)&1 != 0 }
func (s *set) addAll(t *set)    { s[0] |= t[0]; s[1] |= t[1]; s[2] |= t[2]; s[3] |= t[3] }
func (s *set) removeAll(t *set) { s[0] &^= t[0]; s[1] &^= t[1]; s[2] &^= t[2]; s[3] &^= t[3] }
func (s *set) keepAll(t *set)   { s[0] &= t[0]; s[1] &= t[1]; s[2] &= t[2]; s[3] &= t[3] }
func (s *set) empty() bool      { return s[0]|s[1]|s[2]|s[3] == 0 }

// A verdict is what is known of an expression.
type verdict uint8

const (
	open verdict = iota // depends on conditions not known yet
	no
	yes
)

// An exprKind says how an expression is made.
type exprKind uint8

const (
	leaf exprKind = iota // one condition
	all                  // joined with &&
	some                 // joined with ||
)

var joiners = [...]string{all: "&&", some: "||"}

// An expression joins conditions. The parts of an all are never all, those of a some never some.
type expression struct {
	kind  exprKind
	cond  int // of a leaf
	parts []*expression
}

// verdict says what the expression is, given the conditions that are known and those that hold.
func (e *expression) verdict(known, held *set) verdict {
	if e.kind == leaf {
		switch {
		case !known.has(e.cond):
			return open
		case held.has(e.cond):
			return yes
		}
		return no
	}
	decides, otherwise := no, yes
	if e.kind == some {
		decides, otherwise = yes, no
	}
	for _, part := range e.parts {
		switch part.verdict(known, held) {
		case decides:
			return decides
		case open:
			otherwise = open
		}
	}
	return otherwise
}

// print appends the expression. inside tells that it is a part of an all, where a some needs
// parentheses.
func (e *expression) print(p *printer, conds []*condition, inside bool) {
	switch {
	case e.kind == leaf:
		conds[e.cond].print(p)
		return
	case e.kind == some && inside:
		p.WriteByte('(')
		defer p.WriteByte(')')
	}
	for i, part := range e.parts {
		if i > 0 {
			p.join(joiners[e.kind])
		}
		part.print(p, conds, e.kind == all)
	}
}

// maxNeedles is how many texts we look for before walking an event. Each costs about a tenth of
// the walk.
const maxNeedles = 3

// needles is condition.needles for the expression: of an all the part with the fewest texts says
// most, of a some every part must have its own.
func (e *expression) needles(conds []*condition) []needle {
	if e.kind == leaf {
		return conds[e.cond].needles()
	}
	var found []needle
	for _, part := range e.parts {
		ns := part.needles(conds)
		switch {
		case e.kind == all && ns != nil && (found == nil || sharper(ns, found)):
			found = ns
		case e.kind == some && (ns == nil || len(found)+len(ns) > maxNeedles):
			return nil
		case e.kind == some:
			found = append(found, ns...)
		}
	}
	return found
}

// sharper reports whether fewer events hold one of a than one of b, as far as can be told: fewer
// texts, then no keys, then the longer ones.
func sharper(a, b []needle) bool {
	weight := func(ns []needle) int {
		w := len(ns) << 16
		if slices.ContainsFunc(ns, func(n needle) bool { return n.text[0] == '"' }) {
			w += 1 << 12
		}
		return w - len(ns[0].text)
	}
	return weight(a) < weight(b)
}

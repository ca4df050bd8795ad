// Package sequence matches those regular expressions that need no alternatives to be tried: literal texts and runs of characters, with
// groups around them. It leaves all others, and texts that it is unsure of, to package regexp.
package sequence

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A Sequence is a regular expression that can be matched without trying alternatives: literal texts and
// runs of characters of a class, one after the other, with groups around them. Most expressions of
// parse are of that kind, and package regexp needs ten times as long for them. Where a run would have
// to give back characters a sequence says that it is unsure, and package regexp decides.
type Sequence struct {
	items    []item
	groups   int    // capture groups, without the whole match
	anchored bool   // it begins with ^
	toEnd    bool   // it ends with $
	need     string // a literal of the sequence that is not its first item, or ""
}

// An item is a literal text, a run, or a place to note for a group.
type item struct {
	kind itemKind
	text string     // of a literal
	in   *[256]bool // the bytes of a run; characters outside ASCII are in it all or not at all
	min  int        // of a run
	max  int        // of a run; -1 is no limit
	note int        // the index in the places of a match
}

type itemKind uint8

const (
	literal itemKind = iota
	run              // as long as possible
	lazyRun          // up to where the next item begins
	note
)

// maxGroups bounds the groups of a sequence, so that their places fit into an array on the stack.
const maxGroups = 15

// Places are the places of a match and its groups, as package regexp gives them.
type Places [2 * (maxGroups + 1)]int

// New returns re as a sequence, or nil if it is none.
func New(re *regexp.Regexp) *Sequence {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil || re.NumSubexp() > maxGroups {
		return nil
	}
	q := &Sequence{groups: re.NumSubexp()}
	subs := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpConcat {
		subs = tree.Sub
	}
	if len(subs) > 0 && subs[0].Op == syntax.OpBeginText {
		q.anchored, subs = true, subs[1:]
	}
	if n := len(subs); n > 0 && subs[n-1].Op == syntax.OpEndText {
		q.toEnd, subs = true, subs[:n-1]
	}
	for _, sub := range subs {
		if !q.add(sub) {
			return nil
		}
	}
	if !q.deterministic() {
		return nil
	}
	q.need = q.longestLiteral()
	return q
}

// add appends the items of re.
func (q *Sequence) add(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return true
	case syntax.OpLiteral:
		text := string(re.Rune)
		q.items = append(q.items, item{kind: literal, text: text})
		return re.Flags&syntax.FoldCase == 0 && !strings.ContainsRune(text, utf8.RuneError)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !q.add(sub) {
				return false
			}
		}
		return true
	case syntax.OpCapture:
		q.items = append(q.items, item{kind: note, note: 2 * re.Cap})
		ok := q.add(re.Sub[0])
		q.items = append(q.items, item{kind: note, note: 2*re.Cap + 1})
		return ok
	case syntax.OpStar:
		return q.run(re, 0, -1)
	case syntax.OpPlus:
		return q.run(re, 1, -1)
	case syntax.OpRepeat:
		return q.run(re, re.Min, re.Max)
	}
	return q.run(&syntax.Regexp{Sub: []*syntax.Regexp{re}}, 1, 1)
}

// run appends least to most characters of the class that re repeats.
func (q *Sequence) run(re *syntax.Regexp, least, most int) bool {
	in, beyond, ok := classOf(re.Sub[0])
	if !ok || beyond && (least > 1 || most >= 0) { // those would have to count characters, not bytes
		return false
	}
	kind := run
	if re.Flags&syntax.NonGreedy != 0 && least != most {
		kind = lazyRun
	}
	q.items = append(q.items, item{kind: kind, in: in, min: least, max: most})
	return true
}

// classOf returns the bytes of a class of characters. beyond says that it holds all characters outside
// ASCII; a class that holds only some of them is none of ours.
func classOf(re *syntax.Regexp) (in *[256]bool, beyond, ok bool) {
	var ranges []rune
	switch re.Op {
	case syntax.OpAnyChar:
		ranges = []rune{0, utf8.MaxRune}
	case syntax.OpAnyCharNotNL:
		ranges = []rune{0, '\n' - 1, '\n' + 1, utf8.MaxRune}
	case syntax.OpCharClass:
		ranges = re.Rune
	case syntax.OpLiteral:
		if len(re.Rune) != 1 || re.Flags&syntax.FoldCase != 0 {
			return nil, false, false
		}
		ranges = []rune{re.Rune[0], re.Rune[0]}
	default:
		return nil, false, false
	}
	in = new([256]bool)
	for i := 0; i < len(ranges); i += 2 {
		lo, hi := ranges[i], ranges[i+1]
		if hi >= utf8.RuneSelf {
			if lo > utf8.RuneSelf || hi != utf8.MaxRune {
				return nil, false, false
			}
			beyond, hi = true, 255
		}
		for c := lo; c <= hi; c++ {
			in[c] = true
		}
	}
	return in, beyond, true
}

// deterministic reports whether each item decides by itself where it ends: after a run comes what
// cannot belong to it, and a search can begin where the first item is found.
func (q *Sequence) deterministic() bool {
	for i, it := range q.items {
		switch it.kind {
		case run:
			if it.min != it.max && q.mayFollow(i+1, it.in) {
				return false
			}
		case lazyRun:
			if !q.decides(i+1) || it.max >= 0 {
				return false
			}
		}
	}
	first := q.next(0)
	if first == nil {
		return false
	}
	return q.anchored || first.kind == literal || first.kind == run && first.min > 0
}

// next returns the first item from i on that is no note, or nil.
func (q *Sequence) next(i int) *item {
	for ; i < len(q.items); i++ {
		if q.items[i].kind != note {
			return &q.items[i]
		}
	}
	return nil
}

// mayFollow reports whether one of these bytes may begin what follows from item i on.
func (q *Sequence) mayFollow(i int, bytes *[256]bool) bool {
	for ; i < len(q.items); i++ {
		it := &q.items[i]
		switch it.kind {
		case literal:
			return bytes[it.text[0]]
		case lazyRun:
			return true
		case run:
			for c := range it.in {
				if it.in[c] && bytes[c] {
					return true
				}
			}
			if it.min > 0 {
				return false
			}
		}
	}
	return false
}

// decides reports whether the item after a lazy run tells where the run ends.
func (q *Sequence) decides(i int) bool {
	it := q.next(i)
	if it == nil {
		return q.toEnd
	}
	return it.kind == literal || it.kind == run && it.min > 0
}

// longestLiteral returns the longest literal behind the first item.
func (q *Sequence) longestLiteral() string {
	first, need := q.next(0), ""
	for i := range q.items {
		if it := &q.items[i]; it != first && it.kind == literal && len(it.text) > len(need) {
			need = it.text
		}
	}
	return need
}

// A Result is the answer of a sequence.
type Result uint8

const (
	Unsure Result = iota
	Match
	NoMatch
)

// Find looks for the first match in s that begins at from or later.
func (q *Sequence) Find(s string, from int, at *Places) Result {
	if q.need != "" && !strings.Contains(s[from:], q.need) {
		return NoMatch
	}
	if q.anchored {
		if from > 0 {
			return NoMatch
		}
		result, _ := q.match(s, 0, at)
		return result
	}
	first := q.next(0)
	// Attempts that read far and fail, again and again, could take quadratic time.
	for allowed := 4*len(s) + 64; allowed > 0; {
		start := first.begins(s, from)
		if start < 0 {
			return NoMatch
		}
		result, read := q.match(s, start, at)
		if result != NoMatch {
			return result
		}
		allowed -= read - start
		from = start + 1
		if first.kind == run && first.max < 0 { // all starts within the run end like this one
			for from < len(s) && first.in[s[from]] {
				from++
			}
		}
	}
	return Unsure
}

// FindAll appends the places of all matches in s to dst, if it is sure of each.
func (q *Sequence) FindAll(s string, dst []Places) (_ []Places, sure bool) {
	for from := 0; ; {
		dst = append(dst, Places{})
		last := &dst[len(dst)-1]
		switch q.Find(s, from, last) {
		case Unsure:
			return dst, false
		case NoMatch:
			return dst[:len(dst)-1], true
		}
		if last[1] == last[0] { // only an anchored sequence can be empty
			return dst, false
		}
		from = last[1]
	}
}

// begins returns the first place at or after from where the item can begin, or -1.
func (it *item) begins(s string, from int) int {
	if it.kind == literal {
		n := strings.Index(s[from:], it.text)
		if n < 0 {
			return -1
		}
		return from + n
	}
	for ; from < len(s); from++ {
		if it.in[s[from]] {
			return from
		}
	}
	return -1
}

// match matches at start. read is how far it looked.
func (q *Sequence) match(s string, start int, at *Places) (result Result, read int) {
	i, lazy := start, false
	fail := func() (Result, int) {
		if lazy { // a longer run could do
			return Unsure, i
		}
		return NoMatch, i
	}
	for n := range q.items {
		it := &q.items[n]
		switch it.kind {
		case note:
			at[it.note] = i
		case literal:
			if !strings.HasPrefix(s[i:], it.text) {
				return fail()
			}
			i += len(it.text)
		case run:
			begin := i
			for i < len(s) && it.in[s[i]] && (it.max < 0 || i-begin < it.max) {
				i++
			}
			if i-begin < it.min {
				return fail()
			}
		case lazyRun:
			end, ok := q.lazyEnd(s, i, n)
			if !ok {
				return fail()
			}
			i, lazy = end, true
		}
	}
	if q.toEnd && i < len(s) {
		return fail()
	}
	at[0], at[1] = start, i
	return Match, i
}

// lazyEnd returns where the lazy run of item n, which begins at i, ends.
func (q *Sequence) lazyEnd(s string, i, n int) (end int, ok bool) {
	it, next := &q.items[n], q.next(n+1)
	end = i
	for range it.min {
		if end >= len(s) || !it.in[s[end]] {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	stop := len(s)
	if next != nil {
		if stop = next.begins(s, end); stop < 0 {
			return 0, false
		}
	}
	for ; end < stop; end++ {
		if !it.in[s[end]] {
			return 0, false
		}
	}
	return stop, true
}

package function

import (
	"encoding/binary"
	"math"
	"regexp/syntax"
	"strings"
)

// A chain is a regular expression that leaves no choice: literal texts and runs of characters one
// after the other, each run ending where what follows can begin, as in "path":"([^"]*)" or (\d+\.\d+). From a given
// start there is then one way to match, so a single pass over ASCII text gives what package regexp
// gives, many times faster. Most expressions of parse are chains.
type chain struct {
	links []link
	marks int // places to note: two for the match and for each group
}

// A link is one piece of a chain.
type link struct {
	kind  linkKind
	text  string     // linkText
	texts []string   // linkOneOf: none is the beginning of another
	set   *[256]bool // linkRun: its characters; linkText, linkOneOf: those they begin with
	min   int        // linkRun: least and most characters
	max   int
	lazy  bool // linkRun: takes as few as it can
	slot  int  // linkMark: which place is noted; linkRun: its number among runs
}

type linkKind uint8

const (
	linkText linkKind = iota
	linkOneOf
	linkRun
	linkMark
	linkBegin // the beginning of the text
	linkEnd   // the end of the text
)

const (
	maxRuns  = 16          // of a chain
	maxMarks = 2 * 20      // of a chain: 19 groups
	endless  = math.MaxInt // characters of a run
)

// newChain returns the chain of an expression, or nil if it is none.
func newChain(re *syntax.Regexp) *chain {
	c := &chain{marks: 2 * (re.MaxCap() + 1)}
	if !c.add(re) || !c.certain() {
		return nil
	}
	return c
}

// add appends the links of re and reports whether it has only such as a chain may have.
func (c *chain) add(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return true
	case syntax.OpLiteral:
		return c.literal(re)
	case syntax.OpBeginText:
		c.links = append(c.links, link{kind: linkBegin})
		return len(c.consuming()) == 0
	case syntax.OpEndText:
		c.links = append(c.links, link{kind: linkEnd})
		return true
	case syntax.OpCapture:
		c.links = append(c.links, link{kind: linkMark, slot: 2 * re.Cap})
		ok := c.add(re.Sub[0])
		c.links = append(c.links, link{kind: linkMark, slot: 2*re.Cap + 1})
		return ok
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !c.add(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		return c.oneOf(re)
	}
	return c.run(re)
}

// consuming returns the links that take text.
func (c *chain) consuming() (out []link) {
	for _, l := range c.links {
		if l.kind <= linkRun {
			out = append(out, l)
		}
	}
	return out
}

func (c *chain) literal(re *syntax.Regexp) bool {
	text := string(re.Rune)
	if !asciiOnly(text) {
		return false
	}
	if re.Flags&syntax.FoldCase == 0 {
		c.links = append(c.links, link{kind: linkText, text: text, set: firstOf(text)})
		return true
	}
	for _, r := range strings.ToLower(text) {
		if !c.addRun(firstOf(string(r), string(upper(byte(r)))), 1, 1, false) {
			return false
		}
	}
	return true
}

// oneOf takes alternatives that are plain texts of which none begins with another.
func (c *chain) oneOf(re *syntax.Regexp) bool {
	r := reader{fold: folds(re)}
	texts := r.read(re).exact
	if texts == nil || r.fold || r.loose || re.MaxCap() > 0 {
		return false
	}
	for i, a := range texts {
		for j, b := range texts {
			if i != j && strings.HasPrefix(a, b) || !asciiOnly(a) {
				return false
			}
		}
	}
	c.links = append(c.links, link{kind: linkOneOf, texts: texts, set: firstOf(texts...)})
	return true
}

// run takes a repeated character, or a class of characters.
func (c *chain) run(re *syntax.Regexp) bool {
	least, most, sub := 1, 1, re
	switch re.Op {
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		sub = re.Sub[0]
		switch re.Op {
		case syntax.OpStar:
			least, most = 0, endless
		case syntax.OpPlus:
			most = endless
		case syntax.OpQuest:
			least = 0
		default:
			least, most = re.Min, re.Max
			if most < 0 {
				most = endless
			}
		}
	}
	set := characters(sub)
	return set != nil && c.addRun(set, least, most, re.Flags&syntax.NonGreedy != 0)
}

func (c *chain) addRun(set *[256]bool, least, most int, lazy bool) bool {
	runs := 0
	for _, l := range c.links {
		if l.kind == linkRun {
			runs++
		}
	}
	c.links = append(c.links, link{kind: linkRun, set: set, min: least, max: most, lazy: lazy, slot: runs})
	return runs < maxRuns
}

// characters returns the ASCII characters that a part of one character matches, or nil if it is no such part.
func characters(re *syntax.Regexp) *[256]bool {
	ranges := re.Rune
	switch {
	case re.Op == syntax.OpLiteral && len(re.Rune) == 1:
		r := re.Rune[0]
		if r > 0x7f {
			return nil
		}
		if re.Flags&syntax.FoldCase != 0 {
			lower := strings.ToLower(string(r))
			return firstOf(lower, string(upper(lower[0])))
		}
		return firstOf(string(r))
	case re.Op == syntax.OpAnyChar:
		ranges = []rune{0, 0x7f}
	case re.Op == syntax.OpAnyCharNotNL:
		ranges = []rune{0, '\n' - 1, '\n' + 1, 0x7f}
	case re.Op != syntax.OpCharClass:
		return nil
	}
	set := new([256]bool)
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], 0x7f); r++ {
			set[r] = true
		}
	}
	return set
}

func firstOf(texts ...string) *[256]bool {
	set := new([256]bool)
	for _, s := range texts {
		if s != "" {
			set[s[0]] = true
		}
	}
	return set
}

// certain reports whether each run of varying length has one place to end: what can follow begins with no character of the
// run. At the end of the chain a greedy run takes all there is; what is optional after it then matches anyway.
func (c *chain) certain() bool {
	last := len(c.links) - 1
	for last >= 0 && c.links[last].kind == linkMark {
		last--
	}
	for i := range c.links {
		l := &c.links[i]
		if i == last && l.kind == linkRun && l.lazy {
			l.max = l.min // nothing asks it to take more
		}
		if l.kind == linkRun && l.min != l.max && !c.endsCertainly(i) {
			return false
		}
	}
	return c.marks <= maxMarks
}

func (c *chain) endsCertainly(i int) bool {
	run := &c.links[i]
	for _, l := range c.links[i+1:] {
		switch l.kind {
		case linkMark:
			continue
		case linkEnd:
			return true
		case linkBegin:
			return false
		}
		if l.kind == linkOneOf && strings.Join(l.texts, "") == "" || overlap(run.set, l.set) {
			return false
		}
		if l.kind != linkRun || l.min > 0 {
			return true
		}
	}
	return !run.lazy
}

func overlap(a, b *[256]bool) bool {
	for i := range a {
		if a[i] && b[i] {
			return true
		}
	}
	return false
}

// A stretch is a part of the text whose characters all belong to a run.
type stretch struct{ from, to int }

// find notes the places of the first match of s, which must be ASCII, in marks, if that is not nil.
func (c *chain) find(s string, marks []int) bool {
	var seen [maxRuns]stretch // where each run last went, so that no later start goes there again
	for start := 0; ; start++ {
		if start = c.start(s, start); start < 0 {
			return false
		}
		if end := c.match(s, start, marks, &seen); end >= 0 {
			if marks != nil {
				marks[0], marks[1] = start, end
			}
			return true
		}
		if first := c.first(); first != nil && first.kind == linkRun && first.max == endless && first.min > 0 {
			start = max(start, seen[first.slot].to-1) // all starts in one stretch fail alike
		}
	}
}

// first returns the first link that takes text, or nil.
func (c *chain) first() *link {
	for i := range c.links {
		if c.links[i].kind <= linkRun {
			return &c.links[i]
		}
	}
	return nil
}

// start returns the first place at or after i where a match can start, or -1.
func (c *chain) start(s string, i int) int {
	if i > len(s) || i > 0 && c.anchored() {
		return -1
	}
	switch first := c.first(); {
	case first == nil || first.kind == linkRun && first.min == 0:
	case first.kind == linkText:
		if c.anchored() {
			break
		}
		at := strings.Index(s[i:], first.text)
		if at < 0 {
			return -1
		}
		i += at
	default:
		for i < len(s) && !first.set[s[i]] {
			i++
		}
	}
	return i
}

func (c *chain) anchored() bool {
	for _, l := range c.links {
		if l.kind != linkMark {
			return l.kind == linkBegin
		}
	}
	return false
}

// match matches at start and returns the end, or -1.
func (c *chain) match(s string, start int, marks []int, seen *[maxRuns]stretch) int {
	at := start
	for i := range c.links {
		l := &c.links[i]
		switch l.kind {
		case linkText:
			if !strings.HasPrefix(s[at:], l.text) {
				return -1
			}
			at += len(l.text)
		case linkRun:
			end := l.end(s, at, seen)
			if end-at < l.min {
				return -1
			}
			at = end
		case linkOneOf:
			n := l.which(s[at:])
			if n < 0 {
				return -1
			}
			at += n
		case linkMark:
			if marks != nil {
				marks[l.slot] = at
			}
		case linkBegin:
			if at != 0 {
				return -1
			}
		case linkEnd:
			if at != len(s) {
				return -1
			}
		}
	}
	return at
}

// end returns where a run that starts at at ends.
func (l *link) end(s string, at int, seen *[maxRuns]stretch) int {
	last := &seen[l.slot]
	if at >= last.from && at < last.to {
		return last.to
	}
	limit := len(s)
	if l.max < limit-at {
		limit = at + l.max
	}
	end := at
	for end < limit && l.set[s[end]] {
		end++
	}
	if l.max == endless {
		*last = stretch{at, end}
	}
	return end
}

// which returns the length of the text that s begins with, or -1.
func (l *link) which(s string) int {
	for _, text := range l.texts {
		if strings.HasPrefix(s, text) {
			return len(text)
		}
	}
	return -1
}

// asciiOnly reports whether s has no byte beyond ASCII, eight bytes at a time.
func asciiOnly(s string) bool {
	b := bytesOf(s)
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

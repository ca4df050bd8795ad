// Package syntax reads the text of Logs Insights queries into trees and prints trees as text.
// What names, functions and numbers mean, and which commands may follow each other, it leaves to
// package plan.
package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// ParseQuery reads a query. Its error is an Errors that holds every mistake it could tell apart: after
// one it goes on at the next stage, and the Query has the stages without one. The time it takes grows
// with the length of text.
func ParseQuery(text string) (*Query, error) {
	p := newParser(text)
	q := p.query()
	if len(p.errs) > 0 {
		return q, p.errs
	}
	return q, nil
}

// maxDepth is how deep parentheses, calls, signs and subqueries may nest. No real query comes
// near it; it keeps hostile ones from using up the stack.
const maxDepth = 200

// A parser reads by recursive descent, one function for each rule of the grammar, with one token
// of lookahead.
//
// After a mistake the rest of its stage is skipped: bad is set and tok becomes a kindSkipped
// that fits nothing, so that every rule returns at once; query then finds the next stage.
// What rules return meanwhile is never used.
type parser struct {
	scanner            // behind tok
	tok, prev token    // the token to read next, and the one read last
	words     []string // keywords, operators and brackets that could have come instead of tok
	things    []string // what else could have, such as "an expression"
	nest      int      // open brackets up to tok
	base      int      // of them, those that were open where the innermost query began
	depth     int      // of the rules that call themselves
	bad       bool
	errs      Errors
	commands  []command
}

func newParser(text string) *parser {
	p := &parser{scanner: newScanner(text), commands: commands}
	p.prev = token{start: p.at, end: p.at}
	p.tok = p.scan()
	return p
}

// query reads stages up to the end of the text or, in a subquery, of the parentheses.
func (p *parser) query() *Query {
	start := p.tok.start.Pos
	outer := p.base
	p.base = p.nest
	q := &Query{}
	if p.tok.is("|") { // tolerated before the first stage
		p.next()
	}
	for {
		c := p.stage()
		if p.bad {
			p.resync()
		} else {
			q.Commands = append(q.Commands, c)
		}
		if !p.accept("|") {
			break
		}
	}
	p.base = outer
	q.set(start, p.prev.end.Pos)
	return q
}

// subquery reads a query in parentheses.
func (p *parser) subquery() *Query {
	p.expect("(")
	if p.bad || !p.enter() {
		return nil
	}
	defer p.leave()
	mistakes := len(p.errs)
	q := p.query()
	if len(p.errs) > mistakes && !p.tok.is(")") {
		p.skip() // the parenthesis was most likely lost with the mistake
	}
	p.expect(")")
	return q
}

// stage reads a command and checks that nothing follows it.
func (p *parser) stage() Command {
	start := p.tok.start.Pos
	c := p.command()
	if !p.atStageEnd() {
		p.wantWord("|")
		if p.base > 0 {
			p.wantWord(")")
		}
		p.unexpected()
	}
	if !p.bad {
		c.(interface{ set(start, end Pos) }).set(start, p.prev.end.Pos)
	}
	return c
}

// set is how the parser gives a node its place.
func (s *Span) set(start, end Pos) { *s = Span{start, end} }

// command reads one command.
func (p *parser) command() Command {
	switch {
	case strings.HasPrefix(p.tok.raw, "$") && (p.tok.kind == kindName || p.tok.kind == kindQuoted):
		return p.parseInvoke()
	case p.tok.kind != kindName:
		p.want("a command")
		p.unexpected()
		return nil
	}
	word := p.tok.raw
	for _, c := range p.commands {
		if strings.EqualFold(word, c.name) {
			p.next()
			return c.parse(p)
		}
	}
	p.fail(p.tok.span(), fmt.Sprintf("unknown command %q", visible(word)), p.commandHint())
	return nil
}

// atStageEnd reports whether a stage can end before tok.
func (p *parser) atStageEnd() bool {
	return p.tok.kind == kindEnd || p.tok.is("|") || p.tok.is(")") && p.base > 0
}

// next moves to the next token.
func (p *parser) next() {
	if p.bad {
		return
	}
	if p.tok.kind == kindPunct {
		switch p.tok.raw {
		case "(", "[", "{":
			p.nest++
		case ")", "]", "}":
			p.nest--
		}
	}
	p.prev = p.tok
	p.tok = p.scan()
	p.words, p.things = p.words[:0], p.things[:0]
}

// rescan reads tok again, as scan sees it.
func (p *parser) rescan(scan func(*scanner) token) {
	if p.bad {
		return
	}
	p.at = p.tok.start
	p.tok = scan(&p.scanner)
}

// peek returns the token after tok.
func (p *parser) peek() token {
	s := p.scanner
	return s.scan()
}

// accept reads the operator or bracket s if it is next.
func (p *parser) accept(s string) bool {
	if p.tok.is(s) {
		p.next()
		return true
	}
	p.wantWord(s)
	return false
}

// acceptWord reads the keyword s if it is next.
func (p *parser) acceptWord(s string) bool {
	if p.tok.isWord(s) {
		p.next()
		return true
	}
	p.wantWord(s)
	return false
}

// expect reads the operator or bracket s, which has to come.
func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.unexpected()
	}
}

// expectWord reads the keyword s, which has to come.
func (p *parser) expectWord(s string) {
	if !p.acceptWord(s) {
		p.unexpected()
	}
}

// wantWord notes a keyword, operator or bracket that could have come instead of tok, for the case
// that it is a mistake.
func (p *parser) wantWord(s string) {
	if !slices.Contains(p.words, s) {
		p.words = append(p.words, s)
	}
}

// want is wantWord for anything else; it takes a description.
func (p *parser) want(thing string) {
	if !slices.Contains(p.things, thing) {
		p.things = append(p.things, thing)
	}
}

// enter is called by each rule that can call itself; leave undoes it.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.tok.span(), fmt.Sprintf("this is nested more than %d deep", maxDepth), "")
		p.depth--
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// note reports a mistake after which the stage can still be read.
func (p *parser) note(at Span, msg, hint string) {
	if !p.bad {
		p.errs = append(p.errs, &Error{at, msg, hint})
	}
}

// fail reports a mistake and skips the rest of the stage.
func (p *parser) fail(at Span, msg, hint string) {
	if p.bad {
		return
	}
	p.note(at, msg, hint)
	p.skip()
}

// skip gives up on the stage.
func (p *parser) skip() {
	p.bad = true
	p.tok.kind, p.tok.raw = kindSkipped, ""
}

// unexpected fails because tok is not what could have come.
func (p *parser) unexpected() {
	if p.bad {
		return
	}
	at := p.tok.span()
	found := `"` + visible(clip(p.tok.raw)) + `"`
	switch p.tok.kind {
	case kindInvalid:
		p.fail(at, p.tok.problem.msg, p.tok.problem.hint)
		return
	case kindEnd:
		at = Span{p.prev.end.Pos, p.prev.end.Pos}
		found = "end of query"
	case kindString:
		found = visible(clip(p.tok.raw))
	}
	var wants []string
	for _, w := range p.words {
		wants = append(wants, `"`+w+`"`)
	}
	p.fail(at, "found "+found+", want "+either(append(wants, p.things...)), p.hint())
}

// clip shortens what is quoted in a message.
func clip(s string) string {
	const most = 30
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// either joins words as in "a, b or c".
func either(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// resync goes on after a mistake: at the next |, or at the end of the subquery or of the text.
func (p *parser) resync() {
	p.at = p.tok.start
	p.tok = p.skipStage()
	p.nest, p.bad = p.base, false
	p.words, p.things = p.words[:0], p.things[:0]
}

// skipStage returns the token that ends the stage. A | inside brackets ends it too if they hold no
// subquery: most likely it is a bracket that is missing.
func (p *parser) skipStage() token {
	open := p.nest - p.base
	var skipped []bool // the brackets opened from here on, and whether each began a subquery
	for {
		t := p.scanSkipped()
		switch {
		case t.kind == kindEnd, t.is("|") && !slices.Contains(skipped, true):
			return t
		case t.is("("), t.is("["), t.is("{"):
			skipped = append(skipped, p.beginsQuery())
		case !t.is(")") && !t.is("]") && !t.is("}"):
		case len(skipped) > 0:
			skipped = skipped[:len(skipped)-1]
		case open > 0:
			open--
		case p.base > 0 && t.is(")"):
			return t
		}
	}
}

// scanSkipped returns the next token of a stage that is skipped. A slash there begins a regular
// expression if a blank is before it, none after it, and another slash closes it.
func (p *parser) scanSkipped() token {
	ahead := p.scanner
	t := ahead.scan()
	if t.is("/") && t.start.byte > p.at.byte {
		ahead.at = t.start
		if re := ahead.scanRegex(); re.kind == kindRegex && !strings.ContainsAny(re.raw[1:2], " \t\n") {
			t = re
		}
	}
	p.at = t.end
	return t
}

// beginsQuery reports whether the text from here on looks like a query: a command and an argument.
func (p *parser) beginsQuery() bool {
	ahead := p.scanner
	word, arg := ahead.scan(), ahead.scan()
	return p.isCommand(word.raw) && (arg.kind == kindName || arg.kind == kindString || arg.kind == kindQuoted)
}

// isCommand reports whether word is the name of a command.
func (p *parser) isCommand(word string) bool {
	return slices.ContainsFunc(p.commands, func(c command) bool { return strings.EqualFold(c.name, word) })
}

package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// hint returns advice about the unexpected tok, or "".
func (p *parser) hint() string {
	for _, h := range hints {
		if s := h(p); s != "" {
			return s
		}
	}
	return ""
}

// hints know what people write by mistake. The first that has something to say wins.
var hints = []func(*parser) string{
	hyphenHint, pipeHint, unitHint, commaHint, quotesHint, inHint, wordHint, textHint, keywordHint,
}

// hyphenHint is for names with hyphens where no subtraction can be: as x-request-id.
func hyphenHint(p *parser) string {
	if !p.tok.is("-") || p.prev.kind != kindName || p.prev.end != p.tok.start {
		return ""
	}
	end := p.tok.end.byte
	for end < len(p.text) {
		if n := nameLen(p.text[end:]); n > 0 {
			end += n
		} else if p.text[end] == '-' {
			end++
		} else {
			break
		}
	}
	return fmt.Sprintf("put a name with - in backticks: `%s`", visible(p.text[p.prev.start.byte:end]))
}

// pipeHint is for a | with no command behind it.
func pipeHint(p *parser) string {
	switch {
	case !p.wanted("a command") || p.tok.kind != kindEnd && !p.tok.is("|") && !p.tok.is(")"):
	case p.prev.is("|"):
		return "remove the | before it"
	case p.prev.kind == kindEnd:
		return "the query is empty"
	}
	return ""
}

// unitHint is for periods with a blank in them.
func unitHint(p *parser) string {
	if p.prev.kind == kindNumber && p.tok.kind == kindName && unitNamed(p.tok.raw) != 0 {
		return "write " + p.prev.raw + p.tok.raw + " without a blank"
	}
	return ""
}

// commaHint is for a comma too many at the end of a list.
func commaHint(p *parser) string {
	if p.prev.is(",") && (p.atStageEnd() || p.tok.is(")") || p.tok.is("]")) {
		return "remove the comma before it"
	}
	return ""
}

// quotesHint is for quotes as text programs make them.
func quotesHint(p *parser) string {
	if p.tok.kind == kindPunct && strings.ContainsAny(p.tok.raw, "“”„‘’´«»") {
		return `use straight quotes: "`
	}
	return ""
}

// inHint is for lists without brackets.
func inHint(p *parser) string {
	if p.prev.isWord("in") {
		return `put the values in brackets: in ["a", "b"]`
	}
	return ""
}

// wordHint is for words and signs of other query languages.
func wordHint(p *parser) string {
	switch strings.ToLower(p.tok.raw) {
	case "exists", "is", "isnull":
		return "write ispresent(field) or not ispresent(field)"
	case "group":
		return "write by without group"
	case "contains", "matches", "~":
		return `write like "text" or like /regex/`
	case "!":
		return "put parentheses around not, and write not like and not in"
	case "&":
		return "write and"
	case ";":
		return "leave it out"
	}
	return ""
}

// textHint is for text without quotes.
func textHint(p *parser) string {
	if p.tok.is(":") || p.tok.kind == kindName && p.wanted("a string") {
		return "put text in quotes"
	}
	return ""
}

// keywordHint is for a misspelt keyword.
func keywordHint(p *parser) string {
	if p.tok.kind != kindName {
		return ""
	}
	var words []string
	for _, w := range p.words {
		if nameLen(w) == len(w) {
			words = append(words, w)
		}
	}
	if p.wanted(anOperator) {
		words = append(words, "and", "or", "like", "in", "not")
	}
	return didYouMean(Suggest(p.tok.raw, words))
}

// didYouMean makes a hint of a suggestion.
func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", word)
}

// commandHint returns advice about tok, which is no command.
func (p *parser) commandHint() string {
	var names []string
	for _, c := range p.commands {
		names = append(names, c.name)
	}
	if s := Suggest(p.tok.raw, names); s != "" {
		return didYouMean(s)
	}
	word := visible(p.tok.raw)
	switch next := p.peek(); {
	case next.is("("):
		return fmt.Sprintf("a function needs a command before it, such as stats %s(...)", word)
	case comparison(&next) != 0 || next.isWord("like") || next.isWord("in") || next.isWord("not"):
		return fmt.Sprintf("to keep some of the rows write filter %s %s ...", word, visible(next.raw))
	}
	return ""
}

// wanted reports whether the thing could have come instead of tok.
func (p *parser) wanted(thing string) bool { return slices.Contains(p.things, thing) }

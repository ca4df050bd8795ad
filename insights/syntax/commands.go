package syntax

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A command is one row of the table of commands.
type command struct {
	name  string // in any case
	parse func(*parser) Command
}

// CommandNames returns all words that begin a stage, as documents write them.
func CommandNames() []string {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	return names
}

// commands are all words that begin a stage. That search, order, head and tail are among them is
// known only from error messages of the service; what they do is our choice.
var commands = []command{
	{"fields", (*parser).parseFields},
	{"display", (*parser).parseDisplay},
	{"filter", (*parser).parseFilter},
	{"where", (*parser).parseFilter},
	{"search", (*parser).parseSearch},
	{"filterIndex", (*parser).parseFilterIndex},
	{"stats", (*parser).parseStats},
	{"sort", (*parser).parseSort},
	{"order", (*parser).parseSort},
	{"limit", (*parser).parseLimit},
	{"head", (*parser).parseHead},
	{"tail", (*parser).parseTail},
	{"dedup", (*parser).parseDedup},
	{"parse", (*parser).parseParse},
	{"json", (*parser).parseJSON},
	{"pattern", (*parser).parsePattern},
	{"diff", (*parser).parseDiff},
	{"anomaly", (*parser).parseAnomaly},
	{"unmask", (*parser).parseUnmask},
	{"unnest", (*parser).parseUnnest},
	{"expand", (*parser).parseExpand},
	{"join", (*parser).parseJoin},
	{"lookup", (*parser).parseLookup},
	{"cidrlookup", (*parser).parseCIDRLookup},
	{"addtotals", (*parser).parseAddTotals},
	{"accum", (*parser).parseAccum},
	{"autoregress", (*parser).parseAutoregress},
	{"appendcols", (*parser).parseAppendCols},
	{"countFrequent", (*parser).parseCountFrequent},
	{"count_frequent", (*parser).parseCountFrequent},
	{"estimate", (*parser).parseEstimate},
	{"filldown", (*parser).parseFillDown},
	{"fillmissing", (*parser).parseFillMissing},
	{"logcompare", (*parser).parseLogCompare},
	{"outlier", (*parser).parseOutlier},
	{"relevantfields", (*parser).parseRelevantFields},
	{"sessionize", (*parser).parseSessionize},
	{"source", (*parser).parseSource},
}

// What several commands share.

// proj reads an expression with an optional alias.
func (p *parser) proj() Proj {
	start := p.tok.start
	x := p.expr()
	proj := Proj{Expr: x, Text: p.text[start.byte:max(start.byte, p.prev.end.byte)]}
	proj.As = p.as()
	proj.set(start.Pos, p.prev.end.Pos)
	return proj
}

// projs reads expressions with commas between them.
func (p *parser) projs() []Proj {
	list := []Proj{p.proj()}
	for p.accept(",") {
		list = append(list, p.proj())
	}
	return list
}

// projTexts returns expressions with commas between them.
func projTexts(projs []Proj) string {
	texts := make([]string, len(projs))
	for i, p := range projs {
		texts[i] = p.Expr.String() + asText(p.As)
	}
	return strings.Join(texts, ", ")
}

// as reads an alias; it is nil if there is none.
func (p *parser) as() *Field {
	if !p.acceptWord("as") {
		return nil
	}
	return p.field()
}

// integer reads a whole number without a sign. One above most is reported.
func (p *parser) integer(what string, most int64) int64 {
	if p.tok.kind != kindNumber || strings.ContainsFunc(p.tok.raw, func(r rune) bool { return !isDigit(r) }) {
		p.want(what)
		p.unexpected()
		return 0
	}
	n, err := strconv.ParseInt(p.tok.raw, 10, 64)
	if err != nil || n > most {
		p.note(p.tok.span(), fmt.Sprintf("number %s is too large, want at most %d", clip(p.tok.raw), most), "")
		n = most
	}
	p.next()
	return n
}

// wholeNumber is how messages call what integer reads.
const wholeNumber = "a whole number"

// literal reads a constant: a string, a number, true or false, or a placeholder for one.
func (p *parser) literal() Expr {
	switch {
	case p.tok.kind == kindString, p.tok.kind == kindNumber, p.tok.kind == kindParam:
		return p.primary()
	case p.tok.isWord("true"), p.tok.isWord("false"):
		return p.field()
	case p.tok.is("-"), p.tok.is("+"):
		start := p.tok
		p.next()
		if p.tok.kind == kindNumber {
			p.next()
			return &Number{Span{start.start.Pos, p.prev.end.Pos}, start.raw + p.prev.raw}
		}
		p.want("a number")
	default:
		p.want("a string")
		p.want("a number")
		p.wantWord("true")
		p.wantWord("false")
	}
	p.unexpected()
	return nil
}

// option reads the name of an option and the = after it. It returns "" if tok is no option, and
// otherwise one of names.
func (p *parser) option(names ...string) string {
	if p.tok.kind != kindName || !p.assigned() {
		return ""
	}
	for _, name := range names {
		if p.tok.isWord(name) {
			p.next()
			p.next()
			return name
		}
	}
	hint := didYouMean(Suggest(p.tok.raw, names))
	p.fail(p.tok.span(), fmt.Sprintf("unknown option %q, want %s", visible(clip(p.tok.raw)), either(names)), hint)
	return ""
}

// assigned reports whether = follows tok.
func (p *parser) assigned() bool {
	next := p.peek()
	return next.is("=")
}

// choice reads one of words and returns it as it is spelled there.
func (p *parser) choice(words ...string) string {
	for _, w := range words {
		if p.acceptWord(w) {
			return w
		}
	}
	p.unexpected()
	return ""
}

// boolean reads true or false.
func (p *parser) boolean() *bool {
	b := p.choice("true", "false") == "true"
	return &b
}

// optionTexts collects the options of a command as they are typed.
type optionTexts struct{ strings.Builder }

func (o *optionTexts) add(name, value string) { o.WriteString(" " + name + "=" + value) }

// boolean adds an option unless it was not given.
func (o *optionTexts) boolean(name string, value *bool) {
	if value != nil {
		o.add(name, strconv.FormatBool(*value))
	}
}

// maxLag is the largest number that autoregress counts rows with.
const maxLag = math.MaxInt32

// looseFields reads names with or without commas between them, up to the end of the stage.
func (p *parser) looseFields() []*Field {
	var list []*Field
	for !p.bad && (len(list) == 0 || p.accept(",") || !p.atStageEnd()) {
		list = append(list, p.field())
	}
	return list
}

// anOperator is how messages call what can go on a condition.
const anOperator = "an operator"

// condition reads an expression that decides about rows, at the end of a stage.
func (p *parser) condition() Expr {
	x := p.expr()
	if !p.atStageEnd() {
		p.want(anOperator)
	}
	return x
}

// sameName reports whether a and b name the same field.
func sameName(a, b *Field) bool { return slices.Equal(a.Parts, b.Parts) }

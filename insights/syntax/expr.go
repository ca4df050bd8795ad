package syntax

import "math"

// The rules for expressions, from the loosest binding to the tightest:
//
//	or ||   and &&   not !   = == != <> < <= > >= like =~ in   + -   * / %   ^   unary - +   calls and members
//
// Operators of one level group from the left, ^ from the right. The documentation names the
// operators but gives no precedence: this one is the usual, with not looser than comparisons.

// expr reads an expression.
func (p *parser) expr() Expr {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	start := p.tok.start.Pos
	x := p.and()
	for p.tok.isWord("or") || p.tok.is("||") {
		p.next()
		x = p.binary(start, Or, x, p.and())
	}
	return x
}

func (p *parser) and() Expr {
	start := p.tok.start.Pos
	x := p.not()
	for p.tok.isWord("and") || p.tok.is("&&") {
		p.next()
		x = p.binary(start, And, x, p.not())
	}
	return x
}

func (p *parser) not() Expr {
	if !p.tok.is("!") && !(p.tok.isWord("not") && p.notIsOperator()) {
		return p.comparison()
	}
	return p.unary(Not, p.not)
}

// notIsOperator reports whether the word not at the start of an operand negates it. It is a field
// if what comes next cannot begin an operand.
func (p *parser) notIsOperator() bool {
	next := p.peek()
	switch {
	case next.kind == kindEnd, comparison(&next) != 0, next.is("=~"), multiplication(&next) != 0:
		return false
	case next.kind == kindPunct:
		return next.raw == "(" || next.raw == "-" || next.raw == "+" || next.raw == "!"
	case next.kind == kindName:
		return !next.isWord("and") && !next.isWord("or") && !next.isWord("like") && !next.isWord("in") && !next.isWord("as")
	}
	return true
}

// unary reads the operator that is tok and its operand.
func (p *parser) unary(op Op, operand func() Expr) Expr {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	start := p.tok.start.Pos
	p.next()
	x := operand()
	return &Unary{Span{start, p.prev.end.Pos}, op, x}
}

// binary makes a Binary that ends at the token read last.
func (p *parser) binary(start Pos, op Op, x, y Expr) Expr {
	return &Binary{Span{start, p.prev.end.Pos}, op, x, y}
}

// comparison reads sums that are compared, matched or looked up.
func (p *parser) comparison() Expr {
	start := p.tok.start.Pos
	x := p.sum()
	for {
		op := comparison(&p.tok)
		switch {
		case op != 0:
			p.next()
			x = p.binary(start, op, x, p.sum())
		case p.tok.isWord("like"):
			x = p.like(start, x, false)
		case p.tok.isWord("in"):
			x = p.in(start, x, false)
		case p.tok.is("=~"):
			p.next()
			pattern := p.matchPattern()
			x = &Like{Span: Span{start, p.prev.end.Pos}, Match: true, X: x, Pattern: pattern}
		case p.tok.isWord("not"):
			p.next()
			switch {
			case p.tok.isWord("like"):
				x = p.like(start, x, true)
			case p.tok.isWord("in"):
				x = p.in(start, x, true)
			default:
				p.wantWord("like")
				p.wantWord("in")
				p.unexpected()
			}
		default:
			return x
		}
	}
}

// comparison returns the comparison that t is, or 0.
func comparison(t *token) Op {
	if t.kind != kindPunct {
		return 0
	}
	switch t.raw {
	case "=", "==":
		return Eq
	case "!=", "<>":
		return Ne
	case "<":
		return Lt
	case "<=":
		return Le
	case ">":
		return Gt
	case ">=":
		return Ge
	}
	return 0
}

// like reads what follows x and, with not, the word not.
func (p *parser) like(start Pos, x Expr, not bool) Expr {
	p.next()
	var pattern Expr
	if p.tok.is("/") {
		pattern = p.regex()
	} else {
		pattern = p.sum()
	}
	return &Like{Span: Span{start, p.prev.end.Pos}, Not: not, X: x, Pattern: pattern}
}

// matchPattern reads what follows =~.
func (p *parser) matchPattern() Expr {
	switch {
	case p.tok.is("/"):
		return p.regex()
	case p.tok.kind == kindString, p.tok.kind == kindParam:
		return p.primary()
	}
	p.want("a string")
	p.want("a /regex/")
	p.unexpected()
	return nil
}

// regex reads a regular expression; tok is its first slash.
func (p *parser) regex() *Regex {
	p.rescan((*scanner).scanRegex)
	if p.tok.kind != kindRegex {
		p.unexpected()
		return nil
	}
	p.next()
	return &Regex{p.prev.span(), p.prev.value}
}

// in reads what follows x and, with not, the word not.
func (p *parser) in(start Pos, x Expr, not bool) Expr {
	p.next()
	in := &In{Not: not, X: x}
	switch {
	case p.tok.is("(") && p.queryFollows():
		in.Query = p.subquery()
	case p.accept("["):
		if !p.tok.is("]") {
			in.List = p.list(p.sum)
		}
		p.expect("]")
	default:
		p.want("a (query)")
		p.unexpected()
	}
	in.set(start, p.prev.end.Pos)
	return in
}

// queryFollows reports whether the parenthesis that is tok opens a query, not a list of values.
func (p *parser) queryFollows() bool {
	ahead := p.scanner
	first, second := ahead.scan(), ahead.scan()
	switch first.kind {
	case kindString, kindNumber:
		return false
	case kindName, kindQuoted:
		return p.isCommand(first.raw) || !second.is(",") && !second.is(")")
	}
	return true
}

// list reads expressions with commas between them.
func (p *parser) list(item func() Expr) []Expr {
	items := []Expr{item()}
	for p.accept(",") {
		items = append(items, item())
	}
	return items
}

func (p *parser) sum() Expr {
	start := p.tok.start.Pos
	x := p.product()
	for {
		switch {
		case p.tok.is("+"):
			p.next()
			x = p.binary(start, Add, x, p.product())
		case p.tok.is("-"):
			p.next()
			x = p.binary(start, Sub, x, p.product())
		default:
			return x
		}
	}
}

func (p *parser) product() Expr {
	start := p.tok.start.Pos
	x := p.power()
	for {
		op := multiplication(&p.tok)
		if op == 0 {
			return x
		}
		p.next()
		x = p.binary(start, op, x, p.power())
	}
}

// multiplication returns the operator of products that t is, or 0.
func multiplication(t *token) Op {
	switch {
	case t.is("*"):
		return Mul
	case t.is("/"):
		return Div
	case t.is("%"):
		return Mod
	}
	return 0
}

// power reads a power; the exponent may be one itself, so that a ^ b ^ c is a ^ (b ^ c).
func (p *parser) power() Expr {
	start := p.tok.start.Pos
	x := p.signed()
	if !p.tok.is("^") || !p.enter() {
		return x
	}
	defer p.leave()
	p.next()
	return p.binary(start, Pow, x, p.power())
}

func (p *parser) signed() Expr {
	switch {
	case p.tok.is("-"):
		return p.unary(Neg, p.signed)
	case p.tok.is("+"):
		return p.unary(Plus, p.signed)
	}
	return p.primary()
}

// primary reads an expression without operators.
func (p *parser) primary() Expr {
	switch p.tok.kind {
	case kindString:
		return p.str()
	case kindNumber:
		p.next()
		return &Number{p.prev.span(), p.prev.raw}
	case kindPeriod:
		return p.period()
	case kindParam:
		p.next()
		return &Param{p.prev.span(), p.prev.value}
	case kindName:
		if next := p.peek(); next.is("(") {
			return p.call()
		}
		return p.field()
	case kindQuoted:
		return p.field()
	}
	if p.tok.is("(") {
		p.next()
		x := p.expr()
		p.expect(")")
		return x
	}
	p.want("an expression")
	p.unexpected()
	return nil
}

// str reads a string.
func (p *parser) str() *String {
	if p.tok.kind != kindString {
		p.want("a string")
		p.unexpected()
		return nil
	}
	p.next()
	return &String{p.prev.span(), p.prev.value}
}

// period reads a number with a unit of time.
func (p *parser) period() *Period {
	if p.tok.kind != kindPeriod {
		p.want("a period such as 5m")
		p.unexpected()
		return nil
	}
	p.next()
	period, _ := ParsePeriod(p.prev.raw)
	period.Span = p.prev.span()
	return &period
}

// call reads a function call and the member access on its result.
func (p *parser) call() Expr {
	start := p.tok.start.Pos
	c := &Call{Name: p.tok.raw}
	p.next()
	p.expect("(")
	if p.accept("*") {
		c.Star = true
	} else if p.wantWord(")"); !p.tok.is(")") {
		c.Args = p.list(p.expr)
	}
	p.expect(")")
	c.Path = p.path(nil)
	c.set(start, p.prev.end.Pos)
	return c
}

// field reads the name of a field or column.
func (p *parser) field() *Field {
	start := p.tok.start.Pos
	f := &Field{}
	switch p.tok.kind {
	case kindName:
		f.Parts = []Part{{Name: p.tok.raw}}
	case kindQuoted:
		f.Parts = []Part{{Name: p.tok.value}}
	default:
		p.want("a name")
		p.unexpected()
		return f
	}
	p.next()
	f.Parts = p.path(f.Parts)
	f.set(start, p.prev.end.Pos)
	return f
}

// fields reads names with commas between them.
func (p *parser) fields() []*Field {
	list := []*Field{p.field()}
	for p.accept(",") {
		list = append(list, p.field())
	}
	return list
}

// path reads the steps after a name or call: .part and [n].
func (p *parser) path(parts []Part) []Part {
	for {
		switch {
		case p.tok.raw != "" && p.tok.raw[0] == '.': // a number as well: .0
			p.rescan(func(s *scanner) token { s.advance(1); return s.scanPart() })
			switch p.tok.kind {
			case kindName:
				parts = append(parts, Part{Name: p.tok.raw})
			case kindQuoted:
				parts = append(parts, Part{Name: p.tok.value})
			default:
				p.want("a name")
				p.unexpected()
				return parts
			}
			p.next()
		case p.tok.is("["):
			p.next()
			n := p.integer("a position", math.MaxInt32)
			p.expect("]")
			parts = append(parts, Part{Index: true, N: int(n)})
		default:
			return parts
		}
	}
}

package syntax

import "strings"

// String returns the query in canonical form: one line, one spelling for each construct.
// It parses back to an equal tree.
func (q *Query) String() string {
	texts := make([]string, len(q.Commands))
	for i, c := range q.Commands {
		texts[i] = c.String()
	}
	return strings.Join(texts, " | ")
}

// String returns the name as it is typed, with backticks where it needs them.
func (x *Field) String() string { return pathText(x.Parts) }

// String returns the text in quotes.
func (x *String) String() string { return quote(x.Value) }

// String returns the number as typed.
func (x *Number) String() string { return x.Text }

// String returns the placeholder in its braces.
func (x *Param) String() string { return "{{" + x.Name + "}}" }

// String returns the expression between slashes.
func (x *Regex) String() string { return "/" + escapeSlashes(x.Pattern) + "/" }

// String returns the call in canonical form.
func (x *Call) String() string { return exprText(x, precOr) }

// String returns the operation in canonical form.
func (x *Unary) String() string { return exprText(x, precOr) }

// String returns the operation in canonical form.
func (x *Binary) String() string { return exprText(x, precOr) }

// String returns the match in canonical form.
func (x *Like) String() string { return exprText(x, precOr) }

// String returns the look-up in canonical form.
func (x *In) String() string { return exprText(x, precOr) }

// quote returns s as a string literal: in double quotes, or in single ones if that saves escapes.
// A backslash is doubled only where it would otherwise escape what follows.
func quote(s string) string {
	q := byte('"')
	if strings.Contains(s, `"`) && !strings.Contains(s, "'") {
		q = '\''
	}
	b := []byte{q}
	for i := range len(s) {
		if s[i] == q || s[i] == '\\' && (i+1 == len(s) || isEscaped(s[i+1])) {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return string(append(b, q))
}

// escapeSlashes is the reverse of what scanRegex does to \/.
func escapeSlashes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			b.WriteByte(s[i])
			i++
		case s[i] == '/':
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// How tightly expressions bind, in the order of the rules in expr.go.
const (
	precOr = iota
	precAnd
	precNot
	precCompare
	precSum
	precProduct
	precPower
	precSigned
	precPrimary
)

// opTexts spells each operator, and says how tightly it binds.
var opTexts = [...]struct {
	text string
	prec int
}{
	Or:   {"or", precOr},
	And:  {"and", precAnd},
	Not:  {"not", precNot},
	Eq:   {"=", precCompare},
	Ne:   {"!=", precCompare},
	Lt:   {"<", precCompare},
	Le:   {"<=", precCompare},
	Gt:   {">", precCompare},
	Ge:   {">=", precCompare},
	Add:  {"+", precSum},
	Sub:  {"-", precSum},
	Mul:  {"*", precProduct},
	Div:  {"/", precProduct},
	Mod:  {"%", precProduct},
	Pow:  {"^", precPower},
	Neg:  {"-", precSigned},
	Plus: {"+", precSigned},
}

// String returns the operator's canonical spelling.
func (op Op) String() string { return opTexts[op].text }

// precedence says how tightly x binds.
func precedence(x Expr) int {
	switch x := x.(type) {
	case *Binary:
		return opTexts[x.Op].prec
	case *Unary:
		return opTexts[x.Op].prec
	case *Like, *In:
		return precCompare
	}
	return precPrimary
}

// exprText returns x, in parentheses if it binds less tightly than min.
func exprText(x Expr, min int) string {
	var w printer
	w.expr(x, min)
	return w.String()
}

// A printer collects the text of an expression.
type printer struct {
	strings.Builder
	key bool // write the form that NameKey returns
}

// expr writes x, in parentheses if it binds less tightly than min.
func (w *printer) expr(x Expr, min int) {
	if precedence(x) < min {
		w.WriteByte('(')
		defer w.WriteByte(')')
	}
	switch x := x.(type) {
	case *Unary:
		w.unary(x)
	case *Binary:
		w.binary(x)
	case *Like:
		w.like(x)
	case *In:
		w.in(x)
	case *Call:
		w.call(x)
	default:
		w.WriteString(x.String())
	}
}

func (w *printer) unary(x *Unary) {
	w.WriteString(x.Op.String())
	if x.Op == Not {
		w.WriteByte(' ')
	}
	w.expr(x.X, opTexts[x.Op].prec)
}

func (w *printer) binary(x *Binary) {
	left := opTexts[x.Op].prec
	right := left + 1
	if x.Op == Pow {
		left, right = right, left
	}
	w.expr(x.X, left)
	if w.key && x.Op != And && x.Op != Or {
		w.WriteString(x.Op.String())
	} else {
		w.WriteString(" " + x.Op.String() + " ")
	}
	w.expr(x.Y, right)
}

func (w *printer) like(x *Like) {
	w.expr(x.X, precCompare)
	switch {
	case x.Match:
		w.WriteString(" =~ ")
	case x.Not:
		w.WriteString(" not like ")
	default:
		w.WriteString(" like ")
	}
	w.expr(x.Pattern, precSum)
}

func (w *printer) in(x *In) {
	w.expr(x.X, precCompare)
	if x.Not {
		w.WriteString(" not")
	}
	w.WriteString(" in ")
	if x.Query != nil {
		w.WriteString("(" + x.Query.String() + ")")
		return
	}
	w.WriteByte('[')
	w.list(x.List, precSum)
	w.WriteByte(']')
}

func (w *printer) call(x *Call) {
	name := x.Name
	if w.key {
		name = strings.ToLower(name)
	}
	w.WriteString(name + "(")
	if x.Star {
		w.WriteByte('*')
	}
	w.list(x.Args, precOr)
	w.WriteByte(')')
	for i, p := range x.Path {
		if !p.Index {
			w.WriteByte('.')
			w.WriteString(partText(p.Name))
			continue
		}
		w.WriteString(pathName(x.Path[i : i+1]))
	}
}

// list writes items with commas between them.
func (w *printer) list(items []Expr, min int) {
	for i, x := range items {
		if i > 0 {
			w.WriteByte(',')
			if !w.key {
				w.WriteByte(' ')
			}
		}
		w.expr(x, min)
	}
}

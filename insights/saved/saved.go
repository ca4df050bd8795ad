// Package saved puts saved queries in the place of their calls: $Name(a = 1). What queries are saved, and what a query means, is for others
// to say.
package saved

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// A Query is a saved query.
type Query struct {
	Text       string
	Parameters []Parameter
}

// A Parameter is what stands as {{Name}} in the text of a saved query.
type Parameter struct {
	Name    string
	Default *string // as it is put in; nil: a call must give a value
}

// An Expanded is a query without calls.
type Expanded struct {
	Text   string
	source []rune
	pieces []piece // in order
}

// A piece is a saved query in an expanded one.
type piece struct {
	name       string
	start, end int         // in characters of the expanded text
	call       syntax.Span // in the text that was written
}

// Expand replaces every call in a query by the saved query that find returns, whose error is told at the call. Values are put in as they
// are written, texts with their quotes ([R] everywhere, also inside of texts and comments of the saved query). Calls do not nest, and the result may have
// up to limit characters. Its error is a syntax.Errors with every mistake; a query that has other mistakes than in its calls is
// returned as it is.
func Expand(text string, limit int, find func(name string) (Query, error)) (*Expanded, error) {
	e := &Expanded{Text: text, source: []rune(text)}
	if !strings.Contains(text, "$") {
		return e, nil
	}
	q, err := syntax.ParseQuery(text)
	if err != nil {
		return e, err
	}
	calls := callsIn(q)
	if len(calls) == 0 {
		return e, nil
	}
	var b strings.Builder
	var errs syntax.Errors
	length, from := 0, 0
	write := func(s string) {
		b.WriteString(s)
		length += utf8.RuneCountInString(s)
	}
	for _, c := range calls {
		write(string(e.source[from:c.Span.Start.Offset]))
		from = c.Span.End.Offset
		body, mistakes := e.body(c, find)
		errs = append(errs, mistakes...)
		p := piece{name: c.Name, start: length, call: c.Span}
		write(body)
		p.end = length
		e.pieces = append(e.pieces, p)
	}
	write(string(e.source[from:]))
	if len(errs) > 0 {
		return e, errs
	}
	if length > limit {
		return e, mistake(calls[len(calls)-1].Span, "", "with its saved queries the query has %d characters, at most %d are allowed", length, limit)
	}
	e.Text = b.String()
	return e, nil
}

// callsIn returns all calls in a query and those inside it, in the order of the text.
func callsIn(q *syntax.Query) []*syntax.Invoke {
	var calls []*syntax.Invoke
	syntax.Walk(q, func(n any) bool {
		if c, ok := n.(*syntax.Invoke); ok {
			calls = append(calls, c)
		}
		return true
	})
	slices.SortFunc(calls, func(a, b *syntax.Invoke) int { return a.Span.Start.Offset - b.Span.Start.Offset })
	return calls
}

func mistake(at syntax.Span, hint, format string, args ...any) syntax.Errors {
	return syntax.Errors{{Span: at, Msg: fmt.Sprintf(format, args...), Hint: hint}}
}

// body returns what takes the place of a call.
func (e *Expanded) body(c *syntax.Invoke, find func(name string) (Query, error)) (string, syntax.Errors) {
	q, err := find(c.Name)
	if err != nil {
		return "", mistake(c.Span, "", "%v", err)
	}
	values, errs := e.values(c, q)
	if len(errs) > 0 {
		return "", errs
	}
	body, unknown := fill(q.Text, values)
	if unknown != "" {
		return "", mistake(c.Span, "", "saved query %q has {{%s}}, which is none of its parameters", c.Name, unknown)
	}
	parsed, err := syntax.ParseQuery(body)
	if mistakes, ok := errors.AsType[syntax.Errors](err); ok {
		for _, m := range mistakes {
			errs = append(errs, mistake(c.Span, m.Hint, "saved query %q, %d:%d: %s", c.Name, m.Span.Start.Line, m.Span.Start.Col, m.Msg)...)
		}
		return "", errs
	}
	if len(callsIn(parsed)) > 0 {
		return "", mistake(c.Span, "", "saved query %q calls another one, which it may not", c.Name)
	}
	if strings.Contains(body, "#") {
		body += "\n" // its last line may be a comment
	}
	return body, nil
}

// values returns the text for each parameter of q.
func (e *Expanded) values(c *syntax.Invoke, q Query) (map[string]string, syntax.Errors) {
	var errs syntax.Errors
	values := map[string]string{}
	var names []string
	for _, p := range q.Parameters {
		names = append(names, p.Name)
	}
	for _, a := range c.Args {
		at := a.Value.Where()
		_, twice := values[a.Name]
		switch {
		case !slices.Contains(names, a.Name):
			hint := ""
			if near := syntax.Suggest(a.Name, names); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			errs = append(errs, mistake(at, hint, "saved query %q has no parameter %q", c.Name, a.Name)...)
		case twice:
			errs = append(errs, mistake(at, "", "parameter %q has two values", a.Name)...)
		case !isLiteral(a.Value):
			errs = append(errs, mistake(at, "write a text in quotes, or a number", "parameter %q takes a literal, found %s", a.Name, a.Value)...)
		}
		values[a.Name] = string(e.source[at.Start.Offset:at.End.Offset])
	}
	for _, p := range q.Parameters {
		if _, given := values[p.Name]; given {
			continue
		}
		if p.Default == nil {
			errs = append(errs, mistake(c.Span, fmt.Sprintf("write %s = and a value", p.Name), "parameter %q of saved query %q has no value and no default", p.Name, c.Name)...)
			continue
		}
		values[p.Name] = *p.Default
	}
	return values, errs
}

// isLiteral tells whether x is a value by itself: a text, a number, a period, true or false.
func isLiteral(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.String, *syntax.Number, *syntax.Period:
		return true
	case *syntax.Unary:
		_, number := x.X.(*syntax.Number)
		return number
	case *syntax.Field:
		return strings.EqualFold(x.Name(), "true") || strings.EqualFold(x.Name(), "false")
	}
	return false
}

var placeholder = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// fill puts values in for the placeholders of a text. unknown is one that has none.
func fill(text string, values map[string]string) (filled, unknown string) {
	filled = placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name := placeholder.FindStringSubmatch(p)[1]
		value, known := values[name]
		if !known {
			unknown = name
		}
		return value
	})
	return filled, unknown
}

// Places returns mistakes of the expanded query with their places in the one that was written. A mistake inside a saved query is at its
// call, and says where it is in there.
func (e *Expanded) Places(errs syntax.Errors) syntax.Errors {
	if len(e.pieces) == 0 {
		return errs
	}
	out := make(syntax.Errors, len(errs))
	for i, m := range errs {
		at := *m
		if p := e.pieceAt(m.Span.Start.Offset); p != nil {
			inside := position([]rune(e.Text)[p.start:], m.Span.Start.Offset-p.start)
			at.Span, at.Msg = p.call, fmt.Sprintf("saved query %q, %d:%d: %s", p.name, inside.Line, inside.Col, m.Msg)
		} else {
			at.Span = syntax.Span{Start: e.written(m.Span.Start), End: e.written(m.Span.End)}
		}
		out[i] = &at
	}
	return out
}

// pieceAt returns the saved query that a character of the expanded text is in, nil if in none.
func (e *Expanded) pieceAt(offset int) *piece {
	for i, p := range e.pieces {
		if p.start <= offset && offset < p.end {
			return &e.pieces[i]
		}
	}
	return nil
}

// written returns the place in the query that was written of a place in the expanded one. Inside a saved query that is the call's end.
func (e *Expanded) written(at syntax.Pos) syntax.Pos {
	offset := at.Offset
	for _, p := range e.pieces {
		switch {
		case at.Offset >= p.end:
			offset = at.Offset - p.end + p.call.End.Offset
		case at.Offset > p.start:
			return p.call.End
		}
	}
	return position(e.source, offset)
}

// position returns the place of a character of a text.
func position(text []rune, offset int) syntax.Pos {
	at := syntax.Pos{Offset: min(offset, len(text)), Line: 1, Col: 1}
	for _, r := range text[:at.Offset] {
		at.Col++
		if r == '\n' {
			at.Line, at.Col = at.Line+1, 1
		}
	}
	return at
}

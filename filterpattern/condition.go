package filterpattern

import (
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A testKind says what a condition asks of a property.
type testKind uint8

const (
	compares testKind = iota // = != < <= > >=
	isNull
	isTrue
	isFalse
	notExists
)

var testNames = [...]string{isNull: " IS NULL", isTrue: " IS TRUE", isFalse: " IS FALSE", notExists: " NOT EXISTS"}

// A condition is one test of one property of a JSON event.
type condition struct {
	pos, end   int // bytes in the pattern
	selector   selector
	test       testKind
	comparison *comparison // of compares
}

// condition reads a selector and what is asked of it.
func (s *scanner) condition() (*condition, *Error) {
	c := &condition{pos: s.pos}
	var err *Error
	if c.selector, err = s.selector(); err != nil {
		return nil, err
	}
	s.skipSpace()
	if isLetter(s.peek()) {
		c.test, err = s.keywords()
	} else {
		c.comparison, err = s.comparison(isTextByte)
	}
	c.end = s.pos
	return c, err
}

// keywords reads IS NULL, IS TRUE, IS FALSE or NOT EXISTS in any case: the documentation writes
// capitals and does not say whether others will do (spec §2 [R]).
func (s *scanner) keywords() (testKind, *Error) {
	start := s.pos
	first := strings.ToUpper(s.run(isLetter))
	if s.skipSpace(); first == "EXISTS" {
		return 0, s.errorAt(start, "EXISTS is not supported without NOT", "write = * for a property that has a text, a number or a boolean")
	}
	second := strings.ToUpper(s.run(isLetter))
	switch first + " " + second {
	case "IS NULL":
		return isNull, nil
	case "IS TRUE":
		return isTrue, nil
	case "IS FALSE":
		return isFalse, nil
	case "NOT EXISTS":
		return notExists, nil
	case "IS NOT":
		return 0, s.errorAt(start, "IS NOT is not supported", "write = * for a property that has a text, a number or a boolean")
	}
	return 0, s.errorAt(start, "found "+strings.TrimSpace(s.text[start:s.pos])+" after the selector, want a comparison",
		"write = != < <= > >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS")
}

// print appends the condition.
func (c *condition) print(p *printer) {
	c.selector.print(p)
	if c.test == compares {
		c.comparison.print(p)
		return
	}
	p.WriteString(testNames[c.test])
}

// hit reports whether a value that the selector leads to satisfies the condition; for NOT EXISTS,
// whose truth is that there is none, that there is one.
//
// Comparisons are false of null, objects and arrays, whatever the operator (spec §4).
func (c *condition) hit(kind jsonscan.Kind, text []byte) bool {
	switch c.test {
	case isNull:
		return kind == jsonscan.Null
	case isTrue:
		return kind == jsonscan.True
	case isFalse:
		return kind == jsonscan.False
	case notExists:
		return true
	}
	switch kind {
	case jsonscan.String, jsonscan.Number, jsonscan.True, jsonscan.False:
		return c.comparison.holdsLeaf(kind, text)
	}
	return false
}

// holdsLeaf reports whether the comparison is true of a text, a number or a boolean of a JSON
// event. Across types (spec §4 [R]): a number outside quotes equals and orders a text that is a
// number from end to end; any other text or boolean is different from it and has no order. A text
// in the pattern is compared with a number or boolean as the event writes it.
func (c *comparison) holdsLeaf(kind jsonscan.Kind, text []byte) bool {
	if c.number == nil {
		return c.holdsText(text)
	}
	if kind == jsonscan.String || kind == jsonscan.Number {
		if order, ok := c.compareNumber(text); ok {
			return c.op.holds(order)
		}
	}
	return c.op == notEqual
}

// needles returns texts of which every event that satisfies the condition holds at least one, as
// long as it hides none behind a \u escape; nil if there is no such text that is found much faster
// than the property itself. A text of the value says more than the key, which most events may have.
func (c *condition) needles() []needle {
	if c.test == notExists {
		return nil
	}
	if c.test == compares {
		if n := newNeedle(unescapable(c.comparison.required())); n.rare {
			return []needle{n}
		}
	}
	for i := len(c.selector) - 1; i >= 0; i-- {
		key := c.selector[i].key
		if n := newNeedle(`"` + key + `"`); c.selector[i].kind == keyStep && n.rare && unescapable(key) == key {
			return []needle{n}
		}
	}
	return nil
}

// unescapable returns the longest part of text that a JSON string can only hold as it is or with
// \u escapes: without quotes, backslashes, slashes and control characters.
func unescapable(text string) string {
	longest := ""
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == '/' }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

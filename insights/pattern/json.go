package pattern

import (
	"bytes"
	"strings"
)

// A nesting is a JSON array or object that a shaper is inside.
type nesting struct {
	array bool
	// Of an array: where in the shape the element before ends and begins.
	from, to int
	element  int // where the element being read begins
}

// json makes the shape of a JSON object that begins here: keys stay, values become what text of their kind
// becomes. In arrays, elements of one shape that follow each other are written once, so that the
// length of a list tells no patterns apart. It ends behind the object, or where the text goes wrong.
func (z *shaper) json() {
	var stack [maxNesting]nesting
	depth := 0
	for z.i < len(z.s) && len(z.dst)-z.start < maxShape {
		switch c := z.s[z.i]; {
		case classes[c]&classBlank != 0:
			z.i++
		case c == '{' || c == '[':
			if depth == maxNesting {
				return
			}
			z.dst = append(z.dst, c)
			z.i++
			stack[depth] = nesting{array: c == '[', from: -1, element: len(z.dst)}
			depth++
			if c == '{' {
				z.pairs()
			}
		case c == '}' || c == ']':
			z.element(&stack[depth-1])
			z.dst = append(z.dst, c)
			z.i++
			if depth--; depth == 0 {
				return
			}
		case c == ',':
			z.element(&stack[depth-1])
			z.dst = append(z.dst, c)
			z.i++
			if n := &stack[depth-1]; n.array {
				n.element = len(z.dst)
			} else {
				z.pairs()
			}
		case c == '"':
			z.string()
		case c == ':':
			z.dst = append(z.dst, c)
			z.i++
		default:
			if !z.jsonScalar() {
				return
			}
		}
	}
}

// element ends an element of an array, and drops it if it has the shape of the one before.
func (z *shaper) element(n *nesting) {
	if !n.array || n.element > len(z.dst) {
		return
	}
	if n.from >= 0 && bytes.Equal(z.dst[n.from:n.to], z.dst[n.element:]) {
		z.dst = z.dst[:n.to]
		return
	}
	n.from, n.to = n.element, len(z.dst)
}

// jsonString makes the shape of a string: a key if a colon follows, else a value.
func (z *shaper) jsonString() {
	end := stringEnd(z.s, z.i+1)
	z.dst = append(z.dst, '"')
	after := min(end+1, len(z.s))
	if c := at(z.s, after); c == ':' || classes[c]&classBlank != 0 && strings.HasPrefix(strings.TrimLeft(z.s[after:], " \t\r\n"), ":") {
		z.dst = append(z.dst, shapeKey)
	}
	z.i++
	z.text(end, false)
	z.i = after
	z.dst = append(z.dst, '"')
}

// stringEnd returns the place of the quote that ends the string whose text begins at i, or the end of s.
func stringEnd(s string, i int) int {
	for i < len(s) {
		n := strings.IndexByte(s[i:], '"')
		if n < 0 {
			return len(s)
		}
		slash := strings.IndexByte(s[i:i+n], '\\')
		if slash < 0 {
			return i + n
		}
		i += slash + 2
	}
	return len(s)
}

// jsonScalar makes the shape of a number, true, false or null. It returns false for anything else.
func (z *shaper) jsonScalar() bool {
	n := z.i
	for n < len(z.s) && (classes[z.s[n]]&classWord != 0 || z.s[n] == '.' || z.s[n] == '-' || z.s[n] == '+') {
		n++
	}
	word := z.s[z.i:n]
	switch {
	case word == "true" || word == "false" || word == "null":
		z.dst = append(z.dst, word...)
	case word != "" && (word[0] == '-' || classes[word[0]]&classDigit != 0):
		z.number(word)
		return true
	default:
		return false
	}
	z.i = n
	return true
}

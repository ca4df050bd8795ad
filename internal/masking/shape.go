package masking

import "strings"

// A finder returns where the first piece of sensitive data stands in s at or after from; start is -1 if there is none.
type finder func(s []byte, from int) (start, end int)

// A check tells whether a piece of data is what its shape says: by its digits and letters, the letters as capitals.
type check func(text []byte) bool

// A shape is what data looks like, one byte for each character: 9 a digit, A a letter, X either, - a separator that may be missing, _ one
// that may not, a small letter itself in either case. Separators are blank, hyphen, stop and slash.
type shape string

// maxShape bounds the digits and letters of a shape.
const maxShape = 40

// match returns the end of the shape at the beginning of s, 0 if it is not there, and its digits and letters in into.
func (p shape) match(s []byte, into *[maxShape]byte) (end, n int) {
	i := 0
	for k := range len(p) {
		c := byte(0)
		if i < len(s) {
			c = s[i]
		}
		switch want := p[k]; {
		case want == '-':
			if isSeparator(c) {
				i++
			}
			continue
		case want == '_':
			if !isSeparator(c) {
				return 0, 0
			}
			i++
			continue
		case want == '9' && isDigit(c), want == 'A' && isLetter(c), want == 'X' && (isDigit(c) || isLetter(c)), want|0x20 == c|0x20 && want >= 'a':
		default:
			return 0, 0
		}
		if isLetter(c) {
			c &^= 0x20
		}
		into[n] = c
		n++
		i++
	}
	return i, n
}

func isSeparator(c byte) bool { return c == ' ' || c == '-' || c == '.' || c == '/' }

// shapes returns the finder of data that has one of some shapes, blank between them, and passes a check if there is one. The longest one
// counts. No letter or digit may stand beside it.
func shapes(list string, ok check) finder {
	var all []shape
	for _, p := range strings.Fields(list) {
		all = append(all, shape(p))
	}
	return func(s []byte, from int) (start, end int) {
		var text [maxShape]byte
		for i := from; i < len(s); i++ {
			if !isDigit(s[i]) && !isLetter(s[i]) || i > 0 && joins(s[i-1]) {
				continue
			}
			best := 0
			for _, p := range all {
				end, n := p.match(s[i:], &text)
				if end > best && !(i+end < len(s) && joins(s[i+end])) && hasDigit(text[:n]) && (ok == nil || ok(text[:n])) {
					best = end
				}
			}
			if best > 0 {
				return i, i + best
			}
			for i+1 < len(s) && joins(s[i+1]) {
				i++
			}
		}
		return -1, -1
	}
}

// joins tells whether c beside a piece of data means that it is part of something longer.
func joins(c byte) bool { return isDigit(c) || isLetter(c) }

func hasDigit(text []byte) bool {
	for _, c := range text {
		if isDigit(c) {
			return true
		}
	}
	return false
}

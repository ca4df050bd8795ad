package filterpattern

import "bytes"

// A token is one column of a line split at white space: b[start:end] is what stands in it, and
// b[from:to] the same with the delimiters of a group.
type token struct{ from, start, end, to int }

// tokens splits an event. White space separates tokens, runs of it count once (spec §5).
//
// [ … ] and " … " are one token without their delimiters. Our choices where the documentation is
// silent [R]: a group begins only where a token begins, so that the quotes of a="b c" are ordinary;
// it ends at the first closing delimiter, whatever follows; without one, the opening delimiter is
// an ordinary character.
type tokens struct {
	b   []byte
	pos int

	// Once a closing delimiter was not found, none follows: looking again for each opening one
	// would take quadratic time.
	noBracket, noQuote bool
}

// next returns the next token.
func (t *tokens) next() (tok token, ok bool) {
	i := t.pos
	for i < len(t.b) && isSpace(t.b[i]) {
		i++
	}
	if i == len(t.b) {
		t.pos = i
		return token{}, false
	}
	switch t.b[i] {
	case '[':
		tok, ok = t.group(i, ']', &t.noBracket)
	case '"':
		tok, ok = t.group(i, '"', &t.noQuote)
	}
	if !ok {
		start := i
		for i < len(t.b) && !isSpace(t.b[i]) {
			i++
		}
		tok = token{start, start, i, i}
	}
	t.pos = tok.to
	return tok, true
}

// group reads the group that opens at b[i].
func (t *tokens) group(i int, closing byte, none *bool) (tok token, ok bool) {
	if *none {
		return token{}, false
	}
	n := bytes.IndexByte(t.b[i+1:], closing)
	if n < 0 {
		*none = true
		return token{}, false
	}
	end := i + 1 + n
	return token{i, i + 1, end, end + 1}, true
}

// more reports whether a token follows.
func (t *tokens) more() bool {
	for i := t.pos; i < len(t.b); i++ {
		if !isSpace(t.b[i]) {
			return true
		}
	}
	return false
}

// rest returns everything from tok to the end as it is, delimiters included, but for white space
// at the end, which separates nothing. It is what the last column holds when tokens are left over.
func (t *tokens) rest(tok token) token {
	end := len(t.b)
	for isSpace(t.b[end-1]) {
		end--
	}
	t.pos = end
	return token{tok.from, tok.from, end, end}
}

// count returns how many tokens follow. t is a copy.
func (t tokens) count() int {
	n := 0
	for _, ok := t.next(); ok; _, ok = t.next() {
		n++
	}
	return n
}

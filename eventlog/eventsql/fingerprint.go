package eventsql

import (
	"strings"
	"unicode/utf8"
)

// Limits of [Fingerprint], in bytes.
const (
	maxStatement   = 16 << 10 // read no more: what follows in a bulk insert is more of the same
	maxFingerprint = 512
)

// Fingerprint returns a statement without what it is about: literals and placeholders become ?, lists of them a single
// one, comments and line breaks go. So statements that differ in values alone have one fingerprint, of up to 512 bytes.
//
// It does not know the dialect, and rather says less than too much. A text in double quotes is kept as a name only in
// statements that can be PostgreSQL's alone (with a placeholder $1, without backquote, backslash and #), since MySQL takes
// it for a literal; where dialects disagree on the end of a literal (a quote behind a backslash or in a # comment,
// q'[…]', comments in comments) the rest is left out, and the fingerprint ends with …
func Fingerprint(query string) string {
	f := fingerprint{in: cut(query, maxStatement)}
	f.read()
	if f.numbered && !f.lost && !strings.ContainsAny(query, "`\\#") {
		f = fingerprint{in: f.in, names: true}
		f.read()
	}
	s := joinLists(strings.TrimSpace(f.out.String()))
	short := cut(s, maxFingerprint)
	if f.lost || len(short) < len(s) || len(f.in) < len(query) {
		short += "…"
	}
	return short
}

// cut returns at most n bytes of s, and no half character.
func cut(s string, n int) string {
	n = min(len(s), n)
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// joinLists makes one of several ? in a list, and of several such lists.
func joinLists(s string) string {
	for _, list := range []struct{ many, one string }{{"?, ?", "?"}, {"(?), (?)", "(?)"}} {
		for strings.Contains(s, list.many) {
			s = strings.ReplaceAll(s, list.many, list.one)
		}
	}
	return s
}

// fingerprint is one on its way through a statement.
type fingerprint struct {
	in       string
	at       int
	out      strings.Builder
	last     byte // of out
	space    bool // before what comes next
	names    bool // double quotes hold names
	numbered bool // there was a placeholder $1
	lost     bool // the dialect decides how it goes on
}

func (f *fingerprint) read() {
	for f.at < len(f.in) && !f.lost {
		f.next()
	}
}

// next reads one token.
func (f *fingerprint) next() {
	c, rest := f.in[f.at], f.in[f.at:]
	switch {
	case c <= ' ':
		f.at, f.space = f.at+1, true
	case strings.HasPrefix(rest, "--"):
		f.skipTo("\n")
	case strings.HasPrefix(rest, "/*"):
		f.comment()
	case c == '#' && strings.ContainsAny(line(rest), "'\"`"):
		f.lost = true
	case c == '\'' || c == '"' && !f.names:
		f.literal(c)
	case c == '"' || c == '`':
		f.name(c)
	case c == '$' && f.dollarQuoted():
	case (c == '$' || c == '.') && len(rest) > 1 && isDigit(rest[1]), isDigit(c):
		f.numbered = f.numbered || c == '$'
		f.number()
	case isWord(c):
		f.word()
	case c == ',':
		f.space = false
		f.write(",")
		f.at, f.space = f.at+1, true
	default:
		f.write(rest[:1])
		f.at++
	}
}

// write puts a token out, with a space before it if there was one.
func (f *fingerprint) write(token string) {
	if f.space && f.last != 0 && f.last != '(' && token != ")" {
		f.out.WriteByte(' ')
	}
	f.space, f.last = false, token[len(token)-1]
	f.out.WriteString(token)
}

// skipTo leaves out everything up to and with end, or the rest.
func (f *fingerprint) skipTo(end string) {
	f.space = true
	i := strings.Index(f.in[f.at:], end)
	if i < 0 {
		f.at = len(f.in)
		return
	}
	f.at += i + len(end)
}

// comment leaves out a comment. One inside another ends both or only itself, as the dialect has it.
func (f *fingerprint) comment() {
	body, _, _ := strings.Cut(f.in[f.at+2:], "*/")
	if strings.Contains(body, "/*") {
		f.lost = true
		return
	}
	f.at += 2
	f.skipTo("*/")
}

// literal replaces a text in quotes, in which a doubled quote stands for one.
func (f *fingerprint) literal(quote byte) {
	f.write("?")
	for f.at++; f.at < len(f.in); f.at++ {
		switch c := f.in[f.at]; {
		case c == '\\' && f.at+1 < len(f.in) && (f.in[f.at+1] == quote || f.in[f.at+1] == '\\'):
			f.lost = true // the end in one dialect, a quote inside in another
			return
		case c != quote:
		case f.at+1 < len(f.in) && f.in[f.at+1] == quote:
			f.at++
		default:
			f.at++
			return
		}
	}
}

// name keeps a name in quotes. One without an end is none.
func (f *fingerprint) name(quote byte) {
	i := f.at + 1
	for ; i < len(f.in); i++ {
		if f.in[i] != quote {
			continue
		}
		if i+1 < len(f.in) && f.in[i+1] == quote {
			i++
			continue
		}
		f.write(f.in[f.at : i+1])
		f.at = i + 1
		return
	}
	f.write("?")
	f.at = len(f.in)
}

// dollarQuoted replaces a literal of PostgreSQL's between $tag$ and $tag$, and reports whether there is one.
func (f *fingerprint) dollarQuoted() bool {
	rest := f.in[f.at+1:]
	n := 0
	for n < len(rest) && isWord(rest[n]) && rest[n] != '$' {
		n++
	}
	if n == len(rest) || rest[n] != '$' || n > 0 && isDigit(rest[0]) {
		return false
	}
	tag := f.in[f.at : f.at+n+2]
	f.write("?")
	f.at += len(tag)
	f.skipTo(tag)
	f.space = false
	return true
}

// number replaces a number, or a numbered placeholder.
func (f *fingerprint) number() {
	f.write("?")
	for f.at++; f.at < len(f.in); f.at++ {
		c := f.in[f.at]
		sign := (c == '+' || c == '-') && (f.in[f.at-1] == 'e' || f.in[f.at-1] == 'E')
		if !isWord(c) && c != '.' && !sign {
			return
		}
	}
}

// word keeps a name or keyword. Letters right before a quote belong to the literal: N'…', x'…'. Oracle's q'[…]' has ends
// of its own.
func (f *fingerprint) word() {
	start := f.at
	for f.at < len(f.in) && isWord(f.in[f.at]) {
		f.at++
	}
	w := f.in[start:f.at]
	f.write(w)
	if f.at < len(f.in) && f.in[f.at] == '\'' && (strings.EqualFold(w, "q") || strings.EqualFold(w, "nq")) {
		f.lost = true
	}
}

func line(s string) string {
	l, _, _ := strings.Cut(s, "\n")
	return l
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isWord tells whether c is part of a name: also $, and all that is not ASCII.
func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= utf8.RuneSelf || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Package masking finds sensitive data in log events, as a data protection policy of CloudWatch Logs names it, and puts asterisks in its
// place. Which events a policy covers, and who may see what is behind the asterisks, is for others to say.
package masking

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Rules say what is sensitive: the identifiers of one or several policies. The zero value finds nothing.
type Rules struct {
	Managed []string `json:"managed,omitempty"` // as in ARNs, without what is before the slash
	Custom  []Custom `json:"custom,omitempty"`
}

// A Custom is a data identifier of the user's own.
type Custom struct {
	Name  string `json:"name"`
	Regex string `json:"regex"`
}

// Empty tells whether r finds nothing.
func (r Rules) Empty() bool { return len(r.Managed)+len(r.Custom) == 0 }

// With returns the rules of both.
func (r Rules) With(more Rules) Rules {
	all := Rules{Managed: slices.Clone(r.Managed), Custom: slices.Clone(r.Custom)}
	for _, name := range more.Managed {
		if !slices.Contains(all.Managed, name) {
			all.Managed = append(all.Managed, name)
		}
	}
	for _, c := range more.Custom {
		if !slices.Contains(all.Custom, c) {
			all.Custom = append(all.Custom, c)
		}
	}
	return all
}

// A Mask finds what some rules name. It is safe for concurrent use.
type Mask struct {
	names    []string // of identifiers, managed ones first
	managed  []*identifier
	custom   []*regexp.Regexp
	keywords *keywords // nil if no identifier has any
	scratch  sync.Pool // of *scratch
}

// New returns the mask of rules, nil if they find nothing: a nil Mask must not be asked. Rules of a parsed policy have no mistakes; what
// an older version of this program let pass and this one does not know is left out.
func New(r Rules) *Mask {
	m := &Mask{}
	for _, name := range r.Managed {
		if id := managed(name); id != nil {
			m.names, m.managed = append(m.names, name), append(m.managed, id)
		}
	}
	for _, c := range r.Custom {
		if re, err := regexp.Compile(c.Regex); err == nil {
			m.names, m.custom = append(m.names, c.Name), append(m.custom, re)
		}
	}
	if len(m.names) == 0 {
		return nil
	}
	m.keywords = newKeywords(m.managed)
	m.scratch.New = func() any { return &scratch{looked: make([]int, len(m.managed))} }
	return m
}

// A Finding is one piece of sensitive data: where it stands in the text, in bytes.
type Finding struct {
	Identifier string
	Start, End int
}

// scratch is what one search works with.
type scratch struct {
	looked   []int // by managed identifier: up to where its candidates near keywords were looked at
	findings []Finding
	matches  []match
	plain    []byte
	out      []byte
}

// blanked returns the text with blanks in place of JSON's escapes, whose letters would seem to be part of the words behind them. What
// follows a backslash in other texts is taken for one too.
func (s *scratch) blanked(text []byte) []byte {
	at := bytes.IndexByte(text, '\\')
	if at < 0 {
		return text
	}
	s.plain = append(s.plain[:0], text...)
	for at+1 < len(text) {
		n := 2
		switch text[at+1] {
		case 'u':
			n = min(6, len(text)-at)
		case 'b', 'f', 'n', 'r', 't', '"', '\\':
		default:
			n = 1
		}
		copy(s.plain[at:at+n], "      ")
		next := bytes.IndexByte(text[at+n:], '\\')
		if next < 0 {
			break
		}
		at += n + next
	}
	return s.plain
}

// Find returns what is sensitive in a text, by place. Pieces of different identifiers may overlap.
func (m *Mask) Find(text string) []Finding {
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	m.find(s, bytesOf(text))
	return slices.Clone(s.findings)
}

// Text returns the text with an asterisk in place of each character that is sensitive. In JSON a number that is masked becomes a string,
// so that the text stays JSON [R]. A text without findings is returned as it is.
func (m *Mask) Text(text string) string {
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	m.find(s, bytesOf(text))
	return s.hide(text)
}

// Hide is Text and Find in one.
func (m *Mask) Hide(text string) (string, []Finding) {
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	m.find(s, bytesOf(text))
	return s.hide(text), slices.Clone(s.findings)
}

// hide returns the text without what was found in it.
func (s *scratch) hide(text string) string {
	if len(s.findings) == 0 {
		return text
	}
	w := newWriter(s.out[:0], text)
	for _, f := range s.findings {
		w.hide(f.Start, f.End)
	}
	s.out = w.end()
	return string(s.out)
}

// find puts the findings of a text into s.
func (m *Mask) find(s *scratch, original []byte) {
	s.findings = s.findings[:0]
	clear(s.looked)
	text := s.blanked(original)
	for i, id := range m.managed {
		if id.alone != nil {
			s.all(text, m.names[i], id.alone)
		}
	}
	if m.keywords != nil {
		s.matches = m.keywords.in(text, s.matches[:0])
		for _, word := range s.matches {
			for _, i := range word.ids {
				m.near(s, text, i, word.start, word.end)
			}
		}
	}
	for i, re := range m.custom {
		for _, at := range re.FindAllIndex(original, -1) {
			if at[0] < at[1] {
				s.findings = append(s.findings, Finding{m.names[len(m.managed)+i], at[0], at[1]})
			}
		}
	}
	if len(s.findings) > 1 {
		slices.SortFunc(s.findings, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(a.Identifier, b.Identifier))
		})
		s.findings = slices.Compact(s.findings)
	}
}

// all adds all pieces that a finder finds.
func (s *scratch) all(text []byte, name string, find finder) {
	for from := 0; from < len(text); {
		start, end := find(text, from)
		if start < 0 {
			return
		}
		s.findings = append(s.findings, Finding{name, start, end})
		from = end
	}
}

// How near a keyword must be, in bytes (CWL-managed-data-identifiers: "typically within 30 characters"), and how long what stands near
// keywords is at most: an IBAN with blanks has 42.
const (
	reach      = 30
	maxByShape = 64
)

// near adds the pieces of managed identifier i that are near its keyword at text[start:end]. What it has looked at for a keyword before
// it need not look at again: a candidate that was out of reach to the left still is.
func (m *Mask) near(s *scratch, text []byte, i, start, end int) {
	window := text[:min(len(text), end+reach+maxByShape)]
	find := m.managed[i].near
	for from := max(0, s.looked[i], start-reach-maxByShape); from < len(window); {
		a, b := find(window, from)
		if a < 0 || a > end+reach {
			break
		}
		if b >= start-reach && (b <= start || a >= end) {
			s.findings = append(s.findings, Finding{m.names[i], a, b})
		}
		from = b
	}
	s.looked[i] = max(s.looked[i], min(len(text), end))
	for n := len(s.findings) - 1; n >= 0 && s.findings[n].Identifier == m.names[i]; n-- {
		s.looked[i] = max(s.looked[i], s.findings[n].End)
	}
}

// bytesOf returns the bytes of s, which must not be changed, without copying them.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// A writer copies a text but for what is hidden.
type writer struct {
	text string
	out  []byte
	done int  // bytes of text that were copied
	json bool // the text looks like JSON
	scan int  // bytes of text of which it is known whether
	str  bool // they end within a string
	open int  // the end of an unquoted token that has been opened by a quote; 0 if none
}

func newWriter(out []byte, text string) *writer {
	w := &writer{text: text, out: out}
	for i := range len(text) {
		if c := text[i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			w.json = c == '{' || c == '['
			break
		}
	}
	return w
}

// hide puts asterisks in place of text[start:end], as far as that was not done before.
func (w *writer) hide(start, end int) {
	start = max(start, w.done)
	if w.json {
		start += w.escape(start)
	}
	if start >= end {
		return
	}
	w.close(start)
	if w.json && w.open == 0 && !w.inString(start) {
		w.quote(start, end)
	}
	w.out = append(w.out, w.text[w.done:start]...)
	for range utf8.RuneCountInString(w.text[start:end]) {
		w.out = append(w.out, '*')
	}
	if w.done = end; w.open != 0 {
		w.open = max(w.open, end) // what is hidden may go on behind the token
	}
}

// escape returns how many bytes at text[at] are the rest of an escape that begins before it.
func (w *writer) escape(at int) int {
	from := at
	for from > w.done && w.text[from-1] == '\\' {
		from--
	}
	switch {
	case (at-from)%2 == 0 || at == len(w.text):
		return 0
	case w.text[at] == 'u':
		return min(5, len(w.text)-at)
	}
	return 1
}

// inString tells whether text[at] is within a string of JSON.
func (w *writer) inString(at int) bool {
	for ; w.scan < at; w.scan++ {
		switch c := w.text[w.scan]; {
		case c == '"':
			w.str = !w.str
		case c == '\\' && w.str:
			w.scan++
		}
	}
	return w.str
}

// quote opens a string where the token of JSON begins that text[start:end] is part of, if it ends where the token does or before.
func (w *writer) quote(start, end int) {
	from, to := start, end
	for from > w.done && !isDelimiter(w.text[from-1]) {
		from--
	}
	for to < len(w.text) && !isDelimiter(w.text[to]) {
		to++
	}
	for i := start; i < end; i++ {
		if isDelimiter(w.text[i]) {
			return // several tokens: that is no JSON any more
		}
	}
	w.out = append(w.out, w.text[w.done:from]...)
	w.out = append(w.out, '"')
	w.done, w.open = from, to
}

// close closes the string that quote has opened if it ends before at.
func (w *writer) close(at int) {
	if w.open == 0 || at < w.open {
		return
	}
	w.out = append(w.out, w.text[w.done:w.open]...)
	w.out = append(w.out, '"')
	w.done, w.open = w.open, 0
}

// end copies the rest.
func (w *writer) end() []byte {
	w.close(len(w.text))
	return append(w.out, w.text[w.done:]...)
}

// isDelimiter tells whether c ends a number of JSON.
func isDelimiter(c byte) bool {
	switch c {
	case ',', ':', '[', ']', '{', '}', '"', ' ', '\t', '\n', '\r':
		return true
	}
	return false
}

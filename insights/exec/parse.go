package exec

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// parseStep takes texts out of a text. Where the text does not have the form asked for, the columns are
// null and the row stays.
type parseStep struct {
	*plan.Parse
	kind column.Kind // of the new columns
	take taker
}

// A taker takes texts out of s and puts them into out, one for each new column. It returns false if
// s does not have the form; then out holds nothing of use. It is used by several workers at once.
type taker func(s string, out []taken) bool

// A taken is one text taken out of another. The zero taken is null.
type taken struct {
	text    string
	present bool
}

func newParse(s *plan.Parse) rowStep {
	switch s.Mode {
	case syntax.ParseRegex:
		re := newGroupFinder(s.Regex, s.Groups)
		if s.Multi {
			return multiStep{s, re}
		}
		return &parseStep{s, column.String, re.first}
	case syntax.ParseLogfmt:
		return &parseStep{s, column.JSON, logfmt}
	case syntax.ParseCSV:
		return &parseStep{s, column.String, firstRecord}
	}
	return &parseStep{s, column.String, glob(s.Glob).take}
}

func (s *parseStep) batch(w *worker, r *rows) (*rows, error) {
	in := w.eval(s.From, r)
	out := r.clone()
	cols := make([]textColumn, len(s.Out))
	if in.Codes != nil && len(in.Strings) < in.Len {
		s.takeCoded(in, cols)
	} else {
		s.takeEach(in, cols)
	}
	for i, slot := range s.Out {
		out.set(slot, cols[i].column(s.kind))
	}
	return out, nil
}

// takeEach takes texts out of every row.
func (s *parseStep) takeEach(in *column.Column, cols []textColumn) {
	found := make([]taken, len(cols))
	for i := range cols {
		cols[i].init(in.Len)
	}
	for row := range in.Len {
		text, ok := textAt(in, row)
		ok = ok && s.take(text, found)
		for i := range cols {
			if ok {
				cols[i].set(row, found[i])
			} else {
				cols[i].set(row, taken{})
			}
		}
	}
}

// takeCoded takes texts out of each distinct value of a dictionary-coded column.
func (s *parseStep) takeCoded(in *column.Column, cols []textColumn) {
	distinct := make([]textColumn, len(cols))
	s.takeEach(&column.Column{Kind: in.Kind, Len: len(in.Strings), Strings: in.Strings}, distinct)
	for i := range cols {
		cols[i].init(in.Len)
		for row, code := range in.Codes {
			if !in.IsNull(row) {
				cols[i].set(row, distinct[i].at(int(code)))
			} else {
				cols[i].set(row, taken{})
			}
		}
	}
}

// textAt returns the text of row i that parse works on; maps and lists have none.
func textAt(c *column.Column, i int) (string, bool) {
	if c.Kind == column.String {
		return c.Str(i), !c.IsNull(i)
	}
	return function.TextOf(c.Value(i))
}

// A textColumn is a column of texts being made.
type textColumn struct {
	texts []string
	nulls column.Mask
	some  bool // not all are null
}

func (c *textColumn) init(n int) { c.texts = make([]string, n) }

func (c *textColumn) set(row int, t taken) {
	if !t.present {
		c.nulls = c.nulls.Set(row, len(c.texts))
		return
	}
	c.texts[row], c.some = t.text, true
}

func (c *textColumn) at(row int) taken { return taken{c.texts[row], !c.nulls.Get(row)} }

func (c *textColumn) column(k column.Kind) *column.Column {
	if !c.some {
		return &column.Column{Kind: column.Null, Len: len(c.texts)}
	}
	return &column.Column{Kind: k, Len: len(c.texts), Strings: c.texts, Nulls: c.nulls}
}

// A glob is the literal texts around the stars of a pattern. The first may start anywhere in a text.
// Each star stands for the shortest text up to the next literal, newlines included; one at the
// very end takes the rest, and what follows a last literal is of no interest.
type glob []string

func (g glob) take(s string, out []taken) bool {
	at := strings.Index(s, g[0])
	if at < 0 {
		return false
	}
	rest := s[at+len(g[0]):]
	last := len(g) - 1
	for i, literal := range g[1:] {
		if literal == "" && i+1 == last {
			out[i] = taken{rest, true}
			return true
		}
		n := strings.Index(rest, literal)
		if n < 0 {
			return false
		}
		out[i] = taken{rest[:n], true}
		rest = rest[n+len(literal):]
	}
	return true
}

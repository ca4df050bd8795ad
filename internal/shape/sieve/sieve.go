// Package sieve finds out which of the messages that package shape took apart can meet conditions, by their columns and
// shapes alone. It puts no message together and reads no file; to look at what is left is for others.
package sieve

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/shape"
)

// Texts are met by a message in which a field is a text, one of some.
type Texts struct {
	Want shape.Want
	Any  []string
}

// A Sieve tells for a table of shapes which messages can meet conditions. It does not change.
type Sieve struct {
	conditions []condition
}

// A condition can be met by messages of open shapes, those that stand whole, and those of which a column has a text that it
// matches.
type condition struct {
	any     []string // the only texts that match in whole; nil for others
	columns []matching
	open    []bool // by code; nil: none
}

// A matching is a column and what matches in it.
type matching struct {
	column int
	match  func(text string) bool
}

// New returns the Sieve of some conditions: a message has to meet all of them, and contain each of the pieces. Without
// conditions that could leave out a message it returns nil.
func New(t *shape.Table, texts []Texts, pieces []string) *Sieve {
	s := &Sieve{}
	for _, w := range texts {
		s.add(ofTexts(t, w))
	}
	for _, piece := range pieces {
		if piece != "" {
			s.add(ofPiece(t, piece))
		}
	}
	if len(s.conditions) == 0 {
		return nil
	}
	return s
}

// add adds a condition, unless every message can meet it.
func (s *Sieve) add(c condition) {
	if !slices.Contains(c.open, true) {
		c.open = nil
	}
	if c.open == nil || slices.Contains(c.open, false) {
		s.conditions = append(s.conditions, c)
	}
}

// ofTexts returns the condition that a field has one of some texts.
func ofTexts(t *shape.Table, w Texts) condition {
	c := condition{any: w.Any, open: make([]bool, len(t.Shapes))}
	if c.any == nil {
		c.any = []string{}
	}
	for code := range t.Shapes {
		at, exact := t.Lookup(code, w.Want)
		switch {
		case !exact:
			c.open[code] = true
		case at < 0 || c.has(at):
		case t.Columns[at].Class == shape.TextClass, t.Columns[at].Class == shape.UUIDClass:
			c.columns = append(c.columns, matching{at, oneOf(w.Any)})
		}
	}
	return c
}

func (c *condition) has(at int) bool {
	return slices.ContainsFunc(c.columns, func(m matching) bool { return m.column == at })
}

func oneOf(any []string) func(string) bool {
	if len(any) == 1 {
		only := any[0]
		return func(text string) bool { return text == only }
	}
	set := make(map[string]bool, len(any))
	for _, text := range any {
		set[text] = true
	}
	return func(text string) bool { return set[text] }
}

// Codes stands for the column of the shapes' codes where columns of the table are named by their places.
const Codes = -1

// A Pass is a Sieve for the messages of one row group. It belongs to one goroutine.
type Pass struct {
	steps []step
	hit   []bool // scratch: by row of the batch
}

// A step is what a condition asks of a row group.
type step struct {
	columns []known
	open    []bool // by code; nil: none
	codes   bool   // shapes are asked
}

// A known column remembers what matches in its dictionary.
type known struct {
	matching
	any        []string // of the condition
	dictionary []string
	verdict    []uint8 // by number in the dictionary: 1 if it matches
	matches    bool    // any of verdict
}

// Pass returns the Pass for a row group; nil if no message of it can meet all conditions. whole says that there may be messages
// that stand whole. lacks tells that a column is certain to have none of some texts.
func (s *Sieve) Pass(whole bool, lacks func(column int, texts []string) (bool, error)) (*Pass, error) {
	p := &Pass{}
	for i := range s.conditions {
		c := &s.conditions[i]
		st := step{open: c.open, codes: whole || c.open != nil}
		for _, m := range c.columns {
			if c.any != nil {
				if gone, err := lacks(m.column, c.any); err != nil {
					return nil, err
				} else if gone {
					continue
				}
			}
			st.columns = append(st.columns, known{matching: m, any: c.any})
		}
		if len(st.columns) == 0 && !st.codes {
			return nil, nil
		}
		p.steps = append(p.steps, st)
	}
	return p, nil
}

// Columns are those of a batch, named by their places in the table.
type Columns interface {
	// Column returns a column of the table, or Codes. It is asked only for what is needed.
	Column(at int) (*column.Column, error)
	// Find returns the rows that have one of some texts in a column, in order. ok is false if that is for others to find out, from Column.
	Find(at int, texts []string) (rows []int32, ok bool, err error)
}

// Rows returns those of some rows of a batch, in place, that can meet all conditions.
func (p *Pass) Rows(rows []int32, of Columns) ([]int32, error) {
	for i := range p.steps {
		if len(rows) == 0 {
			break
		}
		var err error
		if rows, err = p.narrow(&p.steps[i], rows, of); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (p *Pass) narrow(s *step, rows []int32, of Columns) ([]int32, error) {
	if len(s.columns) == 1 && !s.codes {
		return s.columns[0].narrow(rows, of)
	}
	n := int(rows[len(rows)-1]) + 1
	p.hit = slices.Grow(p.hit[:0], n)[:n]
	clear(p.hit)
	if s.codes {
		c, err := of.Column(Codes)
		if err != nil {
			return nil, err
		}
		s.asked(c, rows, p.hit)
	}
	for i := range s.columns {
		if err := s.columns[i].widen(rows, of, p.hit); err != nil {
			return nil, err
		}
	}
	kept := rows[:0]
	for _, row := range rows {
		if p.hit[row] {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// find returns the rows that match, if the column has to have one of some texts and somebody else finds them.
func (k *known) find(of Columns) (rows []int32, ok bool, err error) {
	if k.any == nil {
		return nil, false, nil
	}
	return of.Find(k.column, k.any)
}

// narrow returns the rows that match, in place.
func (k *known) narrow(rows []int32, of Columns) ([]int32, error) {
	found, ok, err := k.find(of)
	if err != nil {
		return nil, err
	}
	if ok {
		return common(rows, found), nil
	}
	c, err := of.Column(k.column)
	if err != nil {
		return nil, err
	}
	return k.filter(c, rows), nil
}

// common returns those of some rows, in place, that others have too. Both are in order.
func common(rows, others []int32) []int32 {
	kept := rows[:0]
	for _, other := range others {
		at, both := slices.BinarySearch(rows, other)
		if rows = rows[at:]; both {
			kept = append(kept, other)
			rows = rows[1:]
		}
	}
	return kept
}

// widen marks the rows that match.
func (k *known) widen(rows []int32, of Columns, hit []bool) error {
	found, ok, err := k.find(of)
	if err != nil {
		return err
	}
	if ok {
		for _, row := range found {
			if int(row) < len(hit) {
				hit[row] = true
			}
		}
		return nil
	}
	c, err := of.Column(k.column)
	if err != nil {
		return err
	}
	k.mark(c, rows, hit)
	return nil
}

// asked marks the rows whose messages only their text tells of. Codes that no shape has are for others to refuse.
func (s *step) asked(c *column.Column, rows []int32, hit []bool) {
	for _, row := range rows {
		code := c.Ints[row]
		if uint64(code) >= uint64(len(s.open)) {
			hit[row] = s.open == nil && code == shape.Whole || s.open != nil
			continue
		}
		hit[row] = s.open[code]
	}
}

// look judges the dictionary of c. It reports whether c has one, and whether anything in it matches.
func (k *known) look(c *column.Column) (coded, matches bool) {
	if c.Codes == nil {
		return false, true
	}
	if len(k.dictionary) == len(c.Strings) && len(c.Strings) > 0 && &k.dictionary[0] == &c.Strings[0] {
		return true, k.matches
	}
	k.dictionary, k.matches = c.Strings, false
	k.verdict = slices.Grow(k.verdict[:0], len(c.Strings))[:len(c.Strings)]
	for i, text := range c.Strings {
		k.verdict[i] = 0
		if k.match(text) {
			k.verdict[i], k.matches = 1, true
		}
	}
	return true, k.matches
}

// filter returns the rows that match, in place.
func (k *known) filter(c *column.Column, rows []int32) []int32 {
	kept := rows[:0]
	if c.Kind != column.String {
		return kept
	}
	coded, matches := k.look(c)
	switch {
	case !matches:
	case coded && c.Nulls == nil:
		n := 0
		for _, row := range rows { // without a branch that nobody can foresee
			rows[n] = row
			n += int(k.verdict[c.Codes[row]])
		}
		kept = rows[:n]
	case coded:
		for _, row := range rows {
			if k.verdict[c.Codes[row]] != 0 && !c.IsNull(int(row)) {
				kept = append(kept, row)
			}
		}
	default:
		for _, row := range rows {
			if k.match(c.Strings[row]) && !c.IsNull(int(row)) {
				kept = append(kept, row)
			}
		}
	}
	return kept
}

// mark marks the rows that match.
func (k *known) mark(c *column.Column, rows []int32, hit []bool) {
	if c.Kind != column.String {
		return
	}
	coded, matches := k.look(c)
	switch {
	case !matches:
	case coded:
		for _, row := range rows {
			if !hit[row] && k.verdict[c.Codes[row]] != 0 && !c.IsNull(int(row)) {
				hit[row] = true
			}
		}
	default:
		for _, row := range rows {
			if !hit[row] && !c.IsNull(int(row)) && k.match(c.Strings[row]) {
				hit[row] = true
			}
		}
	}
}

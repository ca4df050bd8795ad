package pattern

import "slices"

// A Form is a pattern as a Set counts it. Unlike a Pattern's text, its shape goes back into a Set: what was found one day can be kept,
// and compared with what comes on another.
type Form struct {
	Shape string // for a Set and a Matcher alone: it has bytes that no text has
	N     Counts
}

// Pattern returns f as people read it.
func (f Form) Pattern() Pattern { return Pattern{patternText(f.Shape), severityOf(f.Shape), f.N} }

// Forms returns the patterns of the messages in s, the most frequent first and of equally frequent ones in the order of their shapes.
// Messages that were too rare to be kept are in none.
func (s *Set) Forms() []Form {
	var forms []Form
	merged, _ := mergeShapes(s.list(), nil)
	for _, c := range merged {
		forms = append(forms, Form{c.shape, c.n})
	}
	return forms
}

// AddForm counts f.N messages of a form that a Set gave out.
func (s *Set) AddForm(f Form) {
	counts := s.shapes[f.Shape]
	if counts == nil {
		counts = s.new(f.Shape)
	}
	counts.add(f.N)
}

// A Matcher tells which of some forms a message is of. It is used by one goroutine at a time, and remembers up to MaxShapes shapes of messages.
type Matcher struct {
	byFrame map[string][]template
	known   map[string]int // answers, by shape
	buf     []byte
	memory  *memory
}

// A template is a form by its words, of which marks stand for any.
type template struct {
	index int
	words []string
}

// NewMatcher returns the Matcher of forms.
func NewMatcher(forms []Form) *Matcher {
	m := &Matcher{byFrame: map[string][]template{}, known: map[string]int{}, memory: newMemory()}
	for i, f := range forms {
		frame := frameOf(f.Shape)
		m.byFrame[frame] = append(m.byFrame[frame], template{i, wordTexts(f.Shape)})
	}
	return m
}

// Match returns the index of the form that text is of; -1 if there is none.
func (m *Matcher) Match(text string) int {
	m.buf = appendShape(m.buf[:0], text, m.memory)
	return m.matchShape(m.buf)
}

// matchShape returns the index of the form that a shape is of, and remembers it.
func (m *Matcher) matchShape(shape []byte) int {
	i, ok := m.known[string(shape)]
	if ok {
		return i
	}
	i = m.match(string(shape))
	if len(m.known) < MaxShapes {
		m.known[string(shape)] = i
	}
	return i
}

// match returns the index of the form that a shape is of; -1 if there is none.
func (m *Matcher) match(shape string) int {
	templates := m.byFrame[frameOf(shape)]
	if len(templates) == 0 {
		return -1
	}
	words := wordTexts(shape)
	for _, t := range templates {
		if t.takes(words) {
			return t.index
		}
	}
	return -1
}

// takes tells whether words, of the same frame, are of t.
func (t template) takes(words []string) bool {
	anyText := string([]byte{shapeMark, byte(markWord)})
	for i, w := range t.words {
		if w != anyText && w != words[i] {
			return false
		}
	}
	return true
}

// wordTexts returns the words of a shape.
func wordTexts(shape string) []string {
	places := wordsOf(shape)
	words := make([]string, 0, len(places))
	for _, w := range places {
		words = append(words, shape[w.from:w.to])
	}
	return slices.Clip(words)
}

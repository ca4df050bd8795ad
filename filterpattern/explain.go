package filterpattern

import "unicode/utf8"

// A Step tells what one term or condition of a pattern made of an event. The steps of a pattern
// together with how it joins them give its answer.
type Step struct {
	Pos, End int    // its place in the pattern's text, in characters; both 0 for a demand on the whole event
	Text     string // the term or condition in canonical form, or the demand in words
	Saw      string // the value it looked at, as the event shows it; "" for terms
	Note     string // what that value is and where it stands, or why there is none
	Ignored  bool   // it does not count: an optional term beside others
	Held     bool   // it is true of the event
}

// Explain shows why the pattern matches the event or does not: each term or condition with what
// it saw, in the order of the pattern. It is for people to read and slower than Match.
func (p *Pattern) Explain(event []byte) []Step {
	steps := p.form.explain(event)
	for i := range steps {
		st := &steps[i]
		st.Pos = utf8.RuneCountInString(p.source[:st.Pos])
		st.End = utf8.RuneCountInString(p.source[:st.End])
	}
	return steps
}

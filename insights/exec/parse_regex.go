package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/sequence"
)

// A groupFinder takes the texts of capture groups. An empty capture is an empty text, an optional group
// that took no part in the match is null.
type groupFinder struct {
	re     *function.Matcher
	quick  *sequence.Sequence // nil if re is none
	groups []int
}

func newGroupFinder(re *function.Matcher, groups []int) *groupFinder {
	return &groupFinder{re: re, quick: sequence.New(re.Regexp()), groups: groups}
}

// first takes the groups of the first match.
func (f *groupFinder) first(s string, out []taken) bool {
	if f.quick != nil {
		var places sequence.Places
		switch f.quick.Find(s, 0, &places) {
		case sequence.NoMatch:
			return false
		case sequence.Match:
			f.cut(s, places[:], out)
			return true
		}
	}
	at := f.re.FindSubmatchIndex(s)
	if at == nil {
		return false
	}
	f.cut(s, at, out)
	return true
}

// all calls keep with the places of every match. It uses and returns buf.
func (f *groupFinder) all(s string, buf []sequence.Places, keep func(s string, at []int)) []sequence.Places {
	if f.quick != nil {
		var sure bool
		if buf, sure = f.quick.FindAll(s, buf[:0]); sure {
			for i := range buf {
				keep(s, buf[i][:])
			}
			return buf
		}
	}
	for _, at := range f.re.FindAllSubmatchIndex(s, -1) {
		keep(s, at)
	}
	return buf
}

// cut takes the groups of a match whose places are at.
func (f *groupFinder) cut(s string, at []int, out []taken) {
	for i, g := range f.groups {
		out[i] = taken{}
		if from, to := at[2*g], at[2*g+1]; from >= 0 {
			out[i] = taken{s[from:to], true}
		}
	}
}

// multiStep makes a row of each match. A row without one stays once, with nulls ([R] §6.2).
type multiStep struct {
	*plan.Parse
	re *groupFinder
}

func (s multiStep) batch(w *worker, r *rows) (*rows, error) {
	in := w.eval(s.From, r)
	var which []int32
	found := make([]taken, len(s.Out))
	builders := make([]column.Builder, len(s.Out))
	var matches []sequence.Places
	for row := range r.n {
		before := len(which)
		keep := func(text string, at []int) {
			which = append(which, int32(row))
			s.re.cut(text, at, found)
			appendTaken(builders, found)
		}
		if text, ok := textAt(in, row); ok {
			matches = s.re.all(text, matches, keep)
		}
		if len(which) == before {
			which = append(which, int32(row))
			clear(found)
			appendTaken(builders, found)
		}
	}
	out := r.take(which, nil)
	for i, slot := range s.Out {
		out.set(slot, builders[i].Column())
	}
	return out, nil
}

func appendTaken(builders []column.Builder, found []taken) {
	for i, t := range found {
		if t.present {
			builders[i].Text(t.text)
		} else {
			builders[i].Null()
		}
	}
}

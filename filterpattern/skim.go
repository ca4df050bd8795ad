package filterpattern

import (
	"math/bits"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// skim passes members of an object that no selector wants, as many as it can pass in the cheapest
// way: keys, texts and numbers, written without line breaks. at is where the first other member
// starts. If a selector wants that one, child is its path and value where its value stands; else
// child is nil, and object has to look at the member itself.
//
// It is object's loop once more, for speed only: most of a walk is spent on members like these. It
// goes by the marks of quotes, so that no quote has to be found before the next one is looked for.
func (w *walker) skim(p *path, i int) (at int, child *path, value int) {
	b, lengths := w.b, p.lengths
	if i >= len(b) || b[i] != '"' {
		return i, nil, 0
	}
	base, marks := w.marksFrom(i)
	for b[i] == '"' {
		closing := marks & (marks - 1)
		if closing == 0 {
			base, closing = w.closingMark(base, marks)
		}
		end := base + bits.TrailingZeros64(closing)
		marks = closing & (closing - 1)
		if end+3 >= len(b) || b[end+1] != ':' || w.escapes && jsonscan.HasEscape(b[i+1:end]) {
			return i, nil, 0
		}
		v := end + 2
		if b[v] == ' ' {
			v++
		}
		if lengths>>(uint(end-i-1)&63)&1 != 0 {
			if child = p.member(b[i : end+1]); child != nil {
				w.base, w.marks = base, marks
				return i, child, v
			}
		}
		switch c := b[v]; {
		case c == '"':
			if closing = marks & (marks - 1); closing == 0 {
				base, closing = w.closingMark(base, marks)
			}
			end = base + bits.TrailingZeros64(closing)
			marks = closing & (closing - 1)
			if end++; end+2 >= len(b) || b[end-2] == '\\' {
				return i, nil, 0
			}
		case c-'0' < 10 || c == '-':
			end = jsonscan.SkipNumber(b, v)
		default:
			return i, nil, 0
		}
		if end+2 >= len(b) || b[end] != ',' {
			return i, nil, 0
		}
		i = end + 1
		if b[i] == ' ' {
			i++
		}
	}
	return i, nil, 0
}

package filterpattern

import (
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A walker is one walk over one event. It skips what no selector wants and stops when nothing that
// follows can change the answer. Of a key that an object repeats, the last value counts.
type walker struct {
	form    *jsonForm
	b       []byte
	hits    set     // conditions that a value hits (condition.hit)
	known   set     // conditions that only a repeated key of the root can change
	whole   bool    // a key of the root may be repeated: walk to the end
	settled verdict // open, or the answer
	stop    int     // where the walk ended

	malformed bool    // the event is not JSON, as far as the walk went
	saw       []sight // what each condition looked at; nil when nobody asks

	base  int    // the place of the lowest bit of marks
	marks uint64 // quotes that skim has yet to pass; see marksFrom

	escapes bool    // the event holds a backslash
	buffer  *[]byte // for texts with escapes; nil until needed
}

// A sight is a value that a condition looked at.
type sight struct {
	kind jsonscan.Kind // Invalid: there was none
	raw  []byte        // as the event writes it, a text with its quotes
}

// run walks the event and reports whether it satisfies the pattern.
func (w *walker) run() bool {
	w.escapes = jsonscan.HasEscape(w.b)
	end, ok := w.value(w.form.paths, 0)
	w.stop = end
	if w.buffer != nil {
		w.form.buffers.Put(w.buffer)
	}
	switch {
	case w.settled != open:
		return w.settled == yes
	case !ok || end < len(w.b):
		w.malformed = true
		return false
	}
	return w.verdict(&w.form.paths.under) == yes
}

// verdict says what the pattern is when the given conditions are known.
func (w *walker) verdict(known *set) verdict {
	held := w.hits
	for i := range held {
		held[i] ^= w.form.absent[i]
	}
	return w.form.expr.verdict(known, &held)
}

// value walks the value at b[i] for the path that leads to it. ok is false if the text goes wrong
// or the answer is settled.
func (w *walker) value(p *path, i int) (end int, ok bool) {
	var kind jsonscan.Kind
	switch {
	case p.objects && i < len(w.b) && w.b[i] == '{':
		kind = jsonscan.Object
		end, ok = w.object(p, i)
	case p.arrays && i < len(w.b) && w.b[i] == '[':
		kind = jsonscan.Array
		end, ok = w.array(p, i)
	default:
		end, kind = jsonscan.Value(w.b, i)
		ok = kind != jsonscan.Invalid
	}
	if !ok || len(p.conds) == 0 {
		return end, ok
	}
	return end, w.test(p, kind, w.b[i:end])
}

// test asks the conditions of p about a value. It reports false if the value is malformed.
func (w *walker) test(p *path, kind jsonscan.Kind, raw []byte) bool {
	text := raw
	if kind == jsonscan.String {
		var ok bool
		if text, ok = w.unquote(raw[1 : len(raw)-1]); !ok {
			return false
		}
	}
	for _, c := range p.conds {
		hit := w.form.conds[c].hit(kind, text)
		if hit {
			w.hits.add(c)
		}
		if w.saw != nil && (hit || w.saw[c].kind == jsonscan.Invalid) {
			w.saw[c] = sight{kind, raw}
		}
	}
	return true
}

// unquote returns the text of s, the content of a JSON string. It is valid until the next call.
func (w *walker) unquote(s []byte) (text []byte, ok bool) {
	if !w.escapes || !jsonscan.HasEscape(s) {
		return s, true
	}
	if w.buffer == nil {
		if w.buffer, ok = w.form.buffers.Get().(*[]byte); !ok {
			w.buffer = new([]byte)
		}
	}
	*w.buffer, ok = jsonscan.Unquote((*w.buffer)[:0], s)
	return *w.buffer, ok
}

// A frame is the object that is being walked.
type frame struct {
	path *path
	open int   // where its bracket stands
	each *path // path.anyKey, nil once settled
}

// object walks the members of the object at b[open].
func (w *walker) object(p *path, open int) (end int, ok bool) {
	f := frame{path: p, open: open, each: p.anyKey}
	i, more, ok := w.first(open, '}')
	for more {
		var (
			child  *path
			quoted []byte // of no use but for f.each
			value  int
		)
		if f.each == nil {
			i, child, value = w.skim(p, i)
		}
		if child == nil {
			if quoted, value, ok = w.key(i); !ok {
				return value, false
			}
			if child, ok = w.wanted(p, quoted); !ok {
				return i, false
			}
		}
		if child == nil && f.each == nil {
			i, ok = w.skip(value)
		} else {
			i, ok = w.member(&f, child, quoted, value)
		}
		if !ok {
			return i, false
		}
		if i, more, ok = w.next(i, '}'); !ok {
			return i, false
		}
	}
	return i, ok
}

// member walks the value at b[i] of a member that selectors want: child, every member, or both.
func (w *walker) member(f *frame, child *path, quoted []byte, i int) (end int, ok bool) {
	if child != nil {
		w.forget(&child.under)
		if end, ok = w.value(child, i); !ok {
			return end, false
		}
	}
	if f.each != nil {
		var gained bool
		if end, gained, ok = w.oneOf(f.each, i); !ok {
			return end, false
		}
		if gained && repeats(quoted, w.b[end:]) {
			if !w.lastOfEach(f.each, f.open) {
				return end, false
			}
			f.each = nil
		}
	}
	return end, f.path != w.form.paths || !w.settle(child, end)
}

// skip passes the value at b[i].
func (w *walker) skip(i int) (end int, ok bool) {
	end, kind := jsonscan.Value(w.b, i)
	return end, kind != jsonscan.Invalid
}

// wanted returns the path of the member with the given key, nil if no selector names it. It
// reports false if the key is malformed.
func (w *walker) wanted(p *path, quoted []byte) (child *path, ok bool) {
	if !w.escapes || !jsonscan.HasEscape(quoted) {
		return p.member(quoted), true
	}
	key, ok := w.unquote(quoted[1 : len(quoted)-1])
	if !ok {
		return nil, false
	}
	return p.named(key), true
}

// forget takes back what an earlier value of the same key gave.
func (w *walker) forget(under *set) {
	w.hits.removeAll(under)
	for c := range w.saw {
		if under.has(c) {
			w.saw[c] = sight{}
		}
	}
}

// oneOf walks the value at b[i], one of those a wildcard stands for: what it hits comes on top of
// what the others hit. gained tells that it was the first to hit something.
func (w *walker) oneOf(p *path, i int) (end int, gained, ok bool) {
	before := w.hits
	w.hits.removeAll(&p.under)
	end, ok = w.value(p, i)
	fresh := w.hits
	fresh.removeAll(&before)
	w.hits.addAll(&before)
	return end, !fresh.empty(), ok
}

// lastOfEach does the work of oneOf for all members of the object at b[open] at once when one of
// its keys may be repeated: only the last value of each key counts. It has to remember the keys,
// so that it allocates.
func (w *walker) lastOfEach(p *path, open int) bool {
	w.hits.removeAll(&p.under)
	before := w.hits
	byKey := map[string]set{}
	i, more, ok := w.first(open, '}')
	for more {
		quoted, value, ok := w.key(i)
		if !ok {
			return false
		}
		key, ok := w.unquote(quoted[1 : len(quoted)-1])
		if !ok {
			return false
		}
		name := string(key)
		w.hits = set{}
		if i, ok = w.value(p, value); !ok {
			return false
		}
		byKey[name] = w.hits
		if i, more, ok = w.next(i, '}'); !ok {
			return false
		}
	}
	w.hits = before
	for _, hits := range byKey {
		w.hits.addAll(&hits)
	}
	return ok
}

// array walks the elements of the array at b[open].
func (w *walker) array(p *path, open int) (end int, ok bool) {
	i, more, ok := w.first(open, ']')
	for index := 0; more; index++ {
		child := p.element(index)
		if child == nil && p.anyElem == nil {
			i, ok = w.skip(i)
		} else {
			i, ok = w.elem(p, child, i)
		}
		if !ok {
			return i, false
		}
		if i, more, ok = w.next(i, ']'); !ok {
			return i, false
		}
	}
	return i, ok
}

// elem walks the element at b[i] of an array at p that selectors want: child, every element, or
// both.
func (w *walker) elem(p, child *path, i int) (end int, ok bool) {
	if child != nil {
		if end, ok = w.value(child, i); !ok {
			return end, false
		}
	}
	if p.anyElem != nil {
		if end, _, ok = w.oneOf(p.anyElem, i); !ok {
			return end, false
		}
	}
	return end, p != w.form.paths || !w.settle(child, end)
}

// first moves from an opening bracket to the first member or element. more is false if there is
// none; i then stands after the closing bracket.
func (w *walker) first(open int, closing byte) (i int, more, ok bool) {
	i = jsonscan.Space(w.b, open+1)
	if i < len(w.b) && w.b[i] == closing {
		return i + 1, false, true
	}
	return i, true, true
}

// next moves from the end of a member or element to the next one. more is false if there is none;
// at then stands after the closing bracket.
func (w *walker) next(i int, closing byte) (at int, more, ok bool) {
	i = jsonscan.Space(w.b, i)
	switch {
	case i == len(w.b):
		return i, false, false
	case w.b[i] == ',':
		return jsonscan.Space(w.b, i+1), true, true
	case w.b[i] == closing:
		return i + 1, false, true
	}
	return i, false, false
}

// key reads the key at b[i], gives it with its quotes, and moves to its value.
func (w *walker) key(i int) (quoted []byte, value int, ok bool) {
	if i >= len(w.b) || w.b[i] != '"' {
		return nil, i, false
	}
	end, ok := jsonscan.SkipString(w.b, i+1)
	if !ok {
		return nil, i, false
	}
	quoted = w.b[i:end]
	i = jsonscan.Space(w.b, end)
	if i == len(w.b) || w.b[i] != ':' {
		return nil, i, false
	}
	return quoted, jsonscan.Space(w.b, i+1), true
}

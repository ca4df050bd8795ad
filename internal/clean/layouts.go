package clean

import (
	"bytes"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// layouts tells quickly that an event is valid JSON on one line. Most events of a program look like
// one it wrote before but for their values, so layouts remembers the text between the values (keys,
// colons, commas, brackets) of valid events as a tree: a way from its root to an end is a sequence of
// texts that, with any scalars between them, makes a valid object. Such text is compared, not parsed.
//
// It never takes invalid text for valid; what it does not know may be valid all the same.
type layouts struct {
	root   place
	places int // bounds the memory
	misses int // in a row
	values []value
}

// A value is a scalar of an event whose layout is known.
type value struct {
	way *way   // that leads to it
	raw []byte // a string with its quotes
}

// A place is one between two values, or before the first.
type place struct {
	ways []*way // the last used one first
}

// A way is a text that may stand at a place, and where it leads.
type way struct {
	text   string
	value  wayValue
	behind place // the value
	node   *node // of the value; nil: not known yet, see shape
}

// wayValue says what follows a way's text.
type wayValue uint8

const (
	nothing  wayValue = iota // the event ends
	inQuotes                 // the content of a string: the text ends with its opening quote
	scalar                   // a number, true, false or null
)

const (
	// maxPlaces bounds the tree, to about a megabyte.
	maxPlaces = 4096
	// maxWays is how many texts are tried at a place. Where there are more, a key is data itself.
	maxWays = 16
	// maxTextBetween is how long a text between two values may be to be remembered.
	maxTextBetween = 200
	// learnAlways is after how many misses in a row only one in learnAlways events is learned from.
	learnAlways = 64
)

// knows reports whether m is laid out as an event before it, so that it is a valid and portable object on one line.
// Its scalars are then in l.values, in their order.
func (l *layouts) knows(m []byte) bool {
	l.values = l.values[:0]
	p, i := &l.root, 0
	for {
		w := p.find(m[i:])
		if w == nil {
			l.misses++
			return false
		}
		i += len(w.text)
		start, ok, escaped := i, true, false
		switch w.value {
		case nothing:
			l.misses = 0
			return true
		case inQuotes:
			start--
			i, escaped, ok = jsonscan.CheckString(m, i)
		default:
			i, ok = jsonscan.Check(m, i)
		}
		if !ok {
			return false
		}
		if raw := m[start:i]; escaped && loneSurrogate(raw) || isNumber(raw) && !portableNumber(raw) {
			return false
		}
		l.values = append(l.values, value{w, m[start:i]})
		p = &w.behind
	}
}

// find returns the way that s starts with, and makes it the first to try; nil if there is none.
func (p *place) find(s []byte) *way {
	for i, w := range p.ways {
		if w.fits(s) {
			if i > 0 {
				copy(p.ways[1:i+1], p.ways[:i])
				p.ways[0] = w
			}
			return w
		}
	}
	return nil
}

func (w *way) fits(s []byte) bool {
	n := len(w.text)
	if len(s) < n || string(s[:n]) != w.text {
		return false
	}
	switch w.value {
	case nothing:
		return len(s) == n
	case scalar:
		return n < len(s) && isScalar(jsonscan.KindOf(s[n]))
	}
	return true
}

func isScalar(k jsonscan.Kind) bool { return jsonscan.Null <= k && k <= jsonscan.Number }

func isNumber(raw []byte) bool { return jsonscan.KindOf(raw[0]) == jsonscan.Number }

// learn remembers the layout of m, a valid and portable object on one line.
func (l *layouts) learn(m []byte) {
	if l.misses > learnAlways && l.misses%learnAlways != 0 {
		return
	}
	p, last, ok := l.follow(&l.root, m, 0, m, 1)
	if ok {
		l.add(p, m[last:], nothing)
	}
}

// follow follows the values of the object or array raw, a part of the event m at a level, from p on, adding what
// is missing. The last value ended at last in m. ok is false if there is no room.
func (l *layouts) follow(p *place, m []byte, last int, raw []byte, level int) (at *place, end int, ok bool) {
	for it := jsonscan.Members(raw, 0); it.Next(); {
		start := cap(m) - cap(it.Value) // raw is part of m, so the difference is the place
		text, value := m[last:start], scalar
		switch {
		case it.Kind >= jsonscan.Object:
			if level == maxLevels {
				return p, last, false
			}
			if p, last, ok = l.follow(p, m, last, it.Value, level+1); !ok {
				return p, last, false
			}
			continue
		case it.Kind == jsonscan.String:
			text, value = m[last:start+1], inQuotes
		}
		if p = l.add(p, text, value); p == nil {
			return nil, 0, false
		}
		last = start + len(it.Value)
	}
	return p, last, true
}

// add returns where a text and the value behind it lead from p; nil if there is no room.
func (l *layouts) add(p *place, text []byte, value wayValue) *place {
	for _, w := range p.ways {
		if w.value == value && w.text == string(text) {
			return &w.behind
		}
	}
	if len(text) > maxTextBetween || len(p.ways) == maxWays || l.places == maxPlaces || bytes.ContainsAny(text, "\r\n") {
		return nil
	}
	l.places++
	w := &way{text: string(text), value: value}
	p.ways = append(p.ways, w)
	return &w.behind
}

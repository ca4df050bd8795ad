package pattern

import (
	"slices"
	"strconv"
	"strings"
)

// minVariants is how many different words must stand at one place of otherwise equal shapes for the
// place to count as variable ([R] §6). It is larger than the number of levels, HTTP methods or weekdays,
// which make patterns of their own.
const minVariants = 10

// A counted is a shape and how many messages have it.
type counted struct {
	shape string
	n     Counts
}

func (c counted) total() int64 { return c.n[0] + c.n[1] }

// mergeShapes joins shapes that differ in words only, at places where many words occur. The result
// depends on the set of shapes alone, not on their order.
//
// Shapes are compared if they are equal but for their words. Such a set is split by the words at a
// place that must not vary, the one with the fewest words first, until every place with different words
// may vary; then the set is one template. It asks goOn, unless that is nil, whether to go on, and returns false if not.
func mergeShapes(shapes []counted, goOn func(steps int) bool) ([]counted, bool) {
	if goOn == nil {
		goOn = func(int) bool { return true }
	}
	groups := map[string][]counted{}
	for _, c := range shapes {
		if !goOn(shapeSteps) {
			return nil, false
		}
		frame := frameOf(c.shape)
		groups[frame] = append(groups[frame], c)
	}
	var out []counted
	for _, group := range groups {
		if len(group) < 2 {
			out = append(out, group...)
			continue
		}
		t, ok := newTemplates(group, goOn)
		if ok {
			out, ok = t.merge(out, goOn)
		}
		if !ok {
			return nil, false
		}
	}
	slices.SortFunc(out, byFrequency)
	return out, true
}

// shapeSteps is how many steps it counts to take a shape apart: each is a small part of a microsecond.
const shapeSteps = 8

// A word is a place in a shape where a word stands: shape[from:to].
type word struct {
	from, to int
	// phrase says that only a blank stands between this word and the one before.
	phrase bool
}

// wordsOf lists the words of a shape, and the marks that stand for words. Keys of JSON are none.
func wordsOf(shape string) []word {
	var words []word
	last := 0 // the end of the word before
	for i := 0; i < len(shape); {
		from := i
		switch c := shape[i]; {
		case c == shapeKey:
			for i < len(shape) && shape[i] != '"' {
				i++
			}
			continue
		case c == shapeMark && markKind(at(shape, i+1)) != markWord:
			i += 2
			continue
		case c == shapeMark:
			i += 2
		case classes[c]&classWord == 0:
			i++
			continue
		default:
			for i < len(shape) && classes[shape[i]]&classChunk != 0 {
				i++
			}
		}
		words = append(words, word{from, i, len(words) > 0 && shape[last:from] == " "})
		last = i
	}
	return words
}

// frameOf returns a shape with every word replaced by the mark of one.
func frameOf(shape string) string {
	words := wordsOf(shape)
	return withMarks(shape, words, func(int) bool { return true })
}

// withMarks replaces the words of a shape for which vary is true by marks.
func withMarks(shape string, words []word, vary func(i int) bool) string {
	b := make([]byte, 0, len(shape)+2*len(words))
	last := 0
	for i, w := range words {
		b = append(b, shape[last:w.from]...)
		if vary(i) {
			b = append(b, shapeMark, byte(markWord))
		} else {
			b = append(b, shape[w.from:w.to]...)
		}
		last = w.to
	}
	return string(append(b, shape[last:]...))
}

// templates are shapes of one frame being merged. Words are numbered.
type templates struct {
	shapes []counted
	places []word  // of the first shape; phrase holds for all
	words  [][]int // by shape and place
	level  []bool  // by word: it is a level such as ERROR
	seen   []int   // by word: the last count that met it
	round  int
}

// anyWord is the number of the mark that stands for a word.
const anyWord = 0

func newTemplates(shapes []counted, goOn func(steps int) bool) (*templates, bool) {
	t := &templates{shapes: shapes, places: wordsOf(shapes[0].shape), level: []bool{false}}
	numbers := map[string]int{string([]byte{shapeMark, byte(markWord)}): anyWord}
	for _, c := range shapes {
		if !goOn(shapeSteps) {
			return nil, false
		}
		var words []int
		for _, w := range wordsOf(c.shape) {
			text := c.shape[w.from:w.to]
			n, ok := numbers[text]
			if !ok {
				n = len(numbers)
				numbers[text] = n
				t.level = append(t.level, levelOf(text) != "")
			}
			words = append(words, n)
		}
		t.words = append(t.words, words)
	}
	t.seen = make([]int, len(t.level))
	return t, true
}

// merge appends the merged shapes to out.
func (t *templates) merge(out []counted, goOn func(steps int) bool) ([]counted, bool) {
	all := make([]int, len(t.shapes))
	for i := range all {
		all[i] = i
	}
	sets := [][]int{all}
	for len(sets) > 0 {
		set := sets[len(sets)-1]
		sets = sets[:len(sets)-1]
		if len(set) == 1 {
			out = append(out, t.shapes[set[0]])
			continue
		}
		places := t.variety(set, goOn)
		if !goOn(shapeSteps) {
			return nil, false
		}
		if at := splitPlace(places); at >= 0 {
			sets = append(sets, t.split(set, at)...)
			continue
		}
		out = append(out, t.join(set, places))
	}
	return out, true
}

// A place tells what words a set of shapes has at one place.
type place struct {
	words   int  // how many different ones
	varies  bool // there is more than one, or a mark
	may     bool // it may be variable
	breaks  bool // a new phrase begins here
	literal bool // it is one word in all shapes
}

// variety looks at all places of a set.
func (t *templates) variety(set []int, goOn func(steps int) bool) []place {
	places := make([]place, len(t.places))
	for i := range places {
		if !goOn(len(set)) {
			break // nobody wants to know
		}
		t.round++
		p := &places[i]
		p.breaks = !t.places[i].phrase
		level, mark := false, false
		for _, s := range set {
			w := t.words[s][i]
			level = level || t.level[w]
			mark = mark || w == anyWord
			if t.seen[w] != t.round {
				t.seen[w] = t.round
				p.words++
			}
		}
		p.varies = p.words > 1 || mark
		p.literal = !p.varies
		p.may = !level && (mark || p.words >= minVariants)
	}
	refuseLoosePhrases(places)
	return places
}

// refuseLoosePhrases keeps phrases from becoming nothing but placeholders: of words with only blanks
// between them, at least half must be the same in all shapes. A word by itself may vary.
func refuseLoosePhrases(places []place) {
	for i := 0; i < len(places); {
		end, literal := i+1, 0
		for end < len(places) && !places[end].breaks {
			end++
		}
		for _, p := range places[i:end] {
			if p.literal {
				literal++
			}
		}
		if n := end - i; n > 1 && 2*literal < n {
			for j := i; j < end; j++ {
				places[j].may = false
			}
		}
		i = end
	}
}

// splitPlace returns the place to split a set by: of those that vary and may not, the one with the
// fewest words; -1 if there is none.
func splitPlace(places []place) int {
	best := -1
	for i, p := range places {
		if p.words > 1 && !p.may && (best < 0 || p.words < places[best].words) {
			best = i
		}
	}
	return best
}

// split cuts a set by the word at a place.
func (t *templates) split(set []int, at int) [][]int {
	byWord := map[int]int{}
	var sets [][]int
	for _, s := range set {
		w := t.words[s][at]
		n, ok := byWord[w]
		if !ok {
			n = len(sets)
			byWord[w] = n
			sets = append(sets, nil)
		}
		sets[n] = append(sets[n], s)
	}
	return sets
}

// join makes one shape of a set.
func (t *templates) join(set []int, places []place) counted {
	first := t.shapes[set[0]].shape
	out := counted{shape: withMarks(first, wordsOf(first), func(i int) bool { return places[i].varies })}
	for _, s := range set {
		out.n.add(t.shapes[s].n)
	}
	return out
}

// markNames are the names of marks in a pattern. AWS documents Time, ID, IPAddress and Token; the rest
// is of that style ([R] §6).
var markNames = map[markKind]string{
	markNumber: "Number", markDuration: "Duration", markTime: "Time", markIP: "IPAddress",
	markUUID: "UUID", markID: "ID", markWord: "Token", markRest: "Text",
}

// patternText returns a shape as a pattern: marks become <Name-n>, numbered from 1 in their order.
func patternText(shape string) string {
	var b strings.Builder
	n := 0
	for i := 0; i < len(shape); i++ {
		switch shape[i] {
		case shapeKey:
		case shapeMark:
			i++
			n++
			b.WriteString("<" + markNames[markKind(at(shape, i))] + "-" + strconv.Itoa(n) + ">")
		default:
			b.WriteByte(shape[i])
		}
	}
	return b.String()
}

package masking

import (
	"slices"
	"strings"
)

// keywords finds the keywords of identifiers, whatever their case. A blank in a keyword may be missing in the text, or be an underscore or a
// hyphen. As a keyword is a word of the text, or several, they are looked for where words begin alone, letter by letter.
type keywords struct {
	class   [256]uint8 // of bytes: those of a class are the same letter
	classes int
	next    []int32 // by state and class: the state behind the letter, 0 if no keyword goes on so
	found   [][]int // by state: the places of the identifiers that have the keyword which ends there
	kinds   [256]uint8
}

// What bytes are, as bits.
const (
	ofWord    = 1 << iota // see isWordByte
	isUpper               // see isCapital
	isInitial             // a keyword begins with it
)

// A match is a keyword in a text, and the places of the identifiers that have it.
type match struct {
	start, end int
	ids        []int
}

// newKeywords returns the keywords of identifiers; nil if they have none.
func newKeywords(ids []*identifier) *keywords {
	owners := map[string][]int{}
	for i, id := range ids {
		for _, word := range id.words() {
			for _, form := range []string{word, strings.ReplaceAll(word, " ", "")} {
				form = string(fold([]byte(form)))
				if !slices.Contains(owners[form], i) {
					owners[form] = append(owners[form], i)
				}
			}
		}
	}
	if len(owners) == 0 {
		return nil
	}
	k := &keywords{classes: 1}
	k.classify(owners)
	k.build(owners)
	return k
}

// fold returns the bytes of a keyword or text as they are compared.
func fold(text []byte) []byte {
	for i, c := range text {
		text[i] = foldByte(c)
	}
	return text
}

// foldByte folds capitals, ASCII's and those of Latin letters with accents, whose second byte in UTF-8 is 32 less, and what may stand for a
// blank.
func foldByte(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z', 0x80 <= c && c <= 0x9e:
		return c + 32
	case c == '_', c == '-':
		return ' '
	}
	return c
}

// classify gives each byte that is in a keyword its class; all others are in class 0.
func (k *keywords) classify(owners map[string][]int) {
	var of [256]uint8
	for word := range owners {
		for _, c := range []byte(word) {
			if of[c] == 0 {
				of[c] = uint8(k.classes)
				k.classes++
			}
		}
	}
	for c := range 256 {
		k.class[c] = of[foldByte(byte(c))]
	}
}

// build makes the states. That of no letter is 0.
func (k *keywords) build(owners map[string][]int) {
	k.state()
	for word, ids := range owners {
		at := int32(0)
		for _, c := range []byte(word) {
			place := int(at)*k.classes + int(k.class[c])
			if k.next[place] == 0 {
				k.next[place] = k.state()
			}
			at = k.next[place]
		}
		k.found[at] = ids
	}
	for c := range 256 {
		for kind, is := range map[uint8]bool{ofWord: isWordByte(byte(c)), isUpper: isCapital(byte(c)), isInitial: k.next[k.class[c]] != 0} {
			if is {
				k.kinds[c] |= kind
			}
		}
	}
}

// state makes a state.
func (k *keywords) state() int32 {
	k.next = append(k.next, make([]int32, k.classes)...)
	k.found = append(k.found, nil)
	return int32(len(k.found) - 1)
}

// in appends every keyword of a text, by where it ends; of those that end at the same place the longest comes first.
func (k *keywords) in(text []byte, all []match) []match {
	before := uint8(0)
	for i, c := range text {
		kind := k.kinds[c]
		if kind&isInitial != 0 && !goesOn(before, kind) {
			all = k.at(text, i, all)
		}
		before = kind
	}
	for i := 1; i < len(all); i++ { // nearly in order, as they come by where they start
		for j := i; j > 0 && all[j].end < all[j-1].end; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	return all
}

// at appends the keywords that start at text[start].
func (k *keywords) at(text []byte, start int, all []match) []match {
	at := int32(0)
	for i := start; i < len(text); i++ {
		if at = k.next[int(at)*k.classes+int(k.class[text[i]])]; at == 0 {
			break
		}
		if ids := k.found[at]; ids != nil && endsAt(text, i+1) {
			all = append(all, match{start, i + 1, ids})
		}
	}
	return all
}

// goesOn tells whether a byte is part of the word that the byte before it is part of, by their kinds. In camelCase a capital begins a word.
func goesOn(before, kind uint8) bool {
	return before&kind&ofWord != 0 && (before|^kind)&isUpper != 0
}

// endsAt tells whether a word that goes on to text[end-1] ends there.
func endsAt(text []byte, end int) bool {
	return end == len(text) || !isWordByte(text[end]) || !isWordByte(text[end-1]) || isCapital(text[end]) && !isCapital(text[end-1])
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

// isWordByte tells whether c is a letter or digit, or a byte of a character beyond ASCII.
func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c >= 0x80 }

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c|0x20-'a' <= 25 }

package masking

import (
	"slices"
	"strings"
)

// keywords finds the keywords of identifiers in one pass (Aho and Corasick's automaton), whatever their case. A blank in a keyword may be
// missing in the text, or be an underscore or a hyphen.
type keywords struct {
	class   [256]uint8 // of bytes: those of a class are the same letter
	classes int
	next    []int32 // by state and class
	found   [][]keyword
}

// A keyword is one that ends in a state.
type keyword struct {
	length int
	ids    []int // places of the identifiers that have it
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

// build makes the states: those of a trie, then the ways that lead on where a word does not.
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
		k.found[at] = append(k.found[at], keyword{len(word), ids})
	}
	fail := make([]int32, len(k.found))
	queue := []int32{}
	for c := range k.classes {
		if s := k.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		back := fail[s]
		k.found[s] = append(k.found[s], k.found[back]...)
		for c := range k.classes {
			place, onward := int(s)*k.classes+c, k.next[int(back)*k.classes+c]
			if child := k.next[place]; child != 0 {
				fail[child] = onward
				queue = append(queue, child)
			} else {
				k.next[place] = onward
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

// each calls f with every keyword that is a word, or several, of the text, and the places of the identifiers that have it.
func (k *keywords) each(text []byte, f func(start, end int, ids []int)) {
	at := int32(0)
	for i, c := range text {
		at = k.next[int(at)*k.classes+int(k.class[c])]
		if k.found[at] == nil {
			continue
		}
		for _, w := range k.found[at] {
			if start := i + 1 - w.length; isWord(text, start, i+1) {
				f(start, i+1, w.ids)
			}
		}
	}
}

// isWord tells whether text[start:end] is not part of a longer word. In camelCase a capital begins a word.
func isWord(text []byte, start, end int) bool {
	if start > 0 && isWordByte(text[start-1]) && isWordByte(text[start]) && (isCapital(text[start-1]) || !isCapital(text[start])) {
		return false
	}
	return end == len(text) || !isWordByte(text[end]) || !isWordByte(text[end-1]) || isCapital(text[end]) && !isCapital(text[end-1])
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

// isWordByte tells whether c is a letter or digit, or a byte of a character beyond ASCII.
func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c >= 0x80 }

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c|0x20-'a' <= 25 }

package program

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

// names knows which keys mean the same: by the dictionary, else by their form.
type names struct {
	agreed map[string]string // a name that is not to be used, to the one that is
	good   map[string]bool   // the agreed names
	style  dictionary.Style
}

func newNames(keys dictionary.Keys) *names {
	n := &names{agreed: map[string]string{}, good: map[string]bool{}, style: keys.Style}
	for good, others := range keys.Alias {
		n.good[good] = true
		for _, o := range others {
			n.agreed[o] = good
		}
	}
	return n
}

// canonical returns the name that the dictionary agrees on for key, in whatever style it is written, key itself when it
// says nothing.
func (n *names) canonical(key string) string {
	return cmp.Or(n.agreed[key], n.agreed[n.style.Write(key)], key)
}

// agree tells whether the dictionary says that a and b mean the same.
func (n *names) agree(a, b string) bool { return a != b && n.canonical(a) == n.canonical(b) }

// alike tells whether a and b look like one name, written twice: by the dictionary, by the same words in
// another order or with another ending, or by a slip of the hand. Two names that the dictionary agrees on
// are two meanings.
func (n *names) alike(a, b Key) bool {
	if a.Name == b.Name {
		return false
	}
	if n.agree(a.Name, b.Name) {
		return true
	}
	if n.good[a.Name] && n.good[b.Name] {
		return false
	}
	if a.Shape != b.Shape && a.Shape != "" && b.Shape != "" {
		return false // user, an object, beside user_id, a number
	}
	if n.style.Write(a.Name) == n.style.Write(b.Name) {
		return false // userId and user_id: check keycase says how to write it
	}
	return sameWords(a, b) || slip(a.Name, b.Name)
}

// endings are the last words of a key that say how its value is written, not what it is.
var endings = []string{"id", "ms", "us", "ns", "s", "sec", "secs", "seconds", "millis", "at", "ts"}

// sameWords tells whether a and b have the same words, in any order or once their endings are off.
func sameWords(a, b Key) bool {
	wa, wb := words(a.Name), words(b.Name)
	if len(wa) == 0 || len(wb) == 0 {
		return false
	}
	if slices.Equal(sorted(wa), sorted(wb)) {
		return true
	}
	return a.Shape != "array" && slices.Equal(stem(wa), stem(wb)) // a list of orders is not one of order_ids
}

// stem returns w sorted, without a last word that is an ending, and with plurals as singulars: item_count is
// items_count. A plural at the end stays: devices are a list or a count, device is one.
func stem(w []string) []string {
	w = slices.Clone(w)
	for i := range len(w) - 1 {
		w[i] = singular(w[i])
	}
	if n := len(w); n > 1 && slices.Contains(endings, w[n-1]) {
		w = w[:n-1]
	}
	slices.Sort(w)
	return w
}

func sorted(w []string) []string {
	w = slices.Clone(w)
	slices.Sort(w)
	return w
}

// singular takes a plural's s off. Short words and those in ss, us and is are no plurals.
func singular(word string) string {
	switch {
	case len(word) < 4, strings.HasSuffix(word, "ss"), strings.HasSuffix(word, "us"), strings.HasSuffix(word, "is"):
		return word
	case strings.HasSuffix(word, "ies"):
		return strings.TrimSuffix(word, "ies") + "y"
	}
	return strings.TrimSuffix(word, "s")
}

// words splits a key at _ - . and before capitals, all in small letters.
func words(key string) []string {
	var b strings.Builder
	var last rune
	for _, r := range key {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
}

// shortestSlip is the length in bytes of the shortest word that slip looks at: below, too many good words
// are one letter apart (from and form, post and port).
const shortestSlip = 6

// slip tells whether a and b differ in one word by one slip of the hand: a letter doubled or halved, two
// neighbours swapped, one vowel for another. Other letters left out, added or exchanged make other
// words too often (charged and changed, parsed and passed).
func slip(a, b string) bool {
	wa, wb := words(a), words(b)
	if len(wa) != len(wb) {
		return false
	}
	differ := 0
	for i := range wa {
		if wa[i] == wb[i] {
			continue
		}
		differ++
		if differ > 1 || !slipped(wa[i], wb[i]) {
			return false
		}
	}
	return differ == 1
}

func slipped(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < shortestSlip || len(b)-len(a) > 1 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) != len(b) { // b has one letter more, at i: the double of the one before it
		return b[i] == b[i-1] && a[i:] == b[i+1:]
	}
	swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	return swapped || a[i+1:] == b[i+1:] && isVowel(a[i]) && isVowel(b[i])
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

package dictionary

import (
	"fmt"
	"slices"
	"strings"
)

// A Tense is what can be said of the time a tag speaks of.
type Tense struct {
	Past   bool
	Why    string // what is wrong; "" when Past
	Better string // what to write instead, in words joined by underscores; "" when nobody can tell
}

// Tense judges tag by its form: a word has to end in -ed or be a known past form, and no noun for a state
// may come last. Forms that are past and present at once (read, set, cut) count as past.
func (t Tags) Tense(tag string) Tense {
	words := Words(tag)
	if len(words) == 0 {
		return Tense{Why: "it has no word"}
	}
	last := len(words) - 1
	past := slices.ContainsFunc(words, t.isPast)
	if states[words[last]] && last > 0 && past {
		return Tense{
			Why:    fmt.Sprintf("%q at the end names a state, and what happened is said before it", words[last]),
			Better: strings.Join(words[:last], "_"),
		}
	}
	if past {
		return Tense{Past: true}
	}
	return present(words)
}

func (t Tags) isPast(word string) bool {
	return pastForms[word] != "" || slices.Contains(t.Past, word) ||
		len(word) > 3 && strings.HasSuffix(word, "ed") && !notPast[word]
}

// present says why words are not in the past, and what would be.
func present(words []string) Tense {
	for i, w := range words {
		if verb := gerunds[w]; verb != "" {
			return Tense{Why: fmt.Sprintf("%q is still going on", w), Better: moved(words, i, past(verb))}
		}
	}
	last := len(words) - 1
	if instead := nouns[words[last]]; instead != nil && last > 0 {
		return Tense{Why: fmt.Sprintf("%q is a thing, not what happened", words[last]), Better: moved(words, last, instead[0])}
	}
	if measures[words[last]] {
		return Tense{Why: fmt.Sprintf("%q is a measure: a field of the event that it was taken in", words[last])}
	}
	for _, i := range []int{0, last} {
		if verb := plain(words[i]); verb != "" && last > 0 && !alsoNouns[words[i]] {
			return Tense{Why: fmt.Sprintf("%q says what to do, not what happened", words[i]), Better: moved(words, i, past(verb))}
		}
	}
	if last == 0 && nouns[words[0]] != nil {
		return Tense{Why: fmt.Sprintf("%q is a thing, not what happened", words[0])}
	}
	return Tense{Why: "no word in it is a past form"}
}

// moved returns words without the i-th, and past in the end.
func moved(words []string, i int, past string) string {
	rest := slices.Delete(slices.Clone(words), i, i+1)
	return strings.Join(append(rest, past), "_")
}

// Verb returns the plain form of the past form word: "create" for "created", "" when that is not known.
func Verb(word string) string { return pastForms[word] }

// Plain returns the plain form of a verb that stands in the name of a function: "create" for "creates",
// "creating" and "create", "" for what is no known verb.
func Plain(word string) string {
	if v := gerunds[word]; v != "" {
		return v
	}
	return plain(word)
}

func plain(word string) string {
	for _, w := range []string{word, strings.TrimSuffix(word, "s"), strings.TrimSuffix(word, "es")} {
		if verbs[w] {
			return w
		}
	}
	return ""
}

// verbs are all plain forms, pastForms and gerunds lead from another form to the plain one.
var verbs, pastForms, gerunds = conjugate()

func conjugate() (all map[string]bool, pasts, ings map[string]string) {
	all, pasts, ings = map[string]bool{}, map[string]string{}, map[string]string{}
	for _, v := range regular {
		all[v] = true
		pasts[past(v)] = v
		ings[gerund(v)] = v
	}
	for v, forms := range irregular {
		all[v] = true
		ings[gerund(v)] = v
		for _, p := range forms {
			pasts[p] = v
		}
	}
	pasts["canceled"] = "cancel"
	return all, pasts, ings
}

// past returns the past participle of verb.
func past(verb string) string {
	n := len(verb)
	switch forms := irregular[verb]; {
	case forms != nil:
		return forms[0]
	case nouns[verb] != nil: // timeout
		return nouns[verb][0]
	case strings.HasSuffix(verb, "e"):
		return verb + "d"
	case strings.HasSuffix(verb, "y") && n > 1 && !strings.ContainsRune("aeiou", rune(verb[n-2])):
		return verb[:n-1] + "ied"
	case doubling[verb]:
		return verb + verb[n-1:] + "ed"
	}
	return verb + "ed"
}

// gerund returns the -ing form of verb.
func gerund(verb string) string {
	n := len(verb)
	switch {
	case strings.HasSuffix(verb, "ie"):
		return verb[:n-2] + "ying"
	case strings.HasSuffix(verb, "e") && !strings.HasSuffix(verb, "ee"):
		return verb[:n-1] + "ing"
	case doubling[verb], doublingIrregular[verb]:
		return verb + verb[n-1:] + "ing"
	}
	return verb + "ing"
}

// doublingIrregular are irregular verbs that write their last letter twice before -ing.
var doublingIrregular = set(`begin bet cut dig forbid forget get hit let outrun overrun put quit rerun reset run set shed shut sit
spin split swim upset win offset preset`)

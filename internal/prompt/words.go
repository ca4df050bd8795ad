package prompt

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/discover"
)

// systemFields are the fields that every event has.
var systemFields = []string{"@ingestionTime", "@log", "@logStream", "@message", "@timestamp"}

// keywords are the words of commands besides their names, fields and functions.
var keywords = []string{"and", "as", "asc", "by", "desc", "in", "like", "not", "or"}

// valuesOf is how many values of a field are offered; fields with more have ids or numbers that nobody picks out of a list.
const valuesOf = 40

// A vocabulary is what can be completed. The zero value knows the language alone.
type vocabulary struct {
	fields []string            // by name
	values map[string][]string // of each field, the most frequent first
}

// vocabularyOf learns the fields and values of events.
func vocabularyOf(messages [][]byte) *vocabulary {
	counts := map[string]map[string]int{}
	x := discover.New(discover.Detect(messages[:min(len(messages), 100)]), nil, discover.Options{})
	for _, m := range messages {
		x.Each(m, func(name string, v column.Value) bool {
			of := counts[name]
			if of == nil {
				of = map[string]int{}
				counts[strings.Clone(name)] = of
			}
			if len(of) <= valuesOf {
				of[strings.Clone(v.Text())]++
			}
			return true
		})
		x.Reset()
	}
	w := &vocabulary{values: map[string][]string{}}
	for name, of := range counts {
		w.fields = append(w.fields, name)
		if len(of) <= valuesOf {
			w.values[name] = slices.SortedFunc(maps.Keys(of), func(a, b string) int { return cmp.Or(of[b]-of[a], cmp.Compare(a, b)) })
		}
	}
	slices.Sort(w.fields)
	return w
}

// with returns a vocabulary that knows more fields.
func (w *vocabulary) with(fields []string) *vocabulary {
	all := slices.Concat(w.fields, fields)
	slices.Sort(all)
	return &vocabulary{fields: slices.Compact(all), values: w.values}
}

// candidates returns what may stand at the end of text: from where, and the words, each with what has to follow it.
func (w *vocabulary) candidates(text string) (from int, words []string) {
	if open, field := openValue(text); open >= 0 {
		return open, w.valueWords(field, text[open:])
	}
	from = len(text)
	for from > 0 && isWord(text[from-1]) {
		from--
	}
	word, before := text[from:], strings.TrimRight(text[:from], " \t\n")
	switch {
	case before == "" || strings.HasSuffix(before, "|"):
		for _, c := range syntax.CommandNames() {
			words = append(words, c+" ")
		}
	default:
		aggregates := slices.Contains([]string{"stats", "eventstats", "streamstats"}, lastCommand(before))
		for _, f := range insights.Functions() {
			if !f.Aggregate || aggregates {
				words = append(words, f.Name+"(")
			}
		}
		for _, f := range slices.Concat(systemFields, w.fields) {
			words = append(words, syntax.FieldText(f))
		}
		for _, k := range keywords {
			words = append(words, k+" ")
		}
	}
	return from, beginning(words, word)
}

// beginning returns the words that begin with what is typed, whatever its case, each once and sorted.
func beginning(words []string, typed string) []string {
	words = slices.DeleteFunc(words, func(w string) bool {
		return len(w) < len(typed) || !strings.EqualFold(w[:len(typed)], typed)
	})
	slices.Sort(words)
	return slices.Compact(words)
}

// isWord tells whether a byte belongs to the name of a field, a function or a command.
func isWord(b byte) bool {
	return b == '@' || b == '_' || b == '.' || b == '`' || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z' || b >= 0x80
}

// openValue finds the text that stands, perhaps unfinished, behind a field and an operator: where it begins, with its quote, and the
// field. It is -1 if there is none.
func openValue(text string) (at int, field string) {
	at = len(text)
	if quote := strings.LastIndexAny(text, `"'`); quote >= 0 && strings.Count(text, text[quote:quote+1])%2 == 1 {
		at = quote
	} else if rest := strings.TrimRight(text, " "); !strings.HasSuffix(rest, "=") && !strings.HasSuffix(rest, "[") && !strings.HasSuffix(rest, ",") {
		return -1, ""
	}
	before := strings.TrimRight(text[:at], " ")
	if list := strings.LastIndexByte(before, '['); list >= 0 && !strings.ContainsAny(before[list:], "]|") {
		before, _ = strings.CutSuffix(strings.TrimRight(before[:list], " "), "in")
		before, _ = strings.CutSuffix(strings.TrimRight(before, " "), " not")
	} else {
		operator := strings.TrimRight(before, "=!<>~")
		if like, ok := strings.CutSuffix(before, "like"); ok {
			operator = like
		}
		if len(operator) == len(before) {
			return -1, ""
		}
		before = operator
	}
	before = strings.TrimRight(before, " ")
	from := len(before)
	for from > 0 && isWord(before[from-1]) {
		from--
	}
	if from == len(before) {
		return -1, ""
	}
	return at, strings.ReplaceAll(before[from:], "`", "")
}

// valueWords returns the values of a field that begin as typed does, in quotes.
func (w *vocabulary) valueWords(field, typed string) []string {
	var words []string
	quote := `"`
	if typed != "" {
		quote = typed[:1]
	}
	for _, v := range w.values[field] {
		if text := quote + v + quote; strings.HasPrefix(text, typed) && !strings.ContainsAny(v, "\"'\\\n") {
			words = append(words, text+" ")
		}
	}
	return words
}

// lastCommand returns the command that the end of text belongs to.
func lastCommand(text string) string {
	last := text
	if i := strings.LastIndexByte(text, '|'); i >= 0 {
		last = text[i+1:]
	}
	fields := strings.Fields(last)
	if len(fields) == 0 {
		return ""
	}
	return strings.ToLower(fields[0])
}

// shared returns what all words begin with.
func shared(words []string) string {
	if len(words) == 0 {
		return ""
	}
	out := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(strings.ToLower(w), strings.ToLower(out)) {
			out = out[:len(out)-1]
		}
	}
	return out
}
